"""A new complaint: the opening acts of the regulations as one form, with what is known of the caller beside it."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.cases.queries import visible_cases
from huiyin.common.access import access
from huiyin.common.dates import current_instant
from huiyin.desk.act_form import TOKEN, ActForm, status_of
from huiyin.desk.alike import alike, known_by
from huiyin.desk.fields import CUSTOMER, PHONE
from huiyin.desk.models import Draft
from huiyin.desk.proposals import proposals_for, rest_day_warnings
from huiyin.desk.surroundings import Opening, actor_of, openings, packs_in_force, user_of, world_now
from huiyin.desk.views.act import TOKENS, Forecast
from huiyin.desk.words import in_words, listed
from huiyin_engine.decide import decide
from huiyin_engine.explain import consequences, why_refused
from huiyin_engine.model.outcome import Act, Refusal, World

KEPT_NAMES = re.compile(r"[a-z0-9_-]{1,80}")
KEYS = re.compile(r"[0-9]{1,18}")
"""What may be the key of a row. `isdigit` would let ² through, and a number no database holds."""
LONGEST_TYPED = 20_000


class _Desk:
    """The opening acts somebody may do now, and the one that was chosen."""

    def __init__(self, request: HttpRequest, chosen: str) -> None:
        self.world: World = world_now()
        self.at = current_instant()
        self.actor = actor_of(request)
        packs = packs_in_force(self.world)
        standing = request.GET.get("standing") is not None
        self.offered: list[Opening] = openings(self.world, packs, self.actor, self.at, standing=standing)
        if chosen and not any(o.key == chosen for o in self.offered):
            self.offered = openings(self.world, packs, self.actor, self.at, standing=not standing)
        self.chosen = next((o for o in self.offered if o.key == chosen), None)
        if chosen and self.chosen is None:
            raise Http404
        if self.chosen is None and self.offered:
            self.chosen = self.offered[0]

    def form(self, data: Any = None, *, initial: Any = None, lenient: bool = False) -> ActForm:
        assert self.chosen is not None  # noqa: S101 - the caller has looked
        return ActForm(
            data,
            pack=self.chosen.pack,
            rule=self.chosen.rule,
            directory=self.world.directory,
            at=self.at,
            initial=initial,
            lenient=lenient,
        )


def _page(request: HttpRequest, desk: _Desk, form: ActForm | None, status: int = 200, **more: Any) -> HttpResponse:
    chosen = desk.chosen
    context: dict[str, Any] = {"offered": [], "form": form, "chosen": chosen, "next": "", **more}
    if chosen is not None and form is not None:
        several = len({o.pack.id for o in desk.offered}) > 1
        context |= {
            "offered": [
                (o.key, in_words(o.rule.name) + (f" · {in_words(o.pack.title)}" if several else ""), o is chosen)
                for o in desk.offered
            ],
            "guide": in_words(chosen.rule.guide) if chosen.rule.guide else "",
            "clause": chosen.rule.source.clause,
            "type_name": in_words(chosen.pack.cases[chosen.rule.opens or ""].name),
            "regulation": in_words(chosen.pack.title),
            "proposals": proposals_for(desk.world.calendar, desk.at, form),
            "keep": f"new-{chosen.key}",
            "from_draft": request.POST.get("from-draft") or request.GET.get("draft", ""),
        }
    return render(request, "desk/new.html", context, status=status)


@access("inside")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; a POST registers, or keeps a draft."""
    desk = _Desk(request, request.POST.get("act") or request.GET.get("act") or "")
    if desk.chosen is None:
        return _page(request, desk, None)
    if request.method != "POST":
        return _page(request, desk, desk.form(initial=_initial(request)))
    if "draft" in request.POST:
        return _keep_draft(request, desk.chosen)
    form = desk.form(request.POST)
    if not form.is_valid():
        return _page(request, desk, form, 422)
    token = form.cleaned_data[TOKEN] or ""
    outcome = operations.perform(
        form.act(case="", actor=desk.actor, now=current_instant()),
        user=request.user,
        idempotency_key=token if TOKENS.fullmatch(token) else None,
    )
    if isinstance(outcome, Refusal):
        form.refused(outcome)
        return _page(request, desk, form, status_of(outcome, opening=True))
    opened = next(change for change in outcome.changes if change.state.type == desk.chosen.rule.opens)
    if KEYS.fullmatch(draft := request.POST.get("from-draft", "")):
        Draft.objects.filter(pk=int(draft), owner=user_of(request)).delete()
    row = Case.objects.only("number").get(pk=opened.case)
    messages.success(
        request,
        _("Registered as %(number)s.") % {"number": row.number},
        extra_tags=f"new-{desk.chosen.key}",
    )
    if visible_cases(request.user).filter(pk=opened.case).exists():
        return redirect("desk:case", row.number)
    # He is concerned by what he has just taken down, and sees it no more (CR-2).
    return redirect("desk:my_day")


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What another page hands over: a draft, or a caller already known."""
    if KEYS.fullmatch(draft := request.GET.get("draft", "")):
        found = get_object_or_404(Draft, pk=int(draft), owner=user_of(request))
        return dict(found.typed)
    return {name: request.GET[name][:200] for name in (PHONE, CUSTOMER) if name in request.GET}


def _keep_draft(request: HttpRequest, chosen: Opening) -> HttpResponse:
    """Keep what was typed, whatever it is; nothing is compulsory."""
    form = ActForm(
        request.POST, pack=chosen.pack, rule=chosen.rule, directory=world_now().directory, at=current_instant()
    )
    typed: dict[str, Any] = {}
    for name in form.fields:
        if name in (TOKEN, "at-seq") or not KEPT_NAMES.fullmatch(name):
            continue
        values = [value.replace("\x00", "")[:LONGEST_TYPED] for value in request.POST.getlist(name) if value]
        if values:
            many = getattr(form.fields[name].widget, "allow_multiple_selected", False)
            typed[name] = values if many else values[0]
    subject = chosen.pack.cases[chosen.rule.opens or ""].subject or ""
    title = str(typed.get(subject) or typed.get(CUSTOMER) or in_words(chosen.rule.name)).strip().split("\n")[0][:200]
    draft_id = request.POST.get("from-draft", "")
    fields = {"pack": chosen.pack.id, "act": chosen.rule.id, "typed": typed, "title": title}
    draft = Draft.objects.filter(pk=int(draft_id), owner=user_of(request)).first() if KEYS.fullmatch(draft_id) else None
    if draft is None:
        draft = Draft.objects.create(owner=user_of(request), **fields)
    else:
        for name, value in fields.items():
            setattr(draft, name, value)
        draft.save()
    messages.success(request, _("Kept as a draft; it waits on your day."), extra_tags=f"new-{chosen.key}")
    return redirect("desk:my_day")


@access("inside")
@require_POST
def discard_draft(request: HttpRequest, draft: int) -> HttpResponse:
    """Discard one of one's own drafts."""
    get_object_or_404(Draft, pk=draft, owner=user_of(request)).delete()
    messages.success(request, _("The draft is discarded."))
    return redirect("desk:my_day")


@access("inside")
@require_POST
def will_become(request: HttpRequest) -> HttpResponse:
    """The live line of a new case: what registering it as typed would bring."""
    desk = _Desk(request, request.POST.get("act", ""))
    if desk.chosen is None:
        raise Http404
    form = desk.form(request.POST)
    if not form.is_valid():
        wanted = [str(form.fields[name].label) for name in form.errors if name in form.fields]
        forecast = Forecast(pending=_("Still wanted: %(fields)s") % {"fields": listed(wanted)} if wanted else "")
    else:
        act: Act = form.act(case="new", actor=desk.actor, now=desk.at)
        outcome = decide(desk.world, act)
        warnings = tuple(rest_day_warnings(desk.world.calendar, form))
        if isinstance(outcome, Refusal):
            forecast = Forecast(refusal=in_words(why_refused(outcome)), warnings=warnings)
        else:
            lines = consequences(desk.world.packs, desk.world.directory, outcome)
            forecast = Forecast(tuple(lines), warnings=warnings)
    return render(request, "desk/_outcome.html", {"forecast": forecast})


@access("inside")
@require_POST
def caller(request: HttpRequest) -> HttpResponse:
    """Who calls, and what was complained of before: by telephone number or name, as they are typed."""
    visible = visible_cases(request.user)
    phone, customer = (request.POST.get(name, "").replace("\x00", "").strip()[:80] for name in (PHONE, CUSTOMER))
    known = known_by(visible, phone, customer)
    context = {"known": known, "asked": bool(phone or customer)}
    return render(request, "desk/_caller.html", context)


@access("inside")
@require_POST
def duplicates(request: HttpRequest) -> HttpResponse:
    """Open cases that read like the one being typed."""
    desk = _Desk(request, request.POST.get("act", ""))
    if desk.chosen is None:
        raise Http404
    subject = desk.chosen.pack.cases[desk.chosen.rule.opens or ""].subject or ""
    text = request.POST.get(subject, "").replace("\x00", "")[:2000]
    found = alike(visible_cases(request.user), desk.chosen.pack.id, desk.chosen.rule.opens or "", text)
    return render(request, "desk/_duplicates.html", {"found": found})


def draft_address(draft: Draft) -> str:
    """Where a draft goes on."""
    return f"{reverse('desk:new')}?{urlencode({'act': f'{draft.pack}.{draft.act}', 'draft': str(draft.pk)})}"

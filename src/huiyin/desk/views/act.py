"""Any act of any regulation on a case: its form, what it would bring, and doing it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.cases.queries import visible_cases
from huiyin.common.access import access
from huiyin.common.dates import current_instant
from huiyin.desk import case_page
from huiyin.desk.act_form import ROW, SEQ, TOKEN, ActForm, status_of
from huiyin.desk.proposals import proposals_for, rest_day_warnings
from huiyin.desk.surroundings import OpenCase, actor_of, open_case
from huiyin.desk.words import in_words, listed
from huiyin_engine.decide import decide
from huiyin_engine.explain import Line, consequences, why_refused
from huiyin_engine.language.pack import ActRule
from huiyin_engine.model import events as e
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import Act, Refusal

TOKENS = re.compile(r"[0-9A-Za-z_-]{8,64}")


class Forecast(NamedTuple):
    """What an act would bring: lines, or the reason why it would be refused; `warnings` about what was typed."""

    lines: tuple[Line, ...] = ()
    refusal: str = ""
    pending: str = ""
    warnings: tuple[str, ...] = ()


def _rule(case: OpenCase, act: str) -> ActRule:
    rule = case.pack.acts.get(act)
    if rule is None or case.state.type not in rule.of:
        raise Http404
    return rule


def form_for(request: HttpRequest, case: OpenCase, rule: ActRule, data: Any = None) -> ActForm:
    """The form of an act on a case."""
    also: list[tuple[str, str]] = []
    if rule.also_on:
        others = visible_cases(request.user).filter(pack=case.row.pack, type=case.row.type, closed_at=None)
        also = [(o.id, f"{o.number} · {o.title}") for o in others.exclude(id=case.row.id).order_by("title")[:200]]
    return ActForm(
        data,
        pack=case.pack,
        rule=rule,
        directory=case.directory,
        at=case.at,
        state=case.state,
        row=request.GET.get("row"),
        seq=case.row.seq,
        also=also,
    )


def forecast(case: OpenCase, form: ActForm) -> Forecast:
    """What the act as typed would bring, decided on the world the page looks at; nothing is kept."""
    if not form.is_valid():
        missing = [str(form.fields[name].label) for name in form.errors if name in form.fields]
        return Forecast(pending=_("Still wanted: %(fields)s") % {"fields": listed(missing)} if missing else "")
    act = form.act(case=case.row.id, actor=case.actor, now=case.at)
    outcome = decide(case.world, act)
    warnings = tuple(rest_day_warnings(case.world.calendar, form))
    if isinstance(outcome, Refusal):
        return Forecast(refusal=in_words(why_refused(outcome)), warnings=warnings)
    lines = consequences(case.world.packs, case.directory, outcome, {case.row.id: case.state})
    return Forecast(tuple(lines), warnings=warnings)


def _page(
    request: HttpRequest, case: OpenCase, rule: ActRule, form: ActForm, status: int = 200, **more: Any
) -> HttpResponse:
    row = form[ROW].value() if ROW in form.fields else None
    shut = (o.refusal for o in case_page.may_now(case) if o.act == rule.id and o.row in (None, row))
    refusal = next(shut, None)
    context = {
        "case": case.row,
        "rule": rule,
        "form": form,
        "name": in_words(rule.name),
        "guide": in_words(rule.guide) if rule.guide else "",
        "sayings": [in_words(s.text) for s in case.pack.sayings.values() if rule.id in s.acts],
        "shut": in_words(why_refused(refusal)) if refusal is not None and not form.is_bound else "",
        "clause_words": _clause_words(case, rule),
        "proposals": proposals_for(case.world.calendar, case.at, form),
        "next": _next(request),
        "keep": f"act-{case.row.number}-{rule.id}",
        **more,
    }
    template = "desk/act.html#panel" if request.htmx and "panel" in request.GET else "desk/act.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _clause_words(case: OpenCase, rule: ActRule) -> str:
    says = next((c.says for c in case.pack.clauses if c.number == rule.source.clause), None)
    return in_words(says) if says else ""


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else ""


@access("inside")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """The form of an act; a POST does it. Somebody else was quicker: 409 with what he did, and what was typed stays."""
    case = open_case(request, number)
    rule = _rule(case, act)
    if request.method != "POST":
        return _page(request, case, rule, form_for(request, case, rule))
    form = form_for(request, case, rule, request.POST)
    if not form.is_valid():
        return _page(request, case, rule, form, 422)
    history = case.history()
    seen = form.cleaned_data[SEQ]
    wanted = form.act(case=case.row.id, actor=case.actor, now=current_instant())
    if seen is not None and 0 <= seen < len(history):
        if _done_already(history[seen:], wanted):
            return _taken(request, case.row, rule)
        news = case_page.since(case, history, seen)
        if news:
            renewed = request.POST.copy()
            renewed[SEQ] = str(case.row.seq)
            form.data = renewed
            return _page(request, case, rule, form, 409, news=news)
    token = form.cleaned_data[TOKEN] or ""
    outcome = operations.perform(wanted, user=request.user, idempotency_key=token if TOKENS.fullmatch(token) else None)
    if isinstance(outcome, Refusal):
        form.refused(outcome)
        return _page(request, case, rule, form, status_of(outcome, opening=False))
    return _taken(request, case.row, rule)


def _done_already(entries: Sequence[Entry], wanted: Act) -> bool:
    """The same act with the same values by the same person since then: the form was sent twice."""
    return any(
        isinstance(x.event, e.ActDone)
        and (x.event.act, x.event.actor, x.event.row) == (wanted.name, wanted.actor, wanted.row)
        and dict(x.event.inputs) == dict(wanted.inputs)
        for x in entries
    )


def _taken(request: HttpRequest, row: Case, rule: ActRule) -> HttpResponse:
    messages.success(
        request, _("Done: %(act)s") % {"act": in_words(rule.name)}, extra_tags=f"act-{row.number}-{rule.id}"
    )
    return redirect(_next(request) or row_address(row))


def row_address(row: Case) -> str:
    """The page of a case."""
    from django.urls import reverse

    return reverse("desk:case", args=[row.number])


@access("inside")
@require_POST
def outcome(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """What the act would bring as it is typed now: the live line of the form."""
    case = open_case(request, number)
    rule = _rule(case, act)
    form = form_for(request, case, rule, request.POST)
    return render(request, "desk/_outcome.html", {"forecast": forecast(case, form), "actor": actor_of(request)})

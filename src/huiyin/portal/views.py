"""The pages of complainants: to complain, to follow, to answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.cases.unit_of_work import NoSuchCase
from huiyin.common.access import access
from huiyin.common.client import client_address
from huiyin.common.errors import ExplainedError, Explanation, render_explanation
from huiyin.documents.downloads import download
from huiyin.documents.models import CaseFile
from huiyin.portal import limits, offers, operations, secret
from huiyin.portal.fields import in_words
from huiyin.portal.forms import FollowForm, PartyForm
from huiyin.portal.models import PublicAccess, QrPlace
from huiyin.portal.offers import Offer
from huiyin.portal.public_words import FILES, MAIL, PLACE
from huiyin.portal.status import Status, expected_steps, status_of
from huiyin_engine.model.outcome import Refusal

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
OPEN_CASE, JUST_RECEIVED = "portal_case", "portal_received"


@access("anyone")
@get_or_post
def start(request: HttpRequest) -> HttpResponse:
    """Straight to the form if there is one regulation to complain under, else a choice."""
    found = offers.offers()
    if len(found) == 1:
        return redirect("portal:complain", found[0].pack.id)
    return render(request, "portal/start.html", {"offers": found})


@access("anyone")
@never_cache
@get_or_post
def complain(request: HttpRequest, pack: str) -> HttpResponse:
    """The form of a regulation."""
    return _complain(request, pack, None)


@access("anyone")
@never_cache
@get_or_post
def complain_at(request: HttpRequest, code: str) -> HttpResponse:
    """The form as a poster opens it: it knows where it hangs."""
    place = get_object_or_404(QrPlace, code=code.lower())
    if place.closed_at is not None:
        return redirect("portal:start")
    return _complain(request, place.pack, place)


def _complain(request: HttpRequest, pack: str, place: QrPlace | None) -> HttpResponse:
    offer = offers.offer(pack)
    if offer is None:
        raise Http404
    purpose = f"complain:{offer.pack.id}"
    initial = {PLACE: place.display_label} if place is not None else {}
    if request.method != "POST":
        form = PartyForm(offer.pack, offer.arrival.act, purpose, initial=initial)
        return _form_page(request, offer, place, form)
    form = PartyForm(offer.pack, offer.arrival.act, purpose, request.POST, request.FILES, initial=initial)
    if not form.is_valid():
        return _form_page(request, offer, place, form, 422)
    known = PublicAccess.objects.filter(nonce=form.nonce).first()
    address = client_address(request)
    if known is None and limits.counted("complaint", address) >= settings.PORTAL_COMPLAINTS_PER_HOUR:
        form.renew_token()
        form.add_error(
            None,
            _(
                "Many complaints have come from your network within an hour. Nothing is lost: please wait a little "
                "and send it again, or telephone."
            ),
        )
        return _form_page(request, offer, place, form, 429)
    try:
        answer = operations.complain(offer, form.inputs(), form.attachments(), form.nonce)
    except ExplainedError as error:
        _add_explained(form, error)
        return _form_page(request, offer, place, form, error.status)
    if isinstance(answer, Refusal):
        _add_refusal(form, answer)
        return _form_page(request, offer, place, form, 422)
    if answer.is_new:
        limits.count("complaint", address)
        if mail := form.cleaned_data.get(MAIL):
            operations.mail_access(answer.access, mail, secret.secret_for(form.nonce))
    request.session[JUST_RECEIVED] = [answer.access.pk, timezone.now().timestamp()]
    _open(request, answer.access)
    return redirect("portal:received")


def _form_page(
    request: HttpRequest, offer: Offer, place: QrPlace | None, form: PartyForm, status: int = 200
) -> HttpResponse:
    context = {"offer": offer, "place": place, "form": form, "steps": expected_steps(offer)}
    return render(request, "portal/complain.html", context, status=status)


def _add_explained(form: PartyForm, error: ExplainedError) -> None:
    """What is wrong with a file, at the field of files; what was typed stays, the files must be chosen again."""
    said = error.explanation
    form.add_error(
        FILES if FILES in form.fields else None, " ".join(str(s) for s in (said.reason, *said.ways_out) if s)
    )


def _add_refusal(form: PartyForm, refusal: Refusal) -> None:
    """The engine's own words at the field they name."""
    said = f"{in_words(refusal.text)} ({refusal.clause})" if refusal.clause else in_words(refusal.text)
    way_out = in_words(refusal.way_out)
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, " · ".join(filter(None, (said, way_out))))


@access("anyone")
@never_cache
@get_or_post
def received(request: HttpRequest) -> HttpResponse:
    """Number, secret and link; it can be opened again for a while, in this browser."""
    pk, since = request.session.get(JUST_RECEIVED, (0, 0.0))
    found = PublicAccess.objects.filter(pk=pk).first() if _is_fresh(since) else None
    words = secret.secret_for(found.nonce) if found else ""
    if found is None or secret.digest_of(words) != found.secret_hash:
        return redirect("portal:follow")
    context = {"access": found, "secret": words, "link": operations.link_of(found), "status": status_of(found)}
    return render(request, "portal/received.html", context)


@access("anyone")
@never_cache
@get_or_post
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for number and secret. A wrong one of either gets one and the same answer."""
    form = FollowForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "portal/follow.html", {"form": form}, status=422 if form.is_bound else 200)
    address, number = client_address(request), form.cleaned_data["number"].strip().upper()
    most = settings.PORTAL_WRONG_SECRETS_PER_HOUR
    held_up = max(limits.counted("secret", address), limits.counted("number", number)) >= most
    found = secret.find(number, form.cleaned_data["secret"])
    if held_up:
        form.add_error(
            None, _("There were too many wrong tries. Wait an hour, use the link you were given, or telephone.")
        )
        return render(request, "portal/follow.html", {"form": form}, status=429)
    if found is None:
        limits.count("secret", address)
        limits.count("number", number)
        form.add_error(
            None, _("There is no complaint with this number and this secret. Compare both with what you were given.")
        )
        return render(request, "portal/follow.html", {"form": form}, status=422)
    _open(request, found)
    return redirect("portal:status")


@access("anyone")
@never_cache
@get_or_post
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link with the secret in it; it leaves the address at once, so that it is not seen over a shoulder."""
    found = secret.by_link(token)
    if found is None:
        raise Http404
    _open(request, found)
    return redirect("portal:status")


def _open(request: HttpRequest, found: PublicAccess) -> None:
    request.session[OPEN_CASE] = [found.pk, timezone.now().timestamp()]


def _is_fresh(since: float) -> bool:
    return timezone.now().timestamp() - since < settings.PORTAL_MINUTES * 60


def _opened(request: HttpRequest) -> tuple[PublicAccess, Status] | None:
    """The case that is open in this browser, for a while after it was last looked at."""
    pk, since = request.session.get(OPEN_CASE, (0, 0.0))
    found = PublicAccess.objects.filter(pk=pk).first() if pk and _is_fresh(since) else None
    if found is None:
        return None
    try:
        status = status_of(found)
    except NoSuchCase:
        return None
    _open(request, found)
    return found, status


@access("anyone")
@never_cache
@get_or_post
def status(request: HttpRequest) -> HttpResponse:
    """The complainant's page."""
    opened = _opened(request)
    if opened is None:
        return redirect("portal:follow")
    return render(request, "portal/status.html", {"status": opened[1]})


@access("anyone")
@never_cache
@get_or_post
def act(request: HttpRequest, act: str) -> HttpResponse:
    """One of the acts open to the complainant now, as a form."""
    opened = _opened(request)
    if opened is None:
        return redirect("portal:follow")
    found, shown = opened
    rule = next((r for r in shown.acts if r.id == act), None)
    purpose = f"act:{found.pk}:{act}"
    if rule is None:
        known = request.method == "POST" and act in shown.pack.acts
        explanation = Explanation(
            title=_("This cannot be done now"),
            reason=_("It was done already, or the case has moved on meanwhile. What you sent was not taken."),
            ways_out=(_("Look at how your complaint stands now."),),
        )
        if not known:
            raise Http404
        return render_explanation(request, 409, explanation)
    if request.method != "POST":
        return _act_page(request, shown, rule, PartyForm(shown.pack, rule, purpose))
    form = PartyForm(shown.pack, rule, purpose, request.POST, request.FILES)
    if not form.is_valid():
        return _act_page(request, shown, rule, form, 422)
    if limits.counted("act", found.case_id) >= settings.PORTAL_COMPLAINTS_PER_HOUR:
        form.renew_token()
        form.add_error(
            None, _("You have sent a great deal within an hour. Nothing is lost: wait a little, then send it.")
        )
        return _act_page(request, shown, rule, form, 429)
    try:
        answer = operations.act_as_party(found, rule.id, form.inputs(), form.attachments(), form.nonce)
    except ExplainedError as error:
        _add_explained(form, error)
        return _act_page(request, shown, rule, form, error.status)
    if isinstance(answer, Refusal):
        _add_refusal(form, answer)
        return _act_page(request, shown, rule, form, 409)
    limits.count("act", found.case_id)
    return redirect("portal:status")


def _act_page(request: HttpRequest, shown: Status, rule: Any, form: PartyForm, status: int = 200) -> HttpResponse:
    context = {"status": shown, "rule": rule, "form": form}
    return render(request, "portal/act.html", context, status=status)


@access("anyone")
@never_cache
@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file the complainant sent himself."""
    opened = _opened(request)
    if opened is None:
        return redirect("portal:follow")
    found = opened[0]
    return download(get_object_or_404(CaseFile, pk=pk, case_id=found.case_id, added_by=f"party:{found.party}"))


@access("anyone")
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on a device that others use."""
    for key in (OPEN_CASE, JUST_RECEIVED):
        request.session.pop(key, None)
    return redirect("portal:follow")

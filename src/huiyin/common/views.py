"""Error pages, health, preferences, the gallery."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from huiyin.common import health, navigation, outages
from huiyin.common.access import access, is_for_programs
from huiyin.common.context import THEME_COOKIE, THEMES
from huiyin.common.dates import start_of_day
from huiyin.common.errors import Explanation, render_explanation
from huiyin.common.forms import DateInput, MomentInput

change_language = access("anyone")(require_POST(set_language))


@access("anyone")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page the one who asks may open. A face with a landing page of its own takes this address first."""
    sections = navigation.sections_for(request)
    return redirect(sections[0].entries[0].url if sections else "accounts:account")


@access("anyone")
@require_POST
def change_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen colours in a cookie and go back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    if (theme := request.POST.get("theme")) in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=31_536_000, samesite="Lax", secure=settings.HTTPS, httponly=True
        )
    return response


@access("anyone")
@require_safe
def health_json(request: HttpRequest) -> HttpResponse:
    """For monitors: 200 while nothing has failed, else 503. Details are kept for administrators."""
    results = health.run()
    level = health.worst(results)
    checks = [{"check": result.check, "level": result.finding.level.word} for result in results]
    status = 503 if level is health.Level.FAILURE else 200
    return JsonResponse({"level": level.word, "checks": checks}, status=status, headers={"Cache-Control": "no-store"})


@access("administrator")
@require_safe
def health_page(request: HttpRequest) -> HttpResponse:
    """Every check with its finding and the way out."""
    results = sorted(health.run(), key=lambda result: -result.finding.level)
    return render(request, "common/health.html", {"results": results, "worst": health.worst(results)})


class SampleForm(forms.Form):
    """One field of each kind, for the gallery."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As it is printed."), max_length=80)
    day = forms.DateField(label=gettext_lazy("From"), widget=DateInput)
    moment = forms.DateTimeField(label=gettext_lazy("Until"), widget=MomentInput, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("a", gettext_lazy("Department")), ("b", gettext_lazy("Estate"))]
    )
    text = forms.CharField(label=gettext_lazy("Remark"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("I have read it"))


@access("administrator")
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    now = timezone.now()
    midnight = start_of_day(timezone.localdate() + timedelta(days=1))
    moments = [now - timedelta(days=1, hours=3), midnight - timedelta(seconds=1), midnight, now + timedelta(days=9)]
    messages.info(request, _("A message that only informs."))
    messages.success(request, _("Something was done."))
    messages.warning(request, _("Something needs attention."))
    messages.error(request, _("Something was not done."))
    context = {
        "moments": moments,
        "fixed": datetime(2026, 3, 12, 10, 0, tzinfo=UTC),
        "form": SampleForm(),
        "wrong": SampleForm({"name": "x" * 81, "kind": "c"}),
        "long": _("A very long name that somebody has given to something, so that one sees where it breaks") * 2,
    }
    return render(request, "common/gallery.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render_explanation(
        request,
        400,
        Explanation(
            title=_("This request cannot be read"),
            reason=_("What the browser sent is incomplete, too large, or was changed on the way."),
            ways_out=(_("Go back, reload the page and try again."),),
        ),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the reason the program gave."""
    return render_explanation(
        request,
        403,
        Explanation(
            title=_("You may not open this page"),
            reason=str(exception) or _("Your posts and rights do not cover it."),
            ways_out=(_("Go back to where you came from."), _("If your work needs it, ask an administrator.")),
        ),
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; the same for what does not exist and for what one may not know of."""
    return render_explanation(
        request,
        404,
        Explanation(
            title=_("There is nothing at this address"),
            reason=_("Either it never existed, or it is not for you to see."),
            ways_out=(_("Check the address."), _("Search for what you need."), _("Go to the first page.")),
        ),
    )


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is older than the session, or that another site sent."""
    return render_explanation(
        request,
        403,
        Explanation(
            title=_("This form has become too old"),
            reason=_("You signed in or out since it was opened, or the browser keeps no cookies. Nothing was saved."),
            ways_out=(_("Go back; what you typed is still there. Reload the page and send it again."),),
        ),
    )


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """
    500: a fault of ours; or 503 while the database is away, full, busy or older than the program.

    Asks the database nothing, since it may be the database that failed.
    """
    explanation, status = outages.explained(sys.exc_info()[1]), 503
    if explanation is None:
        status = 500
        explanation = Explanation(
            title=_("Something went wrong on our side"),
            reason=_("The program met a fault. What you sent was not half saved: it is saved whole or not at all."),
            ways_out=(_("Go back and try again in a moment."), _("If it stays, tell an administrator the time.")),
        )
    if is_for_programs(request):
        body = {
            "type": "urn:huiyin:problem:" + ("unavailable" if status == 503 else "fault"),
            "title": str(explanation.title),
            "status": status,
            "code": "unavailable" if status == 503 else "fault",
            "detail": str(explanation.reason),
            "way_out": " ".join(str(way) for way in explanation.ways_out),
        }
        response: HttpResponse = JsonResponse(body, status=status, content_type="application/problem+json")
    elif getattr(request, "htmx", False):
        response = render_explanation(request, status, explanation)
    else:
        context = {"explanation": explanation, "status": status, "at": timezone.now()}
        response = render(request, "common/fault.html", context, status=status)
    if status == 503:
        response["Retry-After"] = str(outages.RETRY_AFTER_SECONDS)
    return response

"""What went wrong, told to a person: what it is, why, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The text of an error page: a title, why it is so, the ways out, and the rule it rests on if there is one."""

    title: Words
    reason: Words
    ways_out: tuple[Words, ...] = ()
    source: Words = ""


class ExplainedError(Exception):
    """An answer that is a page with an explanation. Raise one of its subclasses from a view or an operation."""

    status = 400

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(str(explanation.title))
        self.explanation = explanation


class Conflict(ExplainedError):  # noqa: N818 - the word of HTTP
    """The request was understood and is refused as things stand (409): a rule forbids it, or somebody was quicker."""

    status = 409


class Unprocessable(ExplainedError):  # noqa: N818 - the word of HTTP
    """What was sent cannot be taken (422)."""

    status = 422


def render_explanation(request: HttpRequest, status: int, explanation: Explanation) -> HttpResponse:
    """The error page, or for htmx only its notice, which the page shows without losing what was typed."""
    htmx = bool(getattr(request, "htmx", False))
    template = engines["django"].get_template("common/error.html#notice" if htmx else "common/error.html")
    content = template.render({"status": status, "explanation": explanation}, request)
    response = HttpResponse(content, status=status)
    if htmx:
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
    return response


def shut_door(request: HttpRequest, allowed: Words) -> HttpResponse:
    """403 that says who may open the address."""
    return render_explanation(
        request,
        403,
        Explanation(
            title=_("You may not open this page"),
            reason=_("It is open to: %(allowed)s.") % {"allowed": allowed},
            ways_out=(_("Go back to where you came from."), _("If your work needs it, ask an administrator.")),
        ),
    )

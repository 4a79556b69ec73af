"""Turns explained errors into pages, and stops addresses that nothing here can take."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from huiyin.common.errors import ExplainedError, Explanation, render_explanation


class ErrorPageMiddleware:
    """
    Answers an `ExplainedError` that a view let through with its page and status.

    An address that is opened in another way than it is meant for says so (405). One with a NUL in its path or query is
    answered with 400: no database could look for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or b"\x00" in unquote_to_bytes(request.META.get("QUERY_STRING", "")):
            return render_explanation(
                request,
                400,
                Explanation(
                    title=_("This address cannot be read"),
                    reason=_("It holds a character that stands for nothing (NUL)."),
                    ways_out=(_("Check the address."), _("Go to the first page.")),
                ),
            )
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            allowed = response["Allow"]
            response = render_explanation(
                request,
                405,
                Explanation(
                    title=_("Nothing can be shown at this address"),
                    reason=_("It only takes what a form sends. Nothing was saved."),
                    ways_out=(_("Go back to the page with the form."), _("Go to the first page.")),
                ),
            )
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of an explained error; None for every other."""
        if isinstance(exception, ExplainedError):
            return render_explanation(request, exception.status, exception.explanation)
        return None

"""Turns explained errors into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from huiyin.common.errors import ExplainedError, render_explanation


class ErrorPageMiddleware:
    """Answers an `ExplainedError` that a view let through with its page and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of an explained error; None for every other."""
        if isinstance(exception, ExplainedError):
            return render_explanation(request, exception.status, exception.explanation)
        return None

"""Under the interface's address every error is a problem, whoever answers it: a program cannot read a page."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from huiyin.api.problems import Problem, answer

ROOT = "/api/"


class ProblemMiddleware:
    """Turns the error pages that other parts of the frame answer with into problem details."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(ROOT) or response.status_code < 400:
            return response
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        status = HTTPStatus(response.status_code)
        title = _("A fault of ours") if status >= 500 else _("The request was not taken")
        told = answer(request, Problem(status, f"http_{status.name.lower()}", title, detail=status.phrase))
        for name in ("Allow", "Retry-After", "WWW-Authenticate"):
            if name in response:
                told[name] = response[name]
        return told

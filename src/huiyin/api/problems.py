"""Problem details (RFC 9457): one shape for everything that is not done, with code, clause, field and way out."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from huiyin_engine.model.outcome import Refusal
from huiyin_engine.texts import Text

MEDIA_TYPE = "application/problem+json"
FORBIDDEN = frozenset(("no_right", "concerned"))
NOT_FOUND = frozenset(("act_unknown", "case_unknown"))
UNPROCESSABLE = frozenset(
    ("input_missing", "input_wrong", "input_unknown", "in_the_future", "dated_before_history", "row_missing")
)


class ProblemOut(Schema):
    """Why something was not done. `code` is stable; texts are in the language asked for, `texts` in both."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    clause: str = ""
    way_out: str = ""
    field: str = ""
    people: list[str] = Field(default_factory=list)
    texts: dict[str, dict[str, str]] = Field(default_factory=dict)
    errors: list[dict[str, Any]] = Field(default_factory=list)


class Problem(Exception):  # noqa: N818 - the word of the standard
    """An answer that is a problem."""

    def __init__(self, status: int, code: str, title: str | Promise, **more: Any) -> None:
        super().__init__(str(title))
        self.status, self.code, self.title, self.more = status, code, title, more


def in_words(text: Text) -> str:
    """A text of the regulation in the language asked for."""
    return text.in_language(get_language() or "zh")


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as a response."""
    body = {
        "type": f"urn:huiyin:problem:{problem.code}",
        "title": str(problem.title),
        "status": problem.status,
        "code": problem.code,
        **{name: str(v) if isinstance(v, Promise) else v for name, v in problem.more.items() if v},
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=problem.status, content_type=MEDIA_TYPE
    )


def status_of(refusal: Refusal) -> int:
    """403 for who may not, 404 for what is not there, 422 for what was sent wrongly, 409 for what cannot be now."""
    if refusal.code in FORBIDDEN:
        return 403
    if refusal.code in NOT_FOUND:
        return 404
    return 422 if refusal.code in UNPROCESSABLE else 409


def of_refusal(refusal: Refusal) -> Problem:
    """The engine's refusal, word for word."""
    return Problem(
        status_of(refusal),
        refusal.code,
        in_words(refusal.text),
        detail=in_words(refusal.text),
        clause=refusal.clause,
        way_out=in_words(refusal.way_out),
        field=refusal.field,
        people=list(refusal.people),
        texts={"detail": refusal.text._asdict(), "way_out": refusal.way_out._asdict()},
    )


def not_found() -> Problem:
    """One answer for what does not exist and for what one may not know of (CR-2)."""
    return Problem(
        404,
        "not_found",
        _("There is nothing at this address"),
        detail=_("Either it never existed, or it is not for you to see."),
    )


def no_person() -> Problem:
    """The account belongs to nobody of the organisation."""
    return Problem(
        403,
        "no_person",
        _("This account belongs to no person of the organisation"),
        way_out=_("An administrator links the account with a person."),
    )

"""Constrained types that every endpoint shares, and cursors: nothing a database cannot take comes further than here."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

from annotated_types import Ge, Le, MaxLen, MinLen
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator

from huiyin.api.problems import Problem
from huiyin.common.dates import CIVIL

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
DEFAULT_LIMIT = 50


def storable(text: str) -> str:
    """Text a database takes: no NUL, no half of a surrogate pair. Raises ValueError."""
    if "\x00" in text:
        raise ValueError("holds a character that cannot be kept (NUL)")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("holds half of a character") from None
    return text


def bounded(moment: datetime) -> datetime:
    """A likely moment, aware; without an offset it is civil time. Raises ValueError."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=CIVIL)
    try:
        likely = EARLIEST <= aware <= LATEST
    except OverflowError:
        likely = False
    if not likely:
        raise ValueError("is no likely date (1900 to 2199)")
    return aware


def iso(value: object) -> object:
    """Only ISO 8601 text is a moment; a bare number is not taken for seconds. Raises ValueError."""
    if isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise ValueError("is no moment; write 2026-03-12T18:00:00+08:00")


Word = Annotated[str, MinLen(1), MaxLen(200), AfterValidator(storable)]
Words = Annotated[str, MaxLen(200), AfterValidator(storable)]
LongText = Annotated[str, MaxLen(4_000), AfterValidator(storable)]
Limit = Annotated[int, Ge(0), Le(200)]
Seq = Annotated[int, Ge(0), Le(2**31 - 1)]
Moment = Annotated[datetime, BeforeValidator(iso), AfterValidator(bounded)]
Cursor = Annotated[str, MaxLen(600), AfterValidator(storable)]


class Page(Schema):
    """`next` is the cursor of the following page; null on the last."""

    next: str | None = None


def encode_cursor(*parts: Any) -> str:
    """A cursor: where the last row of a page stands in the order of its list."""
    raw = json.dumps([p.isoformat() if isinstance(p, datetime) else p for p in parts], ensure_ascii=False)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *types: Callable[[Any], Any]) -> list[Any]:
    """What a cursor says. Raises Problem (422) if it was not made here for such a list."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list) or len(raw) != len(types):
            raise ValueError
        return [make(part) for make, part in zip(types, raw, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Problem(
            422,
            "cursor_wrong",
            _("This cursor is of no list of ours"),
            field="cursor",
            way_out=_("Leave it out to begin at the first page."),
        ) from None


def moment_part(part: Any) -> datetime:
    """A moment in a cursor. Raises ValueError."""
    return bounded(datetime.fromisoformat(text_part(part)))


def text_part(part: Any) -> str:
    """A text in a cursor. Raises ValueError."""
    if not isinstance(part, str):
        raise ValueError
    return storable(part)


def number_part(part: Any) -> int:
    """A number in a cursor. Raises ValueError."""
    if not isinstance(part, int) or isinstance(part, bool) or not 0 <= part < 2**31:
        raise ValueError
    return part


def page_of(rows: Iterable[Any], limit: int, cursor: Callable[[Any], str]) -> tuple[list[Any], str | None]:
    """The rows of a page out of `limit + 1` that were asked for, and the cursor of the next page."""
    found = list(rows)
    shown = found[:limit]
    return shown, cursor(shown[-1]) if len(found) > limit and shown else None

"""Numbers of cases 编号: prefix, civil year, four digits or more, without gaps: HY-2026-0187.

A number is taken inside the transaction that opens the case; if that fails it was never given out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection

from huiyin.cases import loads
from huiyin.cases.models import Case, NumberSeries
from huiyin.organisation.models import Revision
from huiyin_engine.instants import day_of, year_of

_SERIES = NumberSeries._meta.db_table
_TAKE = (
    f"INSERT INTO {_SERIES} (prefix, year, last) VALUES (%s, %s, 1) "  # noqa: S608 - names of ours
    f"ON CONFLICT (prefix, year) DO UPDATE SET last = {_SERIES}.last + 1 RETURNING last, "
    f"(SELECT stamp FROM {Revision._meta.db_table} WHERE id = 1), "
    f"(SELECT COUNT(*) FROM {Case._meta.db_table} WHERE id = %s)"
)
_TAKE_AND_LOADS = f"{_TAKE}, {loads.AS_JSON}"
"""The loads come along where nobody else can be writing: the transaction began IMMEDIATE. Elsewhere this statement may
have waited for another intake and would still show the loads from before it."""


class Allotted(NamedTuple):
    """
    A number, and what was read in the same statement: the directory's stamp, whether the case exists already, and the
    loads, or None where they are read on their own if they are wanted.
    """

    number: str
    revision: str
    exists: bool
    loads: Mapping[str, int] | None


def allot(prefix: str, at: int, case_id: str = "") -> Allotted:
    """Take the next number of a series, in the civil year of an instant, for a case to be opened."""
    year = year_of(day_of(at))
    alone = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_AND_LOADS if alone else _TAKE, [prefix, year, case_id])
        last, revision, exists, *more = cursor.fetchone()
    return Allotted(written(prefix, year, last), revision or "", bool(exists), loads.from_json(*more) if more else None)


def written(prefix: str, year: int, last: int) -> str:
    """A number as it is printed: HY-2026-0187."""
    return f"{prefix}-{year}-{last:04d}"


def at_least(prefix: str, year: int, last: int) -> None:
    """See to it that a series does not give out a number again that is in use."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_SERIES} (prefix, year, last) VALUES (%s, %s, %s) ON CONFLICT (prefix, year) "  # noqa: S608 - names of ours
            f"DO UPDATE SET last = excluded.last WHERE {_SERIES}.last < excluded.last",
            [prefix, year, last],
        )


def parts(number: str) -> tuple[str, int, int]:
    """(prefix, year, running number) of a number."""
    prefix, year, last = number.rsplit("-", 2)
    return prefix, int(year), int(last)

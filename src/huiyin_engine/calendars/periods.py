"""Calendar periods: week, month, quarter, half-year, year, each with its first and last day."""

from __future__ import annotations

from typing import Literal, NamedTuple, assert_never

from huiyin_engine.instants import day_from_parts, day_in_month, parts, weekday

PeriodKind = Literal["day", "week", "month", "quarter", "half_year", "year"]


class DaySpan(NamedTuple):
    """A run of days, both ends included."""

    first: int
    last: int


def period_of(kind: PeriodKind, day: int) -> DaySpan:
    """
    Return the period in which a day lies. A week runs from Monday to Sunday; half-years are January-June and
    July-December (上半年, 下半年).
    """
    match kind:
        case "day":
            return DaySpan(day, day)
        case "week":
            first = day - weekday(day)
            return DaySpan(first, first + 6)
        case "month":
            return _months_of(day, 1)
        case "quarter":
            return _months_of(day, 3)
        case "half_year":
            return _months_of(day, 6)
        case "year":
            return _months_of(day, 12)
        case _:
            assert_never(kind)


def period_after(kind: PeriodKind, day: int) -> DaySpan:
    """Return the period that follows the one in which a day lies."""
    return period_of(kind, period_of(kind, day).last + 1)


def _months_of(day: int, length: int) -> DaySpan:
    year, month, _ = parts(day)
    first_month = (month - 1) // length * length + 1
    return DaySpan(day_from_parts(year, first_month, 1), day_in_month(year, first_month + length - 1, 31))

"""
Instants that the calendar itself fixes: ends of weeks and months, the 28th, the fifth working day, the next round.

All functions take an instant and find their answer in its period or in a later one. `ends` is a time of day,
``closing``, ``opening`` or None for the calendar's end of day (`WorkingCalendar.instant_on`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from huiyin_engine.calendars.periods import DaySpan, PeriodKind, period_after, period_of
from huiyin_engine.calendars.working_calendar import RollRule, WorkingCalendar
from huiyin_engine.instants import DAY, day_in_month, parts, weekday

Which = Literal["day", "working_day"]


def end_of(
    kind: PeriodKind,
    instant: int,
    calendar: WorkingCalendar,
    *,
    last: Which = "day",
    later: int = 0,
    ends: str | None = None,
) -> int | None:
    """
    Return the end of the period in which an instant lies, or of a later one.

    Args:
        kind: Week (Monday to Sunday), month, quarter, half_year, year or day.
        instant: Any instant of the period to start from.
        calendar: Gives the working days and the hour.
        last: The last day of the period (R03-C6: month end 23:59:59) or its last working day (R05-Q9, R40-G1).
        later: So many periods later.
        ends: The hour.

    Returns:
        The instant; None where a working day is wanted and the period has none (a National Day week).
    """
    span = _period(kind, instant, later)
    day = span.last if last == "day" else calendar.last_working_day_of(kind, span.last)
    return None if day is None else calendar.instant_on(day, ends)


def next_end_of(
    kind: PeriodKind, instant: int, calendar: WorkingCalendar, *, last: Which = "day", ends: str | None = None
) -> int:
    """
    Return the first end of a period at or after an instant: the next round not yet held (R05-C16).

    Periods without any working day have no round and are passed over; what falls into a week after its round belongs
    to the next one.
    """
    later = 0
    while True:
        end = end_of(kind, instant, calendar, last=last, later=later, ends=ends)
        if end is not None and end >= instant:
            return end
        later += 1


def nth_working_day(
    kind: PeriodKind, instant: int, number: int, calendar: WorkingCalendar, *, later: int = 0, ends: str | None = None
) -> int | None:
    """
    Return the `number`-th working day of the instant's period or of a later one; None where it has fewer.

    The first work week of next month (R37-G2) is ``nth_working_day("month", now, 5, calendar, later=1)``.
    """
    day = calendar.nth_working_day_of(kind, _period(kind, instant, later).first, number)
    return None if day is None else calendar.instant_on(day, ends)


def nth_working_day_after(
    kind: PeriodKind, instant: int, number: int, calendar: WorkingCalendar, *, ends: str | None = None
) -> int:
    """
    Return the `number`-th working day after the end of the instant's period, wherever it lies.

    Weekly lists due on the first working day after Sunday (R23-Z6), even when the next week has none.
    """
    day = calendar.add_working_days(period_of(kind, instant // DAY).last, number)
    return calendar.instant_on(day, ends)


def day_of_month(
    instant: int,
    number: int,
    calendar: WorkingCalendar,
    *,
    later: int = 0,
    ends: str | None = None,
    rest_day: RollRule = "keep",
) -> int:
    """
    Return day `number` of the instant's month or of so many months later, clipped to the month's end (CR-14).

    By the 8th, on a day of rest the last working day before it (R02-Q1): ``rest_day="previous_in_month"``.
    """
    year, month, _ = parts(instant // DAY)
    return calendar.instant_on(calendar.roll(day_in_month(year, month + later, number), rest_day), ends)


def next_day_of_month(
    instant: int, number: int, calendar: WorkingCalendar, *, ends: str | None = None, rest_day: RollRule = "keep"
) -> int:
    """Return the first such day of a month that is not over at an instant."""
    later = -1  # day 28 of last month may have been moved into this one
    while True:
        found = day_of_month(instant, number, calendar, later=later, ends=ends, rest_day=rest_day)
        if found >= instant:
            return found
        later += 1


def day_of_year(
    instant: int,
    month: int,
    number: int,
    calendar: WorkingCalendar,
    *,
    later: int = 0,
    ends: str | None = None,
    rest_day: RollRule = "keep",
) -> int:
    """Return a date of the instant's year or of so many years later; 29 February is clipped to the 28th (CR-14)."""
    year = parts(instant // DAY).year + later
    return calendar.instant_on(calendar.roll(day_in_month(year, month, number), rest_day), ends)


def day_of_week(
    instant: int,
    number: int,
    calendar: WorkingCalendar,
    *,
    later: int = 0,
    ends: str | None = None,
    rest_day: RollRule = "keep",
) -> int:
    """Return weekday `number` (Monday 0) of the instant's week or of so many weeks later."""
    if not 0 <= number <= 6:
        raise ValueError(f"no weekday {number}: Monday is 0, Sunday 6")
    day = instant // DAY
    return calendar.instant_on(calendar.roll(day - weekday(day) + 7 * later + number, rest_day), ends)


def next_daily(instant: int, time: str | None, calendar: WorkingCalendar, *, on: Which = "working_day") -> int:
    """
    Return the first daily round at or after an instant: every working day (R01-D1, 09:00) or every day.

    "At the next day's meeting" (R28-C5) is a limit of one day instead, since the day of the start never counts there.
    """
    for day in _days_from(instant // DAY):
        if on == "day" or calendar.is_working_day(day):
            round_at = calendar.instant_on(day, time)
            if round_at >= instant:
                return round_at
    raise AssertionError("the days never end")


def end_of_working_day(instant: int, calendar: WorkingCalendar, *, ends: str | None = None) -> int:
    """
    Return the end of the same day while there is work left in it, else of the next working day (R05-Q3: 当天).

    A start before opening ends that day; from the closing second on, and on a day of rest, it is the next working day.
    """
    day = instant // DAY
    if not calendar.is_working_day(day) or instant >= calendar.instant_on(day, ends):
        day = calendar.add_working_days(day, 1)
    return calendar.instant_on(day, ends)


def _period(kind: PeriodKind, instant: int, later: int) -> DaySpan:
    span = period_of(kind, instant // DAY)
    for _ in range(later):
        span = period_after(kind, span.last)
    for _ in range(-later):
        span = period_of(kind, span.first - 1)
    return span


def _days_from(day: int) -> Iterator[int]:
    while True:
        yield day
        day += 1

"""Ends of periods, rounds, days of month: against a look at every day, and with the regulations' own dates."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin_engine.calendars import (
    day_of_month,
    day_of_week,
    day_of_year,
    end_of,
    end_of_working_day,
    next_daily,
    next_day_of_month,
    next_end_of,
    nth_working_day,
    nth_working_day_after,
)
from huiyin_engine.instants import format_instant, parse_instant
from tests.engine.calendar.mainland import OFFICE_HOURS, SEASONS_WITH_LUNCH
from tests.engine.calendar.naive import DAY, Plain, date_of, period_key
from tests.engine.calendar.strategies import STARTS, Pair, pairs, twin

KINDS = st.sampled_from(["week", "month", "quarter", "half_year", "year"])
LAST = st.sampled_from(["day", "working_day"])
RULES = st.sampled_from(["keep", "next", "previous", "previous_in_month"])
ENDS = st.sampled_from([None, "09:00", "23:59:59", "closing"])


def show(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)


def last_days(plain: Plain, kind: str, first: int, until: int, last: str) -> list[int]:
    """Every last day, or last working day, of the periods that lie whole between two days."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for day in range(first, until):
        groups.setdefault(period_key(kind, day), []).append(day)
    found = []
    for days in list(groups.values())[1:-1]:
        worked = days if last == "day" else [day for day in days if plain.worked(day)]
        found += worked[-1:]
    return found


@twin
@given(pairs(), KINDS, STARTS, LAST, ENDS)
def test_next_end_of_period(pair: Pair, kind: str, start: int, last: str, ends: str | None) -> None:
    candidates = last_days(pair.plain, kind, start // DAY - 800, start // DAY + 800, last)
    instants = [pair.plain.hour_on(day, ends, start) for day in candidates]
    assert next_end_of(kind, start, pair.calendar, last=last, ends=ends) == min(i for i in instants if i >= start)


@twin
@given(pairs(), KINDS, STARTS, LAST, st.integers(-2, 3))
def test_end_of_period(pair: Pair, kind: str, start: int, last: str, later: int) -> None:
    days = pair.plain.days_of_period(kind, start // DAY)
    for _ in range(abs(later)):
        days = pair.plain.days_of_period(kind, days[-1] + 1 if later > 0 else days[0] - 1)
    chosen = days if last == "day" else [day for day in days if pair.plain.worked(day)]
    wanted = pair.plain.hour_on(chosen[-1], None, start) if chosen else None
    assert end_of(kind, start, pair.calendar, last=last, later=later) == wanted


@twin
@given(pairs(), KINDS, STARTS, st.integers(1, 25), ENDS)
def test_nth_working_day_of_and_after_a_period(
    pair: Pair, kind: str, start: int, number: int, ends: str | None
) -> None:
    days = pair.plain.days_of_period(kind, start // DAY)
    following = [day for day in pair.plain.days_of_period(kind, days[-1] + 1) if pair.plain.worked(day)]
    wanted = pair.plain.hour_on(following[number - 1], ends, start) if number <= len(following) else None
    assert nth_working_day(kind, start, number, pair.calendar, later=1, ends=ends) == wanted
    after = pair.plain.hour_on(pair.plain.add_days(days[-1], number), ends, start)
    assert nth_working_day_after(kind, start, number, pair.calendar, ends=ends) == after


@twin
@given(pairs(), STARTS, st.integers(1, 31), st.integers(-3, 3), RULES, ENDS)
def test_day_of_month(pair: Pair, start: int, number: int, later: int, rule: str, ends: str | None) -> None:
    days = pair.plain.days_of_period("month", start // DAY)
    for _ in range(abs(later)):
        days = pair.plain.days_of_period("month", days[-1] + 1 if later > 0 else days[0] - 1)
    wanted = pair.plain.hour_on(pair.plain.roll(days[min(number, len(days)) - 1], rule), ends, start)
    assert day_of_month(start, number, pair.calendar, later=later, ends=ends, rest_day=rule) == wanted


@twin
@given(pairs(), STARTS, st.integers(1, 31), RULES)
def test_next_day_of_month_is_the_first_not_over(pair: Pair, start: int, number: int, rule: str) -> None:
    candidates = [day_of_month(start, number, pair.calendar, later=later, rest_day=rule) for later in range(-2, 4)]
    found = next_day_of_month(start, number, pair.calendar, rest_day=rule)
    assert found == min(instant for instant in candidates if instant >= start)


@twin
@given(pairs(), STARTS, st.integers(0, 6), st.integers(-2, 2), RULES)
def test_day_of_week(pair: Pair, start: int, number: int, later: int, rule: str) -> None:
    days = pair.plain.days_of_period("week", start // DAY + 7 * later)
    wanted = pair.plain.hour_on(pair.plain.roll(days[number], rule), None, start)
    assert day_of_week(start, number, pair.calendar, later=later, rest_day=rule) == wanted


@twin
@given(pairs(), STARTS, st.integers(1, 12), st.integers(1, 31), st.integers(-2, 2))
def test_day_of_year(pair: Pair, start: int, month: int, number: int, later: int) -> None:
    found = date_of(day_of_year(start, month, number, pair.calendar, later=later) // DAY)
    assert (found.year, found.month) == (date_of(start // DAY).year + later, month)
    assert found.day == number or (found + datetime.timedelta(days=1)).month != month


@twin
@given(pairs(), STARTS, LAST, ENDS)
def test_next_daily(pair: Pair, start: int, on: str, time: str | None) -> None:
    day = start // DAY
    while (on == "working_day" and not pair.plain.worked(day)) or pair.plain.hour_on(day, time, start) < start:
        day += 1
    assert next_daily(start, time, pair.calendar, on=on) == pair.plain.hour_on(day, time, start)


@twin
@given(pairs(), STARTS, ENDS)
def test_end_of_working_day(pair: Pair, start: int, ends: str | None) -> None:
    day = start // DAY
    if not pair.plain.worked(day) or pair.plain.hour_on(day, ends, start) <= start:
        day = pair.plain.add_days(day, 1)
    assert end_of_working_day(start, pair.calendar, ends=ends) == pair.plain.hour_on(day, ends, start)


@pytest.mark.parametrize(
    ("inside", "next_round"),
    [
        ("2018-10-03 10:00", "2018-10-12 18:00"),  # National Day from Monday to Sunday
        ("2026-02-18 10:00", "2026-02-28 18:00"),  # Chinese New Year; the week after ends with its make-up Saturday
    ],
)
def test_a_week_without_any_working_day_has_no_round(inside: str, next_round: str) -> None:
    assert end_of("week", parse_instant(inside), OFFICE_HOURS, last="working_day") is None
    assert nth_working_day("week", parse_instant(inside), 1, OFFICE_HOURS) is None
    assert show(next_end_of("week", parse_instant(inside), OFFICE_HOURS, last="working_day")) == next_round


@pytest.mark.parametrize(
    ("settled", "wanted"),
    [
        ("2025-03-11 10:48", "2025-03-14 18:00"),  # R05-X1
        ("2025-03-14 18:00", "2025-03-14 18:00"),
        ("2025-03-14 18:00:01", "2025-03-21 18:00"),
        ("2025-09-24 09:00", "2025-09-28 18:00"),  # the make-up Sunday ends that week
        ("2025-09-29 09:00", "2025-09-30 18:00"),
        ("2025-10-01 09:00", "2025-10-11 18:00"),
    ],
)
def test_r05_weekly_round(settled: str, wanted: str) -> None:
    assert show(next_end_of("week", parse_instant(settled), OFFICE_HOURS, last="working_day")) == wanted


@pytest.mark.parametrize(
    ("rule", "found", "wanted"),
    [
        (
            "R02-X3 the 8th a Sunday",
            day_of_month(parse_instant("2026-02-01 09:00"), 8, OFFICE_HOURS, rest_day="previous_in_month"),
            "2026-02-06 18:00",
        ),
        (
            "R02-X3 the 8th a make-up Saturday",
            day_of_month(parse_instant("2025-02-01 09:00"), 8, OFFICE_HOURS, rest_day="previous_in_month"),
            "2025-02-08 18:00",
        ),
        (
            "R02-Q1 none up to the 8th of October",
            day_of_month(parse_instant("2025-10-01 09:00"), 8, OFFICE_HOURS, rest_day="previous_in_month"),
            "2025-10-09 18:00",
        ),
        (
            "R37-X6 first work week after September",
            nth_working_day("month", parse_instant("2025-09-15 09:00"), 5, SEASONS_WITH_LUNCH, later=1, ends="closing"),
            "2025-10-14 18:00",
        ),
        (
            "R37-X6 first work week after October",
            nth_working_day("month", parse_instant("2025-10-15 09:00"), 5, SEASONS_WITH_LUNCH, later=1, ends="closing"),
            "2025-11-07 18:00",
        ),
        (
            "R03-C6 month end, not shifted",
            end_of("month", parse_instant("2026-02-03 09:00"), OFFICE_HOURS, ends="23:59:59"),
            "2026-02-28 23:59:59",
        ),
        (
            "R40-G2 the 28th a Sunday: the Friday before",
            day_of_month(parse_instant("2025-12-01 09:00"), 28, OFFICE_HOURS, rest_day="previous"),
            "2025-12-26 18:00",
        ),
        (
            "R31-G2 last working day of the quarter",
            end_of("quarter", parse_instant("2025-07-20 09:00"), OFFICE_HOURS, last="working_day"),
            "2025-09-30 18:00",
        ),
        (
            "R25-Q5 first working day of the half-year",
            nth_working_day("half_year", parse_instant("2025-03-01 09:00"), 1, OFFICE_HOURS, later=1),
            "2025-07-01 18:00",
        ),
        (
            "R23-Z6 first working day after Sunday",
            nth_working_day_after("week", parse_instant("2025-10-01 09:00"), 1, OFFICE_HOURS),
            "2025-10-09 18:00",
        ),
        (
            "R01-Q11 first working day of the next month, 09:00",
            nth_working_day("month", parse_instant("2025-09-20 09:00"), 1, OFFICE_HOURS, later=1, ends="opening"),
            "2025-10-09 09:00",
        ),
        (
            "R01-Q25 last working day of December",
            end_of("year", parse_instant("2025-03-01 09:00"), OFFICE_HOURS, last="working_day"),
            "2025-12-31 18:00",
        ),
    ],
)
def test_fixed_dates_of_regulations(rule: str, found: int | None, wanted: str) -> None:
    assert show(found) == wanted, rule


def test_numbers_that_do_not_exist_are_refused() -> None:
    now = parse_instant("2025-03-11 10:00")
    with pytest.raises(ValueError, match="no day 0"):
        day_of_month(now, 0, OFFICE_HOURS)
    with pytest.raises(ValueError, match="no weekday 7"):
        day_of_week(now, 7, OFFICE_HOURS)
    with pytest.raises(ValueError, match="numbered from 1"):
        nth_working_day("month", now, 0, OFFICE_HOURS)

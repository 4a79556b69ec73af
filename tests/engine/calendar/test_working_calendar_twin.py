"""Every computation of the working calendar agrees with a walk through the days and minutes."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyin_engine.calendars import OutsideCalendar, Shift, period_after, period_of
from huiyin_engine.instants import parse_day
from tests.engine.calendar.naive import DAY, period_key
from tests.engine.calendar.strategies import DAYS, MINUTES_OF_DAY, STARTS, Pair, pairs, twin

KINDS = st.sampled_from(["day", "week", "month", "quarter", "half_year", "year"])
MINUTES = st.one_of(st.sampled_from([0, 1, 10, 30, 240, 270, 480, 540, 541, 1080]), st.integers(0, 3000))


@twin
@given(pairs(), DAYS)
def test_is_working_day(pair: Pair, day: int) -> None:
    assert pair.calendar.is_working_day(day) == pair.plain.worked(day)
    assert (pair.calendar.why_not_working(day) is None) == pair.plain.worked(day)


@twin
@given(pairs(), DAYS, st.integers(-60, 60))
def test_add_working_days(pair: Pair, day: int, count: int) -> None:
    assert pair.calendar.add_working_days(day, count) == pair.plain.add_days(day, count)


@twin
@given(pairs(), DAYS, st.integers(1, 60))
def test_add_working_days_counting_start(pair: Pair, day: int, count: int) -> None:
    assert pair.calendar.add_working_days(day, count, counting_start=True) == pair.plain.add_days(day, count, True)


@twin
@given(pairs(), DAYS, st.integers(-90, 90))
def test_working_days_between(pair: Pair, day: int, offset: int) -> None:
    found = pair.calendar.working_days_between(day, day + offset)
    assert found == pair.plain.days_between(day, day + offset)


@twin
@given(pairs(), DAYS, st.integers(1, 60))
def test_working_days_between_undoes_adding(pair: Pair, day: int, count: int) -> None:
    assert pair.calendar.working_days_between(day, pair.calendar.add_working_days(day, count)) == count


@twin
@given(pairs(), DAYS, st.sampled_from(["keep", "next", "previous", "previous_in_month"]))
def test_roll(pair: Pair, day: int, rule: str) -> None:
    assert pair.calendar.roll(day, rule) == pair.plain.roll(day, rule)


@twin
@given(KINDS, DAYS)
def test_period(kind: str, day: int) -> None:
    first, last = period_of(kind, day)
    assert first <= day <= last
    assert {period_key(kind, first), period_key(kind, last)} == {period_key(kind, day)}
    assert period_key(kind, day) not in {period_key(kind, first - 1), period_key(kind, last + 1)}
    assert period_after(kind, day) == period_of(kind, last + 1)


@twin
@given(pairs(), KINDS, DAYS, st.integers(1, 25))
def test_nth_and_last_working_day_of_period(pair: Pair, kind: str, day: int, number: int) -> None:
    worked = [other for other in pair.plain.days_of_period(kind, day) if pair.plain.worked(other)]
    assert pair.calendar.last_working_day_of(kind, day) == (worked[-1] if worked else None)
    wanted = worked[number - 1] if number <= len(worked) else None
    assert pair.calendar.nth_working_day_of(kind, day, number) == wanted


@twin
@given(pairs(), STARTS)
def test_next_opening(pair: Pair, start: int) -> None:
    assert pair.calendar.next_opening(start) == pair.plain.next_opening(start, 60)
    assert pair.calendar.is_open(start) == (pair.plain.runs(start) or pair.plain.runs(start - 1))


@twin
@given(pairs(), STARTS)
def test_next_working_moment(pair: Pair, start: int) -> None:
    assert pair.calendar.next_working_moment(start) == pair.plain.next_working_moment(start, 60)


@twin
@given(pairs(), STARTS, MINUTES)
def test_add_working_minutes(pair: Pair, start: int, minutes: int) -> None:
    assert pair.calendar.add_working_seconds(start, minutes * 60) == pair.plain.add_seconds(start, minutes * 60, 60)


@twin
@given(pairs(), STARTS, MINUTES)
def test_subtract_working_minutes(pair: Pair, start: int, minutes: int) -> None:
    assume(minutes)
    assert pair.calendar.add_working_seconds(start, -minutes * 60) == pair.plain.add_seconds(start, -minutes * 60, 60)


@settings(twin, max_examples=40)
@given(pairs(), DAYS, MINUTES_OF_DAY, st.integers(0, 59), st.integers(-700, 700))
def test_add_working_seconds_to_the_second(pair: Pair, day: int, minute: int, second: int, seconds: int) -> None:
    start = day * DAY + minute * 60 + second
    assert pair.calendar.add_working_seconds(start, seconds) == pair.plain.add_seconds(start, seconds, 1)


@twin
@given(pairs(), STARTS, st.integers(-4000, 4000))
def test_working_seconds_between(pair: Pair, start: int, minutes: int) -> None:
    end = start + minutes * 60
    assert pair.calendar.working_seconds_between(start, end) == pair.plain.seconds_between(start, end, 60)


@twin
@given(pairs(), DAYS)
def test_hours_of_a_day(pair: Pair, day: int) -> None:
    periods = pair.plain.periods(day)
    assert pair.calendar.opening_of(day) == day * DAY + periods[0][0] * 60
    assert pair.calendar.closing_of(day) == day * DAY + periods[-1][1] * 60
    minutes = {minute for opens, closes in periods for minute in range(opens, closes)}
    assert pair.calendar.working_seconds_of(day) == len(minutes) * 60


@twin
@given(pairs(), STARTS)
def test_shifts(pair: Pair, start: int) -> None:
    wanted = Shift(*pair.plain.next_shift(start))
    assert pair.calendar.next_shift(start) == wanted
    assert pair.calendar.next_shift_end(start) == wanted.closes
    assert pair.calendar.shift_of(start) == (wanted if wanted.opens <= start else None)


@twin
@given(pairs(), STARTS, st.integers(0, 4000), st.integers(0, 4000))
def test_more_working_time_never_ends_earlier(pair: Pair, start: int, seconds: int, more: int) -> None:
    assert pair.calendar.add_working_seconds(start, seconds) <= pair.calendar.add_working_seconds(start, seconds + more)


@twin
@given(pairs())
def test_counts_that_leave_the_calendar_are_refused(pair: Pair) -> None:
    calendar = pair.calendar
    inside = parse_day("2025-01-01")
    for beyond in (
        lambda: calendar.add_working_days(inside, 5000),
        lambda: calendar.add_working_days(inside, -5000),
        lambda: calendar.add_working_days(-1, 3),
        lambda: calendar.add_working_seconds(inside * DAY, 10**9),
        lambda: calendar.add_working_seconds(inside * DAY, -(10**9)),
        lambda: calendar.add_working_seconds(-1, 60),
        lambda: calendar.is_working_day(inside + 3000),
        lambda: calendar.next_opening((inside + 3000) * DAY),
    ):
        with pytest.raises(OutsideCalendar):
            beyond()

"""`due` agrees with a count by hand, `derive` with `due`, for every unit, start, hour and rule for days of rest."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from huiyin_engine.instants import parse_instant
from huiyin_engine.time_limits import Limit, Span, derive, due, is_provisional, suspended_due
from tests.engine.calendar.mainland import OFFICE_HOURS
from tests.engine.calendar.naive import DAY
from tests.engine.calendar.strategies import STARTS, Pair, pairs, twin

RUNNING = st.builds(
    Limit,
    st.builds(Span, st.integers(-20, 90), st.sampled_from(["working_minute", "working_hour", "minute", "hour"])),
    st.just(False),
    st.none(),
    st.sampled_from(["keep", "next", "previous", "previous_in_month"]),
)
ENDS = st.sampled_from([None, "18:00", "23:59:59", "09:30", "closing", "opening", "same_time"])
RULES = st.sampled_from(["keep", "next", "previous", "previous_in_month"])
SHORT_UNITS = st.sampled_from(["working_day", "day", "week"])
LONG_UNITS = st.sampled_from(["month", "year"])
IN_DAYS = st.one_of(
    st.builds(Limit, st.builds(Span, st.integers(1, 30), SHORT_UNITS), st.booleans(), ENDS, RULES),
    st.builds(Limit, st.builds(Span, st.integers(-10, 0), SHORT_UNITS), st.just(False), ENDS, RULES),
    st.builds(Limit, st.builds(Span, st.integers(1, 2), LONG_UNITS), st.booleans(), ENDS, RULES),
    st.builds(Limit, st.builds(Span, st.integers(-2, 24), st.just("month")), st.just(False), ENDS, RULES),
)
LIMITS = st.one_of(RUNNING, IN_DAYS)
PARTS = st.sampled_from(["0.5", "0.25", "1.5", "2.5"]).map(lambda text: Limit(Span(Decimal(text), "working_day")))


@twin
@given(pairs(), LIMITS, STARTS)
def test_due_agrees_with_a_count_by_hand(pair: Pair, limit: Limit, start: int) -> None:
    (amount, unit), counts_start, ends, rest_day = limit
    assert due(limit, start, pair.calendar) == pair.plain.due(amount, unit, counts_start, ends, rest_day, start)


@twin
@given(pairs(), PARTS, STARTS)
def test_part_of_a_working_day_is_that_share_of_the_hours_of_the_day_it_begins_to_run(
    pair: Pair, limit: Limit, start: int
) -> None:
    first_day = pair.plain.next_opening(start, 60) // DAY
    minutes = {minute for opens, closes in pair.plain.periods(first_day) for minute in range(opens, closes)}
    seconds = len(minutes) * 60 * limit.span.amount
    assume(seconds % 60 == 0)
    assert due(limit, start, pair.calendar) == pair.plain.add_seconds(start, int(seconds), 60)


@twin
@given(pairs(), st.one_of(LIMITS, PARTS), STARTS)
def test_derivation_walks_to_the_same_instant(pair: Pair, limit: Limit, start: int) -> None:
    found = derive(limit, start, pair.calendar)
    assert found.result == due(limit, start, pair.calendar)
    assert found.provisional == is_provisional(limit, start, found.result, pair.calendar)
    assert len({entry.day for entry in found.days}) == len(found.days)
    if limit.span.unit == "working_day" and limit.span.amount == int(limit.span.amount):
        counted = [entry.day for entry in found.days if entry.counted]
        assert len(counted) == max(1, abs(limit.span.amount))
        assert all(pair.plain.worked(day) for day in counted)
        skipped = [entry.day for entry in found.days if not entry.counted]
        assert all(day == start // DAY or not pair.plain.worked(day) for day in skipped)
    if limit.span.unit in ("working_minute", "working_hour"):
        seconds = {"working_minute": 60, "working_hour": 3600}[limit.span.unit]
        assert sum(entry.seconds for entry in found.days) == abs(limit.span.amount) * seconds
    explanation = found.explanation
    assert explanation.zh.endswith("。")
    assert explanation.en.endswith(".")


@twin
@given(pairs(), LIMITS, STARTS, st.integers(-500, 3000), st.integers(0, 5000), st.integers(0, 5000))
def test_suspension_never_shortens_and_a_longer_one_never_ends_earlier(
    pair: Pair, limit: Limit, start: int, after: int, length: int, more: int
) -> None:
    end = due(limit, start, pair.calendar)
    suspended_at = start + after * 60
    resumed_at = suspended_at + length * 60
    shorter = suspended_due(limit, end, suspended_at, resumed_at, pair.calendar)
    longer = suspended_due(limit, end, suspended_at, resumed_at + more * 60, pair.calendar)
    assert end <= shorter <= longer
    if length == 0 or suspended_at >= end:
        assert shorter == end


@twin
@given(STARTS, st.integers(1, 40), st.integers(1, 2000), st.integers(0, 3000))
def test_suspended_working_hours_run_what_was_left(start: int, hours: int, after: int, length: int) -> None:
    limit = Limit(Span(hours, "working_hour"))
    end = due(limit, start, OFFICE_HOURS)
    suspended_at = start + after * 60
    resumed_at = suspended_at + length * 60
    moved = suspended_due(limit, end, suspended_at, resumed_at, OFFICE_HOURS)
    if suspended_at < end:
        worked_before = OFFICE_HOURS.working_seconds_between(start, suspended_at)
        worked_after = OFFICE_HOURS.working_seconds_between(resumed_at, moved)
        assert worked_before + worked_after >= hours * 3600


def test_suspension_of_working_days_by_hand() -> None:
    limit = Limit(Span(10, "working_day"))
    end = due(limit, parse_instant("2025-03-03 10:00"), OFFICE_HOURS)
    assert end == parse_instant("2025-03-17 18:00")
    suspended = suspended_due(
        limit, end, parse_instant("2025-03-05 09:00"), parse_instant("2025-03-12 09:00"), OFFICE_HOURS
    )
    assert suspended == parse_instant("2025-03-24 18:00")

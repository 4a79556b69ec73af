"""Time limits of the regulations, with the instants their digests give: each case names its rule."""

from __future__ import annotations

from decimal import Decimal

import pytest

from huiyin_engine.calendars import WorkingCalendar, end_of_working_day
from huiyin_engine.instants import format_instant, parse_instant
from huiyin_engine.time_limits import Limit, Span, Unit, due
from tests.engine.calendar.mainland import OFFICE_HOURS, SEASONS_WITH_LUNCH

MIDNIGHT = "23:59:59"


def working_days(number: int) -> Limit:
    return Limit(Span(number, "working_day"))


CASES: list[tuple[str, Limit, str, str]] = [
    ("R01-X8 four months, clipped, a Sunday is kept", Limit(Span(4, "month")), "2025-07-31 10:00", "2025-11-30 18:00"),
    ("R01-X1 first archive year", Limit(Span(1, "year")), "2025-03-11 15:00", "2026-03-11 18:00"),
    ("R02-Q2 one month, 23:59:59", Limit(Span(1, "month"), ends=MIDNIGHT), "2026-01-31 09:00", "2026-02-28 23:59:59"),
    ("R03-Q1 three calendar days", Limit(Span(3, "day"), ends=MIDNIGHT), "2025-10-01 09:00", "2025-10-04 23:59:59"),
    ("R04-X1 make-up Sunday", working_days(1), "2025-04-25 15:00", "2025-04-27 18:00"),
    ("R05-X1 delivery", Limit(Span(30, "working_minute")), "2025-03-11 10:00", "2025-03-11 10:30"),
    ("R05-X1 answer", Limit(Span(30, "working_minute")), "2025-03-11 10:12", "2025-03-11 10:42"),
    ("R05-X1 head of department", Limit(Span(1, "working_hour")), "2025-03-11 10:12", "2025-03-11 11:12"),
    ("R05-X2 over closing time", Limit(Span(30, "working_minute")), "2025-09-26 17:50", "2025-09-28 09:20"),
    ("R05-X5 third day a Sunday", Limit(Span(3, "day"), rest_day="next"), "2025-03-13 16:00", "2025-03-17 18:00"),
    ("R06-X1 simple", working_days(3), "2025-11-03 10:00", "2025-11-06 18:00"),
    ("R06-X3 across Chinese New Year", working_days(7), "2026-02-13 16:00", "2026-03-02 18:00"),
    ("R06-X4 make-up Sunday counts", working_days(3), "2025-09-26 16:00", "2025-09-30 18:00"),
    ("R06-X4 complex, across National Day", working_days(7), "2025-09-26 16:00", "2025-10-13 18:00"),
    ("R06-X6", working_days(3), "2025-12-01 14:05", "2025-12-04 18:00"),
    ("R07-C1 one week, not shifted", Limit(Span(1, "week")), "2025-10-01 11:00", "2025-10-08 18:00"),
    ("R16-Z1 used up at closing", Limit(Span(Decimal("0.5"), "working_day")), "2025-11-03 13:30", "2025-11-03 18:00"),
    ("R16-Z1 a minute later", Limit(Span(Decimal("0.5"), "working_day")), "2025-11-03 13:31", "2025-11-04 09:01"),
    ("R16-X4 across National Day", Limit(Span(Decimal("0.5"), "working_day")), "2025-09-30 17:30", "2025-10-09 13:00"),
    ("R16-X4 the same in hours", Limit(Span(Decimal("4.5"), "working_hour")), "2025-09-30 17:30", "2025-10-09 13:00"),
    ("R16-X4 next working day", working_days(1), "2025-10-09 12:00", "2025-10-10 18:00"),
    ("R28-X1 minutes round the clock", Limit(Span(5, "minute")), "2025-05-01 21:10", "2025-05-01 21:15"),
    ("R28-Q1 minutes over midnight", Limit(Span(5, "minute")), "2025-05-01 23:58", "2025-05-02 00:03"),
    ("R28-X3 accepted before National Day", working_days(3), "2025-09-26 11:00", "2025-09-30 18:00"),
    ("R29-X1 fifteen working days", working_days(15), "2025-09-24 15:00", "2025-10-21 18:00"),
    ("R30-G1 same day, whatever the hour", Limit(Span(0, "day"), ends=MIDNIGHT), "2025-10-04 22:00",
     "2025-10-04 23:59:59"),
    ("R31-X2 ten working days", working_days(10), "2025-09-26 15:00", "2025-10-16 18:00"),
    ("R39-C3 notice day is day 1, cash desk closed", Limit(Span(3, "day"), True, MIDNIGHT, "next"), "2025-03-13 10:00",
     "2025-03-17 23:59:59"),
    ("R39-C3 notice day is day 1", Limit(Span(3, "day"), True, MIDNIGHT, "next"), "2025-03-11 10:00",
     "2025-03-13 23:59:59"),
    ("R39-C5 reminder", working_days(5), "2025-11-03 10:00", "2025-11-10 18:00"),
    ("CR-14 29 February", Limit(Span(1, "year")), "2024-02-29 10:00", "2025-02-28 18:00"),
    ("CR-16 at the closing second", Limit(Span(0, "working_minute")), "2025-03-11 18:00", "2025-03-11 18:00"),
    ("CR-16 a second later", Limit(Span(0, "working_minute")), "2025-03-11 18:00:01", "2025-03-12 09:00"),
    ("CR-16 before opening", Limit(Span(30, "working_minute")), "2025-03-11 07:15", "2025-03-11 09:30"),
    ("on a day of rest", working_days(1), "2025-10-04 10:00", "2025-10-09 18:00"),
    ("month end to month end", Limit(Span(1, "month")), "2026-02-28 10:00", "2026-03-28 18:00"),
    ("three months from 30 November", Limit(Span(3, "month")), "2025-11-30 10:00", "2026-02-28 18:00"),
    ("a month with its first day counted", Limit(Span(1, "month"), True), "2025-03-01 10:00", "2025-03-31 18:00"),
    ("previous within the month", Limit(Span(1, "month"), rest_day="previous_in_month"), "2026-01-08 10:00",
     "2026-02-06 18:00"),
    ("none up to there in the month", Limit(Span(1, "month"), rest_day="previous_in_month"), "2025-09-03 10:00",
     "2025-10-09 18:00"),
    ("hour of the start kept when moved", Limit(Span(48, "hour"), rest_day="next"), "2025-09-30 10:30",
     "2025-10-09 10:30"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "start", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_due(limit: Limit, start: str, wanted: str) -> None:
    assert format_instant(due(limit, parse_instant(start), OFFICE_HOURS)) == wanted


# R37: receipt outside hours counts from the next opening, which is the start of both limits.
R37_CASES = [
    ("R37-X1", "2025-11-11 09:10", "2025-11-11 18:00", "2025-11-14 18:00"),
    ("R37-X2 summer, third day a Sunday", "2025-07-10 18:15", "2025-07-10 18:30", "2025-07-14 18:30"),
    ("R37-X3 after closing", "2025-12-05 18:20", "2025-12-08 18:00", "2025-12-11 18:00"),
    ("R37-G1 season of the due date", "2025-09-29 09:00", "2025-09-29 18:30", "2025-10-09 18:00"),
]


@pytest.mark.parametrize(
    ("received", "same_day", "third_day"), [c[1:] for c in R37_CASES], ids=[c[0] for c in R37_CASES]
)
def test_r37_lunch_and_seasons(received: str, same_day: str, third_day: str) -> None:
    counted = SEASONS_WITH_LUNCH.next_opening(parse_instant(received))
    first = due(Limit(Span(0, "day"), ends="closing"), counted, SEASONS_WITH_LUNCH)
    second = due(Limit(Span(3, "day"), ends="closing", rest_day="next"), counted, SEASONS_WITH_LUNCH)
    assert (format_instant(first), format_instant(second)) == (same_day, third_day)


def test_r37_lunch_is_outside_hours_but_its_first_second_is_not() -> None:
    opening = SEASONS_WITH_LUNCH.next_opening
    assert format_instant(opening(parse_instant("2025-12-05 12:00"))) == "2025-12-05 12:00"
    assert format_instant(opening(parse_instant("2025-12-05 12:00:01"))) == "2025-12-05 14:00"
    assert format_instant(opening(parse_instant("2025-07-10 13:00"))) == "2025-07-10 14:30"
    assert format_instant(opening(parse_instant("2025-12-05 18:20"))) == "2025-12-08 08:00"


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        ("2025-03-13 16:00", "2025-03-13 18:00"),
        ("2025-03-13 07:00", "2025-03-13 18:00"),
        ("2025-03-13 17:59:59", "2025-03-13 18:00"),
        ("2025-03-13 18:00", "2025-03-14 18:00"),
        ("2025-03-15 10:00", "2025-03-17 18:00"),
        ("2025-09-27 10:00", "2025-09-28 18:00"),
    ],
)
def test_r05_q3_same_day(start: str, wanted: str) -> None:
    assert format_instant(end_of_working_day(parse_instant(start), OFFICE_HOURS)) == wanted


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (Limit(Span(Decimal("0.5"), "day")), "only hours, minutes and working days"),
        (Limit(Span(2, "hour"), ends="18:00"), "very second"),
        (Limit(Span(Decimal("0.5"), "working_day"), ends="18:00"), "very second"),
        (Limit(Span(2, "working_hour"), counts_start_day=True), "no first day is counted"),
        (Limit(Span(0, "day"), counts_start_day=True), "at least 1"),
        (Limit(Span(Decimal("0.001"), "working_minute")), "whole seconds"),
        (Limit(Span(1, "day"), ends="25:00"), "time of day"),
        (Limit(Span(1, "day"), ends="noon"), "time of day"),
        (Limit(Span(1, "fortnight")), "no unit of time"),  # type: ignore[arg-type]
        (Limit(Span(1, "day"), rest_day="skip"), "no rule for days of rest"),  # type: ignore[arg-type]
    ],
)
def test_limits_that_make_no_sense_are_refused(limit: Limit, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        due(limit, parse_instant("2025-03-11 10:00"), OFFICE_HOURS)


@pytest.mark.parametrize(
    ("amount", "unit", "zh", "en"),
    [
        (3, "working_day", "3个工作日", "3 working days"),
        (1, "working_day", "1个工作日", "1 working day"),
        (Decimal("0.5"), "working_day", "半个工作日", "half a working day"),
        (Decimal("4.5"), "working_hour", "4.5个工作小时", "4.5 working hours"),
        (2, "month", "2个月", "2 months"),
        (30, "minute", "30分钟", "30 minutes"),
    ],
)
def test_span_in_words(amount: int, unit: Unit, zh: str, en: str) -> None:
    assert Span(amount, unit).text == (zh, en)


def test_day_end_of_the_calendar_is_the_default_hour() -> None:
    calendar = WorkingCalendar(OFFICE_HOURS.day_table, day_end="17:30")
    found = due(Limit(Span(1, "working_day")), parse_instant("2025-03-11 10:00"), calendar)
    assert format_instant(found) == "2025-03-12 17:30"

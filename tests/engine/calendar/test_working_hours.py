"""Hours as they are written, and what is refused."""

from __future__ import annotations

import pytest

from huiyin_engine.calendars import DayTable, Period, Shift, WorkingCalendar, WorkingHours
from huiyin_engine.instants import format_instant, parse_day, parse_instant
from tests.engine.calendar.mainland import MAINLAND, OFFICE_HOURS, SEASONS_WITH_LUNCH


def periods(hours: WorkingHours, month: int, day: int, weekday: int) -> list[str]:
    return [str(period) for period in hours.on(month, day, weekday)]


@pytest.mark.parametrize("text", ["09:00-18:00", "22:00-06:00", "00:00-24:00", "18:00-24:00", "08:30-08:31"])
def test_period_reads_what_it_writes(text: str) -> None:
    assert str(Period.parse(text)) == text


def test_period_over_midnight_closes_on_the_next_day() -> None:
    assert Period.parse("22:00-06:00") == Period(22 * 3600, 30 * 3600)
    assert Period.parse("00:00-24:00") == Period(0, 86400)


def test_hours_by_weekday_and_make_up_days_as_on_monday() -> None:
    hours = WorkingHours.from_data({"mon-thu": "09:00-18:00", "fri": "09:00-17:00"})
    calendar = WorkingCalendar(MAINLAND, hours)
    assert format_instant(calendar.closing_of(parse_day("2025-09-26"))) == "2025-09-26 17:00"
    assert format_instant(calendar.closing_of(parse_day("2025-09-28"))) == "2025-09-28 18:00"  # make-up Sunday
    assert format_instant(calendar.add_working_seconds(parse_instant("2025-09-26 16:30"), 3600)) == "2025-09-28 09:30"


def test_seasons_change_with_the_date_also_over_new_year() -> None:
    hours = SEASONS_WITH_LUNCH.working_hours
    assert periods(hours, 4, 30, 2) == ["08:00-12:00", "14:00-18:00"]
    assert periods(hours, 5, 1, 2) == ["08:00-12:00", "14:30-18:30"]
    assert periods(hours, 9, 30, 2) == ["08:00-12:00", "14:30-18:30"]
    assert periods(hours, 10, 1, 2) == ["08:00-12:00", "14:00-18:00"]
    assert periods(hours, 1, 1, 2) == ["08:00-12:00", "14:00-18:00"]


def test_round_the_clock_on_every_day_is_always_open() -> None:
    calendar = WorkingCalendar(DayTable.open_daily(), WorkingHours.round_the_clock())
    night = parse_instant("2025-10-03 03:30")
    assert calendar.next_opening(night) == night
    assert calendar.add_working_seconds(night, 7 * 86400) == night + 7 * 86400
    assert calendar.is_provisional(parse_day("2031-01-01")) is False
    assert calendar.instant_on(parse_day("2025-10-03"), "closing") == parse_instant("2025-10-03 23:59:59")


def test_round_the_clock_on_working_days_stops_at_midnight_before_a_day_off() -> None:
    calendar = WorkingCalendar(MAINLAND, WorkingHours.round_the_clock())
    assert format_instant(calendar.add_working_seconds(parse_instant("2025-09-30 23:00"), 7200)) == "2025-10-09 01:00"


def test_shift_over_midnight_is_one_shift_of_the_day_it_began() -> None:
    calendar = WorkingCalendar(DayTable.open_daily(), WorkingHours.from_data("07:00-15:00, 15:00-23:00, 23:00-07:00"))
    night = Shift(parse_instant("2025-05-01 23:00"), parse_instant("2025-05-02 07:00"))
    assert calendar.shift_of(parse_instant("2025-05-02 03:00")) == night
    assert format_instant(calendar.next_shift_end(parse_instant("2025-05-01 21:50"))) == "2025-05-01 23:00"  # R28-X1
    assert format_instant(calendar.next_shift_end(parse_instant("2025-05-01 23:00"))) == "2025-05-01 23:00"
    assert format_instant(calendar.next_shift_end(parse_instant("2025-05-01 23:00:01"))) == "2025-05-02 07:00"


def test_night_work_before_a_day_off_runs_into_it() -> None:
    calendar = WorkingCalendar(MAINLAND, WorkingHours.from_data("22:00-06:00"))
    assert (
        format_instant(calendar.add_working_seconds(parse_instant("2025-09-30 23:00"), 6 * 3600)) == "2025-10-01 05:00"
    )
    assert (
        format_instant(calendar.add_working_seconds(parse_instant("2025-09-30 23:00"), 8 * 3600)) == "2025-10-09 23:00"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("9-18", "time of day"),
        ("09:00", "not a period"),
        ("09:00-12:00, 11:00-11:30", "out of order"),
        ("14:00-18:00, 08:00-12:00", "out of order"),
        ("09:00-18:00, 09:00-19:00", "out of order"),
        ("10:00-12:00, 20:00-13:00", "beyond the first one of the next"),
        ({"tue-fri": "09:00-18:00"}, "Monday needs hours"),
        ({"mon-fri": "09:00-18:00", "fri": "09:00-12:00"}, "fri is written twice"),
        ({"mon-fryday": "09:00-18:00"}, "not weekdays"),
        ({"fri-mon": "09:00-18:00"}, "runs backwards"),
        ([{"season": "05-01..09-30", "hours": "09:00-18:00"}], "01-01 is in no season"),
        (
            [{"season": "01-01..12-31", "hours": "09:00-18:00"}, {"season": "05-01..05-01", "hours": "09:00-12:00"}],
            "05-01 is in more than one season",
        ),
        ([{"season": "05-01..09-31", "hours": "09:00-18:00"}], "no such day of the year"),
        ([{"season": "summer", "hours": "09:00-18:00"}], "not a season"),
        ([{"hours": "09:00-18:00"}], "season and hours"),
        ([{"season": "01-01..12-31", "hours": ["09:00"]}], "not hours"),
    ],
)
def test_hours_that_cannot_be_are_refused(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WorkingHours.from_data(data)  # type: ignore[arg-type]


def test_periods_of_impossible_length_are_refused() -> None:
    for bad in (Period(-1, 10), Period(86400, 86500), Period(0, 86401), Period(10, 10)):
        with pytest.raises(ValueError, match="not a period of one day"):
            WorkingHours((WorkingHours.round_the_clock().seasons[0]._replace(week=((bad,),) * 7),))


def test_calendar_refuses_a_day_end_and_years_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="time of day"):
        WorkingCalendar(MAINLAND, day_end="six")
    with pytest.raises(ValueError, match="cannot run"):
        WorkingCalendar(MAINLAND, first_year=2025, last_year=2024)


def test_equal_inputs_make_equal_calendars_and_other_inputs_another_version() -> None:
    again = WorkingCalendar(MAINLAND, WorkingHours.from_data("09:00-18:00"))
    assert again == OFFICE_HOURS
    assert hash(again) == hash(OFFICE_HOURS)
    others = [
        WorkingCalendar(MAINLAND, day_end="17:00"),
        WorkingCalendar(MAINLAND, WorkingHours.from_data("09:00-17:00")),
        WorkingCalendar(MAINLAND.with_own_days(off={parse_day("2025-03-12"): MAINLAND.authority})),
        WorkingCalendar(MAINLAND.with_own_days(weekly_rest={6})),
        WorkingCalendar(MAINLAND, last_year=2050),
    ]
    assert len({OFFICE_HOURS.version, *(other.version for other in others)}) == 6
    assert all(other != OFFICE_HOURS for other in others)


def test_calendar_is_immutable() -> None:
    with pytest.raises(AttributeError):
        OFFICE_HOURS.day_end = "17:00"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MAINLAND.exceptions[0] = None  # type: ignore[index]

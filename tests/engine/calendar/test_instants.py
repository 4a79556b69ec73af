"""Instants and days against `datetime`; how they are read, written and shown."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin_engine import instants
from huiyin_engine.instants import (
    add_months,
    add_years,
    at,
    day_in_month,
    day_of,
    days_in_month,
    format_day,
    format_instant,
    parse_day,
    parse_instant,
    parts,
    second_of_day,
    show_date_briefly,
    show_day,
    show_duration,
    show_instant,
    time_of_day,
    weekday,
)
from huiyin_engine.texts import Text
from tests.engine.calendar.naive import EPOCH, months_later

DAYS = st.integers(parse_day("1900-01-01"), parse_day("2199-12-31"))
INSTANTS = st.integers(parse_instant("1900-01-01 00:00"), parse_instant("2199-12-31 23:59:59"))


@given(INSTANTS)
def test_instant_agrees_with_datetime(instant: int) -> None:
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=instant)  # noqa: DTZ001 - civil time
    assert EPOCH + datetime.timedelta(days=day_of(instant)) == moment.date()
    assert second_of_day(instant) == moment.hour * 3600 + moment.minute * 60 + moment.second
    assert parts(day_of(instant)) == (moment.year, moment.month, moment.day)
    assert weekday(day_of(instant)) == moment.weekday()
    assert format_instant(instant) == moment.strftime("%Y-%m-%d %H:%M" + (":%S" if moment.second else ""))


@given(INSTANTS)
def test_instant_reads_back_what_it_writes(instant: int) -> None:
    assert parse_instant(format_instant(instant)) == instant
    assert parse_day(format_day(day_of(instant))) == day_of(instant)


@given(DAYS, st.integers(-300, 300))
def test_add_months_agrees_with_stepping_through_the_months(day: int, months: int) -> None:
    assert add_months(day, months) == months_later(day, months, False)


@given(st.integers(1900, 2199), st.integers(1, 12), st.integers(-30, 30), st.integers(1, 31))
def test_day_in_month_counts_months_beyond_the_year(year: int, month: int, more: int, number: int) -> None:
    first = months_later(parse_day(f"{year}-{month:02d}-01"), more, False)
    assert day_in_month(year, month + more, number) == first + min(number, days_in_month(*parts(first)[:2])) - 1


@pytest.mark.parametrize(
    ("start", "months", "wanted"),
    [
        ("2025-07-31", 4, "2025-11-30"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-01-31", 2, "2025-03-31"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-12-15", 1, "2026-01-15"),
        ("1900-01-31", 1, "1900-02-28"),
        ("2000-01-31", 1, "2000-02-29"),
    ],
)
def test_add_months_clips(start: str, months: int, wanted: str) -> None:
    assert format_day(add_months(parse_day(start), months)) == wanted


def test_add_years_clips_29_february() -> None:
    assert format_day(add_years(parse_day("2024-02-29"), 1)) == "2025-02-28"
    assert format_day(add_years(parse_day("2025-03-11"), 6)) == "2031-03-11"


def test_bare_day_needs_its_hour() -> None:
    assert parse_instant("2025-03-12", time_of_bare_day="18:00") == at(parse_day("2025-03-12"), "18:00")
    assert parse_instant("2025-03-12 09:00", time_of_bare_day="18:00") == at(parse_day("2025-03-12"), "09:00")
    with pytest.raises(ValueError, match="not an instant"):
        parse_instant("2025-03-12")


@pytest.mark.parametrize("text", ["24:00", "9:00", "09:60", "18.00", "18:00:60", "", "noon", "-1:00"])
def test_times_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        time_of_day(text)


@pytest.mark.parametrize("text", ["2025-02-29", "2025-13-01", "2025-3-12", "12.03.2025", "", "2025-03-12T18:00"])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a day|day is out of range|month must be in"):
        parse_day(text)


def test_shown_to_people() -> None:
    assert show_instant(parse_instant("2026-02-14 18:00")) == Text("2026年2月14日 周六 18:00", "Sat 14 Feb 2026 18:00")
    assert show_instant(parse_instant("2025-12-01 23:59:59")).zh == "2025年12月1日 周一 23:59:59"
    assert show_day(parse_day("2025-03-12")) == Text("2025年3月12日 周三", "Wed 12 Mar 2025")
    assert show_date_briefly(parse_day("2025-03-12")) == Text("3月12日", "12 Mar")
    assert show_duration(3600) == Text("1小时", "1 h")
    assert show_duration(0) == Text("0分", "0 min")
    assert show_duration(3661) == Text("1小时1分1秒", "1 h 1 min 1 s")
    names = [instants.weekday_name(day).zh for day in range(4, 11)]
    assert names == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]

"""The committed working days agree with two independent packages; notices are named; unknown years are provisional."""

from __future__ import annotations

import datetime

import chinese_calendar
import holidays
import pytest

from huiyin_engine.calendars import CalendarYear, Notice, WorkingCalendar, day_table, read_year
from huiyin_engine.instants import format_day, parse_day
from huiyin_engine.texts import Text
from tests.engine.calendar.mainland import FILES, MAINLAND, OFFICE_HOURS
from tests.engine.calendar.naive import date_of, day_number

YEARS = {year.year: year for year in (read_year(path.read_text(encoding="utf-8")) for path in FILES)}
PUBLIC_HOLIDAYS = holidays.country_holidays("CN", years=range(2010, 2027))


def days_of(year: int) -> range:
    return range(day_number(datetime.date(year, 1, 1)), day_number(datetime.date(year + 1, 1, 1)))


def test_every_year_from_2010_to_2026_has_its_file() -> None:
    assert sorted(YEARS) == list(range(2010, 2027))
    assert [path.stem for path in FILES] == [str(year) for year in range(2010, 2027)]
    assert MAINLAND.covered_years == frozenset(range(2010, 2027))


# No exceptions: `holidays` 0.109 and `chinesecalendar` 1.11 agree with the files on all 6,209 days.
@pytest.mark.parametrize("year", range(2010, 2027))
def test_working_days_agree_with_holidays(year: int) -> None:
    wrong = [
        format_day(day)
        for day in days_of(year)
        if MAINLAND.is_working_day(day) != PUBLIC_HOLIDAYS.is_working_day(date_of(day))
    ]
    assert wrong == []


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_years_typed_from_the_notices_agree_with_chinesecalendar(year: int) -> None:
    wrong = [
        format_day(day)
        for day in days_of(year)
        if MAINLAND.is_working_day(day) != chinese_calendar.is_workday(date_of(day))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("year", "number", "issued"),
    [
        (2024, "国办发明电〔2023〕7号", "2023-10-25"),
        (2025, "国办发明电〔2024〕12号", "2024-11-12"),
        (2026, "国办发明电〔2025〕7号", "2025-11-04"),
    ],
)
def test_years_typed_from_the_notices_name_them(year: int, number: str, issued: str) -> None:
    title = f"国务院办公厅关于{year}年部分节假日安排的通知"
    assert YEARS[year].notice == Notice(title, number, parse_day(issued))
    assert YEARS[year].source is None


@pytest.mark.parametrize("year", range(2010, 2024))
def test_years_taken_from_a_package_say_so(year: int) -> None:
    found: CalendarYear = YEARS[year]
    assert found.notice is None
    assert found.source is not None
    assert "chinesecalendar 1.11.0" in found.source.en
    assert "chinesecalendar 1.11.0" in found.source.zh


def test_number_of_working_days_a_year() -> None:
    # 365 or 366 days, less weekends and statutory holidays of 11 days until 2024 and 13 from 2025 on.
    assert {year: OFFICE_HOURS.working_days_in(days_of(year)[0], days_of(year)[-1]) for year in (2024, 2025, 2026)} == {
        2024: 251,
        2025: 248,
        2026: 248,
    }


def test_reasons_on_days_off_and_make_up_days() -> None:
    def why(text: str) -> tuple[Text | None, Text | None]:
        return MAINLAND.why_not_working(parse_day(text)), MAINLAND.why_working(parse_day(text))

    assert why("2026-10-01") == (Text("国庆节", "National Day"), None)
    assert why("2026-10-03") == (Text("国庆节", "National Day"), None)  # a Saturday within the holiday
    assert why("2026-10-10") == (None, Text("调休上班（国庆节）", "make-up working day (National Day)"))
    assert why("2026-10-17") == (Text("周末", "weekend"), None)
    assert why("2026-10-19") == (None, None)


def test_years_without_a_file_are_provisional() -> None:
    new_year, last_day = parse_day("2027-01-01"), parse_day("2026-12-31")
    assert OFFICE_HOURS.is_provisional(new_year) is True
    assert OFFICE_HOURS.is_provisional(last_day) is False
    assert OFFICE_HOURS.is_provisional(last_day, new_year) is True
    assert OFFICE_HOURS.is_provisional(new_year, last_day) is True
    assert OFFICE_HOURS.is_provisional(parse_day("2009-12-31")) is True
    assert OFFICE_HOURS.is_provisional(parse_day("2010-01-01"), last_day) is False
    assert OFFICE_HOURS.is_working_day(new_year) is True  # a Friday; its notice will say otherwise
    assert OFFICE_HOURS.is_working_day(parse_day("2027-01-02")) is False


def test_a_notice_that_arrives_changes_the_days_and_the_version() -> None:
    text = "\n".join(
        [
            "authority: 国务院办公厅 / General Office of the State Council",
            "year: 2027",
            "source: 试验数据 / made up for a test",
            "days:",
            "  - name: 元旦 / New Year's Day",
            "    off: 2027-01-01..2027-01-03",
        ]
    )
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    table = day_table([*texts, text])
    known = WorkingCalendar(table)
    due_before = OFFICE_HOURS.add_working_days(parse_day("2026-12-31"), 1)
    assert format_day(due_before) == "2027-01-01"
    assert format_day(known.add_working_days(parse_day("2026-12-31"), 1)) == "2027-01-04"
    assert known.is_provisional(parse_day("2027-01-01")) is False
    assert known.version != OFFICE_HOURS.version
    assert day_table(texts).version == MAINLAND.version

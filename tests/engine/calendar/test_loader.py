"""A calendar file that cannot be right is refused, with the place."""

from __future__ import annotations

import pytest

from huiyin_engine.calendars import CalendarFileError, day_table, read_year
from huiyin_engine.instants import format_day, parse_day
from huiyin_engine.texts import Text

GOOD = """\
authority: 国务院办公厅 / General Office of the State Council
year: 2025
notice:
  title: 国务院办公厅关于2025年部分节假日安排的通知
  number: 国办发明电〔2024〕12号
  date: 2024-11-12
days:
  - name: 国庆节、中秋节 / National Day and Mid-autumn Festival
    off: 2025-10-01..2025-10-03, 2025-10-06
    working: 2025-09-28
"""


def test_a_good_file() -> None:
    found = read_year(GOOD)
    assert (found.year, found.authority.zh) == (2025, "国务院办公厅")
    assert {format_day(day): exception.working for day, exception in found.exceptions.items()} == {
        "2025-10-01": False,
        "2025-10-02": False,
        "2025-10-03": False,
        "2025-10-06": False,
        "2025-09-28": True,
    }
    assert found.exceptions[parse_day("2025-10-06")].reason == Text(
        "国庆节、中秋节", "National Day and Mid-autumn Festival"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("year: 2025", "year: next", "invalid literal"),
        ("year: 2025\n", "", "missing year"),
        ("year: 2025", "year: 2025\nyear: 2025", "duplicate key"),
        ("year: 2025", "year: 2025\ncountry: CN", "unknown key country"),
        ("authority: 国务院办公厅 / General", "authority: 国务院办公厅, General", "two languages"),
        ("  date: 2024-11-12", "  date: 12 Nov 2024", "not a day"),
        ("  number: 国办发明电〔2024〕12号\n", "", "notice: missing number"),
        ("days:", "source: 另有来源 / another source\ndays:", "either the notice or another source"),
        ("2025-10-06", "2026-10-06", "another year's file"),
        ("2025-10-06", "2025-10-02", "named twice"),
        ("2025-10-06", "2025-02-30", "day is out of range"),
        ("..2025-10-03", "..2025-09-30", "run backwards"),
        ("working: 2025-09-28", "working: 2025-09-26", "worked anyway"),
        ("working: 2025-09-28", "worked: 2025-09-28", "unknown key worked"),
        ("国庆节、中秋节 / National", "国庆节 National", "two languages"),
        ("  - name", "  name", "list of holidays|calendar file"),
        (GOOD, "days: [", "calendar file"),
        (GOOD, "- a list", "keys with values"),
    ],
)
def test_flawed_files_are_refused(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(CalendarFileError, match=message):
        read_year(GOOD.replace(old, new, 1))


def test_neither_notice_nor_source_is_refused() -> None:
    start, end = GOOD.index("notice:"), GOOD.index("days:")
    with pytest.raises(CalendarFileError, match="either the notice or another source"):
        read_year(GOOD[:start] + GOOD[end:])


def test_two_files_for_one_year_are_refused() -> None:
    with pytest.raises(CalendarFileError, match="two files for one year"):
        day_table([GOOD, GOOD])

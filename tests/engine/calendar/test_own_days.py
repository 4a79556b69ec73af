"""An organisation's own days off, working days and weekly rest, laid over the notice."""

from __future__ import annotations

import pytest

from huiyin_engine.calendars import WorkingCalendar
from huiyin_engine.instants import format_day, parse_day
from huiyin_engine.texts import Text
from tests.engine.calendar.mainland import MAINLAND

ANNIVERSARY = Text("公司司庆日", "company anniversary")
STOCKTAKING = Text("年终盘点", "year-end stock-taking")


def test_own_days_win_over_weekday_and_notice_and_say_why() -> None:
    table = MAINLAND.with_own_days(
        off={parse_day("2025-03-12"): ANNIVERSARY, parse_day("2025-09-28"): ANNIVERSARY},
        working={parse_day("2025-10-08"): STOCKTAKING, parse_day("2025-03-15"): STOCKTAKING},
    )
    calendar = WorkingCalendar(table)
    assert format_day(calendar.add_working_days(parse_day("2025-03-11"), 2)) == "2025-03-14"
    assert calendar.why_not_working(parse_day("2025-03-12")) == ANNIVERSARY
    assert calendar.why_not_working(parse_day("2025-09-28")) == ANNIVERSARY
    assert calendar.why_working(parse_day("2025-10-08")) == STOCKTAKING
    assert format_day(calendar.add_working_days(parse_day("2025-09-30"), 1)) == "2025-10-08"
    assert format_day(calendar.add_working_days(parse_day("2025-03-14"), 1)) == "2025-03-15"
    assert MAINLAND.is_working_day(parse_day("2025-03-12")) is True  # the table it was made from is unchanged


def test_own_weekly_rest_keeps_the_holidays() -> None:
    table = MAINLAND.with_own_days(weekly_rest={1})
    assert table.is_working_day(parse_day("2025-03-15")) is True
    assert table.is_working_day(parse_day("2025-03-11")) is False
    assert table.why_not_working(parse_day("2025-03-11")) == Text("每周休息日", "weekly day of rest")
    assert table.why_not_working(parse_day("2025-10-01")) == Text(
        "国庆节、中秋节", "National Day and Mid-autumn Festival"
    )


def test_a_day_cannot_be_off_and_worked() -> None:
    with pytest.raises(ValueError, match="2025-03-12"):
        MAINLAND.with_own_days(
            off={parse_day("2025-03-12"): ANNIVERSARY}, working={parse_day("2025-03-12"): STOCKTAKING}
        )


@pytest.mark.parametrize("rest", [set(range(7)), {7}])
def test_a_weekly_rest_leaves_a_weekday(rest: set[int]) -> None:
    with pytest.raises(ValueError, match="weekly rest"):
        MAINLAND.with_own_days(weekly_rest=rest)

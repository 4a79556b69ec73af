"""Derivations as people read them: which day counted, which did not, and why."""

from __future__ import annotations

from decimal import Decimal

from huiyin_engine.instants import format_day, parse_instant
from huiyin_engine.texts import Text
from huiyin_engine.time_limits import Derivation, Limit, Span, derive
from tests.engine.calendar.mainland import OFFICE_HOURS, SEASONS_WITH_LUNCH


def derived(limit: Limit, start: str) -> Derivation:
    return derive(limit, parse_instant(start), OFFICE_HOURS)


def days(found: Derivation) -> list[tuple[str, bool, str]]:
    return [(format_day(entry.day)[5:], entry.counted, entry.reason.zh) for entry in found.days]


def test_working_days_name_what_was_left_out_and_what_was_made_up() -> None:
    found = derived(Limit(Span(3, "working_day")), "2025-09-26 16:00")
    assert days(found) == [
        ("09-26", False, "起算日"),
        ("09-27", False, "周末"),
        ("09-28", True, "第1个工作日"),
        ("09-29", True, "第2个工作日"),
        ("09-30", True, "第3个工作日"),
    ]
    assert found.days[2].special == Text(
        "调休上班（国庆节、中秋节）", "make-up working day (National Day and Mid-autumn Festival)"
    )
    assert found.first_counted == parse_instant("2025-09-28 00:00") // 86400
    assert found.provisional is False
    assert found.explanation == Text(
        "自2025年9月26日 周五 16:00起3个工作日；9月26日不计（起算日）；9月27日不计（周末）；"
        "9月28日计入（调休上班（国庆节、中秋节））；至2025年9月30日 周二 18:00止。",
        "3 working days from Fri 26 Sep 2025 16:00; 26 Sep not counted (day of the start); "
        "27 Sep not counted (weekend); 28 Sep counted (make-up working day (National Day and Mid-autumn Festival)); "
        "until Tue 30 Sep 2025 18:00.",
    )


def test_a_holiday_is_told_as_one_run_of_days() -> None:
    found = derived(Limit(Span(7, "working_day")), "2026-02-13 16:00")
    assert "2月15日至2月23日不计（春节）" in found.explanation.zh
    assert "15 Feb to 23 Feb not counted (Spring Festival)" in found.explanation.en
    assert found.explanation.zh.count("计入（调休上班（春节））") == 2


def test_a_moved_end_says_from_where_and_why() -> None:
    found = derived(Limit(Span(3, "day"), rest_day="next"), "2025-03-13 16:00")
    assert format_day(found.rolled_from or 0) == "2025-03-16"
    assert found.roll_reason == Text("周末", "weekend")
    assert "3月16日为休息日（周末），顺移；至2025年3月17日 周一 18:00止" in found.explanation.zh
    kept = derived(Limit(Span(3, "day")), "2025-03-13 16:00")
    assert (kept.rolled_from, kept.roll_reason) == (None, None)


def test_working_time_says_how_much_ran_on_which_day() -> None:
    found = derived(Limit(Span(Decimal("0.5"), "working_day")), "2025-09-30 17:30")
    ran = {format_day(entry.day)[5:]: (entry.reason.zh, entry.seconds) for entry in found.days if entry.counted}
    assert ran == {"09-30": ("计时30分", 1800), "10-09": ("计时4小时", 14400)}
    assert [entry.reason.zh for entry in found.days if not entry.counted] == ["国庆节、中秋节"] * 8


def test_a_start_after_closing_says_so() -> None:
    found = derived(Limit(Span(30, "working_minute")), "2025-03-11 18:30")
    assert days(found) == [("03-11", False, "当日工作时间已过"), ("03-12", True, "计时30分")]


def test_months_name_the_clipping() -> None:
    clipped = derived(Limit(Span(4, "month")), "2025-07-31 10:00")
    assert days(clipped) == [("07-31", False, "起算日"), ("11-30", True, "该月无相应日，取月末")]
    assert "11月30日计入（该月无相应日，取月末）" in clipped.explanation.zh
    plain = derived(Limit(Span(4, "month")), "2025-07-30 10:00")
    assert days(plain) == [("07-30", False, "起算日"), ("11-30", True, "4个月后的相应日")]
    eve = derived(Limit(Span(1, "month"), counts_start_day=True), "2025-03-01 10:00")
    assert days(eve) == [("03-01", True, "第1日"), ("03-31", True, "起算日计入，届满于相应日的前一日")]


def test_the_day_itself() -> None:
    assert days(derived(Limit(Span(0, "working_day")), "2025-03-13 10:00")) == [("03-13", True, "当日")]
    assert days(derived(Limit(Span(0, "day")), "2025-10-04 10:00")) == [("10-04", True, "当日")]
    assert days(derived(Limit(Span(5, "minute")), "2025-05-01 23:58")) == [("05-02", True, "连续计时")]


def test_backward_limits_walk_backward() -> None:
    found = derived(Limit(Span(-2, "working_day"), ends="09:00"), "2025-10-09 18:00")
    assert found.result == parse_instant("2025-09-29 09:00")
    assert days(found)[0] == ("10-09", False, "起算日")
    assert days(found)[-1] == ("09-29", True, "第2个工作日")


def test_a_year_without_notice_is_provisional_and_says_so() -> None:
    into_2027 = derived(Limit(Span(10, "working_day")), "2026-12-25 10:00")
    assert into_2027.provisional is True
    assert into_2027.explanation.zh.endswith("；所涉年度的放假安排尚未公布，暂只按周末推算。")
    assert "provisional" in into_2027.explanation.en
    assert derived(Limit(Span(4, "working_day")), "2026-12-25 10:00").provisional is False
    assert derived(Limit(Span(24, "working_hour")), "2026-12-31 10:00").provisional is True


def test_calendar_limits_are_provisional_only_where_a_day_of_rest_moves_them() -> None:
    assert derived(Limit(Span(10, "day")), "2026-12-25 10:00").provisional is False
    assert derived(Limit(Span(10, "day"), rest_day="next"), "2026-12-25 10:00").provisional is True
    assert derived(Limit(Span(1, "month"), rest_day="next"), "2026-11-25 10:00").provisional is False


def test_lunch_is_no_day_of_its_own() -> None:
    found = derive(Limit(Span(2, "working_hour")), parse_instant("2025-12-05 11:30"), SEASONS_WITH_LUNCH)
    assert found.result == parse_instant("2025-12-05 15:30")
    assert days(found) == [("12-05", True, "计时2小时")]

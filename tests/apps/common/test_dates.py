"""Dates as people read them, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from huiyin.common import dates

THURSDAY_EVENING = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)  # 18:00 in China


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "2026年3月12日 周四 18:00"), ("en", "Thu 12 Mar 2026 18:00")]
)
def test_in_words(language: str, words: str) -> None:
    with translation.override(language):
        assert dates.in_words(THURSDAY_EVENING) == words
        assert dates.in_words(dates.instant_of(THURSDAY_EVENING)) == words


def test_instant_counts_civil_seconds() -> None:
    assert dates.instant_of(datetime(1970, 1, 1, tzinfo=dates.CIVIL)) == 0
    assert dates.instant_of(THURSDAY_EVENING) == (date(2026, 3, 12) - date(1970, 1, 1)).days * 86400 + 18 * 3600
    assert dates.moment_of(dates.instant_of(THURSDAY_EVENING)) == THURSDAY_EVENING


def test_instant_of_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        dates.instant_of(datetime(2026, 3, 12))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "不到 1 分", "less than a minute"),
        (59, "不到 1 分", "less than a minute"),
        (60, "1 分", "1 min"),
        (8100, "2 小时 15 分", "2 h 15 min"),
        (7200, "2 小时", "2 h"),
        (97_200, "1 天 3 小时", "1 day 3 h"),
        (2 * 86_400 + 5 * 60, "2 天", "2 days"),
    ],
)
def test_duration_says_its_two_greatest_units(seconds: int, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert dates.duration(seconds) == chinese
    with translation.override("en"):
        assert dates.duration(seconds) == english


@pytest.mark.parametrize(
    ("from_now", "urgency", "words"),
    [
        (timedelta(hours=2, minutes=15), "today", "还有 2 小时 15 分"),
        (timedelta(0), "today", "还有 不到 1 分"),
        (timedelta(hours=20), "soon", "还有 20 小时"),
        (timedelta(days=9), "later", "还有 9 天"),
        (-timedelta(days=1, hours=3), "late", "超时 1 天 3 小时"),
        (-timedelta(seconds=1), "late", "超时 不到 1 分"),
    ],
)
def test_remaining(from_now: timedelta, urgency: str, words: str) -> None:
    with translation.override("zh-hans"):
        assert dates.remaining(THURSDAY_EVENING + from_now, now=THURSDAY_EVENING) == (urgency, words)


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (0, "今天 18:00", "today 18:00"),
        (1, "明天 18:00", "tomorrow 18:00"),
        (-1, "昨天 18:00", "yesterday 18:00"),
        (8, "3月20日 周五 18:00", "Fri 20 Mar 18:00"),
        (365, "2027年3月12日 周五 18:00", "Fri 12 Mar 2027 18:00"),
    ],
)
def test_short_is_as_near_as_it_can(days: int, chinese: str, english: str) -> None:
    moment = THURSDAY_EVENING + timedelta(days=days)
    with translation.override("zh-hans"):
        assert dates.short(moment, now=THURSDAY_EVENING) == chinese
    with translation.override("en"):
        assert dates.short(moment, now=THURSDAY_EVENING) == english

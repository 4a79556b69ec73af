"""Reading instants as people type them: «3月12日 18:00», «2025-03-12», «明天 18:00», «12 Mar 18:00»."""

from __future__ import annotations

import re

from huiyin_engine import instants

_TIME = re.compile(
    r"(?:(上午|下午|晚上?|am|pm)\s*)?(\d{1,2})\s*(?:[:：点時时])\s*(\d{1,2}|半)?\s*分?\s*(am|pm)?$", re.IGNORECASE
)
_NUMBERS = re.compile(r"^(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$")
_ENGLISH = re.compile(r"^(\d{1,2})\s+([a-z]{3})[a-z]*\.?(?:\s+(\d{4}))?$", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NEAR = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "昨天": -1, "yesterday": -1}
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?", re.IGNORECASE)
_FULLWIDTH = str.maketrans("０１２３４５６７８９：－／．　", "0123456789:-/. ")


class NotADate(ValueError):  # noqa: N818 - a state of affairs
    """What was typed is no date."""


def read_instant(text: str, now: int, *, bare: str | None) -> int:
    """
    Read a date, with or without a time of day.

    A date without year is taken in the year of `now`, or the next where it would lie more than half a year back; a date
    without a time ends at `bare` (a promised date ends at 18:00, CR-15), which must then be given. Raises NotADate.
    """
    day_text, second = _split_time(_WEEKDAY.sub(" ", text.translate(_FULLWIDTH)).replace("T", " ").strip())
    day = _read_day(day_text, instants.day_of(now)) if day_text else instants.day_of(now)
    if second is None:
        if bare is None or not day_text:
            raise NotADate(text)
        second = instants.time_of_day(bare)
    return day * instants.DAY + second


def _split_time(text: str) -> tuple[str, int | None]:
    found = _TIME.search(text)
    if found is None:
        return text.strip(), None
    half, hour, minute = found[1] or found[4], int(found[2]), found[3]
    minutes = 30 if minute == "半" else int(minute or 0)
    if half and half.lower() in ("下午", "晚", "晚上", "pm") and hour < 12:
        hour += 12
    if hour > 23 or minutes > 59:
        raise NotADate(text)
    return text[: found.start()].strip(" ,，"), hour * instants.HOUR + minutes * instants.MINUTE


def _read_day(text: str, today: int) -> int:
    near = _NEAR.get(text.lower())
    if near is not None:
        return today + near
    numbers = _NUMBERS.match(text)
    if numbers:
        year, month, day = numbers[1], int(numbers[2]), int(numbers[3])
    else:
        english = _ENGLISH.match(text)
        if english is None or english[2].lower() not in _MONTHS:
            raise NotADate(text)
        year, month, day = english[3], _MONTHS.index(english[2].lower()) + 1, int(english[1])
    try:
        if year:
            return instants.day_from_parts(int(year), month, day)
        this_year = instants.year_of(today)
        found = instants.day_from_parts(this_year, month, day)
        return found if found > today - 183 else instants.day_from_parts(this_year + 1, month, day)
    except ValueError:
        raise NotADate(text) from None

"""
Instants and days of the engine, and how people write and read them.

An *instant* (时刻) is an ``int``: seconds since 1970-01-01 00:00 of the organisation's civil time (Asia/Shanghai wall
clock, fixed +08:00). A *day* (日) is an ``int``: days since 1970-01-01. Arithmetic is therefore plain integer
arithmetic; `datetime.date` is used only to turn a day into year, month and day of month and back.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from huiyin_engine.texts import Text

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400

_ORDINAL_OF_1970: Final = date(1970, 1, 1).toordinal()
_MONTH_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKDAYS_ZH: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class DayParts(NamedTuple):
    """A day as people name it: year, month 1-12, day of month 1-31."""

    year: int
    month: int
    day: int


# --- between instants and days -------------------------------------------------------------------------------------


def day_of(instant: int) -> int:
    """Return the day in which an instant lies; 00:00:00 belongs to the day that begins."""
    return instant // DAY


def second_of_day(instant: int) -> int:
    """Return the seconds since 00:00 of the instant's own day, 0-86399."""
    return instant % DAY


def at(day: int, time: str) -> int:
    """
    Return the instant of a day at a time of day such as ``18:00`` or ``23:59:59``.

    >>> format_instant(at(parse_day("2025-03-12"), "18:00"))
    '2025-03-12 18:00'
    """
    return day * DAY + time_of_day(time)


@lru_cache(maxsize=1024)
def time_of_day(text: str) -> int:
    """
    Return ``HH:MM`` or ``HH:MM:SS`` as seconds since 00:00.

    Raises:
        ValueError: Not a time of day from 00:00 to 23:59:59.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time of day like 18:00 or 23:59:59: {text!r}")
    return int(match[1]) * HOUR + int(match[2]) * MINUTE + int(match[3] or 0)


# --- days and their parts ------------------------------------------------------------------------------------------


def day_from_parts(year: int, month: int, day: int) -> int:
    """Return the day of a year, month and day of month; `ValueError` where the calendar has no such day."""
    return date(year, month, day).toordinal() - _ORDINAL_OF_1970


def parts(day: int) -> DayParts:
    """Return year, month and day of month of a day."""
    civil = date.fromordinal(day + _ORDINAL_OF_1970)
    return DayParts(civil.year, civil.month, civil.day)


def year_of(day: int) -> int:
    """Return the calendar year of a day."""
    return date.fromordinal(day + _ORDINAL_OF_1970).year


def weekday(day: int) -> int:
    """Return the day of the week, Monday 0 to Sunday 6."""
    return (day + 3) % 7  # 1970-01-01 was a Thursday


def days_in_month(year: int, month: int) -> int:
    """Return 28 to 31."""
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _MONTH_LENGTHS[month - 1]


def day_in_month(year: int, month: int, number: int) -> int:
    """
    Return day `number` of a month, clipped to the month's last day (CR-14).

    `month` may lie outside 1-12 and then counts into the years before or after: month 13 of 2025 is January 2026.

    Raises:
        ValueError: `number` is below 1.
    """
    if number < 1:
        raise ValueError(f"a month has no day {number}")
    years, month_index = divmod(month - 1, 12)
    year += years
    month = month_index + 1
    return day_from_parts(year, month, min(number, days_in_month(year, month)))


def add_months(day: int, months: int) -> int:
    """
    Return the same day number so many months later (or earlier), clipped to the month's last day (CR-14).

    Counted from the day given in one step: 31 January and two months is 31 March, never 28 March.

    >>> format_day(add_months(parse_day("2025-07-31"), 4))
    '2025-11-30'
    """
    year, month, number = parts(day)
    return day_in_month(year, month + months, number)


def add_years(day: int, years: int) -> int:
    """Return the same date so many years later; 29 February becomes 28 February in a common year (CR-14)."""
    return add_months(day, 12 * years)


# --- reading and writing -------------------------------------------------------------------------------------------


def parse_day(text: str) -> int:
    """
    Read ``YYYY-MM-DD``.

    Raises:
        ValueError: Written otherwise, or no such day.
    """
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"not a day like 2025-03-12: {text!r}")
    return day_from_parts(int(match[1]), int(match[2]), int(match[3]))


def parse_instant(text: str, *, time_of_bare_day: str | None = None) -> int:
    """
    Read ``YYYY-MM-DD HH:MM`` or ``YYYY-MM-DD HH:MM:SS``.

    A day without a time is taken at `time_of_bare_day` (18:00 for a promised date, CR-15) and refused where that is
    not given: midnight would silently cost the customer a day.

    Raises:
        ValueError: Written otherwise, or no such instant.
    """
    day_text, separator, time_text = text.partition(" ")
    if not separator:
        if time_of_bare_day is None:
            raise ValueError(f"not an instant like 2025-03-12 18:00: {text!r}")
        time_text = time_of_bare_day
    return at(parse_day(day_text), time_text)


def format_day(day: int) -> str:
    """Write ``YYYY-MM-DD``, the form that `parse_day` reads."""
    return date.fromordinal(day + _ORDINAL_OF_1970).isoformat()


def format_time(second: int) -> str:
    """Write seconds since 00:00 as ``HH:MM``, with ``:SS`` only where there are seconds."""
    minutes, seconds = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def format_instant(instant: int) -> str:
    """Write ``YYYY-MM-DD HH:MM``, with ``:SS`` only where there are seconds; `parse_instant` reads it back."""
    return f"{format_day(instant // DAY)} {format_time(instant % DAY)}"


def weekday_name(day: int) -> Text:
    """Return 周六 / Sat."""
    index = weekday(day)
    return Text(_WEEKDAYS_ZH[index], _WEEKDAYS_EN[index])


def show_day(day: int) -> Text:
    """
    Show a day to people.

    >>> show_day(parse_day("2026-02-14"))
    Text(zh='2026年2月14日 周六', en='Sat 14 Feb 2026')
    """
    year, month, number = parts(day)
    name = weekday_name(day)
    return Text(f"{year}年{month}月{number}日 {name.zh}", f"{name.en} {number} {_MONTHS_EN[month - 1]} {year}")


def show_instant(instant: int) -> Text:
    """
    Show an instant to people, seconds only where there are any.

    >>> show_instant(parse_instant("2026-02-14 18:00"))
    Text(zh='2026年2月14日 周六 18:00', en='Sat 14 Feb 2026 18:00')
    """
    day = show_day(instant // DAY)
    time = format_time(instant % DAY)
    return Text(f"{day.zh} {time}", f"{day.en} {time}")


def show_date_briefly(day: int) -> Text:
    """Show month and day alone, for lists within one sentence: 2月14日 / 14 Feb."""
    _, month, number = parts(day)
    return Text(f"{month}月{number}日", f"{number} {_MONTHS_EN[month - 1]}")


def show_duration(seconds: int) -> Text:
    """
    Show a length of time in hours, minutes and seconds, leaving out what is zero.

    >>> show_duration(16200)
    Text(zh='4小时30分', en='4 h 30 min')
    """
    hours, rest = divmod(seconds, HOUR)
    numbers = (hours, rest // MINUTE, rest % MINUTE)
    chinese = "".join(f"{number}{unit}" for number, unit in zip(numbers, ("小时", "分", "秒"), strict=True) if number)
    english = " ".join(f"{number} {unit}" for number, unit in zip(numbers, ("h", "min", "s"), strict=True) if number)
    return Text(chinese or "0分", english or "0 min")

"""Dates speak twice: as a date with its weekday, and as the time that is left or over.

The organisation lives by one civil time (`TIME_ZONE`, Asia/Shanghai, no summer time). An *instant* of the engine is the
number of seconds since 1970-01-01 00:00 of that civil time; everything stored by Django is an aware UTC datetime.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal, NamedTuple

from django.utils import timezone as django_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

CIVIL = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=CIVIL)
_WEEKDAYS = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]
# Only for languages that name the month; the Chinese pattern takes its number.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Urgency = Literal["late", "today", "soon", "later"]


def moment_of(instant: int) -> datetime:
    """The aware UTC datetime of an engine instant."""
    return (_EPOCH + timedelta(seconds=instant)).astimezone(UTC)


def instant_of(moment: datetime) -> int:
    """The engine instant of an aware datetime, rounded down to the second. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("An instant is made from an aware datetime only.")
    return (moment - _EPOCH) // timedelta(seconds=1)


def current_instant() -> int:
    """Now, as an engine instant."""
    return instant_of(django_timezone.now())


def start_of_day(day: date) -> datetime:
    """The first moment of a civil day, aware."""
    return datetime(day.year, day.month, day.day, tzinfo=CIVIL)


def as_moment(value: datetime | int) -> datetime:
    """A datetime or an engine instant, as civil time."""
    return (moment_of(value) if isinstance(value, int) else value).astimezone(CIVIL)


def day_in_words(day: date) -> str:
    """«2026年3月12日 周四», «Thu 12 Mar 2026»."""
    # Translators: reorder freely; {number} is the month as a number, {month} its short name.
    return pgettext("date", "{weekday} {day} {month} {year}").format(
        weekday=_WEEKDAYS[day.weekday()], day=day.day, month=_MONTHS[day.month - 1], number=day.month, year=day.year
    )


def short_day(day: date, today: date) -> str:
    """The day as near as it is: today, tomorrow, yesterday, else without the year if it is this year's."""
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days)
    if near:
        return near
    if day.year != today.year:
        return day_in_words(day)
    return pgettext("date", "{weekday} {day} {month}").format(
        weekday=_WEEKDAYS[day.weekday()], day=day.day, month=_MONTHS[day.month - 1], number=day.month
    )


def in_words(value: datetime | int) -> str:
    """«2026年3月12日 周四 18:00», «Thu 12 Mar 2026 18:00»; seconds are left out."""
    moment = as_moment(value)
    return f"{day_in_words(moment.date())} {moment:%H:%M}"


def short(value: datetime | int, now: datetime | None = None) -> str:
    """«今天 18:00», «3月12日 周四 18:00»."""
    moment = as_moment(value)
    today = (now or django_timezone.now()).astimezone(CIVIL).date()
    return f"{short_day(moment.date(), today)} {moment:%H:%M}"


def duration(seconds: int) -> str:
    """A length of time in its two greatest units, rounded down: «1 天 3 小时», «2 h 15 min»; never negative."""
    minutes = abs(seconds) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        (days, ngettext("%(n)d day", "%(n)d days", days) % {"n": days}),
        (hours, ngettext("%(n)d h", "%(n)d h", hours) % {"n": hours}),
        (minutes, ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}),
    ]
    first = next((i for i, (n, _words) in enumerate(parts) if n), None)
    if first is None:
        return _("less than a minute")
    return " ".join(words for n, words in parts[first : first + 2] if n)


class Remaining(NamedTuple):
    """How a due instant stands: a word for its colour, and the same said in words, for nobody sees by colour alone."""

    urgency: Urgency
    words: str


def remaining(due: datetime | int, now: datetime | None = None) -> Remaining:
    """
    «还有 2 小时 15 分» or «超时 1 天 3 小时», and how urgent it is.

    The due instant itself is still in time. Soon: within 24 hours; today: on this civil day.
    """
    moment, here = as_moment(due), (now or django_timezone.now()).astimezone(CIVIL)
    seconds = int((moment - here).total_seconds())
    if moment < here:
        return Remaining("late", _("%(duration)s late") % {"duration": duration(seconds)})
    words = _("%(duration)s left") % {"duration": duration(seconds)}
    if moment.date() == here.date():
        return Remaining("today", words)
    return Remaining("soon" if seconds <= 86_400 else "later", words)


def ago(value: datetime | int, now: datetime | None = None) -> str:
    """«3 小时前» for what has happened; «刚刚» within the minute."""
    seconds = int(((now or django_timezone.now()) - as_moment(value)).total_seconds())
    if seconds < 60:
        return _("just now")
    return _("%(duration)s ago") % {"duration": duration(seconds)}

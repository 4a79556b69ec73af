"""The installation's working calendar 工作日历, from the calendar files and the working hours of the settings."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.utils.translation import gettext as _

from huiyin.common.dates import current_instant
from huiyin.common.errors import ExplainedError, Explanation
from huiyin.common.health import Finding, Level
from huiyin.procedures.folders import signature
from huiyin_engine.calendars import CalendarFileError, DayTable, WorkingCalendar, WorkingHours, day_table
from huiyin_engine.instants import day_of, year_of

LOOK_EVERY_SECONDS = 5.0
LOOK_AHEAD_DAYS = 45
DEFAULT_AUTHORITY = "mainland"
DEFAULT_HOURS = "09:00-18:00"
_log = logging.getLogger(__name__)


class NoCalendar(ExplainedError):  # noqa: N818 - a state of affairs
    """There is no working calendar (503): its files are broken, and no good one was read before."""

    status = 503


class _Kept:
    """The calendar in use, the state of the files it was read from, and what was wrong when they were read last."""

    calendar: WorkingCalendar | None = None
    key: object = None
    looked_at: float = float("-inf")
    problem: str = ""


def read_days(folder: Path) -> DayTable:
    """The day table of the files of one authority. Raises CalendarFileError naming the file."""
    texts = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
            day_table([texts[path.name]])
        except (CalendarFileError, OSError, UnicodeDecodeError) as error:
            said = " ".join(str(error).split())
            raise CalendarFileError(f"{folder.name}/{path.name}: {said}") from error
    return day_table(texts.values())


def working_calendar() -> WorkingCalendar:
    """
    The calendar in use; files are looked at again every few seconds.

    While a file is broken the last good calendar stays in use and the health page says so. Raises NoCalendar if there
    never was a good one: no date may be computed without it.
    """
    now = time.monotonic()
    if _Kept.calendar is not None and now - _Kept.looked_at < LOOK_EVERY_SECONDS:
        return _Kept.calendar
    _Kept.looked_at = now
    folder = settings.CALENDARS_DIR / getattr(settings, "CALENDAR", DEFAULT_AUTHORITY)
    hours = getattr(settings, "WORKING_HOURS", DEFAULT_HOURS)
    key = (signature(folder), hours)
    if key != _Kept.key:
        try:
            _Kept.calendar = WorkingCalendar(read_days(folder), WorkingHours.from_data(hours))
            _Kept.problem = ""
        except (CalendarFileError, OSError, ValueError) as error:
            _log.error("Calendar not read, the last good one stays in use: %s", error)
            _Kept.problem = str(error)
            if _Kept.calendar is None:
                raise _no_calendar(_Kept.problem) from error
        _Kept.key = key
    assert _Kept.calendar is not None  # noqa: S101 - read above, or raised
    return _Kept.calendar


def _no_calendar(problem: str) -> NoCalendar:
    return NoCalendar(
        Explanation(
            title=_("The working calendar cannot be read"),
            reason=_("%(problem)s. No date can be computed without it. Nothing was saved.") % {"problem": problem},
            ways_out=(_("An administrator mends the file in the calendars folder; it is read again by itself."),),
        )
    )


def look_again() -> None:
    """Look at the files at the next question, however short ago the last look was."""
    _Kept.looked_at = float("-inf")


def forget() -> None:
    """Read the files anew at the next question."""
    _Kept.calendar, _Kept.key, _Kept.looked_at, _Kept.problem = None, None, float("-inf"), ""


def health() -> Iterable[Finding]:
    """Are the calendar files whole, and is the year's holiday notice known, as far as limits run now?"""
    try:
        calendar = working_calendar()
    except NoCalendar as error:
        yield Finding(Level.FAILURE, error.explanation.reason, error.explanation.ways_out[0])
        return
    if _Kept.problem:
        yield Finding(
            Level.FAILURE,
            _("A calendar file cannot be read: %(error)s. The last good calendar stays in use.")
            % {"error": _Kept.problem},
            _("Mend the file in the calendars folder."),
        )
    today = day_of(current_instant())
    if calendar.is_provisional(today, today + LOOK_AHEAD_DAYS):
        year = year_of(today) if calendar.is_provisional(today) else year_of(today + LOOK_AHEAD_DAYS)
        yield Finding(
            Level.WARNING,
            _("The holiday notice of %(year)s is not entered: dates in that year are provisional.") % {"year": year},
            _("Add the year's file to the calendars folder when the notice is published."),
        )
    else:
        last = date.fromordinal(date(1970, 1, 1).toordinal() + today + LOOK_AHEAD_DAYS)
        yield Finding(Level.FINE, _("Working days are known until %(day)s at least.") % {"day": last.isoformat()})


def check(**kwargs: object) -> list[CheckMessage]:
    """A system check: no program of ours starts without a working calendar. It names the file."""
    try:
        working_calendar()
    except NoCalendar as error:
        said = error.explanation
        return [checks.Error(f"{said.title}: {_Kept.problem}", hint=str(said.ways_out[0]), id="procedures.E001")]
    return []

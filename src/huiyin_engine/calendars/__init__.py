"""Working days, working hours and their arithmetic (工作日历), for mainland China and whoever works otherwise."""

from huiyin_engine.calendars.day_table import WEEKEND, DayException, DayTable
from huiyin_engine.calendars.loader import CalendarFileError, CalendarYear, Notice, day_table, read_year
from huiyin_engine.calendars.periods import DaySpan, PeriodKind, period_after, period_of
from huiyin_engine.calendars.rosters import Roster, Shift
from huiyin_engine.calendars.working_calendar import OutsideCalendar, RollRule, WorkingCalendar
from huiyin_engine.calendars.working_hours import Period, Season, WorkingHours

__all__ = [
    "WEEKEND",
    "CalendarFileError",
    "CalendarYear",
    "DayException",
    "DaySpan",
    "DayTable",
    "Notice",
    "OutsideCalendar",
    "Period",
    "PeriodKind",
    "RollRule",
    "Roster",
    "Season",
    "Shift",
    "WorkingCalendar",
    "WorkingHours",
    "day_table",
    "period_after",
    "period_of",
    "read_year",
]

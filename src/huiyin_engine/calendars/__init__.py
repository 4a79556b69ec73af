"""Working days, working hours and their arithmetic (工作日历), for mainland China and whoever works otherwise."""

from huiyin_engine.calendars.day_table import WEEKEND, DayException, DayTable
from huiyin_engine.calendars.fixed_dates import (
    Which,
    day_of_month,
    day_of_week,
    day_of_year,
    end_of,
    end_of_working_day,
    next_daily,
    next_day_of_month,
    next_end_of,
    nth_working_day,
    nth_working_day_after,
)
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
    "Which",
    "WorkingCalendar",
    "WorkingHours",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "day_table",
    "end_of",
    "end_of_working_day",
    "next_daily",
    "next_day_of_month",
    "next_end_of",
    "nth_working_day",
    "nth_working_day_after",
    "period_after",
    "period_of",
    "read_year",
]

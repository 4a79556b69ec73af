"""The working calendar (工作日历): working days and working time by look-up in sorted integers."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, assert_never

from huiyin_engine.calendars.day_table import DayTable
from huiyin_engine.calendars.periods import PeriodKind, period_of
from huiyin_engine.calendars.rosters import Shift
from huiyin_engine.calendars.working_hours import Period, WorkingHours
from huiyin_engine.instants import DAY, day_from_parts, days_in_month, format_day, time_of_day, weekday, year_of
from huiyin_engine.texts import Text

RollRule = Literal["keep", "next", "previous", "previous_in_month"]

_OFFICE_HOURS: Final = WorkingHours.from_data("09:00-18:00")


class OutsideCalendar(ValueError):  # noqa: N818 - a state of affairs, like every refusal
    """A day or instant, or the end of a count, lies beyond the years that a calendar was built for."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """
    Working days and hours of one organisation or unit, as an immutable value.

    All instants and days are the integers of `huiyin_engine.instants`. Working time is the union of the periods of
    all working days. Opening and closing seconds both are working time (CR-16): at 18:00:00 nothing is left of it,
    but it is not yet outside.

    Attributes:
        day_table: Which days are worked.
        working_hours: The hours of a working day.
        day_end: Time of day at which limits counted in days end, where they say nothing else (CR-15).
        first_year, last_year: Years laid out, both included; asking beyond them raises `OutsideCalendar`.
        version: Digest of everything above.

    >>> from huiyin_engine.instants import format_day, parse_day
    >>> calendar = WorkingCalendar(DayTable.open_daily().with_own_days(weekly_rest={5, 6}))
    >>> format_day(calendar.add_working_days(parse_day("2025-11-07"), 3))
    '2025-11-12'
    """

    day_table: DayTable
    working_hours: WorkingHours = _OFFICE_HOURS
    day_end: str = "18:00"
    first_year: int = 2000
    last_year: int = 2059
    version: str = field(init=False, repr=False)
    _first_day: int = field(init=False, repr=False, compare=False)
    _last_day: int = field(init=False, repr=False, compare=False)
    _working_days: array[int] = field(init=False, repr=False, compare=False)  # all working days, ascending
    _worked_before: array[int] = field(init=False, repr=False, compare=False)  # by day: working days before it
    _periods_of: tuple[tuple[Period, ...], ...] = field(init=False, repr=False, compare=False)  # by hours index
    _hours_on: array[int] = field(init=False, repr=False, compare=False)  # by day: hours index, rest days too
    _opens: list[int] = field(init=False, repr=False, compare=False)  # disjoint stretches of work, ascending …
    _closes: list[int] = field(init=False, repr=False, compare=False)  # … and their ends
    _done: list[int] = field(init=False, repr=False, compare=False)  # working seconds before each, and the total
    _stretch_on: list[int] = field(init=False, repr=False, compare=False)  # by day: first stretch not over at 00:00
    _shortest: int = field(init=False, repr=False, compare=False)  # seconds of the shortest stretch

    def __post_init__(self) -> None:
        time_of_day(self.day_end)
        if self.first_year > self.last_year:
            raise ValueError(f"a calendar cannot run from {self.first_year} to {self.last_year}")
        set_field = object.__setattr__
        summary = f"{self.day_table.version};{self.working_hours!r};{self.day_end};{self.first_year}-{self.last_year}"
        set_field(self, "version", hashlib.sha256(summary.encode()).hexdigest()[:16])
        set_field(self, "_first_day", day_from_parts(self.first_year, 1, 1))
        set_field(self, "_last_day", day_from_parts(self.last_year, 12, 31))
        self._lay_out_days()
        self._lay_out_stretches()

    def __hash__(self) -> int:
        return hash(self.version)

    # --- days -------------------------------------------------------------------------------------------------------

    def is_working_day(self, day: int) -> bool:
        """Return whether a day is worked."""
        index = self._index(day)
        return self._worked_before[index + 1] > self._worked_before[index]

    def is_provisional(self, first: int, last: int | None = None) -> bool:
        """
        Return whether any day from `first` to `last` (one day where that is not given) lies in a year whose holiday
        notice is not known yet. Results over such days are computed from weekends alone and may still change.
        """
        covered = self.day_table.covered_years
        if covered is None:
            return False
        last = first if last is None else last
        years = range(year_of(min(first, last)), year_of(max(first, last)) + 1)
        return any(year not in covered for year in years)

    def why_not_working(self, day: int) -> Text | None:
        """Return why a day is off (国庆节, 周末 …), None on a working day."""
        return self.day_table.why_not_working(day)

    def why_working(self, day: int) -> Text | None:
        """Return why a day is worked that one would take for a day off (调休上班); None for all others."""
        return self.day_table.why_working(day)

    def add_working_days(self, day: int, count: int, counting_start: bool = False) -> int:
        """
        Return the `count`-th working day after a day, which itself is not counted, whether worked or not.

        With `counting_start` the day itself is the first where it is worked. A count of 0 gives the first working day
        on or after the day; a negative count goes back.

        Raises:
            OutsideCalendar: The count leaves the years laid out.
            ValueError: Nothing to count with `counting_start` (count below 1).
        """
        index = day - self._first_day
        if index < 0:
            raise self._outside(day)
        try:
            if counting_start:
                if count < 1:
                    raise ValueError("a count that includes its first day is at least 1")
                return self._working_days[self._worked_before[index] + count - 1]
            if count > 0:
                return self._working_days[self._worked_before[index + 1] + count - 1]
            position = self._worked_before[index] + count
            if position >= 0:
                return self._working_days[position]
        except IndexError:
            pass
        raise self._outside(day)

    def working_days_between(self, day: int, other: int) -> int:
        """
        Return how many working days lie after `day` up to and including `other`; negative where `other` is earlier.

        The inverse of `add_working_days`: n days on, the answer is n.
        """
        return self._worked_before[self._index(other) + 1] - self._worked_before[self._index(day) + 1]

    def working_days_in(self, first: int, last: int) -> int:
        """Return how many working days lie between two days, both included."""
        return self._worked_before[self._index(last) + 1] - self._worked_before[self._index(first)]

    def first_working_day_on_or_after(self, day: int) -> int:
        """Return the day itself where it is worked, else the next working day."""
        return self.add_working_days(day, 0)

    def last_working_day_on_or_before(self, day: int) -> int:
        """Return the day itself where it is worked, else the working day before it."""
        position = self._worked_before[self._index(day) + 1] - 1
        if position < 0:
            raise self._outside(day)
        return self._working_days[position]

    def nth_working_day_of(self, kind: PeriodKind, day: int, number: int) -> int | None:
        """Return the `number`-th working day (from 1) of the period in which a day lies; None where it has fewer."""
        if number < 1:
            raise ValueError("working days of a period are numbered from 1")
        first, last = period_of(kind, day)
        if number > self.working_days_in(first, last):
            return None
        return self.add_working_days(first, number, counting_start=True)

    def nth_working_day_of_month(self, year: int, month: int, number: int) -> int | None:
        """Return the `number`-th working day (from 1) of a month; None where it has fewer."""
        return self.nth_working_day_of("month", day_from_parts(year, month, 1), number)

    def last_working_day_of(self, kind: PeriodKind, day: int) -> int | None:
        """
        Return the last working day of the period in which a day lies.

        A make-up Saturday or Sunday counts (R05-Q9); None where nothing is worked, as in a National Day week.
        """
        first, last = period_of(kind, day)
        found = self.last_working_day_on_or_before(last)
        return found if found >= first else None

    def roll(self, day: int, rule: RollRule) -> int:
        """
        Move a day of rest to a working day.

        ``next`` and ``previous`` say themselves; ``previous_in_month`` goes back within the month, and where that has
        no working day up to there, forward (R02-Q1, R26-Q8); ``keep`` moves nothing (R01-Q3).
        """
        if rule == "keep" or self.is_working_day(day):
            return day
        match rule:
            case "next":
                return self.first_working_day_on_or_after(day)
            case "previous":
                return self.last_working_day_on_or_before(day)
            case "previous_in_month":
                before = self.last_working_day_on_or_before(day)
                if before >= period_of("month", day).first:
                    return before
                return self.first_working_day_on_or_after(day)
            case _:
                assert_never(rule)

    # --- hours ------------------------------------------------------------------------------------------------------

    def periods_of(self, day: int) -> tuple[Period, ...]:
        """Return the periods of a day's season and weekday; of a day of rest those it would have if it were worked."""
        return self._periods_of[self._hours_on[self._index(day)]]

    def opening_of(self, day: int) -> int:
        """Return the instant at which work begins on a day, or would begin on a day of rest."""
        return day * DAY + self.periods_of(day)[0].opens

    def closing_of(self, day: int) -> int:
        """
        Return the instant at which the work of a day ends, or would end on a day of rest.

        It lies on the next day where the last period runs over midnight; 24:00 is 00:00:00 of the next day.
        """
        return day * DAY + self.periods_of(day)[-1].closes

    def instant_on(self, day: int, time: str | None) -> int:
        """
        Return the instant of a day at which a limit or duty ends.

        Args:
            day: The day, a working day or not.
            time: A time of day (``18:00``, ``23:59:59``); ``closing`` or ``opening`` by the hours of the day's own
                season and weekday (R37-G1), where closing at 24:00 is 23:59:59; None for the calendar's `day_end`.
        """
        if time == "closing":
            closing = self.periods_of(day)[-1].closes
            return day * DAY + (closing - 1 if closing == DAY else closing)
        if time == "opening":
            return self.opening_of(day)
        return day * DAY + time_of_day(time or self.day_end)

    def working_seconds_of(self, day: int) -> int:
        """Return the working seconds of a day by its hours, also where it is a day of rest; overlaps count once."""
        total = end = 0
        for opens, closes in self.periods_of(day):
            total += max(0, closes - max(opens, end))
            end = closes
        return total

    def is_open(self, instant: int) -> bool:
        """Return whether an instant is working time, opening and closing seconds included (CR-16)."""
        stretch = self._stretch_at(instant)
        return stretch < len(self._opens) and self._opens[stretch] <= instant

    def next_opening(self, instant: int) -> int:
        """
        Return the instant from which a limit that starts now runs: itself in working time, else the next opening.

        18:00:00 is still working time, with nothing left of it (CR-16).
        """
        return self.add_working_seconds(instant, 0)

    def next_working_moment(self, instant: int) -> int:
        """
        Return the earliest instant, not before this one, from which there is work left.

        Like `next_opening`, but a closing second gives the next opening: for "same day" limits that look at what is
        left of the day (R05-Q3).
        """
        stretch = self._stretch_at(instant)
        if stretch < len(self._opens) and self._closes[stretch] == instant:
            stretch += 1
        if stretch == len(self._opens):
            raise self._outside(instant // DAY)
        return max(instant, self._opens[stretch])

    def add_working_seconds(self, instant: int, seconds: int) -> int:
        """
        Return the instant at which so many working seconds have run since an instant.

        They run through lunch, nights and days of rest. What is used up exactly at closing ends there (R16-Z1), not at
        the next opening. Zero gives `next_opening`. A negative number goes back: the latest instant from which so many
        working seconds run to this one.

        Raises:
            OutsideCalendar: The count leaves the years laid out.
        """
        if seconds < 0:
            return self._subtract_working_seconds(instant, -seconds)
        closes = self._closes
        index = instant // DAY - self._first_day
        if index < 0:
            raise self._outside(instant // DAY)
        try:
            stretch = self._stretch_on[index]
            close = closes[stretch]
            while close < instant:
                stretch += 1
                close = closes[stretch]
            start = self._opens[stretch]
            if instant > start:
                start = instant
            end = start + seconds
            if end <= close:
                return end
            done = self._done
            wanted = done[stretch + 1] + end - close
            stretch += 1
            if done[stretch + 1] < wanted:
                # No stretch is shorter than the shortest one, so this is as far as the count can go.
                limit = min(len(done), stretch + 1 + seconds // self._shortest)
                stretch = bisect_left(done, wanted, stretch, limit) - 1
            return self._opens[stretch] + wanted - done[stretch]
        except IndexError:
            raise self._outside(instant // DAY) from None

    def working_seconds_between(self, instant: int, other: int) -> int:
        """Return the working seconds from one instant to another, negative where `other` is earlier."""
        return self._worked_until(other) - self._worked_until(instant)

    # --- shifts -----------------------------------------------------------------------------------------------------

    def shift_of(self, instant: int) -> Shift | None:
        """
        Return the period of work running at an instant as a shift (班次), None outside all of them.

        Periods are taken as they are written: two that meet or overlap are two shifts, one over midnight is one
        (R28-Q1). The closing second belongs to the shift that ends.
        """
        shift = self.next_shift(instant)
        return shift if shift.opens <= instant else None

    def next_shift(self, instant: int) -> Shift:
        """Return the running shift, else the next one."""
        for shift in self._shifts_from(instant // DAY - 1):
            if shift.closes >= instant:
                return shift
        raise self._outside(instant // DAY)

    def next_shift_end(self, instant: int) -> int:
        """Return when the running shift ends, outside any shift the end of the next one (R28-C4, R28-Q14)."""
        return self.next_shift(instant).closes

    # --- inside -----------------------------------------------------------------------------------------------------

    def _lay_out_days(self) -> None:
        table, hours = self.day_table, self.working_hours
        working_days, worked_before, hours_on = array("i"), array("i"), array("H")
        periods_of: dict[tuple[Period, ...], int] = {}
        day = self._first_day
        day_of_week = weekday(day)
        for year in range(self.first_year, self.last_year + 1):
            for month in range(1, 13):
                for number in range(1, days_in_month(year, month) + 1):
                    periods = hours.on(month, number, day_of_week)
                    hours_on.append(periods_of.setdefault(periods, len(periods_of)))
                    worked_before.append(len(working_days))
                    exception = table.exceptions.get(day)
                    worked = day_of_week not in table.weekly_rest if exception is None else exception.working
                    if worked:
                        working_days.append(day)
                    day += 1
                    day_of_week = 0 if day_of_week == 6 else day_of_week + 1
        worked_before.append(len(working_days))
        set_field = object.__setattr__
        set_field(self, "_working_days", working_days)
        set_field(self, "_worked_before", worked_before)
        set_field(self, "_hours_on", hours_on)
        set_field(self, "_periods_of", tuple(periods_of))

    def _lay_out_stretches(self) -> None:
        opens, closes, done, stretch_on = list[int](), list[int](), list[int](), list[int]()
        end, total = -1, 0
        first_day, periods_of, hours_on = self._first_day, self._periods_of, self._hours_on
        for day in self._working_days:
            midnight = day * DAY
            for opening, closing in periods_of[hours_on[day - first_day]]:
                if midnight + opening <= end and opens:  # meets or overlaps the one before: one stretch
                    total += midnight + closing - end
                    closes[-1] = end = midnight + closing
                else:
                    done.append(total)
                    opens.append(midnight + opening)
                    end = midnight + closing
                    closes.append(end)
                    total += closing - opening
        done.append(total)
        stretch = 0
        for day in range(first_day, self._last_day + 1):
            while stretch < len(closes) and closes[stretch] < day * DAY:
                stretch += 1
            stretch_on.append(stretch)
        set_field = object.__setattr__
        set_field(self, "_opens", opens)
        set_field(self, "_closes", closes)
        set_field(self, "_done", done)
        set_field(self, "_stretch_on", stretch_on)
        set_field(self, "_shortest", min((b - a for a, b in zip(opens, closes, strict=True)), default=1))

    def _outside(self, day: int) -> OutsideCalendar:
        return OutsideCalendar(
            f"the calendar covers {self.first_year} to {self.last_year}; the count from {format_day(day)} leaves it"
        )

    def _index(self, day: int) -> int:
        if not self._first_day <= day <= self._last_day:
            raise self._outside(day)
        return day - self._first_day

    def _stretch_at(self, instant: int) -> int:
        """Return the first stretch of work that is not over at an instant (over = closed before it)."""
        stretch = self._stretch_on[self._index(instant // DAY)]
        closes = self._closes
        while stretch < len(closes) and closes[stretch] < instant:
            stretch += 1
        return stretch

    def _worked_until(self, instant: int) -> int:
        """Return the working seconds from the calendar's first day to an instant."""
        index = instant // DAY - self._first_day
        if index < 0:
            raise self._outside(instant // DAY)
        try:
            stretch = self._stretch_on[index]
        except IndexError:
            raise self._outside(instant // DAY) from None
        opens, closes = self._opens, self._closes
        while stretch < len(closes):
            if closes[stretch] >= instant:
                start = opens[stretch]
                return self._done[stretch] + instant - start if instant > start else self._done[stretch]
            stretch += 1
        return self._done[stretch]

    def _subtract_working_seconds(self, instant: int, seconds: int) -> int:
        wanted = self._worked_until(instant) - seconds
        if wanted < 0:
            raise self._outside(instant // DAY)
        stretch = bisect_right(self._done, wanted, 0, len(self._opens)) - 1
        return self._opens[stretch] + wanted - self._done[stretch]

    def _shifts_from(self, day: int) -> Iterator[Shift]:
        position = self._worked_before[max(0, day - self._first_day)]
        for worked in self._working_days[position : position + 3]:  # the third is later than the day asked about
            for opens, closes in self.periods_of(worked):
                yield Shift(worked * DAY + opens, worked * DAY + closes)

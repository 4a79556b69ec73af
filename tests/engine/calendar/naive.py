"""
The naive twin: every computation of the calendar again, by walking days and seconds one at a time.

It shares nothing with the engine but the meaning of an instant; dates come from `datetime`, and it is slow on purpose.
"""

from __future__ import annotations

import calendar as month_lengths
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

EPOCH = datetime.date(1970, 1, 1)
DAY = 86400
Periods = list[tuple[int, int]]  # minutes of the day, the second beyond 1440 where it runs over midnight


def date_of(day: int) -> datetime.date:
    return EPOCH + datetime.timedelta(days=day)


def day_number(date: datetime.date) -> int:
    return (date - EPOCH).days


@dataclass
class Plain:
    """A calendar as plain data: weekly rest, exceptions (day → worked), seasons of hours by weekday."""

    weekly_rest: set[int]
    exceptions: dict[int, bool]
    seasons: list[tuple[str, str, dict[int, Periods]]]
    open_cache: dict[int, set[int]] = field(default_factory=dict)

    def worked(self, day: int) -> bool:
        if day in self.exceptions:
            return self.exceptions[day]
        return date_of(day).weekday() not in self.weekly_rest

    def periods(self, day: int) -> Periods:
        date = date_of(day)
        month_day = date.strftime("%m-%d")
        for first, last, week in self.seasons:
            inside = first <= month_day <= last if first <= last else month_day >= first or month_day <= last
            if inside:
                return week.get(date.weekday()) or week[0]
        raise AssertionError("no season")

    def open_minutes(self, day: int) -> set[int]:
        """Minutes of a civil day that are worked, whichever working day they belong to."""
        if day not in self.open_cache:
            minutes = set()
            for owner, shift in ((day - 1, 1440), (day, 0)):
                if self.worked(owner):
                    for opens, closes in self.periods(owner):
                        minutes |= {m - shift for m in range(opens, closes) if 0 <= m - shift < 1440}
            self.open_cache[day] = minutes
        return self.open_cache[day]

    def runs(self, instant: int) -> bool:
        """Whether the second that begins at an instant is working time."""
        return instant % DAY // 60 in self.open_minutes(instant // DAY)

    # --- working time

    def next_opening(self, instant: int, step: int) -> int:
        while not (self.runs(instant) or self.runs(instant - 1)):
            instant += step
        return instant

    def next_working_moment(self, instant: int, step: int) -> int:
        while not self.runs(instant):
            instant += step
        return instant

    def add_seconds(self, instant: int, seconds: int, step: int) -> int:
        if seconds == 0:
            return self.next_opening(instant, step)
        left = abs(seconds)
        while left > 0:
            if seconds > 0:
                left -= step if self.runs(instant) else 0
                instant += step
            else:
                instant -= step
                left -= step if self.runs(instant) else 0
        return instant

    def seconds_between(self, instant: int, other: int, step: int) -> int:
        if other < instant:
            return -self.seconds_between(other, instant, step)
        return sum(step for moment in range(instant, other, step) if self.runs(moment))

    # --- working days

    def add_days(self, day: int, count: int, counting_start: bool = False) -> int:
        if count == 0:
            while not self.worked(day):
                day += 1
            return day
        if counting_start and self.worked(day):
            count -= 1
        while count != 0:
            day += 1 if count > 0 else -1
            if self.worked(day):
                count -= 1 if count > 0 else -1
        return day

    def days_between(self, day: int, other: int) -> int:
        if other < day:
            return -self.days_between(other, day)
        return sum(self.worked(candidate) for candidate in range(day + 1, other + 1))

    def roll(self, day: int, rule: str) -> int:
        if rule == "keep" or self.worked(day):
            return day
        forward = backward = day
        while not self.worked(forward):
            forward += 1
        while not self.worked(backward):
            backward -= 1
        if rule == "next":
            return forward
        if rule == "previous":
            return backward
        return backward if date_of(backward).month == date_of(day).month else forward

    def days_of_period(self, kind: str, day: int) -> list[int]:
        """All days of the period in which a day lies, found by looking at each day around it."""
        key = period_key(kind, day)
        return [other for other in range(day - 367, day + 368) if period_key(kind, other) == key]

    # --- shifts

    def shifts_around(self, instant: int) -> Iterator[tuple[int, int]]:
        for day in range(instant // DAY - 3, instant // DAY + 40):
            if self.worked(day):
                for opens, closes in self.periods(day):
                    yield day * DAY + opens * 60, day * DAY + closes * 60

    def next_shift(self, instant: int) -> tuple[int, int]:
        return min((shift for shift in self.shifts_around(instant) if shift[1] >= instant), key=lambda shift: shift[1])

    # --- limits

    def hour_on(self, day: int, ends: str | None, start: int) -> int:
        if ends == "same_time":
            return day * DAY + start % DAY
        if ends == "opening":
            return day * DAY + self.periods(day)[0][0] * 60
        if ends == "closing":
            closing = self.periods(day)[-1][1]
            return day * DAY + closing * 60 - (1 if closing == 1440 else 0)
        hours, minutes, seconds = [*map(int, (ends or "18:00").split(":")), 0][:3]
        return day * DAY + hours * 3600 + minutes * 60 + seconds

    def due(self, amount: int, unit: str, counts_start: bool, ends: str | None, rest_day: str, start: int) -> int:
        seconds = {"working_minute": 60, "minute": 60, "working_hour": 3600, "hour": 3600}
        day = start // DAY
        if unit in ("working_minute", "working_hour"):
            return self.add_seconds(start, amount * seconds[unit], 60)
        if unit in ("minute", "hour"):
            end = start + amount * seconds[unit]
            return self.roll(end // DAY, rest_day) * DAY + end % DAY
        if unit == "working_day":
            return self.hour_on(self.add_days(day, amount, counts_start), ends, start)
        if unit in ("day", "week"):
            remaining = amount * (7 if unit == "week" else 1) - counts_start
            while remaining:
                day += 1 if remaining > 0 else -1
                remaining -= 1 if remaining > 0 else -1
        else:
            day = months_later(day, amount * (12 if unit == "year" else 1), counts_start)
        return self.hour_on(self.roll(day, rest_day), ends, start)


def period_key(kind: str, day: int) -> tuple[int, ...]:
    date = date_of(day)
    keys: dict[str, Callable[[], tuple[int, ...]]] = {
        "day": lambda: (day,),
        "week": lambda: date.isocalendar()[:2],
        "month": lambda: (date.year, date.month),
        "quarter": lambda: (date.year, {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3}.get(date.month, 4)),
        "half_year": lambda: (date.year, 1 if date.month <= 6 else 2),
        "year": lambda: (date.year,),
    }
    return keys[kind]()


def months_later(day: int, months: int, counts_start: bool) -> int:
    """Step month by month through the calendar, then take the day number or, where it is missing, the last day."""
    date = date_of(day)
    year, month = date.year, date.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    length = month_lengths.monthrange(year, month)[1]
    if date.day > length:
        return day_number(datetime.date(year, month, length))
    return day_number(datetime.date(year, month, date.day)) - (1 if counts_start else 0)

"""The hours worked on a working day: lunch, seasons, weekdays, round the clock, shifts over midnight (工作时间)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from huiyin_engine.instants import DAY, days_in_month, format_time, time_of_day

Hours = str | Mapping[str, str]

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEASON: Final = re.compile(r"([0-9]{2})-([0-9]{2})\.\.([0-9]{2})-([0-9]{2})")
_LEAP_YEAR: Final = 2000
_MONTH_DAYS: Final = tuple(
    (month, day) for month in range(1, 13) for day in range(1, days_in_month(_LEAP_YEAR, month) + 1)
)


class Period(NamedTuple):
    """
    A stretch of work, in seconds since 00:00 of the working day that it belongs to.

    ``0 <= opens < 86400``; `closes` lies beyond 86400 where the period runs over midnight; at most 24 hours long.
    """

    opens: int
    closes: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """
        Read ``09:00-18:00``; ``22:00-06:00`` runs over midnight; ``00:00-24:00`` is the whole day.

        Raises:
            ValueError: Not two times of day with a hyphen between.
        """
        opening, hyphen, closing = (part.strip() for part in text.partition("-"))
        if not hyphen:
            raise ValueError(f"not a period like 09:00-18:00: {text!r}")
        opens = time_of_day(opening)
        closes = DAY if closing == "24:00" else time_of_day(closing)
        return cls(opens, closes if closes > opens else closes + DAY)

    def __str__(self) -> str:
        return f"{format_time(self.opens)}-{'24:00' if self.closes == DAY else format_time(self.closes % DAY)}"


Week = tuple[tuple[Period, ...], ...]


class Season(NamedTuple):
    """Hours by weekday (Monday first, empty = nothing of its own) from one month and day to another, both included."""

    first: tuple[int, int]
    last: tuple[int, int]
    week: Week

    def includes(self, month_day: tuple[int, int]) -> bool:
        """Return whether a (month, day) lies in the season; 10-01..04-30 runs over the turn of the year."""
        if self.first <= self.last:
            return self.first <= month_day <= self.last
        return month_day >= self.first or month_day <= self.last


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """
    Hours of every day of the year, as a value.

    A day that is worked although its weekday has no hours of its own (a make-up Saturday 调休) has the hours of
    Monday: the notices are silent, and offices then work as on an ordinary day.

    Raises:
        ValueError: A day of the year is in no season or in two; periods are out of order or lie one in another, also
            over midnight; Monday has none in some season.
    """

    seasons: tuple[Season, ...]
    _season_of: dict[tuple[int, int], Season] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        season_of: dict[tuple[int, int], Season] = {}
        for month_day in _MONTH_DAYS:
            found = [season for season in self.seasons if season.includes(month_day)]
            if len(found) != 1:
                problem = "in no season" if not found else "in more than one season"
                raise ValueError(f"working hours: {month_day[0]:02d}-{month_day[1]:02d} is {problem}")
            season_of[month_day] = found[0]
        for season in self.seasons:
            if len(season.week) != 7 or not season.week[0]:
                raise ValueError("working hours: seven weekdays are wanted, and Monday needs hours in every season")
            for periods in season.week:
                _check(periods)
        days = [periods for season in self.seasons for periods in season.week if periods]
        if max(periods[-1].closes for periods in days) - DAY >= min(periods[0].closes for periods in days):
            raise ValueError("working hours: the last period of a day runs beyond the first one of the next")
        object.__setattr__(self, "_season_of", season_of)

    @classmethod
    def round_the_clock(cls) -> WorkingHours:
        """Return 00:00-24:00 of every working day."""
        return cls.from_data("00:00-24:00")

    @classmethod
    def from_data(cls, data: Hours | Sequence[Mapping[str, Hours]]) -> WorkingHours:
        """
        Build hours from plain data, in the three ways they are written:

        - ``"08:00-12:00, 14:00-18:00"``: all weekdays, all year;
        - ``{"mon-fri": "09:00-18:00", "sat": "09:00-12:00"}``: by weekday;
        - ``[{"season": "05-01..09-30", "hours": …}, {"season": "10-01..04-30", "hours": …}]``: by season.

        Raises:
            ValueError: Anything else, and what the class refuses.
        """
        if isinstance(data, str | Mapping):
            return cls((Season((1, 1), (12, 31), _parse_week(data)),))
        seasons = []
        for entry in data:
            if entry.keys() != {"season", "hours"}:
                raise ValueError(f"working hours: a season has the keys season and hours, not {sorted(entry)}")
            first, last = _parse_season(entry["season"])
            seasons.append(Season(first, last, _parse_week(entry["hours"])))
        return cls(tuple(seasons))

    def on(self, month: int, day: int, weekday: int) -> tuple[Period, ...]:
        """Return the periods of a working day on that date and weekday (Monday 0); never empty."""
        week = self._season_of[month, day].week
        return week[weekday] or week[0]


def _check(periods: tuple[Period, ...]) -> None:
    for opens, closes in periods:
        if not (0 <= opens < DAY and opens < closes <= opens + DAY):
            raise ValueError(f"working hours: not a period of one day: {opens}-{closes}")
    for before, after in pairwise(periods):
        if before.opens >= after.opens or before.closes >= after.closes:
            raise ValueError(f"working hours: {before} and {after} are out of order or one lies in the other")


def _parse_week(data: object) -> Week:
    if isinstance(data, str):
        return (_parse_periods(data),) * 7
    if not isinstance(data, Mapping):
        raise ValueError(f"working hours: not hours: {data!r}")
    week: list[tuple[Period, ...] | None] = [None] * 7
    for key, text in data.items():
        for index in _parse_weekdays(key):
            if week[index] is not None:
                raise ValueError(f"working hours: {_WEEKDAYS[index]} is written twice")
            week[index] = _parse_periods(text)
    return tuple(periods or () for periods in week)


def _parse_periods(text: str) -> tuple[Period, ...]:
    return tuple(Period.parse(part.strip()) for part in text.split(","))


def _parse_weekdays(key: str) -> range:
    first, hyphen, last = key.partition("-")
    try:
        start = _WEEKDAYS.index(first)
        end = _WEEKDAYS.index(last) if hyphen else start
    except ValueError:
        raise ValueError(f"working hours: not weekdays like mon, sat or mon-fri: {key!r}") from None
    if end < start:
        raise ValueError(f"working hours: weekdays run from Monday to Sunday, {key!r} runs backwards")
    return range(start, end + 1)


def _parse_season(text: object) -> tuple[tuple[int, int], tuple[int, int]]:
    match = _SEASON.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"working hours: not a season like 05-01..09-30: {text!r}")
    first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    for month_day in (first, last):
        if month_day not in _MONTH_DAYS:
            raise ValueError(f"working hours: no such day of the year in {text!r}")
    return first, last

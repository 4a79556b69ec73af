"""Which days are worked: the weekly rest, the yearly holiday notice (放假安排), and an organisation's own days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, NamedTuple

from huiyin_engine.instants import format_day, weekday, year_of
from huiyin_engine.texts import Text

WEEKEND: Final = frozenset({5, 6})
_AT_THE_WEEKEND: Final = Text("周末", "weekend")
_WEEKLY_REST: Final = Text("每周休息日", "weekly day of rest")
_OPEN_EVERY_DAY: Final = Text("每天营业", "open every day")


class DayException(NamedTuple):
    """A day that is not what its weekday says: off (放假) or worked (调休上班), with the reason told to people."""

    working: bool
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTable:
    """
    The days of one authority, as a value (工作日历).

    Attributes:
        authority: Whose days these are, e.g. 中国大陆 / Mainland China.
        exceptions: Exceptions by day. Days of rest within a holiday stand here too: they are off either way, and the
            holiday's name is the better reason.
        covered_years: Years whose notice is known. Days of all other years are *provisional*: weekdays are worked,
            the weekly rest is not, and what is computed over them says so. None: no notice is needed (`open_daily`).
        weekly_rest: Weekdays off, Monday 0.
        version: Digest of everything above; it goes into what was decided with this table.
    """

    authority: Text
    exceptions: Mapping[int, DayException] = field(repr=False)  # hundreds of days, the version stands for them
    covered_years: frozenset[int] | None
    weekly_rest: frozenset[int] = WEEKEND
    version: str = field(init=False)

    def __post_init__(self) -> None:
        if not self.weekly_rest <= frozenset(range(7)) or len(self.weekly_rest) == 7:
            raise ValueError("the weekly rest names weekdays 0 to 6 and leaves at least one")
        object.__setattr__(self, "exceptions", MappingProxyType(dict(sorted(self.exceptions.items()))))
        digest = hashlib.sha256()
        years = "every" if self.covered_years is None else ",".join(map(str, sorted(self.covered_years)))
        digest.update(f"{self.authority!r};{years};{sorted(self.weekly_rest)}".encode())
        for day, (working, reason) in self.exceptions.items():
            digest.update(f";{format_day(day)}:{working:d}:{reason!r}".encode())
        object.__setattr__(self, "version", digest.hexdigest()[:16])

    def __hash__(self) -> int:
        return hash(self.version)

    @classmethod
    def open_daily(cls, authority: Text = _OPEN_EVERY_DAY) -> DayTable:
        """Return a table in which every day is worked and no year is provisional (hotels, call centres)."""
        return cls(authority=authority, exceptions={}, covered_years=None, weekly_rest=frozenset())

    def with_own_days(
        self,
        *,
        off: Mapping[int, Text] | None = None,
        working: Mapping[int, Text] | None = None,
        weekly_rest: Iterable[int] | None = None,
    ) -> DayTable:
        """
        Return this table with an organisation's or unit's own days laid over it; they win over the notice.

        Args:
            off: Own days off with the reason told to people.
            working: Own working days (for duty, stock-taking …) with the reason.
            weekly_rest: Own weekly rest, e.g. ``{6}`` for a six-day week. The notice's days off stay off.

        Raises:
            ValueError: One day is named off and working.
        """
        off, working = off or {}, working or {}
        if twice := off.keys() & working.keys():
            raise ValueError(f"named off and working at once: {', '.join(map(format_day, sorted(twice)))}")
        exceptions = dict(self.exceptions)
        exceptions.update((day, DayException(False, reason)) for day, reason in off.items())
        exceptions.update((day, DayException(True, reason)) for day, reason in working.items())
        rest = self.weekly_rest if weekly_rest is None else frozenset(weekly_rest)
        return replace(self, exceptions=exceptions, weekly_rest=rest)

    def is_working_day(self, day: int) -> bool:
        """Return whether the day is worked: its exception where it has one, else its weekday."""
        exception = self.exceptions.get(day)
        return weekday(day) not in self.weekly_rest if exception is None else exception.working

    def is_provisional(self, day: int) -> bool:
        """Return whether the holiday notice of the day's year is not known yet."""
        return self.covered_years is not None and year_of(day) not in self.covered_years

    def why_not_working(self, day: int) -> Text | None:
        """Return why a day is off (国庆节, 周末 …), None on a working day."""
        exception = self.exceptions.get(day)
        if exception is not None:
            return None if exception.working else exception.reason
        if (day_of_week := weekday(day)) not in self.weekly_rest:
            return None
        return _AT_THE_WEEKEND if day_of_week in WEEKEND else _WEEKLY_REST

    def why_working(self, day: int) -> Text | None:
        """Return why a day is worked that one would take for a day off (调休上班); None for all others."""
        exception = self.exceptions.get(day)
        return exception.reason if exception is not None and exception.working else None

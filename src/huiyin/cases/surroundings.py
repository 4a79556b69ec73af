"""What a decision may look at beside the cases: people, packs, calendar, parameters."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from huiyin.organisation.queries import directory_as_of
from huiyin.procedures import calendars, installed
from huiyin_engine.calendars import WorkingCalendar
from huiyin_engine.directory import Directory
from huiyin_engine.language.pack import Pack
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import CaseState


class Surroundings(Protocol):
    """The installation, or what a scenario gives in its place."""

    def directory(self, at: int, pack: str) -> Directory:
        """The organisation as it was at the instant, for one pack; loads are not wanted."""
        ...

    def calendar(self) -> WorkingCalendar:
        """The working calendar."""
        ...

    def packs(self, at: int) -> Mapping[Any, Pack]:
        """Packs by (id, version), and by id the one in force at the instant."""
        ...

    def parameters(self, at: int) -> Mapping[str, Mapping[str, Any]]:
        """Confirmed parameters by pack, as they were at the instant."""
        ...

    def registers(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """Registers by name, object and field."""
        ...


class Installation:
    """The organisation that works here. `revision` is the stamp of the directory that the transaction read."""

    __slots__ = ("_revision",)

    def __init__(self, revision: str) -> None:
        self._revision = revision

    def directory(self, at: int, pack: str) -> Directory:
        """From the organisation's tables, kept per process while the revision stands."""
        return directory_as_of(at, pack, self._revision)

    def calendar(self) -> WorkingCalendar:
        """From the calendar files."""
        return calendars.working_calendar()

    def packs(self, at: int) -> Mapping[Any, Pack]:
        """Those at hand and those once opened under; an adopted version is the one in force."""
        return installed.packs_at(at, self._revision)

    def parameters(self, at: int) -> Mapping[str, Mapping[str, Any]]:
        """What was confirmed by then."""
        return installed.parameters_at(at, self._revision)

    def registers(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """The installation keeps no register of its own yet."""
        return {}


class Given:
    """The surroundings of a scenario: those of one world, whenever asked."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def directory(self, at: int, pack: str) -> Directory:
        """The scenario's people."""
        return self._world.directory

    def calendar(self) -> WorkingCalendar:
        """The scenario's calendar."""
        return self._world.calendar

    def packs(self, at: int) -> Mapping[Any, Pack]:
        """The scenario's pack."""
        return self._world.packs

    def parameters(self, at: int) -> Mapping[str, Mapping[str, Any]]:
        """The scenario's parameters."""
        return self._world.parameters

    def registers(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        """The scenario's registers."""
        return self._world.registers


class Lazily(Mapping[str, int]):
    """Numbers by person that are counted when the first is asked for: few decisions choose among equals (CR-4)."""

    __slots__ = ("_count", "_counted")

    def __init__(self, count: Callable[[], Mapping[str, int]]) -> None:
        self._count = count
        self._counted: Mapping[str, int] | None = None

    def _all(self) -> Mapping[str, int]:
        if self._counted is None:
            self._counted = self._count()
        return self._counted

    def __getitem__(self, person: str) -> int:
        return self._all()[person]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def world_at(
    surroundings: Surroundings,
    at: int,
    pack: str,
    cases: Mapping[str, CaseState],
    loads: Callable[[], Mapping[str, int]],
) -> World:
    """The world of a decision at an instant under a pack."""
    directory = copy.copy(surroundings.directory(at, pack))
    directory.loads = Lazily(loads)
    return World(
        packs=surroundings.packs(at),
        directory=directory,
        calendar=surroundings.calendar(),
        cases=cases,
        parameters=surroundings.parameters(at),
        registers=surroundings.registers(),
    )

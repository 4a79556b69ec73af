"""The directory 组织通讯录: who exists, who holds which post of the regulation, for which unit, and who is away.

A value handed to the engine. Posts are the posts *of the regulation* (a pack), already adopted by the organisation;
a person who supervises several units holds the supervising post once for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import NamedTuple

from huiyin_engine.texts import Text

FOREVER = 2**62


class Person(NamedTuple):
    """One person of the organisation. `id` is stable; `name` is as printed (zh), `name_en` its transcription."""

    id: str
    name: str
    name_en: str = ""


class Appointment(NamedTuple):
    """A person holds a post, perhaps for one unit, from an instant (included) to an instant (excluded)."""

    person: str
    post: str
    unit: str | None = None
    since: int = -FOREVER
    until: int = FOREVER

    def holds_at(self, at: int) -> bool:
        return self.since <= at < self.until


class Absence(NamedTuple):
    """A person is away from an instant (included) to an instant (excluded), with or without a named stand-in 代理人."""

    person: str
    since: int
    until: int
    stand_in: str | None = None


class Unit(NamedTuple):
    """A department, residential area or branch. `parent` is the id of the unit above it; `name_en` may be empty."""

    id: str
    name: str
    parent: str | None = None
    kind: str = "department"
    name_en: str = ""


class Directory:
    """People in directory order with their dated appointments and absences, and how many open cases each holds.

    Immutable once built. All questions take the instant they are asked for, so that a duty fired late sees the
    organisation as it was on its due instant.
    """

    __slots__ = (
        "_by_person",
        "_by_post",
        "_held",
        "_holding",
        "_order",
        "absences",
        "appointments",
        "loads",
        "persons",
        "units",
    )  # fmt: skip

    def __init__(
        self,
        persons: Iterable[Person] = (),
        appointments: Iterable[Appointment] = (),
        absences: Iterable[Absence] = (),
        units: Iterable[Unit] = (),
        loads: Mapping[str, int] | None = None,
    ) -> None:
        self.persons = {p.id: p for p in persons}
        self.appointments = tuple(appointments)
        self.absences = tuple(absences)
        self.units = {u.id: u for u in units}
        self.loads: Mapping[str, int] = loads or {}
        self._order = {p: i for i, p in enumerate(self.persons)}
        self._by_post: dict[str, list[Appointment]] = {}
        self._by_person: dict[str, list[Appointment]] = {}
        self._held: dict[tuple[str, str | None], tuple[int, int, tuple[str, ...]]] = {}
        self._holding: dict[str, tuple[int, int, tuple[Appointment, ...]]] = {}
        for appointment in self.appointments:
            self._by_post.setdefault(appointment.post, []).append(appointment)
            self._by_person.setdefault(appointment.person, []).append(appointment)

    def with_loads(self, loads: Mapping[str, int]) -> Directory:
        """The same directory with other numbers of open cases per person."""
        new = copy(self)
        new.loads = loads
        return new

    def exists(self, person: str) -> bool:
        return person in self.persons

    def name(self, person: str) -> str:
        """The printed name, or the id of somebody the directory does not know (any more)."""
        known = self.persons.get(person)
        return known.name if known else person

    def person_name(self, person: str) -> Text:
        """The name in both languages, or the id of somebody the directory does not know (any more)."""
        known = self.persons.get(person)
        return Text(known.name, known.name_en or known.name) if known else Text(person, person)

    def unit_name(self, unit: str) -> Text:
        """The name of a unit; its id if the directory does not know it."""
        known = self.units.get(unit)
        return Text(known.name, known.name_en or known.name) if known else Text(unit, unit)

    def holders(self, post: str, unit: str | None, at: int) -> tuple[str, ...]:
        """Who holds `post` (for `unit` if one is given) at the instant, absent ones included, in directory order."""
        known = self._held.get((post, unit))
        if known is not None and known[0] <= at < known[1]:
            return known[2]
        possible = [a for a in self._by_post.get(post, ()) if unit is None or a.unit is None or a.unit == unit]
        order = self._order
        found = {a.person for a in possible if a.since <= at < a.until}
        holders = tuple(sorted(found, key=lambda p: order.get(p, len(order))))
        self._held[(post, unit)] = (*_unchanged(possible, at), holders)
        return holders

    def holds(self, person: str, post: str, at: int) -> bool:
        return any(a.post == post for a in self.appointments_of(person, at))

    def appointments_of(self, person: str, at: int) -> tuple[Appointment, ...]:
        """The appointments of a person at the instant, in the order they were entered."""
        known = self._holding.get(person)
        if known is not None and known[0] <= at < known[1]:
            return known[2]
        possible = self._by_person.get(person, [])
        held = tuple(a for a in possible if a.since <= at < a.until)
        self._holding[person] = (*_unchanged(possible, at), held)
        return held

    def last_held(self, person: str, at: int) -> Appointment | None:
        """The appointment that ended last, if the person held some and holds none any more: he has left 离任."""
        known = self._by_person.get(person, ())
        if not known or any(a.until > at for a in known):
            return None
        return max(known, key=lambda a: a.until)

    def ceased(self, person: str, post: str, since: int, at: int) -> bool:
        """Did the person hold the post at `since` or later, and no longer at `at`?"""
        mine = [a for a in self._by_person.get(person, ()) if a.post == post]
        return any(since < a.until <= at for a in mine) and not any(a.holds_at(at) for a in mine)

    def away(self, person: str, at: int) -> Absence | None:
        for absence in self.absences:
            if absence.person == person and absence.since <= at < absence.until:
                return absence
        return None

    def by_load(self, persons: Iterable[str]) -> list[str]:
        """Fewest open cases first, then directory order (CR-4)."""
        loads, order = self.loads, self._order
        return sorted(persons, key=lambda p: (loads.get(p, 0), order.get(p, len(order))))


def _unchanged(appointments: Iterable[Appointment], at: int) -> tuple[int, int]:
    """From when (included) until when (excluded) round the instant none of the appointments begins or ends."""
    begin, end = -FOREVER, FOREVER
    for appointment in appointments:
        for change in (appointment.since, appointment.until):
            if change <= at:
                begin = max(begin, change)
            else:
                end = min(end, change)
    return begin, end

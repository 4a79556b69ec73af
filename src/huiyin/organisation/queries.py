"""Reads about the organisation; `directory_as_of` is what the engine sees."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from huiyin.common import dates
from huiyin.organisation.models import Absence, Adoption, Appointment, Parameter, Person, Revision, Unit
from huiyin.organisation.posts import PackNeeds, ParameterNeed, PostNeed, in_words, packs
from huiyin_engine import directory as engine

_kept: dict[tuple[str, date, str], engine.Directory] = {}


def directory_revision() -> str:
    """The name of the directory's present state; one query. It changes with every change, and never comes again."""
    return Revision.objects.filter(pk=1).values_list("stamp", flat=True).first() or ""


def directory_as_of(instant: int, pack: str = "", revision: str | None = None) -> engine.Directory:
    """
    The directory as it is at an engine instant.

    It holds the people who are with the organisation on that civil day, in directory order, every dated appointment
    and absence of theirs, and all units. With `pack`, appointments made for another pack alone are left out. Loads are
    for the caller to add (`Directory.with_loads`). Kept per process by revision: one query while nothing has changed,
    none if the caller has read `revision` (`directory_revision`) in its transaction.
    """
    revision = directory_revision() if revision is None else revision
    day = dates.as_moment(instant).date()
    key = (revision, day, pack)
    kept = _kept.get(key)
    if kept is None:
        kept = _read(day, pack)
        if len(_kept) >= 64 or any(known[0] != revision for known in _kept):
            _kept.clear()
        _kept[key] = kept
    return kept


def _read(day: date, pack: str) -> engine.Directory:
    people = {p.pk: p for p in Person.objects.filter(_active_on(day)).order_by("place", "key")}
    units = {u.pk: u for u in Unit.objects.order_by("path")}
    codes = {u.path: u.code for u in units.values()}
    appointments = Appointment.objects.filter(person__in=people.keys()).order_by("since", "pk")
    if pack:
        appointments = appointments.filter(pack__in=("", pack))
    return engine.Directory(
        persons=[engine.Person(p.key, p.name, p.name_en) for p in people.values()],
        appointments=[
            engine.Appointment(
                people[a.person_id].key,
                a.post,
                units[a.unit_id].code if a.unit_id else None,
                dates.instant_of(a.since),
                engine.FOREVER if a.until is None else dates.instant_of(a.until),
            )
            for a in appointments
        ],
        absences=[
            engine.Absence(
                people[a.person_id].key,
                dates.instant_of(a.since),
                engine.FOREVER if a.until is None else dates.instant_of(a.until),
                people[a.stand_in_id].key if a.stand_in_id in people else None,
            )
            for a in Absence.objects.filter(person__in=people.keys()).order_by("since", "pk")
        ],
        units=[
            engine.Unit(u.code, u.name, codes.get(u.path[: -Unit.steplen]), u.kind, u.name_en) for u in units.values()
        ],
    )


def _active_on(day: date) -> Q:
    return Q(active_from__lte=day) & (Q(active_to=None) | Q(active_to__gte=day))


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Names for the present reader of people by key, also of those who have left."""
    return {person.key: person.display_name for person in Person.objects.filter(key__in=set(keys))}


def people(words: str = "", *, with_former: bool = False) -> QuerySet[Person]:
    """People whose name, pinyin (whole or initials), key, telephone or mail contains every one of the words."""
    found = Person.objects.order_by("place", "key")
    if not with_former:
        found = found.filter(Q(active_to=None) | Q(active_to__gte=timezone.localdate()))
    for word in words.lower().split():
        found = found.filter(Q(search_text__contains=word) | Q(phone__contains=word) | Q(email__icontains=word))
    return found


def units() -> list[Unit]:
    """Every unit in the order of the tree."""
    return list(Unit.objects.order_by("path"))


def adopted(at: datetime | None = None) -> list[Adoption]:
    """The adoptions in force at a moment (now), one per pack."""
    moment = at or timezone.now()
    found: dict[str, Adoption] = {}
    for adoption in Adoption.objects.filter(Q(since__lte=moment) & (Q(until=None) | Q(until__gt=moment))):
        found.setdefault(adoption.pack, adoption)
    return list(found.values())


def parameter_values(pack: str, at: datetime | None = None) -> dict[str, Any]:
    """The confirmed values of a pack at a moment (now), by name."""
    values: dict[str, Any] = {}
    for parameter in Parameter.objects.filter(pack=pack, since__lte=at or timezone.now()).order_by("since", "pk"):
        values[parameter.name] = parameter.value
    return values


class PostState(NamedTuple):
    """A post, or its share for one unit, with who holds it now."""

    need: PostNeed
    unit: Unit | None
    holders: tuple[Person, ...]

    @property
    def unfilled(self) -> bool:
        """Whether somebody must still be appointed."""
        return self.need.required and not self.holders

    @property
    def label(self) -> str:
        """The post in the present reader's language."""
        return in_words(self.need.zh, self.need.en)


class ParameterState(NamedTuple):
    """A parameter with its confirmed value, or none."""

    need: ParameterNeed
    confirmed: Parameter | None

    @property
    def label(self) -> str:
        """The parameter in the present reader's language."""
        return in_words(self.need.zh, self.need.en)

    @property
    def shown(self) -> str:
        """The confirmed value, else the default, as it is typed."""
        value = self.confirmed.value if self.confirmed else self.need.default
        return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


class AdoptionState(NamedTuple):
    """What an adopted (or adoptable) pack still lacks, unfilled first."""

    needs: PackNeeds
    adoption: Adoption | None
    posts: tuple[PostState, ...]
    parameters: tuple[ParameterState, ...]

    @property
    def title(self) -> str:
        """The regulation's name in the present reader's language."""
        return in_words(self.needs.zh, self.needs.en)

    @property
    def lacking(self) -> int:
        """How many posts and parameters are open."""
        return sum(p.unfilled for p in self.posts) + sum(p.confirmed is None for p in self.parameters)


def adoption_states() -> list[AdoptionState]:
    """Every pack at hand with its posts and parameters, those to be filled first; adopted packs first."""
    now = timezone.now()
    in_force = {adoption.pack: adoption for adoption in adopted(now)}
    held = list(Appointment.objects.filter(Appointment.at(now)).select_related("person"))
    all_units = [unit for unit in units() if unit.closed_on is None or unit.closed_on > timezone.localdate()]
    confirmed = {
        (p.pack, p.name): p
        for p in Parameter.objects.filter(since__lte=now).select_related("confirmed_by").order_by("since", "pk")
    }
    states: list[AdoptionState] = []
    for needs in packs().values():
        posts: list[PostState] = []
        for need in needs.posts:
            mine = [a for a in held if a.post == need.key and a.pack in ("", needs.pack)]
            places: list[Unit | None] = [u for u in all_units if u.kind == need.unit_kind] if need.unit_kind else [None]
            for unit in places:
                holders = [a.person for a in mine if unit is None or a.unit_id in (None, unit.pk)]
                posts.append(PostState(need, unit, tuple(dict.fromkeys(holders))))
        parameters = [ParameterState(n, confirmed.get((needs.pack, n.name))) for n in needs.parameters]
        states.append(
            AdoptionState(
                needs,
                in_force.get(needs.pack),
                tuple(sorted(posts, key=lambda p: not p.unfilled)),
                tuple(sorted(parameters, key=lambda p: p.confirmed is not None)),
            )
        )
    return sorted(states, key=lambda s: (s.adoption is None, s.needs.pack))

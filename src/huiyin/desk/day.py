"""My day: what somebody owes, what will climb tomorrow, how the people below him stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from huiyin.cases import operations
from huiyin.cases.models import Case, CasePerson, Obligation
from huiyin.cases.queries import owed_by, visible_cases
from huiyin.common.dates import CIVIL, instant_of, moment_of, start_of_day
from huiyin.desk.surroundings import pack_of_version
from huiyin.desk.words import in_words
from huiyin_engine.advance import advance
from huiyin_engine.explain import Line, sentence
from huiyin_engine.language.pack import ActRule, OweRule, Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import World
from huiyin_engine.showing import is_background

COUNTED = 400
"""Obligations looked at for the figures in the head; more are told as more."""
SHOWN = 40
LOOKED_AHEAD = 30
"""Cases of tomorrow that are tried on a copy, the nearest first."""


class Item(NamedTuple):
    """Something somebody owes, on his day: what, on which case, until when, under which clause, and by which act."""

    case: Case
    key: str
    owe: OweRule | None
    name: str
    clause: str
    due: datetime | None
    late: bool
    provisional: bool
    acts: tuple[ActRule, ...]
    signs: bool
    is_duty: bool

    @property
    def number(self) -> str:
        """The number of the case."""
        return self.case.number


class Figures(NamedTuple):
    """The strip at the head. `full` says that only the nearest were counted."""

    late: int
    today: int
    tomorrow: int
    to_sign: int
    duties: int
    full: bool


def agenda(user: Any, person: str, after: str = "") -> tuple[list[Item], Figures, str]:
    """
    What a person owes, the nearest first: one page of it, the figures over all of it, and where the next page begins.

    `after` is what the page before gave. Two queries.
    """
    owed = list(owed_by(person).filter(case__disposed=False)[:COUNTED])
    start = next((i + 1 for i, one in enumerate(owed) if _place(one) == after), 0) if after else 0
    details = {
        (o.case_id, o.key): o for o in Obligation.objects.filter(case_id__in={one.case_id for one in owed}, owed=True)
    }
    items = [_item(one, details.get((one.case_id, one.name))) for one in owed]
    page = _without_repetition(items[start : start + SHOWN])
    rest = _place(owed[start + SHOWN - 1]) if len(owed) > start + SHOWN else ""
    return page, _figures(items), rest


def _without_repetition(items: Sequence[Item]) -> list[Item]:
    """One row for what is owed twice alike; what only holds a case, only where nothing else of the case is owed."""
    said: set[tuple[str, str]] = set()
    elsewhere = {item.case.id for item in items if not is_background(item.owe)}
    found = []
    for item in items:
        if is_background(item.owe) and item.case.id in elsewhere:
            continue
        same = (item.case.id, item.key.partition("#")[0])
        if item.due is None and same in said:
            continue
        said.add(same)
        found.append(item)
    return found


def _place(one: CasePerson) -> str:
    return f"{one.case_id}:{one.name}"


def _item(one: CasePerson, detail: Obligation | None) -> Item:
    case = one.case
    pack = pack_of_version(case.pack, case.version)
    rule = pack.owes.get(one.name.partition("#")[0]) if pack else None
    acts = tuple(pack.acts[a] for a in rule.does if case.type in pack.acts[a].of) if pack and rule else ()
    case_type = pack.cases.get(case.type) if pack else None
    return Item(
        case,
        one.name,
        rule,
        in_words(rule.name) if rule else one.name,
        rule.source.clause if rule else "",
        one.due,
        one.due is not None and one.due < timezone.now(),
        bool(detail and detail.provisional),
        acts,
        any(act.signs for act in acts),
        bool(case_type and case_type.stands_for is not None) or bool(detail and detail.period),
    )


def _figures(items: Sequence[Item]) -> Figures:
    today = timezone.now().astimezone(CIVIL).date()
    tonight, tomorrow = start_of_day(today + timedelta(days=1)), start_of_day(today + timedelta(days=2))
    late = today_count = tomorrow_count = 0
    for item in items:
        if item.late:
            late += 1
        elif item.due is not None and item.due < tonight:
            today_count += 1
        elif item.due is not None and item.due < tomorrow:
            tomorrow_count += 1
    signs = sum(1 for item in items if item.signs)
    duties = sum(1 for item in items if item.is_duty)
    return Figures(late, today_count, tomorrow_count, signs, duties, len(items) == COUNTED)


class Climb(NamedTuple):
    """What will happen by itself to a case until the end of tomorrow, if nobody does anything."""

    case: Case
    at: datetime
    lines: tuple[Line, ...]
    to_me: bool


def climbing(user: Any, person: str, below: Iterable[str], now: datetime) -> list[Climb]:
    """
    Cases that will go to somebody else by the end of tomorrow: to him, from him, or from the people below him.

    Each is tried on a copy (`advance`, its events thrown away), so what is shown is what the clock would do.
    """
    until = start_of_day(now.astimezone(CIVIL).date() + timedelta(days=2)) - timedelta(seconds=1)
    rows = list(
        visible_cases(user)
        .filter(closed_at=None, next_due__isnull=False, next_due__lte=until, next_due__gt=now)
        .order_by("next_due", "id")[:LOOKED_AHEAD]
    )
    if not rows:
        return []
    world = operations.world_for([row.id for row in rows], instant_of(now))
    mine = {person, *below}
    found = []
    for row in rows:
        climb = _climb(world, row, instant_of(until), mine, person)
        if climb is not None:
            found.append(climb)
    return found


def _climb(world: World, row: Case, until: int, mine: set[str], person: str) -> Climb | None:
    case = world.cases[row.id]
    pack: Pack = world.pack_of(case)
    holders = {held.person for held in case.holders.values()}
    outcome = advance(world, row.id, until, until)
    entries = [entry for change in outcome.changes if change.case == row.id for entry in change.entries]
    moved = [entry for entry in entries if isinstance(entry.event, e.HolderMoved)]
    to_me = any(entry.event.person == person for entry in moved if isinstance(entry.event, e.HolderMoved))
    if not moved or not (to_me or holders & mine):
        return None
    shown = [x for x in entries if isinstance(x.event, e.HolderMoved | e.ObligationMissed)]
    lines = tuple(sentence(pack, world.directory, entry) for entry in shown)
    return Climb(row, moment_of(moved[0].at), lines, to_me)


def people_below(world: World, packs: Iterable[Pack], person: str, at: int) -> list[str]:
    """The people whose post answers to a post he holds, in the unit he holds it for; in directory order."""
    directory = world.directory
    found: set[str] = set()
    for pack in packs:
        for mine in directory.appointments_of(person, at):
            if mine.post not in pack.posts:
                continue
            for other in directory.appointments:
                post = pack.posts.get(other.post)
                if post is None or post.answers_to != mine.post or not other.holds_at(at):
                    continue
                if mine.unit is None or other.unit is None or mine.unit == other.unit:
                    found.add(other.person)
    found.discard(person)
    return [key for key in directory.persons if key in found]


class Load(NamedTuple):
    """How somebody stands: what he owes, and how much of it is late."""

    person: str
    name: str
    owes: int
    late: int


def loads_of(world: World, people: Sequence[str], names: Mapping[str, str], now: datetime) -> list[Load]:
    """How the people below stand, who is drowning first. One query."""
    rows = (
        CasePerson.objects.filter(person__in=people, relation=CasePerson.Relation.OWES, open=True)
        .values("person")
        .annotate(owes=Count("name"), late=Count("name", filter=Q(due__lt=now)))
        .order_by("person")
    )
    counted = {row["person"]: (row["owes"], row["late"]) for row in rows}
    loads = [Load(person, names.get(person, person), *counted.get(person, (0, 0))) for person in people]
    return sorted(loads, key=lambda load: (-load.late, -load.owes))


MOST_DUE = 200


class Due(NamedTuple):
    """An obligation that is due, whoever bears it."""

    item: Item
    bearers: tuple[str, ...]


def due_by(user: Any, until: datetime) -> list[Due]:
    """Everything owed by a moment on the cases one may see, past due first. One query."""
    rows = (
        Obligation.objects.filter(owed=True, due__lte=until, case__in=visible_cases(user))
        .select_related("case")
        .order_by("due", "case_id", "key")[:MOST_DUE]
    )
    found = []
    for row in rows:
        stand_in = CasePerson(case=row.case, relation=CasePerson.Relation.OWES, name=row.key, due=row.due, open=True)
        found.append(Due(_item(stand_in, row), tuple(row.bearers)))
    return found


def end_of(now: datetime) -> datetime:
    """The last second of the civil day."""
    return start_of_day(now.astimezone(CIVIL).date() + timedelta(days=1)) - timedelta(seconds=1)

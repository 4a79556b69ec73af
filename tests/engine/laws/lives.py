"""Random lives of cases under any pack: people, instants, acts with inputs of the declared types, in random order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from huiyin.cases.conformity import days_of, pack_folders, pack_from
from huiyin_engine import instants
from huiyin_engine.advance import next_due
from huiyin_engine.calendars import WorkingCalendar
from huiyin_engine.directory import Absence, Appointment, Directory, Person, Unit
from huiyin_engine.language.pack import ActRule, Fact, Pack
from huiyin_engine.language.runtime import Env
from huiyin_engine.model.events import Entry, Event
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World
from huiyin_engine.model.state import CaseState
from huiyin_engine.options import options
from huiyin_engine.people import everybody
from huiyin_engine.testing.store import LATEST, MemoryStore

ROOT = Path(__file__).parents[3]
START = instants.parse_instant("2025-03-10 09:30")
UNITS = ("工程部", "销售部")
STEPS = (0, 1, 60, 3 * 3600, 86_400, 3 * 86_400, 12 * 86_400, 45 * 86_400)
STEP_WEIGHTS = (3, 1, 4, 8, 4, 2, 1, 1)
PACKS = {
    **{folder.path.name: (folder.path, ROOT / "packs") for folder in pack_folders(ROOT / "packs")},
    "small": (ROOT / "tests" / "packs" / "small", ROOT / "packs"),
}


@cache
def pack_called(name: str) -> Pack:
    """A pack that is present, loaded once."""
    return pack_from(*PACKS[name])


@cache
def calendar() -> WorkingCalendar:
    """Mainland China, office hours."""
    return WorkingCalendar(days_of(ROOT / "calendars"))


def organisation(pack: Pack, sizes: Sequence[int], absences: Iterable[tuple[int, int, int]] = ()) -> Directory:
    """People for every post: `sizes` gives in turn how many hold a post (for each unit, where it is held for one);
    `absences` are (person, day away, days)."""
    people: list[Person] = []
    appointments: list[Appointment] = []
    for i, post in enumerate(pack.posts.values()):
        for unit in UNITS if post.per_unit else (None,):
            for n in range(sizes[i % len(sizes)]):
                person = f"{post.id}{unit or ''}{n}"
                people.append(Person(person, person))
                appointments.append(Appointment(person, post.id, unit))
    away = []
    for who, day, length in absences if people else ():
        since = instants.at(instants.day_of(START) + day, "00:00")
        away.append(Absence(people[who % len(people)].id, since, since + length * 86_400))
    return Directory(people, appointments, away, [Unit(u, u) for u in UNITS])


def fresh_world(pack: Pack, directory: Directory) -> World:
    """A world without cases, every parameter given."""
    chance = random.Random(0)
    given = {
        p.id: p.default if p.default is not None else _one(p.type.type, p.type.values, chance, directory, pack, START)
        for p in pack.parameters.values()
    }
    return World(
        packs={pack.id: pack, (pack.id, pack.version): pack},
        directory=directory,
        calendar=calendar(),
        parameters={pack.id: given},
    )


class Life:
    """Cases living on a store. `script` is what was tried, with its answer; the same script can be run elsewhere."""

    def __init__(self, pack: Pack, world: World) -> None:
        self.pack = pack
        self.store = MemoryStore(world)
        self.now = START
        self.script: list[tuple[Act, Outcome | Refusal]] = []
        self.done: dict[str, int] = {}

    def live(self, seed: int) -> tuple[Act, Outcome | Refusal] | None:
        """Let some time pass, then somebody tries something; None if there is nothing to try."""
        chance = random.Random(seed)
        self.now = self._later(chance)
        self.store.advance(self.now)
        act = self._act(chance)
        if act is None:
            return None
        tried = (act, self.store.perform(act))
        if tried[1]:
            self.done[act.name] = self.done.get(act.name, 0) + 1
        self.script.append(tried)
        return tried

    def _later(self, chance: random.Random) -> int:
        """A step of time; now and then the very instant at which something is due, or the second after."""
        coming = [n[0] for c in self.store.cases().values() if (n := next_due(c, LATEST)) is not None]
        soon = [at for at in coming if self.now <= at < self.now + 200 * 86_400]
        if soon and chance.random() < 0.2:
            return max(self.now, min(soon) + chance.choice((-1, 0, 0, 1)))
        return self.now + chance.choices(STEPS, STEP_WEIGHTS)[0]

    def _act(self, chance: random.Random) -> Act | None:
        cases = [c for c in self.store.cases().values() if c.closed_at is None or chance.random() < 0.1]
        people = [*self.store.world().directory.persons, *(f"party:{p}" for p in self.pack.parties)]
        if not cases or chance.random() < 0.1:
            opening = [rule for rule in self.pack.acts.values() if rule.opens is not None]
            first = [rule for rule in opening if rule.opens == self.pack.initial_type()]
            rule = self._rarest(chance, first if chance.random() < 0.7 else opening)
            return self._filled(chance, rule, f"c{len(self.store.cases())}", self._entitled(chance, rule, people), None)
        main = self.pack.initial_type()
        case = chance.choices(cases, [6 if c.type == main else 1 for c in cases])[0]
        person = self._somebody(chance, case, people)
        if chance.random() < 0.9 and not person.startswith("party:"):
            offered = [o for o in options(self.store.world(), case.id, person, self.now) if o.refusal is None]
            owed = [o for o in offered if o.owed]
            if offered:
                among = owed if owed and chance.random() < 0.6 else offered
                rule = self._rarest(chance, [o.rule for o in among])
                row = chance.choice([o.row for o in among if o.act == rule.id])
                return self._filled(chance, rule, case.id, person, row)
        rules = [rule for rule in self.pack.acts.values() if case.type in rule.of]
        if not rules:
            return None
        rule = chance.choice(rules)
        rows = list(case.rows.get(rule.on, ())) if rule.on else []
        return self._filled(chance, rule, case.id, person, chance.choice(rows) if rows else None)

    def _rarest(self, chance: random.Random, rules: Sequence[ActRule]) -> ActRule:
        """Rather an act that has seldom been done: else every life would soon end in a withdrawal."""
        weights = [1 / (1 + 3 * self.done.get(rule.id, 0)) ** 2 for rule in rules]
        return chance.choices(rules, weights)[0]

    def _entitled(self, chance: random.Random, rule: ActRule, people: Sequence[str]) -> str:
        """Mostly somebody who may open such a case."""
        env = Env(self.store.world(), self.pack, self.now)
        able = everybody(env, CaseState(""), rule.by)
        return chance.choice(able) if able and chance.random() < 0.9 else chance.choice(people)

    def _somebody(self, chance: random.Random, case: CaseState, people: Sequence[str]) -> str:
        bearers = [b for o in case.owed() for b in o.bearers]
        held = [h.person for h in case.holders.values() if h.person is not None]
        known = [*bearers, *held]
        return chance.choice(known) if known and chance.random() < 0.7 else chance.choice(people)

    def _filled(self, chance: random.Random, rule: ActRule, case: str, person: str, row: str | None) -> Act:
        inputs: dict[str, Any] = {}
        fields = self.pack.rows.get(rule.on or "", {})
        known = self.store.cases().get(case)
        held = [h.person for h in known.holders.values() if h.person is not None] if known is not None else []
        for take in rule.takes:
            fact = fields.get(take.fact) or self.pack.facts[take.fact]
            if chance.random() < (0.5 if take.optional else 0.97):
                inputs[take.fact] = value_of(fact, chance, self.store.world().directory, self.pack, self.now)
                if held and fact.type.type == "person" and chance.random() < 0.5:
                    inputs[take.fact] = (chance.choice(held),) if fact.type.several else chance.choice(held)
        if rule.does in ("suspend", "resume") and known is not None and known.obligations:
            inputs["obligation"] = chance.choice(list(known.obligations))
        return Act(rule.id, case, person, self.now, self.now, inputs, row, self.pack.id, None, None)


def value_of(fact: Fact, chance: random.Random, directory: Directory, pack: Pack, now: int) -> Any:
    """A value of the declared type, once in a while one that is none."""
    if chance.random() < 0.03:
        return chance.choice(("", "\x00", -1, Decimal("0.001"), 2**70, "nobody"))
    kind, values = fact.type.type, fact.type.values
    if fact.type.several:
        return tuple({_one(kind, values, chance, directory, pack, now): None for _ in range(chance.choice((1, 1, 2)))})
    return _one(kind, values, chance, directory, pack, now)


def _one(kind: str, values: tuple[str, ...], chance: random.Random, directory: Directory, pack: Pack, now: int) -> Any:
    match kind:
        case "yes/no":
            return chance.random() < 0.5
        case "choice":
            return chance.choice(values)
        case "money":
            return Decimal(chance.choice((0, 1, 500, 501, 10_000))) + Decimal(chance.choice((0, 1, 99))) / 100
        case "number":
            return chance.choice((0, 1, 2, 5, 100))
        case "share":
            return Decimal(chance.choice((0, 1, 30, 100))) / 100
        case "instant" | "date" | "month":
            return now + chance.choice((-86_400, 0, 1, 8 * 3600, 2 * 86_400, 3 * 86_400, 9 * 86_400))
        case "person":
            return chance.choice(list(directory.persons) or ["nobody"])
        case "unit":
            return chance.choice(UNITS)
        case "post":
            return chance.choice(list(pack.posts))
    return chance.choice(("甲", "原因", "a", "2025-03"))


def happened(entries: Iterable[Entry]) -> list[tuple[int, Event]]:
    """A history without the instants at which it was written down."""
    return [(entry.at, entry.event) for entry in entries]

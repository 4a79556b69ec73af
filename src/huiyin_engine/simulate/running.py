"""Living a story: cases are opened, people act, duties fall due, the clock fires; all on virtual time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp
from random import Random
from typing import Any, NamedTuple

from huiyin_engine import instants
from huiyin_engine.advance import advance
from huiyin_engine.language.pack import ActRule, Pack
from huiyin_engine.language.runtime import Env
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World
from huiyin_engine.model.state import CaseState, Obligation
from huiyin_engine.people import hindrance
from huiyin_engine.simulate.scene import Scene, weighted
from huiyin_engine.simulate.story import Habit, Opening, Path, Span, Step, Story, Topic, When
from huiyin_engine.testing.store import MemoryStore


class Declined(NamedTuple):
    """An act of the story that the engine refused."""

    case: str
    path: str
    act: str
    at: int
    refusal: Refusal


class LivingStore(MemoryStore):
    """A memory store whose worker never sleeps: what is due is recorded right after its instant."""

    __slots__ = ("told",)

    def __init__(self, world: World, told: Callable[[Outcome], None]) -> None:
        super().__init__(world)
        self.told = told

    def next_firing(self) -> int | None:
        """The instant from which the clock has something to do; None if never."""
        return sum(self._queue[0][:2]) if self._queue else None

    def advance(self, now: int) -> None:
        """Fire what is due over all cases, the earliest first, each recorded when it was due."""
        queue = self._queue
        while queue and queue[0][0] < now + (0 if queue[0][1] else 1):
            at, lapses, case = heapq.heappop(queue)
            if self._next(case) != (at, lapses):
                continue
            outcome = advance(self.world(), case, at + lapses, max(at + lapses, now))
            self._keep(outcome.changes)
            self.told(outcome)


@dataclass(slots=True)
class Life:
    """A case on its path."""

    case: str
    path: Path
    scene: Scene
    index: int = 0
    last: int = 0
    steps: int = 0
    overrides: Mapping[str, Any] = field(default_factory=dict)
    object: str | None = None


class Simulation:
    """
    One run of a story from `begin` to `end` (instants).

    Raises StoryError for a story that names what the pack has not. What the engine refused stands in `declined`; an
    act is left out and the case goes on its path.
    """

    def __init__(self, story: Story, world: World, begin: int, end: int, chance: Random) -> None:
        self.story = story
        self.pack: Pack = world.packs[story.pack]
        self.begin, self.end = begin, end
        self.chance = chance
        self.store = LivingStore(world, self._notice)
        self.declined: list[Declined] = []
        self.numbers: dict[str, str] = {}
        self.acts = 0
        self._given: dict[tuple[str, int], int] = {}
        self._todo: list[tuple[int, int, Callable[[int], None]]] = []
        self._count = 0
        self._walking: set[str] = set()

    def run(self) -> None:
        """Live it through."""
        for opening in self.story.openings:
            self._plan_opening(opening)
        day = instants.day_of(self.begin)
        while day <= instants.day_of(self.end):
            self._plan_day(day)
            day += 1
        while True:
            next_act = self._todo[0][0] if self._todo else self.end
            firing = self.store.next_firing()
            if firing is not None and firing <= next_act:
                self.store.advance(firing)
            elif self._todo:
                at, _, do = heapq.heappop(self._todo)
                do(at)
            else:
                return

    # -- planning ----------------------------------------------------------------------------------------------------

    def _at(self, at: int, do: Callable[[int], None]) -> None:
        at -= at % 60
        if self.begin <= at < self.end:
            self._count += 1
            heapq.heappush(self._todo, (at, self._count, do))

    def _plan_opening(self, opening: Opening) -> None:
        base = self.begin if opening.days >= 0 else self.end + instants.DAY
        path = self.story.paths[opening.path]
        day = instants.day_of(base) + opening.days
        if path.hours == "office":
            day = self.store.world().calendar.last_working_day_on_or_before(day)
        at = max(instants.at(day, opening.time), self.begin)
        self._at(at, lambda now: self._open(path, now, opening.inputs, opening.steps, opening.object or None))

    def _plan_day(self, day: int) -> None:
        calendar = self.store.world().calendar
        month = instants.parts(day).month
        working = calendar.is_working_day(day)
        rate = self.story.per_year / 365 * self.story.months.get(month, 1.0)
        for _ in range(self._poisson(rate * (1.3 if working else 0.35))):
            path = self._a_path(working)
            if path is None:
                continue
            if path.hours == "office":
                low, high = calendar.opening_of(day), calendar.closing_of(day)
            else:
                low, high = instants.at(day, "07:00"), instants.at(day, "23:00")
            at = low + self.chance.randrange(max(1, high - low - 900))
            self._at(at, lambda now, path=path: self._open(path, now))  # type: ignore[misc]

    def _a_path(self, working: bool) -> Path | None:
        weights = {p.id: p.weight for p in self.story.paths.values() if p.weight and (working or p.hours == "any")}
        return self.story.paths[weighted(self.chance, weights)] if weights else None

    def _poisson(self, mean: float) -> int:
        """How many in a day, on average `mean` (Knuth's product of uniforms)."""
        bound, product, n = exp(-mean), self.chance.random(), 0
        while product > bound:
            product *= self.chance.random()
            n += 1
        return n

    def _topic(self, path: Path, at: int) -> Topic | None:
        month = instants.parts(instants.day_of(at)).month
        fitting = [t for t in self.story.topics if not path.topics or t.id in path.topics]
        weights = {t.id: t.weight * t.months.get(month, 1.0) for t in fitting}
        if not any(weights.values()):
            return None
        chosen = weighted(self.chance, weights)
        return next(t for t in fitting if t.id == chosen)

    def _open(
        self, path: Path, at: int, overrides: Mapping[str, Any] | None = None, steps: int = 0, thing: str | None = None
    ) -> None:
        topic = self._topic(path, at)
        scene = self._scene(path.pools, topic)
        case = f"{path.id}-{len(self.store.cases()) + 1:05d}"
        life = Life(case, path, scene, last=at, steps=steps, overrides=overrides or {}, object=thing)
        self._take(life, path.steps[0], at)
        life.index = 1
        self._plan_next(life)

    def _scene(self, pools: Mapping[str, tuple[str, ...]], topic: Topic | None) -> Scene:
        return Scene(self.story, self.chance, instants.day_of(self.end), (pools, topic.pools if topic else {}))

    def _plan_next(self, life: Life) -> None:
        while life.index < len(life.path.steps) and (not life.steps or life.index < life.steps):
            step = life.path.steps[life.index]
            life.index += 1
            if step.chance < 1 and self.chance.random() > step.chance:
                continue
            if life.case not in self.store.cases():
                return
            at = self._when(step.when, self.store.state(life.case), life.last)

            def do(now: int, step: Step = step) -> None:
                self._take(life, step, now)
                life.last = now
                self._plan_next(life)

            self._walking.add(life.case)
            self._at(at, do)
            return
        self._walking.discard(life.case)

    def _when(self, when: When, state: CaseState, last: int) -> int:
        calendar = self.store.world().calendar
        length = self._length(when.span)
        if when.kind == "clock":
            return last + length
        if when.kind in ("due", "missed"):
            dues = [o.due for o in state.owed() if o.owe == when.owe and o.due is not None]
            if dues:
                return max(last + 60, dues[-1] + length)
            length = 3600
        return calendar.add_working_seconds(last, max(60, length))

    def _length(self, span: Span) -> int:
        """Mostly nearer the low end, as delays are."""
        return int(self.chance.triangular(span.low, span.high, span.low + (span.high - span.low) * 0.3))

    # -- acting ------------------------------------------------------------------------------------------------------

    def _take(self, life: Life, step: Step, at: int) -> None:
        rule = self._rule(step.act)
        known = life.case in self.store.cases()
        if known and self.store.state(life.case).closed_at is not None and not rule.after_closing:
            return
        state = self.store.state(life.case) if known else CaseState(life.case)
        raw = {**step.inputs, **(life.overrides if not known else {})}
        life.scene.slots.update(self._told_slots(state))
        inputs = self._inputs(life.scene, rule, raw, state, at)
        self._act(life.case, step.by, rule, inputs, at, life.path.id, state, thing=life.object)

    def _act(
        self,
        case: str,
        by: str,
        rule: ActRule,
        inputs: Mapping[str, Any],
        at: int,
        path: str,
        state: CaseState,
        row: str | None = None,
        thing: str | None = None,
    ) -> bool:
        actor = self._actor(by, rule, state, inputs, at)
        act = Act(rule.id, case, actor, at, at, inputs, row=row, pack=self.pack.id, object=thing)
        outcome = self.store.perform(act)
        if isinstance(outcome, Refusal):
            self.declined.append(Declined(case, path, rule.id, at, outcome))
            return False
        self.acts += 1
        self._notice(outcome)
        return True

    def _rule(self, act: str) -> ActRule:
        return self.pack.acts[act]

    def _inputs(self, scene: Scene, rule: ActRule, raw: Mapping[str, Any], state: CaseState, at: int) -> dict[str, Any]:
        calendar = self.store.world().calendar
        fields = self.pack.rows.get(rule.on or "", {})
        found: dict[str, Any] = {}
        for name, value in raw.items():
            if isinstance(value, str) and value.startswith("holder "):
                found[name] = state.holder(value.removeprefix("holder "))
            elif value != "none":
                found[name] = scene.value(value, fields.get(name) or self.pack.facts.get(name), at, calendar)
        return {name: value for name, value in found.items() if value not in (None, "")}

    def _actor(self, by: str, rule: ActRule, state: CaseState, inputs: Mapping[str, Any], at: int) -> str | None:
        """Who acts: a party, the holder of a capacity, somebody in a post who is not meant by the act himself, else
        whoever owes the act."""
        if by.startswith("party:"):
            return by
        if by in state.holders:
            return state.holder(by)
        directory = self.store.world().directory
        if directory.exists(by):
            return by
        if by in self.pack.posts:
            env = Env(self.store.world(), self.pack, at)
            named = {v for value in inputs.values() for v in (value if isinstance(value, tuple) else (value,)) if v}
            able = [h for h in directory.holders(by, None, at) if hindrance(env, state, h) is None and h not in named]
            if able:
                return self.chance.choice(able)
        bearers = [p for o in state.owed() if rule.id in self.pack.owes[o.owe].does for p in o.bearers]
        return bearers[0] if bearers else (by or None)

    def _told_slots(self, state: CaseState) -> dict[str, str]:
        """Slots that the case itself gives: its numbers and texts, the month of its period, how many it counted."""
        slots = {name: value for name, value in state.facts.items() if isinstance(value, str) and value}
        if state.id in self.numbers:
            slots["number"] = self.numbers[state.id]
        first, last = state.facts.get("period_from"), state.facts.get("period_to")
        if isinstance(first, int) and isinstance(last, int):
            parts = instants.parts(instants.day_of(first))
            main = self.pack.initial_type()
            inside = [c for c in self.store.cases().values() if c.type == main and _between(c.opened_at, first, last)]
            slots |= {
                "year": str(parts.year), "month": str(parts.month), "received": str(len(inside)),
                "settled": str(sum(c.closed_at is not None for c in inside)),
                "late": str(sum(any(o.missed_at for o in c.obligations.values()) for c in inside)),
                "numbers": "、".join(self.numbers[c.id] for c in inside[:4]) or "—",
            }  # fmt: skip
        return slots

    # -- what follows ------------------------------------------------------------------------------------------------

    def _notice(self, outcome: Outcome) -> None:
        """Give new cases their numbers, and plan how what is newly owed will be attended to."""
        for change in outcome.changes:
            for entry in change.entries:
                if isinstance(entry.event, e.CaseOpened):
                    self._number(change.case, change.state, entry.recorded_at)
                elif isinstance(entry.event, e.ObligationOpened):
                    o = change.state.obligations[entry.event.key]
                    for habit in self.story.habits:
                        if habit.owe == o.owe and o.owed:
                            self._plan_habit(habit, change.case, o)

    def _number(self, case: str, state: CaseState, at: int) -> None:
        prefix, year = self.pack.cases[state.type].number, instants.year_of(instants.day_of(at))
        n = self._given[(prefix, year)] = self._given.get((prefix, year), 0) + 1
        self.numbers[case] = f"{prefix}-{year}-{n:04d}"

    def _plan_habit(self, habit: Habit, case: str, o: Obligation) -> None:
        if self.chance.random() > habit.chance:
            return
        length = self._length(habit.when.span)
        if habit.when.kind == "due" and o.due is not None:
            at = max(o.start + 300, o.due + length)
        elif habit.when.kind == "clock":
            at = o.start + length
        else:
            at = self.store.world().calendar.add_working_seconds(o.start, max(60, length))
        self._at(at, lambda now: self._attend(habit, case, o.key, now))

    def _attend(self, habit: Habit, case: str, key: str, at: int) -> None:
        state = self.store.state(case)
        o = state.obligations[key]
        if not o.owed:
            return
        path = self.story.paths[habit.path] if habit.path else None
        topic = self._topic(path, at) if path else None
        scene = self._scene(path.pools if path else {}, topic)
        scene.slots.update(self._told_slots(state))
        if path is not None:
            if case not in self._walking:
                self._plan_next(Life(case, path, scene, last=at))
            return
        rule = self._rule(habit.act)
        actor = self.chance.choice(o.bearers) if o.bearers else ""
        scene.slots["actor"] = self.store.world().directory.name(actor)
        inputs = self._inputs(scene, rule, habit.inputs, state, at)
        row = o.row if rule.on else None
        if self._act(case, actor, rule, inputs, at, habit.owe, state, row) and habit.spawn:
            for _ in range(int(inputs.get(habit.counted) or 0)):
                path = self.story.paths[self.chance.choice(habit.spawn)]
                minutes = self.chance.randint(10, 90) * 60
                self._at(at + minutes, lambda now, path=path: self._open(path, now))  # type: ignore[misc]


def _between(at: int | None, first: int, last: int) -> bool:
    return at is not None and first <= at <= last

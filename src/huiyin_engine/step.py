"""One step of a decision: a draft of one case at one instant, and the wave of consequences that an event sets going."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from huiyin_engine.evolve import apply
from huiyin_engine.language.pack import Nodes, Pack, Trigger
from huiyin_engine.language.runtime import Env
from huiyin_engine.measures import cross
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import Change, Outcome, World
from huiyin_engine.model.state import CaseState

if TYPE_CHECKING:
    from huiyin_engine.language.pack import OweRule


class Endless(RuntimeError):  # noqa: N818 - a state of affairs
    """A pack whose consequences never come to rest; the checker finds it before it goes live."""


class Decision:
    """All that one decision does, to any number of cases: drafts, entries, and the states they started from."""

    __slots__ = ("entries", "recorded_at", "states", "world")

    def __init__(self, world: World, recorded_at: int) -> None:
        self.world = world
        self.recorded_at = recorded_at
        self.states: dict[str, CaseState] = {}
        self.entries: dict[str, list[e.Entry]] = {}

    def state(self, case_id: str) -> CaseState:
        """The case as this decision has left it so far. Raises KeyError if it was not handed in."""
        return self.states.get(case_id) or self.world.cases[case_id]

    def knows(self, case_id: str) -> bool:
        return case_id in self.states or case_id in self.world.cases

    def begin(self, case_id: str, at: int, actor: str | None = None) -> Step:
        """A step on an existing case."""
        state = self.state(case_id)
        pack = self.world.pack_of(state)
        return Step(self, state, state.copy(), pack, pack.nodes[state.type], at, actor)

    def open(self, case_id: str, case_type: str, pack: Pack, at: int, actor: str | None, **more: str | None) -> Step:
        """A step on a case that this decision opens."""
        blank = CaseState(case_id)
        step = Step(self, blank, blank.copy(), pack, pack.nodes[case_type], at, actor)
        step.emit(e.CaseOpened(case_type, pack.id, pack.version, **more))
        step.opened = True
        step.dirty = step.nodes.readers["opened"]
        return step

    def outcome(self) -> Outcome:
        return Outcome(
            tuple(Change(c, tuple(self.entries[c]), self.states[c]) for c in self.entries if self.entries[c])
        )


class Step:
    """A private draft with the dirty mask of the nodes still to look at.

    `before` is the case as it stood; `did` the acts of this step with the number of their event; `missed` and `met`
    the obligations that ended so in this step.
    """

    __slots__ = (
        "at", "before", "case", "decision", "did", "dirty", "env", "fired", "just_closed", "log", "met", "missed",
        "nodes", "opened", "pack", "rows_added",
    )  # fmt: skip

    def __init__(
        self,
        decision: Decision,
        before: CaseState,
        draft: CaseState,
        pack: Pack,
        nodes: Nodes,
        at: int,
        actor: str | None,
    ) -> None:
        self.decision = decision
        self.before = before
        self.case = draft
        self.log = decision.entries.setdefault(draft.id, [])
        self.pack = pack
        self.nodes = nodes
        self.at = at
        self.env = Env(decision.world, pack, at, actor)
        self.env.before = before
        self.dirty = 0
        self.did: dict[str, int] = {}
        self.missed: list[tuple[str, int]] = []
        self.met: list[tuple[str, int]] = []
        self.rows_added: list[tuple[str, str]] = []
        self.fired: set[Any] = set()
        self.opened = False
        self.just_closed = False

    def emit(self, event: e.Event) -> None:
        """Write an event into the draft and mark what reads the cells it changed."""
        apply(self.case, event, self.at)
        self.log.append(e.Entry(self.at, self.decision.recorded_at, event))
        mark = _MARK.get(type(event))
        if mark is not None:
            mark(self, event)

    def put_in_place(self, facts: Mapping[str, Any]) -> None:
        """Let guards and derived facts see what an act brings, before the act itself stands in the history."""
        case, readers = self.case, self.nodes.facts
        seq = case.seq + 1
        for name, value in facts.items():
            case.facts[name] = value
            case.changed[name] = seq
            self.dirty |= readers.get(name, 0)

    def settle(self) -> None:
        """Run the wave until nothing is dirty, then hand the draft to the decision."""
        run = self.nodes.run
        for _ in range(200 * (len(run) + 1)):
            dirty = self.dirty
            if not dirty:
                if self.pack.measures:
                    cross(self)
                    dirty = self.dirty
                if not dirty:
                    break
            self.dirty = dirty & (dirty - 1)
            run[(dirty ^ (dirty - 1)).bit_length() - 1](self)
        else:
            raise Endless(f"{self.pack.id}: the consequences of a step on {self.case.id} do not come to rest")
        self.decision.states[self.case.id] = self.case

    def settle_facts(self, only: int) -> None:
        """Run only the nodes of the mask (derived facts and who is concerned), as guards need them."""
        run = self.nodes.run
        while masked := self.dirty & only:
            lowest = masked & -masked
            self.dirty ^= lowest
            run[lowest.bit_length() - 1](self)

    def fires(self, trigger: Trigger) -> bool:
        """Did this trigger happen in this step?"""
        match trigger.kind:
            case "act":
                return trigger.name in self.did
            case "opened":
                return self.opened
            case "closed":
                return self.just_closed
            case "missed":
                return any(o == trigger.name and trigger.number in (None, n) for o, n in self.missed)
            case "met":
                return any(o == trigger.name and trigger.number in (None, n) for o, n in self.met)
            case "becomes":
                condition = trigger.condition
                if condition is None or condition.run(self.case, self.env, None) is not True:
                    return False
                return self.opened or condition.run(self.before, self.env, None) is not True
            case "crossed":
                return any(key[:2] == ("measure", trigger.name) for key in self.fired if isinstance(key, tuple))
            case "changes":
                return self.case.facts.get(trigger.name) != self.before.facts.get(trigger.name)
        return False

    def miss(self, key: str, rule: OweRule) -> None:
        """A binding limit lapsed."""
        self.emit(e.ObligationMissed(key))
        obligation = self.case.obligations[key]
        self.missed.append((obligation.owe, obligation.n))
        self.dirty |= self.nodes.readers.get(f"missed:{obligation.owe}", 0)
        if rule.tells:
            from huiyin_engine.people import everybody

            to = everybody(self.env, self.case, rule.tells, self.row(rule.row, obligation.row))
            self.emit(e.Told(f"missed:{rule.id}", to))

    def meet(self, key: str) -> None:
        self.emit(e.ObligationMet(key))
        obligation = self.case.obligations[key]
        self.met.append((obligation.owe, obligation.n))

    def row(self, kind: str | None, key: str | None) -> Mapping[str, Any] | None:
        """A row of the case as sentences read it, with its key."""
        if kind is None or key is None:
            return None
        found = self.case.rows.get(kind, {}).get(key)
        return {**found, "key": key} if found is not None else None


"""Events that change no cell that a sentence or a node reads."""


def _mark_fact(step: Step, event: e.FactSet) -> None:
    step.dirty |= step.nodes.facts.get(event.fact, 0)


def _mark_act(step: Step, event: e.ActDone) -> None:
    step.did[event.act] = step.case.seq
    dirty = step.nodes.readers.get(f"act:{event.act}", 0)
    facts = step.nodes.facts
    for name in event.inputs:
        dirty |= facts.get(name, 0)
    step.dirty |= dirty


def _mark_obligation(step: Step, event: e.ObligationOpened | e.ObligationMet) -> None:
    step.dirty |= step.nodes.owes.get(step.case.obligations[event.key].owe, 0)


def _mark_row(step: Step, event: e.RowAdded | e.RowSet) -> None:
    if isinstance(event, e.RowAdded):
        step.rows_added.append((event.kind, event.key))
    step.dirty |= step.nodes.readers.get(f"rows:{event.kind}", 0)


def _mark_closed(step: Step, event: e.CaseClosed | e.CaseReopened) -> None:
    step.just_closed = isinstance(event, e.CaseClosed)
    step.dirty |= step.nodes.readers.get("closed", 0)


def _marker(cell: Callable[[Any], str]) -> Callable[[Step, Any], None]:
    def mark(step: Step, event: Any) -> None:
        step.dirty |= step.nodes.readers.get(cell(event), 0)

    return mark


_MARK: dict[type, Callable[[Step, Any], None]] = {
    e.FactSet: _mark_fact,
    e.ActDone: _mark_act,
    e.ObligationOpened: _mark_obligation,
    e.ObligationMoved: _mark_obligation,
    e.ObligationMet: _mark_obligation,
    e.ObligationMissed: _mark_obligation,
    e.ObligationEnded: _mark_obligation,
    e.ObligationRebound: _mark_obligation,
    e.ObligationSuspended: _mark_obligation,
    e.ObligationResumed: _mark_obligation,
    e.RowAdded: _mark_row,
    e.RowSet: _mark_row,
    e.CaseClosed: _mark_closed,
    e.CaseReopened: _mark_closed,
    e.HolderMoved: _marker(lambda event: f"holder:{event.capacity}"),
    e.HolderNamed: _marker(lambda event: f"named:{event.capacity}"),
    e.Concerned: _marker(lambda event: "concerned"),
    e.Linked: _marker(lambda event: f"link:{event.link}"),
    e.MeasureCrossed: _marker(lambda event: f"crossed:{event.measure}"),
}
"""What each event dirties; one that is not here is told in the story and read by no rule."""

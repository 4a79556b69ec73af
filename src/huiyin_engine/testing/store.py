"""Where cases live while a scenario runs: the interface that every store gives, and the one in memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from huiyin_engine.advance import advance, next_due
from huiyin_engine.decide import decide
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import Act, Change, Outcome, Refusal, World
from huiyin_engine.model.state import CaseState

LATEST = 2**61


class Store(Protocol):
    """Keeps cases: acts and the clock go in, states and histories come out."""

    def perform(self, act: Act) -> Outcome | Refusal:
        """Decide an act and keep what it did; a refusal keeps nothing."""
        ...

    def preview(self, act: Act) -> Outcome | Refusal:
        """Decide an act and keep nothing."""
        ...

    def advance(self, now: int) -> None:
        """Fire all that is due up to `now`, over all cases, the earliest first."""
        ...

    def state(self, case: str) -> CaseState:
        """The present state. Raises KeyError for an unknown case."""
        ...

    def entries(self, case: str) -> Sequence[Entry]:
        """The whole history of a case, in order. Raises KeyError for an unknown case."""
        ...

    def cases(self) -> Mapping[str, CaseState]:
        """All cases by id, in the order they were opened."""
        ...

    def world(self) -> World:
        """What a decision made now would look at."""
        ...


class MemoryStore:
    """Cases as dicts in memory, for scenarios, the checker and simulation.

    `world` brings packs, directory, calendar, parameters and registers; its cases, if any, are where the store starts.
    """

    __slots__ = ("_base", "_entries", "_loads", "_queue", "_states")

    def __init__(self, world: World) -> None:
        self._base = world
        self._states: dict[str, CaseState] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._loads: dict[str, int] = {}
        self._queue: list[tuple[int, int, str]] = []
        for case, state in world.cases.items():
            self._entries[case] = []
            self._place(case, state)
        self._base = replace(world, cases=self._states)

    def perform(self, act: Act) -> Outcome | Refusal:
        """Decide an act and keep what it did. Raises KeyError if a pack it needs was not handed in."""
        outcome = decide(self.world(), act)
        if isinstance(outcome, Outcome):
            self._keep(outcome.changes)
        return outcome

    def preview(self, act: Act) -> Outcome | Refusal:
        """Decide an act and keep nothing."""
        return decide(self.world(), act)

    def advance(self, now: int) -> None:
        """Fire what is due over all cases, always the globally earliest next; alarms before limits that lapse."""
        queue = self._queue
        while queue and queue[0][0] < now + (0 if queue[0][1] else 1):
            at, lapses, case = heapq.heappop(queue)
            if self._next(case) != (at, lapses):
                continue
            self._keep(advance(self.world(), case, at + lapses, now).changes)

    def state(self, case: str) -> CaseState:
        """The present state. Raises KeyError for an unknown case."""
        return self._states[case]

    def entries(self, case: str) -> Sequence[Entry]:
        """The whole history of a case. Raises KeyError for an unknown case."""
        return self._entries[case]

    def cases(self) -> Mapping[str, CaseState]:
        """All cases by id, in the order they were opened."""
        return self._states

    def world(self) -> World:
        """What a decision made now would look at: all cases, and how many open ones each person holds (CR-4)."""
        base = self._base
        if base.directory.loads != self._loads:
            base = self._base = replace(base, directory=base.directory.with_loads(dict(self._loads)))
        return base

    def _keep(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self._entries.setdefault(change.case, []).extend(change.entries)
            self._place(change.case, change.state)

    def _place(self, case: str, state: CaseState) -> None:
        for person in holders_of(self._states.get(case)):
            self._loads[person] -= 1
            if not self._loads[person]:
                del self._loads[person]
        for person in holders_of(state):
            self._loads[person] = self._loads.get(person, 0) + 1
        self._states[case] = state
        upcoming = self._next(case)
        if upcoming is not None:
            heapq.heappush(self._queue, (*upcoming, case))

    def _next(self, case: str) -> tuple[int, int] | None:
        """(instant, 1 if it lapses after it) of the next thing that fires on a case."""
        upcoming = next_due(self._states[case], LATEST)
        return None if upcoming is None else (upcoming[0], 0 if upcoming[2] else 1)


def holders_of(state: CaseState | None) -> set[str]:
    """The persons who hold an open case in any capacity."""
    if state is None or state.closed_at is not None:
        return set()
    return {held.person for held in state.holders.values() if held.person is not None}

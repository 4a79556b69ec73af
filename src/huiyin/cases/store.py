"""Cases in the database while a scenario runs: the interface of `huiyin_engine.testing.store.Store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huiyin.cases.clock import sweep
from huiyin.cases.models import Case
from huiyin.cases.operations import Operations, history_of, state_of
from huiyin.cases.surroundings import Given
from huiyin.cases.unit_of_work import NoSuchCase, UnitOfWork
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World
from huiyin_engine.model.state import CaseState


class DatabaseStore:
    """
    The production store under the people, packs, calendar and parameters of a given world.

    It uses the tables as it finds them: whoever runs scenarios puts a transaction round each that is never committed.
    """

    def __init__(self, world: World) -> None:
        if world.cases:
            raise ValueError("a database store begins without cases")
        self._surroundings = Given(world)
        self._operations = Operations(self._surroundings)

    def perform(self, act: Act) -> Outcome | Refusal:
        """Decide an act and keep what it did; a refusal keeps nothing."""
        return self._operations.perform(act)

    def preview(self, act: Act) -> Outcome | Refusal:
        """Decide an act and keep nothing."""
        return self._operations.preview(act)

    def advance(self, now: int) -> None:
        """Fire all that is due up to `now`, over all cases, the earliest first."""
        sweep(now, surroundings=self._surroundings)

    def state(self, case: str) -> CaseState:
        """The present state. Raises KeyError for an unknown case."""
        try:
            return state_of(case)
        except NoSuchCase:
            raise KeyError(case) from None

    def entries(self, case: str) -> Sequence[Entry]:
        """The whole history of a case, in order. Raises KeyError for an unknown case."""
        try:
            return history_of(case)
        except NoSuchCase:
            raise KeyError(case) from None

    def cases(self) -> Mapping[str, CaseState]:
        """All cases by id, in the order they were opened."""
        ids = Case.objects.order_by("opened_at", "number", "id").values_list("id", flat=True)
        return {case_id: self.state(case_id) for case_id in ids}

    def world(self) -> World:
        """What a decision made now would look at."""
        states = self.cases()
        latest = max((state.last_at for state in states.values()), default=0)
        world = UnitOfWork(self._surroundings, latest, lock=False).world(latest, "")
        return World(
            packs=world.packs,
            directory=world.directory,
            calendar=world.calendar,
            cases=states,
            parameters=world.parameters,
            registers=world.registers,
        )

"""What comes into a decision and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.calendars import WorkingCalendar
    from huiyin_engine.directory import Directory
    from huiyin_engine.language.pack import Pack
    from huiyin_engine.model.events import Entry
    from huiyin_engine.model.state import CaseState


class Act(NamedTuple):
    """Somebody wants to do something. `case` is the id of the case, or the id a new one shall get.

    `at` is the instant it happened, `recorded_at` the instant it is written down (never earlier than `at`, CR-11);
    `also` names further cases the same act is done on (a group visit); `reason` why it is dated back.
    """

    name: str
    case: str
    actor: str | None
    at: int
    recorded_at: int
    inputs: Mapping[str, Any] = {}
    row: str | None = None
    pack: str | None = None
    type: str | None = None
    object: str | None = None
    also: tuple[str, ...] = ()
    reason: str | None = None


class Refusal(NamedTuple):
    """Nothing happened, and why. `code` is stable; `people` could do it instead; `field` names a wrong input."""

    code: str
    text: Text
    clause: str = ""
    way_out: Text = Text("", "")
    people: tuple[str, ...] = ()
    field: str = ""

    def __bool__(self) -> bool:
        return False


class Change(NamedTuple):
    """What a decision did to one case: its new entries, and the state they lead to."""

    case: str
    entries: tuple[Entry, ...]
    state: CaseState


class Outcome(NamedTuple):
    """What a decision did, case by case, in the order they were first touched."""

    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return True

    def state(self, case: str) -> CaseState:
        """The new state of a case the decision touched. Raises KeyError for another one."""
        for change in self.changes:
            if change.case == case:
                return change.state
        raise KeyError(case)


@dataclass(frozen=True, slots=True)
class World:
    """What a decision may look at, as values.

    `packs` by (id, version) and the newest by id; `cases` those the decision may read or move; `parameters` by pack id
    and name; `registers` by register name, object id and field; `measures` by (measure, key).
    """

    packs: Mapping[Any, Pack]
    directory: Directory
    calendar: WorkingCalendar
    cases: Mapping[str, CaseState] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    registers: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    measures: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    calendars: Mapping[str, WorkingCalendar] = field(default_factory=dict)

    def pack_of(self, case: CaseState) -> Pack:
        """The pack version the case was opened under. Raises KeyError if it was not handed in."""
        return self.packs[(case.pack, case.version)]

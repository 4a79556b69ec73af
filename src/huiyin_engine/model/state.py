"""The state of a case, folded from its events, and the small values it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

OPEN, LATE, MET, MET_LATE, ENDED, SUSPENDED = "open", "late", "met", "met_late", "ended", "suspended"
OWED = frozenset((OPEN, LATE, SUSPENDED))


class Trace(NamedTuple):
    """That an act was done: its number in the case's history, its legal instant, by whom and with what."""

    seq: int
    at: int
    actor: str | None
    inputs: Mapping[str, Any]
    row: str | None


class Holder(NamedTuple):
    """Who holds a capacity since when; person None is the vacancy."""

    person: str | None
    post: str | None
    selector: tuple[Any, ...]
    rule: int
    since: int
    why: str


class Obligation(NamedTuple):
    """An obligation 时限义务 in its present state. `missed_at` stays once set (CR-13); `strength` is binding, target,
    at_once or open; `row` and `period` say which row or period it is owed for; `stood_still` are the spans it was
    suspended for and runs on since."""

    key: str
    owe: str
    n: int
    bearers: tuple[str, ...]
    strength: str
    start: int
    due: int | None
    state: str
    seq: int
    opened_at: int
    missed_at: int | None = None
    done_at: int | None = None
    ended_why: str | None = None
    row: str | None = None
    period: str | None = None
    provisional: bool = False
    warned: bool = False
    suspended_at: int | None = None
    stood_still: tuple[tuple[int, int], ...] = ()

    @property
    def owed(self) -> bool:
        return self.state in OWED


class Alarm(NamedTuple):
    """An instant at which an element of the pack has something to do on this case."""

    key: str
    element: str
    at: int
    period: str | None
    seq: int


class Signature(NamedTuple):
    """A filled signature slot 签字; `party` is set where an outside party signed, `person` where one inside did."""

    slot: str
    person: str | None
    party: str | None
    act: str
    at: int
    seq: int
    on_behalf: str | None


class Record(NamedTuple):
    """A record 归档件 with its custody legs (post, until)."""

    record: str
    key: str
    start: int
    legs: tuple[tuple[str, int], ...]


class Move(NamedTuple):
    """One entry of the custody history of a capacity."""

    seq: int
    at: int
    capacity: str
    person: str | None
    post: str | None
    why: str


class CaseState:
    """One matter 案件 as it stands. Only `huiyin_engine.evolve` writes to it, and only to a copy of its own.

    `facts` holds values by fact name, `changed` the number of the event that last set each; `acts` the traces by act;
    `obligations` by key in the order opened; `rows` by kind and key; `links` case ids by link name.
    """

    __slots__ = (
        "acts",
        "alarms",
        "changed",
        "closed_at",
        "closed_how",
        "concerned",
        "crossed",
        "facts",
        "holders",
        "id",
        "last_at",
        "links",
        "moves",
        "named",
        "object",
        "obligations",
        "opened_at",
        "pack",
        "parent",
        "records",
        "rows",
        "seq",
        "signatures",
        "skipped",
        "told",
        "type",
        "version",
    )

    def __init__(self, case_id: str) -> None:
        self.id = case_id
        self.type = ""
        self.pack = ""
        self.version = ""
        self.object: str | None = None
        self.parent: str | None = None
        self.facts: dict[str, Any] = {}
        self.changed: dict[str, int] = {}
        self.acts: dict[str, tuple[Trace, ...]] = {}
        self.holders: dict[str, Holder] = {}
        self.named: dict[str, str] = {}
        self.moves: tuple[Move, ...] = ()
        self.obligations: dict[str, Obligation] = {}
        self.alarms: dict[str, Alarm] = {}
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}
        self.links: dict[str, tuple[str, ...]] = {}
        self.signatures: tuple[Signature, ...] = ()
        self.skipped: dict[str, str] = {}
        self.told: tuple[tuple[int, str, tuple[str, ...]], ...] = ()
        self.records: dict[str, Record] = {}
        self.crossed: dict[str, Any] = {}
        self.concerned: frozenset[str] = frozenset()
        self.opened_at: int | None = None
        self.closed_at: int | None = None
        self.closed_how: str | None = None
        self.last_at: int = -(2**62)
        self.seq = 0

    def copy(self) -> CaseState:
        """A private copy; inner rows are copied when they are written."""
        new = CaseState.__new__(CaseState)
        new.id, new.type, new.pack, new.version = self.id, self.type, self.pack, self.version
        new.object, new.parent = self.object, self.parent
        new.facts = self.facts.copy()
        new.changed = self.changed.copy()
        new.acts = self.acts.copy()
        new.holders = self.holders.copy()
        new.named = self.named.copy() if self.named else {}
        new.moves = self.moves
        new.obligations = self.obligations.copy()
        new.alarms = self.alarms.copy()
        new.rows = self.rows.copy() if self.rows else {}
        new.links = self.links.copy() if self.links else {}
        new.signatures, new.told = self.signatures, self.told
        new.skipped = self.skipped.copy() if self.skipped else {}
        new.records = self.records.copy() if self.records else {}
        new.crossed = self.crossed.copy() if self.crossed else {}
        new.concerned = self.concerned
        new.opened_at, new.closed_at, new.closed_how = self.opened_at, self.closed_at, self.closed_how
        new.last_at, new.seq = self.last_at, self.seq
        return new

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CaseState):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in CaseState.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def holder(self, capacity: str) -> str | None:
        held = self.holders.get(capacity)
        return held.person if held else None

    def owed(self) -> list[Obligation]:
        """What is owed on the case now, in the order it was opened, missed ones included."""
        return [o for o in self.obligations.values() if o.state in OWED]

"""Everything that can happen to a case. Events are generic: names of acts, facts and posts come from the pack.

What a derivation changed stands in an event too, so that folding them needs no pack and a later compiler cannot change
the past. Each event is a NamedTuple of JSON-able values (see `huiyin_engine.codec`); instants are civil seconds. The
codes in `EVENT_CODES` are stored and stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias


class CaseOpened(NamedTuple):
    """A case of a type of the pack is opened 立案. `object` names what a standing case stands for."""

    type: str
    pack: str
    version: str
    object: str | None = None
    parent: str | None = None


class ActDone(NamedTuple):
    """An act 行为 was accepted; its `inputs` are the facts it set. `row` is the row it worked on (what it set there
    follows as RowSet), `on_behalf` whom a substitute acts for (CR-9)."""

    act: str
    actor: str | None
    inputs: Mapping[str, Any]
    row: str | None = None
    on_behalf: str | None = None
    reason: str | None = None


class ActDiverted(NamedTuple):
    """The act just done had another effect than the one asked for (CR-29): the rule `rule` of the act."""

    act: str
    rule: int


class StepSkipped(NamedTuple):
    """A step fell away, with the clause that lets it (回避跳过)."""

    act: str
    why: str


class FactSet(NamedTuple):
    """A fact 事实 has a value that no input gave it; origin: computed, carried (from another case), linked."""

    fact: str
    value: Any
    origin: str = "computed"


class Concerned(NamedTuple):
    """Somebody is found to be concerned by the case 回避 (CR-1, CR-6), or was so by a mistake now corrected (CR-35)."""

    person: str
    concerned: bool = True


class HolderMoved(NamedTuple):
    """A capacity 经办身份 is held by `person`; None is the vacancy (CR-5). `selector` is what the rule asked for,
    `rule` the row of the table that hit, `why` one of: derived, named, conflict, absence, left."""

    capacity: str
    person: str | None
    post: str | None
    selector: tuple[Any, ...]
    rule: int
    why: str = "derived"


class HolderNamed(NamedTuple):
    """Somebody was named by hand for a capacity; None takes the naming back."""

    capacity: str
    person: str | None


class RowAdded(NamedTuple):
    """A row 明细 is added to the case."""

    kind: str
    key: str
    values: Mapping[str, Any]


class RowSet(NamedTuple):
    """A field of a row has a value."""

    kind: str
    key: str
    field: str
    value: Any


class ObligationOpened(NamedTuple):
    """Somebody owes something 时限义务. `due` is None for strength open. Key is `owe#n` or `owe#row#n`."""

    key: str
    owe: str
    n: int
    bearers: tuple[str, ...]
    strength: str
    start: int
    due: int | None
    row: str | None = None
    period: str | None = None
    provisional: bool = False


class ObligationMoved(NamedTuple):
    """An open limit has another due instant; because: recomputed, corrected, calendar, suspended."""

    key: str
    due: int | None
    old: int | None
    because: str
    provisional: bool = False


class ObligationRebound(NamedTuple):
    """The bearer changed; the due instant stays (CR-17)."""

    key: str
    bearers: tuple[str, ...]


class ObligationMet(NamedTuple):
    """Done. Late if it had been missed before (CR-13)."""

    key: str


class ObligationMissed(NamedTuple):
    """Breached: the due instant passed 超时. What is owed stays owed."""

    key: str


class ObligationEnded(NamedTuple):
    """No longer owed without having been done; why: renewed, waived, closed, lapsed."""

    key: str
    why: str


class ObligationWarned(NamedTuple):
    """The reminder instant before a due instant was reached."""

    key: str


class ObligationSuspended(NamedTuple):
    """The limit stands still, with reason and approver, until an instant or until resumed."""

    key: str
    reason: str
    approver: str
    until: int | None


class ObligationResumed(NamedTuple):
    """The limit runs on; `due` is the old one moved by the time lost, never earlier."""

    key: str
    due: int | None


class AlarmSet(NamedTuple):
    """At `at` the element `element` has something to do for a period. A key set again moves; at None ends it."""

    key: str
    element: str
    at: int | None
    period: str | None = None


class AlarmRang(NamedTuple):
    """An alarm's instant was reached."""

    key: str


class Signed(NamedTuple):
    """A signature slot was filled 签字: by a person, or by a party (`party` names which), perhaps as 记录人."""

    slot: str
    person: str | None
    party: str | None
    act: str
    on_behalf: str | None = None


class Told(NamedTuple):
    """A notice is owed to nobody but sent: `tell` names the element, `to` the persons, concerned ones left out."""

    tell: str
    to: tuple[str, ...]


class Linked(NamedTuple):
    """This case is linked to another one under a declared link name."""

    link: str
    case: str


class RecordStarted(NamedTuple):
    """A record 归档件 came into being; legs are (custodian post, until instant) in order of custody."""

    record: str
    key: str
    start: int
    legs: tuple[tuple[str, int], ...]


class MeasureCrossed(NamedTuple):
    """A measure 统计量 passed a cut point through this decision."""

    measure: str
    key: str
    before: Any
    after: Any
    cut: Any


class CaseClosed(NamedTuple):
    """The closing condition holds 结案; `how` is the name of the condition that hit."""

    how: str


class CaseReopened(NamedTuple):
    """A closed case goes on in a new round."""

    why: str


Event: TypeAlias = (
    CaseOpened
    | ActDone
    | ActDiverted
    | StepSkipped
    | FactSet
    | Concerned
    | HolderMoved
    | HolderNamed
    | RowAdded
    | RowSet
    | ObligationOpened
    | ObligationMoved
    | ObligationRebound
    | ObligationMet
    | ObligationMissed
    | ObligationEnded
    | ObligationWarned
    | ObligationSuspended
    | ObligationResumed
    | AlarmSet
    | AlarmRang
    | Signed
    | Told
    | Linked
    | RecordStarted
    | MeasureCrossed
    | CaseClosed
    | CaseReopened
)

EVENT_CODES: dict[str, type] = {
    "case_opened": CaseOpened,
    "act_done": ActDone,
    "act_diverted": ActDiverted,
    "step_skipped": StepSkipped,
    "fact_set": FactSet,
    "concerned": Concerned,
    "holder_moved": HolderMoved,
    "holder_named": HolderNamed,
    "row_added": RowAdded,
    "row_set": RowSet,
    "obligation_opened": ObligationOpened,
    "obligation_moved": ObligationMoved,
    "obligation_rebound": ObligationRebound,
    "obligation_met": ObligationMet,
    "obligation_missed": ObligationMissed,
    "obligation_ended": ObligationEnded,
    "obligation_warned": ObligationWarned,
    "obligation_suspended": ObligationSuspended,
    "obligation_resumed": ObligationResumed,
    "alarm_set": AlarmSet,
    "alarm_rang": AlarmRang,
    "signed": Signed,
    "told": Told,
    "linked": Linked,
    "record_started": RecordStarted,
    "measure_crossed": MeasureCrossed,
    "case_closed": CaseClosed,
    "case_reopened": CaseReopened,
}
CODE_OF = {kind: code for code, kind in EVENT_CODES.items()}


class Entry(NamedTuple):
    """One line of a case's history: what happened, when it counts (`at`), when it was written down (`recorded_at`)."""

    at: int
    recorded_at: int
    event: Event

"""What the endpoints answer and take: the shapes of the OpenAPI description."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from huiyin.api.kinds import LongText, Moment, Page, Seq, Word


class Me(Schema):
    """Whose token this is and what it may do. `person` is the key by which acts and cases name the person."""

    account: str
    person: str | None
    name: str
    administrator: bool
    scopes: list[str]
    token_expires_at: datetime | None


class CaseRow(Schema):
    """A case as lists show it. `due`: nothing is owed sooner; `held_by_vacancy`: nobody holds it."""

    id: str
    number: str
    pack: str
    version: str
    type: str
    object: str
    title: str
    opened_at: datetime
    closed_at: datetime | None
    closed_how: str
    due: datetime | None
    held_by_vacancy: bool
    seq: int


class CasePage(Page):
    """A page of cases, the newest first."""

    items: list[CaseRow]


class FactOut(Schema):
    """A fact: name, label, type, value as JSON, and as people read it."""

    fact: str
    label: str
    type: str
    value: Any = None
    shown: str


class HolderOut(Schema):
    """Who holds the case in a capacity since when; `person` null is the vacancy."""

    capacity: str
    label: str
    person: str | None
    name: str
    since: datetime


class ObligationOut(Schema):
    """Something owed, or once owed. `state`: open, late, suspended, met, met_late, ended."""

    key: str
    owe: str
    name: str
    clause: str
    bearers: list[str]
    strength: str
    state: str
    due: datetime | None
    opened_at: datetime
    missed_at: datetime | None
    done_at: datetime | None
    provisional: bool
    row: str | None


class RefusalOut(Schema):
    """Why an act is not open to this person now, and the way out."""

    code: str
    text: str
    clause: str
    way_out: str
    people: list[str]


class OptionOut(Schema):
    """An act of the case's type: open to the token's person now if `refusal` is null. `owed`: he himself owes it."""

    act: str
    name: str
    clause: str
    row: str | None
    owed: bool
    refusal: RefusalOut | None


class RowOut(Schema):
    """A row of the case: a part, a visit, a hand-over."""

    kind: str
    key: str
    fields: list[FactOut]


class LinkOut(Schema):
    """A linked case; those that are not for this person's eyes are left out."""

    link: str
    case: str


class CaseDetail(CaseRow):
    """A case whole. `options` are what the token's person may do now, and what not and why."""

    facts: list[FactOut]
    holders: list[HolderOut]
    obligations: list[ObligationOut]
    rows: list[RowOut]
    links: list[LinkOut]
    options: list[OptionOut]


class EventOut(Schema):
    """One event: its number, both moments, its sentence with the clause, and what it holds."""

    seq: int
    at: datetime
    recorded_at: datetime
    code: str
    text: str
    clause: str
    topic: str
    data: dict[str, Any]


class EventPage(Page):
    """A page of a history, the oldest first; `next` is the number to go on after."""

    items: list[EventOut]


class LineOut(Schema):
    """A sentence with its clause."""

    text: str
    clause: str


class DayOut(Schema):
    """A day between start and due: whether it counts, whether it is worked, and why."""

    day: str
    counted: bool | None
    working: bool
    reason: str


class WhyOut(Schema):
    """Why an obligation is due when it is."""

    obligation: str
    name: str
    clause: str
    rule: str
    started_by: str | None
    start: datetime
    due: datetime | None
    provisional: bool
    counting: str | None
    days: list[DayOut]
    versions: list[LineOut]


class SheetLine(Schema):
    """One field of a form."""

    label: str
    shown: str


class SheetOut(Schema):
    """An official form filled in from the case."""

    form: str
    name: str
    number: str
    revision: str
    row: str | None
    lines: list[SheetLine]


class ActIn(Schema):
    """
    An act. `inputs` by fact name; `at` when it happened, if before now, with the `reason` for dating back;
    `row` the row it works on; `also` further cases it is done on; `seq` the state you saw: 409 if the case moved on.
    """

    inputs: dict[Word, Any] = Field(default_factory=dict, max_length=200)
    row: Word | None = None
    at: Moment | None = None
    reason: LongText | None = None
    also: list[Word] = Field(default_factory=list, max_length=100)
    seq: Seq | None = None


class OpenIn(Schema):
    """An act that opens a case. `object` is what a standing case stands for."""

    inputs: dict[Word, Any] = Field(default_factory=dict, max_length=200)
    at: Moment | None = None
    reason: LongText | None = None
    object: Word | None = None


class ActOut(Schema):
    """What an act did, or with `preview` would do. `cases` are all it touched; of a preview nothing is kept."""

    preview: bool
    case: str
    number: str
    seq: int
    cases: list[str]
    consequences: list[LineOut]


class PackRow(Schema):
    """A regulation that can be worked by. `adopted` is the version in force here."""

    pack: str
    version: str
    title: str
    adopted: bool


class PackPage(Page):
    """Regulations."""

    items: list[PackRow]


class InputOut(Schema):
    """A fact an act asks for."""

    fact: str
    label: str
    required: bool
    value_schema: dict[str, Any]


class ActRuleOut(Schema):
    """An act as the regulation states it."""

    act: str
    name: str
    clause: str
    types: list[str]
    opens: str | None
    by: str
    row: str | None
    after: list[str]
    inputs: list[InputOut]
    guide: str


class OweOut(Schema):
    """An obligation as the regulation states it."""

    owe: str
    name: str
    clause: str
    who: str
    strength: str
    due: str


class CaseTypeOut(Schema):
    """A kind of case."""

    type: str
    name: str
    stands_for: str | None


class PostOut(Schema):
    """A post of the regulation."""

    post: str
    name: str
    rank: int
    per_unit: bool


class PackDetail(PackRow):
    """A regulation whole, as far as programs need it."""

    types: list[CaseTypeOut]
    posts: list[PostOut]
    acts: list[ActRuleOut]
    obligations: list[OweOut]


class SchemaOut(Schema):
    """The JSON Schema of the `inputs` of an act."""

    type: str
    title: str
    properties: dict[str, Any]
    required: list[str]
    additionalProperties: bool  # noqa: N815 - the word of JSON Schema


class AppointmentOut(Schema):
    """A post somebody holds now."""

    post: str
    unit: str | None
    pack: str


class PersonOut(Schema):
    """A person of the organisation."""

    key: str
    name: str
    name_en: str
    posts: list[AppointmentOut]


class PersonPage(Page):
    """People in directory order."""

    items: list[PersonOut]


class UnitOut(Schema):
    """A unit; `parent` is the code of the unit above."""

    code: str
    name: str
    name_en: str
    kind: str
    parent: str | None


class UnitPage(Page):
    """Units in the order of the tree."""

    items: list[UnitOut]


class WorkOut(Schema):
    """Something the token's person owes now."""

    case: str
    number: str
    title: str
    obligation: str
    due: datetime | None


class WorkPage(Page):
    """What is owed, the nearest first."""

    items: list[WorkOut]


class FileOut(Schema):
    """A file on a case."""

    id: UUID
    name: str
    kind: str
    size: int
    sha256: str
    added_by: str
    added_at: datetime


class FilePage(Page):
    """The files of a case in the order they came."""

    items: list[FileOut]


class CheckOut(Schema):
    """A check of the system."""

    check: str
    level: str
    text: str


class HealthOut(Schema):
    """How the system is."""

    level: str
    checks: list[CheckOut]

"""A procedure pack 制度包 once it is read and checked: the elements of a regulation, compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from huiyin_engine.language.compiling import FactType, Sentence
from huiyin_engine.texts import Text


class Source(NamedTuple):
    """Where an element stands: clause, rule ids it carries, text | reading | ours, file and line."""

    clause: str
    rules: tuple[str, ...]
    origin: str
    file: str
    line: int


class Post(NamedTuple):
    """A post 岗位 of the regulation; `answers_to` the post above, `per_unit` whether it is held for a unit."""

    id: str
    name: Text
    rank: int
    answers_to: str | None
    per_unit: bool


class CaseType(NamedTuple):
    """A kind of case 事项类型; a standing one stands for an object (customer, estate, organisation)."""

    id: str
    name: Text
    number: str
    stands_for: str | None
    subject: str | None


class Row(NamedTuple):
    """One row of a derivation table: condition, value, steps up the ladder."""

    condition: Sentence | None
    value: Sentence
    raised: Sentence | None


class Table(NamedTuple):
    """A derivation: policy is `first` or `highest`."""

    policy: str
    rows: tuple[Row, ...]


class Fact(NamedTuple):
    """A fact 事实. Derived if it has a table."""

    id: str
    name: Text
    type: FactType
    labels: Mapping[str, Text]
    source: Source
    start: Any = None
    ends: str | None = None
    table: Table | None = None
    keep: bool = False
    future: bool = False
    required_when: Sentence | None = None


class HolderRule(NamedTuple):
    """Who holds a capacity 经办身份, as a table of selectors."""

    id: str
    name: Text
    source: Source
    of: tuple[str, ...]
    table: Table
    post: str | None


class Need(NamedTuple):
    """A guard of an act with its refusal."""

    condition: Sentence
    text: Text


class Take(NamedTuple):
    """A fact an act asks for."""

    fact: str
    optional: bool


class Diversion(NamedTuple):
    """What the rule computes instead of what was asked (CR-29)."""

    condition: Sentence
    sets: Mapping[str, Sentence]
    text: Text


class ActRule(NamedTuple):
    """An act 行为: who may, when, with what, and what it does."""

    id: str
    name: Text
    source: Source
    of: tuple[str, ...]
    by: tuple[Sentence, ...]
    opens: str | None
    takes: tuple[Take, ...]
    needs: tuple[Need, ...]
    after: tuple[str, ...]
    skip: Sentence | None
    once: bool
    signs: Mapping[str, Sentence]
    sets: Mapping[str, Sentence]
    instead: tuple[Diversion, ...]
    adds: tuple[tuple[str, str | None, Mapping[str, Sentence]], ...]
    on: str | None
    party: bool
    after_closing: bool
    reopens: bool
    names: str | None
    does: str | None
    also_on: bool
    guide: Text | None
    gathers: tuple[str, ...] = ()


class Trigger(NamedTuple):
    """What sets an element going. kind: act, opened, closed, missed, met, becomes, changes, row."""

    kind: str
    name: str
    number: int | None = None
    condition: Sentence | None = None


class OweRule(NamedTuple):
    """An obligation 时限义务 as the regulation states it."""

    id: str
    name: Text
    source: Source
    of: tuple[str, ...]
    who: tuple[Sentence, ...]
    triggers: tuple[Trigger, ...]
    every: str | None
    opens: Sentence | None
    condition: Sentence | None
    lasting: Sentence | None
    does: tuple[str, ...]
    all_of: bool
    where: Sentence | None
    met_when: Sentence | None
    at_due: bool
    strength: str
    due: Sentence | None
    again: str
    moves: str
    warn: tuple[int, str] | None
    gates: tuple[str, ...]
    row: str | None
    outlives: bool
    tells: tuple[Sentence, ...]
    step: bool = False


class TellRule(NamedTuple):
    """A notice 告知."""

    id: str
    name: Text
    source: Source
    of: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    condition: Sentence | None
    to: tuple[Sentence, ...]
    text: Text


class OpenRule(NamedTuple):
    """A linked case that arises 另立关联案件."""

    id: str
    source: Source
    of: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    every: str | None
    at: Sentence | None
    condition: Sentence | None
    case: str
    link: str
    back: str | None
    carries: Mapping[str, Sentence]
    brings: Mapping[str, str]


class AddRule(NamedTuple):
    """A row that arises."""

    id: str
    source: Source
    of: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    condition: Sentence | None
    row: str
    values: Mapping[str, Sentence]


class Leg(NamedTuple):
    """One term of custody: amount and unit of time, by which post."""

    amount: int
    unit: str
    post: str


class RecordRule(NamedTuple):
    """A record 归档件 under a retention rule."""

    id: str
    name: Text
    source: Source
    of: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    start: Sentence | None
    legs: tuple[Leg, ...]
    form: str | None


class Column(NamedTuple):
    """A field of a form or report: label, and a sentence or one of the views (signature, signed on, rows …)."""

    label: Text
    view: str
    arg: str
    sentence: Sentence | None


class FormRule(NamedTuple):
    """An official sheet 表单: a view, never a second place where data lives."""

    id: str
    name: Text
    source: Source
    of: tuple[str, ...]
    number: str
    revision: str
    fields: tuple[Column, ...]
    each: str | None


class ReportRule(NamedTuple):
    """A list or report 报表 over many cases."""

    id: str
    name: Text
    source: Source
    number: str
    revision: str
    over: str
    where: Sentence | None
    dated_by: Sentence
    columns: tuple[Column, ...]
    group_by: str | None
    propose: Sentence | None
    to: tuple[Sentence, ...]
    to_each: Sentence | None
    to_read: tuple[Sentence, ...]


class LetterRule(NamedTuple):
    """A letter 函 with what it must say."""

    id: str
    name: Text
    source: Source
    to: str
    sent_by: str | None
    blocks: tuple[Column, ...]


class MeasureRule(NamedTuple):
    """A quantity over many cases 统计量; `kind` is count, distinct or sum (of `fact`)."""

    id: str
    name: Text
    source: Source
    counts: str
    kind: str
    fact: str | None
    where: Sentence | None
    by: str | None
    within: str | None
    dated_by: Sentence | None
    cuts: tuple[str, ...]


class CloseRule(NamedTuple):
    """A condition under which the case closes 结案."""

    id: str
    source: Source
    of: tuple[str, ...]
    when: Sentence


class Parameter(NamedTuple):
    """A value the organisation gives (CR-27); a default is offered, marked as ours."""

    id: str
    name: Text
    source: Source
    type: FactType
    default: Any


class Saying(NamedTuple):
    """Guidance 话术 shown at acts."""

    id: str
    source: Source
    text: Text
    acts: tuple[str, ...]


class Clause(NamedTuple):
    """A clause 条款 with the rules of the digest in our own words and the elements that stand in it."""

    number: str
    says: Text | None
    origin: str
    rules: Mapping[str, Text]
    outside: Mapping[str, Text]
    silent: Mapping[str, Text]
    elements: tuple[tuple[str, str], ...]
    carried_by: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A regulation, ready to run. Elements by id; `nodes` what to look at when a cell of a case changes."""

    id: str
    version: str
    title: Text
    applies_from: str
    posts: Mapping[str, Post]
    aliases: Mapping[str, str]
    parties: Mapping[str, Text]
    cases: Mapping[str, CaseType]
    clauses: tuple[Clause, ...]
    facts: Mapping[str, Fact]
    rows: Mapping[str, Mapping[str, Fact]]
    row_names: Mapping[str, Text]
    parameters: Mapping[str, Parameter]
    holders: Mapping[str, HolderRule]
    acts: Mapping[str, ActRule]
    owes: Mapping[str, OweRule]
    tells: Mapping[str, TellRule]
    opens: Mapping[str, OpenRule]
    adds: Mapping[str, AddRule]
    records: Mapping[str, RecordRule]
    forms: Mapping[str, FormRule]
    reports: Mapping[str, ReportRule]
    letters: Mapping[str, LetterRule]
    measures: Mapping[str, MeasureRule]
    closes: Mapping[str, CloseRule]
    sayings: Mapping[str, Saying]
    concerned: tuple[Sentence, ...]
    substitutes: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, Nodes] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def source_of(self, kind: str, name: str) -> Source | None:
        """Where an element stands, or None for one the engine itself brings."""
        table = getattr(
            self,
            {
                "fact": "facts",
                "holder": "holders",
                "act": "acts",
                "owe": "owes",
                "tell": "tells",
                "record": "records",
                "open": "opens",
                "closes": "closes",
            }[kind],
        )
        element = table.get(name)
        return element.source if element else None

    def initial_type(self) -> str:
        """The main case type."""
        return next(iter(self.cases))


class Node(NamedTuple):
    """One thing to look at again: `run(step)` when one of `cells` changed."""

    kind: str
    id: str
    cells: frozenset[str]
    run: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of one case type in the order they are looked at, and for each cell the bit mask of its readers
    (those of facts and obligations by their bare name, too)."""

    run: tuple[Callable[[Any], None], ...]
    labels: tuple[tuple[str, str], ...]
    readers: Mapping[str, int]
    facts: Mapping[str, int]
    owes: Mapping[str, int]
    everything: int

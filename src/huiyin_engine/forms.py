"""Official sheets, letters and reports 表单、函、报表 as views: evaluated from cases when asked, never stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from huiyin_engine import instants
from huiyin_engine.language import sentences as s
from huiyin_engine.language.compiling import FactType, Sentence
from huiyin_engine.language.pack import Column, Fact, FormRule, LetterRule, Pack, ReportRule, Source
from huiyin_engine.language.runtime import Env
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import CaseState
from huiyin_engine.people import everybody
from huiyin_engine.prose import joined
from huiyin_engine.showing import actor_name, format_value, person_name
from huiyin_engine.texts import Text
from huiyin_engine.wording import name_of

EMPTY = Text("", "")
Number = Callable[[CaseState], str]
"""Gives the printed number of a case; the engine itself only knows its id."""


class Line(NamedTuple):
    """One field of a sheet: its printed label, the value as the engine holds it, and as people read it."""

    label: Text
    value: Any
    shown: Text


class Sheet(NamedTuple):
    """A form or letter filled in: `row` is the row of the case it is for, where there is one for each."""

    id: str
    name: Text
    number: str
    revision: str
    row: str | None
    lines: tuple[Line, ...]


class ReportRow(NamedTuple):
    """One listed case."""

    case: str
    lines: tuple[Line, ...]


class Report(NamedTuple):
    """A report for a period. `first` and `last` are days, both included.

    `groups` has the listed case ids by the value of the fact it groups by, `proposed` the groups that are proposed;
    `concerned` the persons concerned by each listed case, whose copies leave its row out (CR-2).
    """

    id: str
    name: Text
    number: str
    revision: str
    head: Text
    labels: tuple[Text, ...]
    rows: tuple[ReportRow, ...]
    groups: Mapping[str, tuple[str, ...]]
    group_names: Mapping[str, Text]
    proposed: tuple[str, ...]
    to: tuple[str, ...]
    to_read: tuple[str, ...]
    concerned: Mapping[str, frozenset[str]]

    def copy_for(self, person: str) -> tuple[tuple[ReportRow, ...], int]:
        """The rows this reader may see, and how many were left out of his copy (CR-2)."""
        rows = tuple(r for r in self.rows if person not in self.concerned[r.case])
        return rows, len(self.rows) - len(rows)


def sheets(world: World, case_id: str, form: FormRule, at: int, number: Number | None = None) -> tuple[Sheet, ...]:
    """The sheets of a form for a case: one, or one for each row. Raises KeyError if the case was not handed in."""
    case = world.cases[case_id]
    view = _View(world, world.pack_of(case), at, number)
    rows: Iterable[str | None] = (None,) if form.each is None else case.rows.get(form.each, {})
    return tuple(
        Sheet(form.id, form.name, form.number, form.revision, key, view.lines(form.fields, case, form.each, key))
        for key in rows
    )


def letter_sheet(world: World, case_id: str, letter: LetterRule, at: int, number: Number | None = None) -> Sheet:
    """What a letter says, block by block. Raises KeyError if the case was not handed in."""
    case = world.cases[case_id]
    view = _View(world, world.pack_of(case), at, number)
    return Sheet(letter.id, letter.name, "", "", None, view.lines(letter.blocks, case, None, None))


def report(
    world: World,
    pack: Pack,
    rule: ReportRule,
    cases: Iterable[CaseState],
    period: tuple[int, int],
    at: int,
    number: Number | None = None,
) -> Report:
    """A report over the cases given, for the days from the first to the last of `period` (both included).

    A case is listed if it is of the type the rule is over, its condition holds, and the instant that dates it lies in
    the period; rows stand in order of that instant, then of their case id.
    """
    view = _View(world, pack, at, number)
    first, last = instants.at(period[0], "00:00"), instants.at(period[1] + 1, "00:00") - 1
    view.env.period_start, view.env.period_end = first, last
    listed: list[tuple[int, str, CaseState]] = []
    for case in cases:
        if case.type != rule.over or case.pack != pack.id:
            continue
        if rule.where is not None and rule.where.run(case, view.env, None) is not True:
            continue
        dated = rule.dated_by.run(case, view.env, None)
        if dated is not None and first <= dated <= last:
            listed.append((dated, case.id, case))
    listed.sort(key=lambda item: item[:2])
    groups: dict[str, list[str]] = {}
    receivers: dict[str, None] = dict.fromkeys(view.people(rule.to))
    for _, case_id, case in listed:
        if rule.group_by is not None:
            value = case.facts.get(rule.group_by)
            for item in value if isinstance(value, tuple) else (value,):
                groups.setdefault("" if item is None else str(item), []).append(case_id)
        if rule.to_each is not None:
            receivers.update(dict.fromkeys(everybody(view.env, case, (rule.to_each,))))
    grouping = pack.facts.get(rule.group_by or "")
    if grouping is not None:
        order = {value: i for i, value in enumerate(grouping.type.values)}
        groups = dict(sorted(groups.items(), key=lambda item: order.get(item[0], len(order))))
    return Report(
        rule.id,
        rule.name,
        rule.number,
        rule.revision,
        period_head(*period),
        tuple(column.label for column in rule.columns),
        tuple(ReportRow(case_id, view.lines(rule.columns, case, None, None)) for _, case_id, case in listed),
        {name: tuple(ids) for name, ids in groups.items()},
        {name: (grouping.labels.get(name) if grouping else None) or Text(name, name) for name in groups},
        tuple(name for name, ids in groups.items() if view.proposes(rule, len(ids))),
        tuple(receivers),
        view.people(rule.to_read),
        {case_id: case.concerned for _, case_id, case in listed},
    )


def period_head(first: int, last: int) -> Text:
    """The head of a list: 2025年3月1日至2025年3月31日."""
    days = [instants.parts(day) for day in (first, last)]
    chinese = "至".join(f"{d.year}年{d.month}月{d.day}日" for d in days)
    english = " to ".join(instants.show_day(day).en.partition(" ")[2] for day in (first, last))
    return Text(chinese, english)


class _View:
    """Evaluates columns for one world, pack and instant."""

    def __init__(self, world: World, pack: Pack, at: int, number: Number | None) -> None:
        self.world = world
        self.pack = pack
        self.env = Env(world, pack, at)
        self.number = number or (lambda case: case.id)

    def people(self, sentences: Iterable[Sentence]) -> tuple[str, ...]:
        """Whom selectors mean apart from any case."""
        return everybody(self.env, _no_case(self.pack), sentences)

    def proposes(self, rule: ReportRule, size: int) -> bool:
        """Is a group of that size proposed?"""
        self.env.each = size
        return rule.propose is not None and rule.propose.run(_no_case(self.pack), self.env, None) is True

    def lines(self, columns: Iterable[Column], case: CaseState, kind: str | None, key: str | None) -> tuple[Line, ...]:
        row = {**case.rows[kind][key], "key": key} if kind is not None and key is not None else None
        return tuple(self.line(column, case, kind, row) for column in columns)

    def line(self, column: Column, case: CaseState, kind: str | None, row: Mapping[str, Any] | None) -> Line:
        """One field: a value, a signature, when it was given, a column of rows, or the number of the case."""
        match column.view:
            case "number":
                value: Any = self.number(case)
                return Line(column.label, value, Text(value, value))
            case "signature":
                signed = [x for x in case.signatures if x.slot == column.arg]
                if not signed:
                    return Line(column.label, None, EMPTY)
                last = signed[-1]
                return Line(
                    column.label, last.person or last.party, self._signer(last.person, last.party, last.on_behalf)
                )
            case "signed_on":
                signed = [x for x in case.signatures if x.slot == column.arg]
                at = signed[-1].at if signed else None
                return Line(column.label, at, EMPTY if at is None else instants.show_day(instants.day_of(at)))
            case "each":
                return self._each(column, case)
            case _:
                assert column.sentence is not None  # noqa: S101 -- every other view has one
                value = column.sentence.run(case, self.env, row)
                return Line(column.label, value, self._shown_sentence(column.sentence, value, kind))

    def _each(self, column: Column, case: CaseState) -> Line:
        """A field of every row, in order: of several fields named, the first that is known."""
        kind, *fields = column.arg.split()
        values: list[Any] = []
        texts: list[Text] = []
        for row in case.rows.get(kind, {}).values():
            field = next((f for f in fields if row.get(f) is not None), None)
            if field is None:
                values.append(None)
                texts.append(EMPTY)
            else:
                values.append(row[field])
                texts.append(self.shown(row[field], self.pack.rows[kind][field]))
        return Line(column.label, tuple(values), joined(t for t in texts if t.zh))

    def _signer(self, person: str | None, party: str | None, on_behalf: str | None) -> Text:
        directory = self.world.directory
        if person is None:
            return actor_name(self.pack, directory, f"party:{party}")
        name = person_name(directory, person)
        if on_behalf is None:
            return name
        principal = person_name(directory, on_behalf)
        return Text(f"{name.zh}（代{principal.zh}）", f"{name.en} (for {principal.en})")

    def _shown_sentence(self, sentence: Sentence, value: Any, kind: str | None) -> Text:
        """The value of a sentence; one that is just a fact or row field is shown with its labels."""
        node = sentence.node
        if isinstance(node, s.Name):
            fact = self.pack.rows.get(kind or "", {}).get(node.id) or self.pack.facts.get(node.id)
            if fact is not None:
                return self.shown(value, fact)
        if sentence.type == "selector" and value is not None:
            return self._selector(value)
        return self.shown(value, _of_type(sentence.type))

    def shown(self, value: Any, fact: Fact) -> Text:
        """A value of a fact: choices by their label, persons by name, instants as people write them."""
        return format_value(self.pack, self.world.directory, fact, value)

    def _selector(self, value: Any) -> Text:
        """A selector by the person, party or post it means."""
        if value[0] in ("person", "party"):
            actor = value[1] if value[0] == "person" else f"party:{value[1]}"
            return actor_name(self.pack, self.world.directory, actor)
        if value[0] == "post":
            post = name_of(self.pack, value[1])
            if not value[2]:
                return post
            unit = self.world.directory.unit_name(value[2])
            return Text(f"{unit.zh}{post.zh}", f"{post.en}, {unit.en}")
        return name_of(self.pack, value[0])


@cache
def _of_type(kind: str) -> Fact:
    """A nameless fact of a sentence's type, for showing its value."""
    inner = {"people": "person", "nothing": "instant"}.get(kind, kind.removeprefix("list of "))
    return Fact("", EMPTY, FactType(inner), {}, Source("", (), "ours", "", 0))


def _no_case(pack: Pack) -> CaseState:
    """A blank case, for sentences that are asked apart from any."""
    blank = CaseState("")
    blank.type, blank.pack, blank.version = pack.initial_type(), pack.id, pack.version
    return blank

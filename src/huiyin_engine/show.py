"""The annotated regulation: clause by clause, what it says in our words and what the system does for it.

Needs nothing but the pack; `huiyin show` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from huiyin_engine.language.compiling import Sentence
from huiyin_engine.language.pack import ActRule, Clause, OweRule, Pack, Table
from huiyin_engine.prose import in_words, joined
from huiyin_engine.texts import Text
from huiyin_engine.wording import describe, name_of

TABLES = {
    "fact": "facts",
    "holder": "holders",
    "act": "acts",
    "owe": "owes",
    "tell": "tells",
    "open": "opens",
    "add": "adds",
    "record": "records",
    "form": "forms",
    "report": "reports",
    "letter": "letters",
    "measure": "measures",
    "closes": "closes",
    "parameter": "parameters",
    "say": "sayings",
}
KIND_NAMES = {
    "fact": Text("事实", "fact"),
    "rows": Text("明细", "rows"),
    "table": Text("取值表", "table"),
    "parameter": Text("参数", "parameter"),
    "holder": Text("经办身份", "capacity"),
    "act": Text("行为", "act"),
    "owe": Text("时限义务", "obligation"),
    "tell": Text("告知", "notice"),
    "open": Text("关联案件", "linked case"),
    "add": Text("增列明细", "row that arises"),
    "record": Text("归档件", "record"),
    "form": Text("表单", "form"),
    "report": Text("报表", "report"),
    "letter": Text("函件", "letter"),
    "measure": Text("统计量", "measure"),
    "say": Text("提示", "guidance"),
    "closes": Text("结案", "closing"),
    "conflict": Text("回避", "conflict of interest"),
}
ORIGINS = {
    "text": Text("原文", "from the text"),
    "reading": Text("读法", "a reading of it"),
    "ours": Text("本系统所加", "ours"),
}
_OUTSIDE = Text("软件之外", "outside the software")
_SILENT = Text("原文未作规定", "nothing is stated")


class ShownElement(NamedTuple):
    """One thing the system does: its kind, name, a sentence (or none), where it comes from, and its place on file."""

    kind: str
    id: str
    name: Text
    sentence: Text
    origin: str
    rules: tuple[str, ...]
    file: str
    line: int


class ShownClause(NamedTuple):
    """A clause with its rules in our words, the elements that stand in it, and what it leaves to others."""

    number: str
    says: Text | None
    rules: tuple[tuple[str, Text], ...]
    elements: tuple[ShownElement, ...]
    outside: tuple[tuple[str, Text], ...]
    silent: tuple[tuple[str, Text], ...]


def annotated(pack: Pack) -> list[ShownClause]:
    """The clauses of a pack in the order of the regulation, those it builds on first."""
    return [
        ShownClause(
            clause.number,
            clause.says,
            tuple(clause.rules.items()),
            tuple(shown_element(pack, clause, kind, name) for kind, name in clause.elements),
            tuple(clause.outside.items()),
            tuple(clause.silent.items()),
        )
        for clause in pack.clauses
    ]


def shown_element(pack: Pack, clause: Clause, kind: str, name: str) -> ShownElement:
    """An element as a reader sees it."""
    element = getattr(pack, TABLES[kind]).get(name) if kind in TABLES else None
    source = getattr(element, "source", None)
    label = getattr(element, "name", None)
    if not isinstance(label, Text):
        label = name_of(pack, name)
    return ShownElement(
        kind,
        name,
        label,
        sentence_of(pack, element),
        source.origin if source else clause.origin,
        source.rules if source else tuple(clause.rules),
        source.file if source else clause.file,
        source.line if source else clause.line,
    )


def sentence_of(pack: Pack, element: Any) -> Text:
    """What an element says, as a sentence; empty for one whose name says it all."""
    if isinstance(element, ActRule):
        return _act(pack, element)
    if isinstance(element, OweRule):
        return _owe(pack, element)
    table = getattr(element, "table", None)
    if isinstance(table, Table):
        return _table(pack, table)
    when = getattr(element, "when", None)
    if isinstance(when, Sentence):
        return in_words(pack, when.node)
    text = getattr(element, "text", None)
    return text if isinstance(text, Text) else Text("", "")


def _act(pack: Pack, rule: ActRule) -> Text:
    by = joined((describe(pack, sentence.node) for sentence in rule.by), "、", " or ")
    parts = [Text("由{by}办理", "done by {by}").format(by=by)]
    takes = joined(pack.facts[take.fact].name for take in rule.takes if take.fact in pack.facts)
    if takes.zh:
        parts.append(Text("填写{takes}", "takes {takes}").format(takes=takes))
    if rule.after:
        after = joined(name_of(pack, act) for act in rule.after)
        parts.append(Text("在{after}之后", "after {after}").format(after=after))
    return joined(parts, "；", "; ")


def _owe(pack: Pack, rule: OweRule) -> Text:
    who = joined((describe(pack, sentence.node) for sentence in rule.who), "、", " or ")
    if rule.due is not None:
        due = in_words(pack, rule.due.node, rule.row)
    else:
        due = Text("立即", "at once") if rule.strength == "at_once" else Text("未定日期", "no date set")
    return Text("{who}承担，期限：{due}", "owed by {who}; due: {due}").format(who=who, due=due)


def _table(pack: Pack, table: Table) -> Text:
    rows = []
    for row in table.rows:
        value = in_words(pack, row.value.node)
        if row.condition is None:
            rows.append(value)
        else:
            condition = in_words(pack, row.condition.node)
            rows.append(
                Text("{condition}时为{value}", "{value} if {condition}").format(condition=condition, value=value)
            )
    return joined(rows, "；", "; ")


def lines(pack: Pack, language: str) -> Iterator[str]:
    """The annotated regulation as lines of text in one language."""
    chinese = language.startswith("zh")
    colon = "：" if chinese else ": "
    yield f"{pack.id}  {pack.title.in_language(language)}  ({pack.version}, {pack.applies_from})"
    for clause in annotated(pack):
        yield ""
        says = clause.says.in_language(language) if clause.says else ""
        yield f"{clause.number}  {says}".rstrip()
        for rule, text in clause.rules:
            yield f"    {rule}  {text.in_language(language)}"
        for element in clause.elements:
            kind = KIND_NAMES[element.kind].in_language(language)
            sentence = element.sentence.in_language(language)
            told = f"{colon}{sentence}" if sentence else ""
            origin = ORIGINS[element.origin].in_language(language)
            yield f"    → {kind} {element.name.in_language(language)}{told} [{origin}, {element.file}:{element.line}]"
        for heading, rules in ((_OUTSIDE, clause.outside), (_SILENT, clause.silent)):
            for rule, text in rules:
                yield f"    {rule}  {heading.in_language(language)}{colon}{text.in_language(language)}"

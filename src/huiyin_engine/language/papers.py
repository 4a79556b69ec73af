"""Builders for what is shown and printed: forms, reports, letters; and measures, which reports read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin_engine.language import pack as p
from huiyin_engine.language.compiling import Scope
from huiyin_engine.language.loading import RawElement
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.language.building import Builder

VIEWS = {"signature": 2, "signed_on": 2, "each": 3, "number": 1}
"""Views a field may show beside a sentence, with the words they need: a signature slot, its date, a field of each row
(the first that is known, if several are named), the number of the case."""


def _columns(b: Builder, element: RawElement, key: str, scope: Scope | None = None) -> tuple[p.Column, ...]:
    """Fields: a fact by name (its own label), or {label: sentence or view}."""
    tree = element.body.get(key)
    found = []
    for item in tree.items if isinstance(tree, Seq) else ():
        if isinstance(item, Map) and len(item.items) == 1:
            label_text, value = next(iter(item.items.items()))
            label = b.reader.text(Scalar(label_text, item.line), element.source.file, element.source.clause)
        else:
            label, value = None, item
        column = _column(b, element, label, value, scope or b.scope)
        if column:
            found.append(column)
    return tuple(found)


def _column(b: Builder, element: RawElement, label: Text | None, tree: Tree, scope: Scope) -> p.Column | None:
    if not isinstance(tree, Scalar):
        b.reader.shape(element.source.file, tree.line, "fact | 中文 / English: sentence", element.source.clause)
        return None
    words = tree.value.split()
    if label is not None and words[0] in VIEWS and len(words) >= VIEWS[words[0]]:
        if words[0] == "each":
            fields = b.scope.rows.get(words[1], {})
            for field in words[2:]:
                if field not in fields:
                    b.unknown(element, f"{words[1]} {field}", [*b.scope.rows, *fields])
                    return None
        return p.Column(label, words[0], " ".join(words[1:]), None)
    sentence = b.sentence(element, tree, None, scope)
    if sentence is None:
        return None
    if label is None:
        fact_tree = next((e for e in b.elements if e.kind == "fact" and e.id == tree.value), None)
        label = b.name(fact_tree) if fact_tree else _declared_by_an_act(b, tree.value)
    return p.Column(label, "value", tree.value, sentence)


def _declared_by_an_act(b: Builder, fact: str) -> Text:
    """The name of a fact that an act declares on the spot; its id if none does."""
    from huiyin_engine.language.elements import inline_fact_rules

    for element in b.elements:
        if element.kind == "act" and fact in (found := inline_fact_rules(b, element)):
            return found[fact].name
    return Text(fact, fact)


def _scalar(element: RawElement, key: str) -> str:
    tree = element.body.get(key)
    return tree.value if isinstance(tree, Scalar) else ""


def form(b: Builder, element: RawElement) -> p.FormRule:
    """An official sheet."""
    each = _scalar(element, "each") or None
    return p.FormRule(
        element.id,
        b.name(element),
        element.source,
        b.of(element),
        _scalar(element, "number"),
        _scalar(element, "revision"),
        _columns(b, element, "fields", b.scope.on_row(each)),
        each,
    )


def report(b: Builder, element: RawElement) -> p.ReportRule:
    """A list or report over many cases."""
    over = _scalar(element, "over")
    if over not in b.cases:
        b.unknown(element, over, b.cases)
    group = _scalar(element, "group by") or None
    if group is not None and group not in b.scope.facts:
        b.unknown(element, group, b.scope.facts)
    return p.ReportRule(
        element.id,
        b.name(element),
        element.source,
        _scalar(element, "number"),
        _scalar(element, "revision"),
        over,
        b.sentence(element, element.body.get("where"), "yes/no"),
        b.sentence(element, element.body.get("dated by"), "instant"),  # type: ignore[arg-type]
        _columns(b, element, "columns"),
        group,
        b.sentence(element, element.body.get("propose"), "yes/no", b.scope.with_extras(group=("x.each", "number"))),
        b.sentences(element, element.body.get("to"), "selector"),
        b.sentence(element, element.body.get("to each"), "selector"),
        b.sentences(element, element.body.get("to read"), "selector"),
    )


def letter(b: Builder, element: RawElement) -> p.LetterRule:
    """A letter with what it must say."""
    sent_by = _scalar(element, "sent by") or None
    if sent_by is not None and sent_by not in b.scope.acts:
        b.unknown(element, sent_by, b.scope.acts)
    return p.LetterRule(
        element.id,
        b.name(element),
        element.source,
        _scalar(element, "to"),
        sent_by,
        _columns(b, element, "blocks"),
    )


def measure(b: Builder, element: RawElement) -> p.MeasureRule:
    """A quantity over many cases."""
    count = _scalar(element, "count")
    if count not in b.cases:
        b.unknown(element, count, b.cases)
    kind = next((k for k in ("distinct", "sum") if _scalar(element, k)), "count")
    fact = _scalar(element, kind) if kind != "count" else None
    for name in (fact, _scalar(element, "by") or None):
        if name is not None and name not in b.scope.facts:
            b.unknown(element, name, b.scope.facts)
    return p.MeasureRule(
        element.id,
        b.name(element),
        element.source,
        count,
        kind,
        fact,
        b.sentence(element, element.body.get("where"), "yes/no"),
        _scalar(element, "by") or None,
        _scalar(element, "within") or None,
        b.sentence(element, element.body.get("dated by"), "instant"),
        b.words(element, "cuts"),
    )

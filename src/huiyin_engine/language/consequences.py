"""Builders for what arises beside obligations: notices, linked cases, rows, records, and the closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin_engine.language import pack as p
from huiyin_engine.language.elements import LIMIT, PERIOD, UNITS, period_of_element, sentences_of, word
from huiyin_engine.language.loading import RawElement
from huiyin_engine.language.triggers import read_triggers
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq

if TYPE_CHECKING:
    from huiyin_engine.language.building import Builder


def tell(b: Builder, element: RawElement) -> p.TellRule:
    body = element.body
    return p.TellRule(
        element.id,
        b.name(element),
        element.source,
        b.of(element),
        read_triggers(b, element, "on"),
        b.sentence(element, body.get("if"), "yes/no"),
        b.sentences(element, body.get("to"), "selector"),
        b.reader.text(body.get("text"), element.source.file, element.source.clause),
    )


def open(b: Builder, element: RawElement) -> p.OpenRule:
    body = element.body
    case = word(body, "case") or ""
    if case not in b.cases:
        b.unknown(element, case, b.cases)
    scope = b.scope.with_extras(**PERIOD)
    brings_tree = body.get("bring")
    brings = {}
    for fact, tree in brings_tree.items.items() if isinstance(brings_tree, Map) else ():
        holder = tree.value if isinstance(tree, Scalar) else ""
        if fact not in b.scope.facts or holder not in b.scope.holders:
            b.unknown(element, f"{fact}/{holder}", [*b.scope.holders])
        brings[fact] = holder
    return p.OpenRule(
        element.id,
        element.source,
        b.of(element),
        read_triggers(b, element, "on"),
        period_of_element(b, element),
        b.sentence(element, body.get("at"), "instant", scope),
        b.sentence(element, body.get("if"), "yes/no", scope),
        case,
        word(body, "link") or "",
        word(body, "back"),
        sentences_of(b, element, "with", scope),
        brings,
    )


def add(b: Builder, element: RawElement) -> p.AddRule:
    body = element.body
    row = word(body, "row") or ""
    if row not in b.scope.rows:
        b.unknown(element, row, b.scope.rows)
    return p.AddRule(
        element.id,
        element.source,
        b.of(element),
        read_triggers(b, element, "on"),
        b.sentence(element, body.get("if"), "yes/no"),
        row,
        sentences_of(b, element, "with", b.scope),
    )


def record(b: Builder, element: RawElement) -> p.RecordRule:
    body = element.body
    legs = []
    tree = body.get("keep")
    for item in tree.items if isinstance(tree, Seq) else ((tree,) if tree else ()):
        words = item.value.split() if isinstance(item, Scalar) else []
        if len(words) != 4 or not words[0].isdigit() or words[1] not in UNITS or words[2] != "by":
            b.reader.shape(element.source.file, item.line, "1 years by POST", element.source.clause)
            continue
        if words[3] not in b.posts:
            b.unknown(element, words[3], b.posts)
        legs.append(p.Leg(int(words[0]), UNITS[words[1]], words[3]))
    return p.RecordRule(
        element.id,
        b.name(element),
        element.source,
        b.of(element),
        read_triggers(b, element, "on"),
        b.sentence(element, body.get("from"), "instant", b.scope.with_extras(**LIMIT)),
        tuple(legs),
        word(body, "form"),
    )


def close(b: Builder, element: RawElement) -> p.CloseRule:
    when = b.sentence(element, element.body.get("when"), "yes/no")
    return p.CloseRule(element.id, element.source, b.of(element), when)  # type: ignore[arg-type]

"""The regulation as it is read: each clause in our words, with what the system does for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from huiyin.desk.words import in_words, listed
from huiyin_engine.language.compiling import Sentence
from huiyin_engine.language.pack import Clause, Leg, Pack, Table
from huiyin_engine.language.sentences import Node
from huiyin_engine.prose import in_words as in_sentence
from huiyin_engine.texts import Text
from huiyin_engine.wording import describe, name_of

KINDS: dict[str, str | Promise] = {
    "act": _("act"),
    "owe": _("obligation"),
    "holder": _("capacity"),
    "fact": _("fact"),
    "tell": _("notice"),
    "open": _("linked case"),
    "record": _("record"),
    "closes": _("closing"),
    "form": _("form"),
    "report": _("report"),
    "letter": _("letter"),
    "measure": _("measure"),
    "parameter": _("parameter"),
    "rows": _("rows"),
    "conflict": _("conflict of interest"),
    "add": _("row that arises"),
    "say": _("guidance"),
}
_TABLES = {
    "act": "acts", "owe": "owes", "holder": "holders", "fact": "facts", "tell": "tells", "record": "records",
    "form": "forms", "report": "reports", "letter": "letters", "measure": "measures", "parameter": "parameters",
    "open": "opens", "closes": "closes", "add": "adds", "say": "sayings",
}  # fmt: skip


class Does(NamedTuple):
    """One thing the system does for a clause. `origin`: text, reading or ours."""

    kind: str
    name: str
    says: str
    origin: str


class Chapter(NamedTuple):
    """A clause: its number, what it says, its numbered rules, what the system does, what lies outside it."""

    number: str
    anchor: str
    says: str
    rules: tuple[tuple[str, str], ...]
    does: tuple[Does, ...]
    outside: tuple[tuple[str, str], ...]
    silent: tuple[tuple[str, str], ...]


def chapters_of(pack: Pack, words: str = "") -> list[Chapter]:
    """The clauses in the regulation's order; with words, those that hold all of them."""
    own = {clause.file for clause in pack.clauses if not clause.file.startswith("library/")}
    # The text itself, then its forms and letters, then what it shares with others.
    text = max(own, key=lambda f: sum(1 for c in pack.clauses if c.file == f), default="")
    ordered = sorted(pack.clauses, key=lambda c: (c.file not in own, c.file != text))
    chapters = [_chapter(pack, clause, i) for i, clause in enumerate(ordered)]
    if not words:
        return chapters
    return [chapter for chapter in chapters if all(word in _text(chapter) for word in words.split())]


def _text(chapter: Chapter) -> str:
    parts = [chapter.number, chapter.says, *(f"{a} {b}" for a, b in chapter.rules)]
    parts += [f"{d.name} {d.says}" for d in chapter.does]
    return " ".join(parts).lower()


def _chapter(pack: Pack, clause: Clause, index: int) -> Chapter:
    return Chapter(
        clause.number,
        f"c{index}",
        in_words(clause.says) if clause.says else "",
        _worded(clause.rules),
        tuple(_does(pack, kind, name) for kind, name in clause.elements),
        _worded(clause.outside),
        _worded(clause.silent),
    )


def _worded(rules: object) -> tuple[tuple[str, str], ...]:
    assert isinstance(rules, dict)  # noqa: S101 - what a clause holds
    return tuple((rule, in_words(text)) for rule, text in rules.items())


def _does(pack: Pack, kind: str, name: str) -> Does:
    element = getattr(pack, _TABLES[kind], {}).get(name) if kind in _TABLES else None
    label = in_words(getattr(element, "name", None) or name_of(pack, name))
    origin = element.source.origin if element is not None else ""
    # An element without a name is called by its id, which is nothing to read.
    return Does(str(KINDS.get(kind, kind)), "" if label == name else label, _says(pack, kind, name), origin)


def _says(pack: Pack, kind: str, name: str) -> str:
    """What an element says, in a sentence; nothing where its name says it all."""
    match kind:
        case "act" if name in pack.acts:
            act = pack.acts[name]
            takes = listed(in_words(pack.facts[t.fact].name) for t in act.takes if t.fact in pack.facts)
            said = gettext("done by %(by)s") % {"by": _whom(pack, act.by)}
            return said + (gettext("; takes %(facts)s") % {"facts": takes} if takes else "")
        case "owe" if name in pack.owes:
            owe = pack.owes[name]
            due = gettext("no date set")
            if owe.due is not None:
                due = in_words(in_sentence(pack, owe.due.node, owe.row))
            elif owe.strength == "at_once":
                due = gettext("at once")
            return gettext("owed by %(who)s; due: %(due)s") % {"who": _whom(pack, owe.who), "due": due}
        case "fact" if name in pack.facts and (table := pack.facts[name].table) is not None:
            return _table(pack, table, in_sentence)
        case "holder" if name in pack.holders:
            return _table(pack, pack.holders[name].table, describe)
        case "tell" if name in pack.tells:
            return in_words(pack.tells[name].text)
        case "closes" if name in pack.closes:
            return in_words(in_sentence(pack, pack.closes[name].when.node))
        case "open" if name in pack.opens:
            return in_words(pack.cases[pack.opens[name].case].name)
        case "record" if name in pack.records:
            return listed(
                gettext("%(term)s with %(post)s") % {"term": _term(leg), "post": in_words(name_of(pack, leg.post))}
                for leg in pack.records[name].legs
            )
        case _:
            return ""


def _whom(pack: Pack, by: Iterable[Sentence]) -> str:
    return listed(in_words(describe(pack, sentence.node)) for sentence in by)


def _table(pack: Pack, table: Table, value_in_words: Callable[[Pack, Node], Text]) -> str:
    """The rows of a derivation, one after the other."""
    rows = []
    for row in table.rows:
        value = in_words(value_in_words(pack, row.value.node))
        if row.condition is not None:
            condition = in_words(in_sentence(pack, row.condition.node))
            value = gettext("%(value)s if %(condition)s") % {"value": value, "condition": condition}
        rows.append(value)
    return pgettext("between the rows of a table", "; ").join(rows)


def _term(leg: Leg) -> str:
    match leg.unit.rstrip("s"):
        case "year":
            return ngettext("%(n)d year", "%(n)d years", leg.amount) % {"n": leg.amount}
        case "month":
            return ngettext("%(n)d month", "%(n)d months", leg.amount) % {"n": leg.amount}
        case _:
            return ngettext("%(n)d day", "%(n)d days", leg.amount) % {"n": leg.amount}

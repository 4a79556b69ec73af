"""The regulation as it is read: each clause in our words, with what the system does for it."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.desk.words import in_words
from huiyin_engine.language.pack import Clause, Pack
from huiyin_engine.prose import in_words as in_sentence
from huiyin_engine.prose import joined
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


_TERMS = {"day": Text("日", "days"), "month": Text("个月", "months"), "year": Text("年", "years")}


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
    label = getattr(element, "name", None) or name_of(pack, name)
    origin = element.source.origin if element is not None else ""
    return Does(str(KINDS.get(kind, kind)), in_words(label), in_words(_says(pack, kind, name)), origin)


def _says(pack: Pack, kind: str, name: str) -> Text:
    """What an element says, in a sentence."""
    match kind:
        case "act" if name in pack.acts:
            by = joined((describe(pack, sentence.node) for sentence in pack.acts[name].by), "、", " or ")
            takes = joined(pack.facts[t.fact].name for t in pack.acts[name].takes if t.fact in pack.facts)
            text = Text("由{by}办理", "done by {by}").format(by=by)
            return text if not takes.zh else Text(f"{text.zh}；填写{takes.zh}", f"{text.en}; takes {takes.en}")
        case "owe" if name in pack.owes:
            owe = pack.owes[name]
            who = joined((describe(pack, sentence.node) for sentence in owe.who), "、", " or ")
            due = Text("未定期限", "no date set")
            if owe.due is not None:
                due = in_sentence(pack, owe.due.node, owe.row)
            elif owe.strength == "at_once":
                due = Text("立即", "at once")
            return Text("{who}承担，期限：{due}", "owed by {who}; due: {due}").format(who=who, due=due)
        case "fact" if name in pack.facts and (table := pack.facts[name].table) is not None:
            rows = [
                in_sentence(pack, row.value.node)
                if row.condition is None
                else Text("{c}时：{v}", "{v} if {c}").format(
                    c=in_sentence(pack, row.condition.node), v=in_sentence(pack, row.value.node)
                )
                for row in table.rows
            ]
            return joined(rows, "；", "; ")
        case "holder" if name in pack.holders:
            rows = [
                describe(pack, row.value.node)
                if row.condition is None
                else Text("{c}时为{v}", "{v} if {c}").format(
                    c=in_sentence(pack, row.condition.node), v=describe(pack, row.value.node)
                )
                for row in pack.holders[name].table.rows
            ]
            return joined(rows, "；", "; ")
        case "tell" if name in pack.tells:
            return pack.tells[name].text
        case "closes" if name in pack.closes:
            return in_sentence(pack, pack.closes[name].when.node)
        case "open" if name in pack.opens:
            return Text("另立{k}", "opens a {k}").format(k=pack.cases[pack.opens[name].case].name)
        case "record" if name in pack.records:
            return joined(
                Text("{post}保管{amount}{zh}", "{amount} {en} with {post}").format(
                    post=name_of(pack, leg.post), amount=leg.amount, zh=_TERMS[leg.unit].zh, en=_TERMS[leg.unit].en
                )
                for leg in pack.records[name].legs
            )
        case _:
            return Text("", "")

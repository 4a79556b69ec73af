"""The short sentences of a pack in words: conditions, limits and whom they name, as a reader would say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from huiyin_engine.language import sentences as s
from huiyin_engine.language.pack import Fact, Pack
from huiyin_engine.texts import Text
from huiyin_engine.time_limits import Span
from huiyin_engine.wording import name_of

_SPECIAL = {
    "start": Text("起算之时", "the start"),
    "now": Text("当时", "that moment"),
    "period_start": Text("期间之初", "the start of the period"),
    "period_end": Text("期间之末", "the end of the period"),
    "closed": Text("已结案", "the case is closed"),
    "opened": Text("立案", "the opening"),
    "actor": Text("办理人", "whoever does it"),
    "it": Text("其中各项", "each of them"),
    "day": Text("当日", "the day"),
    "working_day": Text("工作日", "the working day"),
    "week": Text("当周", "the week"),
    "month": Text("当月", "the month"),
    "quarter": Text("当季", "the quarter"),
    "year": Text("当年", "the year"),
}
_RELATIONS = {
    "leader": Text("{x}的直接领导", "the leader of {x}"),
    "unit": Text("{x}所在部门", "the unit of {x}"),
    "post": Text("{x}的岗位", "the post of {x}"),
}
_ACTS = {
    "done": Text("已“{act}”", "'{act}' is done"),
    "past": Text("“{act}”已办或略去", "'{act}' is done or falls away"),
    "times": Text("“{act}”的次数", "the number of times '{act}' was done"),
    "first": Text("首次“{act}”之时", "when '{act}' was first done"),
    "last": Text("最近一次“{act}”之时", "when '{act}' was last done"),
    "actor": Text("办理“{act}”的人", "whoever did '{act}'"),
}
_OWES = {
    "missed": Text("“{owe}”已超时", "'{owe}' was missed"),
    "open": Text("“{owe}”未到期且未办", "'{owe}' is still running"),
    "owed": Text("“{owe}”尚欠", "'{owe}' is still owed"),
    "met": Text("“{owe}”已办", "'{owe}' was met"),
    "due": Text("“{owe}”的期限", "the limit of '{owe}'"),
    "bearer": Text("“{owe}”的承办人", "whoever owes '{owe}'"),
}
_ROWS = {
    "any": Text("有一项“{rows}”", "one of '{rows}'"),
    "all": Text("每一项“{rows}”", "each of '{rows}'"),
    "none": Text("没有一项“{rows}”", "none of '{rows}'"),
    "count": Text("“{rows}”的项数", "the number of '{rows}'"),
    "sum": Text("各项“{rows}”之和", "the sum over '{rows}'"),
}
_FUNCTIONS = {
    "earliest": Text("{list}中最早者", "the earliest of {list}"),
    "latest": Text("{list}中最晚者", "the latest of {list}"),
    "first_known": Text("{list}（取先有者）", "{list}, the first that is known"),
    "min": Text("{list}中最小者", "the least of {list}"),
    "max": Text("{list}中最大者", "the greatest of {list}"),
    "round": Text("{a}四舍五入至{b}位小数", "{a} rounded to {b} decimals"),
    "next_opening": Text("{a}起的首个上班时间", "the next opening from {a} on"),
    "closing_of": Text("{a}当日下班时间", "the close of business on {a}"),
    "start_of": Text("{b}所在{a}之初", "the start of {a} of {b}"),
    "end_of": Text("{b}所在{a}之末", "the end of {a} of {b}"),
    "first_working_day": Text("{b}所在{a}的首个工作日", "the first working day of {a} of {b}"),
    "last_working_day": Text("{b}所在{a}的最后一个工作日", "the last working day of {a} of {b}"),
    "nth_working_day": Text("{c}所在{a}的第{b}个工作日", "working day {b} of {a} of {c}"),
    "day_of_month": Text("{b}所在月的{a}日", "day {a} of the month of {b}"),
}
_COMPARE = {
    "is": Text("{a}为{b}", "{a} is {b}"),
    "is not": Text("{a}不为{b}", "{a} is not {b}"),
    "in": Text("{a}属{b}", "{a} is one of {b}"),
    "not in": Text("{a}不属{b}", "{a} is none of {b}"),
    "<": Text("{a}少于{b}", "{a} is less than {b}"),
    "<=": Text("{a}不多于{b}", "{a} is at most {b}"),
    ">": Text("{a}多于{b}", "{a} is more than {b}"),
    ">=": Text("{a}不少于{b}", "{a} is at least {b}"),
}
_REST_DAY = {
    "keep": Text("", ""),
    "next": Text("，逢休息日顺延", ", moved on from a day of rest"),
    "previous": Text("，逢休息日提前", ", moved back from a day of rest"),
    "previous_in_month": Text("，逢休息日提前且不出当月", ", moved back from a day of rest within the month"),
}


def in_words(pack: Pack, node: s.Node, row: str | None = None) -> Text:
    """
    A sentence of the pack in words. `row` is the kind of row it speaks about, whose field names then count first.

    Complete for every shape the grammar has; a name nobody declared stands as it is.
    """
    return _Prose(pack, row).say(node)


def joined(texts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    """Texts one after the other."""
    known = list(texts)
    return Text(zh.join(t.zh for t in known), en.join(t.en for t in known))


class _Prose:
    """Says the nodes of one sentence."""

    def __init__(self, pack: Pack, row: str | None) -> None:
        self.pack = pack
        self.row = pack.rows.get(row or "", {})

    def say(self, node: s.Node) -> Text:
        return _SAY[type(node)](self, node)

    def fact(self, node: s.Node) -> Fact | None:
        if not isinstance(node, s.Name):
            return None
        return self.row.get(node.id) or self.pack.facts.get(node.id)

    def name(self, node: s.Name) -> Text:
        fact = self.fact(node)
        if fact is not None:
            return fact.name
        return _SPECIAL.get(node.id) or name_of(self.pack, node.id)

    def literal(self, node: s.Lit) -> Text:
        if isinstance(node.value, bool):
            return Text("是", "yes") if node.value else Text("否", "no")
        return Text(str(node.value), str(node.value))

    def among(self, node: s.Node, of: s.Node) -> Text:
        """The right side of a comparison: a choice by its label."""
        fact = self.fact(of)
        if isinstance(node, s.ListOf):
            return joined((self.among(item, of) for item in node.items), "、", " or ")
        if isinstance(node, s.Name) and fact is not None and node.id in fact.labels:
            return fact.labels[node.id]
        return self.say(node)

    def compare(self, node: s.Compare) -> Text:
        return _COMPARE[node.op].format(a=self.say(node.a), b=self.among(node.b, node.a))

    def negation(self, node: s.Not) -> Text:
        inner = node.x
        if isinstance(inner, s.ActAsk) and inner.ask in ("done", "past"):
            return Text("未“{act}”", "'{act}' is not done").format(act=name_of(self.pack, inner.act))
        return Text("并非{x}", "not {x}").format(x=self.inside(inner, "not"))

    def inside(self, node: s.Node, op: str) -> Text:
        said = self.say(node)
        if (isinstance(node, s.Both) and node.op != op) or isinstance(node, s.IfElse):
            return Text(f"（{said.zh}）", f"({said.en})")
        return said

    def both(self, node: s.Both) -> Text:
        a, b = self.inside(node.a, node.op), self.inside(node.b, node.op)
        return (Text("{a}且{b}", "{a} and {b}") if node.op == "and" else Text("{a}或{b}", "{a} or {b}")).format(
            a=a, b=b
        )

    def known(self, node: s.Known) -> Text:
        words = Text("已有{x}", "{x} is known") if node.known else Text("没有{x}", "{x} is not known")
        return words.format(x=self.say(node.x))

    def if_else(self, node: s.IfElse) -> Text:
        return Text("{c}时为{a}，否则为{b}", "{a} if {c}, else {b}").format(
            a=self.say(node.then), b=self.say(node.other), c=self.say(node.condition)
        )

    def arith(self, node: s.Arith) -> Text:
        a, b = self.say(node.a), self.say(node.b)
        return Text(f"{a.zh} {node.op} {b.zh}", f"{a.en} {node.op} {b.en}")

    def add_span(self, node: s.AddSpan) -> Text:
        base, amount = self.say(node.base), self.say(node.amount)
        unit = Span(2, node.unit).text  # type: ignore[arg-type]
        length = Text(unit.zh.removeprefix("2"), unit.en.removeprefix("2 "))
        if isinstance(node.amount, s.Lit):
            length = Span(node.amount.value, node.unit).text  # type: ignore[arg-type]
        else:
            length = Text(f"{amount.zh}{length.zh}", f"{amount.en} {length.en}")
        words = Text("{base}起{length}", "{length} from {base}")
        if node.sign < 0:
            words = Text("{base}前{length}", "{length} before {base}")
        said = words.format(base=base, length=length)
        if node.counts_start:
            said = Text(f"{said.zh}，当日计入", f"{said.en}, counting that day")
        if node.ends == "closing":
            said = Text(f"{said.zh}，下班时止", f"{said.en}, ending at close of business")
        elif node.ends == "same_time":
            said = Text(f"{said.zh}，同一时刻止", f"{said.en}, ending at the same time of day")
        elif node.ends is not None:
            said = Text(f"{said.zh}，{node.ends}止", f"{said.en}, ending {node.ends}")
        rest = _REST_DAY[node.rest_day]
        return Text(said.zh + rest.zh, said.en + rest.en)

    def at_time(self, node: s.AtTime) -> Text:
        base = self.say(node.base)
        return Text(f"{base.zh}当日{node.time}", f"{node.time} on the day of {base.en}")

    def call(self, node: s.Call) -> Text:
        args = [self.say(a) for a in node.args]
        named = dict(zip("abc", args, strict=False))
        return _FUNCTIONS[node.fn].format(list=joined(args), **named)

    def of(self, node: s.Of) -> Text:
        x = self.say(node.x)
        if node.relation in _RELATIONS:
            return _RELATIONS[node.relation].format(x=x)
        return Text("{x}的{outer}", "{outer} of {x}").format(x=x, outer=name_of(self.pack, node.relation))

    def act_ask(self, node: s.ActAsk) -> Text:
        said = _ACTS[node.ask].format(act=name_of(self.pack, node.act))
        if node.since is None:
            return said
        since = name_of(self.pack, node.since)
        return Text(f"自“{since.zh}”以来{said.zh}", f"{said.en} since '{since.en}'")

    def owe_ask(self, node: s.OweAsk) -> Text:
        owe = name_of(self.pack, node.owe)
        if node.number is not None:
            owe = Text(f"{owe.zh}（第{node.number}次）", f"{owe.en} (no. {node.number})")
        return _OWES[node.ask].format(owe=owe)

    def rows(self, node: s.Rows) -> Text:
        said = _ROWS[node.ask].format(rows=self.pack.row_names.get(node.rows) or name_of(self.pack, node.rows))
        prose = _Prose(self.pack, node.rows)
        if node.value is not None:
            value = prose.say(node.value)
            said = Text(f"{said.zh}（{value.zh}）", f"{said.en} ({value.en})")
        if node.where is None:
            return said
        where = prose.say(node.where)
        return Text(f"{said.zh}（{where.zh}）", f"{said.en} where {where.en}")

    def lookup(self, node: s.Lookup) -> Text:
        return Text("{key}在“{table}”中所对应的值", "what '{table}' says for {key}").format(
            key=self.say(node.key), table=name_of(self.pack, node.table)
        )

    def listing(self, node: s.ListOf) -> Text:
        return joined(self.say(item) for item in node.items)


_SAY: dict[type, Callable[[_Prose, Any], Text]] = {
    s.Lit: _Prose.literal,
    s.Name: _Prose.name,
    s.ListOf: _Prose.listing,
    s.Not: _Prose.negation,
    s.Both: _Prose.both,
    s.Compare: _Prose.compare,
    s.Known: _Prose.known,
    s.IfElse: _Prose.if_else,
    s.Arith: _Prose.arith,
    s.AddSpan: _Prose.add_span,
    s.AtTime: _Prose.at_time,
    s.Call: _Prose.call,
    s.Of: _Prose.of,
    s.ActAsk: _Prose.act_ask,
    s.OweAsk: _Prose.owe_ask,
    s.Rows: _Prose.rows,
    s.Lookup: _Prose.lookup,
}

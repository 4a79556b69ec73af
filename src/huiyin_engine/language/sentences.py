"""The grammar of the short sentences in a pack: conditions, limits, formulas and whom they name.

A sentence is closed and typed: no loops, no functions of one's own, no clock. `parse` gives a tree of NamedTuples;
`huiyin_engine.language.typing` checks and compiles it, `huiyin_engine.language.regions` reasons over it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from huiyin_engine.texts import Text


class SentenceError(ValueError):
    """A sentence that cannot be read or does not fit together; `text` says what and what to do, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Lit(NamedTuple):
    value: Any
    type: str


class Name(NamedTuple):
    id: str


class ListOf(NamedTuple):
    items: tuple[Node, ...]


class Not(NamedTuple):
    x: Node


class Both(NamedTuple):
    op: str
    a: Node
    b: Node


class Compare(NamedTuple):
    op: str
    a: Node
    b: Node


class Known(NamedTuple):
    x: Node
    known: bool


class IfElse(NamedTuple):
    condition: Node
    then: Node
    other: Node


class Arith(NamedTuple):
    op: str
    a: Node
    b: Node


class AddSpan(NamedTuple):
    base: Node
    amount: Node
    unit: str
    sign: int
    counts_start: bool
    ends: str | None
    rest_day: str


class AtTime(NamedTuple):
    base: Node
    time: str


class Call(NamedTuple):
    fn: str
    args: tuple[Node, ...]


class Of(NamedTuple):
    relation: str
    x: Node


class ActAsk(NamedTuple):
    ask: str
    act: str
    since: str | None


class OweAsk(NamedTuple):
    ask: str
    owe: str
    number: int | None


class Rows(NamedTuple):
    ask: str
    rows: str
    where: Node | None
    value: Node | None


class Lookup(NamedTuple):
    table: str
    key: Node


Node: TypeAlias = (
    Lit
    | Name
    | ListOf
    | Not
    | Both
    | Compare
    | Known
    | IfElse
    | Arith
    | AddSpan
    | AtTime
    | Call
    | Of
    | ActAsk
    | OweAsk
    | Rows
    | Lookup
)

_TOKEN = re.compile(
    r"\s*(?:(?P<date>\d{4}-\d\d-\d\d)|(?P<time>\d\d:\d\d(?::\d\d)?)|(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z_][a-z0-9_]*)"
    r"|'(?P<text>[^']*)'|(?P<op><=|>=|!=|[<>+\-*/()\[\],=.]))"
)
_UNITS = {"minute", "hour", "day", "week", "month", "year"}
_FUNCTIONS = {
    "earliest": (1, 9),
    "latest": (1, 9),
    "first_known": (1, 9),
    "min": (1, 9),
    "max": (1, 9),
    "round": (2, 2),
    "next_opening": (1, 1),
    "closing_of": (1, 1),
    "start_of": (2, 2),
    "end_of": (2, 2),
    "first_working_day": (2, 2),
    "last_working_day": (2, 2),
    "nth_working_day": (3, 3),
    "day_of_month": (2, 2),
}
PERIODS = ("day", "working_day", "week", "month", "quarter", "year")
RESERVED = {
    *[
        "and",
        "or",
        "not",
        "if",
        "else",
        "is",
        "in",
        "known",
        "unknown",
        "done",
        "past",
        "times",
        "first",
        "last",
        "actor",
        "of",
        "since",
        "missed",
        "met",
        "due",
        "bearer",
    ],
    *[
        "any",
        "all",
        "none",
        "count",
        "sum",
        "where",
        "at",
        "yes",
        "no",
        "working",
        "half",
        "open",
        "closed",
        "now",
        "start",
        "each",
        "owed",
        "told",
    ],
    *_FUNCTIONS,
}


def parse(text: str) -> Node:
    """Read a sentence. Raises SentenceError naming the place it stops at."""
    parser = _Parser(text)
    node = parser.choice()
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        place = 0
        stripped = text.rstrip()
        while place < len(stripped):
            match = _TOKEN.match(stripped, place)
            if not match or match.end() == place:
                raise self.error(place)
            kind = match.lastgroup or ""
            self.tokens.append((kind, match.group(kind), match.start(kind)))
            place = match.end()
        self.tokens.append(("end", "", len(stripped)))
        self.i = 0
        self.summing = False  # between `sum` and its `of`, which belongs to the sum

    def error(self, place: int) -> SentenceError:
        rest = self.text[place : place + 20] or "…"
        return SentenceError(Text(f"“{self.text}”读到“{rest}”处不通", f"'{self.text}' cannot be read from '{rest}' on"))

    def fail(self) -> SentenceError:
        return self.error(self.tokens[self.i][2])

    def peek(self, *words: str) -> bool:
        kind, value, _ = self.tokens[self.i]
        return kind in ("name", "op") and value in words

    def take(self, *words: str) -> str | None:
        if self.peek(*words):
            value = self.tokens[self.i][1]
            self.i += 1
            return value
        return None

    def need(self, word: str) -> None:
        if not self.take(word):
            raise self.fail()

    def name(self) -> str:
        kind, value, _ = self.tokens[self.i]
        if kind != "name":
            raise self.fail()
        self.i += 1
        return value

    def token(self, kind: str) -> str | None:
        if self.tokens[self.i][0] == kind:
            value = self.tokens[self.i][1]
            self.i += 1
            return value
        return None

    def expect_end(self) -> None:
        if self.tokens[self.i][0] != "end":
            raise self.fail()

    def choice(self) -> Node:
        node = self.either()
        if self.take("if"):
            condition = self.either()
            self.need("else")
            return IfElse(condition, node, self.choice())
        return node

    def either(self) -> Node:
        node = self.both()
        while self.take("or"):
            node = Both("or", node, self.both())
        return node

    def both(self) -> Node:
        node = self.negation()
        while self.take("and"):
            node = Both("and", node, self.negation())
        return node

    def negation(self) -> Node:
        if self.take("not"):
            return Not(self.negation())
        return self.comparison()

    def comparison(self) -> Node:
        node = self.sum()
        if self.take("is"):
            if self.take("known"):
                return Known(node, True)
            if self.take("unknown"):
                return Known(node, False)
            op = "is not" if self.take("not") else "is"
            return Compare(op, node, self.sum())
        if self.peek("not") and self.tokens[self.i + 1][1] == "in":
            self.i += 2
            return Compare("not in", node, self.sum())
        if self.take("in"):
            return Compare("in", node, self.sum())
        op = self.take("<", "<=", ">", ">=")  # type: ignore[assignment]
        if op:
            return Compare(op, node, self.sum())
        return node

    def unit(self) -> str | None:
        """A unit of time at this place, or None: [working] minute|hour|day, week, month, year, singular or plural."""
        start = self.i
        working = "working_" if self.take("working") else ""
        kind, value, _ = self.tokens[self.i]
        word = value[:-1] if kind == "name" and value.endswith("s") else value
        if kind == "name" and word in _UNITS and not (working and word in ("week", "month", "year")):
            self.i += 1
            return working + word
        self.i = start
        return None

    def sum(self) -> Node:
        node = self.product()
        while op := self.take("+", "-"):
            right = self.product()
            unit = self.unit()
            node = self.modifiers(node, right, unit, 1 if op == "+" else -1) if unit else Arith(op, node, right)
        if self.take("at"):
            time = self.token("time")
            if time is None:
                raise self.fail()
            node = AtTime(node, time)
        return node

    def modifiers(self, base: Node, amount: Node, unit: str, sign: int) -> AddSpan:
        counts_start, ends, rest_day = False, None, "keep"
        while True:
            if self.take("counting"):
                self.need("that")
                self.need("day")
                counts_start = True
            elif self.take("ending"):
                time = self.token("time")
                if time is not None:
                    ends = time
                elif self.take("closing"):
                    ends = "closing"
                else:
                    self.need("same")
                    self.need("time")
                    ends = "same_time"
            elif self.peek("on") and self.tokens[self.i + 1][1] == "rest":
                self.i += 2
                self.need("day")
                rest_day = self.take("keep", "next", "previous") or ""
                if not rest_day:
                    raise self.fail()
                if rest_day == "previous" and self.take("in"):
                    self.need("month")
                    rest_day = "previous_in_month"
            else:
                return AddSpan(base, amount, unit, sign, counts_start, ends, rest_day)

    def product(self) -> Node:
        node = self.primary()
        while op := self.take("*", "/"):
            node = Arith(op, node, self.primary())
        return node

    def primary(self) -> Node:
        kind, value, _ = self.tokens[self.i]
        if kind == "number":
            self.i += 1
            return Lit(Decimal(value), "number") if "." in value else Lit(int(value), "number")
        if kind in ("text", "date", "time"):
            self.i += 1
            return Lit(value, kind)
        if self.take("("):
            node = self.choice()
            self.need(")")
            return node
        if self.take("["):
            items = [self.choice()]
            while self.take(","):
                items.append(self.choice())
            self.need("]")
            return ListOf(tuple(items))
        if kind != "name":
            raise self.fail()
        return self.word()

    def word(self) -> Node:
        word = self.name()
        if word in ("yes", "no"):
            return Lit(word == "yes", "yes/no")
        if word in ("done", "past", "times", "first", "last"):
            act = self.name()
            return ActAsk(word, act, self.name() if self.take("since") else None)
        if word in ("missed", "open", "met", "owed"):
            owe = self.name()
            number = self.token("number") if self.take("no") else None
            return OweAsk(word, owe, int(number) if number else None)
        if word in ("actor", "due", "bearer") and self.take("of"):
            name = self.name()
            return ActAsk(word, name, None) if word == "actor" else OweAsk(word, name, None)
        if word in ("any", "all", "none", "count"):
            rows = self.name()
            return Rows(word, rows, self.either() if self.take("where") else None, None)
        if word == "sum":
            self.summing = True
            value = self.product()
            self.summing = False
            self.need("of")
            rows = self.name()
            return Rows(word, rows, self.either() if self.take("where") else None, value)
        if word in _FUNCTIONS:
            return self.call(word)
        if self.take("["):
            key = self.choice()
            self.need("]")
            return Lookup(word, key)
        if not self.summing and self.take("of"):
            return Of(word, self.primary())
        return Name(word)

    def call(self, fn: str) -> Node:
        self.need("(")
        args = [self.choice()]
        while self.take(","):
            args.append(self.choice())
        self.need(")")
        low, high = _FUNCTIONS[fn]
        if not low <= len(args) <= high:
            raise self.fail()
        return Call(fn, tuple(args))

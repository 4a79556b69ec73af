"""The finite regions of what a sentence reads, so that tables can be walked whole instead of tried by example.

A cell with a choice has one region for each value, a yes/no cell one for yes and no, a number one below, at and above
each constant it is compared with; a cell that may be empty has one more for *unknown*. Whatever else a sentence asks
stands as one free yes/no cell: regions may then be found that no case can reach, but none is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise, product
from typing import Any, NamedTuple, TypeAlias

from huiyin_engine.language import sentences as s
from huiyin_engine.language.compiling import FactType, Scope
from huiyin_engine.language.runtime import both, differ, either, less, less_or_same, negate, same, within

Region: TypeAlias = Mapping[str, Any]
"""Cell → value; None is unknown."""

LARGEST = 20_000
"""Regions looked at in one walk; a table over more is left to the walk through whole cases."""
NUMBERS = frozenset(("number", "money", "share"))


def _more(a: Any, b: Any) -> bool | None:
    return less(b, a)


def _more_or_same(a: Any, b: Any) -> bool | None:
    return less_or_same(b, a)


_COMPARE: dict[str, Callable[[Any, Any], bool | None]] = {
    "is": same,
    "is not": differ,
    "<": less,
    "<=": less_or_same,
    ">": _more,
    ">=": _more_or_same,
}


class Cell(NamedTuple):
    """Something a sentence reads. kind: choice, yes/no, number, known (is it known), free (anything else).

    `values` are its regions, None for unknown; numbers stand for all numbers of their region.
    """

    key: str
    kind: str
    values: tuple[Any, ...]


def cells(nodes: Iterable[s.Node], scope: Scope) -> dict[str, Cell]:
    """The cells that the sentences read together, by key, each with its regions."""
    reading = _Reading(scope)
    for node in nodes:
        reading.truth(node)
    found = dict(reading.found)
    for key, constants in reading.constants.items():
        found[key] = Cell(key, "number", (*_around(constants), *((None,) if reading.may_lack[key] else ())))
    return found


def regions(of: Mapping[str, Cell]) -> Iterator[Region]:
    """Every combination of the regions of the cells."""
    for values in product(*(cell.values for cell in of.values())):
        yield dict(zip(of, values, strict=True))


def count(of: Mapping[str, Cell]) -> int:
    """How many combinations there are."""
    return math.prod(len(cell.values) for cell in of.values())


def holds(node: s.Node, region: Region, scope: Scope) -> bool | None:
    """What a yes/no sentence comes to in a region: True, False, or None for unknown."""
    return _Asking(scope, region).truth(node)


def show(region: Region) -> str:
    """A region in words: nature is other, urgent is unknown."""
    words = {None: "unknown", True: "yes", False: "no"}
    return ", ".join(f"{k} is {words[v] if v is None or isinstance(v, bool) else v}" for k, v in region.items())


def _around(constants: Iterable[Any]) -> tuple[Any, ...]:
    """One number below, at, between and above the constants."""
    ordered = sorted(set(constants))
    found = [ordered[0] - 1]
    for low, high in pairwise(ordered):
        found += [low, (Decimal(low) + Decimal(high)) / 2]
    return (*found, ordered[-1], ordered[-1] + 1)


class _Walk:
    """Goes through a tree; what stands at its leaves is for the subclasses."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def cell(self, key: str, kind: str, values: tuple[Any, ...]) -> Any:
        raise NotImplementedError

    def number(self, key: str, constant: Any, may_lack: bool) -> Any:
        raise NotImplementedError

    def fact(self, node: s.Node) -> FactType | None:
        if not isinstance(node, s.Name) or node.id in self.scope.extras:
            return None
        if self.scope.row is not None and node.id in self.scope.rows[self.scope.row]:
            return self.scope.rows[self.scope.row][node.id]
        return self.scope.facts.get(node.id) or self.scope.parameters.get(node.id)

    def truth(self, node: s.Node) -> Any:
        match node:
            case s.Lit(value, "yes/no"):
                return value
            case s.Not(x):
                return negate(self.truth(x))
            case s.Both(op, a, b):
                x, y = self.truth(a), self.truth(b)
                return both(x, y) if op == "and" else either(x, y)
            case s.IfElse(condition, a, b):
                test, x, y = self.truth(condition), self.truth(a), self.truth(b)
                return x if test is True else y
            case s.Compare():
                return self.compare(node)
            case s.Known(x, wanted):
                return self.known(x, wanted)
            case s.Name(name):
                fact = self.fact(node)
                if fact is not None and fact.type == "yes/no" and not fact.several:
                    return self.cell(name, "yes/no", (True, False) if fact.start is not None else (True, False, None))
            case s.ActAsk("done" | "past") | s.OweAsk():
                return self.cell(written(node), "ask", (True, False))
        return self.free(node)

    def free(self, node: s.Node) -> Any:
        return self.cell(written(node), "free", (True, False, None))

    def known(self, x: s.Node, wanted: bool) -> Any:
        fact = self.fact(x)
        if fact is None or fact.several or not (fact.values or fact.type == "yes/no"):
            asked = self.cell(f"{written(x)} is known", "known", (True, False))
        else:
            asked = self.of_fact(x, fact) is not None
        return asked is wanted

    def of_fact(self, node: s.Node, fact: FactType) -> Any:
        values: tuple[Any, ...] = fact.values or (True, False)
        lacking = () if fact.start is not None else (None,)
        return self.cell(written(node), "choice" if fact.values else "yes/no", (*values, *lacking))

    def compare(self, node: s.Compare) -> Any:
        fact = self.fact(node.a)
        if fact is not None and fact.values and not fact.several:
            wanted = self.chosen(node.b, fact.values)
            if wanted is not None:
                value = self.of_fact(node.a, fact)
                if node.op in ("in", "not in"):
                    found = within(value, wanted)
                    return found if node.op == "in" else negate(found)
                return _COMPARE[node.op](value, wanted[0])
        if fact is not None and fact.type == "yes/no" and not fact.several and isinstance(node.b, s.Lit):
            return _COMPARE[node.op](self.of_fact(node.a, fact), node.b.value)
        for a, b, op in ((node.a, node.b, node.op), (node.b, node.a, _TURNED.get(node.op, ""))):
            if op in _COMPARE and isinstance(b, s.Lit) and b.type == "number" and self.is_number(a):
                lacks = not isinstance(a, s.ActAsk | s.Rows) and getattr(self.fact(a), "start", None) is None
                return _COMPARE[op](self.number(written(a), b.value, lacks), b.value)
        return self.free(node)

    def chosen(self, node: s.Node, values: tuple[str, ...]) -> tuple[str, ...] | None:
        """The values of the choice that are named on the other side, or None if it is no bare word."""
        items = node.items if isinstance(node, s.ListOf) else (node,)
        names = [i.id if isinstance(i, s.Name) else i.value if isinstance(i, s.Lit) else None for i in items]
        return tuple(n for n in names if n is not None) if all(n in values for n in names) else None

    def is_number(self, node: s.Node) -> bool:
        fact = self.fact(node)
        if fact is not None:
            return fact.type in NUMBERS and not fact.several
        match node:
            case s.ActAsk("times") | s.Rows("count"):
                return True
        return False


class _Reading(_Walk):
    """Notes the cells; every branch is gone through, whatever it would come to."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.found: dict[str, Cell] = {}
        self.constants: dict[str, list[Any]] = {}
        self.may_lack: dict[str, bool] = {}

    def cell(self, key: str, kind: str, values: tuple[Any, ...]) -> Any:
        self.found[key] = Cell(key, kind, values)

    def number(self, key: str, constant: Any, may_lack: bool) -> Any:
        self.constants.setdefault(key, []).append(constant)
        self.may_lack[key] = may_lack


class _Asking(_Walk):
    """Looks the cells up in a region."""

    def __init__(self, scope: Scope, region: Region) -> None:
        super().__init__(scope)
        self.region = region

    def cell(self, key: str, kind: str, values: tuple[Any, ...]) -> Any:
        return self.region[key]

    def number(self, key: str, constant: Any, may_lack: bool) -> Any:
        return self.region[key]


_TURNED = {"is": "is", "is not": "is not", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def written(node: Any) -> str:
    """A tree as a name for its cell: what was written, near enough for people and one to one."""
    match node:
        case s.Name(name):
            return name
        case s.Lit(value, kind):
            return f"'{value}'" if kind == "text" else {True: "yes", False: "no"}.get(value, str(value))
        case s.ListOf(items):
            return f"[{', '.join(written(i) for i in items)}]"
        case s.ActAsk("actor", act):
            return f"actor of {act}"
        case s.ActAsk(ask, act, since):
            return f"{ask} {act}" + (f" since {since}" if since else "")
        case s.OweAsk(ask, owe, number):
            return (
                f"{ask} of {owe}" if ask in ("due", "bearer") else f"{ask} {owe}" + (f" no {number}" if number else "")
            )
        case s.Of(relation, x):
            return f"{relation} of {written(x)}"
        case s.Compare(op, a, b):
            return f"{written(a)} {op} {written(b)}"
        case s.Known(x, known):
            return f"{written(x)} is {'known' if known else 'unknown'}"
        case s.Both(op, a, b):
            return f"({written(a)} {op} {written(b)})"
        case s.Not(x):
            return f"not {written(x)}"
        case s.Rows(ask, rows, where, value):
            asked = f"sum {written(value)} of {rows}" if value is not None else f"{ask} {rows}"
            return asked + (f" where {written(where)}" if where is not None else "")
        case s.Call(fn, args):
            return f"{fn}({', '.join(written(a) for a in args)})"
        case s.Arith(op, a, b):
            return f"({written(a)} {op} {written(b)})"
        case s.IfElse(condition, a, b):
            return f"({written(a)} if {written(condition)} else {written(b)})"
        case s.Lookup(table, key):
            return f"{table}[{written(key)}]"
    return repr(node)

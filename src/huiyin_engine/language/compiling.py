"""Checking sentences against what the pack declares, and compiling them once into Python closures.

The source that is evaluated is written here from a checked tree; no text of a pack reaches it unquoted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias

from huiyin_engine import instants
from huiyin_engine.language import runtime
from huiyin_engine.language import sentences as s
from huiyin_engine.language.sentences import SentenceError
from huiyin_engine.texts import Text

Compiled: TypeAlias = Callable[[Any, Any, Any], Any]
"""(case, environment, row or None) → value."""

ORDERED = {"number", "money", "share", "instant", "date", "month"}
SELECTS = {"selector", "person", "people"}


class FactType(NamedTuple):
    """Type of a fact, row field or parameter; `values` of a choice; `several` for a list of them;
    `start` the value read while none is set."""

    type: str
    values: tuple[str, ...] = ()
    several: bool = False
    start: Any = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a sentence may use. `extras` are the place's own (actor, start …) as name → (source, type)."""

    facts: Mapping[str, FactType] = field(default_factory=dict)
    parameters: Mapping[str, FactType] = field(default_factory=dict)
    acts: frozenset[str] = frozenset()
    owes: Mapping[str, str] = field(default_factory=dict)
    holders: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    rows: Mapping[str, Mapping[str, FactType]] = field(default_factory=dict)
    links: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    skips: Mapping[str, str] = field(default_factory=dict)
    afters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    row: str | None = None

    def with_extras(self, **extras: tuple[str, str]) -> Scope:
        return replace(self, extras={**self.extras, **extras})

    def on_row(self, kind: str | None) -> Scope:
        return replace(self, row=kind)

    def post_named(self, word: str) -> str | None:
        """The post that a word means: its own name, or a library word bound to it."""
        word = self.aliases.get(word, word)
        return word if word in self.posts else None

    def names(self) -> list[str]:
        found = [*self.facts, *self.parameters, *self.acts, *self.owes, *self.holders, *self.posts, *self.rows]
        return [*found, *self.extras, *self.links, *self.measures, *self.tables]


class Code(NamedTuple):
    """Source, type, whether it can be unknown, which cells of the case it reads, and the values of a choice."""

    src: str
    type: str
    unknown: bool
    deps: frozenset[str]
    values: tuple[str, ...] = ()


class Sentence(NamedTuple):
    """A compiled sentence: its text, tree, type, the cells it reads, and the closure."""

    text: str
    node: s.Node
    type: str
    deps: frozenset[str]
    run: Compiled


MEASURES = "measures"
"""The cell of a sentence that reads a measure: it stands for all that the case contributes to one."""
NO_DEPS: frozenset[str] = frozenset()
_NAMESPACE = {name: getattr(runtime, name) for name in dir(runtime) if not name.startswith("__")}
_NAMESPACE.update(min=min, max=max, any=any, all=all, sum=sum, len=len)
_NAMESPACE["__builtins__"] = {}


def compile_sentence(text: str, scope: Scope, expected: str | None = None) -> Sentence:
    """Read, check and compile one sentence. Raises SentenceError if it does not hold together or is of another type.

    `expected` may be a type, or "selector" for anything that names people.
    """
    node = s.parse(text)
    code = _Compiler(scope).code(node)
    if expected == "selector":
        code = _as_selector(code, text)
    elif expected and not _fits(code.type, expected):
        raise SentenceError(
            Text(f"“{text}”是{code.type}，这里要{expected}", f"'{text}' is {code.type}, but {expected} is wanted here")
        )
    run = eval(f"lambda c, x, r: {code.src}", _NAMESPACE)  # noqa: S307 -- our own source, see the module docstring
    return Sentence(text, node, code.type, code.deps, run)


def _as_selector(code: Code, text: str) -> Code:
    if code.type == "selector":
        return code
    if code.type in ("person", "people"):
        return code._replace(src=f"person_selector({code.src})", type="selector")
    raise SentenceError(Text(f"“{text}”说的不是人或岗位", f"'{text}' names neither a person nor a post"))


def _fits(have: str, want: str) -> bool:
    if have == want or have == "nothing":
        return True
    loose = {"money": {"number"}, "share": {"number"}, "instant": {"date"}, "people": {"person"}, "text": {"choice"}}
    return have in loose.get(want, set()) or (want == "person" and have == "people")


class _Compiler:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def code(self, node: s.Node) -> Code:
        return _COMPILE[type(node)](self, node)

    def unknown_name(self, name: str, among: Any = None) -> SentenceError:
        near = get_close_matches(name, list(among if among is not None else self.scope.names()), 1)
        hint_zh = f"，是否指 {near[0]}？" if near else ""
        hint_en = f"; did you mean {near[0]}?" if near else ""
        return SentenceError(Text(f"没有名为 {name} 的内容{hint_zh}", f"nothing is called {name}{hint_en}"))

    def truth(self, node: s.Node) -> Code:
        code = self.code(node)
        if code.type != "yes/no":
            raise SentenceError(
                Text(f"这里要是/否，却是{code.type}", f"yes/no is wanted here, but this is {code.type}")
            )
        return code

    def lit(self, node: s.Lit) -> Code:
        value, kind = node.value, node.type
        if kind == "number":
            return Code(repr(value) if isinstance(value, int) else f"Decimal({str(value)!r})", kind, False, NO_DEPS)
        if kind == "date":
            try:
                at = instants.parse_instant(value, time_of_bare_day="00:00")
            except ValueError:
                raise SentenceError(Text(f"没有 {value} 这一天", f"there is no day {value}")) from None
            return Code(repr(at), "instant", False, NO_DEPS)
        return Code(repr(value), kind, False, NO_DEPS)

    def name(self, node: s.Name) -> Code:
        name, scope = node.id, self.scope
        if scope.row and name in scope.rows[scope.row]:
            fact = scope.rows[scope.row][name]
            return Code(f"r.get({name!r})", fact.type, True, frozenset({f"rows:{scope.row}"}), fact.values)
        if name in scope.extras:
            src, kind = scope.extras[name]
            return Code(src, kind, kind != "yes/no", NO_DEPS)
        if name in scope.facts:
            fact = scope.facts[name]
            kind = {"person": "people"}.get(fact.type, "list") if fact.several else fact.type
            default = f", {fact.start!r}" if fact.start is not None else ""
            src = f"c.facts.get({name!r}{default})"
            return Code(src, kind, fact.start is None, frozenset({f"fact:{name}"}), fact.values)
        if name in scope.holders:
            return Code(f"c.holder({name!r})", "person", True, frozenset({f"holder:{name}"}))
        if name in scope.parameters:
            fact = scope.parameters[name]
            return Code(f"x.parameters.get({name!r})", fact.type, True, NO_DEPS, fact.values)
        if name in scope.posts:
            return Code(f"('post', {name!r}, None)", "selector", False, NO_DEPS)
        if name in scope.measures:
            return Code(f"measure_value(c, x, {name!r})", "number", True, frozenset({MEASURES}))
        if name == "closed":
            return Code("(c.closed_at is not None)", "yes/no", False, frozenset({"closed"}))
        if name in ("closed_at", "opened_at"):
            return Code(f"c.{name}", "instant", True, frozenset({"closed"} if name == "closed_at" else ()))
        raise self.unknown_name(name)

    def list_of(self, node: s.ListOf) -> Code:
        items = [self.code(i) for i in node.items]
        kinds = {i.type for i in items}
        if len(kinds) != 1:
            raise SentenceError(Text("清单里的内容类型不同", "the list mixes types"))
        src = "(" + "".join(f"{i.src}, " for i in items) + ")"
        return Code(src, f"list of {items[0].type}", False, frozenset().union(*(i.deps for i in items)))

    def negation(self, node: s.Not) -> Code:
        x = self.truth(node.x)
        return x._replace(src=f"negate({x.src})" if x.unknown else f"(not {x.src})")

    def both(self, node: s.Both) -> Code:
        a, b = self.truth(node.a), self.truth(node.b)
        unknown = a.unknown or b.unknown
        if unknown:
            src = f"{'both' if node.op == 'and' else 'either'}({a.src}, {b.src})"
        else:
            src = f"({a.src} {node.op} {b.src})"
        return Code(src, "yes/no", unknown, a.deps | b.deps)

    def literal_for(self, node: s.Node, other: Code) -> Code | None:
        """A bare word that is a value of the other side's choice, or a post where the other side is one."""
        if isinstance(node, s.Name):
            if node.id in other.values:
                return Code(repr(node.id), other.type, False, NO_DEPS)
            if other.type == "post" and node.id in self.scope.posts:
                return Code(repr(node.id), "post", False, NO_DEPS)
            if other.values:
                raise self.unknown_name(node.id, other.values)
        if isinstance(node, s.ListOf) and (other.values or other.type == "post"):
            items = [self.literal_for(i, other) for i in node.items]
            if all(items):
                src = "(" + "".join(f"{i.src}, " for i in items if i) + ")"
                return Code(src, f"list of {other.type}", False, NO_DEPS)
        return None

    def compare(self, node: s.Compare) -> Code:
        if node.op in ("in", "not in"):
            return self.membership(node)
        b: Code | None
        if isinstance(node.a, s.Name) and not isinstance(node.b, s.Name):
            a = self.code(node.a)
            b = self.literal_for(node.b, a) or self.code(node.b)
        else:
            a = self.code(node.a)
            b = self.literal_for(node.b, a) or self.code(node.b)
        if not (_fits(a.type, b.type) or _fits(b.type, a.type)):
            raise SentenceError(Text(f"{a.type} 与 {b.type} 不能相比", f"{a.type} cannot be compared with {b.type}"))
        if node.op not in ("is", "is not") and a.type not in ORDERED:
            raise SentenceError(Text(f"{a.type} 没有大小先后", f"{a.type} has no order"))
        unknown = a.unknown or b.unknown
        left, right, op = a.src, b.src, node.op
        if op in (">", ">="):
            left, right, op = right, left, {">": "<", ">=": "<="}[op]
        if unknown:
            fn = {"is": "same", "is not": "differ", "<": "less", "<=": "less_or_same"}[op]
            src = f"{fn}({left}, {right})"
        else:
            src = f"({left} {({'is': '==', 'is not': '!='}).get(op, op)} {right})"
        return Code(src, "yes/no", unknown, a.deps | b.deps)

    def membership(self, node: s.Compare) -> Code:
        a = self.code(node.a)
        posts: list[str] | None = None
        if a.type in ("person", "people"):
            names = node.b.items if isinstance(node.b, s.ListOf) else (node.b,)
            meant = [self.scope.post_named(n.id) if isinstance(n, s.Name) else None for n in names]
            if all(meant):
                posts = [post for post in meant if post is not None]
        if posts is not None:
            code = Code(f"holds_post(x, {a.src}, {tuple(posts)!r})", "yes/no", True, a.deps)
        else:
            b = self.literal_for(node.b, a) or self.code(node.b)
            if not b.type.startswith("list") and b.type != "people":
                raise SentenceError(Text(f"in 后面要清单，却是{b.type}", f"'in' wants a list, not {b.type}"))
            code = Code(f"within({a.src}, {b.src})", "yes/no", a.unknown or b.unknown, a.deps | b.deps)
        return code if node.op == "in" else code._replace(src=f"negate({code.src})")

    def known(self, node: s.Known) -> Code:
        x = self.code(node.x)
        return Code(f"({x.src} is {'not ' if node.known else ''}None)", "yes/no", False, x.deps)

    def if_else(self, node: s.IfElse) -> Code:
        condition, a, b = self.truth(node.condition), self.code(node.then), self.code(node.other)
        if a.type != b.type:
            if a.type in SELECTS and b.type in SELECTS:
                a, b = _as_selector(a, "if"), _as_selector(b, "else")
            elif not (_fits(a.type, b.type) or _fits(b.type, a.type)):
                raise SentenceError(
                    Text(f"两个分支类型不同：{a.type}、{b.type}", f"the two branches differ: {a.type} and {b.type}")
                )
        src = f"({a.src} if {condition.src} is True else {b.src})"
        return Code(src, a.type, a.unknown or b.unknown, condition.deps | a.deps | b.deps, a.values or b.values)

    def arith(self, node: s.Arith) -> Code:
        a, b = self.code(node.a), self.code(node.b)
        for side in (a, b):
            if side.type not in ("number", "money", "share"):
                raise SentenceError(Text(f"{side.type} 不能计算", f"{side.type} is no number to calculate with"))
        kind = "money" if "money" in (a.type, b.type) else "number"
        unknown = a.unknown or b.unknown or node.op == "/"
        src = f"arithmetic({node.op!r}, {a.src}, {b.src})" if unknown else f"({a.src} {node.op} {b.src})"
        return Code(src, kind, unknown, a.deps | b.deps)

    def instant(self, node: s.Node) -> Code:
        code = self.code(node)
        if code.type not in ("instant", "date", "nothing"):
            raise SentenceError(Text(f"{code.type} 不是时刻", f"{code.type} is no instant"))
        return code

    def add_span(self, node: s.AddSpan) -> Code:
        base, amount = self.instant(node.base), self.code(node.amount)
        if amount.type != "number":
            raise SentenceError(Text("期限的长度须是数", "the length of a limit must be a number"))
        tail = f"{node.unit!r}, {node.sign}, {node.counts_start}, {node.ends!r}, {node.rest_day!r}"
        return Code(f"add_span(x, {base.src}, {amount.src}, {tail})", "instant", True, base.deps | amount.deps)

    def at_time(self, node: s.AtTime) -> Code:
        base = self.instant(node.base)
        return Code(f"at_time({base.src}, {node.time!r})", "instant", base.unknown, base.deps)

    def call(self, node: s.Call) -> Code:
        fn = node.fn
        if fn in ("start_of", "end_of", "first_working_day", "last_working_day", "nth_working_day"):
            return self.period_call(node)
        args = [self.code(a) for a in node.args]
        deps = frozenset().union(*(a.deps for a in args))
        listed = ", ".join(a.src for a in args)
        if fn in ("earliest", "latest", "first_known"):
            for a in node.args:
                self.instant(a)
            wrap = {"earliest": "known_only(min", "latest": "all_known(max", "first_known": "known_only(first"}[fn]
            return Code(f"{wrap}, {listed})", "instant", True, deps)
        if fn in ("min", "max"):
            return Code(f"all_known({fn}, {listed})", args[0].type, True, deps)
        if fn == "round":
            return Code(f"rounded({listed})", args[0].type, True, deps)
        self.instant(node.args[0])
        if fn == "day_of_month":
            return Code(f"day_of_month({listed})", "instant", True, deps)
        return Code(f"{fn}(x, {listed})", "instant", True, deps)

    def period_call(self, node: s.Call) -> Code:
        period = node.args[0]
        if not isinstance(period, s.Name) or period.id not in s.PERIODS:
            raise SentenceError(
                Text(f"{node.fn} 的第一项须是 {'、'.join(s.PERIODS)}", f"{node.fn} begins with one of {s.PERIODS}")
            )
        rest = [self.code(a) for a in node.args[1:]]
        self.instant(node.args[-1])
        deps = frozenset().union(*(a.deps for a in rest))
        listed = ", ".join(a.src for a in rest)
        if node.fn in ("start_of", "end_of"):
            src = f"{node.fn}({period.id!r}, {listed})"
        elif node.fn == "nth_working_day":
            src = f"nth_working_day(x, {period.id!r}, {listed})"
        else:
            src = f"working_day_of(x, {node.fn.split('_')[0]!r}, {period.id!r}, {listed})"
        return Code(src, "instant", True, deps)

    def of(self, node: s.Of) -> Code:
        scope, relation = self.scope, node.relation
        if relation in scope.holders and isinstance(node.x, s.Name) and node.x.id in scope.links:
            src = f"holder_of_linked(c, x, {node.x.id!r}, {relation!r})"
            return Code(src, "person", True, frozenset({f"link:{node.x.id}"}))
        x = self.code(node.x)
        if relation in scope.posts:
            if x.type not in ("unit", "person", "people"):
                raise SentenceError(Text(f"{relation} of 后面要部门或人", f"'{relation} of' wants a unit or a person"))
            src = f"selector_for(x, {relation!r}, {x.src}, {x.type != 'unit'})"
            return Code(src, "selector", True, x.deps)
        if relation == "leader" and x.type == "selector":
            return Code(f"leader_of_post(x, {x.src})", "selector", True, x.deps)
        if relation in ("leader", "unit", "post"):
            if x.type not in ("person", "people"):
                raise SentenceError(Text(f"{relation} of 后面要人", f"'{relation} of' wants a person"))
            fn, kind = {
                "leader": ("leader_selector", "selector"),
                "unit": ("unit_of", "unit"),
                "post": ("post_of", "post"),
            }[relation]
            return Code(f"{fn}(x, {x.src})", kind, True, x.deps)
        raise self.unknown_name(relation, [*scope.posts, "leader", "unit", "post"])

    def act_ask(self, node: s.ActAsk) -> Code:
        if node.act not in self.scope.acts:
            raise self.unknown_name(node.act, self.scope.acts)
        deps = {f"act:{node.act}"}
        if node.since is not None:
            if node.since in self.scope.acts:
                deps.add(f"act:{node.since}")
            elif node.since in self.scope.facts:
                deps.add(f"fact:{node.since}")
            else:
                raise self.unknown_name(node.since, [*self.scope.acts, *self.scope.facts])
        if node.ask == "past":
            return self.past(node.act)
        found = f"traces(c, {node.act!r}, {node.since!r})"
        if node.ask == "done":
            src = f"({node.act!r} in c.acts)" if node.since is None else f"(len({found}) > 0)"
            return Code(src, "yes/no", False, frozenset(deps))
        if node.ask == "times":
            return Code(f"len({found})", "number", False, frozenset(deps))
        if node.ask == "actor":
            return Code(f"last_trace(c, {node.act!r}, 2)", "person", True, frozenset(deps))
        return Code(f"{node.ask}_trace(c, {node.act!r}, 1)", "instant", True, frozenset(deps))

    def past(self, act: str) -> Code:
        """Done, or fallen away once what stands before it is past."""
        src, deps = f"({act!r} in c.acts)", frozenset({f"act:{act}"})
        if act in self.scope.skips:
            skip = self.truth(s.parse(self.scope.skips[act]))
            before = [self.past(a) for a in self.scope.afters.get(act, ()) if a in self.scope.acts]
            gone = " and ".join([f"{skip.src} is True", *(b.src for b in before)])
            src, deps = f"({src} or ({gone}))", deps.union(skip.deps, *(b.deps for b in before))
        return Code(src, "yes/no", False, deps)

    def owe_ask(self, node: s.OweAsk) -> Code:
        if node.owe not in self.scope.owes:
            raise self.unknown_name(node.owe, self.scope.owes)
        deps = frozenset({f"owe:{node.owe}"})
        args = f"c, {node.owe!r}"
        if node.ask == "missed" and self.scope.owes[node.owe] != "binding":
            raise SentenceError(
                Text(f"{node.owe} 不是有约束力的期限，不会逾期", f"{node.owe} is no binding limit and is never missed")
            )
        if node.ask == "due":
            return Code(f"due_of({args}, r)", "instant", True, deps)
        if node.ask == "bearer":
            return Code(f"bearer_of({args}, r)", "person", True, deps)
        return Code(f"is_{node.ask}({args}, {node.number!r}, r)", "yes/no", False, deps)

    def rows(self, node: s.Rows) -> Code:
        post = self.scope.post_named(node.rows)
        if node.ask == "count" and node.where is None and post is not None and node.rows not in self.scope.rows:
            return Code(f"able_holders(c, x, {post!r})", "number", False, frozenset({"concerned"}))
        if node.rows not in self.scope.rows:
            raise self.unknown_name(node.rows, self.scope.rows)
        inner = _Compiler(self.scope.on_row(node.rows))
        deps = {f"rows:{node.rows}"}
        test = "True"
        if node.where is not None:
            where = inner.truth(node.where)
            deps |= where.deps
            test = f"{where.src} is True"
        each = f"for r in rows_of(c, {node.rows!r})"
        if node.ask == "sum":
            value = inner.code(node.value)  # type: ignore[arg-type]
            src = f"sum(({value.src} or 0) {each} if {test})"
            return Code(src, value.type, False, frozenset(deps | value.deps))
        if node.ask == "count":
            return Code(f"sum(1 {each} if {test})", "number", False, frozenset(deps))
        src = {"any": f"any({test} {each})", "all": f"all({test} {each})", "none": f"(not any({test} {each}))"}[
            node.ask
        ]
        return Code(src, "yes/no", False, frozenset(deps))

    def lookup(self, node: s.Lookup) -> Code:
        table = self.scope.tables.get(node.table)
        if table is None:
            raise self.unknown_name(node.table, self.scope.tables)
        key = self.code(node.key)
        missing = [v for v in key.values if v not in table]
        if missing:
            raise SentenceError(
                Text(f"表 {node.table} 缺少：{'、'.join(missing)}", f"table {node.table} has no row for {missing}")
            )
        return Code(f"{dict(table)!r}.get({key.src})", "number", True, key.deps)


_COMPILE: dict[type, Callable[[Any, Any], Code]] = {
    s.Lit: _Compiler.lit,
    s.Name: _Compiler.name,
    s.ListOf: _Compiler.list_of,
    s.Not: _Compiler.negation,
    s.Both: _Compiler.both,
    s.Compare: _Compiler.compare,
    s.Known: _Compiler.known,
    s.IfElse: _Compiler.if_else,
    s.Arith: _Compiler.arith,
    s.AddSpan: _Compiler.add_span,
    s.AtTime: _Compiler.at_time,
    s.Call: _Compiler.call,
    s.Of: _Compiler.of,
    s.ActAsk: _Compiler.act_ask,
    s.OweAsk: _Compiler.owe_ask,
    s.Rows: _Compiler.rows,
    s.Lookup: _Compiler.lookup,
}

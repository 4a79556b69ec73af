"""What must be looked at again when a cell of a case changes, in a fixed order: derived facts, who is concerned, who
holds the case, rows, linked cases, obligations, skipped steps, records, notices, closing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from huiyin_engine import arising, obligations
from huiyin_engine.language.compiling import MEASURES, Sentence
from huiyin_engine.language.findings import Finding, PackRefused
from huiyin_engine.language.pack import Fact, HolderRule, Node, Nodes, Pack, Table
from huiyin_engine.model import events as e
from huiyin_engine.people import everybody, hindrance, raised, rank_of, resolve
from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.step import Step


def build_nodes(pack: Pack, case_type: str) -> Nodes:
    """The nodes of one case type. Raises PackRefused if derived facts go in a circle."""
    nodes: list[Node] = [
        Node("fact", f.id, table_cells(f.table), _fact_node(f)) for f in _in_order(pack) if f.table is not None
    ]
    if pack.concerned:
        cells = frozenset().union(*(s.deps for s in pack.concerned))
        nodes.append(Node("concerned", "", cells, _concerned_node(pack)))
    for holder in pack.holders.values():
        if case_type in holder.of:
            cells = table_cells(holder.table) | {"concerned", f"named:{holder.id}", "opened"}
            nodes.append(Node("holder", holder.id, cells, _holder_node(holder)))
    nodes += arising.nodes_before_obligations(pack, case_type)
    nodes += obligations.nodes(pack, case_type)
    nodes += arising.nodes_after_obligations(pack, case_type)
    readers: dict[str, int] = {}
    for i, node in enumerate(nodes):
        for cell in node.cells | (measure_cells(pack) if MEASURES in node.cells else frozenset()):
            readers[cell] = readers.get(cell, 0) | 1 << i
    derive = always = 0
    for i, node in enumerate(nodes):
        if node.kind in ("fact", "concerned"):
            derive |= 1 << i
        if node.kind in ("fact", "concerned", "holder", "skip", "closes"):
            always |= 1 << i
    readers["*derive"] = derive
    readers["opened"] = readers.get("opened", 0) | always
    labels = tuple((n.kind, n.id) for n in nodes)
    facts = {cell.removeprefix("fact:"): mask for cell, mask in readers.items() if cell.startswith("fact:")}
    owes = {cell.removeprefix("owe:"): mask for cell, mask in readers.items() if cell.startswith("owe:")}
    return Nodes(tuple(n.run for n in nodes), labels, readers, facts, owes, (1 << len(nodes)) - 1)


def measure_cells(pack: Pack) -> frozenset[str]:
    """The cells that decide what a case contributes to the measures of its pack."""
    cells: set[str] = {"opened"}
    for rule in pack.measures.values():
        cells |= {f"fact:{name}" for name in (rule.by, rule.fact) if name is not None}
        for sentence in (rule.where, rule.dated_by):
            if sentence is not None:
                cells |= sentence.deps
    return frozenset(cells)


def table_cells(table: Table | None) -> frozenset[str]:
    """The cells a derivation reads."""
    cells: set[str] = set()
    for row in table.rows if table else ():
        for sentence in (row.condition, row.value, row.raised):
            if sentence is not None:
                cells |= sentence.deps
    return frozenset(cells)


def _in_order(pack: Pack) -> Iterable[Fact]:
    """Derived facts, each after those it reads."""
    done: dict[str, Fact] = {}
    path: list[str] = []

    def visit(fact: Fact) -> None:
        if fact.id in done or fact.table is None:
            return
        if fact.id in path:
            circle = " → ".join([*path[path.index(fact.id) :], fact.id])
            raise PackRefused(
                [
                    Finding(
                        "facts_in_circle",
                        fact.source.file,
                        fact.source.line,
                        Text(f"推导绕成了圈：{circle}", f"derived facts go in a circle: {circle}"),
                        Text("去掉其中一环", "take one link out"),
                        fact.source.clause,
                    )
                ]
            )
        path.append(fact.id)
        for cell in sorted(table_cells(fact.table)):
            kind, _, name = cell.partition(":")
            if kind == "fact" and name in pack.facts:
                visit(pack.facts[name])
        path.pop()
        done[fact.id] = fact

    for fact in pack.facts.values():
        visit(fact)
    return done.values()


def _fact_node(fact: Fact) -> Callable[[Step], None]:
    table = fact.table
    assert table is not None  # noqa: S101 -- only derived facts have a node
    order = {value: i for i, value in enumerate(fact.type.values)}
    rank: Callable[[Any], Any] = order.__getitem__ if order else lambda value: value
    name, keep, highest = fact.id, fact.keep, table.policy == "highest"
    rows = [(row.condition.run if row.condition is not None else None, row.value.run) for row in table.rows]

    def run(step: Step) -> None:
        case, env = step.case, step.env
        value: Any = None
        for condition, compute in rows:
            if condition is not None and condition(case, env, None) is not True:
                continue
            found = compute(case, env, None)
            if not highest:
                value = found
                break
            if found is not None and (value is None or rank(found) > rank(value)):
                value = found
        old = case.facts.get(name)
        if value == old:
            return
        if keep and old is not None and old is not False and (value is None or not order or rank(value) < rank(old)):
            return
        step.emit(e.FactSet(name, value, "computed"))

    return run


def people_of(sentence: Sentence, step: Step) -> tuple[str, ...]:
    """The persons a sentence gives, whether it is typed as a person, several, or a post."""
    value = sentence.run(step.case, step.env, None)
    if value is None:
        return ()
    if sentence.type == "selector":
        return everybody(step.env, step.case, (sentence,))
    return tuple(value) if isinstance(value, tuple | frozenset) else (value,)


def _concerned_node(pack: Pack) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        for sentence in pack.concerned:
            for person in people_of(sentence, step):
                if person not in step.case.concerned:
                    step.emit(e.Concerned(person))

    return run


def _holder_node(rule: HolderRule) -> Callable[[Step], None]:
    table, hint, capacity = rule.table, rule.post, rule.id
    highest = table.policy == "highest"

    def run(step: Step) -> None:
        case, env = step.case, step.env
        best: tuple[int, Any, int] | None = None
        for i, row in enumerate(table.rows):
            if row.condition is not None and row.condition.run(case, env, None) is not True:
                continue
            selector = row.value.run(case, env, None)
            if row.raised is not None:
                selector = raised(env, selector, hint, row.raised.run(case, env, None) or 0)
            if selector is None and len(table.rows) > 1:
                continue
            rank = rank_of(env, selector, hint) if highest else 0
            if best is None or rank > best[0]:
                best = (rank, selector, i)
            if not highest:
                break
        if best is None:
            return
        _, selector, index = best
        held = case.holders.get(capacity)
        current = held.person if held else None
        same_rule = held is not None and held.selector == selector
        person_hint = hint if selector and selector[0] == "person" else None
        pick = resolve(env, case, selector, person_hint, current if same_rule else None)
        named = case.named.get(capacity)
        if named is not None:
            if not same_rule and held is not None:
                step.emit(e.HolderNamed(capacity, None))
            elif _may_stand(step, named, pick.person, pick.post):
                pick = pick._replace(person=named, why="named")
        if held is None or held.person != pick.person or held.selector != selector:
            why = pick.why
            if why == "left" and pick.person is not None and held is not None and held.person in case.concerned:
                why = "conflict"
            step.emit(e.HolderMoved(capacity, pick.person, pick.post, selector or (), index, why))

    return run


def _may_stand(step: Step, named: str, found: str | None, post: str | None) -> bool:
    """Somebody named by hand may hold where nobody was found, or where he holds the very post that was asked for."""
    if hindrance(step.env, step.case, named) is not None:
        return False
    return found is None or post is None or step.env.directory.holds(named, post, step.at)

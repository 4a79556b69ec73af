"""What is looked at once everything is compiled: tables with holes or dead rows, and names that nothing bears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from huiyin_engine.language import regions
from huiyin_engine.language.pack import Fact, Source, Table
from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.language.building import Builder

EXACT = frozenset(("choice", "yes/no"))
"""Kinds of cell whose regions a case can really reach, each on its own."""


def check_built(b: Builder, built: Mapping[str, Any]) -> None:
    """Look at the elements once all of them are compiled; what is wrong becomes a finding."""
    for fact in built["facts"].values():
        if fact.table is not None and fact.table.policy == "first":
            _check_table(b, fact, fact.table)
    _check_names(b, built)


def _check_table(b: Builder, fact: Fact, table: Table) -> None:
    """A row that no region reaches is dead; a region that no row covers is a hole. Where something is unknown the fact
    may be unknown too: that is no hole."""
    conditions = [row.condition.node if row.condition is not None else None for row in table.rows]
    read = regions.cells([c for c in conditions if c is not None], b.scope)
    if not read or regions.count(read) > regions.LARGEST:
        return
    complete = None in conditions
    exact = all(cell.kind in EXACT for cell in read.values())
    hit: set[int] = set()
    hole: regions.Region | None = None
    for region in regions.regions(read):
        found = next(
            (i for i, c in enumerate(conditions) if c is None or regions.holds(c, region, b.scope) is True), None
        )
        if found is not None:
            hit.add(found)
        elif hole is None and None not in region.values():
            hole = region
    for i, row in enumerate(table.rows):
        if i not in hit:
            said = f"if: {row.condition.text}" if row.condition is not None else f"is: {row.value.text}"
            _find(
                b,
                "table_dead_row",
                fact.source,
                Text(f"{fact.id} 第{i + 1}行（{said}）永远轮不到", f"row {i + 1} of {fact.id} ({said}) can never hit"),
                Text(
                    "前面的行已全部包括；调整次序或删去", "the rows before it take all of it; move it up or take it out"
                ),
            )
    if hole is not None and exact and not complete:
        where = regions.show(hole)
        _find(
            b,
            "table_hole",
            fact.source,
            Text(f"{fact.id} 没有一行管到：{where}", f"no row of {fact.id} covers: {where}"),
            Text("补一行，或在最后加一行不带 if 的", "add a row, or a last one without 'if'"),
        )


def _check_names(b: Builder, built: Mapping[str, Any]) -> None:
    facts, rows = built["facts"], built["rows"]
    for act in built["acts"].values():
        fields = rows.get(act.on or "", {})
        for sets in (act.sets, *(d.sets for d in act.instead)):
            _all_known(b, act.source, sets, {**facts, **fields})
        for kind, _, values in act.adds:
            _all_known(b, act.source, values, rows[kind])
        if act.names is not None:
            _all_known(b, act.source, (act.names,), built["holders"])
        if act.does is not None:
            _all_known(b, act.source, (act.does,), ("suspend", "resume", "correct"))
    for owe in built["owes"].values():
        _all_known(b, owe.source, owe.gates, built["acts"])
    for add in built["adds"].values():
        _all_known(b, add.source, add.values, rows.get(add.row, {}))
    for opening in built["opens"].values():
        _all_known(b, opening.source, opening.carries, facts)
    for record in built["records"].values():
        if record.form:
            _all_known(b, record.source, (record.form,), [*built["forms"], *built["reports"]])
    for saying in built["sayings"].values():
        _all_known(b, saying.source, saying.acts, built["acts"])
    for letter in built["letters"].values():
        _all_known(b, letter.source, (letter.to,), [*b.parties, *built["holders"], *b.posts, *b.aliases])


def _all_known(b: Builder, source: Source, names: Iterable[str], among: Iterable[str]) -> None:
    listed = list(among)
    for name in names:
        if name not in listed:
            _find(
                b,
                "name_unknown",
                source,
                Text(f"没有名为 {name} 的内容", f"nothing is called {name}"),
                Text(f"可用：{'、'.join(listed) or '无'}", f"there are: {', '.join(listed) or 'none'}"),
            )


def _find(b: Builder, code: str, source: Source, text: Text, way_out: Text) -> None:
    b.reader.find(code, source.file, source.line, text, way_out, source.clause)

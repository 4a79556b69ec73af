"""Regions of what sentences read: complete, and evaluated exactly as the compiled sentence would be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin_engine.language import regions
from huiyin_engine.language.compiling import FactType, Scope, compile_sentence
from huiyin_engine.language.findings import PackRefused
from huiyin_engine.language.runtime import Env
from huiyin_engine.language.sentences import parse
from huiyin_engine.model.state import CaseState, Trace
from tests.engine.small_world import instant, small_pack, world

SCOPE = Scope(
    facts={
        "a": FactType("yes/no"),
        "set_out": FactType("yes/no", start=False),
        "n": FactType("number"),
        "kind": FactType("choice", ("x", "y", "z")),
        "content": FactType("text"),
    },
    acts=frozenset({"call"}),
)
PACK = small_pack('- clause: "1"\n  act register: {by: clerk, opens: complaint}\n')


def test_each_cell_has_a_region_for_each_value_and_one_for_unknown() -> None:
    read = regions.cells([parse("a and kind is x or n > 5 and n <= 8 or done call and set_out")], SCOPE)
    assert {k: c.values for k, c in read.items()} == {
        "a": (True, False, None),
        "kind": ("x", "y", "z", None),
        "n": (4, 5, Decimal("6.5"), 8, 9, None),
        "done call": (True, False),
        "set_out": (True, False),
    }
    assert regions.count(read) == len(list(regions.regions(read))) == 3 * 4 * 6 * 2 * 2


def test_what_is_not_a_choice_yes_no_or_number_is_a_free_cell() -> None:
    read = regions.cells([parse("content is 'x' and n > times call")], SCOPE)
    assert {c.kind for c in read.values()} == {"free"}
    assert all(c.values == (True, False, None) for c in read.values())


def test_constants_of_several_sentences_cut_the_same_number() -> None:
    read = regions.cells([parse("n > 5"), parse("3 < n"), parse("times call is 2")], SCOPE)
    assert read["n"].values == (2, 3, Decimal(4), 5, 6, None)
    assert read["times call"].values == (1, 2, 3)


ATOMS = [
    "a",
    "set_out",
    "kind is x",
    "kind is not y",
    "kind in [x, z]",
    "kind not in [x]",
    "n > 2",
    "n <= 2",
    "5 > n",
    "n is 5",
    "done call",
    "kind is known",
    "a is unknown",
    "a is no",
    "n is known",
    "yes",
]


def sentences() -> st.SearchStrategy[str]:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            inner.map(lambda x: f"not ({x})"),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
            st.tuples(inner, inner, inner).map(lambda t: f"({t[0]}) if ({t[1]}) else ({t[2]})"),
        )

    return st.recursive(st.sampled_from(ATOMS), grow, max_leaves=5)


def reachable(region: regions.Region) -> bool:
    """A number and whether it is known are walked apart; some of their combinations no case can reach."""
    return not {"n", "n is known"} <= set(region) or (region["n"] is not None) == region["n is known"]


def case_in(region: regions.Region) -> CaseState:
    """A case that lies in the region."""
    state = CaseState("c1")
    state.facts = {k: v for k, v in region.items() if k in SCOPE.facts and v is not None}
    if region.get("n is known") is True:
        state.facts.setdefault("n", 1000)
    if region.get("done call"):
        state.acts = {"call": (Trace(1, 1, "ann", {}, None),)}
    return state


@given(sentences())
@settings(max_examples=150, deadline=None)
def test_in_every_region_the_sentence_comes_to_what_the_compiled_one_does(text: str) -> None:
    node, compiled = parse(text), compile_sentence(text, SCOPE)
    env = Env(world(PACK), PACK, instant("2025-09-26 16:00"))
    for region in regions.regions(regions.cells([node], SCOPE)):
        if not reachable(region):
            continue
        assert regions.holds(node, region, SCOPE) is compiled.run(case_in(region), env, None), region


# -- tables ----------------------------------------------------------------------------------------------------------


def refused_with(facts: str) -> list[Any]:
    lines = "\n".join(f"  {line}" for line in facts.strip("\n").split("\n"))
    with pytest.raises(PackRefused) as refused:
        small_pack(f'- clause: "1"\n  act register: {{by: clerk, opens: complaint}}\n{lines}\n')
    return refused.value.findings


KIND = "fact kind: {one of: {x: 甲 / X, y: 乙 / Y, z: 丙 / Z}}\nfact urgent: {type: yes/no}\n"


def test_a_hole_names_the_region_that_no_row_covers() -> None:
    table = (
        "fact days:\n  type: number\n  first of: [{if: urgent, is: 1}, {if: kind is x, is: 3}, {if: kind is y, is: 7}]"
    )
    (finding,) = refused_with(KIND + table)
    assert finding.code == "table_hole"
    assert "urgent is no, kind is z" in finding.text.en


def test_a_dead_row_is_named_by_its_number() -> None:
    table = "fact days:\n  type: number\n  first of: [{if: urgent, is: 1}, {if: urgent and kind is x, is: 3}, {is: 7}]"
    (finding,) = refused_with(KIND + table)
    assert finding.code == "table_dead_row"
    assert "row 2 of days" in finding.text.en


def test_rows_behind_an_unconditional_one_are_dead() -> None:
    (finding,) = refused_with(KIND + "fact days: {type: number, first of: [{is: 7}, {if: urgent, is: 1}]}")
    assert finding.code == "table_dead_row"


@pytest.mark.parametrize(
    "rows",
    [
        "[{if: kind is x, is: 3}, {if: kind is not x, is: 7}]",
        "[{if: kind is x, is: 3}, {is: 7}]",
        "[{if: urgent, is: 1}, {if: not urgent, is: 3}]",
        "[{if: done register, is: 1}]",
    ],
)
def test_a_table_that_covers_everything_known_or_reads_what_happened_is_sound(rows: str) -> None:
    body = f"{KIND}fact days:\n  type: number\n  first of: {rows}".replace("\n", "\n  ")
    pack = small_pack(f'- clause: "1"\n  act register: {{by: clerk, opens: complaint}}\n  {body}\n')
    assert "days" in pack.facts

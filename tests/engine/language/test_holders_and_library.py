"""Who holds a case by a table, and what a pack takes from the library."""

from __future__ import annotations

import pytest

from huiyin_engine.directory import Appointment, Directory
from huiyin_engine.language.building import load_pack
from huiyin_engine.language.pack import Pack
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import Holder
from tests.engine.small_world import HEADER, accepted, act, decide, directory, small_pack, world

THREE_POSTS = HEADER.replace(
    "  boss: {name: 主任 / Boss}", "  boss: {name: 主任 / Boss, answers to: head}\n  head: {name: 总经理 / Head}"
)
FACTS = """
- clause: "1"
  fact serious: {type: yes/no, start: no}
  fact huge: {type: yes/no, start: no}
  fact about: {type: person, several: yes}
  conflict about: {concerned: [about]}
  act register: {by: clerk, opens: complaint, takes: [serious?, huge?, about?]}
  act pass_up: {by: [clerk, boss, head], takes: []}
"""


def table(policy: str, rows: str, post: str = "clerk") -> Pack:
    return small_pack(f'{FACTS}- clause: "2"\n  holder owner:\n    post: {post}\n    {policy}: {rows}\n', THREE_POSTS)


def people() -> Directory:
    base = directory()
    posts = [*base.appointments, Appointment("dan", "head")]
    return Directory(base.persons.values(), posts, (), base.units.values())


def owner(pack: Pack, passes: int = 0, **facts: object) -> Holder:
    """Who owns a case registered by ann, after some passes up."""
    here: World = world(pack, directory=people())
    state = accepted(decide(here, act("register", "c1", "ann", "2025-03-10 10:00", **facts))).changes[0].state
    for minute in range(passes):
        here = world(pack, directory=people(), cases={"c1": state})
        state = accepted(decide(here, act("pass_up", "c1", "cai", f"2025-03-10 11:{minute:02d}"))).changes[0].state
    return state.holders["owner"]


LADDER = "[{is: actor of register}, {if: serious, is: boss}, {if: huge, is: head}]"


@pytest.mark.parametrize(
    ("facts", "first", "highest"),
    [
        ({}, "ann", "ann"),
        ({"serious": True}, "ann", "cai"),
        ({"huge": True}, "ann", "dan"),
        ({"serious": True, "huge": True}, "ann", "dan"),
    ],
)
def test_first_of_takes_the_first_row_highest_of_the_highest_rank(
    facts: dict[str, bool], first: str, highest: str
) -> None:
    assert owner(table("first of", LADDER), **facts).person == first
    assert owner(table("highest of", LADDER), **facts).person == highest


def test_a_row_is_raised_up_the_ladder_step_by_step_and_stops_at_the_top() -> None:
    pack = table("highest of", "[{is: actor of register, raised: times pass_up}]")
    assert [owner(pack, passes).person for passes in (0, 1, 2, 3)] == ["ann", "cai", "dan", "dan"]


def test_the_holder_says_which_row_hit() -> None:
    assert owner(table("highest of", LADDER), serious=True).rule == 1
    assert owner(table("first of", "[{if: huge, is: head}, {is: boss}]")).rule == 1


def test_whoever_is_concerned_is_passed_over_up_to_the_vacancy() -> None:
    pack = table("first of", "[{is: boss}]", "boss")
    assert owner(pack, about=("cai",)).person == "dan"
    assert owner(pack, about=("cai", "dan")).person is None


def test_no_row_leaves_the_capacity_unheld() -> None:
    pack = table("first of", "[{if: huge, is: head}]")
    here = world(pack, directory=people())
    state = accepted(decide(here, act("register", "c1", "ann", "2025-03-10 10:00"))).changes[0].state
    assert "owner" not in state.holders


# -- library ---------------------------------------------------------------------------------------------------------

LIBRARY = {
    "library/common.yaml": """
- clause: CR-1
  source: reading
  fact reason: {name: 理由 / Reason, type: text}
  act withdraw: {name: 撤诉 / Withdraw, by: registrar, takes: [reason], once: yes}
""",
    "library/more.yaml": """
- clause: CR-9
  act lend: {name: 借出 / Lend, by: registrar}
""",
}
REGISTER = '- clause: "1"\n  act register: {name: 登记 / Register, by: clerk, opens: complaint}\n'


def built(body: str = REGISTER, more: str = "builds on: common\nas: {registrar: clerk}\n") -> Pack:
    return load_pack({"pack.yaml": HEADER + more, "regulation.yaml": body}, LIBRARY)


def test_only_the_parts_named_are_taken_with_their_own_clause_and_source() -> None:
    pack = built()
    assert set(pack.acts) == {"register", "withdraw"}
    source = pack.acts["withdraw"].source
    assert (source.clause, source.origin, source.file) == ("CR-1", "reading", "library/common.yaml")
    assert [c.number for c in pack.clauses] == ["CR-1", "1"]
    assert "lend" in built(more="builds on: [common, more]\nas: {registrar: clerk}\n").acts


def test_an_element_redefined_is_replaced_whole_and_stands_where_the_pack_has_it() -> None:
    pack = built(f'{REGISTER}- clause: "2"\n  act withdraw: {{name: 撤回 / Take back, by: boss}}\n')
    withdraw = pack.acts["withdraw"]
    assert withdraw.name.en == "Take back"
    assert withdraw.takes == ()
    assert withdraw.once is False
    assert withdraw.source.clause == "2"


def test_an_element_may_be_done_without() -> None:
    assert set(built(more="builds on: common\nwithout: withdraw\nas: {registrar: clerk}\n").acts) == {"register"}


def test_a_pack_that_builds_on_nothing_takes_nothing() -> None:
    assert set(built(more="").acts) == {"register"}

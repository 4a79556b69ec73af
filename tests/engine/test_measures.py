"""Measures over many cases: counted, distinct, summed, ranked; passing a cut point is an event."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiyin_engine.decide import decide
from huiyin_engine.language.runtime import Env
from huiyin_engine.measures import handed_in, ranking, values
from huiyin_engine.model.events import MeasureCrossed, Told
from huiyin_engine.model.state import CaseState
from tests.engine.small_world import accepted, act, instant, small_pack, world

PACK = small_pack("""
- clause: "1"
  says: 登记 / Register
  fact kind: {name: 类别 / Kind, one of: {a: 甲 / A, b: 乙 / B}}
  fact room: {name: 房号 / Room, type: text}
  fact loss: {name: 损失 / Loss, type: number}
  parameter many: {name: 多少算多 / How many are many, type: number, default: "3"}
  holder owner: {name: 责任人 / Owner, post: clerk, is: actor of register}
  act register: {name: 登记 / Register, by: clerk, opens: complaint, takes: [kind, room, loss]}
  act change: {name: 改类 / Change, by: owner, takes: [kind]}
  measure of_kind: {name: 本月同类 / Like ones this month, count: complaint, by: kind, within: month, cuts: [many]}
  measure rooms: {name: 户数 / Households, count: complaint, distinct: room, by: kind, cuts: ["2"]}
  measure total: {name: 损失合计 / Total loss, count: complaint, sum: loss}
  fact frequent: {name: 经常 / Frequent, is: of_kind >= many}
  tell alarm: {name: 经常发生 / Recurring, on: crossed of_kind, to: boss, text: 同类已多 / Many of a kind}
""")


def run(*rows: tuple[str, str, str, int]) -> dict[str, CaseState]:
    """Register cases one after another, each decision seeing the measures over those before it."""
    cases: dict[str, CaseState] = {}
    for case_id, kind, room, loss in rows:
        given_world = world(PACK, measures=measures_of(cases))
        outcome = accepted(
            decide(given_world, act("register", case_id, "ann", "2025-03-10 10:00", kind=kind, room=room, loss=loss))
        )
        for change in outcome.changes:
            cases[change.case] = change.state
    return cases


def measures_of(cases: dict[str, CaseState]) -> dict[tuple[str, str], object]:
    found: dict[tuple[str, str], object] = {}
    env = Env(world(PACK), PACK, instant("2025-03-10 10:00"))
    for rule in PACK.measures.values():
        found.update(handed_in(rule, cases.values(), env))
    return found


def test_third_like_case_of_the_month_crosses_and_tells_the_boss() -> None:
    cases = run(("1", "a", "r1", 1), ("2", "b", "r1", 1), ("3", "a", "r2", 1))
    given_world = world(PACK, measures=measures_of(cases))
    outcome = accepted(
        decide(given_world, act("register", "4", "ann", "2025-03-11 10:00", kind="a", room="r3", loss=5))
    )
    events = [e.event for e in outcome.changes[0].entries]
    assert MeasureCrossed("of_kind", "a|2025-03-01", 2, 3, 3) in events
    assert Told("alarm", ("cai",)) in events
    assert outcome.state("4").facts["frequent"] is True
    assert "frequent" not in cases["3"].facts or cases["3"].facts["frequent"] is False


def test_leaving_a_group_crosses_downwards() -> None:
    cases = run(("1", "a", "r1", 1), ("2", "a", "r2", 1), ("3", "a", "r2", 1))
    given_world = world(PACK, measures=measures_of(cases), cases=cases)
    outcome = accepted(decide(given_world, act("change", "2", "ann", "2025-03-11 10:00", kind="b")))
    crossed = [e.event for e in outcome.changes[0].entries if isinstance(e.event, MeasureCrossed)]
    assert MeasureCrossed("of_kind", "a|2025-03-01", 3, 2, 3) in crossed


def test_distinct_counts_a_household_once() -> None:
    cases = run(("1", "a", "r1", 1), ("2", "a", "r1", 1), ("3", "a", "r2", 2))
    env = Env(world(PACK), PACK, instant("2025-03-10 10:00"))
    assert values(PACK.measures["rooms"], cases.values(), env) == {"a": 2}
    assert values(PACK.measures["total"], cases.values(), env) == {"": 4}


def test_a_household_is_still_there_while_another_case_names_it() -> None:
    cases = run(("1", "a", "r1", 1), ("2", "a", "r1", 1), ("3", "a", "r2", 1))
    given_world = world(PACK, measures=measures_of(cases), cases=cases)
    outcome = accepted(decide(given_world, act("change", "2", "ann", "2025-03-11 10:00", kind="b")))
    crossed = [e.event for e in outcome.changes[0].entries if isinstance(e.event, MeasureCrossed)]
    assert not any(c.measure == "rooms" for c in crossed)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 5), max_size=8))
def test_ties_share_a_rank_and_the_next_is_skipped(scores: dict[str, int]) -> None:
    ranks = {r.key: r.rank for r in ranking(scores)}
    assert ranks == {key: 1 + sum(other > value for other in scores.values()) for key, value in scores.items()}

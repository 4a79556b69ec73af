"""The properties that must hold under every pack, whatever people do and however late the clock is looked at."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin_engine.evolve import replay
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import Outcome, Refusal
from huiyin_engine.model.state import MET, MET_LATE, CaseState
from huiyin_engine.testing.store import MemoryStore
from tests.engine.laws.lives import PACKS, Life, fresh_world, happened, organisation, pack_called

WEEK = 7 * 86_400
SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50)
SIZES = st.lists(st.sampled_from((1, 2, 0)), min_size=1, max_size=6)
AWAY = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40), st.integers(1, 20)), max_size=3)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
every_pack = pytest.mark.parametrize("name", sorted(PACKS))


def life_of(name: str, sizes: list[int], away: list[tuple[int, int, int]]) -> Life:
    pack = pack_called(name)
    return Life(pack, fresh_world(pack, organisation(pack, sizes, away)))


def picture(state: CaseState) -> dict[str, Any]:
    return {slot: copy.deepcopy(getattr(state, slot)) for slot in CaseState.__slots__}


@every_pack
@few
@given(sizes=SIZES, away=AWAY, seeds=SEEDS)
def test_an_open_case_is_held_and_something_is_owed_on_it(
    name: str, sizes: list[int], away: list[tuple[int, int, int]], seeds: list[int]
) -> None:
    life = life_of(name, sizes, away)
    held_types = {case_type for rule in life.pack.holders.values() for case_type in rule.of}
    for seed in seeds:
        life.live(seed)
        directory = life.store.world().directory
        for case in life.store.cases().values():
            if case.closed_at is not None or case.type not in held_types:
                continue
            able = [
                h.person
                for h in case.holders.values()
                if h.person is not None and directory.exists(h.person) and h.person not in case.concerned
            ]
            vacancy = any(h.person is None for h in case.holders.values())
            assert able or vacancy, f"{case.type} {case.id} is held by nobody"
            assert case.owed(), f"nothing is owed on {case.type} {case.id}"
            for capacity, holder in case.holders.items():
                assert holder.person is None or holder.person not in case.concerned, f"{capacity} is concerned"
            if "owner" in case.holders and case.holders["owner"].person is None and "name_holder" in life.pack.owes:
                owed = {o.owe for o in case.owed()}
                assert "name_holder" in owed or case.type not in life.pack.owes["name_holder"].of


@every_pack
@few
@given(sizes=SIZES, away=AWAY, seeds=SEEDS)
def test_no_act_of_a_concerned_person_is_accepted_and_a_refusal_changes_nothing(
    name: str, sizes: list[int], away: list[tuple[int, int, int]], seeds: list[int]
) -> None:
    life = life_of(name, sizes, away)
    for seed in seeds:
        before = {case: (state, picture(state)) for case, state in life.store.cases().items()}
        histories = {case: len(life.store.entries(case)) for case in before}
        now = life.now
        tried = life.live(seed)
        if tried is None:
            continue
        act, answer = tried
        if isinstance(answer, Outcome):
            rule = life.pack.acts[act.name]
            after = life.store.state(act.case)
            assert rule.party or act.actor not in after.concerned, f"{act.actor} is concerned and did {act.name}"
            if act.case in before:
                assert rule.party or act.actor not in before[act.case][0].concerned
        else:
            assert isinstance(answer, Refusal)
            assert answer.code
            assert answer.text.zh
            assert answer.text.en
            for case, state in life.store.cases().items():
                told = happened(life.store.entries(case)[histories.get(case, 0) :])
                assert all(not (isinstance(event, e.ActDone) and event.act == act.name) for _, event in told)
                assert all(at >= now or not isinstance(event, e.ActDone) for at, event in told)
                assert state.seq == len(life.store.entries(case))
        for state, was in before.values():
            assert picture(state) == was, "a decision wrote into a state it was handed"


@every_pack
@few
@given(sizes=SIZES, away=AWAY, seeds=SEEDS)
def test_met_in_time_means_by_the_due_instant_and_a_breach_comes_once(
    name: str, sizes: list[int], away: list[tuple[int, int, int]], seeds: list[int]
) -> None:
    life = life_of(name, sizes, away)
    for seed in seeds:
        life.live(seed)
    life.store.advance(life.now + 60 * 86_400)
    for case, state in life.store.cases().items():
        due: dict[str, int | None] = {}
        missed: Counter[str] = Counter()
        met: Counter[str] = Counter()
        for at, event in happened(life.store.entries(case)):
            match event:
                case e.ObligationOpened() | e.ObligationMoved() | e.ObligationResumed():
                    due[event.key] = event.due
                case e.ObligationMissed():
                    missed[event.key] += 1
                    assert at == due[event.key], f"{event.key} lapsed at another instant than its own"
                case e.ObligationMet():
                    met[event.key] += 1
        assert all(n == 1 for n in missed.values()), f"breached twice: {missed}"
        assert all(n == 1 for n in met.values()), f"fulfilled twice: {met}"
        for o in state.obligations.values():
            in_time = o.done_at is not None and (o.due is None or o.done_at <= o.due)
            if o.state == MET:
                assert o.missed_at is None
                stood_still = o.suspended_at is not None and o.due is not None and o.suspended_at <= o.due
                said = f"{o.key} counts as in time, done {o.done_at}, due {o.due}"
                assert in_time or stood_still or o.strength != "binding", said
            if o.state == MET_LATE:
                assert o.missed_at is not None
                assert o.missed_at <= (o.done_at or 0)


@every_pack
@few
@given(sizes=SIZES, away=AWAY, seeds=SEEDS)
def test_the_stored_events_give_the_stored_state(
    name: str, sizes: list[int], away: list[tuple[int, int, int]], seeds: list[int]
) -> None:
    life = life_of(name, sizes, away)
    for seed in seeds:
        life.live(seed)
    for case, state in life.store.cases().items():
        assert replay(life.store.entries(case), CaseState(case)) == state


@every_pack
@few
@given(sizes=SIZES, away=AWAY, seeds=SEEDS, step=st.integers(1800, 5 * 86_400))
def test_looking_late_at_the_clock_or_often_gives_the_same_events(
    name: str, sizes: list[int], away: list[tuple[int, int, int]], seeds: list[int], step: int
) -> None:
    life = life_of(name, sizes, away)
    for seed in seeds:
        life.live(seed)
    end = life.now + WEEK
    life.store.advance(end)
    often = MemoryStore(fresh_world(life.pack, organisation(life.pack, sizes, away)))
    clock = None
    for act, answer in life.script:
        if clock is not None and (act.at - clock) // step < 400:
            for instant in range(clock + step, act.at, step):
                often.advance(instant)
        often.advance(act.at)
        often.advance(act.at)
        again = often.perform(act)
        assert bool(again) == bool(answer), f"{act.name}: {answer} became {again}"
        clock = act.at
    often.advance(end - WEEK // 2)
    often.advance(end)
    assert list(often.cases()) == list(life.store.cases())
    for case in life.store.cases():
        assert happened(often.entries(case)) == happened(life.store.entries(case))


@every_pack
@few
@given(sizes=SIZES, away=AWAY, seeds=SEEDS)
def test_the_same_acts_give_the_same_events(
    name: str, sizes: list[int], away: list[tuple[int, int, int]], seeds: list[int]
) -> None:
    one, other = life_of(name, sizes, away), life_of(name, sizes, away)
    for seed in seeds:
        assert one.live(seed) == other.live(seed)
    assert {c: list(one.store.entries(c)) for c in one.store.cases()} == {
        c: list(other.store.entries(c)) for c in other.store.cases()
    }

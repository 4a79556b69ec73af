"""Whatever people do, the stores tell one history: in memory, on SQLite, and on PostgreSQL when tests run there."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.cases import loads, sealing
from huiyin.cases.models import Case
from huiyin.cases.store import DatabaseStore
from huiyin_engine.model.outcome import Refusal
from tests.engine.laws.lives import PACKS, Life, fresh_world, happened, organisation, pack_called

SIZES = st.lists(st.sampled_from((1, 2, 3)), min_size=1, max_size=4)
AWAY = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40), st.integers(1, 20)), max_size=2)
SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=25, max_size=40)
WEEK = 7 * 86_400


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name in PACKS if name[:3] in {"R01", "R06", "R19"}))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sizes=SIZES, away=AWAY, seeds=SEEDS)
def test_random_acts_give_the_same_events_in_memory_and_in_the_database(
    name: str, sizes: list[int], away: list[tuple[int, int, int]], seeds: list[int]
) -> None:
    pack = pack_called(name)
    life = Life(pack, fresh_world(pack, organisation(pack, sizes, away)))
    for seed in seeds:
        life.live(seed)
    end = life.now + WEEK
    life.store.advance(end)
    with transaction.atomic():
        kept = DatabaseStore(fresh_world(pack, organisation(pack, sizes, away)))
        for act, answer in life.script:
            kept.advance(act.at)
            again = kept.perform(act)
            assert type(again) is type(answer), f"{act.name}: {answer} became {again}"
            if isinstance(answer, Refusal):
                assert again == answer
        kept.advance(end)
        assert set(Case.objects.values_list("id", flat=True)) == set(life.store.cases())
        for case, state in life.store.cases().items():
            assert happened(kept.entries(case)) == happened(life.store.entries(case))
            assert kept.state(case) == state
        assert loads.stored() == life.store.world().directory.loads
        assert list(sealing.verify()) == []
        transaction.set_rollback(True)

"""Every event has a sentence, every date a reason, every refusal a way out: over the scenarios of the packs at hand."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from huiyin_engine import explain, instants, prose, showing, why
from huiyin_engine.calendars import day_table
from huiyin_engine.language import sentences as s
from huiyin_engine.language.building import load_pack
from huiyin_engine.language.pack import Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import Act, Outcome, Refusal
from huiyin_engine.options import options, preview
from huiyin_engine.testing.runner import FIRST_CASE, run_scenario
from huiyin_engine.testing.scenarios import read_scenario
from huiyin_engine.testing.store import MemoryStore
from huiyin_engine.texts import Text
from tests.engine.small_world import ROOT, directory, small_pack

PACKS = ROOT / "packs"
SCENARIOS = sorted(PACKS.glob("*/scenarios/*.yaml"))


@cache
def pack_at(folder: Path) -> Pack:
    library = {f"library/{f.name}": f.read_text() for f in sorted((PACKS / "library").glob("*.yaml"))}
    return load_pack({f.name: f.read_text() for f in sorted(folder.glob("*.yaml"))}, library)


def lived(path: Path) -> tuple[Pack, MemoryStore]:
    """The pack of a scenario and the store it was run on."""
    pack = pack_at(path.parents[1])
    stores: list[MemoryStore] = []

    def keep(world: object) -> MemoryStore:
        stores.append(MemoryStore(world))  # type: ignore[arg-type]
        return stores[0]

    result = run_scenario(
        read_scenario(path.read_text(), path.name),
        pack,
        day_table([f.read_text() for f in sorted((ROOT / "calendars/mainland").glob("*.yaml"))]),
        keep,
    )
    assert result.passed
    return pack, stores[0]


def scenario(rule: str) -> Path:
    return next(p for p in SCENARIOS if p.stem == rule)


def assert_both(text: Text) -> None:
    """Something in each language, no code of the pack or of Python in either, no bracket left open."""
    assert text.zh.strip()
    assert text.en.strip()
    for side in text:
        assert "{" not in side
        assert "None" not in side
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", side), side
    assert text.zh.count("（") == text.zh.count("）")
    assert text.en.count("(") == text.en.count(")")


def test_every_event_has_a_sentence() -> None:
    assert set(explain._TELL) == set(e.EVENT_CODES.values())


def test_every_shape_of_the_grammar_has_words() -> None:
    assert set(prose._SAY) == set(s.Node.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_story_owes_and_holders_of_every_scenario_can_be_told(path: Path) -> None:
    pack, store = lived(path)
    people = store.world().directory
    for case_id, case in store.cases().items():
        entries = store.entries(case_id)
        for entry in entries:
            assert_both(explain.sentence(pack, people, entry).text)
        for key, o in case.obligations.items():
            told = why.why_due(store.world(), case, key, entries)
            assert_both(told.name)
            assert_both(told.rule)
            assert told.due == o.due
            assert told.versions
            for version in told.versions:
                assert_both(version.line.text)
            if told.days:
                assert [told.days[0].day, told.days[-1].day] == [
                    instants.day_of(told.start if told.counting is None else told.days[0].day * instants.DAY),
                    instants.day_of(o.due or 0),
                ]
        for capacity in case.holders:
            assert_both(explain.why_holder(pack, people, case, capacity).text)
        for person in people.persons:
            for option in options(store.world(), case_id, person, case.last_at):
                if option.refusal is not None:
                    assert_both(explain.why_refused(option.refusal))


@pytest.mark.parametrize("folder", sorted({p.parents[1] for p in SCENARIOS}), ids=lambda f: f.name)
def test_every_sentence_of_every_pack_can_be_said(folder: Path) -> None:
    pack = pack_at(folder)
    for holder in pack.holders.values():
        for row in holder.table.rows:
            if row.condition is not None:
                assert_both(prose.in_words(pack, row.condition.node))
    for owe in pack.owes.values():
        for sentence in (owe.due, owe.condition, owe.lasting, owe.met_when, owe.opens):
            if sentence is not None:
                assert_both(prose.in_words(pack, sentence.node, owe.row))
    for close in pack.closes.values():
        assert_both(prose.in_words(pack, close.when.node))


def test_register_is_told_with_labels_values_and_clause() -> None:
    pack, store = lived(scenario("R01-X2"))
    people = store.world().directory
    lines = [explain.sentence(pack, people, x) for x in store.entries(FIRST_CASE) if isinstance(x.event, e.ActDone)]
    assert lines[0].clause == "7.2.1"
    assert lines[0].topic == "act"
    assert lines[0].text.zh.startswith("李敏办理“登记投诉”：")
    assert "类别：销售" in lines[0].text.zh
    assert "Category: Sales" in lines[0].text.en
    assert "预定答复时间：2025年4月22日 周二 18:00" in lines[0].text.zh
    assert "Promised reply time: Tue 22 Apr 2025 18:00" in lines[0].text.en
    assert "事发部门：工程部" in lines[0].text.zh


def test_passing_up_tells_the_new_owner_and_that_the_date_stays() -> None:
    _pack, store = lived(scenario("R01-X2"))
    world = store.world()
    case = store.state(FIRST_CASE)
    owner = case.holders["owner"].person
    act = Act("pass_up", FIRST_CASE, owner, case.last_at + 60, case.last_at + 60, {"reason": "仍不能解决"})
    outcome = preview(world, act)
    assert isinstance(outcome, Outcome)
    told = explain.consequences(world.packs, world.directory, outcome, {FIRST_CASE: case})
    assert Text("责任人 → 郑总（总经理）", "Owner → 郑总 (General manager)") in [line.text for line in told]
    assert [line.text.zh for line in told if line.text.zh.startswith("时限不变")] == [
        "时限不变：2025年4月22日 周二 18:00"
    ]
    assert next(line.clause for line in told if line.topic == "people") == "5.1-5.4"


def test_refusal_gives_reason_clause_and_way_out() -> None:
    refusal = Refusal("x", Text("至多改两次", "twice at most"), "7.4.2", Text("报总经理", "pass it up"))
    assert explain.why_refused(refusal) == Text("至多改两次（7.4.2）。报总经理。", "Twice at most (7.4.2). Pass it up.")


def test_promised_date_is_explained_by_its_promise_and_marks_days_of_rest() -> None:
    _pack, store = lived(scenario("R01-X3"))
    world = store.world()
    case = store.state(FIRST_CASE)
    told = why.why_due(world, case, "reply#3", store.entries(FIRST_CASE))
    assert told.rule == Text("预定答复时间", "Promised reply time")
    assert told.clause == "7.2.1"
    assert told.started_by is not None
    assert "与客户另约时间" in told.started_by.text.zh
    assert instants.format_instant(told.due or 0) == "2025-10-10 18:00"
    holidays = [day for day in told.days if not day.working]
    assert [instants.format_day(day.day) for day in holidays] == [f"2025-10-{n:02d}" for n in range(1, 9)]
    assert {day.reason.zh for day in holidays} == {"国庆节、中秋节"}
    assert [v.line.text.zh[:2] for v in told.versions if v.line.text.zh.endswith("2025年9月26日 周五 18:00")] == [
        "李敏"
    ]


def test_counted_limit_shows_each_day_as_it_counts() -> None:
    pack = small_pack(
        """
- clause: "3"
  act register: {name: 登记 / Register, by: clerk, opens: complaint, takes: []}
  owe answer:
    name: 答复 / Answer
    who: clerk
    from: register
    does: reply
    due: start + 3 working days
  act reply: {name: 答复 / Reply, by: clerk, takes: []}
"""
    )
    from tests.engine.small_world import act, world

    store = MemoryStore(world(pack))
    assert store.perform(act("register", "c", "ann", "2025-09-29 10:00"))
    told = why.why_due(store.world(), store.state("c"), "answer#1", store.entries("c"))
    assert told.rule == Text("起算之时起3个工作日", "3 working days from the start")
    counted = [instants.format_day(day.day) for day in told.days if day.counted]
    assert counted == ["2025-09-30", "2025-10-09", "2025-10-10"]
    assert told.counting is not None
    assert told.counting.zh.startswith("自2025年9月29日 周一 10:00起3个工作日；")
    assert told.days[0].is_start
    assert told.days[-1].is_due
    assert told.days[-1].reason == Text("第3个工作日", "working day 3")


def test_values_are_written_as_people_write_them() -> None:
    pack = pack_at(scenario("R01-X1").parents[1])
    people = directory()
    at = instants.parse_instant("2026-02-14 18:00")
    shown = showing.format_value(pack, people, pack.facts["promised_at"], at)
    assert shown == Text("2026年2月14日 周六 18:00", "Sat 14 Feb 2026 18:00")
    assert showing.money(Decimal("1234.5")) == Text("¥1,234.50", "¥1,234.50")
    assert showing.money(Decimal("-2")).en == "-¥2.00"
    assert showing.format_value(pack, people, pack.facts["category"], "sales") == Text("销售", "Sales")
    assert showing.format_value(pack, people, pack.facts["units"], ("north", "south")).zh == "北部、南部"
    assert showing.format_value(pack, people, pack.facts["written"], False).zh == "否"
    assert showing.slot_name(pack, "customer_or_recorder").zh == "客户/记录人签名"

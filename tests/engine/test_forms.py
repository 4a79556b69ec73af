"""Forms and reports as views: what stands in a field, who gets which rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from huiyin_engine import instants
from huiyin_engine.directory import Appointment, Directory, Person, Unit
from huiyin_engine.forms import letter_sheet, period_head, report, sheets
from huiyin_engine.model.outcome import Act, World
from huiyin_engine.testing.store import MemoryStore
from huiyin_engine.texts import Text
from tests.engine.testing.small import DAYS, small_pack

PACK = small_pack()
MARCH = (instants.parse_day("2025-03-01"), instants.parse_day("2025-03-31"))
PEOPLE = {"li": "李敏", "chen": "陈晨", "wang": "王强", "zhao": "赵组长", "sun": "孙主任"}
POSTS = [("li", "clerk", None), ("chen", "clerk", None), ("wang", "head", "u1"), ("zhao", "clerk_lead", None)]


def store() -> MemoryStore:
    from huiyin_engine.calendars import WorkingCalendar

    directory = Directory(
        [Person(key, name) for key, name in PEOPLE.items()],
        [*(Appointment(*post) for post in POSTS), Appointment("sun", "director")],
        (),
        [Unit("u1", "工程部")],
    )
    packs = {PACK.id: PACK, (PACK.id, PACK.version): PACK}
    return MemoryStore(World(packs, directory, WorkingCalendar(DAYS)))


def act(cases: MemoryStore, name: str, case: str, actor: str, at: str, **inputs: Any) -> None:
    instant = instants.parse_instant(at)
    cases.advance(instant)
    assert cases.perform(Act(name, case, actor, instant, instant, inputs, pack=PACK.id)), f"{name} was refused"


def register(cases: MemoryStore, case: str, at: str, kind: str = "goods", **more: Any) -> None:
    promised = instants.parse_instant(at) + 2 * instants.DAY
    act(cases, "register", case, "li", at, caller=f"客户{case}", kind=kind, promised_at=promised, **more)


def test_a_form_shows_labels_names_and_dates_in_both_languages() -> None:
    cases = store()
    register(cases, "a", "2025-03-10 10:20")
    act(cases, "route", "a", "li", "2025-03-10 11:00", unit="u1")
    (sheet,) = sheets(cases.world(), "a", PACK.forms["S1"], 0, lambda case: f"S-{case.id}")
    assert (sheet.number, sheet.revision, sheet.row) == ("S1", "1", None)
    shown = [(line.label.en, line.shown) for line in sheet.lines]
    assert shown == [
        ("Caller", Text("客户a", "客户a")),
        ("Kind", Text("货品", "Goods")),
        ("Promised time", Text("2025年3月12日 周三 10:20", "Wed 12 Mar 2025 10:20")),
        ("Owner", Text("王强", "王强")),
        ("Taken by", Text("李敏", "李敏")),
        ("Date", Text("2025年3月10日 周一", "Mon 10 Mar 2025")),
        ("Customer signs", Text("", "")),
        ("Sent to", Text("工程部", "工程部")),
        ("Number", Text("S-a", "S-a")),
    ]
    assert [line.value for line in sheet.lines][3:5] == ["wang", "li"]


def test_a_letter_says_what_it_must() -> None:
    cases = store()
    register(cases, "a", "2025-03-10 10:20")
    act(cases, "answer", "a", "li", "2025-03-11 09:00", measures="已换货")
    letter = letter_sheet(cases.world(), "a", PACK.letters["reply"], 0)
    assert [(line.label.zh, line.shown.zh) for line in letter.lines] == [("来诉人", "客户a"), ("处理结果", "已换货")]


def test_a_party_signs_by_its_name_and_a_substitute_for_whom_he_replaces() -> None:
    cases = store()
    register(cases, "a", "2025-03-10 10:20")
    act(cases, "answer", "a", "li", "2025-03-11 09:00", measures="已换货")
    state = cases.state("a").copy()
    state.signatures = tuple(x._replace(on_behalf="sun") if x.slot == "taken" else x for x in state.signatures)
    world = replace(cases.world(), cases={"a": state})
    (sheet,) = sheets(world, "a", PACK.forms["S1"], 0)
    assert sheet.lines[4].shown == Text("李敏（代孙主任）", "李敏 (for 孙主任)")
    assert sheet.lines[6].shown == Text("客户", "Customer")


def test_a_report_lists_the_period_and_nothing_beside_it() -> None:
    cases = store()
    for name, at in (("a", "2025-02-28 17:59"), ("b", "2025-03-31 17:00"), ("c", "2025-03-03 09:00"),
                     ("d", "2025-03-03 10:00"), ("e", "2025-04-01 09:00")):  # fmt: skip
        register(cases, name, at, "manner" if name == "d" else "goods")
    act(cases, "route", "c", "sun", "2025-04-02 09:00", unit="u1")
    view = report(cases.world(), PACK, PACK.reports["monthly"], cases.cases().values(), MARCH, 0)
    assert [row.case for row in view.rows] == ["c", "d", "b"]
    assert view.groups == {"goods": ("c", "b"), "manner": ("d",)}
    assert view.group_names["manner"] == Text("态度", "Manner")
    assert view.proposed == ("goods",)
    assert (view.to, view.to_read) == (("sun", "wang"), ("zhao",))
    assert view.head == Text("2025年3月1日至2025年3月31日", "1 Mar 2025 to 31 Mar 2025")
    assert [label.en for label in view.labels] == ["Caller", "Kind"]


def test_the_copy_of_a_concerned_reader_leaves_his_rows_out_and_says_how_many() -> None:
    cases = store()
    register(cases, "a", "2025-03-03 09:00", against="wang", unit="u1")
    register(cases, "b", "2025-03-04 09:00", unit="u1")
    view = report(cases.world(), PACK, PACK.reports["monthly"], cases.cases().values(), MARCH, 0)
    rows, left_out = view.copy_for("wang")
    assert ([row.case for row in rows], left_out) == (["b"], 1)
    assert view.copy_for("sun") == (view.rows, 0)


def test_the_concerned_head_gets_no_copy_for_the_case_he_is_concerned_by() -> None:
    cases = store()
    register(cases, "a", "2025-03-03 09:00", against="wang", unit="u1")
    view = report(cases.world(), PACK, PACK.reports["monthly"], cases.cases().values(), MARCH, 0)
    assert view.to == ("sun",)


def test_the_head_of_a_leap_february() -> None:
    days = instants.parse_day("2024-02-01"), instants.parse_day("2024-02-29")
    assert period_head(*days).zh == "2024年2月1日至2024年2月29日"

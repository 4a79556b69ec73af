"""The demonstration's year under R01: every path of the regulation is in it, and the engine refuses nothing of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from huiyin.demo import organisation
from huiyin_engine.calendars import WorkingCalendar, day_table
from huiyin_engine.directory import Appointment, Directory, Person, Unit
from huiyin_engine.instants import DAY, parse_instant
from huiyin_engine.language.building import load_pack
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import CaseState
from huiyin_engine.simulate.running import Simulation
from huiyin_engine.simulate.story import StoryError, read_story

ROOT = Path(__file__).parents[3]
END = parse_instant("2026-11-20 15:30")


def texts(folder: Path, prefix: str = "") -> dict[str, str]:
    return {prefix + path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


@pytest.fixture(scope="module")
def world() -> World:
    written = organisation.data()
    pack = load_pack(
        texts(ROOT / "packs" / "R01-customer-complaint-procedure"), texts(ROOT / "packs" / "library", "library/")
    )
    appointments = [
        Appointment(key, post, unit or None)
        for key, body in written["people"].items()
        for post, _, unit in (words.partition("@") for words in body["posts"])
    ]
    calendar = WorkingCalendar(day_table(texts(ROOT / "calendars" / "mainland").values()))
    return World(
        packs={pack.id: pack, (pack.id, pack.version): pack},
        directory=Directory(
            [Person(key, body["name"]) for key, body in written["people"].items()],
            appointments,
            (),
            [Unit(code, body["name"]) for code, body in written["units"].items()],
        ),
        calendar=calendar,
        parameters={"R01": written["adopts"]["R01"]["parameters"]},
    )


def live(world: World, seed: int = 20260301, days: int = 410) -> Simulation:
    (path,) = organisation.stories()
    story = read_story(path.read_text(encoding="utf-8"), path.name)
    simulation = Simulation(story, world, END - days * DAY, END, Random(seed))
    simulation.run()
    return simulation


@pytest.fixture(scope="module")
def year(world: World) -> Simulation:
    return live(world)


def of_type(year: Simulation, kind: str) -> list[CaseState]:
    return [state for state in year.store.cases().values() if state.type == kind]


def test_the_engine_refuses_nothing_of_the_story(year: Simulation) -> None:
    assert Counter((d.path, d.act, d.refusal.code) for d in year.declined) == Counter()


def test_the_year_has_about_three_hundred_complaints(year: Simulation) -> None:
    assert 300 <= len(of_type(year, "complaint")) <= 460


def test_complaints_end_in_every_way_the_regulation_knows(year: Simulation) -> None:
    ways = {state.closed_how for state in of_type(year, "complaint")}
    assert ways >= {"settled", "declined", "unreached", "anonymous_settled", "withdrawn", None}


def test_every_path_of_the_regulation_is_in_the_year(year: Simulation) -> None:
    complaints = of_type(year, "complaint")

    def some(condition: object) -> int:
        return sum(1 for state in complaints if condition(state))  # type: ignore[operator]

    assert some(lambda c: not c.facts.get("routed") and c.closed_how == "settled")
    assert some(lambda c: len(c.acts.get("pass_up", ())) == 1)
    assert some(lambda c: len(c.acts.get("pass_up", ())) == 2)
    assert some(lambda c: len(c.acts.get("agree_time", ())) == 1)
    assert some(lambda c: len(c.acts.get("agree_time", ())) == 2)
    assert some(lambda c: c.facts.get("climbed") and c.holder("owner") == "zhengguodong")
    assert some(lambda c: "need_second_change" in c.acts)
    assert some(lambda c: len(c.rows.get("part", ())) > 1)
    assert some(lambda c: "hold_meeting" in c.acts)
    assert some(lambda c: "send_letter" in c.acts and c.closed_at)
    assert some(lambda c: "arrive" in c.acts and c.facts.get("channel") == "web" and "give_view" in c.acts)
    assert some(lambda c: c.facts.get("anonymous"))
    assert some(lambda c: c.facts.get("signed_slip"))
    assert some(lambda c: any(o.owe == "reply" and o.missed_at for o in c.obligations.values()) and c.closed_at)
    assert some(lambda c: len(c.acts.get("tell_result", ())) == 2)
    assert some(lambda c: "limin" in c.concerned and c.holder("owner") == "mali")
    assert some(lambda c: "mali" in c.concerned and c.skipped)
    assert some(lambda c: "zhengguodong" in c.concerned and c.holder("owner") is None)
    assert some(lambda c: "name_holder" in c.acts)
    assert some(lambda c: "complain_about_handler" in c.acts)
    assert some(lambda c: c.facts.get("about_handler_case") and "register" in c.acts)
    assert some(lambda c: "follow_up_visit" in c.acts)
    assert some(lambda c: "hand_over_record" in c.acts)


def test_duties_are_done_and_some_are_missed(year: Simulation) -> None:
    states = year.store.cases().values()
    done = Counter(act for state in states for act, traces in state.acts.items() for _ in traces)
    missed = Counter(o.owe for state in states for o in state.obligations.values() if o.missed_at)
    assert done["daily_check"] > 250
    assert done["empty_box"] > 200
    assert done["goodwill_visit"] > 20
    assert done["issue_list"] == done["issue_report"] == done["read_report"]
    assert done["issue_report"] >= 12
    assert done["put_to_review"] == 1
    assert done["propose_corrective"] > 2
    assert missed["daily_check"]
    assert missed["reply"]


def test_at_the_end_something_is_late_and_something_is_due_today(year: Simulation) -> None:
    dues = [o.due for state in of_type(year, "complaint") for o in state.owed() if o.owe == "reply" and o.due]
    assert any(due < END for due in dues)
    assert any(due // DAY == END // DAY and due >= END for due in dues)


def test_nobody_concerned_holds_a_case(year: Simulation) -> None:
    held = [(s.id, h.person) for s in of_type(year, "complaint") for h in s.holders.values() if h.person in s.concerned]
    assert held == []


def test_one_seed_is_one_history_and_another_is_another(world: World) -> None:
    def history(seed: int) -> list[object]:
        run = live(world, seed, days=60)
        return [run.store.entries(case) for case in run.store.cases()]

    first = history(7)
    assert first == history(7)
    assert first != history(8)


def test_numbers_are_given_in_the_order_of_opening(year: Simulation) -> None:
    numbers = [year.numbers[state.id] for state in of_type(year, "complaint")]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("pack: R01", "per year"),
        ("- a list", "must be a mapping"),
        ("pack: R01\npack: R02", "twice"),
        (
            "pack: R01\nper year: 1\npools: {}\ntopics: {}\npaths: {p: {steps: [{act: a, after: soon}]}}",
            "not a span of time",
        ),
    ],
)
def test_a_broken_story_is_refused_by_name(text: str, part: str) -> None:
    with pytest.raises(StoryError, match=part):
        read_story(text, "broken.yaml")

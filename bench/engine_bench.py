"""
Speed of the engine, beside one step of the `transitions` library, in one run.

    python bench/engine_bench.py [--profile]

A full act is `decide` with all that follows: rights, conflict of interest, conditions, effects, derived facts,
holders, obligations, events and the new state, handed back as values; nothing that was handed in is changed. The life
is one complaint under R01: registered, sent on, reviewed, signed out, handled, told, the customer's view recorded
(which closes it), visited. One core, processor time, the best of several rounds; the contestants take turns within a
round, so that a busy machine slows both.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from transitions import Machine

from huiyin_engine.advance import advance
from huiyin_engine.calendars import WorkingCalendar, day_table
from huiyin_engine.decide import decide
from huiyin_engine.directory import Appointment, Directory, Person, Unit
from huiyin_engine.evolve import replay
from huiyin_engine.instants import parse_instant as parse
from huiyin_engine.language.building import load_pack
from huiyin_engine.language.pack import Pack
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World
from huiyin_engine.model.state import CaseState
from huiyin_engine.options import options

ROOT = Path(__file__).parents[1]
GOAL_RATIO = 0.8
ROUNDS = 5
SECONDS_A_TURN = 0.6


class Line(NamedTuple):
    """One figure: what, operations per second, its yardstick's (or 0), and the ratio wanted (or 0)."""

    what: str
    per_second: float
    yardstick: float = 0.0
    goal: float = 0.0


def texts(folder: Path) -> dict[str, str]:
    """The YAML files of a folder by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


def r01() -> Pack:
    """The pack of R01 with its library."""
    library = {f"library/{name}": text for name, text in texts(ROOT / "packs" / "library").items()}
    return load_pack(texts(ROOT / "packs" / "R01-customer-complaint-procedure"), library)


def world(pack: Pack) -> World:
    """The organisation of the scenarios."""
    units = [Unit(u, u) for u in ("market", "office", "works", "property", "sales")]
    posts = [
        ("limin", "cs_staff", "market"), ("chen", "cs_staff", "market"), ("ma", "marketing_manager", "market"),
        ("he", "customer_rep", "office"), ("wang", "dept_manager", "works"), ("sun", "dept_manager", "property"),
        ("zhao", "dept_manager", "sales"), ("wu", "dept_staff", "works"), ("lin", "deputy_gm", "works"),
        ("lin", "deputy_gm", "property"), ("zhou", "deputy_gm", "market"), ("zhou", "deputy_gm", "sales"),
        ("zheng", "general_manager", None), ("xu", "iso_group", None),
    ]  # fmt: skip
    people = [Person(key, key) for key in dict.fromkeys(p for p, _, _ in posts)]
    calendar = WorkingCalendar(
        day_table(p.read_text(encoding="utf-8") for p in sorted((ROOT / "calendars" / "mainland").glob("*.yaml")))
    )
    return World(
        packs={pack.id: pack, (pack.id, pack.version): pack},
        directory=Directory(people, [Appointment(*p) for p in posts], (), units),
        calendar=calendar,
        cases={},
    )


def life() -> list[Act]:
    """The eight acts."""

    def act(name: str, actor: str, when: str, **inputs: Any) -> Act:
        at = parse(when)
        return Act(name, "case", actor, at, at, inputs, pack="R01")

    return [
        act("register", "limin", "2025-04-15 09:30", customer="钱先生", category="sales", content="工程部员工态度粗暴",
            channel="phone", promised_at=parse("2025-04-22 18:00"), dept="works", respondent_post="dept_staff"),
        act("send_on", "limin", "2025-04-15 09:40"),
        act("review", "ma", "2025-04-15 11:00"),
        act("issue", "he", "2025-04-15 14:00"),
        act("record_measures", "wang", "2025-04-17 16:00", measures="已批评教育，当面道歉"),
        act("tell_result", "limin", "2025-04-18 09:00", result="电话告知"),
        act("record_view", "limin", "2025-04-18 09:10", view="accepted"),
        act("follow_up_visit", "he", "2025-04-25 10:00", topic="回访", visitors="何岚", visit_record="满意"),
    ]  # fmt: skip


def live(base: World, acts: Sequence[Act]) -> list[tuple[World, Act, Outcome]]:
    """The life once: each act with the world it was decided in. Raises RuntimeError if an act is refused."""
    steps: list[tuple[World, Act, Outcome]] = []
    cases: dict[str, CaseState] = {}
    for act in acts:
        now = World(base.packs, base.directory, base.calendar, dict(cases))
        outcome = decide(now, act)
        if isinstance(outcome, Refusal):
            raise RuntimeError(f"{act.name}: {outcome.text.en}")
        steps.append((now, act, outcome))
        cases.update((change.case, change.state) for change in outcome.changes)
    if cases["case"].closed_at is None:
        raise RuntimeError("the life does not end")
    return steps


def rate(work: Callable[[], int]) -> float:
    """Operations per second of processor time of `work`, which says how many it did, over a turn."""
    done, begin = 0, time.process_time()
    while (spent := time.process_time() - begin) < SECONDS_A_TURN:
        done += work()
    return done / spent


def one_transition() -> Callable[[], int]:
    """The yardstick: a step of a `transitions` machine with the states of the same life and one condition each."""

    class Complaint:
        def may(self) -> bool:
            return True

    complaint = Complaint()
    states = ["registered", "sent_on", "reviewed", "issued", "handled", "told", "closed", "visited"]
    machine = Machine(complaint, states=states, initial=states[0], auto_transitions=False)
    machine.add_ordered_transitions(trigger="step", conditions="may")

    def work() -> int:
        for _ in range(8):
            complaint.step()  # type: ignore[attr-defined]
        return 8

    return work


def contests(pack: Pack) -> dict[str, Callable[[], int]]:
    """What is measured, by name; each call returns how many operations it did."""
    base = world(pack)
    steps = live(base, life())
    moments = [(now, act) for now, act, _ in steps]
    late_world = steps[4][0]
    state = late_world.cases["case"]
    barred = Act("review", "case", "limin", state.last_at + 60, state.last_at + 60)
    first = World(base.packs, base.directory, base.calendar, {"case": steps[0][2].state("case")})
    after_due = parse("2025-04-23 09:00")
    entries = [entry for _, _, outcome in steps for change in outcome.changes for entry in change.entries]

    def full_acts() -> int:
        for now, act in moments:
            decide(now, act)
        return len(moments)

    def refusals() -> int:
        for _ in range(20):
            decide(first, barred)
        return 20

    def may_i() -> int:
        return len(options(late_world, "case", "wang", state.last_at + 60))

    def sweep() -> int:
        for _ in range(5):
            advance(late_world, "case", after_due)
        return 5

    def replays() -> int:
        replay(entries, CaseState("case"))
        return len(entries)

    return {
        "full acts": full_acts,
        "refusals": refusals,
        "may I: options answered": may_i,
        "sweep: cases gone overdue": sweep,
        "replay: events": replays,
    }


def measure(pack: Pack) -> list[Line]:
    """Every figure of the engine, beside the same run's yardstick where it has one."""
    work = {**contests(pack), "one step of transitions": one_transition()}
    best = dict.fromkeys(work, 0.0)
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for name, call in work.items():
            best[name] = max(best[name], rate(call))
    yardstick = best.pop("one step of transitions")
    return [
        Line(name, value, yardstick if name == "full acts" else 0.0, GOAL_RATIO if name == "full acts" else 0.0)
        for name, value in best.items()
    ]


def main() -> int:
    """Print the figures; 0 where the goal is met, else 1. With --profile, where the time of a life goes."""
    pack = r01()
    if "--profile" in sys.argv:
        full_acts = contests(pack)["full acts"]
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(1500):
            full_acts()
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
        return 0
    missed = 0
    for line in measure(pack):
        beside = ""
        if line.yardstick:
            ratio = line.per_second / line.yardstick
            missed += ratio < line.goal
            beside = f"   transitions {line.yardstick:>9,.0f}/s   ratio {ratio:.2f} (goal {line.goal})"
        print(f"{line.what:<28}{line.per_second:>12,.0f}/s{beside}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())

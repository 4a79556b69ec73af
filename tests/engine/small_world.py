"""A small pack and world for tests of the engine: two posts, a handful of people, the mainland calendar."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from huiyin_engine import instants
from huiyin_engine.calendars import WorkingCalendar, day_table
from huiyin_engine.decide import decide
from huiyin_engine.directory import Appointment, Directory, Person, Unit
from huiyin_engine.language.building import load_pack
from huiyin_engine.language.pack import Pack
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World

ROOT = Path(__file__).parents[2]
HEADER = """
pack: T1
title: 试用制度 / A small regulation
version: "1"
applies from: 2025-01-01
posts:
  clerk: {name: 办事员 / Clerk, answers to: boss}
  boss: {name: 主任 / Boss}
parties: {complainant: 投诉人 / Complainant}
cases:
  complaint: {name: 投诉 / Complaint}
"""


def small_pack(body: str, header: str = HEADER) -> Pack:
    return load_pack({"pack.yaml": header, "regulation.yaml": body})


@cache
def mainland() -> WorkingCalendar:
    return WorkingCalendar(day_table([f.read_text() for f in sorted((ROOT / "calendars/mainland").glob("*.yaml"))]))


def directory() -> Directory:
    people = [Person("ann", "安"), Person("bo", "博"), Person("cai", "蔡"), Person("dan", "丹")]
    posts = [Appointment("ann", "clerk"), Appointment("bo", "clerk"), Appointment("cai", "boss")]
    return Directory(people, posts, (), [Unit("north", "北部"), Unit("south", "南部")])


def world(pack: Pack, **more: Any) -> World:
    base: dict[str, Any] = {"directory": directory(), "calendar": mainland()}
    return World(packs={(pack.id, pack.version): pack, pack.id: pack}, **{**base, **more})


def instant(text: str) -> int:
    return instants.parse_instant(text, time_of_bare_day="18:00")


def act(name: str, case: str, actor: str, at: str, row: str | None = None, **inputs: Any) -> Act:
    when = instant(at)
    return Act(name, case, actor, when, when, inputs, row=row, pack="T1")


def accepted(outcome: Outcome | Refusal) -> Outcome:
    assert isinstance(outcome, Outcome), outcome
    return outcome


def refused(outcome: Outcome | Refusal) -> Refusal:
    assert isinstance(outcome, Refusal), outcome
    return outcome


__all__ = ["HEADER", "accepted", "act", "decide", "directory", "instant", "mainland", "refused", "small_pack", "world"]

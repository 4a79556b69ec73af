"""A small office for tests: people, a pack of three case types, and acts to do there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huiyin.cases.operations import perform
from huiyin_engine.instants import parse_instant
from huiyin_engine.model.outcome import Act, Outcome, Refusal
from tests.factories.organisation import AppointmentFactory, PersonFactory

PACKS = Path(__file__).resolve().parents[1] / "apps" / "cases" / "packs"
PACK = "T1"
MONDAY = parse_instant("2025-03-10 10:00")
HOUR, DAY = 3600, 86400
KINDS = ("goods", "manner")


def office() -> None:
    """Li and Chen are clerks, Zheng is the director."""
    people = (("li", "李敏", "clerk"), ("chen", "陈晨", "clerk"), ("zheng", "郑总", "director"))
    for place, (key, name, post) in enumerate(people):
        AppointmentFactory(person=PersonFactory(key=key, name=name, place=place), post=post)


def registering(at: int = MONDAY, *, case: str = "", by: str = "li", **inputs: Any) -> Act:
    """The act that opens a complaint."""
    given = {"content": "空调不制冷\n已三天", "kind": "goods", **inputs}
    return Act("register", case, by, at, at, given, pack=PACK)


def acting(name: str, case: str, at: int, *, by: str = "li", **inputs: Any) -> Act:
    """An act on a case that exists."""
    return Act(name, case, by, at, at, inputs)


def registered(at: int = MONDAY, *, case: str = "", by: str = "li", **inputs: Any) -> str:
    """Register a complaint; returns its id."""
    return done(perform(registering(at, case=case, by=by, **inputs))).changes[0].case


def done(answer: Outcome | Refusal) -> Outcome:
    """The outcome; a refusal fails the test with its sentence."""
    assert isinstance(answer, Outcome), answer
    return answer

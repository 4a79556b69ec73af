"""The small pack of tests/packs and how to run a scenario on it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from huiyin.cases.conformity import days_of, pack_from
from huiyin_engine.language.pack import Pack
from huiyin_engine.testing.runner import Result, run_scenario
from huiyin_engine.testing.scenarios import read_scenario

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "tests" / "packs" / "small"
DAYS = days_of(ROOT / "calendars")


@cache
def small_pack() -> Pack:
    """The pack, loaded once."""
    return pack_from(FOLDER, ROOT / "packs")


def run(text: str) -> Result:
    """A scenario given as text, on the small pack."""
    return run_scenario(read_scenario(text, "x.yaml"), small_pack(), DAYS)

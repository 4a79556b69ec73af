"""The page about scenarios: its example runs, and no key of the form is missing from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiyin_engine.testing import form
from huiyin_engine.testing.runner import run_scenario
from huiyin_engine.testing.scenarios import read_scenario
from tests.engine.testing.small import DAYS, small_pack

PAGE = (Path(__file__).parents[3] / "docs" / "developers" / "scenarios.md").read_text(encoding="utf-8")
KEYS = sorted({key for name in dir(form) if name.endswith("_KEYS") for key in getattr(form, name)})


def test_the_example_of_the_page_passes() -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    result = run_scenario(read_scenario(example[1], "scenarios.md"), small_pack(), DAYS)
    assert result.steps == 7
    assert [failure.in_language("en") for failure in result.failures] == []


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_form_is_on_the_page(key: str) -> None:
    assert re.search(rf"[`{{ ,]{re.escape(key)}[`}}:, ]", PAGE), f"{key} is not explained"

"""A packs folder of the test's own, which it may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huiyin.procedures import calendars, installed
from tests.factories.cases import PACKS


@pytest.fixture
def packs(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the pack of the small office; a look at it is never too soon."""
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    settings.PACKS_DIR = folder
    monkeypatch.setattr(installed, "LOOK_EVERY_SECONDS", 0.0)
    installed.forget()
    calendars.forget()
    yield folder
    installed.forget()
    calendars.forget()

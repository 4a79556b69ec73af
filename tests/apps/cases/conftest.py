"""Every test of this app works in the small office, under its own packs folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from huiyin.procedures import installed
from tests.factories import cases


@pytest.fixture(autouse=True)
def _packs_of_the_office(settings: Any) -> Iterator[None]:
    settings.PACKS_DIR = cases.PACKS
    installed.forget()
    yield
    installed.forget()


@pytest.fixture
def office(db: None) -> None:
    """The office, in a transaction that is taken back."""
    cases.office()


@pytest.fixture
def real_office(transactional_db: None) -> None:
    """The office, committed: for threads, commits and statement counts."""
    cases.office()

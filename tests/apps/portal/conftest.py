"""The public side of a developer that works by the first regulation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from huiyin.organisation.models import Person
from tests.factories.developer import developer, first_pack


@pytest.fixture(autouse=True)
def _quick_and_apart(settings: Any, tmp_path: Path) -> None:
    """Files into a folder of the test's own; a test fills in a form faster than any person."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PORTAL_LEAST_SECONDS = 0


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    """The developer's people by key."""
    return developer()


@pytest.fixture
def form_address(people: dict[str, Person]) -> str:
    """The public form."""
    return f"/complain/{first_pack()[0]}/"

"""A developer working by the first regulation, on a Tuesday; files lie in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from huiyin.common import health
from huiyin.common.dates import CIVIL
from huiyin.organisation.models import Person
from huiyin.procedures import calendars, installed
from tests.factories.developer import account_of, developer

NOW = datetime(2025, 4, 15, 9, 30, tzinfo=CIVIL)
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Nothing that a process keeps outlives a test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.PORTAL_LEAST_SECONDS = 0
    settings.PORTAL_COMPLAINTS_PER_HOUR = 100_000
    health.forget()
    yield
    health.forget()


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The clock on the wall; tests move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(db: None, clock: object) -> dict[str, Person]:
    """Everybody, by key."""
    installed.forget()
    calendars.forget()
    return developer()


@pytest.fixture
def sign_in(people: dict[str, Person]) -> SignIn:
    """The browser of a person; a fault of the program shows as its page, as it does outside of tests."""

    def of(key: str, **fields: Any) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(account_of(people[key], **fields), "huiyin.accounts.backends.PasswordBackend")
        return client

    return of

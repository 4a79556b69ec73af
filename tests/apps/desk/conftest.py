"""A developer working by the first regulation, and somebody of every rank at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from huiyin.accounts.models import User
from huiyin.common.dates import CIVIL
from huiyin.organisation.models import Person
from huiyin.procedures import installed
from tests.factories.developer import account_of, developer

NOW = datetime(2025, 4, 15, 9, 30, tzinfo=CIVIL)
"""A Tuesday."""


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The clock on the wall; tests move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(db: None, clock: object) -> dict[str, Person]:
    """Everybody, by key."""
    installed.forget()
    return developer()


@pytest.fixture
def desk(people: dict[str, Person]) -> Callable[[str], Client]:
    """The browser of a person."""
    users: dict[str, User] = {}

    def sign_in(key: str) -> Client:
        if key not in users:
            users[key] = account_of(people[key])
        client = Client()
        client.force_login(users[key], "huiyin.accounts.backends.PasswordBackend")
        return client

    return sign_in


@pytest.fixture
def steady_banner(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not fine is looked up every few seconds; a test that counts queries wants it looked up once."""
    monkeypatch.setattr("huiyin.common.health.BANNER_SECONDS", float("inf"))

"""A developer working by the first regulation, and somebody of every rank at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from tests.factories.developer import account_of, developer

from huiyin.accounts.models import User
from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.common.dates import CIVIL, current_instant
from huiyin.organisation.models import Person
from huiyin.procedures import installed
from huiyin_engine.model.outcome import Act, Outcome

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
        users.setdefault(key, account_of(people[key]))
        client = Client()
        client.force_login(users[key], "huiyin.accounts.backends.PasswordBackend")
        return client

    return sign_in


def do(act: str, case: str, by: str, row: str | None = None, **inputs: object) -> Outcome:
    """Do an act now, past the pages; it must be accepted."""
    now = current_instant()
    outcome = operations.perform(Act(act, case, by, now, now, inputs, row=row, pack="R01"))
    assert isinstance(outcome, Outcome), outcome
    return outcome


@pytest.fixture
def take() -> Callable[..., Case]:
    """Take a complaint by telephone."""

    def register(by: str = "li", **inputs: object) -> Case:
        given = {
            "customer": "钱先生",
            "phone": "13800138000",
            "category": "sales",
            "content": "工程部员工态度粗暴，拒绝说明漏水原因",
            "channel": "phone",
            "promised_at": current_instant() + 7 * 86400,
            **inputs,
        }
        outcome = do("register", "", by, **{k: v for k, v in given.items() if v is not None})
        opened = next(c for c in outcome.changes if c.state.type == "complaint")
        return Case.objects.get(pk=opened.case)

    return register

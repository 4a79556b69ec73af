"""Programs that work for people of a developer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from huiyin.accounts.models import User
from huiyin.api import tokens
from huiyin.organisation.models import Person
from tests.factories.developer import account_of, developer


class Program:
    """A program with a token."""

    def __init__(self, user: User, *scopes: str, language: str = "zh-hans") -> None:
        self.user = user
        _kept, self.token = tokens.make(name="test", user=user, scopes=scopes or ("read", "act"), created_by=user)
        self.client = Client(headers={"authorization": f"Bearer {self.token}", "accept-language": language})

    def get(self, path: str, **query: Any) -> HttpResponse:
        """GET under /api/."""
        return self.client.get(f"/api/{path}", query)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """POST JSON under /api/."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"/api/{path}", raw, content_type="application/json", headers=headers)


@pytest.fixture(autouse=True)
def _files_apart(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    """The developer's people by key."""
    return developer()


@pytest.fixture
def program(people: dict[str, Person]) -> Callable[..., Program]:
    """Makes a program for a person by key."""

    def make(key: str, *scopes: str, language: str = "zh-hans", **fields: Any) -> Program:
        user = User.objects.filter(username=key).first() or account_of(people[key], **fields)
        return Program(user, *scopes, language=language)

    return make


REGISTERING: dict[str, Any] = {
    "customer": "周女士",
    "phone": "13800000001",
    "category": "lease",
    "content": "空调不制冷",
    "channel": "phone",
    "promised_at": "2030-03-12",
    "within_duties": True,
}

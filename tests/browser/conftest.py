"""A real browser before a real server: a developer works by the first regulation, on a Tuesday morning."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page

from huiyin.common.dates import CIVIL
from huiyin.organisation.models import Person
from huiyin.procedures import installed
from tests.factories.accounts import PASSWORD
from tests.factories.developer import account_of, developer

NOW = datetime(2025, 4, 15, 9, 30, tzinfo=CIVIL)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    """The clock on the wall. It goes on; tests move it."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def people(transactional_db: None, clock: object) -> dict[str, Person]:
    """Everybody, by key, each with an account."""
    installed.forget()
    found = developer()
    for person in found.values():
        account_of(person)
    return found


@pytest.fixture
def at_desk(people: dict[str, Person], live_server: Any, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Somebody signs in; each person has a browser window of his own. A page error fails the test."""
    contexts = []
    errors: list[str] = []

    def sign_in(key: str, **more: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, **{"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, **more}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/sign-in/")
        page.fill("input[name=username]", key)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/my-day/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Take a picture of a page where HUIYIN_PICTURES names a folder to keep it in."""
    folder = os.environ.get("HUIYIN_PICTURES", "")

    def take(page: Page, name: str) -> None:
        if folder:
            page.wait_for_load_state("networkidle")
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return take

"""What every test has: no network, people to be, and a loud word about what cannot run here."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

CHROMIUM = os.environ.get("HUIYIN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
NOTHING_SKIPPED = os.environ.get("HUIYIN_CI") == "1"
_connect = socket.socket.connect
_missing: set[str] = set()


def pytest_configure(config: pytest.Config) -> None:
    """Between two tests a database is emptied, append-only tables too."""
    from tests.flushing import drop_whatever_is_connected, let_the_flush_through

    let_the_flush_through()
    drop_whatever_is_connected()
    if NOTHING_SKIPPED:  # the same examples for everybody: a landing must not depend on luck; make test keeps looking
        hypothesis.settings.register_profile("ci", derandomize=True)
        hypothesis.settings.load_profile("ci")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, unless nothing may be skipped."""
    for item in items:
        lacking = ""
        if item.get_closest_marker("browser") and CHROMIUM is None:
            lacking = "Chromium (Debian: apt-get install chromium fonts-noto-cjk)"
        if item.get_closest_marker("postgresql") and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
            lacking = "PostgreSQL (scripts/with-postgresql make test)"
        if lacking and not (NOTHING_SKIPPED and "Chromium" in lacking):
            _missing.add(lacking)
            item.add_marker(pytest.mark.skip(reason=f"needs {lacking}"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was left out."""
    for lacking in sorted(_missing):
        terminalreporter.write_line(f"LEFT OUT, not tested on this machine: needs {lacking}", red=True, bold=True)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be reached."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"A test wanted to reach {address[0]}; tests stay on this machine.")
        _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def administrator(db: None) -> Any:
    """Alice, who administers and holds no post."""
    from tests.factories.accounts import UserFactory

    return UserFactory(username="alice", is_administrator=True)


@pytest.fixture
def plain_user(db: None) -> Any:
    """Bob, who may sign in, and nothing more."""
    from tests.factories.accounts import UserFactory

    return UserFactory(username="bob")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; as root it needs --no-sandbox."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox", "--lang=zh-CN"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Chinese reader at a desk."""
    return {**browser_context_args, "locale": "zh-CN", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session", autouse=True)
def _browser_beside_the_orm() -> Iterator[None]:
    """Playwright's loop runs in the test's thread; Django would refuse every query in it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


ROOT = Path(__file__).resolve().parents[1]

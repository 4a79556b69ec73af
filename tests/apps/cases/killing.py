"""A worker killed at every statement in turn. A script of its own, for it forks: `killing.py FOLDER`.

It fills a database, lets one worker run through, and writes down what happened. Then, for each statement of that run,
before and after it, a worker on a fresh copy kills itself there with SIGKILL, a second one finishes, and what happened
must be the same. Ends with a line `N kills`; a difference ends it with 1.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings

BATCH = 8
VENDOR = os.environ.get("HUIYIN_TEST_DB", "sqlite")
BASE, COPY = f"huiyin_kill_base_{os.getpid()}", f"huiyin_kill_copy_{os.getpid()}"


def in_child(action: Callable[[], Any]) -> tuple[int, Any]:
    """Run an action in a forked process; returns how it ended and what it returned."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            result = action()
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(result, pipe)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        received = pipe.read()
    _pid, status = os.waitpid(child, 0)
    return status, pickle.loads(received) if received else None  # noqa: S301 - from our own child


def use(name: str, folder: Path) -> None:
    settings.DATABASES["default"]["NAME"] = str(folder / name) if VENDOR == "sqlite" else name
    from django.db import connection

    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"]


def on_server(*statements: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


def fresh_copy(folder: Path) -> None:
    if VENDOR == "sqlite":
        for path in folder.glob(f"{COPY}*"):
            path.unlink()
        shutil.copy(folder / BASE, folder / COPY)
    else:
        on_server(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)", f"CREATE DATABASE {COPY} TEMPLATE {BASE}")


def fill() -> None:
    from django.core.management import call_command
    from django.db import connection

    from tests.apps.cases.test_clock import some_cases
    from tests.factories import cases

    call_command("migrate", verbosity=0, interactive=False)
    cases.office()
    some_cases()
    if VENDOR == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def work(kill_at: int | None = None, *, after: bool = False) -> int:
    """Run a worker; returns how many statements it sent. It kills itself before or after the one numbered `kill_at`."""
    from django.db import connection

    from huiyin.cases.worker import Worker
    from huiyin.procedures import installed
    from tests.apps.cases.test_clock import WEEK_LATER

    installed.refresh()
    sent = 0

    def killer(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == kill_at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if sent == kill_at and after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    with connection.execute_wrapper(killer):
        Worker(batch=BATCH).once(WEEK_LATER)
    return sent


def look() -> Any:
    from huiyin.cases.sealing import verify
    from tests.apps.cases.tables import happenings, projections

    tables = projections()
    for row in tables["Case"]:
        row.pop("head")
    return happenings(with_recorded=True), tables, [str(flaw) for flaw in verify()]


def work_and_look() -> Any:
    work()
    return look()


def read_ahead() -> None:
    """What every child needs and no database holds, read once before they are forked."""
    from huiyin.procedures.calendars import working_calendar
    from huiyin.procedures.folders import load_all
    from tests.apps.cases import test_clock

    assert test_clock
    assert working_calendar()
    assert all(loaded.pack for loaded in load_all())


def main(folder: Path) -> None:
    settings.PACKS_DIR = Path(__file__).parent / "packs"
    read_ahead()
    if VENDOR != "sqlite":
        on_server(f"CREATE DATABASE {BASE}")
    try:
        use(BASE, folder)
        assert in_child(fill)[0] == 0, "the database could not be filled"
        use(COPY, folder)
        fresh_copy(folder)
        statements = in_child(work)[1]
        expected = in_child(look)[1]
        assert expected[2] == [], expected[2]
        assert sum(code == "obligation_missed" for *_rest, code, _data in expected[0]) >= 14
        kills = 0
        for at in range(1, statements + 1):
            for after in (False, True):
                fresh_copy(folder)
                status, _sent = in_child(lambda at=at, after=after: work(at, after=after))
                assert os.WIFSIGNALED(status), f"the worker was not killed at statement {at}"
                assert os.WTERMSIG(status) == signal.SIGKILL
                kills += 1
                status, found = in_child(work_and_look)
                assert status == 0, f"no worker could go on after a kill at statement {at}"
                if found != expected:
                    sys.exit(f"a kill {'after' if after else 'before'} statement {at} changed what happened")
        sys.stdout.write(f"{kills} kills\n")
    finally:
        if VENDOR != "sqlite":
            on_server(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in (BASE, COPY)))


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[3])]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    main(Path(sys.argv[1]))

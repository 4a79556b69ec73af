"""
Speed of the event store, beside raw transactions of as many rows, in one run.

    python bench/store_bench.py [CASES]

It makes a database of its own beside the configured one (SQLite, or the server of DATABASE_URL) and drops it. Intake
is `operations.perform` of an opening act in the tests' small office, one transaction each. The sweep fires the reminder
of every case, then its breach. The yardstick, measured in turns with them, is a transaction of six rows through a plain
cursor and one commit: what the database can do when nothing is decided, projected or chained.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import django

ROOT = Path(__file__).resolve().parents[1]
RAW_ROWS = 6
GOAL_SWEEP = 0.5


class Measured(NamedTuple):
    """Cases in a second of the clock, and processor milliseconds of this process for each."""

    per_second: float
    cpu_ms: float


def measure(count: int, action: Callable[[], object]) -> Measured:
    """Time an action that handles `count` cases."""
    began, cpu = time.perf_counter(), time.process_time()
    action()
    return Measured(count / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / count)


def raw_transactions(count: int) -> None:
    """As many transactions of six rows of three hundred characters."""
    from django.db import connection, transaction

    rows = ", ".join(["(%s, %s, %s)"] * RAW_ROWS)
    for i in range(count):
        with transaction.atomic(), connection.cursor() as cursor:
            values = [value for seq in range(RAW_ROWS) for value in (f"c{i}", seq, "x" * 300)]
            cursor.execute(f"INSERT INTO bench_raw (a, b, c) VALUES {rows}", values)  # noqa: S608 - fixed text


def intake(count: int) -> None:
    """Open cases, one after the other."""
    from tests.factories.cases import MONDAY, registered

    for i in range(count):
        registered(MONDAY + i)


def run(cases: int) -> list[str]:
    """All figures, as lines."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from huiyin.cases import clock
    from huiyin.cases.unit_of_work import kept_states
    from huiyin.procedures import installed
    from tests.factories import cases as small
    from tests.factories.cases import DAY, MONDAY

    installed.refresh()
    small.office()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_raw (a varchar(40), b integer, c text)")
    intake(5)
    with CaptureQueriesContext(connection) as captured:
        small.registered(MONDAY)
    statements = [q for q in captured.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))]
    raw = measure(cases, lambda: raw_transactions(cases))
    taken = measure(cases, lambda: intake(cases))
    due = clock.Case.objects.exclude(next_due=None).count()
    kept_states.clear()
    reminded = measure(due, lambda: clock.sweep(MONDAY + 3 * DAY - 6 * 3600))
    kept_states.clear()
    missed = measure(due, lambda: clock.sweep(MONDAY + 4 * DAY))
    raw_again = measure(cases, lambda: raw_transactions(cases))
    yardstick = (raw.per_second + raw_again.per_second) / 2
    lines = [f"{connection.vendor}, {cases} cases; statements of an intake: {len(statements)}"]
    for name, found in (
        ("raw transaction of six rows", Measured(yardstick, (raw.cpu_ms + raw_again.cpu_ms) / 2)),
        ("intake through operations.perform", taken),
        ("sweep: reminder", reminded),
        ("sweep: breach, next holder, next obligation", missed),
    ):
        ratio = found.per_second / yardstick
        lines.append(f"{name:<46}{found.per_second:>8.0f} cases/s {found.cpu_ms:>7.2f} CPU ms  ratio {ratio:.2f}")
    met = missed.per_second / yardstick >= GOAL_SWEEP
    lines.append(f"goal: sweep ratio {GOAL_SWEEP}: {'met' if met else 'missed'}")
    return lines


def main(cases: int) -> None:
    """Make the database, measure, drop it."""
    from django.conf import settings
    from django.db import connection

    settings.PACKS_DIR = ROOT / "tests" / "apps" / "cases" / "packs"
    name = connection.settings_dict["NAME"]
    folder = os.environ.get("TMPDIR", "/tmp")  # noqa: S108 - a name of its own below, dropped at the end
    own = f"huiyin_bench_{os.getpid()}"
    test = {"NAME": f"{folder}/{own}.sqlite3" if connection.vendor == "sqlite" else own}
    connection.settings_dict["TEST"] = {**connection.settings_dict.get("TEST", {}), **test}
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        sys.stdout.write("\n".join(run(cases)) + "\n")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.settings")
    django.setup()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

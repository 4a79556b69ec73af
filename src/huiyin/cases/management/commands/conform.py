"""`huiyin conform`: every scenario of the packs, run on the engine in memory or on a throw-away database."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from huiyin.cases.conformity import Verdict, days_of, verdicts
from huiyin_engine.model.outcome import World
from huiyin_engine.testing.store import Store

VENDORS = ("sqlite", "postgresql")


class Command(BaseCommand):
    """Prints one line per scenario and, last, `N passed, N failed`; exits 1 if one failed or none was found."""

    help = "Run the scenarios of the packs: N passed, N failed."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("packs", nargs="*", metavar="PACK", help="ids or folders of packs (default: all)")
        parser.add_argument(
            "--scenarios", type=Path, metavar="DIR", help="run the scenario files of this folder instead"
        )
        parser.add_argument("--store", choices=["memory", *VENDORS], default="memory", help="where the cases live")
        parser.add_argument("--language", choices=["zh", "en"], default="zh", help="language of what is printed")

    def handle(
        self, *args: Any, packs: list[str], scenarios: Path | None, store: str, language: str, **options: Any
    ) -> None:
        if scenarios is not None and not scenarios.is_dir():
            raise CommandError(f"there is no folder {scenarios}")
        if store != "memory" and connection.vendor != store:
            self._elsewhere(packs, scenarios, store, language)
            return
        passed = failed = 0
        with throw_away_database() if store != "memory" else contextlib.nullcontext():
            for verdict in self._run(packs, scenarios, store):
                passed, failed = passed + (not verdict.found), failed + bool(verdict.found)
                self._print(verdict, language)
        self.stdout.write(f"{passed} passed, {failed} failed")
        if failed or not passed:
            raise SystemExit(1)

    def _run(self, packs: list[str], scenarios: Path | None, store: str) -> Iterator[Verdict]:
        days = days_of(settings.CALENDARS_DIR)
        try:
            if store == "memory":
                yield from verdicts(settings.PACKS_DIR, days, wanted=packs, scenarios=scenarios)
            else:
                yield from verdicts(
                    settings.PACKS_DIR,
                    days,
                    wanted=packs,
                    scenarios=scenarios,
                    open_store=on_database,
                    apart=taken_back,
                )
        except KeyError as missing:
            raise CommandError(f"there is no pack {missing} in {settings.PACKS_DIR}") from None

    def _print(self, verdict: Verdict, language: str) -> None:
        words = {"zh": ("通过", "未过"), "en": ("passed", "FAILED")}[language]
        title = verdict.title.in_language(language)
        self.stdout.write(f"{words[bool(verdict.found)]} {verdict.id} {title}".rstrip())
        for found in verdict.found:
            for line in found.in_language(language).split("\n"):
                self.stdout.write(f"    {line}")

    def _elsewhere(self, packs: list[str], scenarios: Path | None, store: str, language: str) -> None:
        """The installation uses another kind of database: run in a process of its own that has SQLite."""
        if store == "postgresql":
            raise CommandError(
                "--store postgresql needs DATABASE_URL to name a PostgreSQL server, as in "
                "DATABASE_URL=postgres://user@host/name; a database of its own is made there and dropped"
            )
        words = [*packs, "--store", store, "--language", language]
        if scenarios is not None:
            words += ["--scenarios", str(scenarios)]
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/conform.sqlite3"}
            command = [sys.executable, "-m", "huiyin.command", "conform", *words]
            code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 -- our own command
        if code:
            raise SystemExit(code)


def on_database(world: World) -> Store:
    """A store for one scenario, on the database."""
    from huiyin.cases.store import DatabaseStore

    return DatabaseStore(world)


@contextlib.contextmanager
def taken_back() -> Iterator[None]:
    """One transaction round a scenario, taken back at its end: the next one finds no cases."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextlib.contextmanager
def throw_away_database() -> Iterator[None]:
    """A database of its own beside the configured one, with all tables; dropped afterwards whatever happens."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"] = {
        **connection.settings_dict.get("TEST", {}),
        "NAME": None if connection.vendor == "sqlite" else f"huiyin_conform_{os.getpid()}",
    }
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)

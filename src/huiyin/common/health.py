"""Is everything that must run running? Checks are contributed by the apps that know."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Level(IntEnum):
    """How bad a finding is. A warning needs somebody soon, a failure now."""

    FINE = 0
    WARNING = 1
    FAILURE = 2

    @property
    def word(self) -> str:
        """The level in the JSON answer."""
        return self.name.lower()


class Finding(NamedTuple):
    """What a check found, in a sentence, and what to do about it if it is not fine."""

    level: Level
    message: str | Promise
    way_out: str | Promise = ""


class Result(NamedTuple):
    """A finding and the check it comes from."""

    check: str
    finding: Finding


Check = Callable[[], Iterable[Finding]]
_checks: dict[str, Check] = {}
BANNER_SECONDS = 15.0
_banner: dict[str | None, tuple[float, list[Result]]] = {}


def register(name: str, check: Check) -> None:
    """
    Add a check under a stable name.

    A check takes nothing, answers quickly (it runs with every health request and, through `banner`, with pages), and
    yields one finding or several. One that raises counts as a failure.
    """
    if _checks.setdefault(name, check) is not check:
        raise ImproperlyConfigured(f"Two health checks are named {name!r}.")


def run() -> list[Result]:
    """Run every check in the order they were registered."""
    results: list[Result] = []
    for name, check in _checks.items():
        try:
            results += [Result(name, finding) for finding in check()]
        except Exception as error:
            # Whatever a check dies of is what the health page is for.
            reason = _("The check itself failed: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
            results.append(Result(name, Finding(Level.FAILURE, reason)))
    return results


def worst(results: Iterable[Result]) -> Level:
    """The worst level among the results; fine if there are none."""
    return max((result.finding.level for result in results), default=Level.FINE)


def banner() -> list[Result]:
    """
    What is not fine, the worst first, for the banner of every page inside; at most `BANNER_SECONDS` old.

    The texts are in the language of the present reader.
    """
    language, now = get_language(), time.monotonic()
    kept = _banner.get(language)
    if kept is None or now - kept[0] > BANNER_SECONDS:
        found = [result for result in run() if result.finding.level is not Level.FINE]
        kept = (now, sorted(found, key=lambda result: -result.finding.level))
        _banner[language] = kept
    return kept[1]


def forget() -> None:
    """Let the next banner look anew."""
    _banner.clear()


def database() -> Iterable[Finding]:
    """The database answers, and has the shape that this program needs."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        yield Finding(
            Level.FAILURE,
            _("The database does not answer: %(error)s") % {"error": error},
            _("Start the database, or correct DATABASE_URL."),
        )
    else:
        yield Finding(Level.FINE, _("The database answers (%(vendor)s).") % {"vendor": connection.display_name})
        yield from _shape()


def _shape() -> Iterable[Finding]:
    """Is any migration missing? Asked until none is: a process runs one version of the program."""
    if _Shape.is_ours:
        return
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield Finding(
            Level.FAILURE,
            _("The database is older than the program: %(count)d migrations are missing, the first %(first)s.")
            % {"count": len(missing), "first": f"{missing[0][0].app_label}.{missing[0][0].name}"},
            _("Run `huiyin start`, or `huiyin manage migrate`."),
        )
    else:
        _Shape.is_ours = True


class _Shape:
    """Whether this process has seen the database in the shape it needs."""

    is_ours = False

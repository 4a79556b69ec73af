"""
Loads: how many open cases each person holds, in whatever capacity (CR-4). A case counts once for each of its holders.

The table is as large as the staff and is read whole. It is kept in the transaction that changes the holders: on
PostgreSQL by the one statement that writes a decision, which adds differences in order of the person, so that two
transactions never lie in wait for each other; on SQLite, where one transaction writes at a time, by triggers on the
people of the cases, which cost no statement. `recount` makes it anew from those people.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from huiyin.cases.models import CasePerson, PersonLoad
from huiyin.cases.writing import Statement
from huiyin_engine.model.state import CaseState

_LOADS = PersonLoad._meta.db_table
_PEOPLE = CasePerson._meta.db_table
AS_JSON = f"(SELECT json_group_object(person, open_cases) FROM {_LOADS} WHERE open_cases > 0)"  # noqa: S608 - own names
"""All loads as a column of another statement, for `from_json`; SQLite only."""


def holders_of(state: CaseState | None) -> set[str]:
    """The persons on whose load a case counts: those who hold it in any capacity while it is open."""
    if state is None or state.closed_at is not None:
        return set()
    return {held.person for held in state.holders.values() if held.person is not None}


def difference(before: CaseState | None, after: CaseState | None) -> Counter[str]:
    """By how much the loads differ after a case came from one state to another; below zero where they fell."""
    found = Counter(holders_of(after))
    found.subtract(holders_of(before))
    return found


def stored() -> dict[str, int]:
    """Open cases by person; a person without any is left out."""
    return dict(PersonLoad.objects.filter(open_cases__gt=0).values_list("person", "open_cases"))


def from_json(text: str) -> dict[str, int]:
    """What `AS_JSON` brought."""
    loads: dict[str, int] = json.loads(text)
    return loads


def additions(differences: Mapping[str, int]) -> Iterator[Statement]:
    """The statement that adds differences to the loads, in order of the person; none on SQLite (see above)."""
    rows = sorted((person, change) for person, change in differences.items() if change)
    if not rows or connection.vendor != "postgresql":
        return
    yield Statement(
        f"INSERT INTO {_LOADS} (person, open_cases) VALUES {', '.join(['(%s, %s)'] * len(rows))} "  # noqa: S608 - own names
        f"ON CONFLICT (person) DO UPDATE SET open_cases = {_LOADS}.open_cases + excluded.open_cases",
        [value for row in rows for value in row],
    )


def recount() -> None:
    """Make the table anew from the people of the cases."""
    PersonLoad.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_LOADS} (person, open_cases) SELECT person, COUNT(DISTINCT case_id) FROM {_PEOPLE} "  # noqa: S608 - own names
            "WHERE relation = 'holds' AND open GROUP BY person"
        )


def _guard(row: str) -> str:
    """That a row of a person is about holding, and no other open row of the same case counts for the person."""
    return (
        f"{row}.relation = 'holds' AND NOT EXISTS (SELECT 1 FROM {_PEOPLE} p WHERE p.case_id = {row}.case_id "  # noqa: S608 - own names
        f"AND p.relation = 'holds' AND p.name <> {row}.name AND p.person = {row}.person AND p.open)"
    )


def install(schema_editor: Any) -> None:
    """Set up the triggers on SQLite."""
    if schema_editor.connection.vendor != "sqlite":
        return
    more = (
        f"BEGIN INSERT INTO {_LOADS} (person, open_cases) VALUES (NEW.person, 1) "  # noqa: S608 - own names
        "ON CONFLICT (person) DO UPDATE SET open_cases = open_cases + 1; END"
    )
    fewer = f"BEGIN UPDATE {_LOADS} SET open_cases = open_cases - 1 WHERE person = OLD.person; END"  # noqa: S608 - own names
    for name, event, condition, action in (
        ("taken", "INSERT", f"NEW.open AND {_guard('NEW')}", more),
        ("reopened", "UPDATE OF open", f"NEW.open AND NOT OLD.open AND {_guard('NEW')}", more),
        ("closed", "UPDATE OF open", f"OLD.open AND NOT NEW.open AND {_guard('OLD')}", fewer),
        ("left", "DELETE", f"OLD.open AND {_guard('OLD')}", fewer),
    ):
        schema_editor.execute(f"CREATE TRIGGER {_LOADS}_{name} AFTER {event} ON {_PEOPLE} WHEN {condition} {action}")


def remove(schema_editor: Any) -> None:
    """Take the triggers away."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ("taken", "reopened", "closed", "left"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {_LOADS}_{name}")

"""The statements that write a decision: one for each table on SQLite, a single one on PostgreSQL.

The ORM would send one statement for each row it updates; a decision touches dozens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from huiyin.cases import models
from huiyin.cases.chain import canonical

ROWS_AT_ONCE = 500


class Statement(NamedTuple):
    """SQL with its parameters."""

    sql: str
    parameters: list[Any]


class Table(NamedTuple):
    """A table as it is written: its columns and which of them are its key. `json` columns get their value as text."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    json: frozenset[str] = frozenset()

    def insert(self, rows: Iterable[Sequence[Any]], conflict: str = "") -> list[Statement]:
        """Insert rows (columns in the order of `columns`)."""
        return [
            Statement(
                f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES {values}{conflict}",  # noqa: S608 - own names
                parameters,
            )
            for values, parameters in self._values(rows)
        ]

    def upsert(self, rows: Iterable[Sequence[Any]]) -> list[Statement]:
        """Insert rows or, where the key is taken, set their other columns."""
        others = [column for column in self.columns if column not in self.key]
        action = f"UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in others)}" if others else "NOTHING"
        return self.insert(rows, f" ON CONFLICT ({', '.join(self.key)}) DO {action}")

    def delete(self, keys: Iterable[Sequence[Any]]) -> list[Statement]:
        """Delete the rows with these keys."""
        key = ", ".join(self.key)
        return [
            Statement(f"DELETE FROM {self.name} WHERE ({key}) IN (VALUES {values})", parameters)  # noqa: S608 - own names
            for values, parameters in self._values(keys, self.key)
        ]

    def _values(self, rows: Iterable[Sequence[Any]], columns: Sequence[str] = ()) -> Iterable[tuple[str, list[Any]]]:
        columns = columns or self.columns
        adapt = connection.ops.adapt_datetimefield_value
        encoded = [column in self.json for column in columns]
        one = f"({', '.join(['%s'] * len(columns))})"
        rows = list(rows)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            chunk = rows[start : start + ROWS_AT_ONCE]
            parameters = [
                canonical(value) if is_json else adapt(value) if isinstance(value, datetime) else value
                for row in chunk
                for value, is_json in zip(row, encoded, strict=True)
            ]
            yield ", ".join([one] * len(chunk)), parameters


CASE = Table(
    models.Case._meta.db_table,
    ("id",),
    (
        *("id", "number", "pack", "version", "type", "object", "parent", "title", "facts", "opened_at", "closed_at"),
        *("closed_how", "last_at", "due", "next_due", "held_by_vacancy", "seq", "head", "sealed_seq", "disposed"),
    ),
    frozenset({"facts"}),
)
EVENT = Table(
    models.CaseEvent._meta.db_table,
    ("case_id", "seq"),
    ("case_id", "seq", "at", "recorded_at", "code", "data", "salt", "digest", "previous", "hash", "request"),
)
OBLIGATION = Table(
    models.Obligation._meta.db_table,
    ("case_id", "key"),
    (
        *("case_id", "key", "owe", "strength", "state", "owed", "bearers", "opened_at", "start", "due", "missed_at"),
        *("done_at", "ended_why", "row", "period", "provisional"),
    ),
    frozenset({"bearers"}),
)
PERSON = Table(
    models.CasePerson._meta.db_table,
    ("case_id", "relation", "name", "person"),
    ("case_id", "relation", "name", "person", "due", "open"),
)
LINK = Table(models.CaseLink._meta.db_table, ("case_id", "link", "other"), ("case_id", "link", "other"))


def run(statements: Sequence[Statement]) -> None:
    """Run statements of which no two touch the same row: in one round trip where the database can."""
    if not statements:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(statements) > 1:
            parts = [f"w{i} AS ({statement.sql})" for i, statement in enumerate(statements)]
            parameters = [value for statement in statements for value in statement.parameters]
            cursor.execute(f"WITH {', '.join(parts)} SELECT 1", parameters)
        else:
            for statement in statements:
                cursor.execute(statement.sql, statement.parameters)

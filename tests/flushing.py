"""Events can be neither changed nor removed; between two tests they must be. Only the tests' own flush may."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.creation import DatabaseCreation

from huiyin.cases import append_only

_flush = BaseDatabaseOperations.execute_sql_flush


def let_the_flush_through() -> None:
    """Take the guards of the append-only tables away while a test database is emptied."""
    BaseDatabaseOperations.execute_sql_flush = _unguarded_flush  # type: ignore[method-assign]


def drop_whatever_is_connected() -> None:
    """Remove PostgreSQL's test database although a thread or process of a test may have left a session open."""
    DatabaseCreation._destroy_test_db = _drop  # type: ignore[attr-defined]


def _drop(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self._quote_name(test_database_name)} WITH (FORCE)")


def _unguarded_flush(self: BaseDatabaseOperations, sql_list: Any) -> None:
    from django.db import transaction

    connection = self.connection
    guarded = append_only.EVENTS in connection.introspection.table_names()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in append_only.remove_statements(connection.vendor) if guarded else ():
            cursor.execute(statement)
        for statement in sql_list:
            cursor.execute(statement)
        for statement in append_only.install_statements(connection.vendor) if guarded else ():
            cursor.execute(statement)

"""The database itself refuses to change or remove events, daily roots and tombstones.

One change is let through: an event of a case with a tombstone (`Disposal`) may lose its `data` and `salt`, and nothing
else. SQLite needs `PRAGMA recursive_triggers=ON` (see settings), or INSERT OR REPLACE would slip past.
"""

from __future__ import annotations

from typing import Any

KEPT = ("case_id", "seq", "at", "recorded_at", "code", "digest", "previous", "hash", "request")
SEALED_TABLES = ("cases_dailyroot", "cases_disposal")
EVENTS = "cases_caseevent"
MESSAGE = "events are never changed or removed"


def install_statements(vendor: str) -> list[str]:
    """The statements that set the guards up, for `sqlite` or `postgresql`."""
    return _sqlite() if vendor == "sqlite" else _postgresql()


def remove_statements(vendor: str) -> list[str]:
    """The statements that take the guards away."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {t}_no_{what}" for t in (EVENTS, *SEALED_TABLES) for what in ("delete", "update")
        ]
    statements = [
        f"DROP TRIGGER IF EXISTS {t}_no_{what} ON {t}"
        for t in (EVENTS, *SEALED_TABLES)
        for what in ("change", "truncate")
    ]
    return [*statements, "DROP FUNCTION IF EXISTS cases_refuse()", "DROP FUNCTION IF EXISTS cases_refuse_event()"]


def install(schema_editor: Any) -> None:
    """Set the guards up through a connection's schema editor or cursor."""
    for statement in install_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def remove(schema_editor: Any) -> None:
    """Take the guards away."""
    for statement in remove_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def _sqlite() -> list[str]:
    same = " AND ".join(f"NEW.{c} IS OLD.{c}" for c in KEPT)
    disposed = "EXISTS (SELECT 1 FROM cases_disposal d WHERE d.case_id = OLD.case_id)"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    statements = [
        f"CREATE TRIGGER {EVENTS}_no_delete BEFORE DELETE ON {EVENTS} {refuse}",
        f"CREATE TRIGGER {EVENTS}_no_update BEFORE UPDATE ON {EVENTS} "
        f"WHEN NOT (NEW.data IS NULL AND NEW.salt IS NULL AND {same} AND {disposed}) {refuse}",
    ]
    for table in SEALED_TABLES:
        statements.append(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        statements.append(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    return statements


def _postgresql() -> list[str]:
    same = " AND ".join(f"NEW.{c} IS NOT DISTINCT FROM OLD.{c}" for c in KEPT)
    buried = "EXISTS (SELECT 1 FROM cases_disposal d WHERE d.case_id = OLD.case_id)"
    statements = [
        "CREATE FUNCTION cases_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE FUNCTION cases_refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NEW.data IS NULL AND NEW.salt IS NULL AND {same} AND {buried} "
        "THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {EVENTS}_no_change BEFORE UPDATE OR DELETE ON {EVENTS} "
        "FOR EACH ROW EXECUTE FUNCTION cases_refuse_event()",
        f"CREATE TRIGGER {EVENTS}_no_truncate BEFORE TRUNCATE ON {EVENTS} "
        "FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse()",
    ]
    for table in SEALED_TABLES:
        statements.append(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION cases_refuse()"
        )
        statements.append(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse()"
        )
    return statements

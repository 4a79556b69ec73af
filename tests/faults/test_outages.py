"""The database is away, busy, full or of another shape: a clear page, nothing lost, nothing twice."""

from __future__ import annotations

import errno
import json
import sqlite3
import threading
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client

from huiyin.api import tokens
from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.common import health, outages
from huiyin.organisation.models import Person
from tests.factories.developer import account_of
from tests.faults.conftest import SignIn

REGISTERING = {
    "act": "R01.register",
    "content": "三号楼漏水",
    "customer": "钱先生",
    "phone": "13800138000",
    "category": "sales",
    "channel": "phone",
    "within_duties": "yes",
    "promised_at": "2025-04-25 18:00",
    "at-token": "0123456789abcdef",
}


def of_postgresql(kind: type[Exception], cause: Exception) -> Exception:
    """An error as Django raises it for one of the driver."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (OperationalError("connection to server failed: Connection refused"), "The system does not answer just now"),
        (InterfaceError("connection already closed"), "The system does not answer just now"),
        (OperationalError("database is locked"), "The system is very busy"),
        (OperationalError("no such table: cases_case"), "The system is being updated"),
        (OperationalError("database or disk is full"), "The disk of the system is full"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk of the system is full"),
        (
            of_postgresql(ProgrammingError, psycopg.errors.UndefinedTable("relation does not exist")),
            "The system is being updated",
        ),
        (of_postgresql(OperationalError, psycopg.errors.DiskFull("no space")), "The disk of the system is full"),
        (of_postgresql(OperationalError, psycopg.errors.LockNotAvailable("timeout")), "The system is very busy"),
        (of_postgresql(ProgrammingError, psycopg.errors.SyntaxError("syntax error")), None),
        (ValueError("a fault of ours"), None),
        (None, None),
    ],
)
def test_outage_is_told_from_a_fault(error: Exception | None, title: str | None) -> None:
    from django.utils.translation import override

    with override("en"):
        said = outages.explained(error)
    assert (said.title if said else None) == title


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every decision finds the database gone."""

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    for name in ("perform", "state_of"):
        monkeypatch.setattr(operations, name, fail)


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_page_says_the_database_is_away(sign_in: SignIn) -> None:
    answer = sign_in("li").post("/new/", REGISTERING)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "系统暂时无法响应" in answer.content.decode()
    assert "closed the connection" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_fragment_gets_a_notice(sign_in: SignIn) -> None:
    answer = sign_in("li").post("/new/", REGISTERING, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (503, "#notices")
    assert "<html" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_program_gets_a_problem(people: dict[str, Person]) -> None:
    user = account_of(people["li"])
    _kept, token = tokens.make(name="t", user=user, scopes=("read", "act"), created_by=user)
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {token}"})
    body = {"inputs": {"content": "漏水", "customer": "钱", "channel": "phone", "category": "sales"}}
    answer = client.post("/api/packs/R01/acts/register", json.dumps(body), content_type="application/json")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert answer.json()["way_out"]


@pytest.mark.django_db
def test_fault_of_ours_is_a_page_without_its_trace(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(operations, "perform", fail)
    answer = sign_in("li").post("/new/", REGISTERING)
    assert answer.status_code == 500
    assert "系统出了故障" in answer.content.decode()
    assert "secret of the house" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_locked_database_says_so_and_what_is_sent_again_is_taken_once(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("li")
    if connection.vendor == "sqlite":
        holder: Any = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 200")
    else:
        holder = psycopg.connect(**{k: v for k, v in connection.get_connection_params().items() if k in CONNECTION})
        holder.execute("LOCK TABLE cases_case IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 200")
    refused = browser.post("/new/", REGISTERING)
    holder.rollback()
    holder.close()
    assert refused.status_code == 503, refused.content.decode()[-500:]
    assert "系统正忙" in refused.content.decode()
    assert not Case.objects.exists()
    assert browser.post("/new/", REGISTERING).status_code == 302
    assert browser.post("/new/", REGISTERING).status_code == 302
    assert Case.objects.count() == 1
    connection.close()


CONNECTION = ("dbname", "host", "port", "user", "password")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_connection_cut_in_the_middle_of_an_act_loses_nothing_and_doubles_nothing(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in("li")
    flush = operations.UnitOfWork.flush
    cut = threading.Event()

    def flush_and_be_cut(self: Any, request: str | None = None) -> None:
        flush(self, request)
        if not cut.is_set():
            cut.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                [pid] = cursor.fetchone()
            other = {k: v for k, v in connection.get_connection_params().items() if k in CONNECTION}
            with psycopg.connect(**other) as holder:
                holder.execute("SELECT pg_terminate_backend(%s)", [pid])

    monkeypatch.setattr(operations.UnitOfWork, "flush", flush_and_be_cut)
    assert browser.post("/new/", REGISTERING).status_code == 503
    connection.close()
    assert not Case.objects.exists()
    for _again in range(2):
        assert browser.post("/new/", REGISTERING).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_missing_migration_is_a_failure_of_health(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    monkeypatch.setattr(health._Shape, "is_ours", False)
    assert [f.level for f in health.database()] == [health.Level.FINE]
    monkeypatch.setattr(health._Shape, "is_ours", False)
    MigrationRecorder.Migration.objects.filter(app="desk").delete()
    found = list(health.database())
    assert [f.level for f in found] == [health.Level.FINE, health.Level.FAILURE]
    assert "desk.0001" in str(found[1].message)


@pytest.mark.django_db
def test_banner_tells_everybody_inside_that_no_clock_runs(sign_in: SignIn, clock: Any) -> None:
    from huiyin.cases.worker import Worker

    browser = sign_in("li")
    assert "没有到期处理程序在运行" in browser.get("/my-day/").content.decode()
    assert "没有到期处理程序在运行" not in Client().get("/sign-in/").content.decode()
    Worker().once()
    health.forget()
    assert "没有到期处理程序在运行" not in browser.get("/my-day/").content.decode()
    clock.shift(180)
    health.forget()
    assert "没有到期处理程序在运行" in browser.get("/my-day/").content.decode()

"""The log: the database refuses changes; what gets past it is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from huiyin.cases import append_only, operations, sealing
from huiyin.cases.chain import canonical, chain, genesis
from huiyin.cases.models import Case, CaseEvent, DailyRoot, Disposal, Obligation
from huiyin.cases.operations import perform, state_of
from huiyin.cases.unit_of_work import NoSuchCase, kept_states
from tests.factories.cases import HOUR, MONDAY, acting, registered

pytestmark = pytest.mark.usefixtures("office")


@contextmanager
def guards_away() -> Iterator[Any]:
    """What somebody with the database's password can do."""
    with connection.cursor() as cursor:
        for statement in append_only.remove_statements(connection.vendor):
            cursor.execute(statement)
        yield cursor
        for statement in append_only.install_statements(connection.vendor):
            cursor.execute(statement)


def closed_case() -> str:
    case_id = registered()
    owner = state_of(case_id).holder("owner") or ""
    perform(acting("answer", case_id, MONDAY + HOUR, by=owner, answer_text="好"))
    return case_id


def codes() -> list[str]:
    return [flaw.code for flaw in sealing.verify()]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_caseevent SET data = '{}' WHERE seq = 2",
        "UPDATE cases_caseevent SET at = recorded_at, code = 'note' WHERE seq = 2",
        "UPDATE cases_caseevent SET data = NULL, salt = NULL",
        "DELETE FROM cases_caseevent WHERE seq = 2",
        "DELETE FROM cases_caseevent",
        "UPDATE cases_dailyroot SET root = 'x'",
        "DELETE FROM cases_dailyroot",
        "DELETE FROM cases_disposal",
    ],
)
def test_database_refuses_to_change_what_was_written(statement: str) -> None:
    registered()
    sealing.seal_day(date(2025, 3, 10))
    Disposal.objects.create(case_id="another", rule="r", clause="c", by="li", at="2025-03-10T00:00Z")
    with pytest.raises(IntegrityError, match=append_only.MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert codes() == []


def test_insert_or_replace_does_not_slip_past() -> None:
    registered()
    if connection.vendor == "postgresql":
        replace = (
            "INSERT INTO cases_caseevent SELECT * FROM cases_caseevent WHERE seq = 2 "
            "ON CONFLICT (case_id, seq) DO UPDATE SET code = 'x'"
        )
    else:
        replace = "INSERT OR REPLACE INTO cases_caseevent SELECT * FROM cases_caseevent WHERE seq = 2"
    with pytest.raises(IntegrityError, match=append_only.MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replace)


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["cases_caseevent", "cases_dailyroot", "cases_disposal"])
def test_truncate_does_not_slip_past(table: str) -> None:
    with pytest.raises(IntegrityError, match=append_only.MESSAGE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


def test_log_as_written_has_no_flaw() -> None:
    closed_case()
    registered()
    sealing.seal_day(date(2025, 3, 10))
    assert list(sealing.verify()) == []


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        ("UPDATE cases_caseevent SET data = replace(data, '空调', '电梯') WHERE seq = 2", ["data_changed"]),
        ("UPDATE cases_caseevent SET at = '2025-03-01 00:00:00+00:00' WHERE seq = 2", ["event_changed"]),
        ("UPDATE cases_caseevent SET recorded_at = '2025-03-01 00:00:00+00:00' WHERE seq = 2", ["event_changed"]),
        ("UPDATE cases_caseevent SET code = 'told' WHERE seq = 2", ["event_changed"]),
        ("UPDATE cases_caseevent SET data = NULL, salt = NULL WHERE seq = 2", ["data_missing"]),
        ("DELETE FROM cases_caseevent WHERE seq = 2", ["event_missing"]),
        ("UPDATE cases_case SET head = previous FROM cases_caseevent WHERE cases_caseevent.seq = 1", ["head_differs"]),
    ],
)
def test_changed_or_missing_event_is_named(tampering: str, expected: list[str]) -> None:
    case_id = registered()
    with guards_away() as cursor:
        cursor.execute(tampering.replace("%", "%%"))
    found = list(sealing.verify())
    assert [flaw.code for flaw in found] == expected
    assert {flaw.case for flaw in found} == {case_id}
    if expected != ["head_differs"]:
        assert [flaw.seq for flaw in found] == [2]


def test_event_missing_from_the_end_is_named() -> None:
    case_id = registered()
    last = state_of(case_id).seq
    with guards_away() as cursor:
        cursor.execute("DELETE FROM cases_caseevent WHERE seq = %s", [last])
    assert [(f.code, f.seq) for f in sealing.verify()] == [("event_missing", last)]


def test_history_written_anew_with_a_whole_chain_is_found_by_the_daily_root() -> None:
    """Whoever can write the database can write a new chain, but not the root that was sealed."""
    case_id = registered()
    sealing.seal_day(date(2025, 3, 10))
    events = list(CaseEvent.objects.order_by("seq"))
    told = [(e.code, MONDAY, MONDAY, (e.data or "").replace("空调", "电梯")) for e in events]
    with guards_away():
        for event, told_anew, link in zip(events, told, chain(genesis(case_id), told), strict=True):
            CaseEvent.objects.filter(case_id=case_id, seq=event.seq).update(data=told_anew[3], **link._asdict())
        Case.objects.update(head=link.hash)
    assert codes() == ["sealed_event_changed"]


def test_whole_case_that_vanished_is_named_by_the_daily_root() -> None:
    case_id = registered()
    sealing.seal_day(date(2025, 3, 10))
    with guards_away() as cursor:
        cursor.execute("DELETE FROM cases_caseevent")
        Case.objects.all().delete()
    assert [(f.code, f.case) for f in sealing.verify()] == [("sealed_event_missing", case_id)]


def test_changed_root_and_missing_root_are_named() -> None:
    registered()
    sealing.seal_day(date(2025, 3, 10))
    registered()
    sealing.seal_day(date(2025, 3, 11))
    registered()
    sealing.seal_day(date(2025, 3, 12))
    with guards_away():
        DailyRoot.objects.filter(date=date(2025, 3, 12)).update(leaves="")
        DailyRoot.objects.filter(date=date(2025, 3, 11)).delete()
    assert [(f.code, f.case) for f in sealing.verify()] == [
        ("root_missing", "2025-03-12"),
        ("root_changed", "2025-03-12"),
    ]


def test_each_seal_covers_what_changed_since_the_one_before() -> None:
    one = registered()
    first = sealing.seal_day(date(2025, 3, 10))
    two = registered()
    second = sealing.seal_day(date(2025, 3, 11))
    third = sealing.seal_day(date(2025, 3, 12))
    assert [case for case, _seq, _head in sealing.leaves_of(first)] == [one]
    assert [case for case, _seq, _head in sealing.leaves_of(second)] == [two]
    assert list(sealing.leaves_of(third)) == []
    assert third.previous == second.root != third.root
    with pytest.raises(sealing.AlreadySealed):
        sealing.seal_day(date(2025, 3, 11))


def test_disposal_leaves_a_tombstone_and_a_chain_that_verifies() -> None:
    case_id, other = closed_case(), registered()
    sealing.seal_day(date(2025, 3, 10))
    before = list(CaseEvent.objects.filter(case_id=case_id).order_by("seq").values_list("hash", flat=True))

    operations.dispose(case_id, rule="F1_record", clause="7.8", by="zheng")

    assert list(CaseEvent.objects.filter(case_id=case_id).order_by("seq").values_list("hash", flat=True)) == before
    assert set(CaseEvent.objects.filter(case_id=case_id).values_list("data", "salt")) == {(None, None)}
    assert not Obligation.objects.filter(case_id=case_id).exists()
    case = Case.objects.get(id=case_id)
    assert (case.number, case.title, case.facts, case.disposed) == ("HY-2025-0001", "", {}, True)
    assert codes() == []
    with pytest.raises(NoSuchCase):
        state_of(case_id)
    with pytest.raises(NoSuchCase):
        perform(acting("note", case_id, MONDAY + HOUR, remark="x"))
    assert state_of(other).type == "complaint"


def test_disposal_needs_a_closed_case_and_names_its_rule() -> None:
    with pytest.raises(ValueError, match="open case"):
        operations.dispose(registered(), rule="F1_record", clause="7.8", by="zheng")
    with pytest.raises(ValueError, match="names its retention rule"):
        operations.dispose(closed_case(), rule="", clause="7.8", by="zheng")


def test_salt_keeps_a_short_text_from_being_guessed() -> None:
    """Two cases with the same words have different digests."""
    registered()
    registered()
    digests = CaseEvent.objects.filter(code="act_done").values_list("digest", flat=True)
    assert len(set(digests)) == 2


def test_verify_log_names_and_exits_with_one() -> None:
    case_id = registered()
    kept_states.clear()
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert "0 flaws" in out.getvalue()
    with guards_away() as cursor:
        cursor.execute("UPDATE cases_caseevent SET data = '{}' WHERE seq = 2")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_log", "--case", "HY-2025-0001", stdout=out)
    assert f"{case_id} #2: its text was changed [data_changed]" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("verify_log", "--case", "HY-2025-9999")


def test_seal_day_prints_the_root() -> None:
    out = StringIO()
    call_command("seal_day", "2025-03-10", stdout=out)
    assert out.getvalue().split() == ["2025-03-10", DailyRoot.objects.get().root]
    with pytest.raises(CommandError, match="sealed already"):
        call_command("seal_day", "2025-03-10")
    with pytest.raises(CommandError, match="to come"):
        call_command("seal_day", "2999-01-01")


def test_canonical_json_is_one_text_for_one_value() -> None:
    assert canonical({"b": 1, "a": "投诉"}) == '{"a":"投诉","b":1}'

"""What only shows when transactions end: statement counts, threads, what a failure leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from huiyin.cases.models import Case, CaseEvent, NumberSeries
from huiyin.cases.operations import perform, state_of
from huiyin.cases.sealing import verify
from huiyin.cases.unit_of_work import kept_states
from huiyin_engine.model.outcome import Outcome, Refusal
from tests.factories.cases import HOUR, MONDAY, acting, done, registered, registering

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_office")]


def statements_of(action: Callable[[], Any]) -> list[str]:
    """The statements an action sends, the frame of its transaction left out."""
    with CaptureQueriesContext(connection) as captured:
        action()
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))]


def test_opening_takes_five_statements_on_sqlite_and_three_on_postgresql() -> None:
    """Here a clerk is chosen by load (CR-4); on PostgreSQL the loads are read once the number's turn has come."""
    registered()
    sent = statements_of(lambda: registered(MONDAY + HOUR, by="chen", content="停电", kind="manner"))
    assert len(sent) == (3 if connection.vendor == "postgresql" else 5), "\n".join(sent)
    assert not any("COUNT(DISTINCT" in sql for sql in sent), "the loads are read, not counted"


def test_opening_where_one_person_may_hold_it_does_not_ask_for_loads() -> None:
    registered()
    sent = statements_of(lambda: registered(against="chen"))
    assert len(sent) == (2 if connection.vendor == "postgresql" else 5), "\n".join(sent)


def test_opening_with_a_key_takes_no_statement_more() -> None:
    registered()
    plain = len(statements_of(registered))
    assert len(statements_of(lambda: perform(registering(), idempotency_key="k"))) == plain


def test_act_on_a_case_in_mind_reads_one_row_and_writes_what_changed() -> None:
    case_id = registered()
    sent = statements_of(lambda: perform(acting("note", case_id, MONDAY + HOUR, remark="x")))
    assert len(sent) == (2 if connection.vendor == "postgresql" else 3), "\n".join(sent)


def test_decision_that_cannot_be_written_leaves_nothing() -> None:
    case_id = registered()
    before = state_of(case_id)
    with transaction.atomic():
        done(perform(acting("note", case_id, MONDAY + HOUR, remark="x")))
        transaction.set_rollback(True)
    assert state_of(case_id) == before
    kept_states.clear()
    assert state_of(case_id) == before
    assert isinstance(perform(acting("note", case_id, MONDAY + HOUR, remark="x")), Outcome)


def at_once(*actions: Callable[[], Outcome | Refusal]) -> list[Outcome | Refusal]:
    """Run actions in threads that start together; returns their answers."""
    answers: list[Any] = [None] * len(actions)
    barrier = threading.Barrier(len(actions))

    def run(i: int) -> None:
        try:
            barrier.wait()
            answers[i] = actions[i]()
        except BaseException as error:
            answers[i] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_acts_on_one_case_the_second_sees_the_first(attempt: int) -> None:
    """Whoever comes second finds the case closed."""
    case_id = registered()
    answers = at_once(
        lambda: perform(acting("answer", case_id, MONDAY + HOUR, answer_text="一")),
        lambda: perform(acting("answer", case_id, MONDAY + HOUR, answer_text="二")),
    )
    assert sorted(type(a).__name__ for a in answers) == ["Outcome", "Refusal"]
    refusal = next(a for a in answers if isinstance(a, Refusal))
    assert refusal.code == "case_closed"
    assert list(verify()) == []


def test_notes_written_by_many_at_once_are_all_there() -> None:
    case_id = registered()
    acts = [acting("note", case_id, MONDAY + HOUR, remark=str(i)) for i in range(8)]
    for answer in at_once(*(lambda act=act: perform(act) for act in acts)):
        done(answer)
    kept_states.clear()
    assert sorted(t.inputs["remark"] for t in state_of(case_id).acts["note"]) == [str(i) for i in range(8)]
    assert list(verify()) == []


def test_openings_at_once_get_numbers_without_gap_or_double() -> None:
    at_once(*(lambda: perform(registering()) for _ in range(8)))
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert numbers == [f"HY-2025-{n:04d}" for n in range(1, 9)]
    assert NumberSeries.objects.get().last == 8


def test_double_click_is_one_case() -> None:
    """The same request in two threads at once: one opens the case, the other gets its answer."""
    for i in range(5):
        key = f"click {i}"
        answers = at_once(*(lambda key=key: perform(registering(), idempotency_key=key) for _ in range(3)))
        assert len({done(a).changes[0].case for a in answers}) == 1
    assert Case.objects.count() == 5
    assert CaseEvent.objects.filter(code="case_opened").count() == 5

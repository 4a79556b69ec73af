"""The clock of the machine jumps back: nothing is dated before the history it follows, and nothing fires twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from huiyin.cases import clock as clockwork
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.operations import history_of
from huiyin.cases.worker import Worker
from huiyin.common.dates import current_instant
from huiyin_engine.model.events import ActDone
from tests.factories.desk import routed, take
from tests.faults.conftest import NOW, SignIn

pytestmark = pytest.mark.django_db


def in_order(case_id: str) -> bool:
    instants = [entry.at for entry in history_of(case_id)]
    return instants == sorted(instants)


def test_act_is_refused_with_a_sentence_and_taken_once_time_has_caught_up(sign_in: SignIn, clock: Any) -> None:
    case = take()
    browser = sign_in("li")
    address = f"/cases/{case.number}/act/record_measures/"
    sent = {"measures": "已说明合同条款", "at-seq": case.seq, "at-token": "a" * 16}
    clock.move_to(NOW - timedelta(days=2))
    answer = browser.post(address, sent)
    assert answer.status_code == 422
    assert "早于" in str(answer.context["form"].errors["at-when"])
    assert CaseEvent.objects.filter(case_id=case.id).count() == case.seq
    clock.move_to(NOW + timedelta(hours=1))
    for _twice in range(2):
        assert browser.post(address, sent).status_code == 302
    done = [entry.event.act for entry in history_of(case.id) if isinstance(entry.event, ActDone)]
    assert done.count("record_measures") == 1
    assert in_order(case.id)


def test_pages_of_a_case_from_the_future_open(sign_in: SignIn, clock: Any) -> None:
    case = routed()
    browser = sign_in("li")
    clock.move_to(NOW - timedelta(days=400))
    for page in ("", "forms/", "files/", "links/", "act/agree_time/"):
        assert browser.get(f"/cases/{case.number}/{page}").status_code == 200, page
    assert browser.get("/my-day/").status_code == 200
    assert browser.get("/register/R01/complaint/").status_code == 200


def test_worker_fires_nothing_twice_and_nothing_early(sign_in: SignIn, clock: Any) -> None:
    case = take()
    clock.move_to(NOW + timedelta(days=9))
    fired = clockwork.sweep(current_instant())
    assert fired.fired > 0
    counted = CaseEvent.objects.count()
    clock.move_to(NOW - timedelta(days=30))
    worker = Worker()
    assert worker.once().fired == 0
    clock.move_to(NOW + timedelta(days=9))
    assert worker.once().fired == 0
    assert CaseEvent.objects.count() == counted
    assert in_order(case.id)


def test_new_cases_of_the_earlier_time_have_numbers_of_their_own(people: object, clock: Any) -> None:
    later = take()
    clock.move_to(NOW - timedelta(days=60))
    earlier = take()
    assert Case.objects.count() == 2
    assert later.number != earlier.number
    assert in_order(earlier.id)

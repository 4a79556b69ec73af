"""Open cases follow what changes round them: absences, leavers, appointments, a holiday notice."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from huiyin.cases import clock, upkeep
from huiyin.cases.models import Case, CaseEvent, StuckCase, Upkeep
from huiyin.cases.operations import perform, state_of
from huiyin.cases.sealing import verify
from huiyin.cases.worker import Worker
from huiyin.common.dates import moment_of
from huiyin.organisation.models import Absence, Appointment, Person
from huiyin.procedures import calendars
from huiyin_engine.instants import parse_instant
from tests.factories.cases import DAY, HOUR, MONDAY, acting, done, registered
from tests.factories.organisation import AppointmentFactory, PersonFactory

DUE = parse_instant("2025-03-13 18:00")


@pytest.fixture
def notices(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The file of the year's holiday notice, in a calendars folder of its own."""
    shutil.copytree(settings.CALENDARS_DIR, tmp_path / "calendars")
    settings.CALENDARS_DIR = tmp_path / "calendars"
    calendars.forget()
    yield tmp_path / "calendars" / "mainland" / "2025.yaml"
    calendars.forget()


@pytest.fixture(autouse=True)
def _office(request: pytest.FixtureRequest) -> None:
    """The office; committed where the test asks for that."""
    if "real_office" not in request.fixturenames:
        request.getfixturevalue("office")


def away(person: str, since: int, until: int | None = None, stand_in: str | None = None) -> Absence:
    return Absence.objects.create(
        person=Person.objects.get(key=person),
        since=moment_of(since),
        until=None if until is None else moment_of(until),
        stand_in=None if stand_in is None else Person.objects.get(key=stand_in),
    )


def a_round(now: int) -> None:
    Worker().once(now)


def holders_and_other() -> tuple[str, str, str]:
    """A case a worker has seen, its owner, and the other clerk."""
    case_id = registered()
    a_round(MONDAY + 60)
    owner = state_of(case_id).holder("owner")
    assert owner in ("li", "chen")
    return case_id, owner, "chen" if owner == "li" else "li"


def told(case_id: str) -> list[tuple[str, str | None]]:
    return list(CaseEvent.objects.filter(case_id=case_id).order_by("seq").values_list("code", "data"))


def off_on(notices: Path, day: str) -> None:
    """A notice that makes one more day a holiday."""
    text = notices.read_text(encoding="utf-8").rstrip("\n")
    notices.write_text(f"{text}\n  - name: 休息日 / Day of rest\n    off: {day}\n", encoding="utf-8")
    calendars.look_again()


def test_absence_entered_moves_the_case_to_another_holder_of_the_post_and_not_its_date() -> None:
    case_id, owner, other = holders_and_other()
    away(owner, MONDAY)
    a_round(MONDAY + HOUR)
    state = state_of(case_id)
    assert state.holder("owner") == other
    assert state.obligations["answer#1"].bearers == (other,)
    assert state.obligations["answer#1"].due == DUE
    assert state.last_at == MONDAY + HOUR
    assert list(verify()) == []


def test_second_round_writes_nothing() -> None:
    case_id, owner, _other = holders_and_other()
    away(owner, MONDAY)
    a_round(MONDAY + HOUR)
    before = told(case_id)
    row = Upkeep.objects.values().get()
    a_round(MONDAY + HOUR)
    a_round(MONDAY + 2 * HOUR)
    assert told(case_id) == before
    assert Upkeep.objects.values().get() == row


def test_first_round_of_all_only_notes_how_things_are() -> None:
    case_id = registered()
    away(str(state_of(case_id).holder("owner")), MONDAY)
    before = told(case_id)
    assert upkeep.look(MONDAY + HOUR) == upkeep.Looked(0, False)
    assert told(case_id) == before
    assert Upkeep.objects.get().until == moment_of(MONDAY + HOUR)


def test_absence_that_begins_tomorrow_has_effect_tomorrow() -> None:
    case_id, owner, other = holders_and_other()
    away(owner, MONDAY + DAY, MONDAY + 2 * DAY)
    before = told(case_id)
    a_round(MONDAY + HOUR)
    assert told(case_id) == before
    a_round(MONDAY + DAY - 1)
    assert told(case_id) == before
    a_round(MONDAY + DAY)
    assert state_of(case_id).holder("owner") == other
    assert state_of(case_id).obligations["answer#1"].due == DUE


def test_only_cases_of_the_people_concerned_are_looked_at_when_a_moment_comes() -> None:
    case_id, _owner, _other = holders_and_other()
    away("zheng", MONDAY + DAY, MONDAY + 2 * DAY)
    upkeep.look(MONDAY + HOUR)
    assert state_of(case_id).obligations.keys() == {"answer#1"}
    assert upkeep.look(MONDAY + DAY).cases == 0, "the director has nothing to do with it yet"
    away("li", MONDAY + 3 * DAY)
    assert upkeep.look(MONDAY + DAY + HOUR).cases == 1, "the directory is another one: all open cases"


@pytest.mark.parametrize("known_before", [False, True])
def test_end_of_an_appointment_moves_the_case(known_before: bool) -> None:
    case_id, owner, other = holders_and_other()
    appointment = Appointment.objects.get(person__key=owner, post="clerk")
    appointment.until = moment_of(MONDAY + DAY)
    if not known_before:
        a_round(MONDAY + DAY)
        assert state_of(case_id).holder("owner") == owner
    appointment.save()
    if known_before:
        a_round(MONDAY + HOUR)
        assert state_of(case_id).holder("owner") == owner
    a_round(MONDAY + DAY + HOUR)
    assert state_of(case_id).holder("owner") == other
    assert state_of(case_id).obligations["answer#1"].due == DUE


def test_whoever_has_their_last_day_gives_the_case_up_at_midnight() -> None:
    case_id, owner, other = holders_and_other()
    leaver = Person.objects.get(key=owner)
    leaver.active_to = date(2025, 3, 11)
    leaver.save()
    a_round(parse_instant("2025-03-11 23:59"))
    assert state_of(case_id).holder("owner") == owner
    a_round(parse_instant("2025-03-12 00:01"))
    assert state_of(case_id).holder("owner") == other


def test_vacancy_ends_when_an_appointment_begins() -> None:
    case_id, _owner, _other = holders_and_other()
    Appointment.objects.filter(post="clerk").delete()
    Appointment.objects.filter(post="director").delete()
    a_round(MONDAY + HOUR)
    assert Case.objects.get().held_by_vacancy
    AppointmentFactory(person=PersonFactory(key="wang"), post="clerk", since=moment_of(MONDAY + DAY))
    a_round(MONDAY + 2 * HOUR)
    assert Case.objects.get().held_by_vacancy
    a_round(MONDAY + DAY + HOUR)
    assert state_of(case_id).holder("owner") == "wang"


def test_holiday_notice_moves_open_limits_and_never_ended_ones(notices: Path) -> None:
    open_case, answered, late = registered(), registered(), registered(MONDAY - 10 * DAY)
    owner = str(state_of(answered).holder("owner"))
    done(perform(acting("answer", answered, MONDAY + HOUR, by=owner, answer_text="好")))
    a_round(MONDAY + HOUR)
    missed = state_of(late).obligations["answer#1"]
    assert missed.missed_at is not None
    before = told(answered)
    off_on(notices, "2025-03-12")
    a_round(MONDAY + 2 * HOUR)
    assert state_of(open_case).obligations["answer#1"].due == parse_instant("2025-03-14 18:00")
    assert ['"calendar"' in str(data) for code, data in told(open_case) if code == "obligation_moved"] == [True]
    assert told(answered) == before
    assert state_of(late).obligations["answer#1"] == missed
    written = CaseEvent.objects.count()
    a_round(MONDAY + 3 * HOUR)
    assert CaseEvent.objects.count() == written


def test_process_with_an_old_calendar_in_mind_does_not_undo_a_notice(notices: Path) -> None:
    case_id, _owner, _other = holders_and_other()
    old, key = calendars._Kept.calendar, calendars._Kept.key
    off_on(notices, "2025-03-12")
    a_round(MONDAY + HOUR)
    written = CaseEvent.objects.count()
    calendars._Kept.calendar, calendars._Kept.key = old, key
    a_round(MONDAY + 2 * HOUR)
    assert CaseEvent.objects.count() == written
    assert state_of(case_id).obligations["answer#1"].due == parse_instant("2025-03-14 18:00")


def test_pass_goes_on_where_it_was_left() -> None:
    ids = sorted(registered(MONDAY + i, case=f"c{i}") for i in range(5))
    a_round(MONDAY + 60)
    away("li", MONDAY)
    theirs = {case_id for case_id in ids if state_of(case_id).holder("owner") == "li"}
    assert theirs
    assert upkeep.look(MONDAY + HOUR, batch=2, most=1) == upkeep.Looked(2, True)
    row = Upkeep.objects.get()
    assert (row.after, row.is_under_way) == (ids[1], True)
    assert {i for i in ids if state_of(i).holder("owner") == "li"} == theirs - set(ids[:2])
    assert upkeep.look(MONDAY + HOUR, batch=2) == upkeep.Looked(3, False)
    assert {state_of(i).holder("owner") for i in ids} == {"chen"}
    assert not Upkeep.objects.get().is_under_way


def test_case_nobody_can_decide_on_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(3):
        registered(MONDAY + i, case=f"c{i}")
    a_round(MONDAY + 60)
    reconsider = upkeep.reconsider

    def failing(world: Any, case_id: str, at: int) -> Any:
        if case_id == "c1":
            raise ArithmeticError("a rule nobody can compute")
        return reconsider(world, case_id, at)

    monkeypatch.setattr(upkeep, "reconsider", failing)
    before = told("c1")
    away("li", MONDAY)
    away("chen", MONDAY)
    clock.sweep(MONDAY + HOUR)
    assert upkeep.look(MONDAY + HOUR).cases == 3
    assert StuckCase.objects.get().case_id == "c1"
    assert told("c1") == before
    assert not {"li", "chen"} & {state_of(i).holder("owner") for i in ("c0", "c2")}


@pytest.mark.usefixtures("real_office")
@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_move_every_case_once() -> None:
    ids = sorted(registered(MONDAY + i, case=f"c{i:02}") for i in range(12))
    a_round(MONDAY + 60)
    theirs = {i for i in ids if state_of(i).holder("owner") == "li"}
    away("li", MONDAY)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while (row := Upkeep.objects.get()).is_under_way or row.until < moment_of(MONDAY + HOUR):
                upkeep.look(MONDAY + HOUR, batch=2)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert {state_of(i).holder("owner") for i in ids} == {"chen"}
    moved = CaseEvent.objects.filter(code="holder_moved", at=moment_of(MONDAY + HOUR))
    assert sorted(moved.values_list("case_id", flat=True)) == sorted(theirs)
    assert list(verify()) == []

"""The clock: everything once, in order, at its own instant, however late and by however many."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from huiyin.cases import clock, clock_health, sealing, unit_of_work
from huiyin.cases.models import Case, CaseEvent, CasePerson, DailyRoot, Obligation, StuckCase, WorkerHeartbeat
from huiyin.cases.operations import perform, state_of
from huiyin.cases.projection import moment
from huiyin.cases.unit_of_work import kept_states
from huiyin.cases.worker import Worker, seal_yesterday
from huiyin.common.dates import as_moment, current_instant
from huiyin.common.health import Level
from huiyin.organisation.models import Appointment, Person
from huiyin_engine.instants import parse_instant
from huiyin_engine.model.outcome import Act
from tests.apps.cases.tables import happenings, projections
from tests.factories.cases import DAY, HOUR, MONDAY, PACK, acting, office, registered
from tests.factories.organisation import AppointmentFactory, PersonFactory

DUE = parse_instant("2025-03-13 18:00")
WEEK_LATER = MONDAY + 9 * DAY


def set_up() -> str:
    act = Act("set_up", "office", "zheng", MONDAY, MONDAY, pack=PACK)
    perform(act)
    return "office"


def some_cases() -> None:
    """The office's own case, whose duties the calendar opens, and complaints that fall due."""
    set_up()
    for i in range(7):
        registered(MONDAY + i * HOUR, case=f"c{i}", by=("li", "chen")[i % 2])
    perform(acting("look_into", "c1", MONDAY + 8 * HOUR, kind="manner"))


@pytest.mark.usefixtures("office")
class TestSweep:
    def test_act_at_the_due_instant_is_in_time_and_the_clock_fires_after_it(self) -> None:
        case_id = registered()
        clock.sweep(DUE)
        assert state_of(case_id).obligations["answer#1"].missed_at is None
        clock.sweep(DUE + 1)
        missed = state_of(case_id).obligations["answer#1"]
        assert (missed.state, missed.missed_at) == ("late", DUE)
        assert Case.objects.get().next_due == moment(parse_instant("2025-03-17 18:00:01"))

    def test_late_worker_writes_the_due_instant_and_beside_it_the_real_one(self) -> None:
        case_id = registered()
        clock.sweep(WEEK_LATER)
        rows = CaseEvent.objects.filter(case_id=case_id, code="obligation_missed").order_by("seq")
        assert list(rows.values_list("at", "recorded_at")) == [
            (moment(DUE), moment(WEEK_LATER)),
            (moment(parse_instant("2025-03-17 18:00")), moment(WEEK_LATER)),
        ]
        assert state_of(case_id).holder("owner") == "zheng"

    def test_sweeping_again_changes_nothing(self) -> None:
        some_cases()
        clock.sweep(WEEK_LATER)
        before = happenings()
        assert clock.sweep(WEEK_LATER) == clock.Swept(0, 0)
        assert happenings() == before

    def test_one_case_can_be_advanced_alone(self) -> None:
        some_cases()
        clock.sweep(DUE + 1, only="c3")
        assert Obligation.objects.filter(missed_at__isnull=False).values_list("case_id", flat=True).get() == "c3"

    def test_batches_do_not_change_what_happens(self) -> None:
        """The order over all cases holds across batches: loads and links are read at the right instant."""
        some_cases()
        clock.sweep(WEEK_LATER, batch=2)
        assert sealing_is_whole()
        assert not Case.objects.filter(next_due__lte=moment(WEEK_LATER)).exists()

    def test_stuck_case_is_put_aside_and_the_others_go_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        some_cases()
        advance = unit_of_work.advance

        def failing(world: Any, case_id: str, *rest: Any) -> Any:
            if case_id == "c3":
                raise ArithmeticError("a rule nobody can compute")
            return advance(world, case_id, *rest)

        monkeypatch.setattr(unit_of_work, "advance", failing)
        clock_outside_a_transaction(monkeypatch)
        clock.sweep(DUE + DAY)
        late = set(Obligation.objects.filter(missed_at__isnull=False, owe="answer").values_list("case_id", flat=True))
        assert late == {"c0", "c1", "c2", "c4", "c5", "c6"}
        stuck = StuckCase.objects.get()
        assert (stuck.case_id, stuck.tries) == ("c3", 1)
        assert "a rule nobody can compute" in stuck.error

        clock.sweep(DUE + DAY)
        assert StuckCase.objects.get().tries == 1, "it is left alone for a while"
        StuckCase.objects.update(retry_at=timezone.now())
        clock.sweep(DUE + DAY)
        assert StuckCase.objects.get().tries == 2

        monkeypatch.setattr(unit_of_work, "advance", advance)
        StuckCase.objects.update(retry_at=timezone.now())
        clock.sweep(DUE + DAY)
        assert not StuckCase.objects.exists()
        assert state_of("c3").obligations["answer#1"].missed_at == DUE


def sealing_is_whole() -> bool:
    return list(sealing.verify()) == []


def clock_outside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction is not one the clock would be called in."""

    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(clock, "connection", Outside())


def late_and_punctual(run: Any) -> tuple[Any, Any]:
    """What the same history gives with one late sweep, and with one every `run` seconds."""
    found = []
    for step in (WEEK_LATER - MONDAY, run):
        with transaction.atomic():
            some_cases()
            now = MONDAY + 8 * HOUR
            while now < WEEK_LATER:
                now = min(now + step, WEEK_LATER)
                clock.sweep(now, batch=3)
            tables = projections()
            for row in tables["Case"]:
                row.pop("head")
            found.append((happenings(), tables))
            transaction.set_rollback(True)
        kept_states.clear()
    return found[0], found[1]


@pytest.mark.usefixtures("office")
def test_catching_up_after_a_week_gives_the_events_of_running_all_week() -> None:
    late, punctual = late_and_punctual(17 * 60)
    assert late == punctual
    assert sum(code == "obligation_missed" for _c, _s, _a, code, _d in late[0]) >= 14


@pytest.mark.usefixtures("office")
def test_late_worker_sees_the_organisation_of_the_due_instant() -> None:
    """Zheng left on the 14th and Wang came; what fell due on the 13th went to Zheng all the same."""
    case_id = registered()
    zheng_until = datetime(2025, 3, 14, 16, tzinfo=UTC)
    Person.objects.filter(key="zheng").update(active_to=date(2025, 3, 14))
    for appointment in Appointment.objects.filter(person__key="zheng"):
        appointment.until = zheng_until
        appointment.save()
    AppointmentFactory(person=PersonFactory(key="wang"), post="director", since=zheng_until)
    clock.sweep(WEEK_LATER)
    report = state_of(case_id).obligations["report#1"]
    climbed = state_of(case_id).moves[1]
    assert (climbed.at, climbed.person) == (DUE, "zheng")
    assert report.opened_at == DUE


@pytest.mark.usefixtures("office")
class TestWorkerAndHealth:
    def test_once_beats_and_until_fires_by_then(self) -> None:
        case_id = registered()
        out = StringIO()
        call_command("worker", "--until", "2025-03-13 18:00:01", stdout=out)
        assert out.getvalue() == "2 due on 1 cases fired.\n"
        assert state_of(case_id).obligations["answer#1"].missed_at == DUE
        heartbeat = WorkerHeartbeat.objects.get()
        assert heartbeat.fired == 2
        with pytest.raises(CommandError):
            call_command("worker", "--until", "tomorrow")

    def test_health_says_that_no_worker_runs(self) -> None:
        assert [f.level for f in clock_health.health()] == [Level.FAILURE]
        Worker().once()
        assert [f.level for f in clock_health.health()] == [Level.FINE]
        WorkerHeartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
        assert [f.level for f in clock_health.health()] == [Level.FAILURE]

    def test_health_names_what_waits_and_what_is_stuck(self) -> None:
        Worker().once()
        case_id = registered()
        assert [f.level for f in clock_health.health()] == [Level.FINE, Level.WARNING]
        now = timezone.now()
        StuckCase.objects.create(case_id=case_id, since=now, retry_at=now, error="why")
        findings = list(clock_health.health())
        assert [f.level for f in findings] == [Level.FINE, Level.FAILURE]
        assert case_id in str(findings[1].message)

    def test_next_due_is_the_nearest_of_all_cases(self) -> None:
        assert clock.next_due() is None
        registered(MONDAY + DAY)
        registered(MONDAY)
        assert clock.next_due() == parse_instant("2025-03-12 18:00")

    def test_worker_seals_the_day_that_is_over_once(self) -> None:
        registered()
        assert seal_yesterday() is not None
        assert seal_yesterday() is None
        yesterday = as_moment(timezone.now()).date() - timedelta(days=1)
        assert DailyRoot.objects.get().date == yesterday


@pytest.mark.usefixtures("real_office")
@pytest.mark.django_db(transaction=True)
def test_loop_waits_for_a_database_that_is_away_and_ends_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = registered(current_instant() - 30 * DAY)
    stop = threading.Event()
    worker = Worker()
    once = worker.once
    tries: list[int] = []
    monkeypatch.setattr("huiyin.cases.worker.AFTER_FAILURE_SECONDS", 0.01)

    def away_then_back(now: int | None = None) -> clock.Swept:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("the server is away")
        stop.set()
        return once(now)

    worker.once = away_then_back  # type: ignore[method-assign]
    worker.run(stop)
    assert len(tries) == 2
    assert state_of(case_id).obligations["answer#1"].missed_at is not None


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_fire_everything_once() -> None:
    office()
    for i in range(30):
        registered(MONDAY + i, case=f"c{i:02}")
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while clock.next_due() is not None and (clock.next_due() or 0) <= WEEK_LATER:
                clock.sweep(WEEK_LATER, batch=4)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    missed = CaseEvent.objects.filter(code="obligation_missed")
    assert missed.count() == 60
    assert not StuckCase.objects.exists()
    assert CasePerson.objects.filter(relation="holds", person="zheng").count() == 30
    assert sealing_is_whole()

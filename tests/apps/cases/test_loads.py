"""How many open cases each person holds: kept with every act, and what the next holder is chosen by."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from huiyin.cases import clock, loads
from huiyin.cases.bulk import History, append_histories
from huiyin.cases.models import CasePerson, PersonLoad
from huiyin.cases.operations import perform, state_of
from huiyin.cases.surroundings import Installation
from huiyin.cases.unit_of_work import UnitOfWork
from huiyin.organisation.queries import directory_revision
from huiyin.procedures import calendars, installed
from huiyin_engine.model.outcome import World
from huiyin_engine.testing.store import MemoryStore
from tests.factories.cases import DAY, HOUR, MONDAY, PACK, acting, done, registered, registering


def counted() -> dict[str, int]:
    """The naive twin: from the people of all open cases."""
    held = CasePerson.objects.filter(relation="holds", open=True).values_list("person", "case_id")
    return dict(Counter(person for person, _case in set(held)))


@pytest.mark.usefixtures("office")
class TestKept:
    def test_a_case_counts_from_its_opening_to_its_end(self) -> None:
        one = registered()
        owner = state_of(one).holder("owner") or ""
        assert loads.stored() == {owner: 1}
        two = registered(MONDAY + HOUR)
        assert loads.stored() == {"li": 1, "chen": 1}
        done(perform(acting("answer", one, MONDAY + 2 * HOUR, by=owner, answer_text="好")))
        assert loads.stored() == {state_of(two).holder("owner"): 1}

    def test_it_moves_with_the_holder(self) -> None:
        registered()
        registered(MONDAY + HOUR)
        clock.sweep(MONDAY + 10 * DAY)
        assert loads.stored() == {"zheng": 2} == counted()

    def test_the_next_case_goes_to_whoever_holds_fewer(self) -> None:
        PersonLoad.objects.create(person="li", open_cases=3)
        assert [state_of(registered(MONDAY + i)).holder("owner") for i in range(4)] == ["chen", "chen", "chen", "li"]

    def test_what_this_transaction_changed_counts_before_it_is_written(self) -> None:
        case_id = registered()
        owner = state_of(case_id).holder("owner")
        work = UnitOfWork(Installation(directory_revision()), MONDAY + 10 * DAY, lock=False)
        assert work.loads() == {owner: 1}
        assert work[case_id].holder("owner") == "zheng"
        assert work.loads() == {"zheng": 1}
        assert loads.stored() == {owner: 1}

    def test_histories_written_at_once_are_added_to_what_is_there(self) -> None:
        registered(kind="manner")
        before = loads.stored()
        revision = directory_revision()
        directory = Installation(revision).directory(MONDAY, PACK)
        store = MemoryStore(World(installed.packs_at(MONDAY, revision), directory, calendars.working_calendar()))
        for i in range(230):
            done(store.perform(registering(MONDAY + i, case=f"b{i:03}")))
        for i in range(0, 230, 3):
            actor = store.state(f"b{i:03}").holder("owner") or ""
            done(store.perform(acting("answer", f"b{i:03}", MONDAY + HOUR, by=actor, answer_text="好")))
        append_histories(
            History(f"HY-2025-{i:04}", store.entries(case), state)
            for i, (case, state) in enumerate(store.cases().items(), 2)
        )
        expected = Counter(before)
        expected.update(store.world().directory.loads)
        assert sum(expected.values()) == 1 + 230 - 77
        assert loads.stored() == expected == counted()


@pytest.mark.usefixtures("office")
class TestRows:
    """A person who holds a case in several capacities has one case more, not several."""

    def holding(self, case: str, name: str, *, is_open: bool = True) -> CasePerson:
        return CasePerson(case_id=case, relation="holds", name=name, person="li", open=is_open)

    def test_recount_counts_a_case_once_and_open_ones_only(self) -> None:
        rows = [self.holding("a", "owner"), self.holding("a", "clerk"), self.holding("b", "owner")]
        CasePerson.objects.bulk_create([*rows, self.holding("c", "owner", is_open=False)])
        PersonLoad.objects.all().delete()
        PersonLoad.objects.create(person="nobody", open_cases=7)
        loads.recount()
        assert list(PersonLoad.objects.values_list("person", "open_cases")) == [("li", 2)]

    @pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL adds differences of states instead")
    def test_triggers_follow_every_change_of_a_row(self) -> None:
        first, second = self.holding("a", "owner"), self.holding("a", "clerk")
        found = []
        for change in (
            lambda: CasePerson.objects.bulk_create([first, second, self.holding("b", "owner", is_open=False)]),
            lambda: CasePerson.objects.filter(case_id="a", name="clerk").update(open=False),
            lambda: CasePerson.objects.filter(case_id="a").update(open=False),
            lambda: CasePerson.objects.filter(case_id__in=["a", "b"]).update(open=True),
            lambda: CasePerson.objects.filter(case_id="a", name="owner").delete(),
            lambda: CasePerson.objects.filter(case_id="a").delete(),
            lambda: CasePerson.objects.create(case_id="d", relation="owes", name="x", person="li", open=True),
        ):
            change()
            found.append(loads.stored().get("li", 0))
            assert found[-1] == counted().get("li", 0)
        assert found == [1, 1, 0, 2, 2, 1, 1]


def together(*actions: Callable[[], object]) -> list[BaseException]:
    """Run actions in threads that start together; returns what went wrong."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> None:
        try:
            barrier.wait()
            action()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("real_office")
class TestAtOnce:
    def test_intakes_answers_and_the_clock_never_lie_in_wait_for_each_other(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No deadlock occurs, not even one that would be answered by deciding anew; and nothing is counted wrong."""
        monkeypatch.setattr("huiyin.cases.operations.may_be_retried", lambda error: False)
        monkeypatch.setattr("huiyin.cases.clock.may_be_retried", lambda error: False)
        late = [registered(MONDAY - 10 * DAY + i, case=f"late{i:02}") for i in range(12)]
        fresh = [registered(MONDAY + i, case=f"fresh{i}") for i in range(8)]
        owners = {case: state_of(case).holder("owner") or "" for case in fresh}
        assert set(owners.values()) == {"li", "chen"}

        def intakes(by: str) -> None:
            for i in range(8):
                done(perform(registering(MONDAY + HOUR + i, by=by)))

        def answers() -> None:
            for case in fresh:
                done(perform(acting("answer", case, MONDAY + 2 * HOUR, by=owners[case], answer_text="好")))

        def ticking() -> None:
            while (due := clock.next_due()) is not None and due <= MONDAY:
                clock.sweep(MONDAY, batch=5)

        errors = together(lambda: intakes("li"), lambda: intakes("chen"), answers, ticking, ticking)
        assert errors == []
        assert {state_of(case).holder("owner") for case in late} == {"zheng"}
        found = loads.stored()
        assert found == counted()
        assert found["zheng"] == 12
        assert found["li"] + found["chen"] == 16

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="on SQLite one transaction writes at a time")
    def test_differences_of_many_people_are_added_in_one_order(self) -> None:
        """Whatever order they come in: each of these transactions touches the rows of all."""
        people = [f"p{i}" for i in range(40)]

        def adding(order: list[str]) -> None:
            for _ in range(60):
                with transaction.atomic(), connection.cursor() as cursor:
                    for statement in loads.additions(dict.fromkeys(order, 1)):
                        assert statement.parameters[::2] == sorted(people)
                        cursor.execute(statement.sql, statement.parameters)

        errors = together(lambda: adding(people), lambda: adding(people[::-1]), lambda: adding(people[3:] + people[:3]))
        assert errors == []
        assert loads.stored() == dict.fromkeys(people, 180)

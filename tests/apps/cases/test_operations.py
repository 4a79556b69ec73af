"""Acts through the door: what is written, what is not, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from huiyin.cases import publishing
from huiyin.cases.models import Case, CaseEvent, CaseLink, CasePerson, NumberSeries, Obligation
from huiyin.cases.operations import history_of, perform, preview, state_of, world_for
from huiyin.cases.projection import moment
from huiyin.cases.queries import held_by, owed_by, visible_cases
from huiyin.cases.unit_of_work import NoSuchCase, kept_states
from huiyin.common.dates import instant_of
from huiyin.organisation.models import Person
from huiyin_engine.instants import parse_instant
from huiyin_engine.model.events import ActDone, CaseOpened
from huiyin_engine.model.outcome import Refusal
from huiyin_engine.options import options
from tests.factories.accounts import UserFactory
from tests.factories.cases import DAY, HOUR, MONDAY, acting, done, registered, registering

pytestmark = pytest.mark.usefixtures("office")
DUE = parse_instant("2025-03-13 18:00")


def test_opening_act_writes_events_and_every_projection() -> None:
    case_id = registered()

    case = Case.objects.get()
    assert (case.id, case.number, case.type, case.title) == (case_id, "HY-2025-0001", "complaint", "空调不制冷")
    assert case.facts["kind"] == "goods"
    assert case.opened_at == moment(MONDAY)
    assert case.due == moment(DUE)
    assert case.next_due == moment(parse_instant("2025-03-12 18:00")), "the warning comes first"
    assert case.seq == CaseEvent.objects.count() == state_of(case_id).seq
    assert list(CasePerson.objects.order_by("relation", "name").values_list("relation", "name", "person")) == [
        ("holds", "owner", "li"),
        ("owes", "answer#1", "li"),
    ]
    answer = Obligation.objects.get()
    assert (answer.owe, answer.bearers, answer.owed, answer.due) == ("answer", ["li"], True, moment(DUE))


def test_state_is_read_back_from_the_events() -> None:
    outcome = done(perform(registering(amount=None)))
    kept_states.clear()
    change = outcome.changes[0]
    assert state_of(change.case) == change.state
    assert history_of(change.case) == list(change.entries)
    assert change.entries[0].event == CaseOpened("complaint", "T1", "1")


def test_numbers_run_on_within_their_year() -> None:
    registered()
    registered()
    registered(parse_instant("2026-01-05 09:30"))
    assert sorted(Case.objects.values_list("number", flat=True)) == ["HY-2025-0001", "HY-2025-0002", "HY-2026-0001"]


def test_refused_opening_writes_nothing_and_gives_no_number() -> None:
    refused = perform(registering(by="zheng"))
    assert isinstance(refused, Refusal)
    assert not CaseEvent.objects.exists()
    assert not Case.objects.exists()
    assert not NumberSeries.objects.exists()


def test_refused_act_on_a_case_changes_nothing_not_even_by_catching_up() -> None:
    case_id = registered()
    before = state_of(case_id)
    refused = perform(acting("answer", case_id, DUE + DAY, by="chen", answer_text="好"))
    assert isinstance(refused, Refusal)
    assert state_of(case_id) == before


def test_what_is_overdue_fires_before_the_act_at_its_own_instant() -> None:
    case_id = registered()
    outcome = done(perform(acting("answer", case_id, DUE + DAY, by="zheng", answer_text="好")))
    codes = [(entry.at, type(entry.event).__name__) for entry in outcome.changes[0].entries]
    assert (DUE, "ObligationMissed") in codes
    assert codes.index((DUE, "ObligationMissed")) < codes.index((DUE + DAY, "ActDone"))
    assert all(entry.recorded_at == DUE + DAY for entry in outcome.changes[0].entries)
    assert Obligation.objects.get(owe="answer").state == "met_late"
    case = Case.objects.get()
    assert case.closed_at == moment(DUE + DAY)
    assert not CasePerson.objects.filter(relation="holds", open=True).exists()


def test_act_on_a_case_that_does_not_exist_raises() -> None:
    with pytest.raises(NoSuchCase):
        perform(acting("note", "nowhere", MONDAY, remark="x"))
    with pytest.raises(NoSuchCase):
        state_of("nowhere")


def test_linked_case_gets_its_number_and_both_know_each_other() -> None:
    case_id = registered()
    perform(acting("look_into", case_id, MONDAY + HOUR, kind="manner"))
    inquiry = Case.objects.get(type="inquiry")
    assert inquiry.number == "CX-2025-0001"
    assert inquiry.parent == case_id
    assert sorted(CaseLink.objects.values_list("case_id", "link", "other")) == sorted(
        [(case_id, "inquiry", inquiry.id), (inquiry.id, "complaint", case_id)]
    )


def test_row_that_no_longer_holds_disappears() -> None:
    case_id = registered(against=None)
    perform(acting("answer", case_id, DUE + DAY, by="zheng", answer_text="好"))
    assert not CasePerson.objects.filter(relation="holds", person="li").exists()
    assert CasePerson.objects.filter(relation="holds", person="zheng", open=False).exists()


def test_same_key_twice_is_one_act_with_the_same_answer() -> None:
    first = done(perform(registering(), idempotency_key="a"))
    again = done(perform(registering(), idempotency_key="a"))
    assert again == first
    assert Case.objects.count() == 1
    assert NumberSeries.objects.get().last == 1

    case_id = first.changes[0].case
    noted = done(perform(acting("note", case_id, MONDAY + HOUR, remark="一"), idempotency_key="b"))
    perform(acting("note", case_id, MONDAY + 2 * HOUR, remark="二"), idempotency_key="c")
    assert done(perform(acting("note", case_id, MONDAY + HOUR, remark="一"), idempotency_key="b")) == noted
    assert len(state_of(case_id).acts["note"]) == 2


def test_same_key_covers_every_case_of_the_decision() -> None:
    case_id = registered()
    first = done(perform(acting("look_into", case_id, MONDAY + HOUR, kind="manner"), idempotency_key="a"))
    again = done(perform(acting("look_into", case_id, MONDAY + HOUR, kind="manner"), idempotency_key="a"))
    assert {c.case: c for c in again.changes} == {c.case: c for c in first.changes}
    assert len(first.changes) == 2
    assert Case.objects.count() == 2


def test_the_same_key_of_another_user_is_another_request() -> None:
    one, two = UserFactory(), UserFactory()
    perform(registering(), user=one, idempotency_key="a")
    perform(registering(), user=two, idempotency_key="a")
    assert Case.objects.count() == 2


def test_opening_act_on_a_case_that_exists_is_decided_on_that_case() -> None:
    registered(case="mine")
    refused = perform(registering(MONDAY + HOUR, case="mine"))
    assert isinstance(refused, Refusal)
    assert refused.code == "done_already"
    assert NumberSeries.objects.get().last == 1


def test_preview_says_the_same_and_keeps_nothing() -> None:
    outcome = done(preview(registering(case="new")))
    assert outcome.state("new").facts["kind"] == "goods"
    assert not CaseEvent.objects.exists()
    case_id = registered()
    late = acting("answer", case_id, DUE + DAY, by="zheng", answer_text="好")
    expected = done(preview(late))
    assert done(perform(late)) == expected


def test_world_for_answers_what_one_may_do() -> None:
    case_id = registered()
    world = world_for([case_id], DUE + DAY)
    allowed = {o.act for o in options(world, case_id, "zheng", DUE + DAY) if o.refusal is None}
    assert allowed == {"note", "look_into", "answer"}
    assert state_of(case_id).obligations["answer#1"].state == "open", "what fired in the world is not kept"


def test_loads_count_open_cases_for_who_comes_next() -> None:
    """CR-4: fewest open cases first, then directory order."""
    perform(registering(by="li"))
    perform(registering(by="li"))
    owners = [state_of(c).holder("owner") for c in Case.objects.order_by("number").values_list("id", flat=True)]
    assert owners == ["li", "chen"]


def test_subscribers_hear_of_what_was_committed(django_capture_on_commit_callbacks: Any) -> None:
    heard: list[publishing.Published] = []

    def broken(news: Sequence[publishing.Published]) -> None:
        raise ValueError("a subscriber's own trouble")

    def listening(news: Sequence[publishing.Published]) -> None:
        heard.extend(news)

    publishing.subscribe(broken)
    publishing.subscribe(listening)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            case_id = registered()
        assert [one.seq for one in heard] == list(range(1, state_of(case_id).seq + 1))
        assert [type(one.entry.event) for one in heard[:2]] == [CaseOpened, ActDone]
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            perform(registering(by="zheng"))
        assert heard == []
    finally:
        publishing.unsubscribe(broken)
        publishing.unsubscribe(listening)


def test_what_a_person_owes_comes_nearest_first_with_its_case() -> None:
    later = registered(MONDAY + DAY)
    sooner = registered(MONDAY)
    person = state_of(later).holder("owner")
    other = state_of(sooner).holder("owner")
    assert {person, other} == {"li", "chen"}
    third = registered(MONDAY + 2 * DAY)
    mine = state_of(third).holder("owner")
    assert [row.case.number for row in owed_by(mine or "")] == ["HY-2025-0001", "HY-2025-0003"]
    assert {row.case_id for row in held_by(mine or "")} == {later, third}


def test_whoever_is_concerned_does_not_see_the_case() -> None:
    case_id = registered(by="chen", against="li")
    li, chen, nobody = UserFactory(), UserFactory(), UserFactory()
    li.person, chen.person = Person.objects.get(key="li"), Person.objects.get(key="chen")
    assert [c.id for c in visible_cases(chen)] == [case_id]
    assert list(visible_cases(li)) == []
    assert list(visible_cases(nobody)) == []


def test_instants_survive_the_database_to_the_second() -> None:
    case_id = registered(MONDAY + 59)
    event = CaseEvent.objects.filter(case_id=case_id).first()
    assert event is not None
    assert instant_of(event.at) == MONDAY + 59

"""Tables are projections: made anew from the events they are what they were."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from huiyin.cases import clock, operations, sealing
from huiyin.cases.models import Case, CaseLink, CasePerson, NumberSeries, Obligation, PersonLoad
from huiyin.cases.operations import perform
from tests.apps.cases.tables import projections
from tests.factories.cases import DAY, HOUR, MONDAY, acting, registered

pytestmark = pytest.mark.usefixtures("office")


def busy_office() -> None:
    """Cases in every state: open, late, climbed, answered, linked, disposed of, sealed and not."""
    one = registered()
    two = registered(MONDAY + HOUR, by="chen", against="li")
    perform(acting("look_into", two, MONDAY + 2 * HOUR, by="chen", kind="manner"))
    done = registered(MONDAY + HOUR)
    owner = operations.state_of(done).holder("owner") or ""
    perform(acting("answer", done, MONDAY + 3 * HOUR, by=owner, answer_text="好"))
    sealing.seal_day(date(2025, 3, 10))
    clock.sweep(MONDAY + 10 * DAY)
    perform(acting("note", one, MONDAY + 11 * DAY, by="zheng", remark="迟了"))
    operations.dispose(done, rule="sheet", clause="3", by="zheng")


def test_rebuilt_projections_equal_those_kept_with_every_act() -> None:
    busy_office()
    before = projections()
    assert all(before.values()), "a table without rows shows nothing"
    NumberSeries.objects.update(last=0)
    Case.objects.filter(disposed=False).update(title="verdorben", seq=1)
    Obligation.objects.all().delete()
    CasePerson.objects.create(case_id="x", relation="holds", name="owner", person="li", open=True)
    CaseLink.objects.all().delete()
    PersonLoad.objects.update(open_cases=9)
    PersonLoad.objects.create(person="nobody", open_cases=1)
    out = StringIO()
    call_command("rebuild", stdout=out)
    assert out.getvalue().startswith("3 cases")
    assert projections() == before


def test_number_series_never_gives_a_number_twice_after_a_rebuild() -> None:
    registered()
    registered()
    NumberSeries.objects.all().delete()
    call_command("rebuild", stdout=StringIO())
    registered()
    assert Case.objects.count() == len(set(Case.objects.values_list("number", flat=True))) == 3


def test_acts_go_on_after_a_rebuild() -> None:
    case_id = registered()
    call_command("rebuild", stdout=StringIO())
    perform(acting("note", case_id, MONDAY + HOUR, remark="x"))
    assert list(sealing.verify()) == []

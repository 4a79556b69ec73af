"""`huiyin demo`: made once, in an empty installation, and what it wrote is what acts would have written."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import RequestFactory

from huiyin.accounts.models import User
from huiyin.cases.models import Case, CaseEvent, CasePerson, Obligation, PersonLoad
from huiyin.cases.rebuilding import rebuild
from huiyin.demo import PASSWORD, operations
from huiyin.demo.models import Demonstration
from huiyin.demo.organisation import account_lines, accounts

pytestmark = pytest.mark.django_db


def tables() -> dict[str, list[object]]:
    models = (Obligation, CasePerson, PersonLoad)
    return {model.__name__: sorted(map(repr, model.objects.values_list())) for model in models} | {
        "Case": sorted(
            map(repr, Case.objects.order_by("id").values_list("id", "number", "title", "due", "next_due", "head"))
        )
    }


def test_what_was_written_at_once_equals_what_the_events_tell() -> None:
    made = operations.make(days=45)
    assert made.declined == 0
    assert (Case.objects.count(), CaseEvent.objects.count()) == (made.cases, made.events)
    written = tables()
    assert written["PersonLoad"]
    rebuild()
    assert tables() == written
    call_command("verify_log", verbosity=0)


def test_an_act_goes_on_where_the_demonstration_ended() -> None:
    from huiyin.cases.operations import perform
    from huiyin.common.dates import current_instant
    from huiyin_engine.model.outcome import Act

    operations.make(days=45)
    now = current_instant()
    highest = max(Case.objects.filter(type="opinion").values_list("number", flat=True), default="")
    inputs = {"content": "希望增加座椅。", "channel": "phone", "category": "other"}
    outcome = perform(Act("record_opinion", "", "limin", now, now, inputs, pack="R01"))
    assert outcome
    assert Case.objects.filter(type="opinion").order_by("-number").first().number > highest


def test_it_is_refused_where_there_is_an_account() -> None:
    User.objects.create_user("somebody", "a long password")
    with pytest.raises(CommandError, match="empty installation"):
        call_command("demo")
    assert not Demonstration.objects.exists()
    assert not Case.objects.exists()


def test_every_printed_account_can_sign_in() -> None:
    operations.make(days=30)
    for account in accounts():
        user = User.objects.get(username=account.username)
        assert user.check_password(PASSWORD)
        assert any(account.username in line for line in account_lines())
    request = RequestFactory().post("/")
    assert authenticate(request, username="limin", password=PASSWORD) == User.objects.get(username="limin")

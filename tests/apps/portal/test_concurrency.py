"""The same form sent at one moment from two places, and many complaints at once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from huiyin.cases.models import Case
from huiyin.documents.models import CaseFile
from huiyin.portal import limits
from huiyin.portal.models import PublicAccess, Tally
from tests.apps.portal.portal_client import token_in
from tests.apps.portal.test_complaining import photo
from tests.factories.developer import developer, first_pack

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address() -> str:
    developer()
    return f"/complain/{first_pack()[0]}/"


def together(*works: Any) -> list[Any]:
    """Run the works at one moment, each on a connection of its own; what they returned."""
    found: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int, work: Any) -> None:
        gate.wait()
        try:
            found[place] = work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_same_form_at_one_moment_is_one_case_with_its_file_once(address: str, settings: Any) -> None:
    client = Client()
    token = token_in(client.get(address))

    def send() -> int:
        sent = {"token": token, "content": "漏水", "attached": photo()}
        return int(Client().post(address, sent).status_code)

    assert together(send, send, send) == [302, 302, 302]
    assert Case.objects.count() == PublicAccess.objects.count() == CaseFile.objects.count() == 1
    kept = [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]
    assert len(kept) == 1


def test_many_complaints_at_one_moment_have_numbers_of_their_own(address: str) -> None:
    def send() -> int:
        client = Client()
        sent = {"token": token_in(client.get(address)), "content": "漏水"}
        return int(client.post(address, sent).status_code)

    assert together(*[send] * 5) == [302] * 5
    assert len(set(PublicAccess.objects.values_list("number", flat=True))) == 5


def test_counts_of_several_processes_add_up(db: None) -> None:
    together(*[lambda: limits.count("secret", "203.0.113.1")] * 6)
    assert limits.counted("secret", "203.0.113.1") == 6
    assert limits.counted("secret", "203.0.113.2") == limits.counted("number", "203.0.113.1") == 0
    assert "203.0.113" not in "".join(Tally.objects.values_list("key", flat=True))

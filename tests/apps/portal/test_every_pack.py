"""Every regulation at hand that lets a party open a case works on the public side, none of them named there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import settings
from ruamel.yaml import YAML

from huiyin.cases.models import Case
from huiyin.organisation import operations
from huiyin.portal import public_words
from huiyin.procedures import installed
from tests.apps.portal.portal_client import Complainant, text_of
from tests.factories.developer import first_pack

HEADERS = [YAML(typ="safe").load(p.read_text(encoding="utf-8")) for p in sorted(settings.PACKS_DIR.glob("*/pack.yaml"))]
PACKS = [(str(header["pack"]), str(header["version"])) for header in HEADERS]


@pytest.mark.django_db
@pytest.mark.parametrize(("pack", "version"), PACKS, ids=[pack for pack, _version in PACKS])
def test_complaint_comes_in_and_can_be_followed(pack: str, version: str) -> None:
    operations.adopt(pack, version, since=datetime(2025, 1, 1, tzinfo=UTC))
    found = installed.pack(pack, version)
    way = public_words.arrival(found)
    assert way is not None
    who = Complainant(f"/complain/{pack}/")
    extra = {
        fact.id: fact.type.values[0] if fact.type.type == "choice" else "补充"
        for fact, required in public_words.asked(found, way.act)
        if required and fact.id != "content"
    }
    who.complain("三号楼漏水", **extra)
    case = Case.objects.get()
    assert (case.pack, case.type, case.number) == (pack, way.type, who.number)
    assert "三号楼漏水" in text_of(who.look())
    who.do("add_information", added="二楼也漏了")
    assert "二楼也漏了" in text_of(who.look())


def test_what_a_complainant_sees_is_said_by_the_first_regulation(db: None) -> None:
    found = installed.pack(*first_pack())
    way = public_words.arrival(found)
    assert way is not None
    seen = public_words.visible_facts(found, way.type)
    # Facts of the inside of that regulation; a new one is no business of his unless the form names it.
    assert set(seen).isdisjoint({"measures", "respondents", "reason", "understanding", "review_note", "within_duties"})
    assert {"content", "promised_at", "result"} <= set(seen)
    assert {act.id for act in public_words.party_acts(found, way.type, way.party)} == {"add_information", "give_view"}
    assert public_words.party_acts(found, way.type, "nobody") == []

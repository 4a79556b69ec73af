"""The invented organisation: units, people, appointments, accounts, adopted regulations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction
from ruamel.yaml import YAML

from huiyin.accounts.models import User
from huiyin.demo import PASSWORD
from huiyin.organisation import operations
from huiyin.organisation.models import Person, Unit

FOLDER = Path(__file__).parent


class Account(NamedTuple):
    """Somebody who can sign in to the demonstration."""

    username: str
    name: str
    name_en: str
    posts: str


@cache
def data() -> dict[str, Any]:
    """The organisation as it is written."""
    loaded: dict[str, Any] = YAML(typ="safe").load((FOLDER / "organisation.yaml").read_text(encoding="utf-8"))
    return loaded


@transaction.atomic
def make_organisation(since: datetime) -> User:
    """Enter everything, in force from a moment; returns the administrator. Raises ValidationError if a key is taken."""
    written = data()
    administrator = User.objects.create(
        username=written["administrator"], password=make_password(PASSWORD), is_administrator=True
    )
    units = _units(written)
    people = list(_people(written, units, since))
    for person, has_account in people:
        if has_account:
            # They share one password, so one hash serves all of them.
            User.objects.create(username=person.key, password=administrator.password, person=person)
    for pack, adopted in written["adopts"].items():
        operations.adopt(pack, adopted.get("version", "1"), since=since)
        for name, value in adopted.get("parameters", {}).items():
            operations.confirm_parameter(pack, name, value, by=administrator, since=since)
    return administrator


def stories() -> list[Path]:
    """The stories of the regulations that are adopted."""
    return [FOLDER / "stories" / adopted["story"] for adopted in data()["adopts"].values() if "story" in adopted]


def _units(written: dict[str, Any]) -> dict[str, Unit]:
    company = operations.enter_unit(kind=Unit.Kind.COMPANY, **written["company"])
    kinds = (("units", Unit.Kind.DEPARTMENT), ("estates", Unit.Kind.ESTATE))
    return {
        code: operations.enter_unit(code=code, parent=company, kind=kind, **names)
        for part, kind in kinds
        for code, names in written[part].items()
    }


def _people(written: dict[str, Any], units: dict[str, Unit], since: datetime) -> Iterator[tuple[Person, bool]]:
    joined: date = (since - timedelta(days=400)).date()
    for place, (key, body) in enumerate(written["people"].items(), 1):
        person = operations.enter_person(
            key=key, name=body["name"], name_en=body["name_en"], active_from=joined, place=place * 10
        )
        for words in body["posts"]:
            post, _, unit = words.partition("@")
            operations.appoint(person, post=post, unit=units[unit] if unit else None, since=since)
        yield person, bool(body.get("account"))


def accounts() -> list[Account]:
    """Who can sign in, in the order of the organisation."""
    written = data()
    listed = [
        Account(
            key, body["name"], body["name_en"], ", ".join(dict.fromkeys(p.partition("@")[0] for p in body["posts"]))
        )
        for key, body in written["people"].items()
        if body.get("account")
    ]
    return [*listed, Account(written["administrator"], "管理员", "Administrator", "")]


def account_lines() -> list[str]:
    """The accounts as `huiyin demo` and `huiyin start` print them."""
    lines = [f"Demonstration accounts, every password {PASSWORD}:"]
    return [
        *lines,
        *(f"  {a.username:<14}{a.name}  {a.name_en}{f', {a.posts}' if a.posts else ''}" for a in accounts()),
    ]

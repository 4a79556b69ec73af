"""A developer that works by the first regulation, its people of every rank: for tests of the faces."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from ruamel.yaml import YAML

from huiyin.accounts.models import User
from huiyin.organisation import operations
from huiyin.organisation.models import Person, Unit
from tests.factories.accounts import UserFactory
from tests.factories.organisation import AppointmentFactory, PersonFactory, unit

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
UNITS = {"marketing": "市场部", "office": "总经办", "works": "工程部", "property": "物业部", "sales": "销售部"}
# key: name, name in English, post, units
PEOPLE: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "li": ("李敏", "Li Min", "cs_staff", ("marketing",)),
    "chen": ("陈晨", "Chen Chen", "cs_staff", ("marketing",)),
    "ma": ("马立", "Ma Li", "marketing_manager", ("marketing",)),
    "he": ("何岚", "He Lan", "customer_rep", ("office",)),
    "wang": ("王强", "Wang Qiang", "dept_manager", ("works",)),
    "sun": ("孙梅", "Sun Mei", "dept_manager", ("property",)),
    "wu": ("吴刚", "Wu Gang", "dept_staff", ("works",)),
    "lin": ("林涛", "Lin Tao", "deputy_gm", ("works", "property")),
    "zhou": ("周宁", "Zhou Ning", "deputy_gm", ("marketing", "sales")),
    "zheng": ("郑平", "Zheng Ping", "general_manager", ()),
}


def first_pack() -> tuple[str, str]:
    """Id and version of the first regulation in the packs folder."""
    folder = min(p for p in settings.PACKS_DIR.iterdir() if (p / "pack.yaml").exists() and p.name != "library")
    header = YAML(typ="safe").load((folder / "pack.yaml").read_text(encoding="utf-8"))
    return str(header["pack"]), str(header["version"])


def developer() -> dict[str, Person]:
    """Enter units, people and appointments and adopt the regulation; people by key."""
    company = unit("company", "示范房地产开发有限公司", kind=Unit.Kind.COMPANY, name_en="Example Estates")
    units = {code: unit(code, name, company) for code, name in UNITS.items()}
    people = {}
    for place, (key, (name, name_en, post, of)) in enumerate(PEOPLE.items()):
        person = PersonFactory(key=key, name=name, name_en=name_en, place=place)
        for one in of or (None,):
            AppointmentFactory(person=person, post=post, unit=units[one] if one else None, since=SINCE)
        people[key] = person
    pack, version = first_pack()
    operations.adopt(pack, version, since=SINCE)
    return people


def account_of(person: Person, **fields: object) -> User:
    """An account for a person."""
    user: User = UserFactory(username=person.key, person=person, **fields)
    return user

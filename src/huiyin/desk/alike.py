"""Finding again: a caller by number or name, and cases that read alike."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz

from huiyin.cases.models import Case
from huiyin.desk.fields import CUSTOMER, PHONE
from huiyin.desk.surroundings import pack_of_version

MOST_EARLIER = 8
LOOKED_AT = 400
"""Open cases a text is compared with, the newest first."""
MOST_ALIKE = 5
ALIKE_FROM = 58.0
SHORTEST = 6


class Known(NamedTuple):
    """A caller found again: the customer's standing case if there is one, what he is called, and earlier cases."""

    standing: Case | None
    name: str
    phone: str
    earlier: tuple[Case, ...]


def known_by(visible: QuerySet[Case], phone: str, customer: str) -> Known | None:
    """The caller of a telephone number (from 7 digits on) or of a whole name; None if nobody is known."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= 7:
        condition = Q(**{f"facts__{PHONE}": phone}) | Q(**{f"facts__{PHONE}": digits})
    elif len(customer) >= 2:
        condition = Q(**{f"facts__{CUSTOMER}": customer})
    else:
        return None
    rows = list(visible.filter(condition).order_by("-opened_at")[: MOST_EARLIER + 1])
    if not rows:
        return None
    standing = next((row for row in rows if _stands(row)), None)
    named = standing or rows[0]
    earlier = tuple(row for row in rows if row is not standing)[:MOST_EARLIER]
    return Known(standing, str(named.facts.get(CUSTOMER, "")), str(named.facts.get(PHONE, "")), earlier)


def _stands(row: Case) -> bool:
    pack = pack_of_version(row.pack, row.version)
    return pack is not None and row.type in pack.cases and pack.cases[row.type].stands_for is not None


class Alike(NamedTuple):
    """A case that reads like what is typed; `score` 0-100."""

    row: Case
    score: float


def alike(visible: QuerySet[Case], pack: str, case_type: str, text: str) -> list[Alike]:
    """Open cases of the type whose title is near the text, the nearest first."""
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    rows = visible.filter(pack=pack, type=case_type, closed_at=None).exclude(title="").order_by("-opened_at")
    found = [
        Alike(row, max(fuzz.partial_ratio(row.title, text), fuzz.ratio(row.title, text))) for row in rows[:LOOKED_AT]
    ]
    near = [one for one in found if one.score >= ALIKE_FROM and len(one.row.title) >= SHORTEST]
    return sorted(near, key=lambda one: -one.score)[:MOST_ALIKE]

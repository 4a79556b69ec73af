"""Endpoints of people, units, the token itself, and the health of the system."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from huiyin.api import shapes
from huiyin.api.cases import PROBLEMS
from huiyin.api.kinds import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Words,
    decode_cursor,
    encode_cursor,
    number_part,
    page_of,
    text_part,
)
from huiyin.api.tokens import ADMIN, READ, token_of
from huiyin.api.values import civil
from huiyin.cases.queries import person_key
from huiyin.common import health
from huiyin.organisation import queries
from huiyin.organisation.models import Appointment, Person, Unit

router = Router(tags=["organisation"])


@router.get("/me", response={200: shapes.Me, **PROBLEMS}, auth=READ)
def get_me(request: HttpRequest) -> Any:
    """Whose token this is and what it may do."""
    token = token_of(request)
    assert token is not None  # noqa: S101 - the operation asked for one
    return {
        "account": token.user.username,
        "person": person_key(token.user),
        "name": token.user.display_name,
        "administrator": token.user.is_administrator,
        "scopes": token.scopes,
        "token_expires_at": civil(token.expires_at),
    }


@router.get("/people", response={200: shapes.PersonPage, **PROBLEMS}, auth=READ)
def list_people(request: HttpRequest, q: Words = "", cursor: Cursor | None = None, limit: Limit = DEFAULT_LIMIT) -> Any:
    """People whose name, pinyin, key, telephone or mail has every word of `q`, in directory order."""
    held = Appointment.objects.filter(Appointment.at(timezone.now())).select_related("unit")
    found = queries.people(q).prefetch_related(Prefetch("appointments", held, to_attr="held"))
    if cursor:
        place, key = decode_cursor(cursor, number_part, text_part)
        found = found.filter(Q(place__gt=place) | Q(place=place, key__gt=key))
    rows, following = page_of(found[: limit + 1], limit, lambda one: encode_cursor(one.place, one.key))
    return {"items": [_person(one) for one in rows], "next": following}


def _person(person: Person) -> dict[str, Any]:
    return {
        "key": person.key,
        "name": person.name,
        "name_en": person.name_en,
        "posts": [
            {"post": one.post, "unit": one.unit.code if one.unit else None, "pack": one.pack}
            for one in person.held  # type: ignore[attr-defined]
        ],
    }


@router.get("/units", response={200: shapes.UnitPage, **PROBLEMS}, auth=READ)
def list_units(request: HttpRequest, cursor: Cursor | None = None, limit: Limit = DEFAULT_LIMIT) -> Any:
    """Units in the order of the tree."""
    found = Unit.objects.order_by("path")
    if cursor:
        found = found.filter(path__gt=decode_cursor(cursor, text_part)[0])
    rows, following = page_of(found[: limit + 1], limit, lambda one: encode_cursor(one.path))
    above = {one.path[: -Unit.steplen] for one in rows}
    codes = dict(Unit.objects.filter(path__in=above).values_list("path", "code"))
    items = [
        {
            "code": one.code,
            "name": one.name,
            "name_en": one.name_en,
            "kind": one.kind,
            "parent": codes.get(one.path[: -Unit.steplen]),
        }
        for one in rows
    ]
    return {"items": items, "next": following}


@router.get("/health", response={200: shapes.HealthOut, **PROBLEMS}, auth=ADMIN)
def get_health(request: HttpRequest) -> Any:
    """How the system is, in detail; for administrators."""
    results = health.run()
    checks = [
        {"check": one.check, "level": one.finding.level.word, "text": str(one.finding.message)} for one in results
    ]
    return {"level": health.worst(results).word, "checks": checks}

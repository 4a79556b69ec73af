"""Endpoints of regulations: which there are, and what they ask of a program."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from huiyin.api import shapes
from huiyin.api.cases import PROBLEMS
from huiyin.api.kinds import DEFAULT_LIMIT, Cursor, Limit, Word, decode_cursor, encode_cursor, page_of, text_part
from huiyin.api.problems import in_words, not_found
from huiyin.api.tokens import READ
from huiyin.api.values import json_schema_of
from huiyin.common.dates import current_instant
from huiyin.organisation.queries import adopted, directory_revision
from huiyin.procedures import installed
from huiyin_engine.language.pack import ActRule, OweRule, Pack
from huiyin_engine.prose import in_words as in_prose
from huiyin_engine.wording import whom

router = Router(tags=["packs"])


def in_force(pack_id: str) -> Pack:
    """The version of a regulation in force now. Raises Problem (404)."""
    installed.refresh()
    try:
        return installed.packs_at(current_instant(), directory_revision())[pack_id]
    except KeyError:
        raise not_found() from None


@router.get("/packs", response={200: shapes.PackPage, **PROBLEMS}, auth=READ)
def list_packs(request: HttpRequest, cursor: Cursor | None = None, limit: Limit = DEFAULT_LIMIT) -> Any:
    """The regulations at hand, by id."""
    after = decode_cursor(cursor, text_part)[0] if cursor else ""
    ids = sorted({known.pack for known in installed.known_packs() if known.pack > after})
    shown, following = page_of(ids[: limit + 1], limit, encode_cursor)
    taken = {adoption.pack for adoption in adopted()}
    return {"items": [_row(in_force(pack_id), taken) for pack_id in shown], "next": following}


def _row(pack: Pack, taken: set[str]) -> dict[str, Any]:
    return {"pack": pack.id, "version": pack.version, "title": in_words(pack.title), "adopted": pack.id in taken}


@router.get("/packs/{pack}", response={200: shapes.PackDetail, **PROBLEMS}, auth=READ)
def get_pack(request: HttpRequest, pack: Word) -> Any:
    """A regulation: kinds of case, posts, acts with what they ask for, obligations."""
    found = in_force(pack)
    return {
        **_row(found, {adoption.pack for adoption in adopted()}),
        "types": [
            {"type": one.id, "name": in_words(one.name), "stands_for": one.stands_for} for one in found.cases.values()
        ],
        "posts": [
            {"post": one.id, "name": in_words(one.name), "rank": one.rank, "per_unit": one.per_unit}
            for one in found.posts.values()
        ],
        "acts": [_act(found, rule) for rule in found.acts.values()],
        "obligations": [_owe(found, rule) for rule in found.owes.values()],
    }


def _act(pack: Pack, rule: ActRule) -> dict[str, Any]:
    return {
        "act": rule.id,
        "name": in_words(rule.name),
        "clause": rule.source.clause,
        "types": list(rule.of),
        "opens": rule.opens,
        "by": in_words(whom(pack, rule.by)),
        "row": rule.on,
        "after": list(rule.after),
        "inputs": [
            {
                "fact": fact.id,
                "label": in_words(fact.name),
                "required": required,
                "value_schema": json_schema_of(fact),
            }
            for fact, required in _taken(pack, rule)
        ],
        "guide": in_words(rule.guide) if rule.guide else "",
    }


def _taken(pack: Pack, rule: ActRule) -> list[tuple[Any, bool]]:
    fields = pack.rows.get(rule.on, {}) if rule.on else {}
    return [(fields.get(t.fact) or pack.facts[t.fact], not t.optional) for t in rule.takes]


def _owe(pack: Pack, rule: OweRule) -> dict[str, Any]:
    return {
        "owe": rule.id,
        "name": in_words(rule.name),
        "clause": rule.source.clause,
        "who": in_words(whom(pack, rule.who)),
        "strength": rule.strength,
        "due": in_words(in_prose(pack, rule.due.node, rule.row)) if rule.due is not None else "",
    }


@router.get("/packs/{pack}/acts/{act}/schema", response={200: shapes.SchemaOut, **PROBLEMS}, auth=READ)
def get_schema(request: HttpRequest, pack: Word, act: Word) -> Any:
    """The JSON Schema of the `inputs` of an act."""
    found = in_force(pack)
    rule = found.acts.get(act)
    if rule is None:
        raise not_found()
    taken = _taken(found, rule)
    return {
        "type": "object",
        "title": in_words(rule.name),
        "properties": {fact.id: json_schema_of(fact) for fact, _required in taken},
        "required": [fact.id for fact, required in taken if required],
        "additionalProperties": rule.does == "correct",
    }

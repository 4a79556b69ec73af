"""A case as JSON: what the engine says of it, in the language asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from huiyin.api.problems import in_words
from huiyin.api.values import civil, json_of, moment
from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.common.dates import current_instant
from huiyin_engine import explain, instants
from huiyin_engine.codec import encode_event
from huiyin_engine.forms import sheets
from huiyin_engine.language.pack import Fact, Pack
from huiyin_engine.model.outcome import Outcome, World
from huiyin_engine.model.state import CaseState, Obligation
from huiyin_engine.options import Option, options
from huiyin_engine.showing import format_value, person_name
from huiyin_engine.texts import Text
from huiyin_engine.why import why_due
from huiyin_engine.wording import name_of


def row(case: Case) -> dict[str, Any]:
    """A case as lists show it."""
    return {
        "id": case.pk,
        "number": case.number,
        "pack": case.pack,
        "version": case.version,
        "type": case.type,
        "object": case.object,
        "title": case.title,
        "opened_at": civil(case.opened_at),
        "closed_at": civil(case.closed_at),
        "closed_how": case.closed_how,
        "due": civil(case.due),
        "held_by_vacancy": case.held_by_vacancy,
        "seq": case.seq,
    }


def detail(case: Case, person: str, seen: QuerySet[Case]) -> dict[str, Any]:
    """A case whole. `seen` are the cases its reader may see: no other is named as linked."""
    now = current_instant()
    world = operations.world_for([case.pk], now)
    state = world.cases[case.pk]
    pack = world.pack_of(state)
    linked = {other for others in state.links.values() for other in others}
    may_see = set(seen.filter(pk__in=linked).values_list("pk", flat=True)) if linked else set()
    return {
        **row(case),
        "facts": [fact(pack, world, pack.facts.get(name), name, value) for name, value in state.facts.items()],
        "holders": [_holder(pack, world, state, capacity) for capacity in state.holders],
        "obligations": [_obligation(pack, one) for one in state.obligations.values()],
        "rows": [
            {
                "kind": kind,
                "key": key,
                "fields": [
                    fact(pack, world, pack.rows.get(kind, {}).get(name), name, value) for name, value in fields.items()
                ],
            }
            for kind, by_key in state.rows.items()
            for key, fields in by_key.items()
        ],
        "links": [
            {"link": link, "case": other}
            for link, others in state.links.items()
            for other in others
            if other in may_see
        ],
        "options": [_option(one) for one in options(world, case.pk, person, now)] if person else [],
    }


def fact(pack: Pack, world: World, declared: Fact | None, name: str, value: Any) -> dict[str, Any]:
    """A fact with its value in both forms."""
    return {
        "fact": name,
        "label": in_words(declared.name if declared else Text(name, name)),
        "type": declared.type.type if declared else "text",
        "value": json_of(value, declared.type if declared else None),
        "shown": in_words(format_value(pack, world.directory, declared, value)),
    }


def _holder(pack: Pack, world: World, state: CaseState, capacity: str) -> dict[str, Any]:
    held = state.holders[capacity]
    return {
        "capacity": capacity,
        "label": in_words(name_of(pack, capacity)),
        "person": held.person,
        "name": in_words(person_name(world.directory, held.person)),
        "since": moment(held.since),
    }


def _moment(instant: int | None) -> Any:
    return None if instant is None else moment(instant)


def _obligation(pack: Pack, one: Obligation) -> dict[str, Any]:
    rule = pack.owes.get(one.owe)
    return {
        "key": one.key,
        "owe": one.owe,
        "name": in_words(rule.name if rule else name_of(pack, one.owe)),
        "clause": rule.source.clause if rule else "",
        "bearers": list(one.bearers),
        "strength": one.strength,
        "state": one.state,
        "due": _moment(one.due),
        "opened_at": moment(one.opened_at),
        "missed_at": _moment(one.missed_at),
        "done_at": _moment(one.done_at),
        "provisional": one.provisional,
        "row": one.row,
    }


def _option(one: Option) -> dict[str, Any]:
    refusal = one.refusal
    return {
        "act": one.act,
        "name": in_words(one.rule.name),
        "clause": one.rule.source.clause,
        "row": one.row,
        "owed": one.owed,
        "refusal": None
        if refusal is None
        else {
            "code": refusal.code,
            "text": in_words(refusal.text),
            "clause": refusal.clause,
            "way_out": in_words(refusal.way_out),
            "people": list(refusal.people),
        },
    }


def events(case: Case, after: int, count: int) -> list[dict[str, Any]]:
    """The events of a case with a number above `after`, at most `count`."""
    world = operations.world_for([case.pk], current_instant())
    pack = world.pack_of(world.cases[case.pk])
    found = []
    for seq, entry in list(enumerate(operations.history_of(case.pk), start=1))[after : after + count]:
        line = explain.sentence(pack, world.directory, entry)
        data = encode_event(entry.event)
        found.append(
            {
                "seq": seq,
                "at": moment(entry.at),
                "recorded_at": moment(entry.recorded_at),
                "code": data.pop("code"),
                "text": in_words(line.text),
                "clause": line.clause,
                "topic": line.topic,
                "data": data,
            }
        )
    return found


def why(case: Case, key: str) -> dict[str, Any]:
    """Why an obligation is due when it is. Raises KeyError for one the case never had."""
    world = operations.world_for([case.pk], current_instant())
    said = why_due(world, world.cases[case.pk], key, operations.history_of(case.pk))
    return {
        "obligation": key,
        "name": in_words(said.name),
        "clause": said.clause,
        "rule": in_words(said.rule),
        "started_by": in_words(said.started_by.text) if said.started_by else None,
        "start": moment(said.start),
        "due": _moment(said.due),
        "provisional": said.provisional,
        "counting": in_words(said.counting) if said.counting else None,
        "days": [
            {
                "day": instants.format_day(one.day),
                "counted": one.counted,
                "working": one.working,
                "reason": in_words(one.reason),
            }
            for one in said.days
        ],
        "versions": [{"text": in_words(one.line.text), "clause": one.line.clause} for one in said.versions],
    }


def forms(case: Case) -> list[dict[str, Any]]:
    """Every form of the case's type, filled in."""
    now = current_instant()
    world = operations.world_for([case.pk], now)
    state = world.cases[case.pk]
    pack = world.pack_of(state)
    return [
        {
            "form": sheet.id,
            "name": in_words(sheet.name),
            "number": sheet.number,
            "revision": sheet.revision,
            "row": sheet.row,
            "lines": [{"label": in_words(line.label), "shown": in_words(line.shown)} for line in sheet.lines],
        }
        for form in pack.forms.values()
        if state.type in form.of
        for sheet in sheets(world, case.pk, form, now, lambda state: case.number)
    ]


def done(
    outcome: Outcome, case_id: str, before: Mapping[str, CaseState], preview: bool, seen: QuerySet[Case]
) -> dict[str, Any]:
    """What an act did or would do, as far as its reader may see: what it does to cases shut to him is left out."""
    touched = [change.case for change in outcome.changes]
    known = dict(seen.filter(pk__in=touched).values_list("pk", "number"))
    opened = {change.case for change in outcome.changes if change.entries and change.state.seq == len(change.entries)}
    shown = [c for c in outcome.changes if c.case in known or (preview and c.case in opened) or c.case == case_id]
    world = operations.world_for([], current_instant())
    lines = explain.consequences(world.packs, world.directory, Outcome(tuple(shown)), before)
    main = next((c.state for c in shown if c.case == case_id), None) or before.get(case_id)
    return {
        "preview": preview,
        "case": case_id,
        "number": known.get(case_id, ""),
        "seq": main.seq if main is not None else 0,
        "cases": _listed(shown, case_id, preview),
        "consequences": [{"text": in_words(line.text), "clause": line.clause} for line in lines],
    }


def _listed(shown: Sequence[Any], case_id: str, preview: bool) -> list[str]:
    """The ids of the cases touched; a preview's new case has none yet."""
    return [c.case for c in shown if not preview or c.state.seq != len(c.entries)]

"""What a state looks like in the tables. Pure: the same functions serve every act and `huiyin rebuild`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from huiyin.common.dates import moment_of
from huiyin_engine.codec import encode_value
from huiyin_engine.language.pack import Pack
from huiyin_engine.model.state import OPEN, OWED, CaseState

LONGEST_FACT = 120
LONGEST_TITLE = 200
NO_END = 2**61

Rows = dict[tuple[str, ...], tuple[Any, ...]]
"""Rows of one table: key columns after the case id → the other columns."""


class Projected(NamedTuple):
    """The rows of one case, without what only the shell knows (number, head, seal)."""

    case: dict[str, Any]
    obligations: Rows
    people: Rows
    links: Rows


def project(state: CaseState, pack: Pack) -> Projected:
    """All rows of a case."""
    return Projected(case_row(state, pack), obligation_rows(state), people_rows(state), link_rows(state))


def moment(instant: int | None) -> datetime | None:
    """An instant as it is stored."""
    return None if instant is None else moment_of(instant)


def next_firing(state: CaseState) -> tuple[int, int] | None:
    """(instant, 1 if something lapses after it, 0 if an alarm rings at it) of what the clock has to do next."""
    best: tuple[int, int] | None = None
    for alarm in state.alarms.values():
        if best is None or (alarm.at, 0) < best:
            best = (alarm.at, 0)
    for o in state.obligations.values():
        if o.state == OPEN and o.strength == "binding" and o.due is not None and (best is None or (o.due, 1) < best):
            best = (o.due, 1)
    return best


def wake(state: CaseState) -> int | None:
    """The instant from which the clock has something to do: a limit lapses only after its due instant (CR-10)."""
    firing = next_firing(state)
    return None if firing is None else sum(firing)


def case_row(state: CaseState, pack: Pack) -> dict[str, Any]:
    """The columns of `Case` that follow from the state."""
    case_type = pack.cases[state.type]
    subject = state.facts.get(case_type.subject) if case_type.subject else None
    owed = [o.due for o in state.obligations.values() if o.state in OWED and o.due is not None]
    return {
        "id": state.id,
        "pack": state.pack,
        "version": state.version,
        "type": state.type,
        "object": state.object or "",
        "parent": state.parent or "",
        "title": title(subject),
        "facts": listed_facts(state, pack),
        "opened_at": moment(state.opened_at),
        "closed_at": moment(state.closed_at),
        "closed_how": state.closed_how or "",
        "last_at": moment(state.last_at),
        "due": moment(min(owed)) if owed else None,
        "next_due": moment(wake(state)),
        "held_by_vacancy": state.closed_at is None and any(h.person is None for h in state.holders.values()),
        "seq": state.seq,
    }


def title(subject: Any) -> str:
    """The one line of a case: the first line of its subject, shortened."""
    if isinstance(subject, tuple):
        subject = "、".join(map(str, subject))
    text = str(subject).strip() if subject is not None else ""
    line = text.split("\n", 1)[0].strip()
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def listed_facts(state: CaseState, pack: Pack) -> dict[str, Any]:
    """The facts registers filter and sort by: everything known but files and long texts."""
    listed = {}
    for name, value in state.facts.items():
        fact = pack.facts.get(name)
        if value is None or fact is None or fact.type.type == "file":
            continue
        if isinstance(value, str) and len(value) > LONGEST_FACT:
            continue
        listed[name] = encode_value(value)
    return listed


OBLIGATION_COLUMNS = (
    *("owe", "strength", "state", "owed", "bearers", "opened_at", "start", "due", "missed_at", "done_at", "ended_why"),
    *("row", "period", "provisional"),
)


def obligation_rows(state: CaseState) -> Rows:
    """One row for each obligation the case ever had."""
    return {
        (o.key,): (
            *(o.owe, o.strength, o.state, o.state in OWED, list(o.bearers), moment(o.opened_at), moment(o.start)),
            *(moment(o.due), moment(o.missed_at), moment(o.done_at), o.ended_why or ""),
            *(o.row or "", o.period or "", o.provisional),
        )
        for o in state.obligations.values()
    }


PEOPLE_COLUMNS = ("due", "open")


def people_rows(state: CaseState) -> Rows:
    """Who holds the case, owes something on it, or is concerned by it."""
    is_open = state.closed_at is None
    rows: Rows = {}
    for capacity, held in state.holders.items():
        if held.person is not None:
            rows[("holds", capacity, held.person)] = (None, is_open)
    for o in state.obligations.values():
        for person in o.bearers:
            rows[("owes", o.key, person)] = (moment(o.due), o.state in OWED)
    for person in state.concerned:
        rows[("concerned", "", person)] = (None, is_open)
    return rows


def link_rows(state: CaseState) -> Rows:
    """The cases this one is linked to."""
    return {(link, other): () for link, others in state.links.items() for other in others}

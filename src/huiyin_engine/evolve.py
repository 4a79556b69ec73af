"""Folding events into states. Plain assignment: no pack, calendar or rule is needed to know a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from huiyin_engine.model import events as e
from huiyin_engine.model.state import (
    ENDED,
    LATE,
    MET,
    MET_LATE,
    OPEN,
    SUSPENDED,
    Alarm,
    CaseState,
    Holder,
    Move,
    Obligation,
    Record,
    Signature,
    Trace,
)


def evolve(state: CaseState, entry: e.Entry) -> CaseState:
    """Return the state after one more entry of its history; the given state is left as it was."""
    new = state.copy()
    apply(new, entry.event, entry.at)
    return new


def replay(entries: Iterable[e.Entry], state: CaseState) -> CaseState:
    """Return the state after a whole history (or the rest of one)."""
    new = state.copy()
    for entry in entries:
        apply(new, entry.event, entry.at)
    return new


def apply(case: CaseState, event: e.Event, at: int) -> None:
    """Write one event into a private draft of a case."""
    case.seq += 1
    if at > case.last_at:
        case.last_at = at
    _APPLY[type(event)](case, event, at)


def _opened(case: CaseState, event: e.CaseOpened, at: int) -> None:
    case.type, case.pack, case.version = event.type, event.pack, event.version
    case.object, case.parent = event.object, event.parent
    case.opened_at = at


def _act_done(case: CaseState, event: e.ActDone, at: int) -> None:
    trace = Trace(case.seq, at, event.actor, event.inputs, event.row)
    case.acts[event.act] = (*case.acts.get(event.act, ()), trace)
    facts, changed, seq = case.facts, case.changed, case.seq
    for name, value in event.inputs.items():
        facts[name] = value
        changed[name] = seq


def _nothing(case: CaseState, event: Any, at: int) -> None:
    """The event is told in the story and changes no value."""


def _skipped(case: CaseState, event: e.StepSkipped, at: int) -> None:
    case.skipped[event.act] = event.why


def _fact_set(case: CaseState, event: e.FactSet, at: int) -> None:
    case.facts[event.fact] = event.value
    case.changed[event.fact] = case.seq


def _concerned(case: CaseState, event: e.Concerned, at: int) -> None:
    case.concerned = case.concerned | {event.person} if event.concerned else case.concerned - {event.person}


def _holder_moved(case: CaseState, event: e.HolderMoved, at: int) -> None:
    case.holders[event.capacity] = Holder(event.person, event.post, event.selector, event.rule, at, event.why)
    case.moves = (*case.moves, Move(case.seq, at, event.capacity, event.person, event.post, event.why))


def _holder_named(case: CaseState, event: e.HolderNamed, at: int) -> None:
    if event.person is None:
        case.named.pop(event.capacity, None)
    else:
        case.named[event.capacity] = event.person


def _row_added(case: CaseState, event: e.RowAdded, at: int) -> None:
    rows = dict(case.rows.get(event.kind, ()))
    rows[event.key] = dict(event.values)
    case.rows[event.kind] = rows


def _row_set(case: CaseState, event: e.RowSet, at: int) -> None:
    rows = dict(case.rows[event.kind])
    rows[event.key] = {**rows[event.key], event.field: event.value}
    case.rows[event.kind] = rows


def _obligation_opened(case: CaseState, event: e.ObligationOpened, at: int) -> None:
    case.obligations[event.key] = Obligation(
        event.key,
        event.owe,
        event.n,
        event.bearers,
        event.strength,
        event.start,
        event.due,
        OPEN,
        case.seq,
        at,
        row=event.row,
        period=event.period,
        provisional=event.provisional,
    )


def _obligation_moved(case: CaseState, event: e.ObligationMoved, at: int) -> None:
    old = case.obligations[event.key]
    case.obligations[event.key] = old._replace(due=event.due, provisional=event.provisional, warned=False)


def _obligation_rebound(case: CaseState, event: e.ObligationRebound, at: int) -> None:
    case.obligations[event.key] = case.obligations[event.key]._replace(bearers=event.bearers)


def _obligation_met(case: CaseState, event: e.ObligationMet, at: int) -> None:
    old = case.obligations[event.key]
    case.obligations[event.key] = old._replace(state=MET if old.missed_at is None else MET_LATE, done_at=at)


def _obligation_missed(case: CaseState, event: e.ObligationMissed, at: int) -> None:
    case.obligations[event.key] = case.obligations[event.key]._replace(state=LATE, missed_at=at)


def _obligation_ended(case: CaseState, event: e.ObligationEnded, at: int) -> None:
    case.obligations[event.key] = case.obligations[event.key]._replace(state=ENDED, done_at=at, ended_why=event.why)


def _obligation_warned(case: CaseState, event: e.ObligationWarned, at: int) -> None:
    case.obligations[event.key] = case.obligations[event.key]._replace(warned=True)


def _obligation_suspended(case: CaseState, event: e.ObligationSuspended, at: int) -> None:
    case.obligations[event.key] = case.obligations[event.key]._replace(state=SUSPENDED, suspended_at=at)


def _obligation_resumed(case: CaseState, event: e.ObligationResumed, at: int) -> None:
    old = case.obligations[event.key]
    spans = old.stood_still if old.suspended_at is None else (*old.stood_still, (old.suspended_at, at))
    case.obligations[event.key] = old._replace(
        state=OPEN, due=event.due, suspended_at=None, stood_still=spans, warned=False
    )


def _alarm_set(case: CaseState, event: e.AlarmSet, at: int) -> None:
    if event.at is None:
        case.alarms.pop(event.key, None)
    else:
        case.alarms[event.key] = Alarm(event.key, event.element, event.at, event.period, case.seq)


def _alarm_rang(case: CaseState, event: e.AlarmRang, at: int) -> None:
    case.alarms.pop(event.key, None)


def _signed(case: CaseState, event: e.Signed, at: int) -> None:
    signature = Signature(event.slot, event.person, event.party, event.act, at, case.seq, event.on_behalf)
    case.signatures = (*case.signatures, signature)


def _told(case: CaseState, event: e.Told, at: int) -> None:
    case.told = (*case.told, (at, event.tell, event.to))


def _linked(case: CaseState, event: e.Linked, at: int) -> None:
    case.links[event.link] = (*case.links.get(event.link, ()), event.case)


def _record_started(case: CaseState, event: e.RecordStarted, at: int) -> None:
    case.records[event.key] = Record(event.record, event.key, event.start, event.legs)


def _measure_crossed(case: CaseState, event: e.MeasureCrossed, at: int) -> None:
    case.crossed[event.measure] = event.after


def _closed(case: CaseState, event: e.CaseClosed, at: int) -> None:
    case.closed_at, case.closed_how = at, event.how


def _reopened(case: CaseState, event: e.CaseReopened, at: int) -> None:
    case.closed_at = case.closed_how = None


_APPLY: dict[type, Callable[[CaseState, Any, int], None]] = {
    e.CaseOpened: _opened,
    e.ActDone: _act_done,
    e.ActDiverted: _nothing,
    e.StepSkipped: _skipped,
    e.FactSet: _fact_set,
    e.Concerned: _concerned,
    e.HolderMoved: _holder_moved,
    e.HolderNamed: _holder_named,
    e.RowAdded: _row_added,
    e.RowSet: _row_set,
    e.ObligationOpened: _obligation_opened,
    e.ObligationMoved: _obligation_moved,
    e.ObligationRebound: _obligation_rebound,
    e.ObligationMet: _obligation_met,
    e.ObligationMissed: _obligation_missed,
    e.ObligationEnded: _obligation_ended,
    e.ObligationWarned: _obligation_warned,
    e.ObligationSuspended: _obligation_suspended,
    e.ObligationResumed: _obligation_resumed,
    e.AlarmSet: _alarm_set,
    e.AlarmRang: _alarm_rang,
    e.Signed: _signed,
    e.Told: _told,
    e.Linked: _linked,
    e.RecordStarted: _record_started,
    e.MeasureCrossed: _measure_crossed,
    e.CaseClosed: _closed,
    e.CaseReopened: _reopened,
}

"""The clock's part: what is due fires strictly in order, each at its due instant, however late anybody looks.

An alarm (something opens, a reminder, the end of a term) rings at its instant; a limit lapses after it, so that an act
at the very instant is in time (CR-10).
"""

from __future__ import annotations

from huiyin_engine import obligations
from huiyin_engine.arising import open_linked
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import Outcome, World
from huiyin_engine.model.state import OPEN, SUSPENDED, CaseState
from huiyin_engine.obligations import bearers_of, lapse, open_one, schedule_next, set_period, set_warning, stood_still
from huiyin_engine.step import Decision, Step

HAND_OVER, REVIEW = "hand_over_record", "review_record"
"""Obligations of the library that open at the end of a term of custody, the last one with REVIEW."""


def advance(world: World, case_id: str, now: int, recorded_at: int | None = None) -> Outcome:
    """Fire everything that is due on a case: alarms up to `now`, limits before `now`.

    Each has its own instant as legal time and `recorded_at` (default `now`) beside it. Firing again changes nothing.
    Raises KeyError if the case was not handed in.
    """
    decision = Decision(world, now if recorded_at is None else recorded_at)
    catch_up(decision, case_id, now)
    return decision.outcome()


def catch_up(decision: Decision, case_id: str, now: int) -> None:
    """Fire what is due on a case within a decision."""
    while True:
        upcoming = next_due(decision.state(case_id), now)
        if upcoming is None:
            return
        at, key, is_alarm = upcoming
        step = decision.begin(case_id, at)
        if is_alarm:
            _ring(step, key)
        else:
            o = step.case.obligations[key]
            lapse(step, o, step.pack.owes[o.owe])
        step.settle()


def next_due(case: CaseState, now: int) -> tuple[int, str, bool] | None:
    """(instant, key, is it an alarm) of the next thing that fires by `now`; equal instants in the order opened."""
    best: tuple[int, int, int, str, bool] | None = None
    for alarm in case.alarms.values():
        if alarm.at <= now:
            found = (alarm.at, 0, alarm.seq, alarm.key, True)
            if best is None or found < best:
                best = found
    for o in case.obligations.values():
        if o.state == OPEN and o.strength == "binding" and o.due is not None and o.due < now:
            found = (o.due, 1, o.seq, o.key, False)
            if best is None or found < best:
                best = found
    return None if best is None else (best[0], best[3], best[4])


def _ring(step: Step, key: str) -> None:
    alarm = step.case.alarms[key]
    step.emit(e.AlarmRang(key))
    kind, _, name = alarm.element.partition(":")
    if kind == "warn":
        o = step.case.obligations.get(name)
        if o is not None and o.state == OPEN and not o.warned:
            step.emit(e.ObligationWarned(name))
    elif kind == "record":
        _end_of_term(step, name)
    elif kind == "resume":
        o = step.case.obligations.get(name)
        if o is not None and o.state == SUSPENDED:
            resume(step, name)
    elif kind == "owe":
        rule = step.pack.owes[name]
        period = alarm.period or ""
        if rule.every is not None:
            set_period(step, rule.every, period)
            open_one(step, rule, period=period)
            schedule_next(step, alarm.element, rule.every, rule.opens, period)
    elif kind == "open":
        opening = step.pack.opens[name]
        period = alarm.period or ""
        if opening.every is not None:
            set_period(step, opening.every, period)
            open_linked(step, opening, period)
            schedule_next(step, alarm.element, opening.every, opening.at, period)


def _end_of_term(step: Step, name: str) -> None:
    key, _, index = name.rpartition(":")
    record = step.case.records[key]
    last = int(index) == len(record.legs) - 1
    owe = REVIEW if last else HAND_OVER
    if owe in step.pack.owes:
        n = sum(1 for o in step.case.obligations.values() if o.owe == owe) + 1
        bearers = bearers_of(step, step.pack.owes[owe], key, step.at, None)
        step.emit(e.ObligationOpened(f"{owe}#{n}", owe, n, bearers, "open", step.at, None, row=key))


def resume(step: Step, key: str) -> None:
    """Let a suspended limit run on: moved by the time lost, counted as the limit itself counts, never shortened."""
    o = step.case.obligations[key]
    if o.suspended_at is None or o.due is None:
        step.emit(e.ObligationResumed(key, o.due))
        return
    rule = step.pack.owes.get(o.owe)
    due = stood_still(step, rule, o.due, o.suspended_at, step.at)
    step.emit(e.ObligationResumed(key, due))
    if f"resume:{key}" in step.case.alarms:
        step.emit(e.AlarmSet(f"resume:{key}", f"resume:{key}", None))
    if rule is not None:
        set_warning(step, rule, key, due)


__all__ = ["advance", "catch_up", "next_due", "obligations", "resume"]

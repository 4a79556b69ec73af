"""Obligations 时限义务: opened, met, missed once, moved, renewed, waived, suspended; and those the calendar opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from huiyin_engine import instants
from huiyin_engine.calendars import period_after, period_of
from huiyin_engine.language.pack import Node, OweRule, Pack, Trigger
from huiyin_engine.language.runtime import due_of
from huiyin_engine.language.sentences import AddSpan, AtTime
from huiyin_engine.model import events as e
from huiyin_engine.model.state import LATE, OPEN, OWED, SUSPENDED, Obligation
from huiyin_engine.people import able, everybody
from huiyin_engine.time_limits import Limit, Span, suspended_due
from huiyin_engine.time_limits import due as due_at

if TYPE_CHECKING:
    from huiyin_engine.step import Step

LOOK_AHEAD = 62
"""Periods looked at to find the next one that opens: two months of days cover the longest run of days off."""


def trigger_cells(triggers: Iterable[Trigger]) -> set[str]:
    """The cells whose change may be one of these triggers."""
    cells: set[str] = set()
    for t in triggers:
        match t.kind:
            case "act":
                cells.add(f"act:{t.name}")
            case "closed":
                cells.add("closed")
            case "missed":
                cells.add(f"missed:{t.name}")
            case "met":
                cells.add(f"owe:{t.name}")
            case "opened":
                cells.add("opened")
            case "becomes":
                cells |= {"opened", *(t.condition.deps if t.condition else ())}
            case "crossed":
                cells.add(f"crossed:{t.name}")
            case "changes":
                cells.add(f"fact:{t.name}")
            case "row":
                cells.add(f"rows:{t.name}")
    return cells


def nodes(pack: Pack, case_type: str) -> list[Node]:
    """One node for each obligation of the case type."""
    found = []
    for rule in pack.owes.values():
        if case_type not in rule.of:
            continue
        cells = trigger_cells(rule.triggers) | {"concerned"}
        sentences = [rule.condition, rule.lasting, rule.where, rule.met_when, *rule.who]
        if rule.moves != "never":
            sentences.append(rule.due)
        for sentence in sentences:
            if sentence is not None:
                cells |= sentence.deps
        cells |= {f"act:{a}" for a in rule.does}
        cells.discard(f"owe:{rule.id}")
        if rule.every:
            cells |= {"opened", "closed"}
        found.append(Node("owe", rule.id, frozenset(cells), _node(rule)))
    return found


def _node(rule: OweRule) -> Callable[[Step], None]:
    acts = frozenset(t.name for t in rule.triggers if t.kind == "act")
    only_acts = len(acts) == len(rule.triggers)
    name = rule.id

    def run(step: Step) -> None:
        seq = step.case.seq
        if only_acts and rule.every is None:
            if not acts.isdisjoint(step.did):
                _open_on_triggers(step, rule)
        elif rule.every is not None:
            if step.opened and ("schedule", rule.id) not in step.fired:
                step.fired.add(("schedule", rule.id))
                schedule_first(step, f"owe:{rule.id}", rule.every, rule.opens, rule.due)
        else:
            _open_on_triggers(step, rule)
        for o in step.case.obligations.values():
            if o.owe == name and o.state in OWED:
                _look_after(step, rule, seq)
                break

    return run


def _open_on_triggers(step: Step, rule: OweRule) -> None:
    for i, trigger in enumerate(rule.triggers):
        if trigger.kind == "row":
            for kind, key in step.rows_added:
                if kind == trigger.name and ("owe", rule.id, key) not in step.fired:
                    step.fired.add(("owe", rule.id, key))
                    open_one(step, rule, row=key)
            continue
        if ("owe", rule.id, i) in step.fired or not step.fires(trigger):
            continue
        step.fired.add(("owe", rule.id, i))
        if rule.row is None:
            open_one(step, rule)
        else:
            for key in step.case.rows.get(rule.row, {}):
                open_one(step, rule, row=key)


def open_one(step: Step, rule: OweRule, row: str | None = None, period: str | None = None) -> str | None:
    """Open one instance if its condition holds; returns its key. A running one is renewed, kept or left beside it."""
    case, env = step.case, step.env
    env.start = step.at
    values = step.row(rule.row, row)
    if rule.condition is not None and rule.condition.run(case, env, values) is not True:
        return None
    if rule.lasting is not None and rule.lasting.run(case, env, values) is not True:
        return None
    mine = [o for o in case.obligations.values() if o.owe == rule.id and o.row == row]
    if rule.again == "once" and mine:
        return None
    running = [o for o in mine if o.owed]
    if running and rule.again == "keep" and period is None:
        return None
    if rule.again == "renew":
        for o in running:
            if _fulfilled(step, rule, o, values):
                step.meet(o.key)
            elif o.state in (OPEN, SUSPENDED):
                step.emit(e.ObligationEnded(o.key, "renewed"))
    n = len(mine) + 1
    key = f"{rule.id}#{n}" if row is None else f"{rule.id}#{row}#{n}"
    due = step.at if rule.strength == "at_once" else None
    if rule.due is not None:
        due = rule.due.run(case, env, values)
    provisional = due is not None and env.calendar.is_provisional(
        instants.day_of(min(step.at, due)), instants.day_of(max(step.at, due))
    )
    bearers = everybody(env, case, rule.who, values)
    strength = "open" if due is None else rule.strength
    step.emit(e.ObligationOpened(key, rule.id, n, bearers, strength, step.at, due, row, period, provisional))
    if due is not None:
        set_warning(step, rule, key, due, opened=True)
    return key


def set_warning(step: Step, rule: OweRule, key: str, due: int, opened: bool = False) -> None:
    """Set the alarm for the reminder before a due instant; one whose instant is past at the opening is not given."""
    if rule.warn is None:
        return
    warn_at = due_at(Limit(Span(-rule.warn[0], rule.warn[1])), due, step.env.calendar)  # type: ignore[arg-type]
    if warn_at > step.at or not opened:
        step.emit(e.AlarmSet(f"warn:{key}", f"warn:{key}", max(warn_at, step.at)))


def bearers_of(step: Step, rule: OweRule, row: str | None, start: int, values: Any) -> tuple[str, ...]:
    """Who owes an instance: what opens at the end of a term of custody is for the post that kept the record."""
    record = step.case.records.get(row) if row is not None and rule.row is None else None
    post = next((post for post, until in record.legs if until == start), None) if record is not None else None
    kept = able(step.env, step.case, ("post", post, None)) if post is not None else ()
    return kept or everybody(step.env, step.case, rule.who, values)


def _look_after(step: Step, rule: OweRule, since: int) -> None:
    """Fulfilment, waiver, live limits and changed bearers of the instances that are owed. What was opened after event
    `since` has its limit and bearers from this very instant."""
    case, env = step.case, step.env
    for o in [o for o in case.obligations.values() if o.owe == rule.id and o.state in OWED]:
        values = step.row(rule.row, o.row)
        if rule.lasting is not None and rule.lasting.run(case, env, values) is not True:
            if _fulfilled(step, rule, o, values):
                step.meet(o.key)
            else:
                step.emit(e.ObligationEnded(o.key, "waived"))
            continue
        if _fulfilled(step, rule, o, values):
            step.meet(o.key)
            continue
        if o.seq > since:
            continue
        if rule.moves != "never" and o.state == OPEN and rule.due is not None:
            recompute(step, rule, o, values, "recomputed")
        bearers = bearers_of(step, rule, o.row, o.start, values)
        if bearers != o.bearers:
            step.emit(e.ObligationRebound(o.key, bearers))


def _fulfilled(step: Step, rule: OweRule, o: Obligation, values: Any) -> bool:
    case, env = step.case, step.env
    if rule.met_when is not None:
        if rule.at_due and o.state == OPEN:
            return False
        return rule.met_when.run(case, env, values) is True
    if rule.all_of:
        return all(_done_since(step, act, o) for act in rule.does)
    for act in rule.does:
        seq = step.did.get(act)
        if seq is not None and seq > o.seq:
            trace = case.acts[act][-1]
            if o.row is not None and trace.row is not None and trace.row != o.row:
                continue
            if rule.where is None or rule.where.run(case, env, values) is True:
                return True
    return False


def _done_since(step: Step, act: str, o: Obligation) -> bool:
    return any(t.seq > o.seq and (o.row is None or t.row in (None, o.row)) for t in step.case.acts.get(act, ()))


def recompute(step: Step, rule: OweRule, o: Obligation, values: Any, because: str) -> None:
    """Compute an open limit anew from its original start, as `moves` allows; a correction or a calendar notice moves
    it either way."""
    if rule.due is None:
        return
    env = step.env
    env.start = o.start
    if rule.every is not None and o.period is not None:
        set_period(step, rule.every, o.period)
    due = rule.due.run(step.case, env, values)
    if due is None:
        return
    for since, until in o.stood_still:
        due = stood_still(step, rule, due, since, until)
    provisional = env.calendar.is_provisional(instants.day_of(min(o.start, due)), instants.day_of(max(o.start, due)))
    if due == o.due:
        if provisional != o.provisional:
            step.emit(e.ObligationMoved(o.key, due, o.due, because, provisional))
        return
    later = o.due is None or due > o.due
    if because != "recomputed" or rule.moves == "freely" or (rule.moves == "later only" and later):
        step.emit(e.ObligationMoved(o.key, due, o.due, because, provisional))
        set_warning(step, rule, o.key, due)


def stood_still(step: Step, rule: OweRule | None, due: int, since: int, until: int) -> int:
    """A due instant moved by the time a limit stood still, counted as the limit itself counts; never shortened."""
    node = rule.due.node if rule is not None and rule.due is not None else None
    if isinstance(node, AddSpan):
        counted = Limit(Span(1, node.unit), node.counts_start, node.ends, node.rest_day)  # type: ignore[arg-type]
    else:
        counted = Limit(Span(1, "day" if isinstance(node, AtTime) else "minute"))
    return suspended_due(counted, due, since, max(since, until), step.env.calendar)


def lapse(step: Step, o: Obligation, rule: OweRule) -> None:
    """The due instant has passed: met if the state at that instant says so, else missed."""
    if rule.at_due and rule.met_when is not None:
        values = step.row(rule.row, o.row)
        if rule.met_when.run(step.case, step.env, values) is True:
            step.meet(o.key)
            return
    step.miss(o.key, rule)


def wrap_up(step: Step) -> None:
    """At closing: what the case no longer owes ends, what is fulfilled counts as met, alarms are taken off."""
    for o in step.case.owed():
        rule = step.pack.owes.get(o.owe)
        if rule is None or rule.outlives:
            continue
        values = step.row(rule.row, o.row)
        if rule.met_when is not None and rule.met_when.run(step.case, step.env, values) is True:
            step.meet(o.key)
        else:
            step.emit(e.ObligationEnded(o.key, "closed"))
    for alarm in list(step.case.alarms.values()):
        if alarm.element.partition(":")[0] in ("owe", "open", "warn"):
            step.emit(e.AlarmSet(alarm.key, alarm.element, None))


# -- periods ---------------------------------------------------------------------------------------------------------


def _kind(every: str) -> Any:
    return "day" if every == "working_day" else every


def set_period(step: Step, every: str, period: str) -> None:
    """Put the bounds of a period, named by its first day, where sentences read them."""
    span = period_of(_kind(every), instants.parse_day(period))
    step.env.period_start = instants.at(span.first, "00:00")
    step.env.period_end = instants.at(span.last + 1, "00:00") - 1


def schedule_first(step: Step, element: str, every: str, opens: Any, due: Any = None) -> None:
    """Set the alarm for the period the case is opened in; at once if its instant is past but it has not ended. A period
    whose limit was over before the case was opened is not owed."""
    first = period_of(_kind(every), instants.day_of(step.at)).first
    _schedule(step, element, every, opens, first, due)


def schedule_next(step: Step, element: str, every: str, opens: Any, period: str) -> None:
    """Set the alarm for the period after this one."""
    following = period_after(_kind(every), instants.parse_day(period)).first
    _schedule(step, element, every, opens, following)


def _schedule(step: Step, element: str, every: str, opens: Any, first: int, due: Any = None) -> None:
    for _ in range(LOOK_AHEAD):
        period = instants.format_day(first)
        if every != "working_day" or step.env.calendar.is_working_day(first):
            set_period(step, every, period)
            at = opens.run(step.case, step.env, None) if opens is not None else step.env.period_start
            if at is not None and not _over(step, at, due):
                step.emit(e.AlarmSet(element, element, max(at, step.at), period))
                return
        first = period_after(_kind(every), first).first


def _over(step: Step, at: int, due: Any) -> bool:
    """Was the limit of a period that should have opened at `at` over before this step?"""
    if due is None or at >= step.at:
        return False
    step.env.start = at
    ends = due.run(step.case, step.env, None)
    return ends is not None and ends < step.at


__all__ = ["LATE", "due_of", "lapse", "nodes", "open_one", "recompute", "trigger_cells", "wrap_up"]

"""What arises beside obligations: rows, linked cases, records, notices, skipped steps, and the closing of the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from huiyin_engine import instants, obligations
from huiyin_engine.language.pack import ActRule, AddRule, CloseRule, Node, OpenRule, Pack, RecordRule, TellRule
from huiyin_engine.model import events as e
from huiyin_engine.obligations import trigger_cells
from huiyin_engine.people import everybody, resolve

if TYPE_CHECKING:
    from huiyin_engine.step import Step


def nodes_before_obligations(pack: Pack, case_type: str) -> list[Node]:
    """Rows and linked cases: obligations may rest on them."""
    found = []
    for add in pack.adds.values():
        if case_type in add.of:
            found.append(Node("add", add.id, frozenset(trigger_cells(add.triggers)), _add_node(add)))
    for opening in pack.opens.values():
        if case_type in opening.of:
            cells = trigger_cells(opening.triggers) | {"opened"}
            found.append(Node("open", opening.id, frozenset(cells), _open_node(opening)))
    return found


def nodes_after_obligations(pack: Pack, case_type: str) -> list[Node]:
    """Skipped steps, closing, records, notices."""
    found = []
    for act in pack.acts.values():
        if case_type in act.of and act.skip is not None:
            cells = act.skip.deps | {f"act:{a}" for a in act.after} | {"opened"}
            found.append(Node("skip", act.id, frozenset(cells), _skip_node(act)))
    for close in pack.closes.values():
        if case_type in close.of:
            found.append(Node("closes", close.id, close.when.deps, _close_node(close)))
    for record in pack.records.values():
        if case_type in record.of:
            found.append(Node("record", record.id, frozenset(trigger_cells(record.triggers)), _record_node(record)))
    for tell in pack.tells.values():
        if case_type in tell.of:
            found.append(Node("tell", tell.id, frozenset(trigger_cells(tell.triggers)), _tell_node(tell)))
    return found


def _add_node(rule: AddRule) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        for i, trigger in enumerate(rule.triggers):
            if ("add", rule.id, i) in step.fired or not step.fires(trigger):
                continue
            step.fired.add(("add", rule.id, i))
            if rule.condition is not None and rule.condition.run(step.case, step.env, None) is not True:
                continue
            values = {name: sentence.run(step.case, step.env, None) for name, sentence in rule.values.items()}
            add_row(step, rule.row, values)

    return run


def add_row(step: Step, kind: str, values: dict[str, Any]) -> str:
    """Add a row under the next free key of its kind; selectors are written down as the persons they mean."""
    key = str(len(step.case.rows.get(kind, ())) + 1)
    fields = step.pack.rows[kind]
    written = {
        name: resolve(step.env, step.case, value, None).person
        if isinstance(value, tuple) and fields[name].type.type == "person" and not fields[name].type.several
        else value
        for name, value in values.items()
    }
    step.emit(e.RowAdded(kind, key, written))
    return key


def _open_node(rule: OpenRule) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        if rule.every is not None:
            if step.opened and ("schedule", rule.id) not in step.fired:
                step.fired.add(("schedule", rule.id))
                obligations.schedule_first(step, f"open:{rule.id}", rule.every, rule.at)
            return
        for i, trigger in enumerate(rule.triggers):
            if ("open", rule.id, i) in step.fired or not step.fires(trigger):
                continue
            step.fired.add(("open", rule.id, i))
            open_linked(step, rule)

    return run


def open_linked(step: Step, rule: OpenRule, period: str | None = None) -> str | None:
    """Open the linked case in the same decision, with what it is given; bring back what this case takes from it."""
    case, env = step.case, step.env
    if rule.condition is not None and rule.condition.run(case, env, None) is not True:
        return None
    suffix = period or str(len(case.links.get(rule.link, ())) + 1)
    new_id = f"{case.id}/{rule.link}/{suffix}"
    values = {name: sentence.run(case, env, None) for name, sentence in rule.carries.items()}
    other = step.decision.open(new_id, rule.case, step.pack, step.at, env.actor, parent=case.id)
    for fact, value in values.items():
        if value is not None:
            kind = step.pack.facts[fact].type
            typed = (value,) if kind.several and not isinstance(value, tuple) else value
            other.emit(e.FactSet(fact, typed, "carried"))
    if rule.back:
        other.emit(e.Linked(rule.back, case.id))
    other.settle()
    step.emit(e.Linked(rule.link, new_id))
    for fact, capacity in rule.brings.items():
        step.emit(e.FactSet(fact, other.case.holder(capacity), "linked"))
    return new_id


def _skip_node(rule: ActRule) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        case = step.case
        if rule.skip is None or rule.id in case.skipped or rule.id in case.acts or case.closed_at is not None:
            return
        if all(a in case.acts or a in case.skipped for a in rule.after) and rule.skip.run(case, step.env, None) is True:
            step.emit(e.StepSkipped(rule.id, rule.skip.text))

    return run


def _close_node(rule: CloseRule) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        if step.case.closed_at is None and rule.when.run(step.case, step.env, None) is True:
            step.emit(e.CaseClosed(rule.id))
            obligations.wrap_up(step)

    return run


def _record_node(rule: RecordRule) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        for i, trigger in enumerate(rule.triggers):
            if ("record", rule.id, i) in step.fired or not step.fires(trigger):
                continue
            step.fired.add(("record", rule.id, i))
            start_record(step, rule)

    return run


def start_record(step: Step, rule: RecordRule) -> None:
    """Fix the terms of custody and set the alarm for the end of each."""
    step.env.start = step.at
    start = rule.start.run(step.case, step.env, None) if rule.start is not None else step.at
    if start is None:
        return
    legs = []
    day, rest = divmod(start, instants.DAY)
    for leg in rule.legs:
        if leg.unit == "day":
            day += leg.amount
        else:
            day = instants.add_months(day, leg.amount * (12 if leg.unit == "year" else 1))
        legs.append((leg.post, day * instants.DAY + rest))
    n = sum(1 for r in step.case.records.values() if r.record == rule.id) + 1
    key = f"{rule.id}#{n}"
    step.emit(e.RecordStarted(rule.id, key, start, tuple(legs)))
    for i, (_, until) in enumerate(legs):
        step.emit(e.AlarmSet(f"record:{key}:{i}", f"record:{key}:{i}", until))


def _tell_node(rule: TellRule) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        for i, trigger in enumerate(rule.triggers):
            if ("tell", rule.id, i) in step.fired or not step.fires(trigger):
                continue
            step.fired.add(("tell", rule.id, i))
            if rule.condition is None or rule.condition.run(step.case, step.env, None) is True:
                step.emit(e.Told(rule.id, everybody(step.env, step.case, rule.to)))

    return run

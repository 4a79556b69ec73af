"""Deciding an act: who may, when, with what; then everything that follows from it, as events.

`decide` looks only at the world it is handed. The same call with its events thrown away answers "may I?" and "what
would happen?".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huiyin_engine import wording
from huiyin_engine.advance import catch_up, resume
from huiyin_engine.arising import add_row
from huiyin_engine.calendars import OutsideCalendar
from huiyin_engine.inputs import IN_THE_PAST, check_inputs, check_reason
from huiyin_engine.language.pack import ActRule, Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World
from huiyin_engine.model.state import OPEN, OWED, SUSPENDED, CaseState
from huiyin_engine.nodes import people_of
from huiyin_engine.obligations import recompute
from huiyin_engine.people import Right, entitled, everybody, hindrance
from huiyin_engine.step import Decision, Step
from huiyin_engine.texts import Text


def decide(world: World, act: Act) -> Outcome | Refusal:
    """Accept an act, with all events for every case it concerns, or refuse it, with the reason and the way out.

    What is overdue on the case fires first, in order, at its own instants (CR-10), so that a late worker cannot change
    what is decided. Raises KeyError if a case or pack was not handed in.
    """
    if act.at > act.recorded_at:
        return Refusal(
            "in_the_future",
            Text("行为时间不能晚于现在", "an act cannot lie in the future"),
            "CR-11",
            Text("填写实际发生的时间", "give the time it really happened"),
        )
    refusal = check_reason(act)
    if refusal is not None:
        return refusal
    decision = Decision(world, act.recorded_at)
    for case_id in dict.fromkeys((act.case, *act.also)):
        if decision.knows(case_id):
            catch_up(decision, case_id, act.recorded_at)
        try:
            refusal = _one(decision, act, case_id)
        except OutsideCalendar:
            return wording.outside_calendar(world)
        if refusal is not None:
            return refusal
    return decision.outcome()


def _one(decision: Decision, act: Act, case_id: str) -> Refusal | None:
    if decision.knows(case_id):
        state = decision.state(case_id)
        pack = decision.world.pack_of(state)
        case_type = state.type
    else:
        pack = decision.world.packs[act.pack]
        case_type = act.type or ""
    rule = pack.acts.get(act.name)
    if rule is None:
        return wording.unknown_act(pack, act.name)
    if act.also and not rule.also_on:
        return wording.one_case_only(rule)
    if not decision.knows(case_id):
        if rule.opens is None or (case_type and case_type != rule.opens):
            return wording.no_such_case(rule)
        step = decision.open(case_id, rule.opens, pack, act.at, act.actor, object=act.object)
    else:
        if case_type not in rule.of:
            return wording.not_for_this_type(pack, rule, case_type)
        state = decision.state(case_id)
        if act.at < state.last_at:
            return wording.dated_before_history(rule, state.last_at)
        step = decision.begin(case_id, act.at, act.actor)
    return perform(step, rule, act)


def perform(step: Step, rule: ActRule, act: Act) -> Refusal | None:
    """Check and carry out an act within a step; the step settles unless the act is refused."""
    right = _right(step, rule, act)
    if isinstance(right, Refusal) and right.code != "no_right":
        return right
    checked = check_inputs(step, rule, act)
    if isinstance(checked, Refusal):
        return right if isinstance(right, Refusal) else checked
    facts, row_fields = checked
    step.put_in_place(facts)
    step.settle_facts(step.nodes.readers["*derive"])
    if isinstance(right, Refusal):
        right = _in_their_place(step, rule, act, right)
        if isinstance(right, Refusal):
            return right
    row = step.row(rule.on, act.row)
    if row is not None and row_fields:
        row = {**row, **row_fields}
    refusal = guards(step, rule, act, row)
    if refusal is not None:
        return refusal
    _carry_out(step, rule, act, facts, row_fields, row, right.on_behalf)
    step.settle()
    return None


def standing(step: Step, rule: ActRule, act: Act) -> Refusal | None:
    """What can be said without the inputs: is the case open, does the row exist, may this person."""
    right = _right(step, rule, act)
    return right if isinstance(right, Refusal) else None


def _in_their_place(step: Step, rule: ActRule, act: Act, refusal: Refusal) -> Refusal | Right:
    """Where the act itself makes everybody concerned who may do it, whoever takes their place does it (CR-5, CR-8)."""
    if step.case.concerned == step.before.concerned:
        return refusal
    as_it_stood = step.before.copy()
    as_it_stood.concerned = step.case.concerned
    right = _right(step, rule, act, as_it_stood)
    return refusal if isinstance(right, Refusal) else right


def _right(step: Step, rule: ActRule, act: Act, seen: CaseState | None = None) -> Refusal | Right:
    """The right by which the actor acts, or why he may not. Posts and capacities are read off `seen`, if given."""
    case, pack = step.case, step.pack
    if case.closed_at is not None and not (rule.after_closing or rule.reopens):
        return wording.case_closed(rule, case)
    if done_for_good(case, rule):
        return wording.done_already(rule)
    if rule.opens is not None and not step.opened and not _is_owed(case, pack, rule):
        return wording.opened_already(rule)
    if rule.on is not None and act.row is None and not step.opened:
        return wording.row_missing(pack, rule)
    if act.row is not None and rule.on is not None and act.row not in case.rows.get(rule.on, {}):
        return wording.row_missing(pack, rule)
    if act.actor in case.concerned and not rule.party:
        return wording.concerned(step, rule, everybody(step.env, case, rule.by, step.row(rule.on, act.row)))
    right = entitled(step.env, case if seen is None else seen, rule.by, act.actor, step.row(rule.on, act.row))
    if not right.allowed:
        return wording.no_right(step, rule, everybody(step.env, case, rule.by, step.row(rule.on, act.row)))
    for step_before in rule.after:
        if not is_past(step, step_before):
            return wording.too_early(pack, rule, step_before)
    if rule.skip is not None and not step.opened and rule.skip.run(case, step.env, None) is True:
        return wording.fallen_away(rule)
    for o in case.obligations.values():
        if o.state in OWED and rule.id in (owe := pack.owes[o.owe]).gates:
            return wording.must_come_first(pack, rule, owe)
    return right


def done_for_good(case: CaseState, rule: ActRule) -> bool:
    """An act that is done once has been; one that a concerned person did may be repeated by his successor (CR-6)."""
    if not rule.once or rule.id not in case.acts:
        return False
    actor = case.acts[rule.id][-1].actor
    return actor is None or actor not in case.concerned


def _is_owed(case: CaseState, pack: Pack, rule: ActRule) -> bool:
    """What opens a case is done on one that is there only where it is still owed: a registration that an arrival or
    another case opened (CR-34)."""
    return any(o.owed and o.owe in pack.owes and rule.id in pack.owes[o.owe].does for o in case.obligations.values())


def is_past(step: Step, act: str) -> bool:
    """Done, or fallen away: its turn had come, and it was not needed."""
    if act in step.case.acts:
        return True
    rule = step.pack.acts[act]
    if rule.skip is None or rule.skip.run(step.case, step.env, None) is not True:
        return False
    return all(is_past(step, before) for before in rule.after)


def guards(step: Step, rule: ActRule, act: Act, row: Mapping[str, Any] | None) -> Refusal | None:
    """What the inputs decide: whether the actor has become concerned by them, and the act's own conditions."""
    if act.actor in step.case.concerned and not rule.party:
        return wording.concerned(step, rule, everybody(step.env, step.case, rule.by, row))
    for take in rule.takes:
        fact = step.pack.facts.get(take.fact)
        if fact is None or fact.required_when is None or step.case.facts.get(take.fact) is not None:
            continue
        if fact.required_when.run(step.case, step.env, row) is True:
            return wording.input_missing(rule, fact.id, fact.name)
    for i, need in enumerate(rule.needs):
        if need.condition.run(step.case, step.env, row) is not True:
            return wording.need_not_met(rule, i, need)
    return _cannot_take_effect(step, rule, act)


def _cannot_take_effect(step: Step, rule: ActRule, act: Act) -> Refusal | None:
    """Somebody is named who cannot hold the case, or a limit is to stand still or run on that cannot."""
    if rule.names is not None:
        kinds = ((t.fact, step.pack.facts[t.fact].type.type) for t in rule.takes if t.fact in step.pack.facts)
        named = next((act.inputs.get(fact) for fact, kind in kinds if kind == "person"), None)
        why = hindrance(step.env, step.case, named) if isinstance(named, str) else None
        if why is not None:
            return wording.cannot_hold(step, rule, str(named), why)
    if rule.does in ("suspend", "resume"):
        o = step.case.obligations.get(str(act.inputs.get("obligation", "")))
        if o is None or o.due is None or o.state != (OPEN if rule.does == "suspend" else SUSPENDED):
            return wording.limit_not_running(rule)
        until = act.inputs.get("until")
        if rule.does == "suspend" and isinstance(until, int) and until <= step.at:
            name = step.pack.facts["until"].name
            return wording.input_wrong(rule, "until", name, *IN_THE_PAST)
    return None


def _carry_out(
    step: Step,
    rule: ActRule,
    act: Act,
    inputs: Mapping[str, Any],
    row_fields: Mapping[str, Any],
    row: Any,
    on_behalf: str | None,
) -> None:
    env, case = step.env, step.case
    computed = {name: sentence.run(case, env, row) for name, sentence in rule.sets.items()}
    diverted = next((i for i, d in enumerate(rule.instead) if d.condition.run(case, env, row) is True), None)
    if diverted is not None:
        computed.update({n: s.run(case, env, row) for n, s in rule.instead[diverted].sets.items()})
    signers = {slot: sentence.run(case, env, row) for slot, sentence in rule.signs.items()}
    if rule.reopens and case.closed_at is not None:
        step.emit(e.CaseReopened(rule.id))
    step.emit(e.ActDone(rule.id, act.actor, inputs, act.row, on_behalf, act.reason))
    if diverted is not None:
        step.emit(e.ActDiverted(rule.id, diverted))
    for field, value in row_fields.items():
        step.emit(e.RowSet(rule.on or "", act.row or "", field, value))
    for name, value in computed.items():
        if act.row is not None and rule.on is not None and name in step.pack.rows[rule.on]:
            step.emit(e.RowSet(rule.on, act.row, name, value))
        elif case.facts.get(name, step.pack.facts[name].start) != value:
            step.emit(e.FactSet(name, value, "computed"))
    for slot, selector in signers.items():
        _sign(step, rule, act, slot, selector, on_behalf)
    for kind, each, fields in rule.adds:
        _add_rows(step, kind, each, fields)
    if rule.names is not None:
        person = next((v for k, v in inputs.items() if step.pack.facts[k].type.type == "person"), None)
        if person is not None:
            step.emit(e.HolderNamed(rule.names, person))
    if rule.does is not None:
        _mechanism(step, rule, act, inputs)


def _sign(step: Step, rule: ActRule, act: Act, slot: str, selector: Any, on_behalf: str | None) -> None:
    if selector is None:
        return
    if selector[0] == "party":
        step.emit(e.Signed(slot, None, selector[1], rule.id))
    elif selector[0] == "person":
        step.emit(e.Signed(slot, selector[1], None, rule.id, on_behalf))


def _add_rows(step: Step, kind: str, each: str | None, fields: Mapping[str, Any]) -> None:
    many = step.case.facts.get(each) or () if each is not None else (None,)
    for item in many:
        step.env.each = item
        add_row(step, kind, {name: sentence.run(step.case, step.env, None) for name, sentence in fields.items()})


def _mechanism(step: Step, rule: ActRule, act: Act, inputs: Mapping[str, Any]) -> None:
    case = step.case
    if rule.does == "correct":
        _no_longer_concerned(step, inputs)
        for o in case.owed():
            owe = step.pack.owes.get(o.owe)
            if owe is not None and o.state == OPEN:
                recompute(step, owe, o, step.row(owe.row, o.row), "corrected")
        return
    key = str(inputs.get("obligation", ""))
    limit = case.obligations.get(key)
    if limit is None:
        return
    if rule.does == "suspend" and limit.state == OPEN:
        until = inputs.get("until")
        step.emit(e.ObligationSuspended(key, str(inputs.get("reason", "")), act.actor or "", until))
        if until is not None:
            step.emit(e.AlarmSet(f"resume:{key}", f"resume:{key}", until))
    elif rule.does == "resume" and limit.state == SUSPENDED:
        resume(step, key)


def _no_longer_concerned(step: Step, inputs: Mapping[str, Any]) -> None:
    """Whoever was named by the mistake alone need not stand aside any longer (CR-35); what else concerns him stays."""
    still = {person for sentence in step.pack.concerned for person in people_of(sentence, step)}
    for name in inputs:
        if step.pack.facts[name].type.type == "person":
            before = step.before.facts.get(name)
            for person in before if isinstance(before, tuple) else (before,):
                if person in step.case.concerned and person not in still:
                    step.emit(e.Concerned(person, False))

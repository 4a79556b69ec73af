"""Measures 统计量: declared quantities over many cases, read by rules and reports alike.

What a case contributes is computed from its own state, so a decision knows the value before it (handed in, with its
key, by `World.measures`) and after it; passing a cut point is an event of the case that did it. Values: a number for
count and sum; for distinct a mapping from each value to the number of cases that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from huiyin_engine import instants
from huiyin_engine.calendars import period_of
from huiyin_engine.language.runtime import Env
from huiyin_engine.model import events as e
from huiyin_engine.model.state import CaseState

if TYPE_CHECKING:
    from huiyin_engine.language.pack import MeasureRule
    from huiyin_engine.step import Step


class Contribution(NamedTuple):
    """What one case adds to a measure: the key it counts under (group and period) and the amount or distinct item."""

    key: str
    amount: Any


class Rank(NamedTuple):
    """A place in a ranking; ties share a rank and the next one is skipped (1, 2, 2, 4)."""

    rank: int
    key: str
    value: Any


def contribution(rule: MeasureRule, case: CaseState, env: Env) -> Contribution | None:
    """What the case contributes as it stands, or None."""
    if case.type != rule.counts or case.opened_at is None:
        return None
    if rule.where is not None and rule.where.run(case, env, None) is not True:
        return None
    parts = []
    if rule.by is not None:
        group = case.facts.get(rule.by)
        if group is None:
            return None
        parts.append(str(group))
    if rule.within is not None:
        at = rule.dated_by.run(case, env, None) if rule.dated_by is not None else case.opened_at
        if at is None:
            return None
        kind: Any = rule.within
        parts.append(instants.format_day(period_of(kind, instants.day_of(at)).first))
    key = "|".join(parts)
    if rule.fact is None:
        return Contribution(key, 1)
    value = case.facts.get(rule.fact)
    return None if value is None else Contribution(key, value)


def add(rule: MeasureRule, value: Any, amount: Any) -> Any:
    """A measure's value with one more contribution."""
    if rule.kind == "distinct":
        known = value or {}
        return {**known, amount: known.get(amount, 0) + 1}
    return (value or 0) + amount


def remove(rule: MeasureRule, value: Any, amount: Any) -> Any:
    """A measure's value with one contribution less."""
    if rule.kind == "distinct":
        known = value or {}
        return {**known, amount: known.get(amount, 1) - 1}
    return (value or 0) - amount


def values(rule: MeasureRule, cases: Iterable[CaseState], env: Env) -> dict[str, Any]:
    """The measure over all these cases, by key; distinct ones as the number of their values."""
    found: dict[str, Any] = {}
    for case in cases:
        given = contribution(rule, case, env)
        if given is not None:
            found[given.key] = add(rule, found.get(given.key), given.amount)
    return {key: plain(value) for key, value in found.items()}


def handed_in(rule: MeasureRule, cases: Iterable[CaseState], env: Env) -> dict[tuple[str, str], Any]:
    """The values as `World.measures` wants them."""
    found: dict[tuple[str, str], Any] = {}
    for case in cases:
        given = contribution(rule, case, env)
        if given is not None:
            found[(rule.id, given.key)] = add(rule, found.get((rule.id, given.key)), given.amount)
    return found


def plain(value: Any) -> Any:
    """A value as sentences compare it."""
    return sum(1 for n in value.values() if n > 0) if isinstance(value, Mapping) else value


def ranking(values_by_key: Mapping[str, Any]) -> list[Rank]:
    """Highest first; equal values share a rank, the next rank is skipped; equal ones stand in order of their key."""
    ordered = sorted(values_by_key.items(), key=lambda item: (-Decimal(plain(item[1])), item[0]))
    found: list[Rank] = []
    for place, (key, value) in enumerate(ordered, 1):
        same = bool(found) and found[-1].value == plain(value)
        found.append(Rank(found[-1].rank if same else place, key, plain(value)))
    return found


def current(rule: MeasureRule, before: CaseState, case: CaseState, env: Env) -> tuple[str, Any, Any] | None:
    """(key, value before this decision, value now) under the key the case counts for now, or counted for before."""
    moves = changes(rule, before, case, env)
    return moves[0] if moves else None


def changes(rule: MeasureRule, before: CaseState, case: CaseState, env: Env) -> list[tuple[str, Any, Any]]:
    """(key, value before, value now) of every key this decision touches: first the one the case counts under now, then
    the one it has left."""
    was, now = contribution(rule, before, env), contribution(rule, case, env)
    found = []
    for key in dict.fromkeys(given.key for given in (now, was) if given is not None):
        stored = env.world.measures.get((rule.id, key))
        after = stored
        if was != now:
            if was is not None and was.key == key:
                after = remove(rule, after, was.amount)
            if now is not None and now.key == key:
                after = add(rule, after, now.amount)
        found.append((key, plain(stored or 0), plain(after or 0)))
    return found


def cross(step: Step) -> None:
    """Write an event for each cut point that a measure passes, up or down, through this step."""
    for rule in step.pack.measures.values():
        if not rule.cuts or rule.counts != step.case.type:
            continue
        for key, before, after in changes(rule, step.before, step.case, step.env):
            for name in rule.cuts:
                cut = step.env.parameters.get(name) if not name.replace(".", "").isdigit() else Decimal(name)
                fired = ("measure", rule.id, key, name)
                if cut is None or fired in step.fired or (before < cut) == (after < cut):
                    continue
                step.fired.add(fired)
                step.emit(e.MeasureCrossed(rule.id, key, before, after, cut))

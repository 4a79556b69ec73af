"""May I? What each person may do on a case now, what he may not and why; and what an act would bring about."""

from __future__ import annotations

import re
from typing import NamedTuple

from huiyin_engine.advance import catch_up
from huiyin_engine.decide import decide, done_for_good, standing
from huiyin_engine.language.pack import ActRule, Pack
from huiyin_engine.language.sentences import Name
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World
from huiyin_engine.model.state import OPEN, SUSPENDED
from huiyin_engine.step import Decision

NOW = re.compile(r"\bnow\b")


class Option(NamedTuple):
    """An act on a case for one person: possible if `refusal` is None. `owed` marks what he himself owes."""

    act: str
    rule: ActRule
    refusal: Refusal | None
    owed: bool
    row: str | None = None


def options(world: World, case_id: str, person: str, at: int) -> list[Option]:
    """Every act of the case's type for a person at an instant, as far as it can be said before the inputs are known.

    Left out is what can never be his to do now: acts of outside parties for staff and the other way round, acts that
    are done once and have been, acts that open cases and are not owed here. What is overdue fires first (as `decide`
    does).
    Conditions that read inputs may still refuse later; a condition that is already *no* without them refuses here.
    Raises KeyError if the case was not handed in.
    """
    decision = Decision(world, at)
    catch_up(decision, case_id, at)
    state = decision.state(case_id)
    pack = world.pack_of(state)
    asked = {act for o in state.owed() if o.owe in pack.owes for act in pack.owes[o.owe].does}
    owed = {act for o in state.owed() if person in o.bearers and o.owe in pack.owes for act in pack.owes[o.owe].does}
    found = []
    for rule in pack.acts.values():
        if state.type not in rule.of or (rule.opens is not None and rule.id not in asked):
            continue
        if done_for_good(state, rule) or not _meant_for(rule, pack, person):
            continue
        rows: list[str | None] = list(state.rows.get(rule.on, ())) if rule.on else [None]
        for row in rows:
            step = decision.begin(case_id, at, person)
            act = Act(rule.id, case_id, person, at, at, row=row)
            refusal = standing(step, rule, act)
            if refusal is None:
                refusal = _hopeless(step, rule, row)
            found.append(Option(rule.id, rule, refusal, rule.id in owed, row))
    return found


def _meant_for(rule: ActRule, pack: Pack, person: str) -> bool:
    """An act of outside parties alone is nothing for the staff to be offered, nor the other way round."""
    of_parties = [isinstance(s.node, Name) and s.node.id in pack.parties for s in rule.by]
    return person.startswith("party:") in of_parties


def _hopeless(step: object, rule: ActRule, row: str | None) -> Refusal | None:
    """A condition of the act that is *no* whatever is entered: it reads nothing the act takes."""
    from huiyin_engine.step import Step
    from huiyin_engine.wording import limit_not_running, need_not_met

    assert isinstance(step, Step)  # noqa: S101 -- narrows the type for the reader
    if rule.does in ("suspend", "resume"):
        wanted = OPEN if rule.does == "suspend" else SUSPENDED
        if not any(o.state == wanted and o.due is not None for o in step.case.obligations.values()):
            return limit_not_running(rule)
    taken = {f"fact:{t.fact}" for t in rule.takes}
    values = step.row(rule.on, row)
    for i, need in enumerate(rule.needs):
        depends = any(cell in taken or _derived_from(step, cell, taken) for cell in need.condition.deps)
        if (
            not depends
            and not NOW.search(need.condition.text)
            and need.condition.run(step.case, step.env, values) is not True
        ):
            return need_not_met(rule, i, need)
    return None


def _derived_from(step: object, cell: str, taken: set[str]) -> bool:
    from huiyin_engine.nodes import table_cells
    from huiyin_engine.step import Step

    assert isinstance(step, Step)  # noqa: S101 -- narrows the type for the reader
    kind, _, name = cell.partition(":")
    fact = step.pack.facts.get(name) if kind == "fact" else None
    if fact is None or fact.table is None:
        return False
    cells = table_cells(fact.table)
    return bool(cells & taken) or any(_derived_from(step, c, taken) for c in cells if c != cell)


def preview(world: World, act: Act) -> Outcome | Refusal:
    """What the act would do: the very decision, its events not kept."""
    return decide(world, act)

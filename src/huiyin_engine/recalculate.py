"""When the world round a case changes: the holiday notice arrives, somebody leaves, a register is put right.

Open limits are computed anew from their original start, closed ones never; holders and bearers are looked for again.
Every change is an event with its reason.
"""

from __future__ import annotations

from huiyin_engine.advance import catch_up
from huiyin_engine.model.outcome import Outcome, World
from huiyin_engine.model.state import OPEN
from huiyin_engine.obligations import recompute
from huiyin_engine.step import Decision


def reproject(world: World, case_id: str, at: int, because: str = "calendar") -> Outcome:
    """Compute every open limit of a case anew under the calendar handed in; missed, met and ended ones stay.

    Raises KeyError if the case was not handed in.
    """
    decision = Decision(world, at)
    catch_up(decision, case_id, at)
    step = decision.begin(case_id, max(at, decision.state(case_id).last_at))
    for o in step.case.owed():
        rule = step.pack.owes.get(o.owe)
        if rule is not None and o.state == OPEN and o.due is not None:
            recompute(step, rule, o, step.row(rule.row, o.row), because)
    step.settle()
    return decision.outcome()


def reconsider(world: World, case_id: str, at: int) -> Outcome:
    """Look again for holders and bearers under the directory handed in (CR-4, CR-6); due instants stay (CR-17).

    Raises KeyError if the case was not handed in.
    """
    decision = Decision(world, at)
    catch_up(decision, case_id, at)
    step = decision.begin(case_id, max(at, decision.state(case_id).last_at))
    step.dirty = step.nodes.everything
    step.settle()
    return decision.outcome()

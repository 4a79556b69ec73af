"""How the due instant of an obligation came about 期限推算: the count that gave it, day by day, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import Any, NamedTuple

from huiyin_engine.evolve import apply
from huiyin_engine.instants import show_instant
from huiyin_engine.language.compiling import Sentence
from huiyin_engine.language.pack import OweRule
from huiyin_engine.language.runtime import Env, add_span
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import CaseState, Obligation
from huiyin_engine.obligations import set_period
from huiyin_engine.texts import Text
from huiyin_engine.time_limits import Derivation, Limit, Span, derive


class DueDerivation(NamedTuple):
    """Why an obligation is due when it is.

    Attributes:
        obligation: The obligation as it stood when its present due instant was set.
        clause: The clause of the limit; `sentence` is the limit as the pack says it.
        counted: The count that gave the instant; None where it was not counted (a promised date, a fixed day).
        result: The due instant; None for an open one.
    """

    obligation: Obligation
    clause: str
    sentence: str
    counted: Derivation | None
    result: int | None

    @property
    def lines(self) -> tuple[Text, ...]:
        """The derivation in sentences: limit and clause, the count where there is one, the result."""
        said = self.sentence or self.obligation.strength
        found = [Text(f"依{self.clause}：{said}", f"by {self.clause}: {said}")]
        if self.counted is not None:
            found.append(self.counted.explanation)
        if self.result is not None:
            found.append(show_instant(self.result))
        return tuple(found)


class _Count(NamedTuple):
    limit: Limit
    base: int
    result: int


def derivation_of(world: World, case: CaseState, key: str, entries: Iterable[e.Entry] = ()) -> DueDerivation:
    """The derivation of an obligation's present due instant.

    With the history of the case in `entries` it is counted on the case as it stood when the instant was set; without,
    on the case as it stands. Raises KeyError for an obligation the case does not have.
    """
    pack = world.pack_of(case)
    now = case.obligations[key]
    rule = pack.owes.get(now.owe)
    if rule is None or rule.due is None:
        return DueDerivation(now, rule.source.clause if rule else "", "", None, now.due)
    then = _as_it_was(case, key, entries)
    env = Env(world, pack, then.obligations[key].opened_at)
    env.start = now.start
    if rule.every is not None and now.period is not None:
        _Period(env).set(rule.every, now.period)
    counts = _counts(rule.due, then, env, _row(then, rule, now))
    counted = next((c for c in reversed(counts) if c.result == now.due), None)
    derivation = None if counted is None else derive(counted.limit, counted.base, env.calendar)
    return DueDerivation(now, rule.source.clause, rule.due.text, derivation, now.due)


def _as_it_was(case: CaseState, key: str, entries: Iterable[e.Entry]) -> CaseState:
    """The case just after the last event that set the due instant of an obligation."""
    past = CaseState(case.id)
    found: CaseState | None = None
    for entry in entries:
        apply(past, entry.event, entry.at)
        if isinstance(entry.event, e.ObligationOpened | e.ObligationMoved) and entry.event.key == key:
            found = past.copy()
    return found or case


def _row(case: CaseState, rule: OweRule, obligation: Obligation) -> dict[str, Any] | None:
    if rule.row is None or obligation.row is None:
        return None
    fields = case.rows.get(rule.row, {}).get(obligation.row)
    return None if fields is None else {**fields, "key": obligation.row}


def _counts(sentence: Sentence, case: CaseState, env: Env, row: dict[str, Any] | None) -> list[_Count]:
    """Every count a limit makes while it is worked out: the same compiled sentence, run with an ear on `add_span`."""
    counts: list[_Count] = []

    def listening(
        x: Env, base: int | None, amount: Any, unit: Any, sign: int, counts_start: bool, ends: Any, rest_day: Any
    ) -> int | None:
        result = add_span(x, base, amount, unit, sign, counts_start, ends, rest_day)
        if result is not None and base is not None:
            counts.append(_Count(Limit(Span(amount * sign, unit), counts_start, ends, rest_day), base, result))
        return result

    run = sentence.run
    assert isinstance(run, FunctionType)  # noqa: S101 -- what compile_sentence makes
    FunctionType(run.__code__, {**run.__globals__, "add_span": listening})(case, env, row)
    return counts


class _Period:
    """What `set_period` writes to: anything with an `env`."""

    def __init__(self, env: Env) -> None:
        self.env = env

    def set(self, every: str, period: str) -> None:
        set_period(self, every, period)  # type: ignore[arg-type]  # it only touches the bounds of the period

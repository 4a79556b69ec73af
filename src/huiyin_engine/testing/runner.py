"""Running a scenario on a store: givens, acts, the clock, and what must hold, in the order they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from huiyin_engine import instants
from huiyin_engine.calendars import DayTable
from huiyin_engine.language.pack import ActRule, Pack
from huiyin_engine.language.yaml_nodes import Map
from huiyin_engine.model import events as e
from huiyin_engine.model.outcome import Act, Outcome, Refusal, World
from huiyin_engine.testing.assertions import check_all, check_refusal
from huiyin_engine.testing.checking import Check, Failure
from huiyin_engine.testing.scenarios import ActStep, ClockStep, Scenario, Step
from huiyin_engine.testing.setting import world_of
from huiyin_engine.testing.store import MemoryStore, Store
from huiyin_engine.testing.values import Fault, inputs_of, row_key, word
from huiyin_engine.texts import Text

FIRST_CASE = "case"
"""Name of the case that the first opening act opens, if the scenario gives it none."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario ended: no failures means it passed. `steps` counts the steps that were run."""

    scenario: Scenario
    failures: tuple[Failure, ...]
    steps: int

    @property
    def passed(self) -> bool:
        return not self.failures


def run_scenario(
    scenario: Scenario, pack: Pack, days: DayTable, open_store: Callable[[World], Store] = MemoryStore
) -> Result:
    """Run one scenario from its own givens on a fresh store.

    It stops at the first act that ends otherwise than written (what follows would only repeat it); assertions are all
    checked. `days` are the working days of the country the scenario's calendar builds on.
    """
    try:
        if (scenario.pack, scenario.version) != (pack.id, pack.version):
            raise Fault(
                1,
                f"场景写的是 {scenario.pack} {scenario.version}，现有 {pack.id} {pack.version}",
                f"the scenario is for {scenario.pack} {scenario.version}, here is {pack.id} {pack.version}",
            )
        store = open_store(world_of(scenario, pack, days))
    except Fault as fault:
        return Result(scenario, (Failure(scenario.file, fault.line, Text(fault.zh, fault.en), "", ""),), 0)
    run = _Run(scenario, pack, store)
    done = 0
    for step in (*scenario.standing, *scenario.steps):
        done += 1
        if not run.step(step):
            break
    return Result(scenario, tuple(run.failures), done)


class _Run:
    """The scenario at work: the instant it has come to, and the case of the step before."""

    def __init__(self, scenario: Scenario, pack: Pack, store: Store) -> None:
        self.scenario = scenario
        self.pack = pack
        self.store = store
        self.now: int | None = None
        self.current: str | None = None
        self.names: dict[str, str] = {}
        self.failures: list[Failure] = []

    def step(self, step: Step) -> bool:
        """Run one step; False if what follows cannot make sense."""
        try:
            if isinstance(step, ActStep):
                if not self._act(step):
                    return False
            elif isinstance(step, ClockStep):
                self._clock(step.line, step.at)
        except Fault as fault:
            self._check().fail(fault.line or step.line, Text(fault.zh, fault.en))
            return False
        if step.then is not None:
            self._then(step.then)
        return True

    def _clock(self, line: int, at: int) -> None:
        if self.now is not None and at < self.now:
            now = instants.format_instant(self.now)
            raise Fault(line, f"时钟不能倒退（现在是 {now}）", f"the clock does not go back (it is {now})")
        self.now = at
        self.store.advance(at)

    def _act(self, step: ActStep) -> bool:
        act, opens = self._prepare(step, self.current)
        self._clock(step.line, act.recorded_at)
        if not opens and act.case not in self.store.cases():
            raise Fault(step.line, f"没有名为 {act.case} 的事项", f"no case is called {act.case}")
        if step.refused is not None:
            check = self._check(act.case)
            check_refusal(check, step, self.store.preview(act))
            return not check.failures
        outcome = self.store.perform(act)
        if isinstance(outcome, Refusal):
            self._refused(step, act, outcome)
            return False
        self.current = act.case
        if opens:
            self.names[step.case or FIRST_CASE] = act.case
        return step.diverted is None or self._diverted(step, act, outcome)

    def _refused(self, step: ActStep, act: Act, refusal: Refusal) -> None:
        text = Text(
            f"{step.act}（{step.by}）被拒绝：{refusal.text.zh}。{refusal.way_out.zh}",
            f"{step.act} by {step.by} was refused: {refusal.text.en}. {refusal.way_out.en}",
        )
        held = f"{refusal.code} [{refusal.clause}] {refusal.field}".rstrip()
        self._check(act.case).fail(step.line, text, "accepted", held)

    def _diverted(self, step: ActStep, act: Act, outcome: Outcome) -> bool:
        check = self._check(act.case)
        rule = self.pack.acts[act.name]
        said = [
            rule.instead[entry.event.rule].text
            for change in outcome.changes
            for entry in change.entries
            if isinstance(entry.event, e.ActDiverted) and entry.event.act == act.name
        ]
        if not said:
            check.fail(
                step.line, Text(f"{act.name} 应被改道", f"{act.name} should be diverted"), step.diverted, "accepted"
            )
        elif step.diverted not in (None, "yes"):
            check.contains(step.line, f"{act.name} 改道", f"{act.name} diverted", step.diverted or "", said)
        return not check.failures

    def _prepare(self, step: ActStep, current: str | None) -> tuple[Act, bool]:
        """The act of a step, and whether it opens a case."""
        rule = self.pack.acts.get(step.act)
        case, opens = self._case_of(step, rule, current)
        at = step.at if step.at is not None else self.now
        if at is None:
            raise Fault(step.line, "第一步要写 at", "the first step needs 'at'")
        actor = f"party:{step.by}" if step.by in self.pack.parties else step.by
        if actor == step.by and not step.by.startswith("party:") and not self.store.world().directory.exists(step.by):
            raise Fault(step.line, f"场景中没有人叫“{step.by}”", f"the scenario has no person '{step.by}'")
        row = None
        if step.on is not None:
            known = self.store.cases().get(case)
            kind = rule.on if rule is not None else None
            row = row_key(step.on, kind, known, self.pack) if known is not None and kind else word(step.on)
        act = Act(
            step.act,
            case,
            actor,
            at,
            step.recorded if step.recorded is not None else at,
            inputs_of(step.inputs, rule, self.pack),
            row,
            self.pack.id,
            None,
            step.object,
            tuple(self.names.get(name, name) for name in step.also),
            step.reason,
        )
        return act, opens

    def _case_of(self, step: ActStep, rule: ActRule | None, current: str | None) -> tuple[str, bool]:
        """(case id, does the act open it)."""
        known = self.store.cases()
        if step.case is not None:
            case = self.names.get(step.case, step.case)
            return case, case not in known and rule is not None and rule.opens is not None
        if rule is not None and rule.opens is not None:
            kind = known[current].type if current is not None and current in known else None
            if kind is None or kind not in rule.of or kind == rule.opens:
                if FIRST_CASE in known:
                    raise Fault(step.line, "再立一件要写 case: 名称", "to open another case, name it with case:")
                return FIRST_CASE, True
        if current is None:
            raise Fault(step.line, "还没有立案", "no case has been opened yet")
        return current, False

    def _attempt(self, step: ActStep, current: str | None) -> Outcome | Refusal:
        """What an act would end in, nothing kept."""
        act, _ = self._prepare(step, current)
        if self.now is not None and act.recorded_at < self.now:
            act = act._replace(recorded_at=self.now)
        return self.store.preview(act)

    def _check(self, case: str | None = None) -> Check:
        now = self.now if self.now is not None else 0
        case = self.current if case is None else case
        return Check(self.scenario.file, self.pack, self.store, now, self.names, self._attempt, case, self.failures)

    def _then(self, body: Map) -> None:
        named = body.get("case")
        case = self.current
        if named is not None:
            case = self.names.get(word(named), word(named))
            if case in self.store.cases():
                self.current = case
        check_all(self._check(case), body)

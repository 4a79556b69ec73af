"""What a complainant sees of his case: the promised time, what was done in plain words, what he may do now.

Built from the pack's form `for_complainant` and its notices to the party; nothing else of the case comes through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from huiyin.cases import operations as cases
from huiyin.common.dates import current_instant
from huiyin.documents.models import CaseFile
from huiyin.documents.queries import files_of
from huiyin.portal import public_words as words
from huiyin.portal.fields import SAID_TO_YOU, in_words
from huiyin.portal.models import PublicAccess
from huiyin.portal.offers import Offer
from huiyin.portal.operations import arrival_act
from huiyin_engine.language.pack import ActRule, OweRule, Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import Outcome, World
from huiyin_engine.model.state import LATE, CaseState, Obligation
from huiyin_engine.options import options
from huiyin_engine.showing import format_value
from huiyin_engine.wording import whom


class Told(NamedTuple):
    """A label and what stands beside it."""

    label: str
    value: str


class Line(NamedTuple):
    """One line of the story: when, what was said or done, with what; `own` if the complainant did it himself."""

    at: int
    text: str
    values: tuple[Told, ...]
    own: bool


class Promise(NamedTuple):
    """An instant something is promised by: its name, what is promised, the rule behind it, whether it has passed."""

    label: str
    due: int
    what: str
    reason: str
    clause: str
    late: bool
    provisional: bool


class Step(NamedTuple):
    """What happens next: the step, by which post, until when (None: no fixed time)."""

    name: str
    whom: str
    due: int | None
    clause: str


class Status(NamedTuple):
    """The whole page."""

    number: str
    kind: str
    opened_at: int
    closed_at: int | None
    promises: tuple[Promise, ...]
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    acts: tuple[ActRule, ...]
    files: tuple[CaseFile, ...]
    pack: Pack


def status_of(access: PublicAccess) -> Status:
    """What the complainant sees now. Raises NoSuchCase if the case was disposed of."""
    now = current_instant()
    world = cases.world_for([access.case_id], now)
    state = world.cases[access.case_id]
    pack = world.pack_of(state)
    actor = f"party:{access.party}"
    promised = tuple(_promise(pack, state, fact, key) for fact, key in words.promises(pack, state))
    return Status(
        number=access.number,
        kind=in_words(pack.cases[state.type].name),
        opened_at=state.opened_at or 0,
        closed_at=state.closed_at,
        promises=promised,
        steps=() if promised or state.closed_at is not None else _next_steps(pack, state, _opening_act(state)),
        lines=tuple(reversed(list(story(world, state, cases.history_of(access.case_id), access.party)))),
        acts=open_acts(world, state, actor, now),
        files=tuple(files_of(access.case_id).filter(added_by=actor)),
        pack=pack,
    )


def open_acts(world: World, state: CaseState, actor: str, now: int) -> tuple[ActRule, ...]:
    """What the party may do now, as the engine says."""
    pack = world.pack_of(state)
    his = {act.id for act in words.party_acts(pack, state.type, actor.removeprefix("party:"))}
    return tuple(o.rule for o in options(world, state.id, actor, now) if o.act in his and o.refusal is None)


def _promise(pack: Pack, state: CaseState, fact: str, key: str) -> Promise:
    obligation, rule = state.obligations[key], pack.owes[state.obligations[key].owe]
    return Promise(
        in_words(pack.facts[fact].name),
        obligation.due or 0,
        in_words(rule.name),
        _reason(pack, rule),
        _clause(rule),
        obligation.state == LATE,
        obligation.provisional,
    )


def _reason(pack: Pack, rule: OweRule) -> str:
    """What the clause of an obligation says, in the pack's own words; nothing if it says nothing."""
    said = next((c.says for c in pack.clauses if c.number == rule.source.clause and c.says is not None), None)
    return in_words(said) if said is not None else ""


def _opening_act(state: CaseState) -> str:
    return min(state.acts, key=lambda act: state.acts[act][0].seq, default="")


def _next_steps(pack: Pack, state: CaseState, arrived_by: str) -> tuple[Step, ...]:
    """What the arrival itself made somebody owe and is owed still."""
    found: list[tuple[bool, Step]] = []
    for obligation in state.owed():
        rule = pack.owes.get(obligation.owe)
        if rule is not None and any(
            t.kind == "opened" or (t.kind, t.name) == ("act", arrived_by) for t in rule.triggers
        ):
            found.append((rule.met_when is not None, _step(pack, rule, obligation)))
    # What somebody has to do comes before what only has to be true in the end.
    return tuple(step for _is_goal, step in sorted(found, key=lambda item: item[0]))


def _step(pack: Pack, rule: OweRule, obligation: Obligation) -> Step:
    return Step(in_words(rule.name), in_words(whom(pack, rule.who)), obligation.due, _clause(rule))


def _clause(rule: OweRule) -> str:
    """The clause of the regulation; readings and additions of ours have none that somebody outside could look up."""
    return rule.source.clause if rule.source.origin == "text" else ""


def expected_steps(offer: Offer) -> tuple[Step, ...]:
    """What will be owed, and by when, if a complaint is sent now: the very decision, its events thrown away."""
    rule = offer.arrival.act
    filled = {t.fact: "…" for t in rule.takes if not t.optional and offer.pack.facts[t.fact].type.type == "text"}
    answer = cases.preview(arrival_act(offer, filled))
    if not isinstance(answer, Outcome):
        return ()
    state = answer.changes[0].state
    return _next_steps(offer.pack, state, rule.id)


def story(world: World, state: CaseState, entries: Iterable[Entry], party: str) -> Iterable[Line]:
    """
    The history as far as it is the complainant's: what he did himself, and every notice to him.

    A notice shows what the act that sent it brought, as far as the form `for_complainant` has that fact, and only what
    he has not been shown yet.
    """
    pack = world.pack_of(state)
    visible = set(words.visible_facts(pack, state.type))
    shown: dict[str, Any] = {}
    done: tuple[Entry, e.ActDone] | None = None
    own_line: Line | None = None
    for entry in entries:
        match entry.event:
            case e.ActDone() as act:
                if own_line is not None:
                    yield own_line
                done, own_line = (entry, act), None
                if act.actor == f"party:{party}":
                    values = _values(world, pack, act.inputs, None, shown)
                    own_line = Line(entry.at, in_words(pack.acts[act.act].name), values, True)
            case e.Told() as notice:
                tell = words.told(pack, notice.tell, party)
                if tell is None:
                    continue
                same = done is not None and (done[0].at, done[0].recorded_at) == (entry.at, entry.recorded_at)
                if own_line is not None and same:
                    yield own_line._replace(text=in_words(tell.text))
                    own_line = None
                else:
                    inputs = done[1].inputs if done is not None and same else {}
                    yield Line(entry.at, in_words(tell.text), _values(world, pack, inputs, visible, shown), False)
    if own_line is not None:
        yield own_line


def _values(
    world: World, pack: Pack, inputs: Mapping[str, Any], visible: set[str] | None, shown: dict[str, Any]
) -> tuple[Told, ...]:
    """Inputs as people read them; `visible` None means everything a party typed himself."""
    found = []
    for name, value in inputs.items():
        fact = pack.facts.get(name)
        hidden = visible is not None and name not in visible
        if fact is None or hidden or name in (words.FILES, words.ARRIVED, words.CHANNEL) or shown.get(name) == value:
            continue
        shown[name] = value
        label = SAID_TO_YOU.get(name) or in_words(fact.name)
        found.append(Told(str(label), in_words(format_value(pack, world.directory, fact, value))))
    return tuple(found)

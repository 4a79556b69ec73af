"""What a case's page shows: head, story, what is owed, who holds it, what may be done and what may not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from huiyin.cases.models import Case
from huiyin.desk.surroundings import OpenCase
from huiyin.desk.words import in_words
from huiyin_engine.explain import Line, sentence, why_holder, why_refused
from huiyin_engine.forms import Sheet, sheets
from huiyin_engine.language.pack import ActRule, Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.events import Entry
from huiyin_engine.model.state import LATE, SUSPENDED, CaseState, Obligation
from huiyin_engine.options import Option, options
from huiyin_engine.showing import (
    actor_name,
    format_value,
    given_values,
    is_background,
    label_of,
    link_name,
    people_names,
    person_name,
)

TOPICS: dict[str, str | Promise] = {
    "act": gettext_lazy("Acts"),
    "people": gettext_lazy("People"),
    "dates": gettext_lazy("Dates"),
    "signatures": gettext_lazy("Signatures"),
    "letters": gettext_lazy("Notices"),
    "money": gettext_lazy("Money"),
    "facts": gettext_lazy("Contents"),
    "records": gettext_lazy("Records"),
}
"""What a story can be narrowed to, by the topics of its lines."""


def worth_telling(pack: Pack, entry: Entry) -> bool:
    """Whether a reader misses something without it; yes or no that the rules conclude for themselves, he does not."""
    event = entry.event
    if isinstance(event, e.FactSet) and event.origin == "computed":
        fact = pack.facts.get(event.fact)
        return event.value is not None and not isinstance(event.value, bool) and not (fact and fact.type.type == "text")
    if isinstance(
        event, e.ObligationOpened | e.ObligationRebound | e.ObligationMet | e.ObligationEnded | e.ObligationMoved
    ):
        rule = pack.owes.get(event.key.partition("#")[0])
        # That a step is done is what its own act says already.
        step_done = isinstance(event, e.ObligationMet) and rule is not None and rule.step
        return not is_background(rule) and not step_done
    return True


class Step(NamedTuple):
    """One step of the story: what set it going, and what followed from it. `given` are the values an act was given."""

    at: int
    recorded_at: int
    who: str
    title: str
    clause: str
    reason: str
    given: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    is_act: bool
    topics: frozenset[str]

    def only(self, topic: str) -> Step:
        """The step with what followed on one topic alone."""
        return self._replace(lines=tuple(line for line in self.lines if line.topic == topic))


def steps_of(pack: Pack, case: OpenCase, entries: Sequence[Entry]) -> list[Step]:
    """
    The history as steps, newest first. Entries of one instant after an act, an alarm or a missed limit belong to it;
    what only the clockwork needs, and the plain values an act was given, are not told twice.
    """
    groups: list[list[Entry]] = []
    for entry in entries:
        begins = isinstance(entry.event, e.ActDone | e.AlarmRang | e.CaseOpened) or (
            isinstance(entry.event, e.ObligationMissed | e.ObligationWarned) and not _same_moment(groups, entry)
        )
        # The values of an act stand before it, so an act takes over the values that wait for it.
        if groups and isinstance(entry.event, e.ActDone) and _waits_for_act(groups[-1]):
            groups[-1].append(entry)
        elif begins or not groups or not _same_moment(groups, entry):
            groups.append([entry])
        else:
            groups[-1].append(entry)
    told = (_step(pack, case, group) for group in groups)
    return [step for step in reversed(list(told)) if step.title or step.lines]


def _same_moment(groups: list[list[Entry]], entry: Entry) -> bool:
    return bool(groups) and groups[-1][0].at == entry.at and groups[-1][0].recorded_at == entry.recorded_at


def _waits_for_act(group: list[Entry]) -> bool:
    return all(isinstance(entry.event, e.FactSet | e.CaseOpened | e.CaseReopened) for entry in group)


def _step(pack: Pack, case: OpenCase, group: list[Entry]) -> Step:
    directory = case.directory
    lead = next((entry for entry in group if isinstance(entry.event, e.ActDone)), group[0])
    event, line = lead.event, sentence(pack, directory, lead)
    given: tuple[tuple[str, str], ...] = ()
    who, title, reason, known = "", "", "", set[str]()
    if isinstance(event, e.ActDone):
        rule = pack.acts.get(event.act)
        who = in_words(actor_name(pack, directory, event.actor))
        if event.on_behalf:
            who = _("%(who)s (for %(whom)s)") % {
                "who": who,
                "whom": in_words(person_name(directory, event.on_behalf)),
            }
        title = in_words(rule.name) if rule else event.act
        reason = event.reason or ""
        given = tuple(
            (in_words(label), in_words(value))
            for label, value in given_values(pack, directory, event.inputs, rule.on if rule else None)
        )
        known = set(event.inputs)
    elif not isinstance(event, e.AlarmRang) and line.topic != "clockwork":
        title = in_words(line.text)
    lines = tuple(
        told
        for entry in group
        if entry is not lead
        and worth_telling(pack, entry)
        and not (isinstance(entry.event, e.FactSet) and entry.event.fact in known and entry.event.origin == "typed")
        and (told := sentence(pack, directory, entry)).topic != "clockwork"
    )
    if isinstance(event, e.AlarmRang) and lines:
        title, lines, line = in_words(lines[0].text), lines[1:], lines[0]
    topics = frozenset(told.topic for told in lines) | ({line.topic} if title else frozenset[str]())
    is_act = isinstance(event, e.ActDone)
    return Step(lead.at, lead.recorded_at, who, title, line.clause, reason, given, lines, is_act, topics)


def since(case: OpenCase, entries: Sequence[Entry], seq: int) -> list[Step]:
    """What happened after an entry number, oldest first: the clockwork alone is nothing."""
    return list(reversed(steps_of(case.pack, case, entries[seq:])))


class Owed(NamedTuple):
    """An obligation as the page shows it: whose it is, how it stands, the acts that fulfil it for the one who looks."""

    obligation: Obligation
    name: str
    clause: str
    bearers: str
    mine: bool
    acts: tuple[ActRule, ...]
    note: str

    @property
    def late(self) -> bool:
        """Whether its due instant has passed."""
        return self.obligation.state == LATE


def owed_on(case: OpenCase, may: Iterable[Option]) -> list[Owed]:
    """What is owed, the nearest first, undated last."""
    allowed = {option.act for option in may if option.refusal is None}
    found = []
    for o in case.state.owed():
        rule = case.pack.owes.get(o.owe)
        if rule is None:
            continue
        acts = tuple(case.pack.acts[a] for a in rule.does if a in allowed)
        bearers = in_words(people_names(case.directory, o.bearers)) if o.bearers else _("nobody")
        found.append(
            Owed(
                o,
                in_words(rule.name),
                rule.source.clause,
                bearers,
                case.actor in o.bearers,
                acts,
                _("stands still") if o.state == SUSPENDED else "",
            )
        )
    return sorted(found, key=lambda owed: (owed.obligation.due is None, owed.obligation.due or 0))


class Door(NamedTuple):
    """An act for the one who looks: open, or shut with the reason. `row` where it works on one row alone."""

    rule: ActRule
    name: str
    owed: bool
    row: str | None
    reason: str

    @property
    def is_shared(self) -> bool:
        """Whether it comes from what regulations share, not from this regulation itself."""
        return self.rule.source.file.startswith("library/")

    @property
    def is_main(self) -> bool:
        """Whether it stands in front: owed, or the regulation's own."""
        return self.owed or not self.is_shared


def doors(case: OpenCase, may: Sequence[Option]) -> tuple[list[Door], list[Door]]:
    """The acts he may do now, owed ones first, and those he may not, with reason; acts of parties are left out."""
    open_doors: dict[str, Door] = {}
    shut: dict[str, Door] = {}
    for option in may:
        rule = option.rule
        if _only_for_parties(case.pack, rule):
            continue
        name = in_words(rule.name)
        if option.refusal is None:
            row = option.row if rule.id not in open_doors else None
            open_doors[rule.id] = Door(rule, name, option.owed, row, "")
        else:
            shut.setdefault(rule.id, Door(rule, name, option.owed, None, in_words(why_refused(option.refusal))))
    listed = sorted(open_doors.values(), key=lambda door: (not door.owed, door.is_shared))
    return listed, [door for act, door in shut.items() if act not in open_doors]


def _only_for_parties(pack: Pack, rule: ActRule) -> bool:
    return all(sentence.text in pack.parties for sentence in rule.by)


class Held(NamedTuple):
    """A capacity with who holds it and why."""

    capacity: str
    person: str
    post: str
    why: str
    clause: str
    vacant: bool


def holders_of(case: OpenCase) -> list[Held]:
    """Who holds the case, in which capacity."""
    found = []
    for capacity, held in case.state.holders.items():
        rule = case.pack.holders.get(capacity)
        if rule is None:
            continue
        why = why_holder(case.pack, case.directory, case.state, capacity)
        post = in_words(case.pack.posts[held.post].name) if held.post and held.post in case.pack.posts else ""
        found.append(
            Held(
                in_words(rule.name),
                in_words(person_name(case.directory, held.person)),
                post,
                in_words(why.text),
                why.clause,
                held.person is None,
            )
        )
    return found


def facts_of(case: OpenCase) -> list[tuple[str, str, bool]]:
    """
    (label, value, follows by rule) of what is known, the matter first, then in the pack's order.

    What the rules conclude is shown where it says more than yes, no, or what stands there already.
    """
    subject = case.pack.cases[case.state.type].subject
    order = sorted(case.pack.facts.values(), key=lambda fact: (fact.id != subject, fact.table is not None))
    found, seen = [], set[str]()
    for fact in order:
        value = case.state.facts.get(fact.id)
        derived = fact.table is not None
        if value is None or (value is False and fact.type.start is False) or (derived and isinstance(value, bool)):
            continue
        shown = in_words(format_value(case.pack, case.directory, fact, value))
        if shown and not (derived and shown in seen):
            found.append((in_words(label_of(case.pack, fact.id)), shown, derived))
            seen.add(shown)
    return found


def sheets_of(case: OpenCase) -> list[Sheet]:
    """The forms of the case's type, filled in; those with an official number first."""
    found: list[Sheet] = []
    for form in sorted(case.pack.forms.values(), key=lambda f: not f.number):
        if case.state.type in form.of:
            found += sheets(case.world, case.row.id, form, case.at, lambda state: case.row.number)
    return found


class Linked(NamedTuple):
    """A linked case: what it is to this one, and its row unless it may not be seen."""

    relation: str
    row: Case


def linked_to(case: OpenCase, visible: Any) -> tuple[list[Linked], int]:
    """The linked cases one may see, and how many he may not."""
    wanted: dict[str, str] = {}
    for link, ids in case.state.links.items():
        for other in ids:
            wanted.setdefault(other, in_words(link_name(case.pack, link)))
    if case.state.parent is not None:
        wanted.setdefault(case.state.parent, _("arose from"))
    if not wanted:
        return [], 0
    rows = {row.id: row for row in visible.filter(id__in=list(wanted))}
    found = [Linked(relation, rows[case_id]) for case_id, relation in wanted.items() if case_id in rows]
    return found, len(wanted) - len(found)


class Label(NamedTuple):
    """A state of the case in a word, and its colour."""

    kind: str
    word: str


def labels_of(case: OpenCase) -> list[Label]:
    """The states that matter: closed, late, nobody holds it."""
    state: CaseState = case.state
    if state.closed_at is not None:
        return [Label("fine", _("closed"))]
    found = []
    late = sum(1 for o in state.owed() if o.state == LATE)
    if late:
        found.append(Label("failure", ngettext("%(n)d late", "%(n)d late", late) % {"n": late}))
    if any(held.person is None for held in state.holders.values()):
        found.append(Label("failure", _("nobody holds it")))
    if any(o.state == SUSPENDED for o in state.owed()):
        found.append(Label("warning", _("stands still")))
    return found or [Label("plain", _("open"))]


def may_now(case: OpenCase) -> list[Option]:
    """Every act of the type for the one who looks."""
    return options(case.world, case.row.id, case.actor, case.at)

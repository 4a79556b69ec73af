"""
What of a regulation concerns the public, read from the pack by conventions; no act of any pack is named here.

The library part `public` explains them: a party may open a case by an act whose `by` names the party; the form
`for_complainant` lists all he may see; a `tell` to the party is a line of his status page. The facts that the page
fills in itself, or groups, have the names the library gives them (below).
"""

from __future__ import annotations

from typing import NamedTuple

from huiyin_engine.language import sentences
from huiyin_engine.language.compiling import Sentence
from huiyin_engine.language.pack import ActRule, Fact, FormRule, Pack, TellRule
from huiyin_engine.model.state import CaseState

FORM = "for_complainant"
CHANNEL, ARRIVED, PLACE, FILES = "channel", "arrived_at", "happened_where", "attached"
ABOUT = "about_whom"
MAIL, PERSON, PHONE = "mail_address", "customer", "phone"
LINES_OF_CONTACT = (PERSON, PHONE, MAIL)
CHANNELS = ("web", "email", "letter")
"""A web form counts as mail where the regulation knows no web channel, as a letter where it knows no mail (CR-33)."""
ASKABLE = frozenset(
    ("text", "place", "period", "yes/no", "choice", "money", "number", "share", "instant", "date", "file")
)
"""Types a party can be asked for: nobody outside is shown the directory."""


class Arrival(NamedTuple):
    """The act by which a party opens a case himself."""

    act: ActRule
    party: str
    type: str


def party_of(pack: Pack, by: tuple[Sentence, ...]) -> str | None:
    """The party among those who may do something, or None."""
    names = [s.node.id for s in by if isinstance(s.node, sentences.Name)]
    return next((name for name in names if name in pack.parties), None)


def arrival(pack: Pack) -> Arrival | None:
    """How a case comes in from the public; None for a regulation that has no such way."""
    for act in pack.acts.values():
        party = party_of(pack, act.by)
        if party is not None and act.opens is not None and askable(pack, act):
            return Arrival(act, party, act.opens)
    return None


def askable(pack: Pack, act: ActRule) -> bool:
    """Whether everything compulsory of the act can be asked of somebody outside."""
    return act.on is None and all(pack.facts[t.fact].type.type in ASKABLE for t in act.takes if not t.optional)


def party_acts(pack: Pack, case_type: str, party: str) -> list[ActRule]:
    """What the party may do on a case by himself, opening it left out."""
    return [
        act
        for act in pack.acts.values()
        if case_type in act.of and act.opens is None and party_of(pack, act.by) == party and askable(pack, act)
    ]


def asked(pack: Pack, act: ActRule) -> list[tuple[Fact, bool]]:
    """The facts an act asks a party for, with whether each is compulsory; matter and photos first in an arrival."""
    subject = pack.cases[act.opens].subject if act.opens else None
    facts = [
        (pack.facts[t.fact], not t.optional)
        for t in act.takes
        if pack.facts[t.fact].type.type in ASKABLE and t.fact not in (CHANNEL, ARRIVED)
    ]
    return sorted(facts, key=lambda item: (item[0].id != subject, item[0].id != FILES) if subject else ())


def channel_of(pack: Pack) -> str | None:
    """The channel a web form counts as in this regulation (CR-33); None where it keeps no channel."""
    fact = pack.facts.get(CHANNEL)
    if fact is None or fact.type.type != "choice":
        return None
    values = fact.type.values
    return next((c for c in CHANNELS if c in values), values[0])


def takes(act: ActRule, fact: str) -> bool:
    """Whether the act takes the fact."""
    return any(t.fact == fact for t in act.takes)


def visible_form(pack: Pack, case_type: str) -> FormRule | None:
    """The form that lists what a complainant may see of a case of that type."""
    form = pack.forms.get(FORM)
    return form if form is not None and case_type in form.of else None


def visible_facts(pack: Pack, case_type: str) -> list[str]:
    """The facts of that form, in its order; only bare facts have a history to show."""
    form = visible_form(pack, case_type)
    names = [c.arg for c in form.fields if c.view == "value"] if form else []
    return [name for name in names if name in pack.facts]


def told(pack: Pack, tell_id: str, party: str) -> TellRule | None:
    """The notice, if it goes to the party."""
    tell = pack.tells.get(tell_id)
    return tell if tell is not None and party_of(pack, tell.to) == party else None


def promises(pack: Pack, state: CaseState) -> list[tuple[str, str]]:
    """
    (fact, key of the obligation) for every visible instant that something still owed hangs on.

    An obligation hangs on a fact if its limit reads that fact and nothing else, such as `due: promised_at`.
    """
    found: dict[str, str] = {}
    for name in visible_facts(pack, state.type):
        if pack.facts[name].type.type != "instant" or state.facts.get(name) is None:
            continue
        for obligation in state.owed():
            rule = pack.owes.get(obligation.owe)
            limit = rule.due.node if rule is not None and rule.due is not None else None
            if isinstance(limit, sentences.Name) and limit.id == name and obligation.due is not None:
                found.setdefault(name, obligation.key)
    return list(found.items())

"""How names and values are shown to people, in both languages: persons, units, labels, money, instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from huiyin_engine import instants
from huiyin_engine.directory import Directory
from huiyin_engine.language.pack import Fact, OweRule, Pack, Source
from huiyin_engine.prose import joined
from huiyin_engine.texts import Text
from huiyin_engine.wording import name_of

VACANCY = Text("空缺", "nobody (vacancy)")
NOTHING = Text("", "")


def person_name(directory: Directory, person: str | None) -> Text:
    """Somebody by name in both languages; the vacancy for None, a party's key for a party."""
    if person is None:
        return VACANCY
    return directory.person_name(person)


def people_names(directory: Directory, people: Iterable[str | None]) -> Text:
    """Several people by name."""
    return joined(person_name(directory, p) for p in people)


def actor_name(pack: Pack, directory: Directory, actor: str | None) -> Text:
    """Whoever did an act: a person, a party outside (`party:…`), or the clock for None."""
    if actor is None:
        return Text("系统", "the system")
    if actor.startswith("party:"):
        party = actor.removeprefix("party:")
        return pack.parties.get(party, Text(party, party))
    return person_name(directory, actor)


def money(value: Decimal | int) -> Text:
    """¥1,234.50."""
    shown = f"{'-' if value < 0 else ''}¥{abs(Decimal(value)):,.2f}"
    return Text(shown, shown)


def format_value(pack: Pack, directory: Directory, fact: Fact | None, value: Any) -> Text:
    """A value of a fact as people write it: choices by label, persons and units by name, instants with weekday."""
    if value is None:
        return NOTHING
    if isinstance(value, tuple | list | frozenset):
        return joined(format_value(pack, directory, fact, item) for item in value)
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    kind = fact.type.type if fact else "text"
    match kind:
        case "choice" if fact is not None and value in fact.labels:
            return fact.labels[value]
        case "person":
            return person_name(directory, value)
        case "unit":
            return directory.unit_name(value)
        case "post":
            return name_of(pack, value)
        case "instant":
            return instants.show_instant(value)
        case "date":
            return instants.show_day(instants.day_of(value))
        case "month":
            year, month, _ = instants.parts(instants.day_of(value))
            return Text(f"{year}年{month}月", f"{year}-{month:02d}")
        case "money":
            return money(value)
        case _:
            return Text(str(value), str(value))


def label_of(pack: Pack, name: str, row: str | None = None) -> Text:
    """The label of a fact, or of a field of a row."""
    fact = pack.rows.get(row or "", {}).get(name) or pack.facts.get(name)
    return fact.name if fact else name_of(pack, name)


def slot_name(pack: Pack, slot: str) -> Text:
    """A signature slot as the forms print it, else as the act that fills it is called."""
    for form in pack.forms.values():
        for column in form.fields:
            if column.view == "signature" and column.arg == slot:
                return column.label
    for act in pack.acts.values():
        if slot in act.signs:
            return act.name
    return Text(slot, slot)


def link_name(pack: Pack, link: str) -> Text:
    """What a link leads to: the kind of case that is opened under it."""
    for rule in pack.opens.values():
        if link == rule.link:
            return pack.cases[rule.case].name
        if link == rule.back:
            return joined(pack.cases[of].name for of in rule.of)
    return Text("关联案件", "linked case")


def owe_name(pack: Pack, key: str) -> Text:
    """The name of the obligation a key belongs to."""
    rule = pack.owes.get(key.partition("#")[0])
    return rule.name if rule else name_of(pack, key.partition("#")[0])


def clause_of(source: Source | None) -> str:
    """The clause of a source, or nothing."""
    return source.clause if source else ""


def given_values(
    pack: Pack, directory: Directory, inputs: Mapping[str, Any], row: str | None = None
) -> list[tuple[Text, Text]]:
    """What an act was given, as (label, value)."""
    found = []
    for name, value in inputs.items():
        fact = pack.rows.get(row or "", {}).get(name) or pack.facts.get(name)
        shown = format_value(pack, directory, fact, value)
        if shown.zh or shown.en:
            found.append((label_of(pack, name, row), shown))
    return found


def is_background(rule: OweRule | None) -> bool:
    """Whether an obligation has neither date nor act of its own: it holds the case, and there is nothing to tell."""
    return rule is not None and rule.due is None and not rule.does and rule.strength == "open"

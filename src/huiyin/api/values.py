"""Values of facts between JSON and the engine: moments as ISO 8601, amounts as text, people and units by key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from huiyin.api.kinds import storable
from huiyin.api.problems import Problem, in_words
from huiyin.common.dates import CIVIL, instant_of, moment_of
from huiyin_engine import instants
from huiyin_engine.language.compiling import FactType
from huiyin_engine.language.pack import ActRule, Fact, Pack

END_OF_DAY = "18:00"
MOST_ITEMS = 1_000
LONGEST_NUMBER = 40
MOMENTS = frozenset(("instant", "date", "month"))
NUMBERS = frozenset(("money", "number", "share"))


def inputs_of(pack: Pack, rule: ActRule | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """
    What an act brings, as the engine's values.

    What is of the wrong type goes on as it is, so that the engine refuses it in its own words. Raises Problem for what
    no database could take.
    """
    fields = pack.rows.get(rule.on, {}) if rule is not None and rule.on else {}
    found = {}
    for name, value in given.items():
        fact = fields.get(name) or pack.facts.get(name)
        found[name] = _clean(name, value) if fact is None else value_of(fact, _clean(name, value))
    return found


def _clean(name: str, value: Any) -> Any:
    try:
        if isinstance(value, str):
            return storable(value)
        if isinstance(value, list):
            if len(value) > MOST_ITEMS:
                raise ValueError("holds too many items")
            if any(isinstance(item, list) for item in value):
                raise ValueError("holds a list within a list")
            return [_clean(name, item) for item in value]
        storable(name)
    except ValueError as error:
        raise Problem(
            422,
            "input_wrong",
            _("A value cannot be taken"),
            detail=str(error),
            field=name.encode("utf-8", "replace").decode(),
        ) from None
    if isinstance(value, dict):
        raise Problem(422, "input_wrong", _("A value cannot be taken"), detail=_("A value is no object."), field=name)
    return value


def value_of(fact: Fact, value: Any) -> Any:
    """The engine's value of a JSON value for a fact; as it is if it is none of the type."""
    if isinstance(value, list):
        return tuple(_one(fact, item) for item in value)
    one = _one(fact, value)
    return (one,) if fact.type.several and one is not None else one


def _one(fact: Fact, value: Any) -> Any:
    kind = fact.type.type
    if kind in MOMENTS:
        return _instant(value, kind, fact.ends)
    if kind in NUMBERS and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, float):
        return _number(value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, int):
        return value
    text = str(value) if isinstance(value, float | str) else ""
    if not text or len(text) > LONGEST_NUMBER:
        return value if not isinstance(value, float) else text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return value
    if not number.is_finite():
        return text
    return int(number) if number == number.to_integral_value() and abs(number.adjusted()) < LONGEST_NUMBER else number


def _instant(value: Any, kind: str, ends: str | None) -> Any:
    """An instant from ISO 8601. With an offset it is that moment, without one civil time; a bare day has its hour."""
    if not isinstance(value, str):
        return str(value) if value is not None else None
    bare = "00:00" if kind in ("date", "month") else ends or END_OF_DAY
    text = f"{value}-01" if kind == "month" else value
    try:
        if len(text) <= 10:
            return instants.parse_instant(text, time_of_bare_day=bare)
        moment = datetime.fromisoformat(text)
        return instant_of(moment if moment.tzinfo is not None else moment.replace(tzinfo=CIVIL))
    except (ValueError, OverflowError):
        return value


def json_of(value: Any, kind: FactType | None) -> Any:
    """The JSON of an engine value."""
    if isinstance(value, tuple | list | frozenset | set):
        return [json_of(item, kind) for item in (sorted(value) if isinstance(value, frozenset | set) else value)]
    if isinstance(value, Decimal):
        return str(value)
    if kind is not None and kind.type in MOMENTS and isinstance(value, int) and not isinstance(value, bool):
        return moment(value).isoformat()
    if isinstance(value, Mapping):
        return {str(k): json_of(v, None) for k, v in value.items()}
    return value


def moment(instant: int) -> datetime:
    """An engine instant as a datetime with the civil offset."""
    return moment_of(instant).astimezone(CIVIL)


def civil(at: datetime | None) -> datetime | None:
    """A stored moment with the civil offset."""
    return None if at is None else at.astimezone(CIVIL)


def json_schema_of(fact: Fact) -> dict[str, Any]:
    """The JSON Schema of a fact's values."""
    one: dict[str, Any]
    match fact.type.type:
        case "yes/no":
            one = {"type": "boolean"}
        case "choice":
            one = {"type": "string", "enum": list(fact.type.values)}
        case "money" | "number" | "share":
            one = {"type": ["number", "string"]}
        case "instant":
            one = {"type": "string", "format": "date-time"}
        case "date":
            one = {"type": "string", "format": "date"}
        case "month":
            one = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}
        case _:
            one = {"type": "string", "maxLength": 100_000}
    schema = {"type": "array", "items": one} if fact.type.several else one
    return {**schema, "title": in_words(fact.name), "x-type": fact.type.type}

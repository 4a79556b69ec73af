"""Events as JSON values and back. Codes and field names are stored for ever; a rename is a new code."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from huiyin_engine.model.events import CODE_OF, EVENT_CODES, Entry, Event


def encode_value(value: Any) -> Any:
    """A value of a case as JSON: Decimal as {"decimal": "12.30"}, tuples as lists. Raises TypeError otherwise."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, tuple | list):
        return [encode_value(v) for v in value]
    if isinstance(value, frozenset | set):
        return [encode_value(v) for v in sorted(value)]
    if isinstance(value, Mapping):
        return {str(k): encode_value(v) for k, v in value.items()}
    raise TypeError(f"a case cannot hold a {type(value).__name__}")


def decode_value(value: Any) -> Any:
    """The value that `encode_value` made JSON of."""
    if isinstance(value, list):
        return tuple(decode_value(v) for v in value)
    if isinstance(value, dict):
        if len(value) == 1 and "decimal" in value:
            return Decimal(value["decimal"])
        return {k: decode_value(v) for k, v in value.items()}
    return value


def encode_event(event: Event) -> dict[str, Any]:
    """{"code": …, field: value, …}; fields at their default are left out."""
    kind = type(event)
    defaults = kind._field_defaults
    data: dict[str, Any] = {"code": CODE_OF[kind]}
    for name, value in zip(kind._fields, event, strict=True):
        if name not in defaults or defaults[name] != value:
            data[name] = encode_value(value)
    return data


def decode_event(data: Mapping[str, Any]) -> Event:
    """The event that `encode_event` made a mapping of. Raises KeyError for an unknown code."""
    kind = EVENT_CODES[data["code"]]
    return kind(**{k: decode_value(v) for k, v in data.items() if k != "code"})


def encode_entry(entry: Entry) -> dict[str, Any]:
    return {"at": entry.at, "recorded_at": entry.recorded_at, "event": encode_event(entry.event)}


def decode_entry(data: Mapping[str, Any]) -> Entry:
    return Entry(data["at"], data["recorded_at"], decode_event(data["event"]))

"""Engine events as stored texts, and back. The event that opens a case carries the number the case was given."""

from __future__ import annotations

import json
from datetime import datetime

from huiyin.cases.chain import canonical
from huiyin.common.dates import instant_of
from huiyin_engine.codec import decode_event, encode_event
from huiyin_engine.model.events import CaseOpened, Entry, Event

NUMBER = "number"


def encode(event: Event, number: str) -> tuple[str, str]:
    """(code, canonical JSON) of an event of the case with this number."""
    data = encode_event(event)
    code: str = data["code"]
    if isinstance(event, CaseOpened):
        data[NUMBER] = number
    return code, canonical(data)


def decode(at: datetime, recorded_at: datetime, data: str) -> Entry:
    """The entry a stored event stands for."""
    fields = json.loads(data)
    if fields["code"] == "case_opened":
        fields.pop(NUMBER, None)
    return Entry(instant_of(at), instant_of(recorded_at), decode_event(fields))


def number_in(data: str) -> str:
    """The number in the stored event that opened a case."""
    return str(json.loads(data)[NUMBER])

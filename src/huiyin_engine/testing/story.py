"""The story of a case 案件经过 for scenarios: one line per event: instants, clause, sentence, id."""

from __future__ import annotations

from collections.abc import Iterable

from huiyin_engine import instants
from huiyin_engine.directory import Directory
from huiyin_engine.explain import sentence
from huiyin_engine.language.pack import Pack
from huiyin_engine.model.events import Entry
from huiyin_engine.texts import Text

ID_FIELDS = ("slot", "act", "fact", "capacity", "owe", "tell", "record", "link", "how")
"""Fields of events that hold a name of the pack; whoever writes scenarios needs it beside the words for it."""


def story(entries: Iterable[Entry], pack: Pack, directory: Directory) -> list[Text]:
    """One line per event, "2025-03-10 10:20 [7.2.1] 李敏办理“登记” {register}"; written down later: both instants."""
    lines = []
    for entry in entries:
        line = sentence(pack, directory, entry)
        when = instants.format_instant(entry.at)
        if entry.recorded_at != entry.at:
            when = f"{when} ({instants.format_instant(entry.recorded_at)})"
        head = f"{when} [{line.clause}]" if line.clause else when
        tail = f" {{{name}}}" if (name := _name(entry)) else ""
        lines.append(Text(f"{head} {line.text.zh}{tail}", f"{head} {line.text.en}{tail}"))
    return lines


def _name(entry: Entry) -> str:
    """The key of an obligation, or the name of the pack that the event is about."""
    event = entry.event
    if (key := getattr(event, "key", None)) is not None:
        return str(key)
    return next((str(v) for f in ID_FIELDS if (v := getattr(event, f, None)) is not None), "")

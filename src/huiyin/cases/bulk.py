"""Whole histories at once, for the demonstration and for imports: events, chain and projections as acts keep them.

What comes in was decided by the engine elsewhere; here it is only written. Subscribers are told as of any decision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from django.db import transaction

from huiyin.cases import chain, loads, numbers, writing
from huiyin.cases.decoding import encode
from huiyin.cases.publishing import Published, publish_on_commit
from huiyin.cases.unit_of_work import Batch
from huiyin.common.dates import moment_of
from huiyin.procedures import installed
from huiyin_engine.model.events import Entry
from huiyin_engine.model.state import CaseState

CASES_AT_ONCE = 100


class History(NamedTuple):
    """A case that is not in the store yet: its number, everything that happened to it, and the state that led to."""

    number: str
    entries: Sequence[Entry]
    state: CaseState


@transaction.atomic
def append_histories(histories: Iterable[History]) -> int:
    """
    Write cases with their whole histories; returns how many events. Number series go on after the numbers given.

    Raises ValueError for a history that does not lead to its state, IntegrityError for a case that exists already.
    """
    events = 0
    differences: Counter[str] = Counter()
    waiting = iter(histories)
    while some := list(islice(waiting, CASES_AT_ONCE)):
        events += _write(some, differences)
    # Last and all at once: their rows are locked in one order, and after those of the number series, as by any act.
    writing.run(list(loads.additions(differences)))
    return events


def _write(histories: Sequence[History], differences: Counter[str]) -> int:
    rows: list[tuple[object, ...]] = []
    news: list[Published] = []
    batch = Batch()
    for number, entries, state in histories:
        if len(entries) != state.seq:
            raise ValueError(f"the history of case {state.id} has {len(entries)} events, its state {state.seq}")
        encoded = [(code, n.at, n.recorded_at, data) for n in entries for code, data in (encode(n.event, number),)]
        head = chain.genesis(state.id)
        for seq, (event, link) in enumerate(zip(encoded, chain.chain(head, encoded), strict=True), 1):
            code, at, recorded_at, data = event
            rows.append((state.id, seq, moment_of(at), moment_of(recorded_at), code, data, *link, None))
            head = link.hash
        batch.add(None, state, installed.pack(state.pack, state.version), number, head, 0)
        numbers.at_least(*numbers.parts(number))
        news += [Published(state.id, seq, entry) for seq, entry in enumerate(entries, 1)]
    writing.run([*writing.EVENT.insert(rows), *batch.statements()])
    differences.update(batch.loads)
    publish_on_commit(news)
    return len(rows)

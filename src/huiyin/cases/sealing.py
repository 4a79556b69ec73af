"""Sealing the days, and proving that nothing was changed since: chains, heads, daily roots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from huiyin.cases import chain
from huiyin.cases.models import Case, CaseEvent, DailyRoot, Disposal
from huiyin.common.dates import instant_of

NOTHING_BEFORE = "0" * 64


class AlreadySealed(ValueError):  # noqa: N818 - a state of affairs
    """The day has its root, or a later day has."""


class Flaw(NamedTuple):
    """Something that is not as it was written. `code` is stable; `seq` is 0 where no event is meant."""

    code: str
    case: str
    seq: int
    text: str

    def __str__(self) -> str:
        place = f"{self.case} #{self.seq}" if self.seq else self.case
        return f"{place}: {self.text} [{self.code}]"


@transaction.atomic
def seal_day(day: date) -> DailyRoot:
    """
    Seal a civil day: one root over the heads of all cases that changed since the last seal, and over that seal.

    Raises AlreadySealed if that day or a later one is sealed.
    """
    last = DailyRoot.objects.order_by("-date").first()
    if last is not None and last.date >= day:
        raise AlreadySealed(f"{last.date} is sealed already")
    previous = last.root if last is not None else NOTHING_BEFORE
    leaves = "".join(f"{case_id}\t{seq}\t{head}\n" for case_id, seq, head in sorted(_mark_heads()))
    return DailyRoot.objects.create(
        date=day, previous=previous, leaves=leaves, root=chain.root_of(previous, leaves), sealed_at=timezone.now()
    )


def _mark_heads() -> list[tuple[str, int, str]]:
    """Mark the cases that changed since the last seal as sealed, and return their heads, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Case._meta.db_table} SET sealed_seq = seq WHERE seq > sealed_seq RETURNING id, seq, head"  # noqa: S608 - a table name of ours
        )
        return [(case_id, seq, head) for case_id, seq, head in cursor.fetchall()]


def leaves_of(root: DailyRoot) -> Iterator[tuple[str, int, str]]:
    """(case, seq, hash) of every head a root covers."""
    for line in root.leaves.splitlines():
        case_id, seq, head = line.split("\t")
        yield case_id, int(seq), head


def sealed_heads() -> dict[str, int]:
    """How far the daily roots cover each case."""
    found: dict[str, int] = {}
    for root in DailyRoot.objects.order_by("date").iterator():
        for case_id, seq, _head in leaves_of(root):
            found[case_id] = max(seq, found.get(case_id, 0))
    return found


def verify(case_ids: Iterable[str] | None = None) -> Iterator[Flaw]:
    """
    Every flaw of the log: of some cases, or of all of them and the daily roots.

    An event's data is checked against its digest, its digest and instants against its hash, its hash against the next
    event, the last one against the row of the case and the daily roots. Where texts were disposed of, a tombstone must
    stand.
    """
    chosen = None if case_ids is None else list(case_ids)
    heads: dict[tuple[str, int], str] = {}
    sealed = _sealed_positions(chosen)
    yield from _verify_chains(chosen, sealed, heads)
    yield from _verify_roots(chosen, heads)


def _sealed_positions(chosen: list[str] | None) -> set[tuple[str, int]]:
    roots = DailyRoot.objects.order_by("date").iterator()
    return {
        (case_id, seq)
        for root in roots
        for case_id, seq, _head in leaves_of(root)
        if chosen is None or case_id in chosen
    }


def _verify_chains(
    chosen: list[str] | None, sealed: set[tuple[str, int]], heads: dict[tuple[str, int], str]
) -> Iterator[Flaw]:
    events = CaseEvent.objects.order_by("case_id", "seq")
    cases = Case.objects.order_by("id")
    if chosen is not None:
        events = events.filter(case_id__in=chosen)
        cases = cases.filter(id__in=chosen)
    rows = {case_id: (seq, head) for case_id, seq, head in cases.values_list("id", "seq", "head").iterator()}
    buried = set(Disposal.objects.values_list("case_id", flat=True))
    last: dict[str, tuple[int, str]] = {}
    for event in events.iterator(chunk_size=2000):
        seq, head = last.get(event.case_id, (0, chain.genesis(event.case_id)))
        yield from _verify_event(event, seq, head, event.case_id in buried)
        last[event.case_id] = (event.seq, event.hash)
        if (event.case_id, event.seq) in sealed:
            heads[(event.case_id, event.seq)] = event.hash
    for case_id, (seq, head) in rows.items():
        end = last.get(case_id)
        if end is None:
            yield Flaw("events_missing", case_id, 0, f"all {seq} events are missing")
        elif end[0] < seq:
            yield Flaw("event_missing", case_id, end[0] + 1, f"events {end[0] + 1} to {seq} are missing")
        elif end[1] != head:
            yield Flaw("head_differs", case_id, end[0], "the last event is not the one the case ended with")
    for case_id in last.keys() - rows.keys():
        yield Flaw("case_row_missing", case_id, 0, "the row of the case is missing (huiyin rebuild makes it anew)")


def _verify_event(event: CaseEvent, seq: int, head: str, buried: bool) -> Iterator[Flaw]:
    if event.seq != seq + 1:
        missing = f"{seq + 1}" if event.seq == seq + 2 else f"{seq + 1} to {event.seq - 1}"
        yield Flaw("event_missing", event.case_id, seq + 1, f"event {missing} is missing")
    elif event.previous != head:
        yield Flaw("chain_broken", event.case_id, event.seq, "it does not build on the event before it")
    if event.data is None or event.salt is None:
        if not buried:
            yield Flaw("data_missing", event.case_id, event.seq, "its text is missing and no tombstone says why")
    elif chain.digest_of(event.salt, event.data) != event.digest:
        yield Flaw("data_changed", event.case_id, event.seq, "its text was changed")
    expected = chain.hash_of(
        event.previous, event.code, instant_of(event.at), instant_of(event.recorded_at), event.digest
    )
    if expected != event.hash:
        yield Flaw("event_changed", event.case_id, event.seq, "its kind, instants, digest or hash were changed")


def _verify_roots(chosen: list[str] | None, heads: dict[tuple[str, int], str]) -> Iterator[Flaw]:
    previous = NOTHING_BEFORE
    for root in DailyRoot.objects.order_by("date").iterator():
        if chosen is None:
            if root.previous != previous:
                yield Flaw("root_missing", str(root.date), 0, "a daily root before this one is missing or was changed")
            if chain.root_of(root.previous, root.leaves) != root.root:
                yield Flaw("root_changed", str(root.date), 0, "the daily root was changed")
        previous = root.root
        for case_id, seq, head in leaves_of(root):
            if chosen is not None and case_id not in chosen:
                continue
            if heads.get((case_id, seq)) != head:
                known = "changed" if (case_id, seq) in heads else "missing"
                yield Flaw(f"sealed_event_{known}", case_id, seq, f"the event sealed on {root.date} is {known}")

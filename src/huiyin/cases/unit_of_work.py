"""The cases one transaction has in its hands: locked, replayed, decided on, and written back together."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import connection, transaction

from huiyin.cases import chain, loads, projection, writing
from huiyin.cases.decoding import decode, encode
from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.numbers import allot
from huiyin.cases.projection import next_firing
from huiyin.cases.publishing import Published, publish_on_commit
from huiyin.cases.surroundings import Surroundings, world_at
from huiyin.common.dates import moment_of
from huiyin.organisation.models import Revision
from huiyin_engine.advance import advance
from huiyin_engine.evolve import replay
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import Change, Outcome, World
from huiyin_engine.model.state import CaseState

REVISION = f"(SELECT stamp FROM {Revision._meta.db_table} WHERE id = 1)"  # noqa: S608 - a table name of ours
STATES_KEPT = 512


class NoSuchCase(LookupError):  # noqa: N818 - a state of affairs
    """There is no case of this id, or its texts were disposed of."""


class Row(NamedTuple):
    """What the row of a case says beside its state."""

    number: str
    head: str
    sealed_seq: int


class _Held:
    """A case in hand: the state it had, the state it has now, and what was added."""

    __slots__ = ("before", "entries", "row", "state")

    def __init__(self, before: CaseState | None, row: Row | None) -> None:
        self.before = before
        self.state = before
        self.row = row
        self.entries: list[Entry] = []


class _Kept:
    """States by case and head, for this process. The head names the whole history, so a state is never out of date."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._states: OrderedDict[str, tuple[str, CaseState]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, case_id: str, head: str) -> CaseState | None:
        with self._lock:
            found = self._states.get(case_id)
            if found is None or found[0] != head:
                return None
            self._states.move_to_end(case_id)
            return found[1]

    def put(self, case_id: str, head: str, state: CaseState) -> None:
        with self._lock:
            self._states[case_id] = (head, state)
            self._states.move_to_end(case_id)
            while len(self._states) > self._size:
                self._states.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._states.clear()


kept_states = _Kept(STATES_KEPT)


class UnitOfWork(Mapping[str, CaseState]):
    """
    Cases as the engine's `World.cases`: one it asks for is locked, replayed and caught up when it asks.

    With `lock=False` nothing is locked and nothing may be written. `now` is the instant of recording; a case that is
    looked at while another fires at an earlier instant is caught up to that instant only.
    """

    def __init__(self, surroundings: Surroundings, now: int, *, lock: bool = True) -> None:
        self._surroundings = surroundings
        self._held: dict[str, _Held] = {}
        self._absent: set[str] = set()
        self._lock = lock
        self._horizon = now
        self._busy: set[str] = set()
        self._numbers: dict[str, str] = {}
        self._loads: Mapping[str, int] | None = None
        self.now = now

    # --- as a mapping -----------------------------------------------------------------------------------------------

    def __getitem__(self, case_id: str) -> CaseState:
        held = self._held.get(case_id)
        if held is None:
            if case_id in self._absent:
                raise KeyError(case_id)
            self.load((case_id,))
            held = self._held.get(case_id)
        if held is None or held.state is None:
            raise KeyError(case_id)
        if case_id not in self._busy:
            self.catch_up(case_id, self._horizon)
        assert held.state is not None  # noqa: S101 - a case in hand keeps a state
        return held.state

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    # --- loading ----------------------------------------------------------------------------------------------------

    def give_number(self, case_id: str, number: str) -> None:
        """The number a case that is opened now shall have."""
        self._numbers[case_id] = number

    def give_loads(self, stored: Mapping[str, int]) -> None:
        """The loads as they are stored, read already."""
        self._loads = stored

    def load(self, case_ids: Iterable[str]) -> None:
        """Lock and replay cases, in order of id."""
        wanted = sorted(set(case_ids) - self._held.keys())
        rows, _revision = locked_rows(wanted) if self._lock else plain_rows(wanted)
        self.take_rows(rows, wanted)

    def take_rows(self, rows: Mapping[str, Row], wanted: Iterable[str] = ()) -> None:
        """Replay cases whose rows were read (and locked) already; of those wanted, the others do not exist."""
        self._absent.update(set(wanted) - rows.keys())
        states = states_of({case_id: row.head for case_id, row in rows.items()})
        for case_id, row in rows.items():
            self._held[case_id] = _Held(states[case_id], row)
        if rows:
            self._loads = None  # older than these states, perhaps

    # --- deciding ---------------------------------------------------------------------------------------------------

    def world(self, at: int, pack: str) -> World:
        """What a decision at an instant may look at."""
        return world_at(self._surroundings, at, pack, self, self.loads)

    def loads(self) -> Mapping[str, int]:
        """Open cases by person who holds them in any capacity, with what this transaction has changed."""
        if self._loads is None:
            self._loads = loads.stored()
        counted = Counter(self._loads)
        for held in self._held.values():
            if held.state is not held.before:
                counted.update(loads.difference(held.before, held.state))
        return {person: cases for person, cases in counted.items() if cases > 0}

    def catch_up(self, case_id: str, until: int) -> int:
        """
        Fire what is due on a case up to an instant, each thing in the organisation of its own instant; returns how
        many times something fired. While it does, other cases it looks at are caught up to the same instant.
        """
        fired = 0
        while (firing := next_firing(self._state(case_id))) is not None and sum(firing) <= until:
            self.fire(case_id, firing)
            fired += 1
        return fired

    def fire(self, case_id: str, firing: tuple[int, int]) -> set[str]:
        """Fire the next thing due on a case (see `projection.next_firing`); returns the cases it touched."""
        at, lapses = firing
        horizon, self._horizon = self._horizon, at + lapses
        self._busy.add(case_id)
        try:
            world = self.world(at, self._state(case_id).pack)
            outcome = advance(world, case_id, at + lapses, self.now)
            self.keep(outcome)
            return {change.case for change in outcome.changes}
        finally:
            self._busy.discard(case_id)
            self._horizon = horizon

    def keep(self, outcome: Outcome) -> None:
        """Take over what a decision did."""
        for change in outcome.changes:
            held = self._held.get(change.case)
            if held is None:
                held = self._held[change.case] = _Held(None, None)
            seq = held.state.seq if held.state else 0
            if change.state.seq != seq + len(change.entries):
                raise RuntimeError(f"a decision on case {change.case} started from another state than the present one")
            held.state = change.state
            held.entries.extend(change.entries)

    def _state(self, case_id: str) -> CaseState:
        state = self._held[case_id].state
        assert state is not None  # noqa: S101 - a case in hand keeps a state
        return state

    def outcome(self) -> Outcome:
        """All that was done to any case, catching up included."""
        return Outcome(
            tuple(
                Change(case_id, tuple(held.entries), held.state)
                for case_id, held in self._held.items()
                if held.entries and held.state is not None
            )
        )

    def next_firing_of(self, case_id: str) -> tuple[int, int] | None:
        """What is due next on a case in hand (see `projection.next_firing`)."""
        return next_firing(self._state(case_id))

    # --- writing ----------------------------------------------------------------------------------------------------

    def flush(self, request: str | None = None) -> None:
        """Append the events, bring the projections up to date, and publish when the transaction commits."""
        changed = {case_id: held for case_id, held in self._held.items() if held.entries}
        if not changed:
            return
        self._allot_numbers(changed)
        events: list[tuple[object, ...]] = []
        news: list[Published] = []
        batch = Batch()
        for case_id, held in changed.items():
            assert held.state is not None  # noqa: S101 - a case with entries has a state
            number = held.row.number if held.row else self._numbers[case_id]
            head = held.row.head if held.row else chain.genesis(case_id)
            seq = held.before.seq if held.before else 0
            encoded = [
                (code, entry.at, entry.recorded_at, data)
                for entry in held.entries
                for code, data in (encode(entry.event, number),)
            ]
            for i, (event, link) in enumerate(zip(encoded, chain.chain(head, encoded), strict=True), seq + 1):
                code, at, recorded_at, data = event
                events.append((case_id, i, moment_of(at), moment_of(recorded_at), code, data, *link, request))
                head = link.hash
            news += [Published(case_id, i, entry) for i, entry in enumerate(held.entries, seq + 1)]
            pack = self._surroundings.packs(self.now)[(held.state.pack, held.state.version)]
            batch.add(held.before, held.state, pack, number, head, held.row.sealed_seq if held.row else 0)
            self._keep_after_commit(case_id, head, held.state)
        writing.run([*writing.EVENT.insert(events), *batch.statements(), *loads.additions(batch.loads)])
        publish_on_commit(news)

    def _allot_numbers(self, changed: Mapping[str, _Held]) -> None:
        for case_id, held in changed.items():
            if held.row is None and case_id not in self._numbers and held.state is not None:
                pack = self._surroundings.packs(self.now)[(held.state.pack, held.state.version)]
                self._numbers[case_id] = allot(pack.cases[held.state.type].number, self.now).number

    def _keep_after_commit(self, case_id: str, head: str, state: CaseState) -> None:
        transaction.on_commit(lambda: kept_states.put(case_id, head, state))


class Batch:
    """
    Collects the rows of several cases, table by table: only what differs from before.

    `loads` is by how much the loads of people differ: rows of no case, so whoever writes a batch adds them last.
    """

    def __init__(self) -> None:
        self.cases: list[list[object]] = []
        self.upserts: dict[writing.Table, list[tuple[object, ...]]] = {}
        self.deletes: dict[writing.Table, list[tuple[object, ...]]] = {}
        self.loads: Counter[str] = Counter()

    def add(
        self, before: CaseState | None, after: CaseState, pack: object, number: str, head: str, sealed_seq: int
    ) -> None:
        columns = {
            **projection.case_row(after, pack),  # type: ignore[arg-type]
            "number": number,
            "head": head,
            "sealed_seq": sealed_seq,
            "disposed": False,
        }
        self.cases.append([columns[name] for name in writing.CASE.columns])
        self.loads.update(loads.difference(before, after))
        for table, rows_of in (
            (writing.OBLIGATION, projection.obligation_rows),
            (writing.PERSON, projection.people_rows),
            (writing.LINK, projection.link_rows),
        ):
            old = rows_of(before) if before else {}
            new = rows_of(after)
            gone = [(after.id, *key) for key in old if key not in new]
            fresh = [(after.id, *key, *row) for key, row in new.items() if key not in old or old[key] != row]
            if gone:
                self.deletes.setdefault(table, []).extend(gone)
            if fresh:
                self.upserts.setdefault(table, []).extend(fresh)

    def statements(self) -> list[writing.Statement]:
        """Every row of the cases."""
        found = writing.CASE.upsert(self.cases)
        for table, keys in self.deletes.items():
            found += table.delete(keys)
        for table, rows in self.upserts.items():
            found += table.upsert(rows)
        return found


def locked_rows(case_ids: Iterable[str], *, skip_locked: bool = False) -> tuple[dict[str, Row], str]:
    """Lock the rows of cases in order of id and read them, with the stamp of the directory."""
    return _rows(case_ids, " FOR UPDATE OF c" + (" SKIP LOCKED" if skip_locked else ""))


def plain_rows(case_ids: Iterable[str]) -> tuple[dict[str, Row], str]:
    """The same without a lock."""
    return _rows(case_ids, "")


def _rows(case_ids: Iterable[str], lock: str) -> tuple[dict[str, Row], str]:
    wanted = list(case_ids)
    if not wanted:
        return {}, ""
    if connection.vendor != "postgresql":
        lock = ""  # the transaction began IMMEDIATE: it is the only one that writes
    places = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, c.number, c.head, c.sealed_seq, c.disposed, {REVISION} FROM {Case._meta.db_table} c "  # noqa: S608 - names of ours
            f"WHERE c.id IN ({places}) ORDER BY c.id{lock}",
            wanted,
        )
        found = cursor.fetchall()
    rows = {
        case_id: Row(number, head, sealed_seq)
        for case_id, number, head, sealed_seq, disposed, _stamp in found
        if not disposed
    }
    return rows, (found[0][5] or "") if found else ""


def states_of(heads: Mapping[str, str]) -> dict[str, CaseState]:
    """The states of cases by their heads: those kept from before, the others replayed from their events."""
    states: dict[str, CaseState] = {}
    missing = []
    for case_id, head in heads.items():
        kept = kept_states.get(case_id, head)
        if kept is None:
            missing.append(case_id)
        else:
            states[case_id] = kept
    if missing:
        entries = entries_of(missing)
        for case_id in missing:
            states[case_id] = state = replay(entries[case_id], CaseState(case_id))
            kept_states.put(case_id, heads[case_id], state)
    return states


def entries_of(case_ids: Iterable[str]) -> dict[str, list[Entry]]:
    """The histories of cases. Raises NoSuchCase for one without events or with its texts disposed of."""
    wanted = list(case_ids)
    found: dict[str, list[Entry]] = {case_id: [] for case_id in wanted}
    rows = CaseEvent.objects.filter(case_id__in=wanted).order_by("case_id", "seq")
    for case_id, at, recorded_at, data in rows.values_list("case_id", "at", "recorded_at", "data"):
        if data is None:
            raise NoSuchCase(case_id)
        found[case_id].append(decode(at, recorded_at, data))
    for case_id, entries in found.items():
        if not entries:
            raise NoSuchCase(case_id)
    return found

"""Rows become cases: each lives its life through the engine on virtual time and is then written with its history.

Who holds a post now stands for who held it then: an organisation rarely brings the appointments of past years along.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction

from huiyin.cases import numbers
from huiyin.cases.bulk import History, append_histories
from huiyin.cases.models import NumberSeries
from huiyin.intake.files import Note, Row
from huiyin.intake.mapping import Plan, Said, Step, read
from huiyin.intake.models import ImportedRow, ImportRun
from huiyin.organisation.queries import directory_as_of, directory_revision
from huiyin.procedures import calendars, installed
from huiyin_engine import instants
from huiyin_engine.calendars import OutsideCalendar
from huiyin_engine.directory import FOREVER, Directory
from huiyin_engine.language.pack import Fact, Pack
from huiyin_engine.model.outcome import Act, Refusal, World
from huiyin_engine.model.state import CaseState
from huiyin_engine.testing.store import MemoryStore
from huiyin_engine.texts import Text

ROWS_AT_ONCE = 200
NAMES = uuid.UUID("6a3d6f0e-95a4-5a0e-8f0b-0c7f6a1f2d11")
"""The name space of imported cases: one row, one id."""


class Left(NamedTuple):
    """A row that was not taken, and why."""

    row: int
    reason: Text
    beginning: str = ""


class Progress(NamedTuple):
    """How far the file has come: rows looked at, taken, and those left in this part."""

    rows: int
    taken: int
    left: tuple[Left, ...]


class Refused(Exception):  # noqa: N818 - a state of affairs
    """The engine refused an act of a row's life."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Importer:
    """Takes the rows of one file under one plan. `now` is the import's instant; with `dry_run` nothing is kept."""

    def __init__(self, plan: Plan, columns: Mapping[str, str], now: int, source: str, *, dry_run: bool = False) -> None:
        self.plan, self.columns, self.now, self.source, self.dry_run = plan, columns, now, source, dry_run
        installed.refresh()
        revision = directory_revision()
        self.world = World(
            packs=installed.packs_at(now, revision),
            directory=_timeless(directory_as_of(now, plan.pack, revision), now),
            calendar=calendars.working_calendar(),
            parameters=installed.parameters_at(now, revision),
        )
        self.pack: Pack = self.world.packs[plan.pack]
        self._seen: dict[str, int] = {}

    def take(self, rows: Iterable[Row | Note], run: ImportRun | None = None, skip: int = 0) -> Iterator[Progress]:
        """Take the rows part by part, each part in one transaction; the first `skip` rows of data were done before."""
        waiting = iter(rows)
        done = 0
        while part := list(islice(waiting, ROWS_AT_ONCE)):
            fresh = []
            for row in part:
                done += isinstance(row, Row)
                if done > skip or isinstance(row, Note):
                    fresh.append(row)
            yield self._part(fresh, done, run)

    def _part(self, rows: list[Row | Note], done: int, run: ImportRun | None) -> Progress:
        left: list[Left] = []
        wanted: list[tuple[Row, Said]] = []
        for row in rows:
            if isinstance(row, Note):
                left.append(Left(row.number, row.text))
                continue
            said = row.wrong or read(row.cells, self.columns, self.now)
            if isinstance(said, Text):
                left.append(Left(row.number, said, _beginning(row)))
            elif (other := self._seen.setdefault(said.digest, row.number)) != row.number:
                left.append(Left(row.number, Text(f"与第 {other} 行重复", f"repeats row {other}"), _beginning(row)))
            else:
                wanted.append((row, said))
        known = ImportedRow.objects.filter(pk__in=[said.digest for _, said in wanted]).in_bulk()
        store = MemoryStore(self.world)
        lived: list[tuple[Row, Said, str]] = []
        for row, said in wanted:
            if (before := known.get(said.digest)) is not None:
                text = Text(f"已导入为 {before.number}", f"imported before as {before.number}")
                left.append(Left(row.number, text, _beginning(row)))
                continue
            case = uuid.uuid5(NAMES, f"{self.plan.pack}\n{said.digest}").hex
            try:
                self._live(MemoryStore(self.world) if self.dry_run else store, case, said, row.number)
                lived.append((row, said, case))
            except Refused as refused:
                left.append(Left(row.number, refused.text, _beginning(row)))
            except OutsideCalendar as outside:
                text = Text(f"日历没有这一年：{outside}", f"the calendar does not reach it: {outside}")
                left.append(Left(row.number, text, _beginning(row)))
        if not self.dry_run and run is not None:
            self._write(store, lived, run, done, len(left))
        return Progress(done, len(lived), tuple(sorted(left)))

    # -- one row -----------------------------------------------------------------------------------------------------

    def _live(self, store: MemoryStore, case: str, said: Said, row: int) -> None:
        """The acts of a row, on its own times. Raises Refused; what was done by then stays in the store, unwritten."""
        times = self._times(said)
        slots = self._slots(said, times)
        steps = (*self.plan.life, *(self.plan.answered if said.answer else ()))
        for step in steps:
            state = store.cases().get(case)
            if state is not None and state.closed_at is not None:
                return
            at = max(times[step.at], state.last_at if state is not None else times[step.at])
            reason = f"{self.source}:{row}"
            act = Act(step.act, case, self._actor(store, step, state), at, at, self._inputs(step, slots),
                      pack=self.plan.pack, reason=reason)  # fmt: skip
            outcome = store.perform(act)
            if isinstance(outcome, Refusal):
                name = self.pack.acts[step.act].name
                raise Refused(Text(f"{name.zh}：{outcome.text.zh}", f"{name.en}: {outcome.text.en}"))

    def _times(self, said: Said) -> dict[str, int]:
        """received, taken up, answered, promise: in this order, none later than now but the promise."""
        calendar = self.world.calendar
        received = self.now if said.received is None else said.received
        answered = said.answered if said.answered is not None else received
        taken_up = min(calendar.next_working_moment(received), answered if said.answer else self.now)
        taken_up = max(taken_up, received)
        if said.answer:
            promise = max(instants.at(instants.day_of(answered), "18:00"), answered, taken_up + 60)
        else:
            day = calendar.add_working_days(instants.day_of(taken_up), self.plan.promise_days)
            promise = instants.at(day, "18:00")
        return {"received": received, "taken up": taken_up, "answered": max(answered, taken_up), "promise": promise}

    def _slots(self, said: Said, times: Mapping[str, int]) -> dict[str, Any]:
        slots: dict[str, Any] = {
            "text": said.text, "customer": said.customer, "phone": said.phone, "answer": said.answer,
            "number": said.number, "received": times["received"], "promise": times["promise"],
        }  # fmt: skip
        for name, value in self.plan.missing.items():
            slots[name] = slots.get(name) or value
        for fact, words in self.plan.choose.items():
            hit = (v for v, some in words.items() if v != "otherwise" and any(word in said.text for word in some))
            slots[fact] = next(hit, words["otherwise"])
        return slots

    def _inputs(self, step: Step, slots: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, raw in step.inputs.items():
            slot = raw[1:-1] if isinstance(raw, str) and raw.startswith("{") and raw.endswith("}") else None
            value = slots.get(slot, "") if slot is not None else raw
            if value != "":
                found[name] = _typed(value, self.pack.facts.get(name))
        return found

    def _actor(self, store: MemoryStore, step: Step, state: CaseState | None) -> str | None:
        if state is not None and step.by in state.holders:
            return state.holder(step.by)
        directory = store.world().directory
        if step.by in self.pack.posts:
            return next(iter(directory.by_load(directory.holders(step.by, None, self.now))), None)
        return step.by

    # -- writing -----------------------------------------------------------------------------------------------------

    @transaction.atomic
    def _write(
        self, store: MemoryStore, lived: list[tuple[Row, Said, str]], run: ImportRun, done: int, left: int
    ) -> None:
        cases = {case: store.state(case) for _, _, case in lived}
        given = self._numbers(store, cases)
        append_histories(History(given[case], store.entries(case), state) for case, state in cases.items())
        ImportedRow.objects.bulk_create(
            ImportedRow(digest=said.digest, case_id=case, number=given[case], run=run, row=row.number)
            for row, said, case in lived
        )
        run.rows_done, run.taken, run.left = done, run.taken + len(lived), run.left + left
        run.save(update_fields=["rows_done", "taken", "left"])

    def _numbers(self, store: MemoryStore, cases: Mapping[str, CaseState]) -> dict[str, str]:
        """The next numbers of their years, in the order of the rows."""
        last = {(s.prefix, s.year): s.last for s in NumberSeries.objects.all()}
        given: dict[str, str] = {}
        for case, state in cases.items():
            opened = store.entries(case)[0].recorded_at
            key = (self.pack.cases[state.type].number, instants.year_of(instants.day_of(opened)))
            last[key] = last.get(key, 0) + 1
            given[case] = numbers.written(*key, last[key])
        return given


def _timeless(directory: Directory, now: int) -> Directory:
    """The people of this instant, as if they had always held their posts."""
    held = [a._replace(since=-FOREVER, until=FOREVER) for a in directory.appointments if a.holds_at(now)]
    return Directory(directory.persons.values(), held, (), directory.units.values())


def _typed(value: Any, fact: Fact | None) -> Any:
    if fact is not None and fact.type.type == "yes/no":
        return value == "yes"
    return value


def _beginning(row: Row) -> str:
    return " ".join(" ".join(row.cells.values()).split())[:80]

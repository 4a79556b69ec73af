"""The one door through which a case changes: an act is decided and kept in one transaction.

`huiyin_engine` decides; this module brings it what it may look at, and keeps what it says.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from huiyin.cases.decoding import decode
from huiyin.cases.models import Case, CaseEvent, Disposal
from huiyin.cases.numbers import allot
from huiyin.cases.retrying import may_be_retried
from huiyin.cases.surroundings import Installation, Surroundings
from huiyin.cases.unit_of_work import (
    NoSuchCase,
    UnitOfWork,
    entries_of,
    kept_states,
    locked_rows,
    plain_rows,
    states_of,
)
from huiyin.organisation.queries import directory_revision
from huiyin.procedures import installed
from huiyin_engine.decide import decide
from huiyin_engine.evolve import replay
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import Act, Change, Outcome, Refusal, World
from huiyin_engine.model.state import CaseState

TRIES = 4
_REQUESTS = uuid.UUID("b2a5d9de-3f0c-5d5e-9b1a-7f2f6f1f6a51")
"""The name space of requests: the same user with the same key means the same request, for ever."""


def perform(act: Act, *, user: Any = None, idempotency_key: str | None = None) -> Outcome | Refusal:
    """
    Decide an act and keep what it did, with everything due on its case before it; a refusal keeps nothing.

    An act that opens a case may leave `case` empty: the case gets an id. With an `idempotency_key` the same request of
    the same user, sent twice, is one act and gets the same answer; what was refused is decided anew.
    Raises NoSuchCase for a case that does not exist, KeyError for a pack that was never loaded.
    """
    return Operations().perform(act, user=user, idempotency_key=idempotency_key)


def preview(act: Act) -> Outcome | Refusal:
    """What `perform` would do now. Nothing is locked or kept. Raises like `perform`."""
    return Operations().preview(act)


def state_of(case_id: str) -> CaseState:
    """The state of a case, as its events tell it. Raises NoSuchCase."""
    rows, _revision = plain_rows((case_id,))
    if case_id not in rows:
        raise NoSuchCase(case_id)
    return states_of({case_id: rows[case_id].head})[case_id]


def history_of(case_id: str) -> list[Entry]:
    """The whole history of a case, in order. Raises NoSuchCase."""
    return entries_of((case_id,))[case_id]


def world_for(case_ids: Iterable[str], at: int) -> World:
    """
    What a decision on these cases at an instant would look at, to ask the engine for options, explanations, forms.

    Nothing is locked. What is due by then has fired in it, but is not kept. Raises NoSuchCase.
    """
    return Operations().world_for(case_ids, at)


class Operations:
    """The operations over the installation, or over given surroundings."""

    def __init__(self, surroundings: Surroundings | None = None) -> None:
        self._given = surroundings

    def perform(self, act: Act, *, user: Any = None, idempotency_key: str | None = None) -> Outcome | Refusal:
        """See the function of this name."""
        request = _request(user, idempotency_key)
        if not act.case:
            act = act._replace(case=request or uuid.uuid4().hex)
        self._refresh()
        may_open = True
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    prefix = self._prefix(act) if may_open else None
                    answer = self._open(act, prefix, request) if prefix else self._act(act, request)
                    if not answer.is_new:
                        transaction.set_rollback(True)
                return answer.given
            except _OpenedBefore:
                may_open = False
            except _NewRevision:
                continue
            except (IntegrityError, OperationalError) as error:
                # Two opened the same case, or lay in wait for each other: the decision is a function, so try again.
                if attempt == TRIES or connection.in_atomic_block or not may_be_retried(error):
                    raise
        return self._act_in_transaction(act, request)

    def preview(self, act: Act) -> Outcome | Refusal:
        """See the function of this name."""
        if not act.case:
            act = act._replace(case=uuid.uuid4().hex)
        self._refresh()
        rows, revision = plain_rows((act.case, *act.also))
        work = UnitOfWork(self._given or Installation(revision or directory_revision()), act.recorded_at, lock=False)
        work.take_rows(rows, (act.case, *act.also))
        return _decide(work, act)

    def world_for(self, case_ids: Iterable[str], at: int) -> World:
        """See the function of this name."""
        self._refresh()
        wanted = list(case_ids)
        rows, revision = plain_rows(wanted)
        for case_id in wanted:
            if case_id not in rows:
                raise NoSuchCase(case_id)
        work = UnitOfWork(self._given or Installation(revision or directory_revision()), at, lock=False)
        work.take_rows(rows)
        return work.world(at, work[wanted[0]].pack if wanted else "")

    def _refresh(self) -> None:
        """A look at the packs folder writes what is new: before a transaction begins, not within."""
        if self._given is None:
            installed.refresh()

    def _act_in_transaction(self, act: Act, request: str | None) -> Outcome | Refusal:
        with transaction.atomic():
            answer = self._act(act, request)
            if not answer.is_new:
                transaction.set_rollback(True)
        return answer.given

    def _open(self, act: Act, prefix: str, request: str | None) -> _Answer:
        """An act that opens a case: nothing is to be locked, but a number is to be had."""
        allotted = allot(prefix, act.recorded_at, act.case)
        if self._given is None and allotted.revision != _Seen.revision:
            _Seen.revision = allotted.revision
            if self._prefix(act) != prefix:
                raise _NewRevision
        if allotted.exists:
            raise _OpenedBefore
        work = UnitOfWork(self._given or Installation(allotted.revision), act.recorded_at)
        work.take_rows({}, (act.case,))
        work.give_number(act.case, allotted.number)
        if allotted.loads is not None:
            work.give_loads(allotted.loads)
        return self._keep(work, act, request)

    def _act(self, act: Act, request: str | None) -> _Answer:
        """An act on cases that exist: they are locked, so that of two acts the second sees the first."""
        wanted = (act.case, *act.also)
        rows, revision = locked_rows(wanted)
        if act.case not in rows:
            raise NoSuchCase(act.case)
        if request is not None and (repeated := _answer_to(request)) is not None:
            return _Answer(repeated, False)
        work = UnitOfWork(self._given or Installation(revision), act.recorded_at)
        work.take_rows(rows, wanted)
        return self._keep(work, act, request)

    def _keep(self, work: UnitOfWork, act: Act, request: str | None) -> _Answer:
        decided = _decide(work, act)
        if isinstance(decided, Refusal):
            return _Answer(decided, False)
        work.flush(request)
        return _Answer(work.outcome(), True)

    def _prefix(self, act: Act) -> str | None:
        """The prefix of the number that a case opened by the act gets; None for an act on an existing case."""
        if act.pack is None:
            return None
        if self._given is None and _Seen.revision is None:
            _Seen.revision = directory_revision()
        surroundings = self._given or Installation(_Seen.revision or "")
        pack = surroundings.packs(act.at)[act.pack]
        rule = pack.acts.get(act.name)
        return pack.cases[rule.opens].number if rule is not None and rule.opens is not None else None


class _Answer(NamedTuple):
    """What was decided, and whether it is a new decision that shall be kept."""

    given: Outcome | Refusal
    is_new: bool


class _Seen:
    """The directory's revision that this process saw last: a guess that saves a query, checked in the transaction."""

    revision: str | None = None


class _OpenedBefore(Exception):  # noqa: N818 - a state of affairs
    """The case the act would open exists."""


class _NewRevision(Exception):  # noqa: N818 - a state of affairs
    """Another version of the pack is in force than was thought."""


def _decide(work: UnitOfWork, act: Act) -> Outcome | Refusal:
    known = work.get(act.case)
    pack = known.pack if known is not None else act.pack or ""
    decided = decide(work.world(act.at, pack), act)
    if isinstance(decided, Refusal):
        return decided
    work.keep(decided)
    return work.outcome()


def _request(user: Any, key: str | None) -> str | None:
    """The id of a request: of one user, with one key."""
    if not key:
        return None
    return uuid.uuid5(_REQUESTS, f"{getattr(user, 'pk', None) or ''}\n{key}").hex


def _answer_to(request: str) -> Outcome | None:
    """What was decided on a request before, or None; the states are those it led to."""
    rows = CaseEvent.objects.filter(request=request).order_by("case_id", "seq")
    found = list(rows.values_list("case_id", "seq", "at", "recorded_at", "data"))
    changes = []
    for case_id, events in groupby(found, key=lambda row: row[0]):
        listed = list(events)
        history = entries_of((case_id,))[case_id][: listed[-1][1]]
        entries = tuple(decode(at, recorded_at, data or "") for _case, _seq, at, recorded_at, data in listed)
        changes.append(Change(case_id, entries, replay(history, CaseState(case_id))))
    return Outcome(tuple(changes)) if changes else None


@transaction.atomic
def dispose(case_id: str, *, rule: str, clause: str, by: str) -> Disposal:
    """
    Dispose of the texts of a closed case by a retention rule. Tombstone, chain and number stay; nothing else does.

    Raises NoSuchCase, and ValueError for an open case or a rule that is not named.
    """
    rows, _revision = locked_rows((case_id,))
    if case_id not in rows:
        raise NoSuchCase(case_id)
    case = Case.objects.get(pk=case_id)
    if case.closed_at is None:
        raise ValueError("an open case is not disposed of")
    if not rule or not clause:
        raise ValueError("a disposal names its retention rule and its clause")
    tombstone = Disposal.objects.create(case_id=case_id, rule=rule, clause=clause, by=by, at=timezone.now())
    CaseEvent.objects.filter(case_id=case_id).update(data=None, salt=None)
    for rows_of_case in (case.obligations, case.people, case.links):
        rows_of_case.all().delete()
    bury(case)
    kept_states.clear()
    return tombstone


def bury(case: Case) -> None:
    """Leave nothing in the row of a case but what the tombstone says of it."""
    case.title, case.facts, case.disposed = "", {}, True
    case.due = case.next_due = None
    case.held_by_vacancy = False
    case.save()

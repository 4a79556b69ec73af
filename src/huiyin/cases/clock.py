"""The clock: what is due fires, each thing once, in the order of its instants, however late, by any number of workers.

A sweep takes the cases whose `next_due` has come, some at a time. It locks them (leaving those another worker has in
hand), fires what is due over all of them, the earliest first, and commits once. A worker that dies leaves nothing half
done: what it had not committed is due as before.
"""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from huiyin.cases.models import Case, StuckCase
from huiyin.cases.retrying import may_be_retried
from huiyin.cases.surroundings import Installation, Surroundings
from huiyin.cases.unit_of_work import UnitOfWork, locked_rows
from huiyin.common.dates import instant_of, moment_of
from huiyin.procedures import calendars, installed

BATCH = 50
MOST_DEADLOCKS = 5
RETRY_AFTER = timedelta(minutes=10)
_log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """What a sweep did: cases it advanced, and how many times something fired."""

    cases: int
    fired: int


def sweep(now: int, *, surroundings: Surroundings | None = None, batch: int = BATCH, only: str | None = None) -> Swept:
    """
    Fire everything that is due by an instant, over all cases (or one); legal instants are those things were due at.

    Raises NoCalendar, with nothing fired, while there is no working calendar.
    A case on which the clock cannot go on is put aside with the reason (`StuckCase`) and tried again later.
    """
    if surroundings is None:
        installed.refresh()
        calendars.working_calendar()
    cases = fired = deadlocks = 0
    skipped: set[str] = set()
    while True:
        due = _due(now, batch + 1, only, skipped)
        if not due:
            return Swept(cases, fired)
        horizon = now
        if len(due) > batch:
            # What lies beyond this batch must not be overtaken by what these cases do later.
            first, last = due[0][1], due[-1][1]
            horizon = last - 1 if first < last else last
        taken = [case_id for case_id, _at in due[:batch]]
        try:
            advanced, times = _advance(taken, now, horizon, surroundings)
        except (OperationalError, InterfaceError) as error:
            # The database is at fault, no case is: wait for a lock another way round, or let the worker wait for it.
            deadlocks += 1
            if deadlocks > MOST_DEADLOCKS or not may_be_retried(error) or connection.in_atomic_block:
                raise
            continue
        except Exception as error:
            # Whatever one case dies of must not stop the others: find it, put it aside, go on.
            if connection.in_atomic_block:
                raise
            if len(taken) == 1:
                put_aside(taken[0], error)
                skipped.add(taken[0])
                continue
            advanced, times = _one_by_one(taken, now, horizon, surroundings, skipped)
        cases += len(advanced)
        fired += times
        skipped.update(set(taken) - advanced if times else taken)


def next_due(after: int | None = None) -> int | None:
    """The instant at which the clock is wanted next; None if nothing is due ever."""
    found = Case.objects.filter(next_due__isnull=False).order_by("next_due").values_list("next_due", flat=True).first()
    return None if found is None else instant_of(found)


def _due(now: int, limit: int, only: str | None, skipped: set[str]) -> list[tuple[str, int]]:
    """(case, instant) of what is due, the earliest first, without what is put aside or in another worker's hands."""
    found = Case.objects.filter(next_due__lte=moment_of(now)).order_by("next_due", "id")
    found = found.exclude(id__in=StuckCase.objects.filter(retry_at__gt=timezone.now()).values("case_id"))
    if skipped:
        found = found.exclude(id__in=skipped)
    if only is not None:
        found = found.filter(id=only)
    return [(case_id, instant_of(at)) for case_id, at in found.values_list("id", "next_due")[:limit] if at is not None]


def _advance(case_ids: list[str], now: int, horizon: int, surroundings: Surroundings | None) -> tuple[set[str], int]:
    """Fire what is due on these cases up to the horizon, in one transaction. Returns the cases it got hold of."""
    with transaction.atomic():
        rows, revision = locked_rows(case_ids, skip_locked=True)
        if not rows:
            return set(), 0
        work = UnitOfWork(surroundings or Installation(revision), now)
        work.take_rows(rows)
        fired = 0
        queue = [(*firing, case_id) for case_id in rows if (firing := work.next_firing_of(case_id)) is not None]
        heapq.heapify(queue)
        while queue and queue[0][0] + queue[0][1] <= horizon:
            at, lapses, case_id = heapq.heappop(queue)
            touched: Iterable[str] = (case_id,)
            if work.next_firing_of(case_id) == (at, lapses):
                touched = work.fire(case_id, (at, lapses))
                fired += 1
            for other in touched:
                firing = work.next_firing_of(other)
                if firing is not None:
                    heapq.heappush(queue, (*firing, other))
        work.flush()
        StuckCase.objects.filter(case_id__in=rows).delete()
        return set(rows), fired


def _one_by_one(
    case_ids: list[str], now: int, horizon: int, surroundings: Surroundings | None, skipped: set[str]
) -> tuple[set[str], int]:
    advanced: set[str] = set()
    fired = 0
    for case_id in case_ids:
        try:
            taken, times = _advance([case_id], now, horizon, surroundings)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            put_aside(case_id, error)
            skipped.add(case_id)
        else:
            advanced |= taken
            fired += times
    return advanced, fired


def put_aside(case_id: str, error: Exception) -> None:
    """Note that the worker cannot go on with a case, and why; it is tried again later. Call outside a transaction."""
    _log.exception("The clock cannot go on with case %s", case_id)
    now: datetime = timezone.now()
    reason = f"{type(error).__name__}: {error}"
    with transaction.atomic():
        stuck, is_new = StuckCase.objects.get_or_create(
            case_id=case_id, defaults={"since": now, "retry_at": now + RETRY_AFTER, "error": reason}
        )
        if not is_new:
            stuck.retry_at, stuck.error, stuck.tries = now + RETRY_AFTER, reason, stuck.tries + 1
            stuck.save()

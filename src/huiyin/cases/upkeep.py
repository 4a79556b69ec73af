"""What changes round open cases reaches them: absences, leavers, appointments, a holiday notice.

One row (`Upkeep`) says which directory, which calendar and which moment the open cases were last looked at under. When
one of them has moved on, a pass goes over the cases concerned in order of id, some in one transaction, and writes down
how far it came. Whoever holds the row does the work; a worker that dies leaves the pass where its last transaction
ended, and looking at a case twice writes nothing the second time. The first look of all only fills in the row.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.cases.clock import put_aside
from huiyin.cases.models import Case, CasePerson, Obligation, Upkeep
from huiyin.cases.retrying import may_be_retried
from huiyin.cases.surroundings import Installation
from huiyin.cases.unit_of_work import UnitOfWork, locked_rows
from huiyin.common.dates import as_moment, moment_of
from huiyin.organisation.models import Absence, Appointment, Person
from huiyin.organisation.queries import directory_revision
from huiyin.procedures import calendars
from huiyin_engine.recalculate import reconsider, reproject

BATCH = 20
MOST_BATCHES = 25
"""How many batches one look takes at most, so that the clock is not kept waiting."""


class Looked(NamedTuple):
    """What a look did: cases it went over, and whether it left some for the next look."""

    cases: int
    is_unfinished: bool


def look(now: int, *, batch: int = BATCH, most: int = MOST_BATCHES) -> Looked:
    """
    Take what has changed by an instant to the open cases; call it after a sweep up to that instant.

    Raises NoCalendar while there is no working calendar. A case that cannot be decided on is put aside (`StuckCase`).
    """
    cases = 0
    for _ in range(most):
        if not _is_wanted(now):
            return Looked(cases, False)
        failed: list[tuple[str, Exception]] = []
        try:
            with transaction.atomic():
                row = _claimed()
                if row is None:
                    return Looked(cases, False)
                cases += _go_on(row, now, batch, failed)
        except OperationalError as error:
            if connection.in_atomic_block or not may_be_retried(error):
                raise
            return Looked(cases, True)
        for case_id, cause in failed:
            put_aside(case_id, cause)
    return Looked(cases, _is_wanted(now))


def _is_wanted(now: int) -> bool:
    """Whether a pass is under way or should begin; fills in the row if there is none."""
    row = Upkeep.objects.filter(pk=1).first()
    if row is None:
        until, calendar = moment_of(now), calendars.working_calendar().version
        values = {"directory": directory_revision(), "calendar": calendar, "until": until}
        Upkeep.objects.get_or_create(pk=1, defaults=values)
        return False
    return row.is_under_way or _has_moved_on(row, now)


def _has_moved_on(row: Upkeep, now: int) -> bool:
    return (
        row.directory != directory_revision()
        or row.calendar != _calendar_version(row.calendar)
        or bool(_touched(row.until, moment_of(now)))
    )


def _calendar_version(expected: str) -> str:
    """The version of the calendar files; another than expected is believed only after a fresh look at them."""
    if calendars.working_calendar().version != expected:
        calendars.look_again()
    return calendars.working_calendar().version


def _claimed() -> Upkeep | None:
    """The row, locked; None if another worker has it. On SQLite the transaction began IMMEDIATE and locks all."""
    rows = Upkeep.objects.filter(pk=1)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return rows.first()


def _go_on(row: Upkeep, now: int, batch: int, failed: list[tuple[str, Exception]]) -> int:
    """Begin a pass if none is under way, take the next cases of it, and keep how far it came."""
    calendar = _calendar_version(row.to_calendar if row.is_under_way else row.calendar)
    if not row.is_under_way or calendar != row.to_calendar:
        row.to_directory, row.to_calendar = directory_revision(), calendar
        row.to_until, row.after = max(row.until, moment_of(now)), ""
    assert row.to_until is not None  # noqa: S101 - a pass is under way now
    is_new_calendar = row.calendar != row.to_calendar
    found = _open_cases()
    if row.directory == row.to_directory and not is_new_calendar:
        found = _concerning(found, _touched(row.until, row.to_until))
    wanted = list(found.filter(id__gt=row.after).order_by("id").values_list("id", flat=True)[:batch])
    for case_id in wanted:
        try:
            with transaction.atomic():
                _look_at(case_id, now, is_new_calendar)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Whatever one case dies of must not keep the others from being looked at.
            failed.append((case_id, error))
    if len(wanted) == batch:
        row.after = wanted[-1]
    else:
        row.directory, row.calendar, row.until = row.to_directory, row.to_calendar, row.to_until
        row.to_directory, row.to_calendar, row.to_until, row.after = "", "", None, ""
    row.save()
    return len(wanted)


def _look_at(case_id: str, now: int, is_new_calendar: bool) -> None:
    rows, revision = locked_rows((case_id,))
    if case_id not in rows:
        return
    work = UnitOfWork(Installation(revision), now)
    work.take_rows(rows)
    state = work[case_id]
    if is_new_calendar:
        work.keep(reproject(work.world(now, state.pack), case_id, now))
    if state.closed_at is None:
        work.keep(reconsider(work.world(now, state.pack), case_id, now))
    work.flush()


def _open_cases() -> QuerySet[Case]:
    """Those that are open, and closed ones on which something is still owed."""
    owed = Obligation.objects.filter(case_id=OuterRef("id"), owed=True)
    return Case.objects.filter(Q(closed_at=None) | Exists(owed), disposed=False)


def _concerning(found: QuerySet[Case], people: set[str]) -> QuerySet[Case]:
    """Of cases, those that one of the people holds or owes something on, and those where somebody is lacking."""
    theirs = CasePerson.objects.filter(case_id=OuterRef("id"), open=True, person__in=people)
    unborne = Obligation.objects.filter(case_id=OuterRef("id"), owed=True, bearers=[])
    relations = (CasePerson.Relation.HOLDS, CasePerson.Relation.OWES)
    return found.filter(Q(held_by_vacancy=True) | Exists(theirs.filter(relation__in=relations)) | Exists(unborne))


def _touched(after: datetime, until: datetime) -> set[str]:
    """
    Keys of those who come, go, or change posts after a moment and up to another; with stand-ins, and with everybody
    who holds a post one of them holds: what passed to a colleague may be due to pass back.
    """
    if until <= after:
        return set()
    turns = Q(since__gt=after, since__lte=until) | Q(until__gt=after, until__lte=until)
    first, last = as_moment(after).date(), as_moment(until).date()
    joins_or_leaves = Q(active_from__gt=first, active_from__lte=last) | Q(active_to__gte=first, active_to__lt=last)
    ids = set(Person.objects.filter(joins_or_leaves).values_list("pk", flat=True))
    ids.update(Appointment.objects.filter(turns).values_list("person_id", flat=True))
    for person_id, stand_in_id in Absence.objects.filter(turns).values_list("person_id", "stand_in_id"):
        ids.update((person_id,) if stand_in_id is None else (person_id, stand_in_id))
    if not ids:
        return set()
    posts = Appointment.objects.filter(person_id__in=ids).values("post")
    colleagues = Appointment.objects.filter(post__in=posts).values("person_id")
    return set(Person.objects.filter(Q(pk__in=ids) | Q(pk__in=colleagues)).values_list("key", flat=True))

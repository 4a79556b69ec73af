"""The clock worker: sweeps, looks after open cases, says that it lives, seals the day that is over.

Any number of them may run.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from datetime import date, timedelta

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from huiyin.cases import clock, sealing, upkeep
from huiyin.cases.models import DailyRoot, WorkerHeartbeat
from huiyin.common.dates import as_moment, current_instant
from huiyin.procedures.calendars import NoCalendar

POLL_SECONDS = 2.0
HEARTBEAT_SECONDS = 20
FORGET_AFTER = timedelta(days=1)
AFTER_FAILURE_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Worker:
    """One clock worker, with a name of its own."""

    def __init__(self, *, batch: int = clock.BATCH) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._batch = batch
        self._started_at = timezone.now()
        self._seen_at = self._started_at - timedelta(days=1)
        self._fired = 0
        self._is_behind = False

    def once(self, now: int | None = None) -> clock.Swept:
        """Fire everything due by an instant (by now), look after open cases, and say that it was done."""
        instant = current_instant() if now is None else now
        swept = clock.sweep(instant, batch=self._batch)
        self._is_behind = upkeep.look(instant).is_unfinished
        self._fired += swept.fired
        self._beat()
        return swept

    def run(self, stop: threading.Event) -> None:
        """Go on until asked to stop. A database that is away, or a calendar nobody can read, is waited for."""
        while not stop.is_set():
            try:
                self.once()
                seal_yesterday()
                pause = 0.0 if self._is_behind else POLL_SECONDS
            except Error:
                _log.exception("The clock waits for the database")
                connection.close()
                pause = AFTER_FAILURE_SECONDS
            except NoCalendar as error:
                _log.error("The clock waits for a working calendar: %s", error.explanation.reason)
                pause = AFTER_FAILURE_SECONDS
            close_old_connections()
            stop.wait(pause)

    def _beat(self) -> None:
        now = timezone.now()
        if (now - self._seen_at).total_seconds() < HEARTBEAT_SECONDS:
            return
        self._seen_at = now
        WorkerHeartbeat.objects.update_or_create(
            name=self.name, defaults={"started_at": self._started_at, "seen_at": now, "fired": self._fired}
        )
        WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGET_AFTER).delete()


def seal_yesterday(today: date | None = None) -> DailyRoot | None:
    """Seal the civil day that is over, unless it is sealed. Of two workers one does it."""
    yesterday = (today or as_moment(timezone.now()).date()) - timedelta(days=1)
    if DailyRoot.objects.filter(date__gte=yesterday).exists():
        return None
    try:
        return sealing.seal_day(yesterday)
    except (sealing.AlreadySealed, Error):
        _log.info("Another worker sealed %s", yesterday)
        return None

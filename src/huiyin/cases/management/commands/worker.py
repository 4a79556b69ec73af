"""`huiyin worker`: the clock."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.cases import clock
from huiyin.cases.worker import Worker
from huiyin_engine.instants import parse_instant


class Command(BaseCommand):
    """Fires what is due, until stopped."""

    help = "Fire what is due: reminders, breaches, duties, everything that climbs. Any number of workers may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="fire what is due now, then end")
        parser.add_argument("--until", metavar="INSTANT", help="fire what is due by then (2026-03-12 18:00), then end")
        parser.add_argument("--batch", type=int, default=clock.BATCH, help="cases in one transaction (%(default)s)")

    def handle(self, *args: Any, once: bool, until: str | None, batch: int, **options: Any) -> None:
        if batch < 1:
            raise CommandError("A batch holds at least one case.")
        worker = Worker(batch=batch)
        if once or until is not None:
            try:
                instant = None if until is None else parse_instant(until)
            except ValueError as error:
                raise CommandError(str(error)) from None
            swept = worker.once(instant)
            self.stdout.write(f"{swept.fired} due on {swept.cases} cases fired.")
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        worker.run(stop)

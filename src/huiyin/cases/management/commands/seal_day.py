"""`huiyin seal-day`: the root of a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from huiyin.cases import sealing
from huiyin.common.dates import as_moment


class Command(BaseCommand):
    """Seals a civil day."""

    help = "Seal a day (yesterday): one hash over everything written so far. The worker does it every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("day", nargs="?", help="2026-03-12; the day before today if not given")

    def handle(self, *args: Any, day: str | None, **options: Any) -> None:
        today = as_moment(timezone.now()).date()
        try:
            chosen = date.fromisoformat(day) if day else today - timedelta(days=1)
        except ValueError:
            raise CommandError(f"Not a day like 2026-03-12: {day}") from None
        if chosen > today:
            raise CommandError("That day is still to come.")
        try:
            root = sealing.seal_day(chosen)
        except sealing.AlreadySealed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{root.date} {root.root}")

"""`huiyin rebuild`: tables from events."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from huiyin.cases.rebuilding import rebuild


class Command(BaseCommand):
    """Makes every projection anew."""

    help = (
        "Make every table of cases anew from the events. Stop server and workers first; nothing is lost if you do not."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{rebuild()} cases rebuilt from their events.")

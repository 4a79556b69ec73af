"""`huiyin messages`: compile the message catalogues."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from huiyin.common.catalogues import SOURCE, compile_catalogues


class Command(BaseCommand):
    """Compiles what has changed."""

    help = "Compile the message catalogues that have changed (make setup and start do it, too)."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_catalogues():
            self.stdout.write(str(path.relative_to(SOURCE)))

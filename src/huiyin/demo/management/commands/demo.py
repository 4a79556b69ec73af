"""`huiyin demo`: an invented organisation and the year behind it."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.demo import operations
from huiyin.demo.organisation import account_lines


class Command(BaseCommand):
    """Fills an empty installation with the demonstration."""

    help = "Fill an empty installation with an invented organisation and a simulated year of complaints up to now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=operations.SEED, help="another seed is another year")
        parser.add_argument("--days", type=int, default=operations.DAYS, help="how many days back it begins")

    def handle(self, *args: Any, seed: int, days: int, **options: Any) -> None:
        if days < 30:
            raise CommandError("--days must be 30 or more.")
        begin = time.perf_counter()
        try:
            made = operations.make(seed=seed, days=days, say=self.stdout.write)
        except operations.NotEmpty:
            raise CommandError(
                "There are accounts or cases already. The demonstration is made in an empty installation only: "
                "set HUIYIN_VAR (and DATABASE_URL, if it is set) to a new place."
            ) from None
        seconds = time.perf_counter() - begin
        self.stdout.write(f"{made.cases} cases, {made.acts} acts, {made.events} events in {seconds:.1f} s.")
        self.stdout.write("\n".join(account_lines()))

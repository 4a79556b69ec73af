"""`huiyin verify-log`: is everything as it was written?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.cases.models import Case, CaseEvent, DailyRoot
from huiyin.cases.sealing import verify


class Command(BaseCommand):
    """Names every changed or missing event and daily root."""

    help = "Check the log of events against its hash chains and daily roots; name what was changed or is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", metavar="NUMBER", help="one case only, by number or id")

    def handle(self, *args: Any, case: str | None, **options: Any) -> None:
        chosen = None
        if case is not None:
            found = Case.objects.filter(number=case).values_list("id", flat=True).first()
            chosen = [found or case]
            if found is None and not CaseEvent.objects.filter(case_id=case).exists():
                raise CommandError(f"There is no case {case}.")
        flaws = 0
        for flaw in verify(chosen):
            flaws += 1
            self.stdout.write(str(flaw))
        events = CaseEvent.objects.all() if chosen is None else CaseEvent.objects.filter(case_id__in=chosen)
        roots = DailyRoot.objects.count()
        self.stdout.write(f"{events.count()} events, {roots} daily roots checked: {flaws} flaws.")
        if flaws:
            raise SystemExit(1)

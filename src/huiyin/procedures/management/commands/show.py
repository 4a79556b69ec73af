"""`huiyin show PACK`: the annotated regulation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.procedures import folders
from huiyin_engine.show import lines


class Command(BaseCommand):
    """Prints clause by clause what the system does. Needs no database."""

    help = (
        "Print a regulation clause by clause: our words, its rules, what the system does for it, where that comes from."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", metavar="PACK", help="id or folder")
        parser.add_argument("--language", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, pack: str, language: str, **options: Any) -> None:
        folder = folders.find_folder(pack)
        if folder is None:
            raise CommandError(f"There is no pack {pack}. `huiyin packs` lists them.")
        loaded = folders.load_folder(folder)
        if loaded.pack is None:
            for finding in loaded.findings:
                self.stderr.write(finding.in_language(language))
            raise SystemExit(1)
        for line in lines(loaded.pack, language):
            self.stdout.write(line)

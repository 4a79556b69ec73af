"""`huiyin check-pack PATH`: what is wrong with a pack, before it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.procedures import folders


class Command(BaseCommand):
    """Reads and compiles a folder. Needs no database."""

    help = "Check a pack folder: every finding with file, line, clause, what is wrong and the way out. Exits 1 if any."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="folder with a pack.yaml, or the id of a pack at hand")
        parser.add_argument("--language", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, path: Path, language: str, **options: Any) -> None:
        folder = path if path.is_dir() else folders.find_folder(str(path))
        if folder is None:
            raise CommandError(f"There is no folder {path}.")
        beside = folder.resolve().parent / folders.LIBRARY
        library = beside if beside.is_dir() else settings.PACKS_DIR / folders.LIBRARY
        loaded = folders.load_folder(folder.resolve(), library)
        for finding in loaded.findings:
            self.stdout.write(finding.in_language(language))
        if loaded.pack is None:
            raise SystemExit(1)
        self.stdout.write(f"{loaded.pack.id} {loaded.pack.version}: {loaded.pack.title.in_language(language)}")

"""`huiyin generate-docs`: what is written by the program about itself: the pack reference and the JSON Schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin_engine.json_schema import schema_files
from huiyin_engine.language.reference import reference

ROOT = Path(__file__).resolve().parents[5]


def generated() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    files = {ROOT / "docs" / "generated" / Path(name).name: text for name, text in schema_files().items()}
    return {**files, ROOT / "docs" / "packs" / "reference.md": reference()}


class Command(BaseCommand):
    """Writes the generated documents, or says which are out of date. Needs no database."""

    help = "Write the pack reference and the JSON Schemas; with --check, say which are out of date (exit 1)."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = []
        for path, text in generated().items():
            if path.is_file() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(path.relative_to(ROOT))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"written: {path.relative_to(ROOT)}")
        if check and stale:
            raise CommandError(f"out of date: {', '.join(map(str, stale))}; run `huiyin generate-docs`")

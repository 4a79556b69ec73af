"""`huiyin packs`: which regulations there are."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from huiyin.procedures import folders


class Command(BaseCommand):
    """Lists the packs folder. Needs no database."""

    help = "List the packs: id, version, title, case types, acts, obligations. Exits 1 if one is broken."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=["zh", "en"], default="zh", help="language of titles")

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        broken = 0
        for loaded in folders.load_all():
            pack = loaded.pack
            if pack is None:
                broken += 1
                self.stdout.write(f"{loaded.files.folder}: {len(loaded.findings)} findings")
                for finding in loaded.findings:
                    self.stdout.write(f"    {finding.in_language(language)}")
                continue
            cases = ", ".join(case.name.in_language(language) for case in pack.cases.values())
            count = {
                "zh": f"行为 {len(pack.acts)}，时限义务 {len(pack.owes)}",
                "en": f"{len(pack.acts)} acts, {len(pack.owes)} obligations",
            }[language]
            self.stdout.write(f"{pack.id}  {pack.version}  {pack.title.in_language(language)}  [{cases}]  {count}")
        if broken:
            raise SystemExit(1)

"""`huiyin coverage`: are all numbered rules carried?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.procedures import folders
from huiyin_engine.coverage import coverage, rules_in_digest


class Command(BaseCommand):
    """Counts the rules of each pack. Needs no database."""

    help = "Count the numbered rules of packs: carried, outside, none stated, missing. Exits 1 if one is missing."
    requires_system_checks: list[str] = []  # noqa: RUF012 - as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("packs", nargs="*", metavar="PACK", help="ids or folders (default: all)")
        parser.add_argument(
            "--digests",
            type=Path,
            default=settings.BASE_DIR.parent / "shared" / "regulations",
            metavar="DIR",
            help="folder of the digests, ID-….md, whose rules are counted; without it the rules the packs name",
        )

    def handle(self, *args: Any, packs: list[str], digests: Path, **options: Any) -> None:
        wanted = folders.pack_folders()
        if packs:
            found_folders = {name: folders.find_folder(name) for name in packs}
            for name, folder in found_folders.items():
                if folder is None:
                    raise CommandError(f"There is no pack {name}. `huiyin packs` lists them.")
            wanted = [folder for folder in found_folders.values() if folder is not None]
        failed = not wanted
        for folder in wanted:
            loaded = folders.load_folder(folder)
            if loaded.pack is None:
                self.stdout.write(f"{loaded.files.folder}: {len(loaded.findings)} findings (huiyin check-pack)")
                failed = True
                continue
            pack = loaded.pack
            digest = next(iter(sorted(digests.glob(f"{pack.id}-*.md"))), None)
            expected = rules_in_digest(pack.id, digest.read_text(encoding="utf-8")) if digest else None
            found = coverage(pack, expected)
            against = "" if digest else " (against the rules the pack names)"
            self.stdout.write(
                f"{pack.id}: {found.expected} rules: {len(found.carried)} carried, {len(found.outside)} outside, "
                f"{len(found.silent)} none stated, {len(found.missing)} missing{against}"
            )
            for word, rules in (("missing", found.missing), ("not in the digest", found.unknown)):
                if rules:
                    self.stdout.write(f"    {word}: {' '.join(rules)}")
            failed = failed or bool(found.missing)
        if failed:
            raise SystemExit(1)

# ruff: noqa: N999 - the command is called so
"""`huiyin import FILE`: complaints of the past, from xlsx, csv or jsonl."""

from __future__ import annotations

import csv
import time
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from huiyin.common.dates import current_instant
from huiyin.intake.files import FileRefused, Row, digest_of, rows_of
from huiyin.intake.importing import Importer, Left
from huiyin.intake.mapping import MappingError, column_names, guess, override, plan_for, plans
from huiyin.intake.models import ImportRun
from huiyin.organisation.queries import adopted

LOOKED_AT = 50
SHOWN = 10
SECONDS_BETWEEN = 2.0


class Command(BaseCommand):
    """Shows how the columns are read, then takes the rows, and reports every row that was not taken."""

    help = "Import complaints from a file (xlsx, csv, jsonl, also .gz); columns are shown first; safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--pack", help=f"regulation to import under, one of {', '.join(plans())}; default: adopted")
        parser.add_argument(
            "--map", action="append", default=[], metavar="MEANING=COLUMN",
            help=f"say which column means what; meanings: {', '.join(column_names())}",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="live every row through, keep nothing")
        parser.add_argument("--resume", action="store_true", help="go on where a stopped run of the same file ended")
        parser.add_argument("--promise-days", type=int, help="working days promised to rows without a recorded answer")
        parser.add_argument("--report", type=Path, help="where the report goes; default var/import/…csv")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            self._import(file, options)
        except (FileRefused, MappingError) as refused:
            raise CommandError(str(refused)) from refused

    def _import(self, file: Path, options: dict[str, Any]) -> None:
        pack = options["pack"] or next((a.pack for a in adopted() if a.pack in plans()), None)
        if pack is None:
            raise CommandError(f"No regulation is adopted that rows can be imported under ({', '.join(plans())}).")
        plan = plan_for(pack)
        if options["promise_days"] is not None:
            if not 1 <= options["promise_days"] <= 250:
                raise CommandError("--promise-days must be 1 to 250.")
            plan = replace(plan, promise_days=options["promise_days"])
        seen = [row.cells for row in islice((r for r in rows_of(file) if isinstance(r, Row)), LOOKED_AT)]
        names = list(dict.fromkeys(name for cells in seen for name in cells))
        columns = override(guess(names), options["map"], names)
        self._show(columns, names, seen)
        if "content" not in columns and "title" not in columns:
            raise CommandError("No column holds the content. Say which with --map content=COLUMN.")
        digest, skip, run = digest_of(file), 0, None
        if not options["dry_run"]:
            stopped = ImportRun.objects.filter(file_digest=digest, pack=pack, finished_at=None).order_by("-pk").first()
            run = stopped if options["resume"] and stopped is not None else None
            run = run or ImportRun.objects.create(file_name=file.name[:200], file_digest=digest, pack=pack)
            skip = run.rows_done
        importer = Importer(plan, columns, current_instant(), file.name, dry_run=options["dry_run"])
        begin = last = time.perf_counter()
        taken, rows, left = 0, 0, list[Left]()
        for progress in importer.take(rows_of(file), run, skip):
            rows, taken = progress.rows, taken + progress.taken
            left += progress.left
            if time.perf_counter() - last > SECONDS_BETWEEN:
                last = time.perf_counter()
                self.stdout.write(f"  … {rows} rows, {taken} taken, {rows / (last - begin):,.0f} rows/s")
        if run is not None:
            run.finished_at = timezone.now()
            run.save(update_fields=["finished_at"])
        self._report(file, left, options["report"])
        seconds = time.perf_counter() - begin
        verb = "could be taken (dry run, nothing kept)" if options["dry_run"] else "taken"
        before = f" ({skip} done before)" if skip else ""
        self.stdout.write(f"{rows} rows{before}: {taken} {verb}, {rows - skip - taken} not taken, in {seconds:.1f} s.")

    def _show(self, columns: dict[str, str], names: list[str], seen: list[dict[str, str]]) -> None:
        self.stdout.write("Columns, as they are read (change with --map MEANING=COLUMN):")
        for meaning in column_names():
            column = columns.get(meaning)
            example = next((cells[column] for cells in seen if column and cells.get(column)), "")
            short = " ".join(example.split())
            self.stdout.write(f"  {meaning:<10} {column or '—':<12} {short[:40]}{'…' if len(short) > 40 else ''}")
        rest = [name for name in names if name not in columns.values()]
        if rest:
            self.stdout.write(f"  Added to the content: {', '.join(rest)}")

    def _report(self, file: Path, left: list[Left], target: Path | None) -> None:
        """Every row not taken, with the reason: into a file, and counted on the screen."""
        if not left:
            return
        folder = Path(settings.VAR_DIR) / "import"
        path = target or folder / f"{file.name.split('.')[0]}-{timezone.localtime():%Y%m%d-%H%M%S}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["行 row", "原因", "reason", "内容 content"])
            writer.writerows(
                [left_row.row, left_row.reason.zh, left_row.reason.en, left_row.beginning] for left_row in left
            )
        counted = Counter(_kind(left_row.reason.en) for left_row in left)
        for kind, count in counted.most_common():
            self.stdout.write(f"  {count:>6} × {kind}")
        for left_row in left[:SHOWN]:
            self.stdout.write(f"  row {left_row.row}: {left_row.reason.en}")
        more = f" (the first {SHOWN} of {len(left)} above)" if len(left) > SHOWN else ""
        self.stdout.write(f"Report of what was not taken: {path}{more}")


def _kind(reason: str) -> str:
    """The reason without the row, number or text it names."""
    for words in ("repeats row", "imported before", "a time that cannot be read", "a time in the future", "not JSON"):
        if reason.startswith(words):
            return words
    return reason

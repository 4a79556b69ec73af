"""Message catalogues: the `.po` files are kept, the `.mo` files Django reads are made from them here."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[1]


def catalogue_files() -> list[Path]:
    """Every `.po` file of ours."""
    return sorted(SOURCE.glob("*/locale/*/LC_MESSAGES/*.po"))


def compile_catalogues() -> list[Path]:
    """Compile every catalogue whose compiled form is missing or older; returns those written. Safe beside others."""
    written: list[Path] = []
    for source in catalogue_files():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parents[1].name)
        fresh = target.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)
        written.append(target)
    return written

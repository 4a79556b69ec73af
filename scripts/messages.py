"""Bring the message catalogues up to date: `python -m scripts.messages [APP …]`. Messages in the code are English.

Each app keeps its own catalogue; new messages are added to it untranslated, those no longer used are dropped. Needs no
gettext on the machine. Ends with 1 if a message has no translation.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "huiyin"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALLS = (
    (re.compile(rf"\bnpgettext\({_LITERAL},\s*{_LITERAL},\s*{_LITERAL}"), lambda c, one, many: ((one, many), c)),
    (re.compile(rf"\bngettext\({_LITERAL},\s*{_LITERAL}"), lambda one, many: ((one, many), None)),
    (re.compile(rf"\bpgettext\({_LITERAL},\s*{_LITERAL}"), lambda c, text: (text, c)),
    (re.compile(rf"(?:\bgettext|\b_)\({_LITERAL}"), lambda text: (text, None)),
)


class Message(NamedTuple):
    """One message: its text (or singular and plural) and the context that tells it from another alike."""

    text: str | tuple[str, str]
    context: str | None


def messages_in(path: Path) -> Iterator[Message]:
    """Every message of a Python file or template."""
    if path.suffix == ".py":
        for _line, text, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
            yield Message(tuple(text) if isinstance(text, tuple) else text, context)  # type: ignore[arg-type]
        return
    from django.utils.translation.template import templatize

    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for pattern, shape in _CALLS:
        for match in pattern.finditer(code):
            # templatize escapes the percent sign of a translated block, as Django's lookup does.
            text, context = shape(*(ast.literal_eval(group) for group in match.groups()))
            yield Message(text, context)


def app_messages(app: Path) -> set[Message]:
    """Every message of one app."""
    files = [p for p in app.rglob("*") if p.suffix in {".py", ".html", ".txt"} and "locale" not in p.parts]
    return {message for path in files for message in messages_in(path)}


def apps() -> list[Path]:
    """The apps, by folder."""
    return sorted(path.parent for path in SOURCE.glob("*/apps.py"))


def catalogue_path(app: Path) -> Path:
    """Where the Chinese catalogue of an app lies."""
    return app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def read_catalogue(app: Path) -> Catalog:
    """The Chinese catalogue of an app; an empty one if it has none yet."""
    path = catalogue_path(app)
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def untranslated(app: Path) -> list[Message]:
    """Messages of an app without a translation in its own or the common catalogue."""
    known = [read_catalogue(app), read_catalogue(SOURCE / "common")]

    def has(message: Message) -> bool:
        key = message.text if isinstance(message.text, str) else message.text[0]
        for catalogue in known:
            found = catalogue.get(key, message.context)
            strings = (found.string if isinstance(found.string, tuple | list) else [found.string]) if found else []
            if found and not found.fuzzy and strings and all(strings):
                return True
        return False

    return sorted((m for m in app_messages(app) if not has(m)), key=str)


def update(app: Path) -> None:
    """Write the catalogue of an app anew: kept translations, new messages empty, unused ones gone."""
    old, common = read_catalogue(app), read_catalogue(SOURCE / "common")
    new = Catalog(locale="zh_Hans", project="Huiyin", charset="utf-8", fuzzy=False)
    for message in sorted(app_messages(app), key=str):
        key = message.text if isinstance(message.text, str) else message.text[0]
        found = old.get(key, message.context)
        shared = common.get(key, message.context) if app.name != "common" else None
        if shared is not None and shared.string and (found is None or not found.string):
            continue
        new.add(message.text, found.string if found else None, context=message.context)
    path = catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, width=110, omit_header=False, sort_output=True, no_location=True)
    text = path.read_text(encoding="utf-8")
    header = re.sub(
        r'"(?:POT?-(?:Creation|Revision)-Date|PO-Revision-Date|Last-Translator|Generated-By|Report-Msgid-Bugs-To'
        r'|Language-Team|Project-Id-Version): [^"]*"\n',
        "",
        text,
    )
    path.write_text(re.sub(r"\A(?:#.*\n)+", "", header), encoding="utf-8")


def main(names: list[str]) -> int:
    """Update the catalogues (of the apps named, else of all) and name what is missing."""
    missing = 0
    for app in apps():
        if names and app.name not in names:
            continue
        update(app)
        for message in untranslated(app):
            missing += 1
            print(f"{app.name}: {message.text!r}" + (f" ({message.context})" if message.context else ""))
    print(f"{missing} messages without a translation")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The navigation as data: each app contributes its entries in `AppConfig.ready`, no page knows another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.common.access import may_open

Section = Literal["work", "registers", "regulation", "administration"]
SECTIONS: dict[Section, str | Promise] = {
    "work": _("Work"),
    "registers": _("Registers"),
    "regulation": _("Regulation"),
    "administration": _("Administration"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One entry: where it leads, who sees it (an access level), and where it stands (section, then order).

    `shortcut` is the key sequence that opens it, such as `n` or `g d`; the list of keys (`?`) shows it.
    """

    label: str | Promise
    url_name: str
    icon: str
    access: str
    section: Section = "work"
    order: int = 50
    shortcut: str = ""


class Shown(NamedTuple):
    """An entry as one page shows it."""

    entry: Entry
    url: str
    current: bool


class ShownSection(NamedTuple):
    """A section with at least one entry."""

    label: str | Promise
    entries: tuple[Shown, ...]


_entries: dict[str, Entry] = {}
_search: list[tuple[str, str]] = []


def register(entry: Entry) -> None:
    """Add an entry. Two entries for one address, or with one shortcut, are a mistake."""
    if _entries.setdefault(entry.url_name, entry) != entry:
        raise ImproperlyConfigured(f"Two navigation entries lead to {entry.url_name!r}.")
    keys = [e.shortcut for e in _entries.values() if e.shortcut]
    if len(keys) != len(set(keys)):
        raise ImproperlyConfigured(f"The shortcut {entry.shortcut!r} is taken.")


def register_search(url_name: str, access: str) -> None:
    """Name the page that the search box of the header asks, with the words as `q`, and its access. One app does it."""
    if _search and _search != [(url_name, access)]:
        raise ImproperlyConfigured("Two apps want to answer the search box.")
    _search[:] = [(url_name, access)]


def search_url(request: HttpRequest) -> str:
    """Where the search box leads; nothing if no app answers it, or not the one who asks."""
    return next((reverse(name) for name, access in _search if may_open(request, access)), "")


def entries() -> list[Entry]:
    """Every entry in the order of sections and places."""
    order = list(SECTIONS)
    return sorted(_entries.values(), key=lambda e: (order.index(e.section), e.order, e.url_name))


def sections_for(request: HttpRequest) -> list[ShownSection]:
    """What the one who asks may open, by section; the entry nearest to the page he is on is marked."""
    allowed = [(entry, reverse(entry.url_name)) for entry in entries() if may_open(request, entry.access)]
    here = [url for _entry, url in allowed if request.path == url or (url != "/" and request.path.startswith(url))]
    current = max(here, key=len, default=None)
    shown: list[ShownSection] = []
    for section, label in SECTIONS.items():
        found = tuple(Shown(e, url, url == current) for e, url in allowed if e.section == section)
        if found:
            shown.append(ShownSection(label, found))
    return shown

"""Walks the forms of a page and sends each of them what no form expects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

POISONS: dict[str, str] = {
    "empty": "",
    "blank": " \t ",
    "long line": "长" * 3_000,
    "long text": "很长的文字 " * 30_000,
    "NUL": "前\x00后",
    "emoji": "😀👨‍👩‍👧‍👦🇨🇳",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'",
    "template": "{{ 7|add:7 }} {% now 'Y' %} {0} {name} %s %(name)s",
    "sql": "'; DROP TABLE cases_case; --",
    "direction": "abc\u202egpj.exe\u200b\ufeff",
    "negative": "-1",
    "not finite": "NaN",
    "endless": "Infinity",
    "exponent": "1e999999",
    "great number": "9" * 25,
    "digits": "9" * 6_000,
    "superscript": "²",
    "no such day": "2月30日",
    "no such date": "2025-02-30",
    "last year": "9999-12-31 23:59",
    "first year": "0001-01-01",
    "past": "1990年1月1日 09:00",
    "no such hour": "明天 25:61",
    "path": "../../etc/passwd",
    "list": "[[],{}]",
}
"""What is typed, by what is wrong with it."""


@dataclass(slots=True)
class FoundForm:
    """A form of a page: where it goes, how, its controls and what they hold; `offers` are the values of choices."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    offers: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.forms: list[FoundForm] = []
        self.links: set[str] = set()
        self._open: FoundForm | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "a" and given.get("href"):
            self.links.add(urljoin(self.base, given["href"]).split("#")[0])
        if tag == "form" and given.get("method") != "dialog":
            self._open = FoundForm(
                urljoin(self.base, given.get("action") or self.base), given.get("method", "get").lower()
            )
            self.forms.append(self._open)
        if self._open is None:
            return
        if given.get("hx-post"):
            self._open.targets.add(urljoin(self.base, given["hx-post"]))
        if not name:
            return
        if tag == "input":
            self._input(name, given)
        elif tag == "button":
            self._open.offers.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self._open.fields.setdefault(name, "")
        elif tag == "select":
            self._select = name
            self._open.fields.setdefault(name, "")

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self._open is not None
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind == "file":
            self._open.files.append(name)
        elif kind in ("radio", "checkbox"):
            value = given.get("value", "on")
            self._open.offers.setdefault(name, []).append(value)
            if "checked" in given:
                self._open.fields[name] = value
            else:
                self._open.fields.setdefault(name, "")
        elif kind not in ("submit", "button", "reset"):
            self._open.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._area and self._open is not None:
            self._open.fields[self._area] += data


class _Options(HTMLParser):
    """The values of the options of every select, by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "select":
            self._select = given.get("name") or ""
        elif tag == "option" and self._select and given.get("value"):
            self.found.setdefault(self._select, []).append(given["value"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def read(html: str, base: str) -> tuple[list[FoundForm], set[str]]:
    """The forms of a page, and the addresses it leads to."""
    reader, options = _Reader(base), _Options()
    reader.feed(html)
    options.feed(html)
    for form in reader.forms:
        for name, values in options.found.items():
            if name in form.fields:
                form.offers.setdefault(name, []).extend(values)
    return reader.forms, reader.links


def untouched(form: FoundForm) -> dict[str, str]:
    """What a browser sends if nobody touches the form: a choice not made is not sent."""
    return {name: value for name, value in form.fields.items() if value or name not in form.offers}


def likely(form: FoundForm) -> dict[str, str]:
    """What somebody might send who fills in everything."""
    return {
        name: value or next((one for one in form.offers.get(name, ()) if one), "") or _guess(name)
        for name, value in form.fields.items()
    }


def _guess(name: str) -> str:
    if name.endswith("_at") or "date" in name or name in ("since", "until"):
        return "2099-03-12"
    if "mail" in name:
        return "someone@example.org"
    return "" if name in ("at-when", "at-why", "homepage", "next") else "一些文字"


def poisoned(form: FoundForm) -> Iterator[tuple[str, dict[str, str]]]:
    """
    What is sent, beside a word for it: every poison in all fields at once, then every field for itself among likely
    ones, with two of the poisons in turn.
    """
    kept = {"csrfmiddlewaretoken", "token"}
    names = [name for name in form.fields if name not in kept]
    for word, poison in POISONS.items():
        yield f"all: {word}", {**form.fields, **dict.fromkeys(names, poison)}
    yield "untouched", untouched(form)
    yield "nothing", {name: form.fields[name] for name in form.fields if name in kept}
    words = list(POISONS)
    for place, name in enumerate(names):
        for word in (words[(place * 7 + step * 5) % len(words)] for step in range(2)):
            yield f"{name}: {word}", {**likely(form), name: POISONS[word]}

"""From columns to what a row says, and from there to the acts of a regulation. Both are data: see `mappings/`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from huiyin.cases.chain import canonical
from huiyin.intake.cleaning import instant_in
from huiyin_engine.texts import Text

FOLDER = Path(__file__).parent / "mappings"
COLUMNS_FILE = "columns.yaml"
_NOT_LETTERS = re.compile(r"[\s_\-()（）:：]+")


class MappingError(ValueError):
    """A mapping that cannot be used; the message says why."""


class Step(NamedTuple):
    """An act of a row's life."""

    act: str
    by: str
    at: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of a file become cases under a pack."""

    pack: str
    promise_days: int
    missing: Mapping[str, str]
    choose: Mapping[str, Mapping[str, Any]]
    life: tuple[Step, ...]
    answered: tuple[Step, ...]


class Said(NamedTuple):
    """What a row says, whatever its columns were called. Instants are civil; empty is "" or None."""

    number: str
    customer: str
    phone: str
    title: str
    content: str
    received: int | None
    answer: str
    answered: int | None
    others: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """Title, content, and the columns nobody asked for, so that nothing of a row is lost."""
        rest = "\n".join(f"{name}：{value}" for name, value in self.others)
        title = "" if self.content.startswith(self.title) else self.title
        return "\n".join(part for part in (title, self.content, rest) if part)

    @property
    def digest(self) -> str:
        """One row, one digest, in whatever file it stands."""
        return sha256(
            canonical([self.number, self.customer, self.title, self.content, self.received]).encode()
        ).hexdigest()


@cache
def column_names() -> dict[str, list[str]]:
    """What columns are usually called, by what they mean."""
    found: dict[str, list[str]] = _yaml(FOLDER / COLUMNS_FILE)
    return found


def plans() -> list[str]:
    """The packs that rows can be imported under."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml") if path.name != COLUMNS_FILE)


def plan_for(pack: str) -> Plan:
    """The plan for a pack. Raises MappingError if there is none."""
    path = FOLDER / f"{pack}.yaml"
    if pack not in plans():
        raise MappingError(f"no mapping for {pack}; there are: {', '.join(plans())}")
    data = _yaml(path)
    return Plan(
        pack=data["pack"],
        promise_days=int(data["promise working days"]),
        missing=data.get("missing", {}),
        choose=data.get("choose", {}),
        life=tuple(Step(s["act"], s["by"], s["at"], s.get("with", {})) for s in data["life"]),
        answered=tuple(Step(s["act"], s["by"], s["at"], s.get("with", {})) for s in data.get("answered", ())),
    )


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Meaning → column, by the names columns usually have; the earlier name wins, a column is used once."""
    plain = {_plain(column): column for column in columns}
    found: dict[str, str] = {}
    for meaning, names in column_names().items():
        for name in names:
            column = plain.get(_plain(name))
            if column is not None and column not in found.values():
                found[meaning] = column
                break
    return found


def override(guessed: Mapping[str, str], wishes: Iterable[str], columns: Iterable[str]) -> dict[str, str]:
    """The mapping with wishes like `customer=姓名` (or `phone=` for none). Raises MappingError for what is unknown."""
    found, known = dict(guessed), list(columns)
    for wish in wishes:
        meaning, sign, column = wish.partition("=")
        if not sign or meaning not in column_names():
            raise MappingError(f"--map wants MEANING=COLUMN with one of {', '.join(column_names())}; got {wish!r}")
        if column and column not in known:
            raise MappingError(f"the file has no column {column!r}; it has: {', '.join(known)}")
        found = {m: c for m, c in found.items() if m != meaning and c != column}
        if column:
            found[meaning] = column
    return found


def read(cells: Mapping[str, str], columns: Mapping[str, str], now: int) -> Said | Text:
    """What a row says, or why it cannot be taken."""
    told = {meaning: cells.get(column, "") for meaning, column in columns.items()}
    others = tuple((name, value) for name, value in cells.items() if name not in columns.values())
    times: dict[str, int | None] = {}
    for meaning in ("received", "answered"):
        text = told.get(meaning, "")
        times[meaning] = instant_in(text) if text else None
        if text and times[meaning] is None:
            return Text(f"时间看不懂：{text}", f"a time that cannot be read: {text}")
        if (instant := times[meaning]) is not None and instant > now:
            return Text(f"时间在将来：{text}", f"a time in the future: {text}")
    if times["answered"] is not None and times["received"] is not None and times["answered"] < times["received"]:
        return Text("答复早于来件", "answered before it was received")
    title, content = told.get("title", ""), told.get("content", "")
    if not title and not content:
        return Text("没有内容", "there is no content")
    return Said(
        told.get("number", ""), told.get("customer", ""), told.get("phone", ""), title, content,
        times["received"], told.get("answer", ""), times["answered"], others,
    )  # fmt: skip


def _plain(name: str) -> str:
    return _NOT_LETTERS.sub("", name).lower()


def _yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))

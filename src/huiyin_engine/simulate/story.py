"""The story of a simulation, read from YAML: pools of texts, topics, paths of cases, habits of duty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from huiyin_engine.language.yaml_nodes import Map, Scalar, Tree, read_yaml

Raw: TypeAlias = Any
"""A value as written: text, a list of them, or weights by value ({phone: 3, fax: 1})."""

UNITS = {"m": 60, "h": 3600, "d": 86400}
WORKING_DAY = 9 * 3600
"""Seconds that a `d` of working time stands for."""
_SPAN = re.compile(r"(-?\d+(?:\.\d+)?)([mhd])")


class StoryError(ValueError):
    """The story cannot be read; the message names what and where."""


class Span(NamedTuple):
    """Between two lengths of time, in seconds."""

    low: int
    high: int


class When(NamedTuple):
    """When a step is taken: `kind` is working (working time since the step before), clock (plain time), due (measured
    from the due instant of the obligation `owe`), or missed (after that obligation was missed)."""

    kind: str
    span: Span
    owe: str = ""


class Step(NamedTuple):
    """One act of a path: who does it, when, with what. `chance` is how likely it is taken at all."""

    act: str
    by: str
    when: When
    inputs: Mapping[str, Raw]
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Path:
    """A way a case can go. `hours` says when it begins: office or any. `topics` limits what it is about."""

    id: str
    steps: tuple[Step, ...]
    weight: float = 0.0
    hours: str = "office"
    topics: tuple[str, ...] = ()
    pools: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Topic(NamedTuple):
    """What a case is about: its weight, by month (1-12) more or less of it, and the texts it brings."""

    id: str
    weight: float
    months: Mapping[int, float]
    pools: Mapping[str, tuple[str, ...]]


class Habit(NamedTuple):
    """How an obligation is attended to when it opens: `act` by one of its bearers, or a `path` taken from there.

    `spawn` opens as many cases on one of its paths as the input `counted` says."""

    owe: str
    act: str
    path: str
    when: When
    inputs: Mapping[str, Raw]
    chance: float
    counted: str = ""
    spawn: tuple[str, ...] = ()


class Opening(NamedTuple):
    """A case opened at a fixed place of the story, counted in days from its beginning (or, negative, from its end)."""

    path: str
    days: int
    time: str
    inputs: Mapping[str, Raw]
    steps: int
    object: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything a simulation needs beside the world, the time and the seed."""

    pack: str
    per_year: float
    months: Mapping[int, float]
    pools: Mapping[str, tuple[str, ...]]
    topics: tuple[Topic, ...]
    paths: Mapping[str, Path]
    habits: tuple[Habit, ...]
    openings: tuple[Opening, ...]


def read_story(text: str, file: str) -> Story:
    """Read a story. Raises StoryError, naming file and what is wrong."""
    tree, findings = read_yaml(text, file)
    if tree is None or findings or not isinstance(tree, Map):
        said = "; ".join(f.text.en for f in findings) or "the story must be a mapping"
        raise StoryError(f"{file}: {said}")
    data = _plain(tree)
    try:
        return Story(
            pack=data["pack"],
            per_year=float(data["per year"]),
            months=_months(data.get("months", {})),
            pools=_pools(data["pools"]),
            topics=tuple(_topic(name, body) for name, body in data["topics"].items()),
            paths={name: _path(name, body) for name, body in data["paths"].items()},
            habits=tuple(_habit(body) for body in data.get("habits", ())),
            openings=tuple(_opening(body) for body in data.get("openings", ())),
        )
    except (KeyError, TypeError, AttributeError) as missing:
        raise StoryError(f"{file}: {missing} is missing or of the wrong shape") from missing


def read_when(data: Mapping[str, Raw]) -> When:
    """When, from {after: 1h..2d}, {clock: 1d..3d}, {due: owe -5h..-1h} or {missed: owe 1h..3h}; at once without any."""
    for kind in ("after", "clock", "due", "missed"):
        if kind not in data:
            continue
        words = str(data[kind]).split()
        owe = words.pop(0) if kind in ("due", "missed") else ""
        return When("working" if kind == "after" else kind, _span(" ".join(words), kind == "after"), owe)
    return When("working", Span(60, 600))


def _span(text: str, working: bool) -> Span:
    ends = []
    for part in text.split(".."):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise StoryError(f"not a span of time like 20m..3h or 1d..4d: {text!r}")
        unit = WORKING_DAY if working and match[2] == "d" else UNITS[match[2]]
        ends.append(int(float(match[1]) * unit))
    return Span(ends[0], ends[-1])


def _plain(tree: Tree) -> Any:
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Map):
        return {key: _plain(value) for key, value in tree.items.items()}
    return [_plain(item) for item in tree.items]


def _months(data: Mapping[str, str]) -> dict[int, float]:
    return {int(month): float(weight) for month, weight in data.items()}


def _pools(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(texts) if isinstance(texts, list) else (str(texts),) for name, texts in data.items()}


def _topic(name: str, body: Mapping[str, Any]) -> Topic:
    own = {key: value for key, value in body.items() if key not in ("weight", "months")}
    return Topic(name, float(body.get("weight", 1)), _months(body.get("months", {})), _pools(own))


def _path(name: str, body: Mapping[str, Any]) -> Path:
    return Path(
        id=name,
        steps=tuple(_step(step) for step in body["steps"]),
        weight=float(body.get("weight", 0)),
        hours=body.get("hours", "office"),
        topics=tuple(body.get("topics", ())),
        pools=_pools(body.get("pools", {})),
    )


def _step(data: Mapping[str, Any]) -> Step:
    return Step(data["act"], data.get("by", ""), read_when(data), data.get("with", {}), float(data.get("chance", 1)))


def _habit(data: Mapping[str, Any]) -> Habit:
    return Habit(
        data["owe"], data.get("act", ""), data.get("path", ""), read_when(data), data.get("with", {}),
        float(data.get("chance", 1)), data.get("counted", ""), tuple(data.get("spawn", ())),
    )  # fmt: skip


def _opening(data: Mapping[str, Any]) -> Opening:
    return Opening(
        data["path"], int(data.get("day", 0)), data.get("time", "09:00"), data.get("with", {}),
        int(data.get("steps", 0)), data.get("object", ""),
    )  # fmt: skip

"""What assertions work with: the case they look at, the failures they collect, and naming things of the pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from huiyin_engine import instants
from huiyin_engine.language.pack import Pack
from huiyin_engine.language.runtime import Env
from huiyin_engine.language.yaml_nodes import Tree
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import CaseState, Obligation
from huiyin_engine.testing.scenarios import ActStep
from huiyin_engine.testing.store import Store
from huiyin_engine.testing.story import story
from huiyin_engine.testing.values import Fault, none
from huiyin_engine.texts import Text


class Failure(NamedTuple):
    """Something did not hold: where it is written, what was expected, what held, and the story of the case."""

    file: str
    line: int
    what: Text
    expected: str
    held: str
    story: tuple[Text, ...] = ()

    def in_language(self, language: str) -> str:
        """Several lines: place and assertion, expected, held, story."""
        zh = language.startswith("zh")
        lines = [f"{self.file}:{self.line} {self.what.in_language(language)}"]
        if self.expected or self.held:
            lines.append(f"  {'应为' if zh else 'expected'}: {self.expected}")
            lines.append(f"  {'实为' if zh else 'held    '}: {self.held}")
        if self.story:
            lines.append(f"  {'经过' if zh else 'story'}:")
            lines += [f"    {line.in_language(language)}" for line in self.story]
        return "\n".join(lines)


@dataclass(slots=True)
class Check:
    """One `then` block at work on one case at the instant `now`.

    `attempt` decides an act without keeping it; `names` gives case ids by alias.
    """

    file: str
    pack: Pack
    store: Store
    now: int
    names: Mapping[str, str]
    attempt: Callable[[ActStep, str | None], Any]
    case_id: str | None = None
    failures: list[Failure] = field(default_factory=list)

    @property
    def case(self) -> CaseState:
        """The case looked at. Raises Fault while there is none."""
        if self.case_id is None or self.case_id not in self.store.cases():
            raise Fault(0, "还没有这件事项", "there is no such case yet")
        return self.store.state(self.case_id)

    @property
    def world(self) -> World:
        return self.store.world()

    def env(self, at: int | None = None) -> Env:
        """What a sentence looks at when it is asked now."""
        return Env(self.world, self.pack, self.now if at is None else at)

    def fail(self, line: int, what: Text, expected: object = "", held: object = "") -> None:
        """Note a failure, with the story of the case unless an earlier failure has told it already."""
        lines: tuple[Text, ...] = ()
        if self.case_id is not None and self.case_id in self.store.cases():
            lines = tuple(story(self.store.entries(self.case_id), self.pack, self.world.directory))
            if any(failure.story == lines for failure in self.failures):
                lines = ()
        self.failures.append(Failure(self.file, line, what, str(expected), str(held), lines))

    def equal(self, line: int, zh: str, en: str, expected: Any, held: Any) -> None:
        """Note a failure unless both are the same."""
        if expected != held:
            self.fail(line, Text(zh, en), expected, held)

    def instants_equal(self, line: int, zh: str, en: str, expected: int | None, held: int | None) -> None:
        """The same for instants, written as people read them."""
        if expected != held:
            self.fail(line, Text(zh, en), when(expected), when(held))

    def contains(self, line: int, zh: str, en: str, part: str, texts: Iterable[Text]) -> None:
        """Note a failure unless one of the texts has the part, in either language."""
        listed = list(texts)
        if not any(part in t.zh or part in t.en for t in listed):
            self.fail(line, Text(zh, en), f"… {part} …", " | ".join(f"{t.zh} / {t.en}" for t in listed) or "-")

    def known(self, tree: Tree, name: str, among: Iterable[str], zh: str, en: str) -> str:
        """The name, if the pack has it. Raises Fault."""
        listed = list(among)
        if name not in listed:
            raise Fault(
                tree.line,
                f"没有{zh} {name}，可用：{'、'.join(listed)}",
                f"no {en} {name}; there are: {', '.join(listed)}",
            )
        return name

    def instances(self, tree: Tree, owe: str, row: str | None = None) -> list[Obligation]:
        """All instances of an obligation on the case, in the order opened. Raises Fault for an unknown one."""
        self.known(tree, owe, [*self.pack.owes, "hand_over_record", "review_record"], "时限义务", "obligation")
        return [o for o in self.case.obligations.values() if o.owe == owe and (row is None or o.row == row)]


def when(at: int | None) -> str:
    """An instant for a message."""
    return "none" if at is None else instants.format_instant(at)


def instant_or_none(tree: Tree, bare: str = "18:00") -> int | None:
    """An instant, or the word none. A bare day is 18:00 of it. Raises Fault."""
    from huiyin_engine.testing.values import instant

    return None if none(tree) else instant(tree, bare)

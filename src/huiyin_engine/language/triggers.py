"""What sets an element going: an act, the opening or closing of the case, a breach, a condition that becomes yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huiyin_engine.language.loading import RawElement
from huiyin_engine.language.pack import Trigger
from huiyin_engine.language.yaml_nodes import Scalar, Seq
from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.language.building import Builder

BECOMES = " becomes yes"


def read_triggers(b: Builder, element: RawElement, key: str) -> tuple[Trigger, ...]:
    """One trigger or a list; bare act names may be joined by commas."""
    tree = element.body.get(key)
    if tree is None:
        return ()
    items = tree.items if isinstance(tree, Seq) else (tree,)
    found: list[Trigger] = []
    for item in items:
        if not isinstance(item, Scalar):
            b.reader.shape(element.source.file, item.line, "act, missed X, … becomes yes", element.source.clause)
            continue
        text = item.value.strip()
        if text.endswith(BECOMES):
            condition = b.compile(element, text.removesuffix(BECOMES), item.line, "yes/no")
            if condition:
                found.append(Trigger("becomes", text.removesuffix(BECOMES), None, condition))
            continue
        parts = [part.strip() for part in text.split(",")]
        found += [t for t in (_one(b, element, part, item.line) for part in parts) if t]
    return tuple(found)


def _one(b: Builder, element: RawElement, text: str, line: int) -> Trigger | None:
    words = text.split()
    scope = b.scope
    if text in ("opened", "closed"):
        return Trigger(text, text)
    if len(words) == 1 and text in scope.acts:
        return Trigger("act", text)
    if words[0] in ("missed", "met") and len(words) in (2, 4) and words[1] in scope.owes:
        number = int(words[3]) if len(words) == 4 and words[3].isdigit() else None
        return Trigger(words[0], words[1], number)
    if len(words) == 2 and words[0] == "crossed" and words[1] in scope.measures:
        return Trigger("crossed", words[1])
    if len(words) == 2 and words[1] == "changes" and words[0] in scope.facts:
        return Trigger("changes", words[0])
    if len(words) == 2 and words[0] == "row" and words[1] in scope.rows:
        return Trigger("row", words[1])
    b.problem(
        element,
        "trigger_unknown",
        Text(f"“{text}”不是可识别的起因", f"'{text}' sets nothing going"),
        Text(
            "写行为名、opened、closed、missed X、met X、… becomes yes",
            "an act, opened, closed, missed X, met X, … becomes yes",
        ),
        line,
    )
    return None

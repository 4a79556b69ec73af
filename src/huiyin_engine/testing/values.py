"""Values of a scenario: typed by what the pack declares, and shown as people write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from huiyin_engine import instants
from huiyin_engine.language.compiling import FactType
from huiyin_engine.language.pack import ActRule, Fact, Pack
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.model.state import CaseState

END_OF_DAY = "18:00"


class Fault(ValueError):  # noqa: N818 -- a fault of the scenario, not of the program
    """Something a scenario names does not exist or cannot be read; `line` says where."""

    def __init__(self, line: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.line, self.zh, self.en = line, zh, en


def word(tree: Tree) -> str:
    """The text of a scalar. Raises Fault for a list or map."""
    if not isinstance(tree, Scalar):
        raise Fault(tree.line, "这里要写一个词", "one word is wanted here")
    return tree.value.strip()


def words(tree: Tree | None) -> tuple[str, ...]:
    """Names by comma, space or as a list; the single word none is the empty list."""
    if tree is None:
        return ()
    if isinstance(tree, Seq):
        return tuple(word(t) for t in tree.items)
    found = tuple(word(tree).replace("，", " ").replace(",", " ").replace("、", " ").split())
    return () if found == ("none",) else found


def whole_number(tree: Tree) -> int:
    """A whole number. Raises Fault."""
    text = word(tree)
    if not text.isdigit():
        raise Fault(tree.line, f"“{text}”不是整数", f"'{text}' is no whole number")
    return int(text)


def yes(tree: Tree) -> bool:
    """yes or no. Raises Fault."""
    text = word(tree)
    if text not in ("yes", "no"):
        raise Fault(tree.line, f"应写 yes 或 no，不是“{text}”", f"yes or no is wanted, not '{text}'")
    return text == "yes"


def instant(tree: Tree, bare: str | None = END_OF_DAY) -> int:
    """An instant; a bare day ends at 18:00 (CR-15) unless told otherwise. Raises Fault."""
    text = word(tree)
    try:
        return instants.parse_instant(text, time_of_bare_day=bare)
    except ValueError:
        raise Fault(tree.line, f"“{text}”不是时刻", f"'{text}' is no instant") from None


def typed(tree: Tree, kind: FactType, ends: str | None, pack: Pack) -> Any:
    """A value of a fact, parameter or row field as the engine holds it.

    What is no value of the type is handed on as text: it is the engine that must refuse it.
    """
    if kind.several:
        items = tree.items if isinstance(tree, Seq) else (tree,)
        return tuple(_one(t, kind, ends, pack) for t in items)
    return _one(tree, kind, ends, pack)


def _one(tree: Tree, kind: FactType, ends: str | None, pack: Pack) -> Any:
    text = word(tree)
    try:
        match kind.type:
            case "yes/no":
                return {"yes": True, "no": False, "是": True, "否": False}.get(text, text)
            case "number":
                return Decimal(text) if "." in text else int(text)
            case "money":
                return Decimal(text.replace(",", ""))
            case "share":
                return Decimal(text.rstrip("% ")) / 100 if text.endswith("%") else Decimal(text)
            case "instant":
                return instants.parse_instant(text, time_of_bare_day=ends or END_OF_DAY)
            case "date":
                return instants.parse_instant(text, time_of_bare_day="00:00")
            case "month":
                return instants.parse_instant(f"{text}-01", time_of_bare_day="00:00")
    except (ValueError, InvalidOperation):
        return text
    return text


def inputs_of(tree: Map | None, rule: ActRule | None, pack: Pack) -> dict[str, Any]:
    """What an act brings, each value typed by the row field or fact of that name."""
    found: dict[str, Any] = {}
    for name, value in tree.items.items() if tree is not None else ():
        declared = declared_fact(name, rule, pack)
        if declared is None:
            found[name] = value.value if isinstance(value, Scalar) else words(value)
        else:
            found[name] = typed(value, declared.type, declared.ends, pack)
    return found


def declared_fact(name: str, rule: ActRule | None, pack: Pack) -> Fact | None:
    """The field of the act's row, or the fact, or None."""
    fields = pack.rows.get(rule.on, {}) if rule is not None and rule.on else {}
    return fields.get(name) or pack.facts.get(name)


def row_key(tree: Tree, kind: str, case: CaseState, pack: Pack) -> str:
    """The key of the one row meant: its key, a value that only it has, or {field: value} that only it fits."""
    rows = case.rows.get(kind, {})
    if isinstance(tree, Scalar):
        if tree.value in rows:
            return tree.value
        fits = [k for k, fields in rows.items() if any(written(v) == tree.value for v in fields.values())]
    elif isinstance(tree, Map):
        fits = [k for k, fields in rows.items() if row_fits(tree, kind, fields, pack)]
    else:
        fits = []
    if len(fits) != 1:
        raise Fault(tree.line, f"{kind} 中有{len(fits)}行符合", f"{len(fits)} rows of {kind} fit")
    return fits[0]


def row_fits(tree: Map, kind: str, fields: Any, pack: Pack) -> bool:
    """Has the row every value the map names? Raises Fault for a field it cannot have."""
    declared = pack.rows.get(kind, {})
    for name, value in tree.items.items():
        if name not in declared:
            raise Fault(value.line, f"{kind} 没有栏目 {name}", f"{kind} has no field {name}")
        wanted = None if none(value) else typed(value, declared[name].type, declared[name].ends, pack)
        if not same_value(fields.get(name), wanted):
            return False
    return True


def none(tree: Tree) -> bool:
    """Is it the word none: nothing, unknown?"""
    return isinstance(tree, Scalar) and tree.value == "none"


def same_value(held: Any, wanted: Any) -> bool:
    """Equal; a row may hold the selector of the person or post it was given (see `written`)."""
    return held == wanted or (isinstance(held, tuple) and isinstance(wanted, str) and written(held) == wanted)


def written(value: Any) -> str:
    """A value without its type: as it stands in the scenario, for comparing and for messages."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and len(value) == 2 and value[0] == "person":
        return str(value[1])
    if isinstance(value, tuple) and len(value) == 3 and value[0] == "post":
        return f"{value[1]} for {value[2]}" if value[2] else str(value[1])
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(written(v) for v in value)
    return str(value)


def shown(value: Any, kind: FactType | None) -> str:
    """A value for a message, instants as people read them."""
    if value is not None and kind is not None and kind.type in ("instant", "date", "month") and isinstance(value, int):
        return instants.format_instant(value)
    return written(value)

"""One builder per kind of element: from a checked mapping to a compiled rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from huiyin_engine import instants
from huiyin_engine.language import pack as p
from huiyin_engine.language.compiling import FactType, Scope, Sentence
from huiyin_engine.language.loading import RawElement
from huiyin_engine.language.sentences import SentenceError
from huiyin_engine.language.triggers import read_triggers
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.language.building import Builder

ACTOR = {"actor": ("x.actor", "person"), "now": ("x.at", "instant")}
LIMIT = {"start": ("x.start", "instant"), "now": ("x.at", "instant")}
PERIOD = {"period_start": ("x.period_start", "instant"), "period_end": ("x.period_end", "instant")}
UNITS = {"day": "day", "days": "day", "month": "month", "months": "month", "year": "year", "years": "year"}
SPAN_UNITS = {**UNITS, "week": "week", "weeks": "week", "minutes": "minute", "hours": "hour", "hour": "hour"}


def build_all(b: Builder) -> dict[str, Any]:
    """All elements of a pack by kind, as the keyword arguments of `Pack`."""
    built: dict[str, Any] = {name: {} for name, _ in _BUILDERS.values()}
    built["rows"], built["row_names"] = {}, {}
    concerned: tuple[Sentence, ...] = ()
    substitutes: dict[str, tuple[str, ...]] = {}
    sayings: dict[str, p.Saying] = {}
    for element in b.elements:
        if element.kind in _BUILDERS:
            slot, build = _BUILDERS[element.kind]
            built[slot][element.id] = build(b, element)
        elif element.kind == "rows":
            built["rows"][element.id] = _row_fields(b, element)
            built["row_names"][element.id] = b.name(element)
        elif element.kind == "conflict":
            concerned += b.sentences(element, element.body.get("concerned"))
            substitutes.update(_substitutes(b, element))
        elif element.kind == "say":
            text = b.reader.text(element.body.get("text"), element.source.file, element.source.clause)
            sayings[element.id] = p.Saying(element.id, element.source, text, b.words(element, "acts"))
        if element.kind == "act":
            for name, fact in inline_fact_rules(b, element).items():
                built["facts"].setdefault(name, fact)
    for act in list(built["acts"].values()):
        if act.after and not act.party:
            built["owes"][f"step_{act.id}"] = _step(b, act)
    return {**built, "concerned": concerned, "substitutes": substitutes, "sayings": sayings}


def split_type(text: str) -> tuple[str, Text | None]:
    """ "yes/no 已回报 / Reported" → its type and its label (None if one of them is missing)."""
    kind, _, label = text.strip().partition(" ")
    try:
        return kind, Text.parse(label)
    except ValueError:
        return kind, None


# -- facts -----------------------------------------------------------------------------------------------------------


def _takes(b: Builder, element: RawElement) -> list[tuple[str, bool, str | None, int]]:
    """(fact, optional, inline declaration or None, line) of each input of an act."""
    tree = element.body.get("takes")
    found: list[tuple[str, bool, str | None, int]] = []
    if tree is None:
        return found
    items: tuple[Tree, ...] = tree.items if isinstance(tree, Seq) else ()
    if isinstance(tree, Scalar):
        items = tuple(Scalar(w, tree.line) for w in b.words(element, "takes"))
    for item in items:
        if isinstance(item, Map) and len(item.items) == 1:
            key, value = next(iter(item.items.items()))
            inline: str | None = value.value if isinstance(value, Scalar) else ""
        elif isinstance(item, Scalar):
            key, _, rest = item.value.partition(":")
            inline = rest.strip() or None
        else:
            b.reader.shape(element.source.file, item.line, "fact, fact?, fact: type 中文 / English")
            continue
        found.append((key.strip().rstrip("?"), key.strip().endswith("?"), inline, item.line))
    return found


def inline_facts(b: Builder, element: RawElement) -> dict[str, FactType]:
    """Types of the facts an act declares on the spot."""
    return {name: fact.type for name, fact in inline_fact_rules(b, element).items()}


def inline_fact_rules(b: Builder, element: RawElement) -> dict[str, p.Fact]:
    found = {}
    for name, _, inline, line in _takes(b, element):
        if inline is None:
            continue
        kind, label = split_type(inline)
        from huiyin_engine.language.building import FACT_TYPES

        if label is None or kind not in FACT_TYPES:
            b.problem(
                element,
                "type_unknown",
                Text(f"{name}：应写“类型 中文 / English”", f"{name}: write 'type 中文 / English'"),
                Text("例如 reason: text 理由 / Reason", "e.g. reason: text 理由 / Reason"),
                line,
            )
            continue
        ends = "18:00" if kind == "instant" else None
        found[name] = p.Fact(name, label, FactType(kind), {}, element.source, ends=ends)
    return found


def _fact(b: Builder, element: RawElement) -> p.Fact:
    body = element.body
    kind = b.scope.facts[element.id]
    labels = b.reader.texts(body.get("one of"), element.source.file, element.source.clause)
    ends = body.get("ends")
    return p.Fact(
        element.id,
        b.name(element),
        kind,
        labels,
        element.source,
        start=kind.start,
        ends=ends.value if isinstance(ends, Scalar) else ("18:00" if kind.type == "instant" else None),
        table=_table(b, element, kind.type, kind.values),
        keep=b.flag(element, "keep"),
        future=b.flag(element, "future"),
        required_when=b.sentence(element, body.get("required when"), "yes/no", b.scope.with_extras(**ACTOR)),
    )


def typed(b: Builder, element: RawElement, tree: Tree | None, kind: FactType) -> Any:
    """A bare value of a pack as a value of that type."""
    if not isinstance(tree, Scalar):
        return None
    try:
        return typed_value(tree.value, kind)
    except ValueError:
        b.problem(
            element,
            "value_wrong_shape",
            Text(f"“{tree.value}”不是{kind.type}", f"'{tree.value}' is not a value of type {kind.type}"),
            Text("改正这个值", "mend the value"),
            tree.line,
        )
        return None


def typed_value(text: str, kind: FactType) -> Any:
    """Raises ValueError if the text is no value of that type."""
    match kind.type:
        case "yes/no":
            if text not in ("yes", "no"):
                raise ValueError(text)
            return text == "yes"
        case "number" | "money" | "share":
            return Decimal(text) if "." in text or kind.type != "number" else int(text)
        case "instant":
            return instants.parse_instant(text, time_of_bare_day="18:00")
        case "choice":
            if text not in kind.values:
                raise ValueError(text)
            return text
    return text


def _table(b: Builder, element: RawElement, kind: str, values: tuple[str, ...], who: bool = False) -> p.Table | None:
    """The derivation of a fact or holder, if it has one. A literal value of a choice needs no quotes."""
    body = element.body
    given = [k for k in ("is", "first of", "highest of") if k in body.items]
    if not given:
        return None
    if given[0] == "is":
        value = _value(b, element, body.items["is"], kind, values, who)
        return p.Table("first", (p.Row(None, value, None),)) if value else None
    rows: list[p.Row] = []
    tree = body.items[given[0]]
    for item in tree.items if isinstance(tree, Seq) else ():
        if not isinstance(item, Map) or "is" not in item.items or set(item.items) - {"if", "is", "raised"}:
            b.reader.shape(element.source.file, item.line, "{if: …, is: …, raised: …}", element.source.clause)
            continue
        value = _value(b, element, item.items["is"], kind, values, who)
        if value is not None:
            rows.append(
                p.Row(
                    b.sentence(element, item.get("if"), "yes/no"),
                    value,
                    b.sentence(element, item.get("raised"), "number"),
                )
            )
    return p.Table(given[0].split()[0], tuple(rows))


def _value(
    b: Builder, element: RawElement, tree: Tree, kind: str, values: tuple[str, ...], who: bool
) -> Sentence | None:
    if isinstance(tree, Scalar) and tree.value in values:
        return b.compile(element, f"'{tree.value}'", tree.line)
    return b.sentence(element, tree, "selector" if who else kind)


def _row_fields(b: Builder, element: RawElement) -> dict[str, p.Fact]:
    fields = element.body.get("facts")
    found = {}
    for name, tree in fields.items.items() if isinstance(fields, Map) else ():
        kind, label = split_type(tree.value if isinstance(tree, Scalar) else "")
        found[name] = p.Fact(name, label or Text(name, name), FactType(kind), {}, element.source)
    return found


def _parameter(b: Builder, element: RawElement) -> p.Parameter:
    kind = b.scope.parameters[element.id]
    default = typed(b, element, element.body.get("default"), kind)
    return p.Parameter(element.id, b.name(element), element.source, kind, default)


# -- holders, acts ---------------------------------------------------------------------------------------------------


def _holder(b: Builder, element: RawElement) -> p.HolderRule:
    table = _table(b, element, "selector", (), who=True) or p.Table("first", ())
    post = element.body.get("post")
    post_id = post.value if isinstance(post, Scalar) else None
    post_id = b.aliases.get(post_id, post_id) if post_id else None
    if post_id is not None and post_id not in b.posts:
        b.unknown(element, post_id, b.posts)
    return p.HolderRule(element.id, b.name(element), element.source, b.of(element), table, post_id)


def sentences_of(
    b: Builder, element: RawElement, key: str, scope: Scope, expected: str | None = None
) -> dict[str, Sentence]:
    tree = element.body.get(key)
    return _sentences_by_name(b, element, tree, scope, expected)


def _sentences_by_name(
    b: Builder, element: RawElement, tree: Tree | None, scope: Scope, expected: str | None = None
) -> dict[str, Sentence]:
    found: dict[str, Sentence] = {}
    if tree is None:
        return found
    if not isinstance(tree, Map):
        b.reader.shape(element.source.file, tree.line, "name: sentence", element.source.clause)
        return found
    for name, value in tree.items.items():
        fact = b.scope.facts.get(name)
        if fact and fact.values and isinstance(value, Scalar) and value.value in fact.values:
            sentence = b.compile(element, f"'{value.value}'", value.line, None, scope)
        else:
            sentence = b.sentence(element, value, expected, scope)
        if sentence is not None:
            found[name] = sentence
    return found


def _needs(b: Builder, element: RawElement, scope: Scope) -> tuple[p.Need, ...]:
    tree = element.body.get("needs")
    found: list[p.Need] = []
    for item in tree.items if isinstance(tree, Seq) else ((tree,) if tree else ()):
        if isinstance(item, Map):
            for sentence_text, words in item.items.items():
                line = item.lines[sentence_text]
                sentence = b.compile(element, sentence_text, line, "yes/no", scope)
                text = b.reader.text(words, element.source.file, element.source.clause)
                if sentence:
                    found.append(p.Need(sentence, text))
        elif isinstance(item, Scalar):
            sentence = b.sentence(element, item, "yes/no", scope)
            if sentence:
                text = Text(f"前提未满足：{item.value}", f"this does not hold: {item.value}")
                found.append(p.Need(sentence, text))
    return tuple(found)


def _act(b: Builder, element: RawElement) -> p.ActRule:
    body = element.body
    on = word(body, "on")
    if on is not None and on not in b.scope.rows:
        b.unknown(element, on, b.scope.rows)
        on = None
    scope = b.scope.with_extras(**ACTOR).on_row(on)
    takes = tuple(p.Take(name, optional) for name, optional, _, _ in _takes(b, element))
    for take in takes:
        if take.fact not in b.scope.facts and not (on and take.fact in b.scope.rows[on]):
            b.unknown(element, take.fact, b.scope.facts)
    after = b.words(element, "after")
    for step in after:
        if step not in b.scope.acts:
            b.unknown(element, step, b.scope.acts)
    opens = word(body, "opens")
    if opens is not None and opens not in b.cases:
        b.unknown(element, opens, b.cases)
    of = b.of(element) if "of" in body.items or opens is None else (opens,)
    names = word(body, "names")
    guide = body.get("guide")
    return p.ActRule(
        element.id,
        b.name(element),
        element.source,
        of,
        b.sentences(element, body.get("by"), "selector", scope),
        opens,
        takes,
        _needs(b, element, scope),
        after,
        b.sentence(element, body.get("skip if"), "yes/no"),
        b.flag(element, "once"),
        sentences_of(b, element, "signs", scope, "selector"),
        sentences_of(b, element, "sets", scope),
        _instead(b, element, scope),
        _adds(b, element, scope),
        on,
        b.flag(element, "open to the concerned"),
        b.flag(element, "after closing"),
        b.flag(element, "reopens"),
        names,
        word(body, "does"),
        b.flag(element, "also on"),
        b.reader.text(guide, element.source.file, element.source.clause) if guide else None,
        _gathers(b, element),
    )


def _gathers(b: Builder, element: RawElement) -> tuple[str, ...]:
    """Facts of several values that an act adds to."""
    names = b.words(element, "gathers")
    several = [f for f, kind in b.scope.facts.items() if kind.several]
    for name in names:
        if name not in several:
            b.unknown(element, name, several)
    return names


def _instead(b: Builder, element: RawElement, scope: Scope) -> tuple[p.Diversion, ...]:
    tree = element.body.get("instead")
    found = []
    for item in tree.items if isinstance(tree, Seq) else ():
        if not isinstance(item, Map) or "if" not in item.items or "say" not in item.items:
            b.reader.shape(element.source.file, item.line, "{if: …, set: …, say: …}", element.source.clause)
            continue
        condition = b.sentence(element, item.get("if"), "yes/no", scope)
        sets = _sentences_by_name(b, element, item.get("set"), scope)
        text = b.reader.text(item.get("say"), element.source.file, element.source.clause)
        if condition:
            found.append(p.Diversion(condition, sets, text))
    return tuple(found)


def _adds(b: Builder, element: RawElement, scope: Scope) -> tuple[tuple[str, str | None, Mapping[str, Sentence]], ...]:
    tree = element.body.get("adds")
    found: list[tuple[str, str | None, Mapping[str, Sentence]]] = []
    for kind, fields in tree.items.items() if isinstance(tree, Map) else ():
        if kind not in b.scope.rows or not isinstance(fields, Map):
            b.unknown(element, kind, b.scope.rows)
            continue
        each = word(fields, "each")
        inner = scope
        if each is not None:
            kind_of_each = b.scope.facts[each].type if each in b.scope.facts else "text"
            inner = scope.with_extras(it=("x.each", kind_of_each))
        rest = Map({k: v for k, v in fields.items.items() if k != "each"}, fields.lines, fields.line)
        found.append((kind, each, _sentences_by_name(b, element, rest, inner)))
    return tuple(found)


def word(body: Map, key: str) -> str | None:
    tree = body.get(key)
    return tree.value if isinstance(tree, Scalar) else None


# -- what arises -----------------------------------------------------------------------------------------------------


def _owe(b: Builder, element: RawElement) -> p.OweRule:
    body = element.body
    row = word(body, "for each")
    if row is not None and row not in b.scope.rows:
        b.unknown(element, row, b.scope.rows)
        row = None
    scope = b.scope.on_row(row)
    limits = scope.with_extras(**LIMIT, **PERIOD)
    strength = b.strength(element)
    due_tree = body.get("due")
    due: Sentence | None = None
    if strength in ("binding", "target") and isinstance(due_tree, Scalar):
        due = b.compile(element, due_tree.value.removeprefix("target "), due_tree.line, "instant", limits)
    does_text = word(body, "does") or ""
    all_of = " and " in does_text
    does = tuple(w.strip() for w in does_text.replace(" and ", " or ").split(" or ") if w.strip())
    for act in does:
        if act not in b.scope.acts:
            b.unknown(element, act, b.scope.acts)
    triggers = read_triggers(b, element, "from")
    if row is not None and not triggers:
        triggers = (p.Trigger("row", row),)
    met_when = b.sentence(element, body.get("met when"), "yes/no", scope)
    if not does and met_when is None:
        b.problem(
            element,
            "key_missing",
            Text("时限义务缺少 does 或 met when", "an obligation needs 'does' or 'met when'"),
            Text("写明做什么算完成", "say what fulfils it"),
        )
    return p.OweRule(
        element.id,
        b.name(element),
        element.source,
        b.of(element),
        b.sentences(element, body.get("who"), "selector", scope),
        triggers,
        period_of_element(b, element),
        b.sentence(element, body.get("opens"), "instant", b.scope.with_extras(**PERIOD)),
        b.sentence(element, body.get("if"), "yes/no", limits),
        b.sentence(element, body.get("while"), "yes/no", scope),
        does,
        all_of,
        b.sentence(element, body.get("where"), "yes/no", scope.with_extras(**ACTOR)),
        met_when,
        word(body, "judged") == "at due",
        strength,
        due,
        _one_of(b, element, "again", ("anew", "renew", "once", "keep")),
        _one_of(b, element, "moves", ("never", "freely", "later only")),
        _span(b, element),
        b.words(element, "before"),
        row,
        b.flag(element, "outlives"),
        b.sentences(element, body.get("tells"), "selector"),
    )


def _one_of(b: Builder, element: RawElement, key: str, values: tuple[str, ...]) -> str:
    value = word(element.body, key) or values[0]
    if value not in values:
        b.problem(
            element,
            "value_wrong_shape",
            Text(f"{key} 不能是“{value}”", f"{key} cannot be '{value}'"),
            Text(f"可用：{'、'.join(values)}", f"one of: {', '.join(values)}"),
        )
    return value


def period_of_element(b: Builder, element: RawElement) -> str | None:
    every = word(element.body, "every")
    if every is not None and every not in ("day", "working_day", "week", "month", "quarter", "year"):
        b.unknown(element, every, ("day", "working_day", "week", "month", "quarter", "year"))
    return every


def _span(b: Builder, element: RawElement) -> tuple[int, str] | None:
    text = word(element.body, "warn")
    if text is None:
        return None
    words = text.split()
    working = len(words) == 3 and words[1] == "working"
    unit = SPAN_UNITS.get(words[-1])
    if not words[0].isdigit() or unit is None or len(words) != 2 + working:
        b.reader.shape(element.source.file, element.source.line, "3 working days", element.source.clause)
        return None
    return int(words[0]), f"working_{unit}" if working else unit


def _step(b: Builder, act: p.ActRule) -> p.OweRule:
    """What `after:` owes next: the act itself, open, once the steps before it are past."""
    element = next(e for e in b.elements if e.kind == "act" and e.id == act.id)
    before = " and ".join(f"past {a}" for a in act.after)
    skip = element.body.get("skip if")
    alive = f"({before}) and not done {act.id}"
    if isinstance(skip, Scalar):
        alive += f" and not ({skip.value})"
    ready = b.compile(element, alive, element.source.line, "yes/no")
    triggers = (p.Trigger("becomes", alive, None, ready),)
    return p.OweRule(
        f"step_{act.id}", act.name, act.source, act.of, act.by, triggers, None, None, None, ready, (act.id,), False,
        None, None, False, "open", None, "keep", "never", None, (), None, False, (), step=True,
    )  # fmt: skip


def _substitutes(b: Builder, element: RawElement) -> dict[str, tuple[str, ...]]:
    tree = element.body.get("instead")
    found = {}
    for post, value in tree.items.items() if isinstance(tree, Map) else ():
        words = b.reader.words(value, element.source.file, element.source.clause)
        for name in (post, *words):
            if name not in b.posts:
                b.unknown(element, name, b.posts)
        found[post] = words
    return found


def _builders() -> dict[str, tuple[str, Callable[[Builder, RawElement], Any]]]:
    from huiyin_engine.language import consequences, papers

    return {
        "fact": ("facts", _fact),
        "parameter": ("parameters", _parameter),
        "holder": ("holders", _holder),
        "act": ("acts", _act),
        "owe": ("owes", _owe),
        "tell": ("tells", consequences.tell),
        "open": ("opens", consequences.open),
        "add": ("adds", consequences.add),
        "record": ("records", consequences.record),
        "closes": ("closes", consequences.close),
        "form": ("forms", papers.form),
        "report": ("reports", papers.report),
        "letter": ("letters", papers.letter),
        "measure": ("measures", papers.measure),
    }


_BUILDERS = _builders()
__all__ = ["SentenceError", "build_all", "inline_facts", "split_type", "typed_value"]

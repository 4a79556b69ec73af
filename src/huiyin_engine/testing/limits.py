"""What a scenario can say of obligations: due instants and how they were counted, owed, missed, met, ended, duties."""

from __future__ import annotations

from collections.abc import Callable

from huiyin_engine.derivations import derivation_of
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.model.state import ENDED, MET, MET_LATE, SUSPENDED, Obligation
from huiyin_engine.testing.checking import Check, instant_or_none, when
from huiyin_engine.testing.values import Fault, none, row_key, whole_number, word, words, yes
from huiyin_engine.texts import Text


def _instance(check: Check, tree: Tree, owe: str, body: Map | None) -> Obligation | None:
    """The instance meant: by number, row and period; the last one by default."""
    row: str | None = None
    if body is not None and (row_tree := body.get("for")) is not None:
        rule = check.pack.owes.get(owe)
        row = row_key(row_tree, rule.row, check.case, check.pack) if rule is not None and rule.row else word(row_tree)
    found = check.instances(tree, owe, row)
    if body is not None and (period := body.get("period")) is not None:
        found = [o for o in found if o.period == word(period)]
    if body is not None and (number := body.get("no")) is not None:
        return next((o for o in found if o.n == whole_number(number)), None)
    return found[-1] if found else None


def _due(check: Check, tree: Tree, line: int) -> None:
    pairs: list[tuple[str, Tree]]
    if isinstance(tree, Seq):
        pairs = []
        for item in tree.items:
            if not isinstance(item, Map) or "owe" not in item.items:
                raise Fault(item.line, "应写 {owe: …, at: …}", "write {owe: …, at: …}")
            rest = {k: v for k, v in item.items.items() if k != "owe"}
            pairs.append((word(item.items["owe"]), Map(rest, item.lines, item.line)))
    elif isinstance(tree, Map):
        pairs = list(tree.items.items())
    else:
        raise Fault(tree.line, "应写 时限义务: 时刻", "write obligation: instant")
    for owe, wanted in pairs:
        body = wanted if isinstance(wanted, Map) else Map({"at": wanted}, {}, wanted.line)
        o = _instance(check, wanted, owe, body)
        if o is None:
            check.fail(wanted.line, Text(f"{owe} 没有这一个", f"no such {owe}"), _listed(body), _all(check, owe))
            continue
        _due_fields(check, o, body)


def _due_fields(check: Check, o: Obligation, body: Map) -> None:
    for key, value in body.items.items():
        zh, en = f"{o.key} {key}", f"{key} of {o.key}"
        if key == "at":
            check.instants_equal(value.line, f"{o.key} 期限", f"due of {o.key}", instant_or_none(value), o.due)
        elif key == "start":
            check.instants_equal(value.line, zh, en, instant_or_none(value), o.start)
        elif key == "provisional":
            check.equal(value.line, zh, en, yes(value), o.provisional)
        elif key == "bearers":
            check.equal(value.line, zh, en, sorted(words(value)), sorted(o.bearers))
        elif key == "clause":
            rule = check.pack.owes.get(o.owe)
            check.equal(value.line, zh, en, word(value), rule.source.clause if rule else "")
        elif key == "derivation":
            _derivation(check, o, value)
        elif key in ("strength", "state"):
            check.equal(value.line, zh, en, word(value), getattr(o, key))


def _derivation(check: Check, o: Obligation, tree: Tree) -> None:
    texts = derivation_of(check.world, check.case, o.key, check.store.entries(check.case.id)).lines
    for part in tree.items if isinstance(tree, Seq) else (tree,):
        check.contains(part.line, f"{o.key} 推算", f"derivation of {o.key}", word(part), texts)


def _listed(body: Map) -> str:
    return ", ".join(f"{k}: {v.value if isinstance(v, Scalar) else '…'}" for k, v in body.items.items())


def _all(check: Check, owe: str) -> str:
    found = [o for o in check.case.obligations.values() if o.owe == owe]
    return "; ".join(f"{o.key} {o.state} {when(o.due)}" for o in found) or "none"


def _owed_bearers(check: Check, tree: Tree) -> dict[str, tuple[str, ...] | None]:
    """Owe ids, perhaps with their bearers, from a list or a map."""
    found: dict[str, tuple[str, ...] | None]
    if isinstance(tree, Map):
        found = {owe: words(who) for owe, who in tree.items.items()}
    else:
        found = dict.fromkeys(words(tree))
    for owe in found:
        check.known(tree, owe, [*check.pack.owes, "hand_over_record", "review_record"], "时限义务", "obligation")
    return found


def _owed(check: Check, tree: Tree, line: int) -> None:
    held = check.case.owed()
    listed = "; ".join(f"{o.key} ({', '.join(o.bearers) or '-'})" for o in held) or "none"
    for owe, bearers in _owed_bearers(check, tree).items():
        mine = [o for o in held if o.owe == owe]
        if not mine:
            check.fail(line, Text(f"应欠 {owe}", f"{owe} should be owed"), owe, listed)
        elif bearers is not None and not any(sorted(o.bearers) == sorted(bearers) for o in mine):
            label = Text(f"{owe} 由何人负有", f"bearers of {owe}")
            check.fail(line, label, ", ".join(bearers) or "none", listed)


def _owed_only(check: Check, tree: Tree, line: int) -> None:
    _owed(check, tree, line)
    wanted, held = set(_owed_bearers(check, tree)), {o.owe for o in check.case.owed()}
    if held - wanted:
        check.fail(
            line, Text("所欠不止这些", "more is owed"), ", ".join(sorted(wanted)) or "none", ", ".join(sorted(held))
        )


def _not_owed(check: Check, tree: Tree, line: int) -> None:
    for owe in words(tree):
        mine = [o.key for o in check.instances(tree, owe) if o.owed]
        if mine:
            check.fail(line, Text(f"不应欠 {owe}", f"{owe} should not be owed"), "none", ", ".join(mine))


def _events(check: Check, tree: Tree, zh: str, en: str, holds: Callable[[Obligation], int | None]) -> None:
    """Obligations of which something holds, perhaps at an instant, a number of times, or for a reason."""
    pairs = tree.items.items() if isinstance(tree, Map) else ((owe, None) for owe in words(tree))
    for owe, wanted in pairs:
        place = wanted if wanted is not None else tree
        body = wanted if isinstance(wanted, Map) else None
        if body is not None and ("no" in body.items or "for" in body.items):
            one = _instance(check, place, owe, body)
            found = [one] if one is not None and holds(one) is not None else []
        else:
            found = [o for o in check.instances(place, owe) if holds(o) is not None]
        label = Text(f"{owe} {zh}", f"{owe} {en}")
        if not found:
            check.fail(place.line, label, owe, _all(check, owe))
            continue
        if body is not None and (number := body.get("count")) is not None:
            check.equal(number.line, f"{label.zh} 次数", f"{label.en}: how many", whole_number(number), len(found))
        if body is not None and (why := body.get("why")) is not None:
            check.equal(why.line, f"{label.zh} 缘由", f"{label.en}: why", word(why), found[-1].ended_why)
        at = body.get("at") if body is not None else wanted
        if isinstance(at, Scalar):
            if zh == "终止" and body is None and at.value in ("renewed", "waived", "closed", "lapsed"):
                check.equal(at.line, f"{label.zh} 缘由", f"{label.en}: why", at.value, found[-1].ended_why)
            else:
                check.instants_equal(at.line, label.zh, label.en, instant_or_none(at), holds(found[-1]))


def _missed(check: Check, tree: Tree, line: int) -> None:
    _events(check, tree, "超时", "missed", lambda o: o.missed_at)


def _not_missed(check: Check, tree: Tree, line: int) -> None:
    for owe in words(tree):
        mine = [f"{o.key} {when(o.missed_at)}" for o in check.instances(tree, owe) if o.missed_at is not None]
        if mine:
            check.fail(line, Text(f"{owe} 不应超时", f"{owe} should not be missed"), "none", ", ".join(mine))


def _met(check: Check, tree: Tree, line: int) -> None:
    _events(check, tree, "按时办结", "met in time", lambda o: o.done_at if o.state == MET else None)


def _met_late(check: Check, tree: Tree, line: int) -> None:
    _events(check, tree, "逾期办结", "met late", lambda o: o.done_at if o.state == MET_LATE else None)


def _ended(check: Check, tree: Tree, line: int) -> None:
    _events(check, tree, "终止", "ended", lambda o: o.done_at if o.state == ENDED else None)


def _warned(check: Check, tree: Tree, line: int) -> None:
    for owe in words(tree):
        if not any(o.warned for o in check.instances(tree, owe)):
            check.fail(line, Text(f"{owe} 应已提醒", f"{owe} should be warned"), "warned", _all(check, owe))


def _suspended(check: Check, tree: Tree, line: int) -> None:
    for owe in words(tree):
        if not any(o.state == SUSPENDED for o in check.instances(tree, owe)):
            check.fail(line, Text(f"{owe} 应已中止", f"{owe} should stand still"), "suspended", _all(check, owe))


def _duties(check: Check, tree: Tree, line: int) -> None:
    """Duties over all standing cases; without `state` those that are owed."""
    if not isinstance(tree, Map):
        raise Fault(tree.line, "应写 职责: {…}", "write duty: {…}")
    for owe, wanted in tree.items.items():
        check.known(wanted, owe, check.pack.owes, "例行职责", "duty")
        body = wanted if isinstance(wanted, Map) else Map({"due": wanted}, {}, wanted.line)
        cases = [c for c in check.store.cases().values() if check.pack.cases[c.type].stands_for is not None]
        if (thing := body.get("object")) is not None:
            cases = [c for c in cases if c.object == word(thing)]
        found = [o for c in cases for o in c.obligations.values() if o.owe == owe]
        state = body.get("state")
        found = [o for o in found if (o.owed if state is None else o.state == word(state))]
        if (period := body.get("period")) is not None:
            found = [o for o in found if o.period == word(period)]
        held = "; ".join(f"{o.key} {o.period or ''} {o.state} {when(o.due)} ({', '.join(o.bearers)})" for o in found)
        if (number := body.get("count")) is not None or none(wanted):
            count = 0 if number is None else whole_number(number)
            if len(found) != count:
                check.fail(wanted.line, Text(f"职责 {owe} 项数", f"duties {owe}"), count, held or "none")
            if not count:
                continue
        if not found:
            check.fail(wanted.line, Text(f"职责 {owe}", f"duty {owe}"), _listed(body), "none")
            continue
        o = found[-1]
        if (due := body.get("due")) is not None:
            check.instants_equal(due.line, f"职责 {owe} 期限", f"due of duty {owe}", instant_or_none(due), o.due)
        if (opened := body.get("opened")) is not None:
            label = f"职责 {owe} 何时立", f"duty {owe} opened"
            check.instants_equal(opened.line, *label, instant_or_none(opened), o.opened_at)
        if (bearers := body.get("bearers")) is not None:
            label = f"职责 {owe} 由何人负有", f"bearers of duty {owe}"
            check.equal(bearers.line, *label, sorted(words(bearers)), sorted(o.bearers))


CHECKS: dict[str, Callable[[Check, Tree, int], None]] = {
    "due": _due,
    "owed": _owed,
    "owed only": _owed_only,
    "not owed": _not_owed,
    "missed": _missed,
    "not missed": _not_missed,
    "met": _met,
    "met late": _met_late,
    "ended": _ended,
    "warned": _warned,
    "suspended": _suspended,
    "duties": _duties,
}

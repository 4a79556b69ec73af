"""What a scenario can say of a case: holders, facts, rows, acts, signatures, links, records, notices, closing."""

from __future__ import annotations

from collections.abc import Callable

from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.model.outcome import Refusal
from huiyin_engine.options import options
from huiyin_engine.testing import form, limits, papers
from huiyin_engine.testing.checking import Check, instant_or_none, when
from huiyin_engine.testing.scenarios import ActStep, read_attempt
from huiyin_engine.testing.story import story
from huiyin_engine.testing.values import (
    Fault,
    none,
    row_fits,
    same_value,
    shown,
    typed,
    whole_number,
    word,
    words,
    written,
    yes,
)
from huiyin_engine.texts import Text


def check_all(check: Check, body: Map) -> None:
    """Check every assertion of a `then` block. A name the pack does not have is a failure of its own."""
    for key, tree in body.items.items():
        if key == "case":
            continue
        line = body.lines[key]
        if key in form.UNSUPPORTED:
            if not none(tree):
                check.fail(
                    line,
                    Text(f"“{key}”：本版引擎尚不支持", f"'{key}': not supported by this engine version"),
                    written_tree(tree),
                    "-",
                )
            continue
        try:
            _CHECKS[key](check, tree, line)
        except Fault as fault:
            check.fail(fault.line or line, Text(fault.zh, fault.en))


def written_tree(tree: Tree) -> str:
    """A tree in one line, for messages."""
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Seq):
        return f"[{', '.join(written_tree(t) for t in tree.items)}]"
    return f"{{{', '.join(f'{k}: {written_tree(v)}' for k, v in tree.items.items())}}}"


def as_map(tree: Tree, zh: str, en: str) -> Map:
    """The map a tree must be. Raises Fault."""
    if not isinstance(tree, Map):
        raise Fault(tree.line, f"这里要写 {zh}", f"{en} is wanted here")
    return tree


# -- who -------------------------------------------------------------------------------------------------------------


def _type(check: Check, tree: Tree, line: int) -> None:
    check.equal(line, "事项类型", "type of the case", word(tree), check.case.type)


def _holders(check: Check, tree: Tree, line: int) -> None:
    for capacity, wanted in as_map(tree, "经办身份: 人", "capacity: person").items.items():
        rule = check.pack.holders[check.known(wanted, capacity, check.pack.holders, "经办身份", "capacity")]
        held = check.case.holders.get(capacity)
        who = "none" if held is None else held.person or "vacancy"
        zh, en = f"{rule.name.zh}（{capacity}）", f"holder {capacity}"
        if isinstance(wanted, Scalar):
            check.equal(wanted.line, zh, en, wanted.value, who)
            continue
        body = as_map(wanted, "{person: …}", "{person: …}")
        for key, value in body.items.items():
            inner_zh, inner_en = f"{zh} {key}", f"{key} of {en}"
            if key == "person":
                check.equal(value.line, zh, en, word(value), who)
            elif held is None:
                check.fail(value.line, Text(inner_zh, inner_en), written_tree(value), "none")
            elif key == "since":
                check.instants_equal(value.line, inner_zh, inner_en, instant_or_none(value), held.since)
            elif key == "clause":
                check.equal(value.line, inner_zh, inner_en, word(value), rule.source.clause)
            elif key == "rule":
                row = rule.table.rows[held.rule]
                said = " ".join(s.text for s in (row.condition, row.value) if s is not None)
                check.contains(value.line, inner_zh, inner_en, word(value), [Text(said, said)])
            else:
                check.equal(value.line, inner_zh, inner_en, word(value), getattr(held, key) or "none")


def _concerned(check: Check, tree: Tree, line: int) -> None:
    check.equal(line, "须回避的人", "concerned", sorted(words(tree)), sorted(check.case.concerned))


def _options(check: Check, tree: Tree, allowed: bool) -> None:
    for person, given in as_map(tree, "人: 行为", "person: acts").items.items():
        if not check.world.directory.exists(person):
            raise Fault(given.line, f"场景中没有 {person}", f"the scenario has no person {person}")
        offered = options(check.world, check.case.id, person, check.now)
        possible = {o.act for o in offered if o.refusal is None}
        asked = {o.act for o in offered} if given == Scalar("all", given.line) else set(words(given))
        for act in sorted(asked):
            check.known(given, act, check.pack.acts, "行为", "act")
            if (act in possible) is not allowed and not (
                given == Scalar("all", given.line) and check.pack.acts[act].party
            ):
                refusal = next((o.refusal for o in offered if o.act == act and o.refusal is not None), None)
                held = f"{refusal.code}: {refusal.text.zh} / {refusal.text.en}" if refusal else "allowed"
                if not allowed or refusal is None:
                    held = ", ".join(sorted(possible)) or "-"
                zh, en = ("可办", "allowed") if allowed else ("不可办", "not allowed")
                check.fail(given.line, Text(f"{person} {zh} {act}", f"{en} for {person}: {act}"), act, held)


def _allowed(check: Check, tree: Tree, line: int) -> None:
    _options(check, tree, True)


def _not_allowed(check: Check, tree: Tree, line: int) -> None:
    _options(check, tree, False)


def _refused(check: Check, tree: Tree, line: int) -> None:
    for item in tree.items if isinstance(tree, Seq) else (tree,):
        step = read_attempt(as_map(item, "{act: …, by: …, code: …}", "{act: …, by: …, code: …}"), check.file)
        check_refusal(check, step, check.attempt(step, check.case_id))


def check_refusal(check: Check, step: ActStep, result: object) -> None:
    """The act must have been refused, in the way the step says: a code, or {code, text, clause, people, field}."""
    wanted = step.refused
    label = Text(f"{step.act}（{step.by}）须被拒绝", f"{step.act} by {step.by} must be refused")
    if not isinstance(result, Refusal):
        check.fail(step.line, label, written_tree(wanted) if wanted is not None else "refused", "accepted")
        return
    held = f"{result.code} [{result.clause}] {result.text.zh} / {result.text.en}"
    body = wanted if isinstance(wanted, Map) else Map({"code": wanted} if wanted is not None else {}, {}, step.line)
    for key, value in body.items.items():
        if key == "text":
            ok = word(value) in result.text.zh or word(value) in result.text.en
        elif key == "people":
            ok = sorted(words(value)) == sorted(result.people)
            held = f"{held} ({', '.join(result.people) or '-'})"
        elif key == "code" and word(value) == "yes":
            ok = True
        else:
            ok = word(value) == getattr(result, key)
        if not ok:
            check.fail(value.line, Text(f"{label.zh}：{key}", f"{label.en}: {key}"), written_tree(value), held)


# -- what was done ---------------------------------------------------------------------------------------------------


def _signatures(check: Check, tree: Tree, line: int) -> None:
    wanted = []
    for item in tree.items if isinstance(tree, Seq) else (() if none(tree) else (tree,)):
        pairs = as_map(item, "签字栏: 人", "slot: who").items
        wanted += [f"{slot}: {word(who)}" for slot, who in pairs.items()]
    held = [f"{s.slot}: {s.party or s.person or 'none'}" for s in check.case.signatures]
    check.equal(line, "签字（按顺序）", "signatures in order", "; ".join(wanted) or "none", "; ".join(held) or "none")


def _skipped(check: Check, tree: Tree, line: int) -> None:
    for act in words(tree):
        check.known(tree, act, check.pack.acts, "行为", "act")
        if act not in check.case.skipped:
            check.fail(
                line,
                Text(f"{act} 应已略去", f"{act} should have been skipped"),
                act,
                ", ".join(check.case.skipped) or "none",
            )


def _not_skipped(check: Check, tree: Tree, line: int) -> None:
    for act in words(tree):
        check.known(tree, act, check.pack.acts, "行为", "act")
        if act in check.case.skipped:
            check.fail(line, Text(f"{act} 不应略去", f"{act} should not be skipped"), "-", check.case.skipped[act])


def _acts(check: Check, tree: Tree, line: int) -> None:
    for act, number in as_map(tree, "行为: 次数", "act: number").items.items():
        check.known(number, act, check.pack.acts, "行为", "act")
        held = len(check.case.acts.get(act, ()))
        check.equal(number.line, f"{act} 已办次数", f"times {act} was done", whole_number(number), held)


def _facts(check: Check, tree: Tree, line: int) -> None:
    for name, value in as_map(tree, "事实: 值", "fact: value").items.items():
        fact = check.pack.facts[check.known(value, name, check.pack.facts, "事实", "fact")]
        held = check.case.facts.get(name, fact.start)
        wanted = None if none(value) else typed(value, fact.type, fact.ends, check.pack)
        if isinstance(wanted, tuple) and not fact.type.several:
            raise Fault(value.line, f"{name} 只有一个值", f"{name} has one value")
        if not same_value(held, wanted):
            check.fail(
                value.line,
                Text(f"{fact.name.zh}（{name}）", f"fact {name}"),
                shown(wanted, fact.type),
                shown(held, fact.type),
            )


def _rows(check: Check, tree: Tree, line: int) -> None:
    for kind, wanted in as_map(tree, "明细: 行", "kind: rows").items.items():
        check.known(wanted, kind, check.pack.rows, "明细", "kind of row")
        rows = list(check.case.rows.get(kind, {}).values())
        held = "; ".join(", ".join(f"{k}={written(v)}" for k, v in r.items()) for r in rows) or "none"
        if isinstance(wanted, Scalar):
            number = 0 if none(wanted) else whole_number(wanted)
            if number != len(rows):
                check.fail(wanted.line, Text(f"{kind} 行数", f"rows of {kind}"), number, f"{len(rows)}: {held}")
            continue
        items = wanted.items if isinstance(wanted, Seq) else (wanted,)
        fits = len(items) == len(rows) and all(
            row_fits(as_map(item, "{栏目: 值}", "{field: value}"), kind, row, check.pack)
            for item, row in zip(items, rows, strict=True)
        )
        if not fits:
            expected = "; ".join(written_tree(i) for i in items)
            check.fail(wanted.line, Text(f"{kind} 各行（按顺序）", f"rows of {kind} in order"), expected, held)


# -- what came of it -------------------------------------------------------------------------------------------------


def _linked(check: Check, tree: Tree, line: int) -> None:
    known = {o.link for o in check.pack.opens.values()} | {o.back for o in check.pack.opens.values() if o.back}
    for link, wanted in as_map(tree, "关联名: …", "link: …").items.items():
        check.known(wanted, link, sorted(known), "关联", "link")
        cases = check.case.links.get(link, ())
        if none(wanted):
            check.equal(wanted.line, f"关联 {link}", f"link {link}", "none", ", ".join(cases) or "none")
            continue
        if isinstance(wanted, Scalar):
            check.equal(wanted.line, f"关联 {link}", f"link {link}", wanted.value, ", ".join(cases) or "none")
            continue
        body = as_map(wanted, "{type: …}", "{type: …}")
        if not cases:
            check.fail(wanted.line, Text(f"关联 {link}", f"link {link}"), written_tree(wanted), "none")
            continue
        number = body.get("count")
        if number is not None:
            check.equal(number.line, f"关联 {link} 件数", f"cases linked as {link}", whole_number(number), len(cases))
        inner = Check(
            check.file, check.pack, check.store, check.now, check.names, check.attempt, cases[-1], check.failures
        )
        rest = {k: v for k, v in body.items.items() if k != "count"}
        check_all(inner, Map(rest, body.lines, body.line))


def _cases(check: Check, tree: Tree, line: int) -> None:
    for kind, number in as_map(tree, "事项类型: 件数", "case type: number").items.items():
        check.known(number, kind, check.pack.cases, "事项类型", "case type")
        held = sum(1 for c in check.store.cases().values() if c.type == kind)
        check.equal(number.line, f"{kind} 件数", f"cases of type {kind}", whole_number(number), held)


def _records(check: Check, tree: Tree, line: int) -> None:
    for name, wanted in as_map(tree, "归档件: …", "record: …").items.items():
        check.known(wanted, name, check.pack.records, "归档件", "record")
        found = [r for r in check.case.records.values() if r.record == name]
        zh, en = f"归档件 {name}", f"record {name}"
        if none(wanted):
            check.equal(wanted.line, zh, en, "none", ", ".join(r.key for r in found) or "none")
            continue
        body = as_map(wanted, "{legs: […]}", "{legs: […]}")
        if not found:
            check.fail(wanted.line, Text(zh, en), written_tree(wanted), "none")
            continue
        record = found[-1]
        if (number := body.get("count")) is not None:
            check.equal(number.line, f"{zh} 件数", f"number of {en}", whole_number(number), len(found))
        if (start := body.get("start")) is not None:
            _day_or_instant(check, start, f"{zh} 起算", f"start of {en}", record.start)
        legs = body.get("legs")
        if legs is None:
            continue
        items = legs.items if isinstance(legs, Seq) else (legs,)
        held = "; ".join(f"{post} → {when(until)}" for post, until in record.legs)
        if len(items) != len(record.legs):
            check.fail(legs.line, Text(f"{zh} 保管段数", f"terms of {en}"), len(items), held)
            continue
        for item, (post, until) in zip(items, record.legs, strict=True):
            leg = as_map(item, "{by: …, until: …}", "{by: …, until: …}")
            check.equal(item.line, f"{zh} 保管人", f"custodian of {en}", word(leg.items["by"]), post)
            _day_or_instant(check, leg.items["until"], f"{zh} 保管至", f"end of a term of {en}", until)


def _day_or_instant(check: Check, tree: Tree, zh: str, en: str, held: int) -> None:
    """A bare day means that day, at whatever hour; an instant means itself."""
    if " " in word(tree):
        check.instants_equal(tree.line, zh, en, instant_or_none(tree), held)
    else:
        check.equal(tree.line, zh, en, word(tree), when(held)[:10])


def _closed(check: Check, tree: Tree, line: int) -> None:
    at, how = check.case.closed_at, check.case.closed_how
    if isinstance(tree, Map):
        for key, value in tree.items.items():
            if key == "at":
                _closed_at(check, value, at)
            else:
                check.equal(value.line, "结案条件", "how it closed", word(value), how or "open")
    elif tree.value in ("yes", "no") if isinstance(tree, Scalar) else False:
        check.equal(line, "已结", "closed", word(tree), "no" if at is None else "yes")
    else:
        _closed_at(check, tree, at)


def _closed_at(check: Check, tree: Tree, at: int | None) -> None:
    if at is None:
        check.fail(tree.line, Text("结案时间", "closed at"), written_tree(tree), "open")
    else:
        _day_or_instant(check, tree, "结案时间", "closed at", at)


def _open(check: Check, tree: Tree, line: int) -> None:
    check.equal(line, "未结", "open", yes(tree), check.case.closed_at is None)


def _told(check: Check, tree: Tree, line: int) -> None:
    for name, wanted in as_map(tree, "告知: 人", "notice: persons").items.items():
        known = [*check.pack.tells, *(f"missed:{o}" for o in check.pack.owes)]
        check.known(wanted, name, known, "告知", "notice")
        sent = [(at, to) for at, tell, to in check.case.told if tell == name]
        zh, en = f"告知 {name}", f"notice {name}"
        held = "; ".join(f"{when(at)} {', '.join(to) or '-'}" for at, to in sent) or "none"
        body = wanted if isinstance(wanted, Map) else Map({"to": wanted}, {}, wanted.line)
        if none(wanted):
            check.equal(wanted.line, zh, en, "none", held)
            continue
        at_tree, to_tree = body.get("at"), body.get("to")
        fits = [
            (at, to)
            for at, to in sent
            if (at_tree is None or at == instant_or_none(at_tree))
            and (to_tree is None or sorted(to) == sorted(words(to_tree)))
        ]
        if not fits:
            check.fail(wanted.line, Text(zh, en), written_tree(wanted), held)
        if (number := body.get("count")) is not None:
            check.equal(number.line, f"{zh} 次数", f"times {en} was sent", whole_number(number), len(fits))
        if (part := body.get("text")) is not None and name in check.pack.tells:
            check.contains(part.line, zh, en, word(part), [check.pack.tells[name].text])


def _not_told(check: Check, tree: Tree, line: int) -> None:
    for person in words(tree):
        got = [f"{tell} {when(at)}" for at, tell, to in check.case.told if person in to]
        if got:
            check.fail(line, Text(f"{person} 不应获告知", f"{person} should not be told"), "none", "; ".join(got))


def _story(check: Check, tree: Tree, line: int) -> None:
    parts = [word(t) for t in tree.items] if isinstance(tree, Seq) else [word(tree)]
    lines = story(check.store.entries(check.case.id), check.pack, check.world.directory)
    position = 0
    for part in parts:
        found = next((i for i in range(position, len(lines)) if part in lines[i].zh or part in lines[i].en), None)
        if found is None:
            check.fail(line, Text("经过含有（按顺序）", "story contains, in order"), part, "-")
            return
        position = found + 1


_CHECKS: dict[str, Callable[[Check, Tree, int], None]] = {
    "type": _type,
    "holders": _holders,
    "concerned": _concerned,
    "allowed": _allowed,
    "not allowed": _not_allowed,
    "refused": _refused,
    "signatures": _signatures,
    "skipped": _skipped,
    "not skipped": _not_skipped,
    "acts": _acts,
    "facts": _facts,
    "rows": _rows,
    "linked": _linked,
    "cases": _cases,
    "records": _records,
    "closed": _closed,
    "open": _open,
    "told": _told,
    "not told": _not_told,
    "story": _story,
    **limits.CHECKS,
    **papers.CHECKS,
}

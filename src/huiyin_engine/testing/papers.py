"""What a scenario can say of paper: forms field by field, letters, letters due, reports with rows and receivers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from huiyin_engine import instants
from huiyin_engine.forms import Line, Report, Sheet, letter_sheet, report, sheets
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.model.state import CaseState
from huiyin_engine.testing.checking import Check
from huiyin_engine.testing.values import Fault, none, row_key, whole_number, word, words, written
from huiyin_engine.texts import Text

Days = tuple[int, int]


def _form(check: Check, tree: Tree, line: int) -> None:
    """form: {F1: {label or position: value}}; the whole as a list; `row` chooses among sheets for each row."""
    for name, wanted in _pairs(tree, "表单: …", "form: …"):
        rule = check.pack.forms[check.known(wanted, name, check.pack.forms, "表单", "form")]
        found = sheets(check.world, check.case.id, rule, check.now, _number(check))
        rest = wanted
        if isinstance(wanted, Map) and (row := wanted.get("row")) is not None:
            if rule.each is None:
                raise Fault(row.line, f"表单 {name} 不按行出", f"form {name} is not one for each row")
            key = row_key(row, rule.each, check.case, check.pack)
            found = tuple(sheet for sheet in found if sheet.row == key)
            rest = Map({k: v for k, v in wanted.items.items() if k != "row"}, wanted.lines, wanted.line)
        if not found:
            check.fail(wanted.line, Text(f"表单 {name}", f"form {name}"), "one", "none")
            continue
        _sheet(check, found[-1], rest)


def _letter(check: Check, tree: Tree, line: int) -> None:
    for name, wanted in _pairs(tree, "函: …", "letter: …"):
        rule = check.pack.letters[check.known(wanted, name, check.pack.letters, "函", "letter")]
        _sheet(check, letter_sheet(check.world, check.case.id, rule, check.now, _number(check)), wanted)


def _number(check: Check) -> Callable[[CaseState], str]:
    """In a scenario a case has the name the scenario gave it."""
    names = {case: name for name, case in check.names.items()}
    return lambda case: names.get(case.id, case.id)


def _letters_due(check: Check, tree: Tree, line: int) -> None:
    for name in words(tree):
        check.known(tree, name, check.pack.letters, "函", "letter")
    owed = {act for o in check.case.owed() if (r := check.pack.owes.get(o.owe)) is not None for act in r.does}
    due = sorted(letter.id for letter in check.pack.letters.values() if letter.sent_by in owed)
    check.equal(line, "应发的函", "letters due", sorted(words(tree)), due)


def _sheet(check: Check, sheet: Sheet, wanted: Tree) -> None:
    """Some fields by label or position, or all of them in order."""
    zh, en = sheet.name
    if isinstance(wanted, Seq):
        items = wanted.items
        if len(items) != len(sheet.lines):
            held = "; ".join(f"{x.label.zh}: {x.shown.zh or 'none'}" for x in sheet.lines)
            check.fail(
                wanted.line,
                Text(f"{zh} 栏目数", f"number of fields of {en}"),
                len(items),
                f"{len(sheet.lines)}: {held}",
            )
            return
        for item, held_line in zip(items, sheet.lines, strict=True):
            if isinstance(item, Map) and len(item.items) == 1:
                label, item = next(iter(item.items.items()))
                if label not in held_line.label:
                    check.fail(
                        item.line, Text(f"{zh} 栏目次序", f"order of the fields of {en}"), label, held_line.label.zh
                    )
            _field(check, sheet.name, held_line, item)
        return
    for label, value in _pairs(wanted, "栏目: 值", "label: value"):
        _field(check, sheet.name, field_of(sheet.lines, label, value), value)


def field_of(lines: Sequence[Line], label: str, place: Tree) -> Line:
    """A field by its label in one of the languages, `label #2` where it stands twice, or its position from 1."""
    if label.isdigit():
        if not 1 <= int(label) <= len(lines):
            raise Fault(place.line, f"没有第{label}栏", f"there is no field {label}")
        return lines[int(label) - 1]
    name, _, nth = label.partition(" #")
    found = [x for x in lines if name in x.label]
    index = int(nth) - 1 if nth.isdigit() else 0
    if not 0 <= index < len(found):
        listed = "、".join(x.label.zh for x in lines)
        raise Fault(place.line, f"没有栏目“{label}”，有：{listed}", f"no field '{label}'; there are: {listed}")
    if len(found) > 1 and not nth:
        raise Fault(
            place.line,
            f"“{name}”有{len(found)}栏，写 {name} #1",
            f"'{name}' stands {len(found)} times: write '{name} #1'",
        )
    return found[index]


def ways_to_write(line: Line) -> set[str]:
    """Every way a scenario may write a field's value: shown in either language, or as the engine holds it."""
    if line.value is None or line.value == ():
        return {"none"}
    ways = {line.shown.zh, line.shown.en, written(line.value)}
    if isinstance(line.value, int) and not isinstance(line.value, bool):
        ways.add(instants.format_instant(line.value))
        ways.add(instants.format_day(instants.day_of(line.value)))
    return ways


def _field(check: Check, name: Text, line: Line, wanted: Tree) -> None:
    text = ", ".join(word(t) for t in wanted.items) if isinstance(wanted, Seq) else word(wanted)
    ways = ways_to_write(line)
    if text not in ways and text.replace("、", ", ") not in ways:
        label = Text(f"{name.zh}：{line.label.zh}", f"{name.en}: {line.label.en}")
        check.fail(wanted.line, label, text, line.shown.zh or "none")


def _pairs(tree: Tree, zh: str, en: str) -> Iterable[tuple[str, Tree]]:
    if not isinstance(tree, Map):
        raise Fault(tree.line, f"应写 {zh}", f"write {en}")
    return tree.items.items()


# -- reports ---------------------------------------------------------------------------------------------------------


def read_period(tree: Tree) -> Days:
    """2025-03, 2025-Q1, 2025, or 2025-03-01..2025-03-31, as first and last day. Raises Fault."""
    text = word(tree)
    try:
        if ".." in text:
            first, _, last = text.partition("..")
            return instants.parse_day(first.strip()), instants.parse_day(last.strip())
        year, _, part = text.partition("-")
        if not part:
            return _months(int(year), 1, 12)
        if part.startswith("Q"):
            return _months(int(year), 3 * int(part[1:]) - 2, 3)
        return _months(int(year), int(part), 1)
    except ValueError:
        raise Fault(
            tree.line, f"“{text}”不是期间", f"'{text}' is no period like 2025-03, 2025-Q1, 2025 or a..b"
        ) from None


def _months(year: int, month: int, length: int) -> Days:
    first = instants.day_from_parts(year, month, 1)
    return first, instants.add_months(first, length) - 1


def _report(check: Check, tree: Tree, line: int) -> None:
    for name, wanted in _pairs(tree, "报表: {period: …}", "report: {period: …}"):
        rule = check.pack.reports[check.known(wanted, name, check.pack.reports, "报表", "report")]
        body = Map(dict(_pairs(wanted, "{period: …}", "{period: …}")), {}, wanted.line)
        period = body.get("period")
        if period is None:
            raise Fault(wanted.line, "报表要写 period", "a report needs 'period'")
        view = report(
            check.world, check.pack, rule, check.store.cases().values(), read_period(period), check.now, _number(check)
        )
        for key, value in body.items.items():
            if key != "period":
                _REPORT[key](check, view, value)


def _head(check: Check, view: Report, tree: Tree) -> None:
    check.contains(tree.line, f"{view.name.zh} 表头", f"head of {view.name.en}", word(tree), [view.head])


def _report_rows(check: Check, view: Report, tree: Tree) -> None:
    if isinstance(tree, Scalar):
        number = 0 if none(tree) else whole_number(tree)
        check.equal(tree.line, f"{view.name.zh} 行数", f"rows of {view.name.en}", number, len(view.rows))
        return
    items = tree.items if isinstance(tree, Seq) else (tree,)
    if len(items) != len(view.rows):
        check.equal(tree.line, f"{view.name.zh} 行数", f"rows of {view.name.en}", len(items), len(view.rows))
        return
    for item, row in zip(items, view.rows, strict=True):
        for label, value in _pairs(item, "{栏目: 值}", "{label: value}"):
            _field(check, view.name, field_of(row.lines, label, value), value)


def _group_id(view: Report, name: str) -> str:
    """A group by its id or its label in one of the languages."""
    return next((g for g, text in view.group_names.items() if name in (g, *text)), name)


def _groups(check: Check, view: Report, tree: Tree) -> None:
    for name, number in _pairs(tree, "{类: 件数}", "{group: count}"):
        held = len(view.groups.get(_group_id(view, name), ()))
        check.equal(number.line, f"{view.name.zh}：{name}", f"{view.name.en}: {name}", whole_number(number), held)


def _proposed(check: Check, view: Report, tree: Tree) -> None:
    wanted = sorted(_group_id(view, name) for name in words(tree))
    check.equal(tree.line, f"{view.name.zh} 建议", f"{view.name.en}: proposed", wanted, sorted(view.proposed))


def _to(check: Check, view: Report, tree: Tree) -> None:
    check.equal(tree.line, f"{view.name.zh} 发送", f"{view.name.en}: to", sorted(words(tree)), sorted(view.to))


def _to_read(check: Check, view: Report, tree: Tree) -> None:
    check.equal(
        tree.line, f"{view.name.zh} 审阅", f"{view.name.en}: to read", sorted(words(tree)), sorted(view.to_read)
    )


_REPORT: dict[str, Callable[[Check, Report, Tree], None]] = {
    "head": _head,
    "rows": _report_rows,
    "groups": _groups,
    "proposed": _proposed,
    "to": _to,
    "to read": _to_read,
}
CHECKS: dict[str, Callable[[Check, Tree, int], None]] = {
    "form": _form,
    "letter": _letter,
    "letters due": _letters_due,
    "report": _report,
}

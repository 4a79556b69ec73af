"""Checking what an act brings: every value typed, bounded and clean before anything is changed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from huiyin_engine import wording
from huiyin_engine.language.pack import ActRule, Fact
from huiyin_engine.model.outcome import Act, Refusal
from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.step import Step

LONGEST_TEXT = 100_000
LARGEST_NUMBER = Decimal(10) ** 15
EARLIEST, LATEST = -2_208_988_800, 7_258_118_400
"""1900-01-01 and 2200-01-01: an instant outside is a slip of the pen."""

MOST_ITEMS = 1_000
UNKEEPABLE = re.compile("[\\x00\\ud800-\\udfff]")
"""NUL and halves of a character: no database keeps them."""
NOTHING: tuple[object, ...] = (None, "", (), [])

IN_THE_PAST = (
    Text("须晚于办理时间", "must lie after the instant of the act"),
    Text("另定一个以后的时间", "choose a later time"),
)

Checked = tuple[dict[str, Any], dict[str, Any]]


def check_inputs(step: Step, rule: ActRule, act: Act) -> Checked | Refusal:
    """(facts of the case, fields of the row) that the act sets; or the refusal naming field, rule and way out."""
    given = {name: value for name, value in act.inputs.items() if value not in NOTHING}
    row_fields = step.pack.rows.get(rule.on or "", {})
    facts: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for take in rule.takes:
        fact = row_fields.get(take.fact) or step.pack.facts[take.fact]
        if take.fact not in given:
            if not take.optional:
                return wording.input_missing(rule, take.fact, fact.name)
            continue
        value = given.pop(take.fact)
        problem = wrong(step, fact, value, act.at)
        if problem is not None:
            return wording.input_wrong(rule, take.fact, fact.name, *problem)
        if fact.type.several and not isinstance(value, tuple):
            value = tuple(value) if isinstance(value, list | set | frozenset) else (value,)
        if take.fact in rule.gathers:
            value = tuple(dict.fromkeys((*(step.case.facts.get(take.fact) or ()), *value)))
        (fields if take.fact in row_fields else facts)[take.fact] = value
    if rule.does == "correct":
        return _corrected(step, rule, act, given, facts, fields)
    if given:
        return wording.input_unknown(rule, next(iter(given)))
    return facts, fields


def check_reason(act: Act) -> Refusal | None:
    """An act dated back says why (CR-11), and the reason is text like any other."""
    label = Text("补记理由", "reason for dating it back")
    if not act.reason:
        if act.at == act.recorded_at:
            return None
        return Refusal(
            "input_missing",
            Text(f"“{label.zh}”没有填写", f"the {label.en} is not given"),
            "CR-11",
            Text("写明为何事后补记，或用现在的时间", "say why it is written down later, or give the present instant"),
            field="reason",
        )
    problem = _wrong_text(act.reason)
    if problem is None:
        return None
    why, way_out = problem
    return Refusal(
        "input_wrong", Text(f"“{label.zh}”{why.zh}", f"the {label.en} {why.en}"), "CR-11", way_out, (), "reason"
    )


def _corrected(
    step: Step, rule: ActRule, act: Act, given: dict[str, Any], facts: dict[str, Any], fields: dict[str, Any]
) -> Checked | Refusal:
    """A correction (CR-35) may set any fact that was entered by hand."""
    for name, value in given.items():
        fact = step.pack.facts.get(name)
        if fact is None or fact.table is not None:
            return wording.input_unknown(rule, name)
        problem = wrong(step, fact, value, act.at)
        if problem is not None:
            return wording.input_wrong(rule, name, fact.name, *problem)
        facts[name] = value
    return facts, fields


def wrong(step: Step, fact: Fact, value: Any, at: int) -> tuple[Text, Text] | None:
    """What is wrong with a value and what to do, or None. Lists are checked item by item."""
    if fact.type.several:
        items = value if isinstance(value, tuple | list | set | frozenset) else (value,)
        if len(items) > MOST_ITEMS:
            return (
                Text(
                    f"过多（{len(items)}项，至多{MOST_ITEMS}项）", f"has too many ({len(items)}, at most {MOST_ITEMS})"
                ),
                Text("分几次填写", "give them in several goes"),
            )
        return next((p for p in (_wrong_one(step, fact, i, at) for i in items) if p), None)
    return _wrong_one(step, fact, value, at)


def _wrong_one(step: Step, fact: Fact, value: Any, at: int) -> tuple[Text, Text] | None:
    kind = fact.type.type
    match kind:
        case "text" | "place" | "file" | "period":
            return _wrong_text(value)
        case "yes/no":
            if not isinstance(value, bool):
                return Text("只能是“是”或“否”", "is yes or no"), Text("选择是或否", "choose yes or no")
        case "choice":
            if value not in fact.type.values:
                listed = Text(
                    "、".join(t.zh for t in fact.labels.values()), ", ".join(t.en for t in fact.labels.values())
                )
                return Text(f"没有“{value}”这一选项", f"has no option '{value}'"), listed.format()
        case "money" | "number" | "share":
            return _wrong_number(kind, value)
        case "instant" | "date" | "month":
            return _wrong_instant(fact, value, at)
        case "person":
            if not isinstance(value, str) or not step.env.directory.exists(value):
                return Text("不在通讯录中", "is not in the directory"), Text(
                    "从通讯录中选择", "choose from the directory"
                )
        case "unit":
            if not isinstance(value, str) or value not in step.env.directory.units:
                return Text("没有这个部门", "is no unit of the directory"), Text(
                    "从部门表中选择", "choose from the units"
                )
        case "post":
            if not isinstance(value, str) or value not in step.pack.posts:
                return Text("没有这个岗位", "is no post of the regulation"), Text(
                    "从岗位表中选择", "choose from the posts"
                )
    return None


def _wrong_text(value: Any) -> tuple[Text, Text] | None:
    if not isinstance(value, str):
        return Text("应是文字", "must be text"), Text("填写文字", "write text")
    if UNKEEPABLE.search(value):
        return Text("含有不能保存的字符", "holds a character that cannot be kept"), Text("去掉该字符", "remove it")
    if len(value) > LONGEST_TEXT:
        return (
            Text(
                f"过长（{len(value)}字，至多{LONGEST_TEXT}字）", f"is too long ({len(value)}, at most {LONGEST_TEXT})"
            ),
            Text("缩短，或作为附件", "shorten it, or attach it as a file"),
        )
    if not value.strip():
        return Text("是空白", "is blank"), Text("填写内容", "write something")
    return None


def _wrong_number(kind: str, value: Any) -> tuple[Text, Text] | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Text("应是数", "must be a number"), Text("填写数字", "write a number")
    number = Decimal(value)
    if not number.is_finite() or abs(number) > LARGEST_NUMBER:
        return Text("超出范围", "is out of range"), Text("核对数字", "check the number")
    if kind == "money" and number != number.quantize(Decimal("0.01")):
        return Text("精确到分", "has more than two decimals"), Text("写到分为止", "write yuan and fen")
    return None


def _wrong_instant(fact: Fact, value: Any, at: int) -> tuple[Text, Text] | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return Text("不是时间", "is no instant"), Text("写成 2025-03-12 18:00", "write 2025-03-12 18:00")
    if not EARLIEST <= value <= LATEST:
        return Text("不像真实的日期", "is no likely date"), Text("核对年份", "check the year")
    if fact.future and value <= at:
        return IN_THE_PAST
    return None

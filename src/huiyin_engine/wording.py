"""The sentences the engine says: refusals with clause and way out, and the names of whom a rule means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from huiyin_engine import instants
from huiyin_engine.language import sentences as s
from huiyin_engine.language.compiling import Sentence
from huiyin_engine.language.pack import ActRule, Need, OweRule, Pack
from huiyin_engine.model.outcome import Refusal
from huiyin_engine.model.state import CaseState
from huiyin_engine.texts import Text

if TYPE_CHECKING:
    from huiyin_engine.model.outcome import World
    from huiyin_engine.step import Step

_RELATIONS = {
    "leader": Text("{x}的直接领导", "direct leader of {x}"),
    "unit": Text("{x}所在部门", "unit of {x}"),
    "post": Text("{x}的岗位", "post of {x}"),
}


def name_of(pack: Pack, name: str) -> Text:
    """What people call a post, capacity, fact, act, obligation, row or parameter of the pack."""
    if name in pack.posts:
        return pack.posts[name].name
    for table in (pack.holders, pack.facts, pack.acts, pack.owes, pack.parameters):
        if name in table:
            return table[name].name
    if name in pack.parties:
        return pack.parties[name]
    if name in pack.aliases:
        return describe(pack, s.parse(pack.aliases[name]))
    if name in pack.row_names:
        return pack.row_names[name]
    return {"anyone": Text("任何人员", "anybody"), "actor": Text("经办人", "whoever does it")}.get(
        name, Text(name, name)
    )


def describe(pack: Pack, node: s.Node) -> Text:
    """Whom or what a sentence means, in words; good for selectors, best effort for the rest."""
    if isinstance(node, s.Name):
        return name_of(pack, node.id)
    if isinstance(node, s.Of):
        inner = describe(pack, node.x)
        if node.relation in _RELATIONS:
            return _RELATIONS[node.relation].format(x=inner)
        outer = name_of(pack, node.relation)
        return Text(f"{inner.zh}的{outer.zh}", f"{outer.en} of {inner.en}")
    if isinstance(node, s.ActAsk):
        act = name_of(pack, node.act)
        return Text(f"办理“{act.zh}”的人", f"whoever did '{act.en}'")
    if isinstance(node, s.IfElse):
        a, b = describe(pack, node.then), describe(pack, node.other)
        return Text(f"{a.zh}或{b.zh}", f"{a.en} or {b.en}")
    return Text("…", "…")


def whom(pack: Pack, by: Iterable[Sentence]) -> Text:
    """The posts and capacities of an act or obligation, joined."""
    texts = [describe(pack, sentence.node) for sentence in by]
    return Text("、".join(t.zh for t in texts), " or ".join(t.en for t in texts))


def _names(step: Step, people: Iterable[str]) -> Text:
    names = [step.env.directory.person_name(p) for p in people]
    return Text("、".join(name.zh for name in names), " or ".join(name.en for name in names))


def unknown_act(pack: Pack, act: str) -> Refusal:
    return Refusal(
        "act_unknown",
        Text(f"本制度没有行为“{act}”", f"the regulation knows no act '{act}'"),
        pack.id,
        Text("从可办事项中选择", "choose one of the acts offered"),
    )


def no_such_case(rule: ActRule) -> Refusal:
    return Refusal(
        "case_unknown",
        Text(f"没有这件事项，“{rule.name.zh}”无从办理", f"there is no such case to do '{rule.name.en}' on"),
        rule.source.clause,
        Text("先登记立案", "register it first"),
    )


def not_for_this_type(pack: Pack, rule: ActRule, case_type: str) -> Refusal:
    kind = pack.cases[case_type].name
    return Refusal(
        "act_not_for_type",
        Text(f"“{rule.name.zh}”不适用于{kind.zh}", f"'{rule.name.en}' is not an act on a case of type {kind.en}"),
        rule.source.clause,
        Text("在相应事项上办理", "do it on a case of its type"),
    )


def dated_before_history(rule: ActRule, last_at: int) -> Refusal:
    when = instants.show_instant(last_at)
    return Refusal(
        "dated_before_history",
        Text(f"时间早于本案最后一条记录（{when.zh}）", f"dated before the last entry of the case ({when.en})"),
        "CR-11",
        Text("填写其后的时间；记录有误的用更正", "give a later instant, or correct the wrong entry"),
    )


def case_closed(rule: ActRule, case: CaseState) -> Refusal:
    when = instants.show_instant(case.closed_at or 0)
    return Refusal(
        "case_closed",
        Text(
            f"已于{when.zh}结案，不能再“{rule.name.zh}”", f"closed on {when.en}; '{rule.name.en}' is no longer possible"
        ),
        rule.source.clause,
        Text("另立关联案件，或按制度重开", "open a linked case, or reopen it as the regulation allows"),
    )


def done_already(rule: ActRule) -> Refusal:
    return Refusal(
        "done_already",
        Text(f"“{rule.name.zh}”已经办过", f"'{rule.name.en}' has been done already"),
        rule.source.clause,
        Text("内容有误的用更正", "correct it if it is wrong"),
    )


def opened_already(rule: ActRule) -> Refusal:
    return Refusal(
        "opened_already",
        Text(f"本件已立，不能再“{rule.name.zh}”", f"it is open already; '{rule.name.en}' cannot be done on it again"),
        rule.source.clause,
        Text("内容有误的用更正；另有其事的另立一件", "correct what is wrong; open another case for another matter"),
    )


def one_case_only(rule: ActRule) -> Refusal:
    return Refusal(
        "one_case_only",
        Text(f"“{rule.name.zh}”一次只办一件", f"'{rule.name.en}' is done on one case at a time"),
        rule.source.clause,
        Text("逐件办理", "do it on each of them"),
        field="also",
    )


def row_missing(pack: Pack, rule: ActRule) -> Refusal:
    row = name_of(pack, rule.on or "")
    return Refusal(
        "row_missing",
        Text(f"没有指明是哪一项{row.zh}", f"it is not said which {row.en}"),
        rule.source.clause,
        Text("选定一项", "choose one"),
        field="row",
    )


def concerned(step: Step, rule: ActRule, people: tuple[str, ...]) -> Refusal:
    names = _names(step, people)
    return Refusal(
        "concerned",
        Text("本案与您有关，须回避", "you are concerned by this case and must stand aside"),
        "CR-2",
        Text(f"可由{names.zh}办理", f"{names.en} can do it")
        if people
        else Text("由上级指定", "it goes up by CR-4, CR-5"),
        people,
    )


def no_right(step: Step, rule: ActRule, people: tuple[str, ...]) -> Refusal:
    who = whom(step.pack, rule.by)
    names = _names(step, people)
    return Refusal(
        "no_right",
        Text(f"“{rule.name.zh}”由{who.zh}办理", f"'{rule.name.en}' is for {who.en}"),
        rule.source.clause,
        Text(f"请{names.zh}办理", f"ask {names.en}") if people else Text("请先指定人员", "name somebody first"),
        people,
    )


def too_early(pack: Pack, rule: ActRule, before: str) -> Refusal:
    first = pack.acts[before].name
    return Refusal(
        "too_early",
        Text(f"须先“{first.zh}”", f"'{first.en}' comes first"),
        rule.source.clause,
        Text(f"先办“{first.zh}”", f"do '{first.en}' first"),
    )


def fallen_away(rule: ActRule) -> Refusal:
    return Refusal(
        "fallen_away",
        Text(f"本案不需要“{rule.name.zh}”", f"'{rule.name.en}' falls away in this case"),
        rule.source.clause,
        Text("办理下一步", "go on with the next step"),
    )


def must_come_first(pack: Pack, rule: ActRule, owe: OweRule) -> Refusal:
    return Refusal(
        "must_come_first",
        Text(
            f"“{owe.name.zh}”还没有做，不能“{rule.name.zh}”", f"'{owe.name.en}' is still owed before '{rule.name.en}'"
        ),
        owe.source.clause,
        Text(f"先办“{owe.name.zh}”", f"do '{owe.name.en}' first"),
    )


def input_missing(rule: ActRule, field: str, label: Text) -> Refusal:
    return Refusal(
        "input_missing",
        Text(f"“{label.zh}”没有填写", f"'{label.en}' is not given"),
        rule.source.clause,
        Text(f"填写“{label.zh}”", f"give '{label.en}'"),
        field=field,
    )


def input_wrong(rule: ActRule, field: str, label: Text, why: Text, way_out: Text) -> Refusal:
    return Refusal(
        "input_wrong",
        Text(f"“{label.zh}”{why.zh}", f"'{label.en}' {why.en}"),
        rule.source.clause,
        way_out,
        field=field,
    )


def input_unknown(rule: ActRule, field: str) -> Refusal:
    return Refusal(
        "input_unknown",
        Text(f"“{rule.name.zh}”不收“{field}”这一项", f"'{rule.name.en}' takes no '{field}'"),
        rule.source.clause,
        Text("去掉这一项", "leave it out"),
        field=field,
    )


def need_not_met(rule: ActRule, index: int, need: Need) -> Refusal:
    return Refusal(
        "need_not_met", need.text, rule.source.clause, Text("先使前提成立", "make it hold first"), field=str(index)
    )


def outside_calendar(world: World) -> Refusal:
    first, last = world.calendar.first_year, world.calendar.last_year
    return Refusal(
        "outside_calendar",
        Text(
            f"由填写的日期推算的期限超出日历（{first}至{last}年）",
            f"a limit counted from the dates given leaves the calendar ({first} to {last})",
        ),
        "",
        Text("核对日期中的年份", "check the years of the dates"),
    )


def cannot_hold(step: Step, rule: ActRule, person: str, why: str) -> Refusal:
    name = step.env.directory.person_name(person)
    reasons = {
        "conflict": Text("与本案有关，须回避", "is concerned by the case"),
        "absence": Text("外出", "is away"),
        "left": Text("不在通讯录中", "is not in the directory"),
    }
    reason = reasons[why]
    return Refusal(
        "cannot_hold",
        Text(f"{name.zh}{reason.zh}，不能负责本案", f"{name.en} {reason.en} and cannot hold it"),
        rule.source.clause,
        Text("指定另一人", "name somebody else"),
    )


def limit_not_running(rule: ActRule) -> Refusal:
    return Refusal(
        "limit_not_running",
        Text(f"没有可“{rule.name.zh}”的时限", f"there is no such limit for '{rule.name.en}'"),
        rule.source.clause,
        Text("选一个运行中（恢复时：已中止）的时限", "choose one that runs (to resume: one that stands still)"),
        field="obligation",
    )

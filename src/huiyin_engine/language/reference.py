"""The reference of the pack language as text: every kind and key from `kinds`, every form of sentence with an example.

`docs/packs/reference.md` is this text; a test compares the two and reads every example with the parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from huiyin_engine.language.building import FACT_TYPES
from huiyin_engine.language.kinds import CASE_KEYS, CLAUSE_KEYS, HEADER_KEYS, KINDS, POST_KEYS, Key
from huiyin_engine.language.sentences import PERIODS, RESERVED
from huiyin_engine.texts import Text

KIND_MEANINGS: Final = {
    "fact": Text(
        "事实：案件上的一个值，由人填写，或由一句话、一张表推导", "A value of the case, typed by people or derived"
    ),
    "rows": Text(
        "明细：案件里可有多行的东西（分办、访问、证据）", "Things a case has several of (parts, visits, proofs)"
    ),
    "table": Text("取值表：选项对应的数", "A number for each value of a choice"),
    "parameter": Text(
        "参数：由单位填写的值；缺省值是本系统的建议", "A value the organisation gives; a default is ours"
    ),
    "holder": Text("经办身份：由谁持有案件，按表选出", "A capacity in which somebody holds the case, found by a table"),
    "act": Text(
        "行为：谁可以做、填什么、前提是什么、做了会怎样",
        "What somebody does: who may, with what, when, what comes of it",
    ),
    "owe": Text(
        "时限义务：谁欠做什么，从何时起，到何时止", "What somebody owes: who, from when, what fulfils it, until when"
    ),
    "tell": Text("告知：发生某事时通知谁", "A notice to people when something happens"),
    "open": Text("关联案件：由本案另立一件", "A linked case that this one opens"),
    "add": Text("自动加行：发生某事时加一行明细", "A row that arises when something happens"),
    "record": Text("归档件：何时形成、由谁保管几年", "A record with its terms of custody"),
    "form": Text("表单：案件的一个视图，栏目按原表", "An official sheet: a view of the case, fields in printed order"),
    "report": Text("报表：一个期间里许多案件的清单", "A list of many cases over a period"),
    "letter": Text("函：发给当事人的文书及其必备内容", "A letter with what it must say"),
    "measure": Text(
        "统计量：跨案件的数，到阈值可成为起因", "A number over many cases whose crossing sets things going"
    ),
    "say": Text("话术、提示：显示给办理的人", "Guidance shown to people"),
    "closes": Text(
        "结案：成立即结案；可有几个，先成立者算", "A condition that closes the case; of several, the first that holds"
    ),
    "conflict": Text("回避：谁与本案有关；可写替代岗位", "Who is concerned, and the substitutes of a post"),
}

SHAPES: Final = {
    "text": Text("“中文 / English”", "“中文 / English”"),
    "texts": Text("名称: 中文 / English", "name: 中文 / English"),
    "word": Text("一个词", "one word"),
    "words": Text("几个词，逗号或清单", "words, by comma or as a list"),
    "scalar": Text("一个值", "a bare value"),
    "flag": Text("yes 或 no", "yes or no"),
    "sentence": Text("一句话（见“句子”）", "a sentence (see Sentences)"),
    "sentences": Text("一句话或一个清单", "a sentence or a list of them"),
    "sets": Text("名称: 一句话", "name: sentence"),
    "table": Text(
        "清单，每行 {if: 条件, is: 值, raised: 上升级数}", "list of {if: condition, is: value, raised: steps up}"
    ),
    "needs": Text("清单，每项 条件 或 条件: 拒绝的话", "list of condition or condition: refusal"),
    "takes": Text(
        "事实名，可选加 ?，或“名: 类型 中文 / English”", "facts, ? for optional, or “name: type 中文 / English”"
    ),
    "triggers": Text("起因（见“起因”），一个或清单", "what sets it going (see Triggers), one or a list"),
    "span": Text("3 working days", "3 working days"),
    "legs": Text("清单，每项 1 years by 岗位", "list of “1 years by POST”"),
    "fields": Text("清单，每项 事实名 或 栏目: 一句话或视图", "list of fact or label: sentence or view"),
    "columns": Text("同表单栏目", "as the fields of a form"),
    "instead": Text("清单，每项 {if, set, say}", "list of {if, set, say}"),
    "adds": Text("{明细: {栏目: 一句话, each: 事实}}", "{row kind: {field: sentence, each: fact}}"),
    "values": Text("{选项: 数}", "{choice: number}"),
    "posts": Text("岗位: {…}（见“岗位”）", "post: {…} (see Posts)"),
    "cases": Text("事项类型: {…}（见“事项类型”）", "case type: {…} (see Case types)"),
}


class Form(NamedTuple):
    """A form of sentence: an example that the parser reads, and what it means."""

    example: str
    meaning: Text


SENTENCES: Final[tuple[tuple[Text, tuple[Form, ...]], ...]] = (
    (
        Text("条件", "Conditions"),
        (
            Form("a and b or not c", Text("且、或、非；不知道不等于否", "and, or, not; unknown is not no")),
            Form(
                "kind is quality",
                Text("等于；右边的词按左边的可选值理解", "equals; the word on the right is a value of the choice"),
            ),
            Form("kind is not quality", Text("不等于", "differs")),
            Form(
                "kind in [quality, service]",
                Text("在其中；左边是清单时，有一个在其中即可", "is among them; of a list, one is enough"),
            ),
            Form("kind not in [quality, service]", Text("不在其中", "is not among them")),
            Form("person in manager", Text("此人担任该岗位", "the person holds the post")),
            Form("amount >= 1000.50", Text("比较：< <= > >=，用于数、金额、时刻", "compares numbers, money, instants")),
            Form("content is known", Text("已填；反面是 is unknown", "is given; the opposite is “is unknown”")),
            Form("yes", Text("是；反面是 no", "yes; the opposite is no")),
        ),
    ),
    (
        Text("问经过", "What happened"),
        (
            Form("done review", Text("做过该行为", "the act was done")),
            Form(
                "done review since plan",
                Text("在最近一次 plan（行为或事实）之后做过", "done after the last plan (an act or a fact)"),
            ),
            Form("past review", Text("做过，或已轮到而略去", "done, or fallen away when its turn had come")),
            Form("times agree_time", Text("做过几次", "how often it was done")),
            Form("first register", Text("第一次做的时刻", "instant it was first done")),
            Form("last visit", Text("最近一次做的时刻", "instant it was last done")),
            Form("actor of register", Text("最近一次由谁做", "who did it last")),
            Form(
                "missed reply no 2",
                Text(
                    "该时限（第二个）逾期过；只用于有约束力的期限",
                    "the limit (its second) was missed; binding limits only",
                ),
            ),
            Form("open reply", Text("正在进行、未逾期", "running and not missed")),
            Form("owed reply", Text("仍欠，逾期的也算", "still owed, late or not")),
            Form("met reply", Text("办完过，逾期办的也算", "was fulfilled, late or not")),
            Form("due of reply", Text("到期时刻", "its due instant")),
            Form("bearer of reply", Text("由谁负有", "who bears it")),
        ),
    ),
    (
        Text("明细", "Rows"),
        (
            Form("any part where reported", Text("有一行满足", "one row fits")),
            Form("all part where reported", Text("每行都满足（没有行也算）", "every row fits (none at all counts)")),
            Form("none part where reported", Text("没有一行满足", "no row fits")),
            Form("count part where size > 2", Text("几行满足", "how many fit")),
            Form("sum amount of part where agreed", Text("求和", "the sum of a field")),
        ),
    ),
    (
        Text("人", "People"),
        (
            Form("dept_manager", Text("该岗位（在 by、who、to、is 中）", "the post (in by, who, to, is)")),
            Form("dept_manager of unit", Text("该部门的该岗位", "the post for a unit")),
            Form("leader of manager", Text("该岗位或该人的直接领导", "the direct leader of a post or person")),
            Form("unit of actor of review", Text("某人的部门", "the unit of a person")),
            Form("post of owner", Text("某人的岗位", "the post of a person")),
            Form(
                "count manager",
                Text(
                    "该岗位现有几人可办本案（不回避、不外出）", "how many holders of the post can act on the case now"
                ),
            ),
            Form("owner of link_name", Text("关联案件的经办", "who holds the linked case")),
        ),
    ),
    (
        Text("数", "Numbers"),
        (
            Form("(amount - paid) * 2 / 3", Text("四则；除以零为不知道", "arithmetic; divided by nothing is unknown")),
            Form("days_allowed[kind]", Text("查取值表", "looks up a table")),
            Form("min(a, b)", Text("较小；另有 max", "the lesser; also max")),
            Form("max(a, b)", Text("较大", "the greater")),
            Form("round(amount, 2)", Text("四舍五入到几位", "rounded half up to so many digits")),
            Form(
                "7 if complex else 3",
                Text("条件成立取前者，否则（含不知道）取后者", "the first if it holds, else (unknown too) the second"),
            ),
        ),
    ),
    (
        Text("时刻和期限", "Instants and limits"),
        (
            Form(
                "start + 3 working days",
                Text(
                    "工作日，起算日不计，止于日终（18:00）",
                    "working days, the day of the start not counted, until the end of the day (18:00)",
                ),
            ),
            Form("start + 3 working days counting that day", Text("当日起算", "the day of the start is the first")),
            Form(
                "start + 3 working days ending 12:00",
                Text("止于某钟点；另有 closing、same time", "until that hour; also closing, same time"),
            ),
            Form("start + 3 working days ending closing", Text("止于当日下班", "until closing time")),
            Form("start + 3 working days ending same time", Text("止于起算时的钟点", "until the hour it started")),
            Form(
                "start + 7 days on rest day next",
                Text(
                    "末日为休息日：keep 不动、next 顺延、previous 提前、previous in month 月内提前",
                    "last day a day of rest: keep, next, previous, previous in month",
                ),
            ),
            Form(
                "start + 2 working hours",
                Text(
                    "minutes、hours 连续计时，working minutes、working hours 只计上班时间",
                    "minutes and hours round the clock, working ones in working time",
                ),
            ),
            Form(
                "start - 1 weeks",
                Text("往前推；另有 months、years，月末就低", "back; also months and years, clipped to the month"),
            ),
            Form("promised_at at 18:00", Text("那一天的某钟点", "that hour of that day")),
            Form("2025-10-01", Text("那一天零点", "00:00 of that day")),
            Form("earliest(a, b)", Text("已知的最早一个", "the earliest that is known")),
            Form("latest(a, b)", Text("最晚一个；有一个不知道则不知道", "the latest; unknown while one is")),
            Form("first_known(a, b)", Text("第一个已知的", "the first that is known")),
            Form(
                "next_opening(arrived_at)",
                Text("下一个上班时刻；正在上班即本身", "the next working instant; itself if at work"),
            ),
            Form("closing_of(arrived_at)", Text("当日下班时刻", "closing time of that day")),
            Form("start_of(month, now)", Text("期间的第一天零点", "00:00 of the first day of the period")),
            Form("end_of(month, now)", Text("期间的最后一秒", "the last second of the period")),
            Form(
                "first_working_day(month, now)",
                Text("期间第一个工作日零点", "00:00 of the first working day of the period"),
            ),
            Form(
                "last_working_day(week, now)",
                Text("期间最后一个工作日零点", "00:00 of the last working day of the period"),
            ),
            Form(
                "nth_working_day(month, 5, now)",
                Text("期间第几个工作日零点", "00:00 of the nth working day of the period"),
            ),
            Form("day_of_month(now, 15)", Text("当月第几日零点", "00:00 of that day of the month")),
        ),
    ),
)

PLACES: Final = {
    "actor, now": Text("办理人和办理时刻，在行为中", "who acts and when, in acts"),
    "start, now": Text("起点和现在，在期限中", "the start and the present instant, in limits"),
    "period_start, period_end": Text(
        "期间的起止，在周期义务和周期立案中", "bounds of the period, in duties and periodic cases"
    ),
    "opened_at, closed_at, closed": Text("立案、结案时刻，是否已结", "when it opened and closed, whether it is closed"),
    "group": Text("一类的件数，在报表的 propose 中", "size of the group, in 'propose' of a report"),
    "it": Text("each 中的一项，在 adds 中", "one item of 'each', in adds"),
    "anyone, nobody": Text("通讯录中任何人；无人", "anybody of the directory; nobody"),
}

TRIGGERS: Final = {
    "register, assess": Text("做了其中一个行为", "one of the acts is done"),
    "opened": Text("立案", "the case opens"),
    "closed": Text("结案", "the case closes"),
    "missed reply": Text(
        "该期限逾期；missed reply no 2 指第二个", "the limit is missed; “missed reply no 2” its second"
    ),
    "met reply": Text("该义务办完", "the obligation is fulfilled"),
    "climbed becomes yes": Text("条件由不成立变为成立", "a condition comes to hold"),
    "dept changes": Text("事实变了", "the fact changes"),
    "row part": Text("加了一行明细", "a row is added"),
    "crossed repeats": Text("统计量越过阈值", "a measure crosses a cut"),
}

VIEWS: Final = {
    "signature SLOT": Text("该签字栏最后由谁签", "who signed the slot last"),
    "signed_on SLOT": Text("该签字栏的签字日期", "the day it was signed"),
    "each ROWS FIELD": Text(
        "各行的某一栏（写几栏则取先有值的）", "a field of every row (of several, the first that is known)"
    ),
    "number": Text("案件编号", "the number of the case"),
}

DUE: Final = {
    "start + 3 working days": Text("有约束力：到期、逾期、有后果", "binding: due, missed, with consequences"),
    "target start + 3 working days": Text("目标：只显示迟了多少", "target: lateness is shown, nothing follows"),
    "at once": Text(
        "立即：排在最前，不算逾期；before 里的行为须等它",
        "at once: first in the list, never missed; 'before' waits for it",
    ),
    "open": Text("及时：没有期限，一直欠着", "open: owed without a due instant"),
}


def reference() -> str:
    """The whole reference, Chinese and English side by side, as Markdown."""
    parts = [
        "# 制度包参考 Pack reference",
        "由程序生成，请勿手改。 Generated; do not edit.",
        "一个制度包是一个文件夹：`pack.yaml` 是表头，其余 `.yaml` 是条款，按原文顺序；一条条款下面放承载它的元素。  \n"
        "A pack is a folder: `pack.yaml` is the header, the other `.yaml` files hold the clauses in the order of the "
        "text; under a clause stand the elements that carry it.",
        "## 表头 Header",
        _keys(HEADER_KEYS),
        "### 岗位 Posts",
        _keys(POST_KEYS),
        "### 事项类型 Case types",
        _keys(CASE_KEYS),
        "## 条款 Clauses",
        _keys(CLAUSE_KEYS),
        "## 元素 Elements",
        "写作 `种类 名称: {…}`。名称用小写英文、数字、下划线。  \n"
        "Written `kind name: {…}`. A name has lower-case letters, digits and underscores.",
    ]
    for kind, keys in KINDS.items():
        parts += [f"### {kind}", _both(KIND_MEANINGS[kind]), _keys(keys)]
    parts += ["## 句子 Sentences"]
    parts += [
        "条件、期限、公式、指人都用同一种短句。类型在载入时检查；"
        "没有填的值是“不知道”，前提只有在“是”的时候才算满足。  \n"
        "Conditions, limits, formulas and whom they mean are all short sentences. Types are checked when the pack is "
        "loaded; what is not given is *unknown*, and a condition lets through only on *yes*."
    ]
    for title, forms in SENTENCES:
        parts += [f"### {title.zh} {title.en}", _table((f"`{f.example}`", f.meaning) for f in forms)]
    parts += [
        "### 各处可用的词 Words of a place",
        _table((f"`{word}`", text) for word, text in PLACES.items()),
        "### 期限的力度 Strength of a limit",
        _table((f"`due: {due}`", text) for due, text in DUE.items()),
        "### 起因 Triggers",
        _table((f"`{trigger}`", text) for trigger, text in TRIGGERS.items()),
        "### 表单视图 Views in forms",
        _table((f"`{view}`", text) for view, text in VIEWS.items()),
        "### 类型 Types",
        ", ".join(f"`{name}`" for name in sorted(FACT_TYPES)),
        "### 期间 Periods",
        ", ".join(f"`{name}`" for name in PERIODS),
        "### 保留字 Reserved words",
        ", ".join(f"`{name}`" for name in sorted(RESERVED)),
    ]
    return "\n\n".join(parts) + "\n"


def _both(text: Text) -> str:
    return f"{text.zh}。  \n{text.en}."


def _keys(keys: Mapping[str, Key]) -> str:
    """A table of keys: name (with * if it must be there), how it is written, what it means."""
    lines = ["| 键 Key | 写法 | Written | 说明 | Meaning |", "|---|---|---|---|---|"]
    for name, key in keys.items():
        shape, must = SHAPES[key.shape], " *" if key.required else ""
        cells = (f"`{name}`{must}", shape.zh, shape.en, key.meaning.zh, key.meaning.en)
        lines.append(_line(cells))
    if any(key.required for key in keys.values()):
        lines += ["", "\\* 必填 required"]
    return "\n".join(lines)


def _table(rows: Iterable[tuple[str, Text]]) -> str:
    lines = ["| 写法 Written | 意思 | Meaning |", "|---|---|---|"]
    return "\n".join([*lines, *(_line((example, text.zh, text.en)) for example, text in rows)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference())

"""The kinds of element a clause may bring, and the keys of each: the table behind loader, schema and reference.

A key's shape says how its value is written:

    text       "中文 / English"               word       one name            words      names, by comma or as a list
    sentence   one sentence of the language   sentences  one or a list       flag       yes | no
    texts      name: "中文 / English"          sets       name: sentence      scalar     a bare value
    table      list of {if, is, raised}       needs      list of sentence or {sentence: refusal}
    takes      facts, "?" for optional, or "name: type 中文 / English"
    triggers   acts, opened, closed, missed X, met X, "… becomes yes", "X changes"
    span       3 working days                 legs       list of "1 years by POST"
    fields     list of name or {label: sentence}         columns    the same for a report
    instead    list of {if, set, say}         adds       {row kind: {field: sentence}, each: fact}
    values     number by value of a choice
"""

from __future__ import annotations

from typing import NamedTuple

from huiyin_engine.texts import Text


class Key(NamedTuple):
    """A key of an element: how its value is written, what it means ("中文。English."), whether it must be there."""

    shape: str
    doc: str
    required: bool = False

    @property
    def meaning(self) -> Text:
        """What it means, in both languages."""
        chinese, _, english = self.doc.partition("。")
        return Text(chinese, english.rstrip("."))


_COMMON = {
    "name": Key("text", "名称。What people call it, zh / en."),
    "rules": Key(
        "words", "承载的条目号。Rule ids of the digest this very element carries (default: those of its clause)."
    ),
    "source": Key("word", "text（原文）| reading（读法）| ours（本系统）。Where it comes from."),
    "note": Key("text", "说明。A remark for readers."),
}
_OF = {"of": Key("words", "事项类型。Case types it belongs to (default: the pack's first).")}

KINDS: dict[str, dict[str, Key]] = {
    "fact": {
        "type": Key(
            "word", "类型。text, yes/no, choice, money, number, share, instant, date, person, unit, post, place, file."
        ),
        "one of": Key("texts", "可选值。The values of a choice."),
        "several": Key("flag", "可多项。Holds a list."),
        "start": Key("scalar", "初值。Value at opening."),
        "ends": Key("word", "只写日期时的钟点。Hour a bare date ends (CR-15)."),
        "is": Key("sentence", "推导。Computed by this sentence."),
        "first of": Key("table", "推导：第一条成立的。Computed: first row that holds."),
        "highest of": Key(
            "table", "推导：取最高。Computed: highest value of the rows that hold, in the order of the choice."
        ),
        "keep": Key("flag", "一旦为是不再变回。Once yes (or higher) it stays."),
        "future": Key("flag", "须晚于当时。Must lie after the instant of the act (CR-15)."),
        "required when": Key("sentence", "何时必填。Compulsory when this holds, although taken with '?'."),
    },
    "rows": {
        **_OF,
        "facts": Key("sets", "栏目：类型。Fields and their types.", True),
    },
    "table": {"values": Key("values", "取值表。Number by value of a choice.", True)},
    "parameter": {
        "type": Key("word", "类型。As of a fact.", True),
        "default": Key("scalar", "缺省值（本系统建议）。Offered default, marked as ours."),
        "unit": Key("text", "单位。Unit shown beside it."),
    },
    "holder": {
        **_OF,
        "is": Key("sentence", "由谁。Selector."),
        "first of": Key("table", "第一条成立的。First row that holds."),
        "highest of": Key("table", "取职级最高者。Of the rows that hold, the one of highest rank."),
        "post": Key("word", "所属岗位。Post among whose holders a successor is sought (CR-4)."),
    },
    "act": {
        **_OF,
        "by": Key("sentences", "谁可以做。Posts, holders, anyone, or a party.", True),
        "opens": Key("word", "立案。Opens a case of this type."),
        "takes": Key("takes", "填写。Facts it asks for."),
        "needs": Key("needs", "前提。What must hold, with the refusal."),
        "after": Key("words", "次序：在其后。Done only after these; owed next once they are done."),
        "skip if": Key("sentence", "可略去。The step falls away while this holds."),
        "once": Key("flag", "只一次。May be done once."),
        "signs": Key("sets", "签字。Slot: person or party who signs."),
        "gathers": Key("words", "累加。Facts of several values to which what is given is added."),
        "sets": Key("sets", "同时记入。Facts computed by the act."),
        "instead": Key("instead", "改道。What the rule computes instead of what was asked (CR-29)."),
        "adds": Key("adds", "加一行。Rows it adds."),
        "on": Key("word", "对哪种明细。Works on one row of this kind."),
        "open to the concerned": Key("flag", "当事人可做。An act of a party (CR-3)."),
        "after closing": Key("flag", "结案后可做。Also possible on a closed case."),
        "reopens": Key("flag", "重开。Reopens the closed case."),
        "names": Key("word", "指定经办。Names the person for a capacity, from the fact given in 'takes'."),
        "does": Key("word", "机制：suspend, resume, correct。Works on an obligation or a fact named in its inputs."),
        "also on": Key("flag", "可同时对几件。May be done on several cases at once."),
        "guide": Key("text", "提示。Shown where the act is done."),
    },
    "owe": {
        **_OF,
        "who": Key("sentences", "谁负有。Bearers; any of them may do it.", True),
        "from": Key("triggers", "何时起。What opens it."),
        "every": Key("word", "周期：day, working_day, week, month, quarter, year。Opened by the calendar."),
        "opens": Key("sentence", "每期何时立。Instant in the period it opens (default its start)."),
        "if": Key("sentence", "条件。Only if this holds at the start."),
        "while": Key("sentence", "存续条件。Ends, waived, when this no longer holds."),
        "does": Key("sentence", "做什么。Acts that fulfil it: a, 'a or b', 'a and b'."),
        "where": Key("sentence", "且须。What must hold when the act is done."),
        "met when": Key("sentence", "何时算完成。Fulfilled when this holds."),
        "judged": Key("word", "at due（到期时判定）。The state at the due instant decides."),
        "due": Key("sentence", "期限：一个时刻 | open | at once | target 时刻。The limit.", True),
        "again": Key("word", "再次开始时：anew, renew, once, keep。What a further start does."),
        "moves": Key("word", "可变：freely, later only。Recomputed while open."),
        "warn": Key("span", "提前提醒。Reminder before the due instant."),
        "before": Key("words", "未完成前不得。Acts refused while this is owed."),
        "for each": Key("word", "每一行。Owed for each row of this kind."),
        "outlives": Key("flag", "结案后仍欠。Still owed after closing."),
        "tells": Key("sentences", "逾期告知。Told when it is missed."),
    },
    "tell": {
        **_OF,
        "on": Key("triggers", "何时。What sends it.", True),
        "if": Key("sentence", "条件。Only if this holds."),
        "to": Key("sentences", "告知谁。Receivers, the concerned left out.", True),
        "text": Key("text", "内容。What is said.", True),
    },
    "open": {
        **_OF,
        "on": Key("triggers", "何时。What opens the linked case."),
        "every": Key("word", "周期。Opened by the calendar."),
        "at": Key("sentence", "每期何时。Instant for the period."),
        "if": Key("sentence", "条件。Only if this holds."),
        "case": Key("word", "事项类型。Type of the case opened.", True),
        "link": Key("word", "关联名。Name of the link from here to there.", True),
        "back": Key("word", "反向关联名。Name of the link from there to here."),
        "with": Key("sets", "带去。Facts set in the new case."),
        "bring": Key("sets", "带回：事实: 经办。Facts set here from a holder of the new case."),
    },
    "add": {
        **_OF,
        "on": Key("triggers", "何时。What adds the row.", True),
        "if": Key("sentence", "条件。Only if this holds."),
        "row": Key("word", "哪种明细。Kind of row.", True),
        "with": Key("sets", "内容。Its fields.", True),
    },
    "record": {
        **_OF,
        "name": Key("text", "名称。What people call it.", True),
        "on": Key("triggers", "何时成为归档件。What makes the record.", True),
        "from": Key("sentence", "保存期起点。Start of the term (default: the instant it is made)."),
        "keep": Key("legs", "保管：年限与保管人。Terms with custodian, one after the other.", True),
        "form": Key("word", "表单。The form or report it keeps."),
    },
    "form": {
        **_OF,
        "number": Key("scalar", "表号。Form number."),
        "revision": Key("scalar", "版次。Revision printed on it."),
        "fields": Key("fields", "栏目（按原顺序）。Fields in printed order."),
        "each": Key("word", "每行一张。One sheet for each row of this kind."),
    },
    "report": {
        **_OF,
        "number": Key("scalar", "表号。Form number."),
        "revision": Key("scalar", "版次。Revision."),
        "over": Key("word", "统计哪种事项。Case type it lists.", True),
        "where": Key("sentence", "哪些。Which of them, seen from the listed case."),
        "dated by": Key("sentence", "按哪个时刻归期。Instant that puts a case into the period.", True),
        "columns": Key("columns", "栏目。Columns."),
        "group by": Key("word", "分类。Choice it counts by."),
        "propose": Key("sentence", "建议：何时列出某类。When a group is proposed (count of the group is 'each')."),
        "to": Key("sentences", "发送。Receivers."),
        "to each": Key("sentence", "每件带来的收件人。Receivers each listed case brings."),
        "to read": Key("sentences", "审阅。Who reads it."),
    },
    "letter": {
        **_OF,
        "to": Key("word", "致。Party or capacity.", True),
        "on": Key("triggers", "何时应发。When it is owed."),
        "sent by": Key("word", "由哪一行为发出。The act that sends it."),
        "blocks": Key("fields", "必备内容。What it must say.", True),
    },
    "measure": {
        "count": Key("word", "统计哪种事项。Case type counted.", True),
        "distinct": Key("word", "计不同的事实值。Counts the distinct values of this fact."),
        "sum": Key("word", "求和的事实。Sums this fact."),
        "where": Key("sentence", "哪些。Which of them."),
        "by": Key("word", "按哪个事实。Fact it is counted by."),
        "within": Key("word", "周期。month, quarter, year."),
        "dated by": Key("sentence", "归期时刻。Instant that puts a case into the period."),
        "cuts": Key("words", "阈值（参数或数）。Cut points whose crossing is an event."),
    },
    "say": {
        "text": Key("text", "话术、提示。Guidance shown to people.", True),
        "acts": Key("words", "显示处。Acts it is shown at."),
    },
    "closes": {
        **_OF,
        "when": Key("sentence", "何时结案。The case closes when this holds.", True),
    },
    "conflict": {
        **_OF,
        "concerned": Key("sentences", "谁须回避。Who is concerned."),
        "instead": Key("sets", "替代：岗位: 岗位。Substitutes walked before the ladder (CR-4)."),
    },
}
for _kind in KINDS.values():
    for _key, _value in _COMMON.items():
        _kind.setdefault(_key, _value)

CLAUSE_KEYS = {
    "clause": Key("scalar", "条款号。Number as printed.", True),
    "says": Key("text", "条款大意（自述）。What the clause says, in our own words."),
    "rules": Key("texts", "条目号: 中文 / English。Rules of the digest in our own words."),
    "source": Key("word", "来源：text（原文）、reading（读法）、ours（本系统）。Default source of its elements."),
    "outside": Key("texts", "条目号: 理由。Rules outside the software, with the reason."),
    "none stated": Key("texts", "条目号: 说明。Rules that state a silence."),
    "elements": Key("words", "由别处的元素承载。Elements elsewhere that carry the rules of this clause."),
}
HEADER_KEYS = {
    "pack": Key("word", "制度编号。Id of the pack.", True),
    "title": Key("text", "名称。Title.", True),
    "version": Key("scalar", "版本。Version of the pack.", True),
    "applies from": Key("scalar", "起用日。First day it applies.", True),
    "organisation": Key("text", "何种单位。What kind of organisation."),
    "builds on": Key("words", "公共部分。Library parts it builds on."),
    "without": Key("words", "不取用。Library elements it does without."),
    "posts": Key("posts", "岗位。Posts of the regulation, lowest rank first.", True),
    "as": Key("sets", "称谓: 岗位。Words of the library bound to posts here."),
    "parties": Key("texts", "外部当事人。Parties outside."),
    "cases": Key("cases", "事项类型。Case types, the main one first.", True),
}
POST_KEYS = {
    "name": Key("text", "名称。Name.", True),
    "answers to": Key("word", "上级岗位。Post above."),
    "rank": Key("scalar", "职级。Rank (default: order of the list)."),
    "per": Key("word", "unit：按部门设。Held for a unit."),
}
CASE_KEYS = {
    "name": Key("text", "名称。Name.", True),
    "number": Key("scalar", "编号前缀。Prefix of its numbers."),
    "stands for": Key("word", "长期事项所代表的：organisation, customer, estate …。What a standing case stands for."),
    "subject": Key("word", "摘要取自哪个事实。Fact shown as its one line."),
}

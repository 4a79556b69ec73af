"""The keys of a scenario file: the one table behind its parser and its reference (docs/developers/scenarios.md)."""

from __future__ import annotations

from typing import Final

from huiyin_engine.language.kinds import Key

SCENARIO_KEYS: Final[dict[str, Key]] = {
    "scenario": Key("scalar", "场景编号。Id of the scenario, as in the digest.", True),
    "title": Key("text", "名称。What it shows."),
    "pack": Key("scalar", "制度编号。Id of the pack.", True),
    "version": Key("scalar", "版本。Version of the pack it was written for.", True),
    "rules": Key("words", "验证的条目号。Rule ids it exercises."),
    "note": Key("text", "说明。A remark for readers."),
    "calendar": Key("map", "历法例外。Hours, own days off and on."),
    "units": Key("map", "部门。Units by name."),
    "people": Key("map", "人员。People by name, with their posts."),
    "absences": Key("list", "外出。Absences with dates and stand-in."),
    "parameters": Key("map", "参数。Parameters of the pack."),
    "registers": Key("map", "台账。Registers: name, object, field."),
    "standing": Key("list", "长期事项。Standing cases opened before the first step."),
    "steps": Key("list", "步骤。What happens and what must hold, in order.", True),
}
CALENDAR_KEYS: Final[dict[str, Key]] = {
    "hours": Key("hours", "工作时间。Working hours."),
    "weekly rest": Key("words", "每周休息日。mon … sun, or none."),
    "off": Key("texts", "休息。Own days off: 日期: 理由 / reason."),
    "working": Key("texts", "上班。Own working days: 日期: 理由 / reason."),
    "known until": Key("scalar", "已公布至。Last year whose holiday notice is known; later years are provisional."),
    "day ends": Key("scalar", "日终。Hour at which days end (18:00)."),
}
UNIT_KEYS: Final[dict[str, Key]] = {
    "kind": Key("word", "类别。department, estate, branch …"),
    "parent": Key("word", "上级部门。Unit above."),
}
PERSON_KEYS: Final[dict[str, Key]] = {
    "posts": Key("posts", "岗位。One post or a list: 'dept_manager for 工程部'."),
    "en": Key("scalar", "英文名。Transcription of the name."),
}
APPOINTMENT_KEYS: Final[dict[str, Key]] = {
    "post": Key("word", "岗位。Post.", True),
    "for": Key("words", "部门。Units it is held for."),
    "from": Key("scalar", "起。First instant."),
    "until": Key("scalar", "止。Instant it ends."),
}
ABSENCE_KEYS: Final[dict[str, Key]] = {
    "who": Key("word", "何人。Who is away.", True),
    "from": Key("scalar", "起。First instant (a bare day: 00:00).", True),
    "until": Key("scalar", "止。Instant of return (a bare day: 00:00).", True),
    "stand in": Key("word", "代理人。Named stand-in."),
}
ACT_KEYS: Final[dict[str, Key]] = {
    "act": Key("word", "行为。Act of the pack.", True),
    "by": Key("word", "何人。A person, or a party of the pack.", True),
    "at": Key("scalar", "何时。Instant it happens (default: now)."),
    "with": Key("map", "填写。Facts it brings."),
    "on": Key("row", "对哪一行。Row it works on."),
    "case": Key("word", "哪件。Case it is done on (default: the case of the step before), or the new case's name."),
    "object": Key("word", "代表何物。What the standing case it opens stands for."),
    "also": Key("words", "同时对哪几件。Further cases it is done on."),
    "recorded": Key("scalar", "何时记入。Instant it is written down (default: at)."),
    "reason": Key("scalar", "补记理由。Why it is dated back."),
    "refused": Key("refused", "须被拒绝。The act must be refused, so."),
    "diverted": Key("scalar", "须被改道。The act must be diverted: part of what is said, or yes."),
    "then": Key("then", "其后须成立。What must hold after it."),
}
CLOCK_KEYS: Final[dict[str, Key]] = {
    "clock": Key("scalar", "到某时刻。Let the clock run for all cases.", True),
    "then": Key("then", "其后须成立。What must hold then."),
}
THEN_KEYS: Final[dict[str, Key]] = {"then": Key("then", "须成立。What must hold.", True)}
REFUSED_KEYS: Final[dict[str, Key]] = {
    "code": Key("word", "代码。Code of the refusal."),
    "text": Key("scalar", "含有。Part of what is said, in either language."),
    "clause": Key("scalar", "条款。Clause it cites."),
    "people": Key("words", "可由何人。Who could do it instead."),
    "field": Key("scalar", "栏目。Input that is wrong."),
}
ATTEMPT_KEYS: Final[dict[str, Key]] = {
    **{k: ACT_KEYS[k] for k in ("act", "by", "at", "with", "on", "case", "object", "also", "recorded", "reason")},
    **REFUSED_KEYS,
}
ASSERTION_KEYS: Final[dict[str, Key]] = {
    "case": Key("word", "哪件。Case looked at (default: the case of the step before)."),
    "type": Key("word", "事项类型。Type of the case."),
    "holders": Key("map", "经办。Capacity: person, vacancy, none, or {person, post, why, clause, rule, since}."),
    "due": Key(
        "map", "期限。Obligation: instant, or {at, no, for, start, strength, provisional, bearers, derivation}."
    ),
    "owed": Key("owed", "所欠。Obligations that are owed, perhaps with their bearers."),
    "owed only": Key("owed", "仅欠。The same, and no others."),
    "not owed": Key("words", "不欠。Obligations that are not owed."),
    "missed": Key("events", "超时。Missed obligations, perhaps with the instant."),
    "not missed": Key("words", "未超时。Never missed."),
    "met": Key("events", "按时办结。Fulfilled in time."),
    "met late": Key("events", "逾期办结。Fulfilled after it was missed."),
    "ended": Key("events", "终止。No longer owed without having been done: why, or {why, at}."),
    "warned": Key("words", "已提醒。The reminder has been given."),
    "suspended": Key("words", "中止。Stands still."),
    "allowed": Key("map", "可办。Person: acts he may do."),
    "not allowed": Key("map", "不可办。Person: acts he may not do, or all."),
    "refused": Key("attempts", "会被拒绝。Acts that would be refused now."),
    "signatures": Key("list", "签字。All signatures in order: slot: who."),
    "skipped": Key("words", "略去的步骤。Steps that fell away."),
    "not skipped": Key("words", "未略去的步骤。Steps that did not."),
    "acts": Key("map", "已办次数。Act: how often it was done."),
    "facts": Key("map", "事实。Fact: value, or none."),
    "rows": Key("map", "明细。Kind: number, or list of rows with the fields to look at."),
    "form": Key("map", "表单。Form: labels and values, or all values in order."),
    "letter": Key("map", "函。Letter: labels and values."),
    "letters due": Key("words", "应发的函。Letters that are owed, all of them."),
    "charges": Key("list", "计罚。Charges."),
    "statements": Key("list", "结算单。Statements."),
    "linked": Key("map", "关联案件。Link: {type, count, …}, any assertion, read on the linked case; or none."),
    "cases": Key("map", "件数。Case type: number of cases."),
    "duties": Key("map", "例行职责。Duty: {count, period, due, object, bearers}, over all standing cases."),
    "report": Key("map", "报表。Report: {period, head, rows, groups, proposed, to, to read}."),
    "records": Key("map", "归档件。Record: {start, legs: [{by, until}]}, or none."),
    "concerned": Key("words", "须回避的人。Everybody who is concerned, or none."),
    "open": Key("flag", "未结。The case is open."),
    "closed": Key("closed", "已结。yes, no, the instant, or {at, how}."),
    "told": Key("told", "已告知。Notice: persons."),
    "not told": Key("words", "未获告知的人。Persons who got no notice of the case."),
    "story": Key("texts", "经过含有。Parts of the story of the case, in order."),
}
UNSUPPORTED: Final = ("charges", "statements")
"""Assertions of the form that wait for the money kinds of the language; until then only `none` holds."""

HOLDER_KEYS: Final[dict[str, Key]] = {
    "person": Key("word", "何人。Person, or vacancy."),
    "post": Key("word", "岗位。Post he was found in."),
    "why": Key("word", "缘由。derived, named, conflict, absence, left."),
    "clause": Key("scalar", "条款。Clause of the rule."),
    "rule": Key("scalar", "规则含有。Part of the row of the rule that hit."),
    "since": Key("scalar", "自何时。Since when."),
}
DUE_KEYS: Final[dict[str, Key]] = {
    "owe": Key("word", "时限义务。Obligation, where the assertion is written as a list."),
    "at": Key("scalar", "何时。Due instant, or none."),
    "no": Key("scalar", "第几个。Number of the instance (default: the last one)."),
    "for": Key("row", "哪一行。Row it is owed for."),
    "period": Key("scalar", "哪一期。First day of the period it is owed for."),
    "start": Key("scalar", "起点。Instant it started."),
    "strength": Key("word", "力度。binding, target, at_once, open."),
    "state": Key("word", "状态。open, late, met, met_late, ended, suspended."),
    "provisional": Key("flag", "暂定。Rests on a year without a notice."),
    "bearers": Key("words", "何人负有。Bearers, all of them."),
    "clause": Key("scalar", "条款。Clause of the obligation."),
    "derivation": Key("texts", "推算含有。Parts of the derivation, in either language."),
}
EVENT_KEYS: Final[dict[str, Key]] = {
    "at": Key("scalar", "何时。Instant."),
    "no": DUE_KEYS["no"],
    "for": DUE_KEYS["for"],
    "why": Key("word", "缘由。Why it ended: renewed, waived, closed, lapsed."),
    "count": Key("scalar", "几次。How many instances."),
}
DUTY_KEYS: Final[dict[str, Key]] = {
    "count": Key("scalar", "几项。How many instances are owed."),
    "object": Key("word", "代表何物。Object of the standing case."),
    "period": DUE_KEYS["period"],
    "due": Key("scalar", "期限。Due instant, or none."),
    "opened": Key("scalar", "何时立。Instant it opened."),
    "bearers": DUE_KEYS["bearers"],
    "state": DUE_KEYS["state"],
}
REPORT_KEYS: Final[dict[str, Key]] = {
    "period": Key("scalar", "期间。2025-03, 2025-Q1, 2025, or first..last day.", True),
    "head": Key("scalar", "表头含有。Part of the head."),
    "rows": Key("rows", "行。Number of rows, or rows by label."),
    "groups": Key("map", "分类计数。Group: count."),
    "proposed": Key("words", "建议。Groups proposed, all of them, or none."),
    "to": Key("words", "发送。Receivers, all of them."),
    "to read": Key("words", "审阅。Readers, all of them."),
}
RECORD_KEYS: Final[dict[str, Key]] = {
    "start": Key("scalar", "起算。Start of the term."),
    "count": Key("scalar", "几件。How many."),
    "legs": Key("list", "保管。{by: post, until: day or instant} in order."),
}
LEG_KEYS: Final[dict[str, Key]] = {
    "by": Key("word", "保管人。Custodian post.", True),
    "until": Key("scalar", "止。End of the term.", True),
}
CLOSED_KEYS: Final[dict[str, Key]] = {
    "at": Key("scalar", "何时。Instant."),
    "how": Key("word", "以何条件。Name of the closing condition."),
}
TOLD_KEYS: Final[dict[str, Key]] = {
    "to": Key("words", "何人。Persons, all of them."),
    "at": Key("scalar", "何时。Instant."),
    "count": Key("scalar", "几次。How often."),
    "text": Key("scalar", "含有。Part of what is said."),
}
LINKED_KEYS: Final[dict[str, Key]] = {
    "count": Key("scalar", "几件。How many cases."),
    **{k: v for k, v in ASSERTION_KEYS.items() if k != "case"},
}

"""Everything says why 说明: events, values, holders, refusals, and what an act would bring, in the pack's own words.

Pure, and without a language: every sentence is a `Text`. Why a due instant is what it is stands in `huiyin_engine.why`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from huiyin_engine import instants
from huiyin_engine.directory import Directory
from huiyin_engine.language.pack import Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import Change, Outcome, Refusal
from huiyin_engine.model.state import CaseState
from huiyin_engine.prose import in_words, joined
from huiyin_engine.showing import (
    NOTHING,
    VACANCY,
    actor_name,
    clause_of,
    format_value,
    given_values,
    is_background,
    label_of,
    link_name,
    owe_name,
    people_names,
    person_name,
    slot_name,
)
from huiyin_engine.texts import Text
from huiyin_engine.wording import name_of


class Line(NamedTuple):
    """
    One sentence with the clause it rests on.

    `topic` is what a reader filters by: act, people, dates, signatures, letters, money, facts, records, or clockwork
    for what only the machinery needs.
    """

    text: Text
    clause: str = ""
    topic: str = "facts"


def _owe_clause(pack: Pack, key: str) -> str:
    rule = pack.owes.get(key.partition("#")[0])
    return clause_of(rule.source) if rule else ""


# -- the story -------------------------------------------------------------------------------------------------------


def sentence(pack: Pack, directory: Directory, entry: Entry) -> Line:
    """What happened, in the regulation's words. Every kind of event has one."""
    return _TELL[type(entry.event)](pack, directory, entry.event)


def _opened(pack: Pack, directory: Directory, event: e.CaseOpened) -> Line:
    kind = pack.cases[event.type].name
    return Line(Text("立案：{kind}", "Opened: {kind}").format(kind=kind), "", "act")


def _act_done(pack: Pack, directory: Directory, event: e.ActDone) -> Line:
    rule = pack.acts.get(event.act)
    name = rule.name if rule else Text(event.act, event.act)
    who = actor_name(pack, directory, event.actor)
    text = Text("{who}办理“{act}”", "{who}: {act}").format(who=who, act=name)
    if event.on_behalf:
        text = _add(text, Text("（代{whom}）", " (for {whom})").format(whom=person_name(directory, event.on_behalf)))
    row = rule.on if rule else None
    if row and event.row:
        text = _add(text, Text("，{row}第{key}项", ", {row} no. {key}").format(row=name_of(pack, row), key=event.row))
    given = given_values(pack, directory, event.inputs, row)
    if given:
        text = _add(text, Text("：{given}", " — {given}").format(given=joined((_pair(*g) for g in given), "；", "; ")))
    if event.reason:
        text = _add(text, Text("（补记：{why}）", " (recorded later: {why})").format(why=event.reason))
    return Line(text, clause_of(rule.source) if rule else "", "act")


def _pair(label: Text, value: Text) -> Text:
    return Text(f"{label.zh}：{value.zh}", f"{label.en}: {value.en}")


def _add(text: Text, more: Text) -> Text:
    return Text(text.zh + more.zh, text.en + more.en)


def _diverted(pack: Pack, directory: Directory, event: e.ActDiverted) -> Line:
    rule = pack.acts[event.act]
    return Line(
        Text("“{act}”改按：{said}", "'{act}' goes another way: {said}").format(
            act=rule.name, said=rule.instead[event.rule].text
        ),
        rule.source.clause,
        "act",
    )


def _skipped(pack: Pack, directory: Directory, event: e.StepSkipped) -> Line:
    rule = pack.acts[event.act]
    text = Text("“{act}”略去", "'{act}' falls away").format(act=rule.name)
    if rule.skip is not None and rule.skip.text == event.why:
        text = _add(text, Text("（{why}）", " ({why})").format(why=in_words(pack, rule.skip.node)))
    return Line(text, rule.source.clause, "signatures" if rule.signs else "people")


_ORIGINS = {
    "typed": NOTHING,
    "computed": Text("（按制度得出）", " (follows by rule)"),
    "presumed": Text("（推定）", " (presumed)"),
    "looked_up": Text("（查得）", " (looked up)"),
    "corrected": Text("（更正）", " (corrected)"),
    "assumed": Text("（暂按）", " (assumed)"),
}


def _fact_set(pack: Pack, directory: Directory, event: e.FactSet) -> Line:
    fact = pack.facts.get(event.fact)
    value = format_value(pack, directory, fact, event.value)
    if not value.zh:
        value = Text("（空）", "(empty)")
    text = _add(_pair(label_of(pack, event.fact), value), _ORIGINS.get(event.origin, NOTHING))
    topic = "money" if fact is not None and fact.type.type == "money" else "facts"
    return Line(text, clause_of(fact.source) if fact else "", topic)


_STANDS_ASIDE = Text("{name}与本案有关，须回避", "{name} is concerned and stands aside")
_NO_LONGER = Text("{name}系误记，不必再回避", "{name} was named by mistake and need not stand aside any longer")


def _concerned(pack: Pack, directory: Directory, event: e.Concerned) -> Line:
    name = person_name(directory, event.person)
    if not event.concerned:
        return Line(_NO_LONGER.format(name=name), "CR-35", "people")
    return Line(_STANDS_ASIDE.format(name=name), "CR-1", "people")


_MOVED = {
    "derived": NOTHING,
    "named": Text("（经指定）", " (named)"),
    "conflict": Text("（原人选须回避）", " (the one first meant is concerned)"),
    "absence": Text("（原人选不在岗）", " (the one first meant is away)"),
    "left": Text("（原人选已离任）", " (the one first meant has left)"),
}


def _holder_moved(pack: Pack, directory: Directory, event: e.HolderMoved) -> Line:
    rule = pack.holders.get(event.capacity)
    capacity = rule.name if rule else name_of(pack, event.capacity)
    text = Text("{capacity} → {who}", "{capacity} → {who}").format(
        capacity=capacity, who=_with_post(pack, directory, event.person, event.post)
    )
    return Line(_add(text, _MOVED.get(event.why, NOTHING)), clause_of(rule.source) if rule else "", "people")


def _with_post(pack: Pack, directory: Directory, person: str | None, post: str | None) -> Text:
    who = person_name(directory, person)
    if person is None or post is None or post not in pack.posts:
        return who
    return Text(f"{who.zh}（{pack.posts[post].name.zh}）", f"{who.en} ({pack.posts[post].name.en})")


def _holder_named(pack: Pack, directory: Directory, event: e.HolderNamed) -> Line:
    capacity = name_of(pack, event.capacity)
    if event.person is None:
        return Line(Text("撤回指定{c}", "The naming of the {c} is taken back").format(c=capacity), "", "people")
    who = person_name(directory, event.person)
    return Line(Text("指定{c}：{who}", "{c} named: {who}").format(c=capacity, who=who), "", "people")


def _row_added(pack: Pack, directory: Directory, event: e.RowAdded) -> Line:
    given = given_values(pack, directory, event.values, event.kind)
    text = Text("{row}第{key}项", "{row} no. {key}").format(row=name_of(pack, event.kind), key=event.key)
    if len(given) == 1:
        text = _pair(text, given[0][1])
    elif given:
        text = _pair(text, joined((_pair(*g) for g in given), "；", "; "))
    return Line(text, "", "facts")


def _row_set(pack: Pack, directory: Directory, event: e.RowSet) -> Line:
    fact = pack.rows.get(event.kind, {}).get(event.field)
    return Line(
        Text("{row}第{key}项 {label}：{value}", "{row} no. {key}, {label}: {value}").format(
            row=name_of(pack, event.kind),
            key=event.key,
            label=label_of(pack, event.field, event.kind),
            value=format_value(pack, directory, fact, event.value),
        ),
        clause_of(fact.source) if fact else "",
        "facts",
    )


_STRENGTHS = {
    "binding": Text("限", "due"),
    "target": Text("目标", "target"),
    "at_once": Text("立即", "at once"),
    "open": Text("未定期限", "no date set"),
}


def _owe_opened(pack: Pack, directory: Directory, event: e.ObligationOpened) -> Line:
    who = people_names(directory, event.bearers) if event.bearers else VACANCY
    strength = _STRENGTHS.get(event.strength, NOTHING)
    when = strength if event.due is None else _pair_words(strength, instants.show_instant(event.due))
    text = Text("{who}应办“{owe}”，{when}", "{who} owes '{owe}', {when}").format(
        who=who, owe=owe_name(pack, event.key), when=when
    )
    if event.provisional:
        text = _add(text, PROVISIONAL)
    return Line(text, _owe_clause(pack, event.key), "dates")


PROVISIONAL = Text("（暂定：放假安排未公布）", " (provisional: the holiday notice is not out yet)")


def _pair_words(a: Text, b: Text) -> Text:
    return Text(f"{a.zh} {b.zh}", f"{a.en} {b.en}")


_BECAUSE = {
    "recomputed": Text("依据变动重算", "what it rests on changed"),
    "corrected": Text("更正后重算", "after a correction"),
    "calendar": Text("放假安排公布后重算", "after the holiday notice"),
    "suspended": Text("中止后顺延", "after standing still"),
}


def _owe_moved(pack: Pack, directory: Directory, event: e.ObligationMoved) -> Line:
    text = Text("“{owe}”时限 {old} → {new}（{why}）", "'{owe}' moves {old} → {new} ({why})").format(
        owe=owe_name(pack, event.key),
        old=NOTHING if event.old is None else instants.show_instant(event.old),
        new=NOTHING if event.due is None else instants.show_instant(event.due),
        why=_BECAUSE.get(event.because, Text(event.because, event.because)),
    )
    if event.old == event.due:
        text = Text("“{owe}”时限确定：{new}", "'{owe}' is certain now: {new}").format(
            owe=owe_name(pack, event.key), new=instants.show_instant(event.due or 0)
        )
    return Line(_add(text, PROVISIONAL) if event.provisional else text, _owe_clause(pack, event.key), "dates")


def _owe_rebound(pack: Pack, directory: Directory, event: e.ObligationRebound) -> Line:
    who = people_names(directory, event.bearers) if event.bearers else VACANCY
    text = Text("“{owe}”改由{who}办理，时限不变", "'{owe}' passes to {who}, same date").format(
        owe=owe_name(pack, event.key), who=who
    )
    return Line(text, _owe_clause(pack, event.key), "people")


_ENDS = {
    "renewed": Text("由新的约定代替", "replaced by a new one"),
    "waived": Text("不再需要", "no longer needed"),
    "closed": Text("随结案终止", "ended with the case"),
    "lapsed": Text("失效", "lapsed"),
}
_OWE_WORDS: dict[type, Text] = {
    e.ObligationMet: Text("“{owe}”已办", "'{owe}' is done"),
    e.ObligationMissed: Text("“{owe}”超时", "'{owe}' is late"),
    e.ObligationWarned: Text("提醒：“{owe}”将到期", "Reminder: '{owe}' is coming due"),
    e.ObligationEnded: Text("“{owe}”终止：{why}", "'{owe}' ends: {why}"),
    e.ObligationSuspended: Text("“{owe}”中止：{why}（{whom}批准）", "'{owe}' stands still: {why} (approved by {whom})"),
    e.ObligationResumed: Text("“{owe}”恢复，{due}", "'{owe}' runs on, {due}"),
}


def _owe_changed(pack: Pack, directory: Directory, event: Any) -> Line:
    words = _OWE_WORDS[type(event)]
    more: dict[str, Any] = {}
    if isinstance(event, e.ObligationEnded):
        more["why"] = _ENDS.get(event.why, Text(event.why, event.why))
    elif isinstance(event, e.ObligationSuspended):
        more = {"why": event.reason, "whom": person_name(directory, event.approver)}
    elif isinstance(event, e.ObligationResumed):
        due = Text("未定期限", "no date set") if event.due is None else instants.show_instant(event.due)
        more["due"] = due
    return Line(words.format(owe=owe_name(pack, event.key), **more), _owe_clause(pack, event.key), "dates")


def _alarm_set(pack: Pack, directory: Directory, event: e.AlarmSet) -> Line:
    what = _element(pack, event.element)
    if event.at is None:
        return Line(Text("取消定时：{what}", "Alarm taken off: {what}").format(what=what), "", "clockwork")
    when = instants.show_instant(event.at)
    return Line(Text("定时：{what}，{when}", "Alarm: {what}, {when}").format(what=what, when=when), "", "clockwork")


def _alarm_rang(pack: Pack, directory: Directory, event: e.AlarmRang) -> Line:
    return Line(Text("到时：{what}", "Time for: {what}").format(what=_element(pack, event.key)), "", "clockwork")


def _element(pack: Pack, element: str) -> Text:
    kind, _, name = element.partition(":")
    if kind in ("owe", "warn", "resume"):
        return owe_name(pack, name)
    if kind == "record":
        record = pack.records.get(name.partition(":")[0].partition("#")[0])
        return record.name if record else Text("归档件", "record")
    if kind == "open" and name in pack.opens:
        return pack.cases[pack.opens[name].case].name
    return name_of(pack, name or element)


def _signed(pack: Pack, directory: Directory, event: e.Signed) -> Line:
    rule = pack.acts.get(event.act)
    if event.party is not None:
        who = pack.parties.get(event.party, Text(event.party, event.party))
    else:
        who = person_name(directory, event.person)
    text = Text("{slot}：{who}签字", "{slot}: signed by {who}").format(slot=slot_name(pack, event.slot), who=who)
    if event.on_behalf:
        text = _add(text, Text("（代{whom}）", " (for {whom})").format(whom=person_name(directory, event.on_behalf)))
    return Line(text, clause_of(rule.source) if rule else "", "signatures")


def _told(pack: Pack, directory: Directory, event: e.Told) -> Line:
    rule = pack.tells.get(event.tell)
    parties = [pack.parties[s.text] for s in rule.to if s.text in pack.parties] if rule is not None else []
    who = joined([*(person_name(directory, person) for person in event.to), *parties])
    if not who.zh:
        who = Text("（无人可告）", "(nobody left to tell)")
    if rule is not None:
        return Line(
            Text("告知{who}：{said}", "Told {who}: {said}").format(who=who, said=rule.text),
            rule.source.clause,
            "letters",
        )
    key = event.tell.partition(":")[2]
    text = Text("告知{who}：“{owe}”超时", "Told {who}: '{owe}' is late").format(who=who, owe=owe_name(pack, key))
    return Line(text, _owe_clause(pack, key), "letters")


def _linked(pack: Pack, directory: Directory, event: e.Linked) -> Line:
    return Line(Text("关联：{link}", "Linked: {link}").format(link=link_name(pack, event.link)), "", "act")


def _record(pack: Pack, directory: Directory, event: e.RecordStarted) -> Line:
    record = pack.records[event.record]
    legs = joined(
        (
            Text("{post}保管至{until}", "{post} until {until}").format(
                post=name_of(pack, post), until=instants.show_day(instants.day_of(until))
            )
            for post, until in event.legs
        ),
        "，",
        ", then ",
    )
    text = Text("归档“{record}”：{legs}", "Record '{record}': {legs}").format(record=record.name, legs=legs)
    return Line(text, record.source.clause, "records")


def _crossed(pack: Pack, directory: Directory, event: e.MeasureCrossed) -> Line:
    measure = pack.measures.get(event.measure)
    name = measure.name if measure else Text(event.measure, event.measure)
    text = Text("“{name}”由{a}到{b}，越过{cut}", "'{name}' went from {a} to {b} and passed {cut}").format(
        name=name, a=event.before, b=event.after, cut=event.cut
    )
    return Line(text, clause_of(measure.source) if measure else "", "facts")


def _closed(pack: Pack, directory: Directory, event: e.CaseClosed) -> Line:
    rule = pack.closes.get(event.how)
    if rule is None:
        return Line(Text("结案", "Closed"), "", "act")
    how = in_words(pack, rule.when.node)
    return Line(Text("结案：{how}", "Closed: {how}").format(how=how), rule.source.clause, "act")


def _reopened(pack: Pack, directory: Directory, event: e.CaseReopened) -> Line:
    rule = pack.acts.get(event.why)
    name = rule.name if rule else Text(event.why, event.why)
    return Line(Text("重开：{why}", "Reopened: {why}").format(why=name), clause_of(rule.source) if rule else "", "act")


_TELL: dict[type, Callable[[Pack, Directory, Any], Line]] = {
    e.CaseOpened: _opened,
    e.ActDone: _act_done,
    e.ActDiverted: _diverted,
    e.StepSkipped: _skipped,
    e.FactSet: _fact_set,
    e.Concerned: _concerned,
    e.HolderMoved: _holder_moved,
    e.HolderNamed: _holder_named,
    e.RowAdded: _row_added,
    e.RowSet: _row_set,
    e.ObligationOpened: _owe_opened,
    e.ObligationMoved: _owe_moved,
    e.ObligationRebound: _owe_rebound,
    **dict.fromkeys(_OWE_WORDS, _owe_changed),
    e.AlarmSet: _alarm_set,
    e.AlarmRang: _alarm_rang,
    e.Signed: _signed,
    e.Told: _told,
    e.Linked: _linked,
    e.RecordStarted: _record,
    e.MeasureCrossed: _crossed,
    e.CaseClosed: _closed,
    e.CaseReopened: _reopened,
}


# -- what an act would bring ------------------------------------------------------------------------------------------


def consequences(
    packs: Mapping[Any, Pack],
    directory: Directory,
    outcome: Outcome,
    before: Mapping[str, CaseState] | None = None,
) -> list[Line]:
    """
    The line shown before an act is sent: owner, dates, notices, steps owed next, closing, each with its clause.

    `packs` by (id, version); `before` are the cases as they stood. What the act itself says is left out, and so is
    what begins and ends in the same decision.
    """
    lines: list[Line] = []
    for change in outcome.changes:
        pack = packs[(change.state.pack, change.state.version)]
        old = (before or {}).get(change.case)
        lines += _consequences_on(pack, directory, change, old)
    return list(dict.fromkeys(lines))


def _consequences_on(pack: Pack, directory: Directory, change: Change, old: CaseState | None) -> list[Line]:
    lines: list[Line] = []
    ended = {
        entry.event.key
        for entry in change.entries
        if isinstance(entry.event, e.ObligationMet | e.ObligationEnded | e.ObligationMissed)
    }
    began = {entry.event.key for entry in change.entries if isinstance(entry.event, e.ObligationOpened)}
    moved_owner = False
    for entry in change.entries:
        event = entry.event
        if isinstance(event, e.ObligationOpened | e.ObligationMet | e.ObligationEnded) and event.key in ended & began:
            continue
        if isinstance(event, e.ObligationEnded) and event.why == "renewed":
            continue
        if isinstance(event, e.ObligationOpened | e.ObligationMet | e.ObligationEnded) and is_background(
            pack.owes.get(event.key.partition("#")[0])
        ):
            continue
        if isinstance(event, e.CaseOpened) and event.parent is None:
            lines.append(sentence(pack, directory, entry))
        elif isinstance(event, e.CaseOpened):
            kind = pack.cases[event.type].name
            lines.append(Line(Text("另立关联案：{k}", "Opens a linked case: {k}").format(k=kind), "", "act"))
        elif isinstance(event, _SHOWN):
            moved_owner = moved_owner or isinstance(event, e.HolderMoved)
            lines.append(sentence(pack, directory, entry))
    if moved_owner and old is not None:
        lines += _unchanged_dates(pack, old, change.state)
    return lines


_SHOWN = (
    e.ActDiverted, e.StepSkipped, e.Concerned, e.HolderMoved, e.ObligationOpened, e.ObligationMoved,
    e.ObligationMet, e.ObligationEnded, e.ObligationSuspended, e.ObligationResumed, e.Signed, e.Told, e.RecordStarted,
    e.CaseClosed, e.CaseReopened,
)  # fmt: skip


def _unchanged_dates(pack: Pack, old: CaseState, new: CaseState) -> list[Line]:
    kept = {
        o.due: o
        for o in new.obligations.values()
        if o.owed and o.due is not None and (was := old.obligations.get(o.key)) and was.owed and was.due == o.due
    }
    return [
        Line(
            Text("时限不变：{due}", "Same date: {due}").format(due=instants.show_instant(due)),
            _owe_clause(pack, o.key),
            "dates",
        )
        for due, o in sorted(kept.items())[:1]
    ]


# -- why not, and why he ----------------------------------------------------------------------------------------------


def why_refused(refusal: Refusal) -> Text:
    """A refusal as one sentence: what stands against it, the clause, and the way out."""
    said, way_out = refusal.text, refusal.way_out
    clause = Text(f"（{refusal.clause}）", f" ({refusal.clause})") if refusal.clause else NOTHING
    zh, en = f"{said.zh}{clause.zh}。", f"{_capital(said.en)}{clause.en}."
    if way_out.zh:
        zh, en = f"{zh}{way_out.zh}。", f"{en} {_capital(way_out.en)}."
    return Text(zh, en)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def why_holder(pack: Pack, directory: Directory, case: CaseState, capacity: str) -> Line:
    """Why a capacity is held by whom it is: since when, by which row of the table. KeyError if nobody ever held it."""
    held, rule = case.holders[capacity], pack.holders[capacity]
    text = Text("{capacity}为{who}，自{since}起", "{capacity} is {who}, since {since}").format(
        capacity=rule.name,
        who=_with_post(pack, directory, held.person, held.post),
        since=instants.show_instant(held.since),
    )
    row = rule.table.rows[held.rule] if 0 <= held.rule < len(rule.table.rows) else None
    if row is not None and row.condition is not None:
        text = _add(text, Text("；因{why}", "; because {why}").format(why=in_words(pack, row.condition.node)))
    return Line(_add(text, _MOVED.get(held.why, NOTHING)), rule.source.clause, "people")

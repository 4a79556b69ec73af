"""The story of a case 案件经过: one line per event, with instant, clause and names, for failures and for readers."""

from __future__ import annotations

from collections.abc import Iterable

from huiyin_engine import instants
from huiyin_engine.directory import Directory
from huiyin_engine.language.pack import Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.events import Entry, Event
from huiyin_engine.testing.values import shown, written
from huiyin_engine.texts import Text
from huiyin_engine.wording import name_of


def story(entries: Iterable[Entry], pack: Pack, directory: Directory) -> list[Text]:
    """One line per event: "2025-03-10 10:20 [7.2.1] 登记：李敏 …". An entry written down later says so."""
    lines = []
    for entry in entries:
        clause, text = _tell(entry.event, pack, directory)
        when = instants.format_instant(entry.at)
        if entry.recorded_at != entry.at:
            when = f"{when} ({instants.format_instant(entry.recorded_at)})"
        mark = f" [{clause}]" if clause else ""
        lines.append(Text(f"{when}{mark} {text.zh}", f"{when}{mark} {text.en}"))
    return lines


def _names(directory: Directory, people: Iterable[str | None]) -> str:
    return "、".join(_name(directory, p) for p in people) or "-"


def _name(directory: Directory, person: str | None) -> str:
    return "空缺 (vacancy)" if person is None else directory.name(person)


def _owe(pack: Pack, key: str) -> tuple[str, Text]:
    """Clause and name of the obligation a key belongs to, with the key."""
    rule = pack.owes.get(key.partition("#")[0])
    if rule is None:
        return "", Text(key, key)
    return rule.source.clause, Text(f"“{rule.name.zh}”({key})", f"'{rule.name.en}' ({key})")


def _act(pack: Pack, act: str) -> tuple[str, Text]:
    rule = pack.acts.get(act)
    return ("", Text(act, act)) if rule is None else (rule.source.clause, rule.name)


def _when(at: int | None) -> str:
    return "-" if at is None else instants.format_instant(at)


def _tell(event: Event, pack: Pack, directory: Directory) -> tuple[str, Text]:
    """(clause, sentence) of one event."""
    match event:
        case e.CaseOpened():
            kind = pack.cases[event.type].name
            return "", Text(f"立案：{kind.zh}", f"opened: {kind.en}")
        case e.ActDone():
            clause, name = _act(pack, event.act)
            given = "; ".join(f"{k}={_value(pack, k, v)}" for k, v in event.inputs.items())
            who = _name(directory, event.actor) + (f" (for {event.on_behalf})" if event.on_behalf else "")
            return clause, Text(f"{name.zh}：{who} {given}", f"{name.en}: {who} {given}")
        case e.ActDiverted():
            clause, name = _act(pack, event.act)
            said = pack.acts[event.act].instead[event.rule].text
            return clause, Text(f"{name.zh} 改道：{said.zh}", f"{name.en} diverted: {said.en}")
        case e.StepSkipped():
            clause, name = _act(pack, event.act)
            return clause, Text(f"略去 {name.zh}：{event.why}", f"{name.en} falls away: {event.why}")
        case e.FactSet():
            fact = pack.facts.get(event.fact)
            label = name_of(pack, event.fact)
            value = shown(event.value, fact.type if fact else None)
            clause = fact.source.clause if fact else ""
            return clause, Text(f"{label.zh} = {value}（{event.origin}）", f"{label.en} = {value} ({event.origin})")
        case e.Concerned():
            return "CR-1", Text(
                f"须回避：{_name(directory, event.person)}", f"concerned: {_name(directory, event.person)}"
            )
        case e.HolderMoved():
            rule = pack.holders.get(event.capacity)
            who = _name(directory, event.person)
            label = name_of(pack, event.capacity)
            row = rule.table.rows[event.rule] if rule and event.rule < len(rule.table.rows) else None
            text = row.condition.text if row and row.condition else (row.value.text if row else "")
            why = f"{event.why}; {text}" if text else event.why
            return (rule.source.clause if rule else ""), Text(
                f"{label.zh} → {who}（{why}）", f"{label.en} → {who} ({why})"
            )
        case e.ObligationOpened():
            clause, name = _owe(pack, event.key)
            who, due = _names(directory, event.bearers), _when(event.due)
            return clause, Text(f"立下{name.zh}：{who}，至 {due}", f"owed {name.en}: {who}, until {due}")
        case e.ObligationMoved():
            clause, name = _owe(pack, event.key)
            moved = f"{_when(event.old)} → {_when(event.due)} ({event.because})"
            return clause, Text(f"期限变动{name.zh}：{moved}", f"moved {name.en}: {moved}")
        case e.ObligationRebound():
            clause, name = _owe(pack, event.key)
            who = _names(directory, event.bearers)
            return clause, Text(f"改由 {who} 负有{name.zh}", f"{name.en} now borne by {who}")
        case e.ObligationMet() | e.ObligationMissed() | e.ObligationWarned():
            clause, name = _owe(pack, event.key)
            zh, en = _OBLIGATION_WORDS[type(event)]
            return clause, Text(f"{zh}{name.zh}", f"{en} {name.en}")
        case e.ObligationEnded():
            clause, name = _owe(pack, event.key)
            return clause, Text(f"终止{name.zh}（{event.why}）", f"ended {name.en} ({event.why})")
        case e.ObligationSuspended() | e.ObligationResumed():
            clause, name = _owe(pack, event.key)
            stopped = isinstance(event, e.ObligationSuspended)
            return clause, Text(
                f"{'中止' if stopped else '续行'}{name.zh}", f"{'suspended' if stopped else 'resumed'} {name.en}"
            )
        case e.Signed():
            clause, _ = _act(pack, event.act)
            who = event.party or _name(directory, event.person)
            return clause, Text(f"签字 {event.slot}：{who}", f"signed {event.slot}: {who}")
        case e.Told():
            return _told(event, pack, directory)
        case e.RecordStarted():
            record = pack.records[event.record]
            legs = "; ".join(f"{post} → {_when(until)}" for post, until in event.legs)
            return record.source.clause, Text(f"归档件 {record.name.zh}：{legs}", f"record {record.name.en}: {legs}")
        case e.CaseClosed():
            close = pack.closes.get(event.how)
            return (close.source.clause if close else ""), Text(f"结案（{event.how}）", f"closed ({event.how})")
        case e.CaseReopened():
            clause, name = _act(pack, event.why)
            return clause, Text(f"重开：{name.zh}", f"reopened: {name.en}")
        case _:
            words = " ".join(written(v) for v in event if v is not None)
            return "", Text(
                f"{_OTHER.get(type(event), type(event).__name__)}：{words}", f"{type(event).__name__}: {words}"
            )


def _told(event: e.Told, pack: Pack, directory: Directory) -> tuple[str, Text]:
    who = _names(directory, event.to)
    tell = pack.tells.get(event.tell)
    if tell is not None:
        return tell.source.clause, Text(f"告知 {who}：{tell.text.zh}", f"told {who}: {tell.text.en}")
    clause, name = _owe(pack, event.tell.partition(":")[2])
    return clause, Text(f"告知 {who}：{name.zh}超时", f"told {who}: {name.en} is missed")


def _value(pack: Pack, name: str, value: object) -> str:
    fact = pack.facts.get(name)
    return shown(value, fact.type if fact else None)


_OBLIGATION_WORDS: dict[type, tuple[str, str]] = {
    e.ObligationMet: ("办结", "met"),
    e.ObligationMissed: ("超时", "missed"),
    e.ObligationWarned: ("提醒", "reminder of"),
}
_OTHER: dict[type, str] = {
    e.HolderNamed: "指定经办",
    e.RowAdded: "加一行",
    e.RowSet: "填一栏",
    e.AlarmSet: "定时",
    e.AlarmRang: "到时",
    e.Linked: "关联",
    e.MeasureCrossed: "统计量越过阈值",
}

"""Limits that stand still, reminders that move with them, duties that begin late, records of concerned custodians."""

from __future__ import annotations

from huiyin_engine.advance import advance
from huiyin_engine.decide import decide
from huiyin_engine.directory import Absence, Appointment, Directory, Person
from huiyin_engine.evolve import replay
from huiyin_engine.language.pack import Pack
from huiyin_engine.model.outcome import Act
from huiyin_engine.model.state import CaseState
from huiyin_engine.recalculate import reconsider
from huiyin_engine.testing.store import MemoryStore
from tests.engine.small_world import act, instant, refused, small_pack, world

PACK = small_pack("""
- clause: "1"
  says: 登记、答复、中止。 / Registering, answering, standing still.
  fact content: {name: 内容 / Content, type: text}
  fact reason: {name: 理由 / Reason, type: text}
  fact respondents: {name: 被投诉人 / Respondents, type: person, several: yes}
  conflict respondents: {concerned: [respondents]}
  holder owner: {name: 责任人 / Owner, post: clerk, is: actor of register}
  act register: {name: 登记 / Register, by: clerk, opens: complaint, takes: [content, "respondents?"]}
  act answer: {name: 答复 / Answer, by: owner, takes: ["said: text 答复 / Answer"]}
  act hurry: {name: 另计 / Count anew, by: clerk, takes: [reason]}
  owe reply:
    name: 答复 / Answer
    who: owner
    from: [register, hurry]
    again: renew
    does: answer
    due: start + 5 working days
    moves: freely
    warn: 1 working days
  act suspend:
    name: 中止 / Suspend
    by: boss
    does: suspend
    takes: ["obligation: text 时限 / Limit", reason, "until?: instant 至 / Until"]
  act resume: {name: 恢复 / Resume, by: boss, does: resume, takes: [obligation, reason]}
  act correct: {name: 更正 / Correct, by: clerk, takes: [reason], does: correct}
  closes finished: {name: 办结 / Done, when: done answer}
  record file: {name: 案卷 / File, on: closed, keep: [1 years by clerk, 5 years by boss]}
  owe hand_over_record: {name: 移交 / Hand over, who: boss, does: hand_over_record, due: open, outlives: yes}
  act hand_over_record: {name: 移交 / Hand over, by: clerk, after closing: yes}
  owe review_record: {name: 审查 / Review, who: boss, does: review_record, due: open, outlives: yes}
  act review_record: {name: 审查 / Review, by: boss, after closing: yes}
""")
DUTIES = small_pack(
    """
- clause: "1"
  says: 每个工作日检查。 / A check every working day.
  act begin: {name: 启用 / Start, by: boss, opens: office, takes: []}
  act check: {name: 检查 / Check, of: office, by: clerk, takes: []}
  owe check:
    name: 检查 / Check
    of: office
    who: clerk
    every: working_day
    opens: period_start at 09:00
    does: check
    due: period_start at 18:00
""",
    """
pack: T1
title: 例行 / Duties
version: "1"
applies from: 2025-01-01
posts: {clerk: {name: 办事员 / Clerk, answers to: boss}, boss: {name: 主任 / Boss}}
cases: {complaint: {name: 投诉 / Complaint}, office: {name: 例行 / Office, stands for: organisation}}
""",
)


class Life:
    def __init__(self, pack: Pack = PACK, directory: Directory | None = None) -> None:
        more = {} if directory is None else {"directory": directory}
        self.store = MemoryStore(world(pack, **more))

    def do(self, name: str, actor: str, at: str, **inputs: object) -> object:
        self.store.advance(instant(at))
        return self.store.perform(act(name, "C", actor, at, **inputs))

    def at(self, at: str) -> CaseState:
        self.store.advance(instant(at))
        return self.store.state("C")


def running() -> Life:
    life = Life()
    assert life.do("register", "ann", "2025-03-10 10:00", content="漏水")
    return life


def test_what_stood_still_stays_longer_when_it_is_computed_anew() -> None:
    life = running()
    assert life.store.state("C").obligations["reply#1"].due == instant("2025-03-17 18:00")
    assert life.do("suspend", "cai", "2025-03-11 10:00", obligation="reply#1", reason="诉讼")
    assert life.do("resume", "cai", "2025-03-13 10:00", obligation="reply#1", reason="撤诉")
    longer = instant("2025-03-19 18:00")
    assert life.store.state("C").obligations["reply#1"].due == longer
    assert life.do("correct", "ann", "2025-03-14 10:00", content="渗水", reason="笔误")
    assert life.store.state("C").obligations["reply#1"].due == longer
    reconsidered = reconsider(life.store.world(), "C", instant("2025-03-14 11:00"))
    assert all(c.state.obligations["reply#1"].due == longer for c in reconsidered.changes)
    assert replay(life.store.entries("C"), CaseState("C")) == life.store.state("C")


def test_a_limit_suspended_once_until_a_day_is_not_resumed_by_that_day_when_suspended_again() -> None:
    life = running()
    first = {"obligation": "reply#1", "reason": "诉讼"}
    assert life.do("suspend", "cai", "2025-03-11 10:00", **first, until=instant("2025-03-14 10:00"))
    assert life.do("resume", "cai", "2025-03-12 10:00", **first)
    assert life.do("suspend", "cai", "2025-03-13 10:00", **first)
    assert life.at("2025-03-31 10:00").obligations["reply#1"].state == "suspended"


def test_nobody_suspends_until_an_instant_that_is_past() -> None:
    given = {"obligation": "reply#1", "reason": "诉讼", "until": instant("2025-03-11 10:00")}
    no = refused(decide(running().store.world(), act("suspend", "C", "cai", "2025-03-11 10:00", **given)))
    assert no.field == "until"


def test_a_suspended_limit_that_is_renewed_ends() -> None:
    life = running()
    assert life.do("suspend", "cai", "2025-03-11 10:00", obligation="reply#1", reason="诉讼")
    assert life.do("hurry", "bo", "2025-03-12 10:00", reason="另约")
    assert [(o.state, o.ended_why) for o in life.store.state("C").obligations.values()] == [
        ("ended", "renewed"),
        ("open", None),
    ]


def test_the_reminder_moves_with_its_limit() -> None:
    life = running()
    assert life.do("suspend", "cai", "2025-03-11 10:00", obligation="reply#1", reason="诉讼")
    assert life.do("resume", "cai", "2025-03-18 10:00", obligation="reply#1", reason="撤诉")
    state = life.at("2025-03-20 17:00")
    assert state.obligations["reply#1"].due == instant("2025-03-24 18:00")
    assert not state.obligations["reply#1"].warned
    assert life.at("2025-03-21 18:01").obligations["reply#1"].warned


def test_a_period_whose_limit_was_over_before_the_duty_began_is_not_owed() -> None:
    life = Life(DUTIES)
    assert life.do("begin", "cai", "2025-03-14 20:00")
    assert not life.at("2025-03-17 08:59").obligations
    assert life.at("2025-03-17 09:00").obligations["check#1"].due == instant("2025-03-17 18:00")
    noon = Life(DUTIES)
    assert noon.do("begin", "cai", "2025-03-14 12:00")
    assert noon.at("2025-03-14 12:00").obligations["check#1"].due == instant("2025-03-14 18:00")


def test_the_end_of_a_term_is_for_the_custodian_who_is_not_concerned() -> None:
    life = Life()
    assert life.do("register", "bo", "2025-03-10 10:00", content="态度", respondents=("ann",))
    assert life.do("answer", "bo", "2025-03-11 10:00", said="道歉")
    state = life.at("2026-03-12 09:00")
    assert state.obligations["hand_over_record#1"].bearers == ("bo",)
    again = reconsider(life.store.world(), "C", instant("2026-03-12 10:00"))
    assert not again.changes or again.state("C").obligations["hand_over_record#1"].bearers == ("bo",)
    assert life.at("2031-03-12 09:00").obligations["review_record#1"].bearers == ("cai",)


def test_nobody_stands_in_for_a_concerned_person() -> None:
    people = [Person("ann", "安"), Person("bo", "博"), Person("cai", "蔡"), Person("dan", "丹")]
    posts = [Appointment("ann", "clerk"), Appointment("bo", "clerk"), Appointment("cai", "boss")]
    away = [Absence("ann", instant("2025-03-01 00:00"), instant("2025-04-01 00:00"), "dan")]
    life = Life(directory=Directory(people, posts, away))
    assert life.do("register", "bo", "2025-03-10 10:00", content="态度", respondents=("ann",))
    assert (
        refused(decide(life.store.world(), act("hurry", "C", "dan", "2025-03-11 10:00", reason="x"))).code == "no_right"
    )


def test_a_limit_that_is_late_at_birth_is_missed_once_at_its_own_instant() -> None:
    made = decide(
        world(PACK),
        Act(
            "register",
            "C",
            "ann",
            instant("2025-03-10 10:00"),
            instant("2025-03-20 10:00"),
            {"content": "漏水"},
            pack="T1",
            reason="停电",
        ),
    )
    assert made
    state = made.state("C")
    for now in ("2025-03-20 10:00", "2025-03-20 11:00", "2025-03-21 10:00"):
        for change in advance(world(PACK, cases={"C": state}), "C", instant(now)).changes:
            state = change.state
    assert state.obligations["reply#1"].missed_at == instant("2025-03-17 18:00")
    assert state.obligations["reply#1"].opened_at == instant("2025-03-10 10:00")

"""When the world round a case changes: a holiday notice arrives, somebody goes away."""

from __future__ import annotations

from huiyin_engine.calendars import WorkingCalendar, day_table
from huiyin_engine.decide import decide
from huiyin_engine.directory import Absence, Appointment, Directory, Person
from huiyin_engine.model.events import HolderMoved, ObligationMoved
from huiyin_engine.recalculate import reconsider, reproject
from tests.engine.small_world import ROOT, accepted, act, instant, small_pack, world

PACK = small_pack("""
- clause: "1"
  says: 登记后三个工作日内答复。 / Answer within three working days.
  fact content: {name: 内容 / Content, type: text}
  holder owner: {name: 责任人 / Owner, post: clerk, is: actor of register}
  act register: {name: 登记 / Register, by: clerk, opens: complaint, takes: [content]}
  act answer: {name: 答复 / Answer, by: owner, takes: ["said: text 答复 / Answer"]}
  owe reply: {name: 答复 / Answer, who: owner, from: register, does: answer, due: start + 3 working days}
""")


def calendar_known_until(year: int) -> WorkingCalendar:
    files = sorted((ROOT / "calendars/mainland").glob("*.yaml"))
    return WorkingCalendar(day_table([f.read_text() for f in files if int(f.stem) <= year]))


def test_the_notice_moves_an_open_limit_with_its_reason() -> None:
    before = world(PACK, calendar=calendar_known_until(2025))
    state = accepted(decide(before, act("register", "C", "ann", "2026-02-13 16:00", content="漏水"))).state("C")
    assert state.obligations["reply#1"].due == instant("2026-02-18 18:00")
    assert state.obligations["reply#1"].provisional
    after = world(PACK, cases={"C": state})
    changes = reproject(after, "C", instant("2026-02-14 09:00")).changes
    assert [e.event for e in changes[0].entries] == [
        ObligationMoved("reply#1", instant("2026-02-25 18:00"), instant("2026-02-18 18:00"), "calendar", False)
    ]


def test_a_missed_limit_is_never_moved_by_a_notice() -> None:
    before = world(PACK, calendar=calendar_known_until(2025))
    state = accepted(decide(before, act("register", "C", "ann", "2026-02-13 16:00", content="漏水"))).state("C")
    after = world(PACK, cases={"C": state})
    outcome = reproject(after, "C", instant("2026-02-19 09:00"))
    assert outcome.state("C").obligations["reply#1"].missed_at == instant("2026-02-18 18:00")
    assert not any(isinstance(e.event, ObligationMoved) for e in outcome.changes[0].entries)


def test_an_absence_moves_the_holder_and_not_the_date() -> None:
    state = accepted(decide(world(PACK), act("register", "C", "ann", "2025-03-10 10:00", content="漏水"))).state("C")
    people = [Person("ann", "安"), Person("bo", "博"), Person("cai", "蔡")]
    posts = [Appointment("ann", "clerk"), Appointment("bo", "clerk"), Appointment("cai", "boss")]
    away = Directory(people, posts, [Absence("ann", instant("2025-03-11 00:00"), instant("2025-03-20 00:00"))])
    outcome = reconsider(world(PACK, directory=away, cases={"C": state}), "C", instant("2025-03-11 09:00"))
    moved = [e.event for e in outcome.changes[0].entries if isinstance(e.event, HolderMoved)]
    assert [(m.person, m.why) for m in moved] == [("bo", "absence")]
    assert outcome.state("C").obligations["reply#1"].due == state.obligations["reply#1"].due
    assert outcome.state("C").obligations["reply#1"].bearers == ("bo",)


def left(*posts: Appointment) -> Directory:
    people = [Person("ann", "安"), Person("bo", "博"), Person("cai", "蔡")]
    return Directory(people, [*posts, Appointment("bo", "clerk"), Appointment("cai", "boss")])


def test_whoever_leaves_or_leaves_the_post_gives_the_case_to_another_holder_of_it() -> None:
    state = accepted(decide(world(PACK), act("register", "C", "ann", "2025-03-10 10:00", content="漏水"))).state("C")
    gone = Appointment("ann", "clerk", until=instant("2025-03-12 00:00"))
    for directory in (left(gone), left(gone, Appointment("ann", "boss", since=instant("2025-03-12 00:00")))):
        there = world(PACK, directory=directory, cases={"C": state})
        assert not [c for c in reconsider(there, "C", instant("2025-03-11 09:00")).changes if c.state != state]
        outcome = reconsider(there, "C", instant("2025-03-12 09:00"))
        moved = [e.event for e in outcome.changes[0].entries if isinstance(e.event, HolderMoved)]
        assert [(m.person, m.why) for m in moved] == [("bo", "left")]
        assert outcome.state("C").obligations["reply#1"].due == state.obligations["reply#1"].due


def test_a_post_given_up_before_the_case_began_is_no_leaving_of_it() -> None:
    before = Appointment("ann", "clerk", until=instant("2024-01-01 00:00"))
    found = left(before, Appointment("ann", "boss", since=instant("2024-01-01 00:00")))
    now = instant("2025-03-10 10:00")
    assert not found.ceased("ann", "clerk", instant("2025-03-01 00:00"), now)
    assert found.ceased("ann", "clerk", instant("2023-03-01 00:00"), now)
    assert found.last_held("ann", now) is None
    assert left(before).last_held("ann", now) == before

"""What a decision refuses and what is offered: opening twice, several cases, dating back, values of any shape."""

from __future__ import annotations

from typing import Any

import pytest

from huiyin_engine.advance import advance
from huiyin_engine.decide import decide
from huiyin_engine.directory import Appointment, Directory, Person
from huiyin_engine.model.outcome import Act, World
from huiyin_engine.options import options
from tests.engine.small_world import accepted, act, instant, refused, small_pack, world

PACK = small_pack("""
- clause: "1"
  says: 登记、办理、客户的话。 / Registering, handling, what the customer says.
  fact content: {name: 内容 / Content, type: text}
  fact kind: {name: 类别 / Kind, one of: {a: 甲 / A, b: 乙 / B}}
  fact post: {name: 岗位 / Post, type: post}
  fact people: {name: 人员 / People, type: person, several: yes}
  fact answer_by: {name: 答复时间 / Answer by, type: instant}
  holder owner: {name: 责任人 / Owner, post: clerk, is: clerk if not done register else actor of register}
  act arrive: {name: 来件 / Arrival, by: [anyone, complainant], opens: complaint, once: yes, takes: [content]}
  act register:
    name: 登记 / Register
    by: clerk
    opens: complaint
    once: yes
    takes: ["content?", "kind?", "post?", "people?"]
  owe registration:
    name: 登记 / Register it
    who: clerk
    from: opened
    if: not done register
    does: register
    due: open
  act answer:
    name: 答复 / Answer
    by: owner
    takes: ["said: text 答复 / Answer"]
    needs: {"content is known": 没有内容 / No content, "answer_by is unknown": 已约时间 / A time is set}
  act set_time: {name: 约定时间 / Set a time, by: owner, takes: [answer_by], once: yes}
  owe reply: {name: 答复 / Answer, who: owner, from: set_time, does: answer, due: answer_by}
  act say_more: {name: 补充 / Say more, by: complainant, takes: ["added: text 补充 / Added"]}
  act visit: {name: 拜访 / Visit, by: clerk, also on: yes, takes: ["note: text 记录 / Note"]}
""")


def opened(**inputs: Any) -> World:
    started = decide(world(PACK), act("register", "C", "ann", "2025-03-10 10:00", **{"content": "漏水", **inputs}))
    return world(PACK, cases={"C": accepted(started).state("C")})


def test_a_case_is_not_opened_twice() -> None:
    again = refused(decide(opened(), act("arrive", "C", "dan", "2025-03-10 11:00", content="另写一份")))
    assert (again.code, again.clause) == ("opened_already", "1")


def test_what_arrived_is_registered_where_that_is_owed() -> None:
    came = accepted(decide(world(PACK), act("arrive", "C", "party:complainant", "2025-03-10 09:00", content="漏水")))
    there = world(PACK, cases={"C": came.state("C")})
    assert "register" in {o.act for o in options(there, "C", "bo", instant("2025-03-10 09:30"))}
    accepted(decide(there, act("register", "C", "bo", "2025-03-10 09:30")))


def test_an_act_is_done_once_on_each_of_several_cases_and_only_where_it_may() -> None:
    both = {c: accepted(decide(world(PACK), act("register", c, "ann", "2025-03-10 10:00", content=c))) for c in "AB"}
    there = world(PACK, cases={c: outcome.state(c) for c, outcome in both.items()})
    one = act("visit", "A", "bo", "2025-03-11 10:00", note="看望")
    done = accepted(decide(there, one._replace(also=("A", "B", "B"))))
    assert [len(done.state(c).acts["visit"]) for c in "AB"] == [1, 1]
    other = act("answer", "A", "ann", "2025-03-11 10:00", said="好")
    assert refused(decide(there, other._replace(also=("B",)))).code == "one_case_only"


def test_dating_back_wants_a_reason_that_is_text() -> None:
    late = Act("register", "C", "ann", instant("2025-03-10 10:00"), instant("2025-03-12 10:00"), {}, pack="T1")
    missing = refused(decide(world(PACK), late))
    assert (missing.code, missing.field, missing.clause) == ("input_missing", "reason", "CR-11")
    assert refused(decide(world(PACK), late._replace(reason="停电\x00"))).code == "input_wrong"
    assert refused(decide(world(PACK), late._replace(reason="长" * 10_000_000))).code == "input_wrong"
    accepted(decide(world(PACK), late._replace(reason="停电")))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content", "\x00"),
        ("content", "\ud83d"),
        ("content", "长" * 10_000_000),
        ("content", 5),
        ("content", ["a"]),
        ("content", {"a": 1}),
        ("content", "   "),
        ("kind", ["a"]),
        ("kind", "c"),
        ("post", ["clerk"]),
        ("post", {"clerk": 1}),
        ("people", ["ann", ["bo"]]),
        ("people", ["ann"] * 2000),
        ("unheard_of", "x"),
    ],
)
def test_a_value_of_any_shape_is_refused_by_name(field: str, value: Any) -> None:
    no = refused(decide(world(PACK), act("register", "C", "ann", "2025-03-10 10:00", **{field: value})))
    assert no.field == field
    assert no.text.zh
    assert no.text.en
    assert no.way_out.zh
    assert no.way_out.en


def test_an_instant_as_text_is_refused_and_emoji_are_kept() -> None:
    there = opened(content="😡漏水")
    assert there.cases["C"].facts["content"] == "😡漏水"
    no = refused(decide(there, act("set_time", "C", "ann", "2025-03-11 10:00", answer_by="2025-03-12 18:00")))
    assert no.field == "answer_by"


def test_an_empty_list_is_nothing_given() -> None:
    assert "people" not in opened(people=[]).cases["C"].facts


def test_what_is_offered_makes_sense() -> None:
    there = opened()
    at = instant("2025-03-11 10:00")
    assert {o.act: o.refusal is None for o in options(there, "C", "ann", at)} == {
        "answer": True,
        "set_time": True,
        "visit": True,
    }
    assert {o.act for o in options(there, "C", "party:complainant", at)} == {"say_more"}
    timed = accepted(
        decide(there, act("set_time", "C", "ann", "2025-03-11 10:00", answer_by=instant("2025-03-12 18:00")))
    )
    offered = {o.act: o.refusal for o in options(world(PACK, cases={"C": timed.state("C")}), "C", "ann", at)}
    assert "set_time" not in offered
    unmet = offered["answer"]
    assert unmet is not None
    assert unmet.code == "need_not_met"


def test_an_act_at_the_due_instant_counts_before_the_lapse() -> None:
    timed = decide(opened(), act("set_time", "C", "ann", "2025-03-11 10:00", answer_by=instant("2025-03-12 18:00")))
    at = instant("2025-03-12 18:00")
    there = world(PACK, cases={"C": accepted(timed).state("C")})
    assert not advance(there, "C", at).changes
    lapsed = advance(there, "C", at + 1).state("C").obligations["reply#1"]
    assert lapsed.missed_at == at
    assert not advance(world(PACK, cases={"C": advance(there, "C", at + 1).state("C")}), "C", at + 99).changes


TWO_CLERKS = small_pack("""
- clause: "1"
  says: 被投诉人回避。 / Whoever is complained about stands aside.
  fact content: {name: 内容 / Content, type: text}
  fact respondents: {name: 被投诉人 / Respondents, type: person, several: yes}
  conflict respondents: {concerned: [respondents]}
  holder owner: {name: 责任人 / Owner, post: clerk, is: actor of register}
  act register: {name: 登记 / Register, by: clerk, opens: complaint, takes: [content, "respondents?"]}
  act name_respondent: {name: 补记 / Name, by: clerk, takes: [respondents], gathers: [respondents]}
  act review: {name: 审核 / Review, by: boss, once: yes}
  act correct: {name: 更正 / Correct, by: clerk, takes: ["reason: text 理由 / Reason"], does: correct}
""")


def test_where_the_act_leaves_nobody_able_the_next_above_does_it() -> None:
    about_both = {"content": "态度", "respondents": ("ann", "bo")}
    no = refused(decide(world(TWO_CLERKS), act("register", "C", "ann", "2025-03-10 10:00", **about_both)))
    assert (no.code, no.people) == ("concerned", ("cai",))
    done = accepted(decide(world(TWO_CLERKS), act("register", "C", "cai", "2025-03-10 10:00", **about_both)))
    assert done.state("C").holder("owner") == "cai"
    about_one = {"content": "态度", "respondents": ("ann",)}
    other = refused(decide(world(TWO_CLERKS), act("register", "C", "cai", "2025-03-10 10:00", **about_one)))
    assert (other.code, other.people) == ("no_right", ("ann", "bo"))


def test_a_respondent_found_later_joins_and_one_named_by_mistake_is_cleared() -> None:
    first = decide(
        world(TWO_CLERKS), act("register", "C", "ann", "2025-03-10 10:00", content="态度", respondents="dan")
    )
    there = world(TWO_CLERKS, cases={"C": accepted(first).state("C")})
    found = accepted(decide(there, act("name_respondent", "C", "ann", "2025-03-10 11:00", respondents=["cai"])))
    state = found.state("C")
    assert state.facts["respondents"] == ("dan", "cai")
    assert state.concerned == {"dan", "cai"}
    wrong = act("correct", "C", "ann", "2025-03-10 12:00", respondents=("dan",), reason="听错")
    cleared = accepted(decide(world(TWO_CLERKS, cases={"C": state}), wrong)).state("C")
    assert cleared.concerned == {"dan"}
    assert [t.inputs["respondents"] for t in cleared.acts["name_respondent"]] == [("dan", "cai")]


def test_the_successor_may_repeat_what_a_concerned_person_did() -> None:
    first = decide(world(TWO_CLERKS), act("register", "C", "ann", "2025-03-10 10:00", content="态度"))
    state = accepted(first).state("C")
    state = accepted(
        decide(world(TWO_CLERKS, cases={"C": state}), act("review", "C", "cai", "2025-03-10 11:00"))
    ).state("C")
    at = instant("2025-03-10 12:00")
    assert (
        refused(decide(world(TWO_CLERKS, cases={"C": state}), act("review", "C", "cai", "2025-03-10 12:00"))).code
        == "done_already"
    )
    assert "review" not in {o.act for o in options(world(TWO_CLERKS, cases={"C": state}), "C", "cai", at)}
    found = act("name_respondent", "C", "ann", "2025-03-10 12:00", respondents=("cai",))
    state = accepted(decide(world(TWO_CLERKS, cases={"C": state}), found)).state("C")
    assert len(state.acts["review"]) == 1
    again = accepted(
        decide(
            world(TWO_CLERKS, cases={"C": state}, directory=two_bosses()), act("review", "C", "dan", "2025-03-10 13:00")
        )
    )
    assert [t.actor for t in again.state("C").acts["review"]] == ["cai", "dan"]


def two_bosses() -> Directory:
    people = [Person(p, p) for p in ("ann", "bo", "cai", "dan")]
    posts = [("ann", "clerk"), ("bo", "clerk"), ("cai", "boss"), ("dan", "boss")]
    return Directory(people, [Appointment(person, post) for person, post in posts])

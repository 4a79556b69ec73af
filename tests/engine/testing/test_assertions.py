"""Every assertion of the form holds where it should and fails where it should not: none passes unseen."""

from __future__ import annotations

import pytest

from huiyin_engine.testing import form
from tests.engine.testing.small import run

GIVEN = """
scenario: T
pack: small
version: "1"
units: 工程部 销售部
people:
  李敏: clerk
  陈晨: clerk
  王强: head for 工程部
  钱丽: head for 销售部
  赵组长: clerk_lead
  孙主任: director
calendar: {known until: 2025}
standing:
- {case: office, act: open_office, by: 孙主任, at: 2025-03-03 09:00, object: 总部}
steps:
- {at: 2025-03-10 10:20, act: register, by: 李敏, case: case,
   with: {caller: 周女士, kind: manner, against: 陈晨, promised_at: 2025-03-12}}
- {act: route, by: 李敏, at: 2025-03-10 11:00, with: {unit: 工程部}}
- {act: done_there, by: 王强, at: 2025-03-10 12:00, on: 工程部}
- {clock: 2025-03-12 18:00:01}
"""
ANSWERED = "- {act: answer, by: 孙主任, at: 2025-03-13 09:00, with: {measures: 已道歉}}\n"
WHILE_OPEN = [
    ("type: complaint", "type: inquiry"),
    ("holders: {owner: 孙主任}", "holders: {owner: 王强}"),
    ("holders: {owner: {post: director}}", "holders: {owner: {post: clerk}}"),
    ("holders: {owner: {rule: missed answer}}", "holders: {owner: {rule: unit}}"),
    ("holders: {owner: {since: 2025-03-12 18:00}}", "holders: {owner: {since: 2025-03-12 18:01}}"),
    ("holders: {owner: {clause: '2'}}", "holders: {owner: {clause: '3'}}"),
    ("holders: {owner: {why: derived}}", "holders: {owner: {why: conflict}}"),
    ("due: {answer: 2025-03-12}", "due: {answer: 2025-03-12 17:59}"),
    ("due: {answer: {no: 1, at: 2025-03-12}}", "due: {answer: {no: 2, at: 2025-03-12}}"),
    ("due: {answer: {start: 2025-03-10 10:20}}", "due: {answer: {start: 2025-03-10 10:21}}"),
    ("due: {answer: {bearers: 孙主任}}", "due: {answer: {bearers: 李敏}}"),
    ("due: {answer: {strength: binding}}", "due: {answer: {strength: target}}"),
    ("due: {answer: {state: late}}", "due: {answer: {state: open}}"),
    ("due: {answer: {provisional: no}}", "due: {answer: {provisional: yes}}"),
    ("due: {answer: {clause: '2'}}", "due: {answer: {clause: '1'}}"),
    ("due: {report: {derivation: 3月10日不计}}", "due: {report: {derivation: 国庆节}}"),
    ("due: [{owe: report, at: 2025-03-13}]", "due: [{owe: report, at: 2025-03-14}]"),
    ("owed: answer", "owed: weekly"),
    ("owed: {answer: 孙主任}", "owed: {answer: 孙主任 王强}"),
    ("owed only: answer report", "owed only: answer"),
    ("not owed: weekly", "not owed: report"),
    ("missed: answer", "missed: report"),
    ("missed: {answer: 2025-03-12 18:00}", "missed: {answer: 2025-03-12 18:01}"),
    ("missed: {answer: {no: 1}}", "missed: {answer: {no: 2}}"),
    ("not missed: report", "not missed: answer"),
    ("warned: answer", "warned: report"),
    ("allowed: {孙主任: answer}", "allowed: {李敏: answer}"),
    ("not allowed: {李敏: answer}", "not allowed: {孙主任: answer}"),
    ("not allowed: {陈晨: all}", "not allowed: {孙主任: all}"),
    ("refused: {act: answer, by: 李敏, with: {measures: a}, code: no_right}",
     "refused: {act: answer, by: 孙主任, with: {measures: a}, code: no_right}"),
    ("refused: {act: answer, by: 陈晨, with: {measures: a}, code: concerned, people: 孙主任}",
     "refused: {act: answer, by: 陈晨, with: {measures: a}, code: concerned, people: 李敏}"),
    ("refused: {act: grant, by: 孙主任, with: {amount: '0.50'}, text: too small, clause: '1'}",
     "refused: {act: grant, by: 孙主任, with: {amount: '0.50'}, text: too large}"),
    ("refused: {act: answer, by: 孙主任, field: measures}", "refused: {act: answer, by: 孙主任, field: amount}"),
    ("signatures: [taken: 李敏]", "signatures: [taken: 陈晨]"),
    ("acts: {route: 1}", "acts: {route: 2}"),
    ("facts: {caller: 周女士, amount: none}", "facts: {caller: 周先生}"),
    ("facts: {promised_at: 2025-03-12 18:00}", "facts: {promised_at: none}"),
    ("rows: {step_line: 1}", "rows: {step_line: none}"),
    ("rows: {step_line: [{unit: 工程部, done: yes}]}", "rows: {step_line: [{unit: 工程部, done: no}]}"),
    ("rows: {step_line: [{unit: 工程部}]}", "rows: {step_line: [{unit: 工程部}, {unit: 销售部}]}"),
    ("letters due: reply", "letters due: none"),
    ("letter: {reply: {来诉人: 周女士}}", "letter: {reply: {来诉人: 吴先生}}"),
    ("linked: {inquiry: {count: 1, type: inquiry, holders: {owner: none}}}", "linked: {inquiry: {type: complaint}}"),
    ("linked: {inquiry: {linked: {complaint: case}}}", "linked: {inquiry: {count: 2}}"),
    ("linked: {complaint: none}", "linked: {inquiry: none}"),
    ("cases: {complaint: 1, inquiry: 1}", "cases: {complaint: 2}"),
    ("duties: {weekly: {count: 1, due: 2025-03-14, bearers: 李敏 陈晨, object: 总部, opened: 2025-03-10 00:00, "
     "period: 2025-03-10}}", "duties: {weekly: {due: 2025-03-15}}"),
    ("duties: {weekly: {count: 1, state: late}}", "duties: {weekly: none}"),
    ("concerned: 陈晨", "concerned: none"),
    ("open: yes", "open: no"),
    ("closed: no", "closed: 2025-03-12"),
    ("told: {routed: 王强}", "told: {routed: 钱丽}"),
    ("told: {'missed:answer': {to: 孙主任, at: 2025-03-12 18:00, count: 1}}", "told: {'missed:answer': {count: 2}}"),
    ("told: {routed: {text: 一件投诉}}", "told: {routed: {text: 两件投诉}}"),
    ("not told: 陈晨", "not told: 王强"),
    ("story: [登记, 转办, 超时]", "story: [超时, 登记]"),
    ("{case: office, type: office}", "{case: office, type: complaint}"),
    ("form: {S1: {责任人: 孙主任, Kind: 态度, 6: 2025-03-10, 客户签名: none}}", "form: {S1: {责任人: 王强}}"),
    ("form: {S1: [周女士, manner, 2025-03-12 18:00, Owner: 孙主任, 李敏, 2025-03-10, none, 工程部, case]}",
     "form: {S1: [周女士, 态度]}"),
    ("report: {monthly: {period: 2025-03, rows: [{来诉人: 周女士}], groups: {manner: 1}, proposed: none, "
     "to: 孙主任 王强, to read: 赵组长}}", "report: {monthly: {period: 2025-03, rows: 2}}"),
    ("report: {monthly: {period: 2025-04, rows: none}}", "report: {monthly: {period: 2025-Q1, rows: none}}"),
    ("report: {monthly: {period: 2025, head: 2025年1月1日至2025年12月31日}}",
     "report: {monthly: {period: 2025, head: 2024年}}"),
    ("report: {monthly: {period: 2025-03, to: 孙主任 王强}}", "report: {monthly: {period: 2025-03, to: 孙主任}}"),
    ("report: {monthly: {period: 2025-03, groups: {态度: 1}}}",
     "report: {monthly: {period: 2025-03, groups: {货品: 1}}}"),
    ("report: {monthly: {period: 2025-03, proposed: none}}", "report: {monthly: {period: 2025-03, proposed: 态度}}"),
    ("report: {monthly: {period: 2025-03, to read: 赵组长}}", "report: {monthly: {period: 2025-03, to read: none}}"),
]  # fmt: skip
WHEN_CLOSED = [
    ("closed: 2025-03-13 09:00", "closed: 2025-03-13 09:01"),
    ("closed: {at: 2025-03-13, how: answered}", "closed: {how: withdrawn}"),
    ("met late: {answer: 2025-03-13 09:00}", "met: answer"),
    ("ended: {report: closed}", "ended: {report: waived}"),
    ("ended: {report: {why: closed, at: 2025-03-13 09:00}}", "ended: answer"),
    ("records: {sheet: {count: 1, start: 2025-03-13, legs: [{by: clerk, until: 2026-03-13}, "
     "{by: director, until: 2031-03-13}]}}", "records: {sheet: {legs: [{by: clerk, until: 2026-03-13}]}}"),
    ("records: {sheet: {start: 2025-03-13}}", "records: {sheet: none}"),
    ("form: {S1: {客户签名: 客户}}", "form: {S1: {客户签名: none}}"),
]  # fmt: skip
OTHERS = {"met", "skipped", "not skipped", "suspended", "charges", "statements", "case", "records"}
"""Shown in tests of their own below, or above in company."""


def failures(steps: str, assertion: str) -> list[str]:
    braced = assertion if assertion.startswith("{") else f"{{{assertion}}}"
    result = run(f"{GIVEN}{steps}- then: {braced}\n")
    return [failure.in_language("en") for failure in result.failures]


@pytest.mark.parametrize(("holds", "fails"), WHILE_OPEN)
def test_of_an_open_case(holds: str, fails: str) -> None:
    assert failures("", holds) == []
    assert failures("", fails) != []


@pytest.mark.parametrize(("holds", "fails"), WHEN_CLOSED)
def test_of_a_closed_case(holds: str, fails: str) -> None:
    assert failures(ANSWERED, holds) == []
    assert failures(ANSWERED, fails) != []


def test_every_assertion_is_tried() -> None:
    tried = {part.split(":")[0].strip(" {") for pair in WHILE_OPEN + WHEN_CLOSED for part in pair}
    assert set(form.ASSERTION_KEYS) <= tried | OTHERS


def test_met_in_time() -> None:
    early = (
        GIVEN.replace("- {clock: 2025-03-12 18:00:01}\n", "")
        + "- {act: answer, by: 王强, at: 2025-03-11 09:00, with: {measures: a}}\n"
    )
    assert run(early + "- then: {met: {answer: 2025-03-11 09:00}}\n").passed
    assert not run(early + "- then: {met: {answer: 2025-03-11 09:01}}\n").passed
    assert not run(early + "- then: {met late: answer}\n").passed


@pytest.mark.parametrize("key", form.UNSUPPORTED)
def test_what_the_engine_cannot_do_yet_never_passes(key: str) -> None:
    assert "not supported by this engine version" in failures("", f"{key}: [{{李敏: '30.00'}}]")[0]
    assert failures("", f"{key}: none") == [], "that there are none is true"


def test_a_suspended_limit_and_a_skipped_step() -> None:
    steps = (
        "- {act: pause, by: 孙主任, at: 2025-03-12 18:30, with: {obligation: report#1, reason: 停电}}\n"
        "- {act: inspect, by: 孙主任, at: 2025-03-12 18:40, refused: fallen_away}\n"
    )
    assert failures(steps, "{suspended: report, skipped: inspect}") == []
    assert failures(steps, "suspended: answer") != []
    assert failures(steps, "skipped: thank") != []
    assert failures(steps, "not skipped: thank") == []
    assert failures(steps, "not skipped: inspect") != []


@pytest.mark.parametrize(
    "assertion",
    [
        "holders: {nobody: 李敏}",
        "due: {reply: 2025-03-12}",
        "facts: {colour: red}",
        "allowed: {李敏: fly}",
        "allowed: {无此人: route}",
        "form: {F9: {1: a}}",
        "form: {S1: {无此栏: a}}",
        "form: {S1: {99: a}}",
        "report: {yearly: {period: 2025}}",
        "report: {monthly: {period: March}}",
        "rows: {parts: 1}",
        "rows: {step_line: [{colour: red}]}",
        "linked: {nothing: none}",
        "records: {F9: none}",
        "told: {nothing: 李敏}",
        "letters due: nothing",
        "letter: {nothing: {1: a}}",
        "duties: {nothing: none}",
        "cases: {nothing: 1}",
        "acts: {fly: 1}",
        "skipped: fly",
        "owed: nothing",
        "not owed: nothing",
        "missed: nothing",
    ],
)
def test_a_name_the_pack_does_not_have_is_a_failure(assertion: str) -> None:
    assert failures("", assertion) != []


def test_a_failure_says_what_was_expected_what_held_and_the_story() -> None:
    result = run(f"{GIVEN}- then:\n    holders: {{owner: 王强}}\n    type: inquiry\n")
    first, second = result.failures
    assert (first.file, first.line) == ("x.yaml", 23)
    chinese = first.in_language("zh")
    assert "应为: 王强" in chinese
    assert "实为: 孙主任" in chinese
    assert "2025-03-10 10:20 [1] 李敏办理“登记”" in chinese
    english = first.in_language("en")
    assert "expected: 王强" in english
    assert "{answer#1}" in english
    assert second.story == (), "the story is told once"

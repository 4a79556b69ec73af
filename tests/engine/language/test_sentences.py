"""The short sentences: what they come to, three-valued, against tables and instants worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from huiyin_engine.language.compiling import FactType, Scope, compile_sentence
from huiyin_engine.language.runtime import Env
from huiyin_engine.language.sentences import SentenceError, parse
from huiyin_engine.model.state import CaseState, Obligation, Trace
from tests.engine.small_world import act, decide, instant, refused, small_pack, world

SCOPE = Scope(
    facts={
        "a": FactType("yes/no"),
        "b": FactType("yes/no"),
        "n": FactType("number"),
        "money": FactType("money"),
        "content": FactType("text"),
        "t": FactType("instant"),
        "u": FactType("instant"),
        "kind": FactType("choice", ("x", "y", "content")),
        "kinds": FactType("choice", ("x", "y", "z"), several=True),
        "who": FactType("person"),
        "whose": FactType("person", several=True),
        "rank": FactType("post"),
    },
    parameters={"limit": FactType("number")},
    acts=frozenset({"register", "answer", "call"}),
    owes={"reply": "binding", "later": "open"},
    holders=frozenset({"owner"}),
    posts=frozenset({"clerk", "boss"}),
    rows={"part": {"key": FactType("text"), "size": FactType("number"), "done_at": FactType("instant")}},
    tables={"days": {"x": 3, "y": 7, "content": 1}},
    aliases={"registrar": "clerk"},
    extras={"registrar": ("('post', 'clerk', None)", "selector")},
)
PACK = small_pack('- clause: "1"\n  act register: {by: clerk, opens: complaint}\n')
FRIDAY = instant("2025-09-26 16:00")
"""A Friday before a Sunday that is worked (28th) and the long holiday (1st to 8th of October)."""


def value(text: str, case: CaseState | None = None, parameters: dict[str, Any] | None = None, **facts: Any) -> Any:
    """What a sentence comes to on a case with these facts."""
    state = case or CaseState("c1")
    state.facts.update({k: v for k, v in facts.items() if v is not None})
    env = Env(world(PACK, parameters={"T1": parameters or {}}), PACK, FRIDAY, "ann")
    return compile_sentence(text, SCOPE).run(state, env, None)


# -- three values ----------------------------------------------------------------------------------------------------

THREE = (True, False, None)
DEGREE = {False: 0, None: 1, True: 2}
"""Kleene's logic as numbers: and is the lesser, or the greater, not the mirror image."""


@pytest.mark.parametrize(("a", "b"), list(product(THREE, THREE)))
def test_truth_tables(a: bool | None, b: bool | None) -> None:
    assert DEGREE[value("a and b", a=a, b=b)] == min(DEGREE[a], DEGREE[b])
    assert DEGREE[value("a or b", a=a, b=b)] == max(DEGREE[a], DEGREE[b])
    assert DEGREE[value("not a", a=a)] == 2 - DEGREE[a]
    assert value("not (a and b)", a=a, b=b) == value("not a or not b", a=a, b=b)


@pytest.mark.parametrize(
    "text",
    [
        "n is 1",
        "n is not 1",
        "n < 1",
        "n <= 1",
        "n > 1",
        "n >= 1",
        "1 < n",
        "kind is x",
        "kind is not x",
        "kind in [x]",
        "kind not in [x]",
        "t < opened_at",
        "content is 'x'",
        "who in clerk",
        "n + 1 > 0",
        "a is yes",
        "a is no",
    ],
)
def test_a_comparison_with_something_unknown_is_never_yes(text: str) -> None:
    assert value(text) is None
    assert value(f"not ({text})") is None


def test_known_is_always_certain() -> None:
    assert value("n is known") is False
    assert value("n is unknown") is True
    assert value("n is known", n=0) is True
    assert value("a is known", a=False) is True


def test_a_guard_that_is_unknown_refuses() -> None:
    pack = small_pack(
        '- clause: "1"\n  fact urgent: {type: yes/no}\n'
        "  act register: {by: clerk, opens: complaint, takes: [urgent?], needs: [not urgent]}\n"
    )
    for given, code in ((None, "need_not_met"), (True, "need_not_met")):
        assert refused(decide(world(pack), act("register", "c1", "ann", "2025-09-26 16:00", urgent=given))).code == code
    assert not hasattr(decide(world(pack), act("register", "c1", "ann", "2025-09-26 16:00", urgent=False)), "code")


def test_if_takes_the_second_branch_unless_the_condition_is_yes() -> None:
    assert [value("1 if a else 2", a=a) for a in THREE] == [1, 2, 2]
    assert value("1 if a else 2 if b else 3", a=False, b=True) == 2


# -- values ----------------------------------------------------------------------------------------------------------


def test_a_bare_word_is_a_value_of_the_choice_on_the_other_side() -> None:
    assert value("kind is x", kind="x") is True
    assert value("kind is not x", kind="y") is True
    assert value("kind in [x, y]", kind="y") is True
    assert value("kind not in [x, y]", kind="content") is True
    assert value("kind is content", kind="content", content="something else") is True
    assert value("rank is boss", rank="boss") is True


def test_a_list_is_in_another_where_they_share_a_value() -> None:
    assert value("kinds in [x, y]", kinds=("z", "y")) is True
    assert value("kinds in [x]", kinds=("z", "y")) is False


def test_who_holds_a_post_by_its_name_or_by_the_word_of_the_library() -> None:
    assert value("who in clerk", who="ann") is True
    assert value("who in [boss, registrar]", who="ann") is True
    assert value("who in boss", who="ann") is False
    assert value("whose in boss", whose=("ann", "cai")) is True
    assert value("count clerk") == 2
    state = CaseState("c1")
    state.concerned = frozenset({"ann"})
    assert value("count registrar", state) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n + 1", 6),
        ("n - 2 * 2", 1),
        ("(n - 2) * 2", 6),
        ("n / 2", Decimal("2.5")),
        ("n / 0", None),
        ("n + limit", None),
        ("money * 0.1", Decimal("12.30")),
        ("min(n, 3)", 3),
        ("max(n, 3)", 5),
        ("min(n, limit)", None),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(n / 3, 1)", Decimal("1.7")),
        ("days[kind]", 7),
    ],
)
def test_arithmetic(text: str, expected: Any) -> None:
    assert value(text, n=5, money=Decimal("123"), kind="y") == expected


def test_parameters_are_read_from_what_the_organisation_gave() -> None:
    assert value("n > limit", parameters={"limit": 4}, n=5) is True
    assert value("n > limit", n=5) is None


# -- instants --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t + 3 working days", "2025-09-30 18:00"),  # Sunday 28, 29, 30
        ("t + 4 working days", "2025-10-09 18:00"),
        ("t + 3 working days counting that day", "2025-09-29 18:00"),  # 26, 28, 29
        ("t + 3 working days ending 12:00", "2025-09-30 12:00"),
        ("t + 3 working days ending closing", "2025-09-30 18:00"),
        ("t + 3 working days ending same time", "2025-09-30 16:00"),
        ("t - 2 working days", "2025-09-24 18:00"),
        ("t + 1 days", "2025-09-27 18:00"),
        ("t + 1 days on rest day next", "2025-09-28 18:00"),
        ("t + 7 days", "2025-10-03 18:00"),
        ("t + 7 days on rest day keep", "2025-10-03 18:00"),
        ("t + 7 days on rest day next", "2025-10-09 18:00"),
        ("t + 7 days on rest day previous", "2025-09-30 18:00"),
        ("t + 7 days on rest day previous in month", "2025-10-09 18:00"),
        ("t + 1 days ending 09:00 on rest day next", "2025-09-28 09:00"),
        ("t + 2 working hours", "2025-09-26 18:00"),
        ("t + 3 working hours", "2025-09-28 10:00"),
        ("t + 150 working minutes", "2025-09-28 09:30"),
        ("t + 90 minutes", "2025-09-26 17:30"),
        ("t + 26 hours", "2025-09-27 18:00"),
        ("t + 1 weeks", "2025-10-03 18:00"),
        ("t + 4 months", "2026-01-26 18:00"),
        ("u + 4 months", "2025-11-30 18:00"),  # from the 31st of July, clipped
        ("t + 1 years ending same time", "2026-09-26 16:00"),
        ("t + days[kind] working days", "2025-09-30 18:00"),
        ("t + (7 if a else 3) working days", "2025-09-30 18:00"),
        ("t + 1 days + 1 working days", "2025-09-28 18:00"),
        ("t at 09:30", "2025-09-26 09:30"),
        ("t + 1 weeks at 23:59:59", "2025-10-03 23:59:59"),
        ("2025-10-01", "2025-10-01 00:00"),
        ("2025-10-01 at 18:00", "2025-10-01 18:00"),
        ("next_opening(t)", "2025-09-26 16:00"),
        ("next_opening(t + 1 days)", "2025-09-28 09:00"),
        ("closing_of(t)", "2025-09-26 18:00"),
        ("start_of(day, t)", "2025-09-26 00:00"),
        ("start_of(week, t)", "2025-09-22 00:00"),
        ("end_of(quarter, t)", "2025-09-30 23:59:59"),
        ("end_of(year, t)", "2025-12-31 23:59:59"),
        ("first_working_day(month, t + 7 days)", "2025-10-09 00:00"),
        ("last_working_day(week, t)", "2025-09-28 00:00"),
        ("nth_working_day(month, 2, t)", "2025-09-02 00:00"),
        ("nth_working_day(month, 40, t)", None),
        ("day_of_month(t, 31)", "2025-09-30 00:00"),
        ("earliest(t, u)", "2025-07-31 10:00"),
        ("earliest(t, opened_at)", "2025-09-26 16:00"),
        ("latest(t, u)", "2025-09-26 16:00"),
        ("latest(t, opened_at)", None),
        ("first_known(opened_at, t)", "2025-09-26 16:00"),
        ("opened_at + 3 working days", None),
    ],
)
def test_instants_worked_out_by_hand(text: str, expected: str | None) -> None:
    wanted = None if expected is None else instant(expected)
    assert value(text, t=FRIDAY, u=instant("2025-07-31 10:00"), kind="x") == wanted


# -- what happened ---------------------------------------------------------------------------------------------------


def history() -> CaseState:
    """Registered by ann, called by bo, registered again by cai; a reply that was missed and is still owed."""
    state = CaseState("c1")
    state.acts = {
        "register": (Trace(1, 100, "ann", {}, None), Trace(5, 300, "cai", {}, None)),
        "call": (Trace(3, 200, "bo", {}, None),),
    }
    state.changed = {"kind": 4}
    state.obligations = {
        "reply#1": Obligation("reply#1", "reply", 1, ("ann",), "binding", 100, 150, "met_late", 2, 100, 150, 160),
        "reply#2": Obligation("reply#2", "reply", 2, ("bo",), "binding", 160, 400, "open", 6, 160),
    }
    state.rows = {"part": {"1": {"size": 2}, "2": {"size": 5, "done_at": 7}, "3": {}}}
    return state


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("done register", True),
        ("done answer", False),
        ("times register", 2),
        ("first register", 100),
        ("last register", 300),
        ("last answer", None),
        ("actor of register", "cai"),
        ("done register since call", True),
        ("done call since register", False),
        ("done call since kind", False),
        ("times register since kind", 1),
        ("done call since answer", True),
        ("missed reply", True),
        ("missed reply no 2", False),
        ("open reply", True),
        ("owed reply", True),
        ("met reply", True),
        ("owed reply no 1", False),
        ("due of reply", 400),
        ("bearer of reply", "bo"),
        ("owed later", False),
        ("count part", 3),
        ("any part where size > 4", True),
        ("all part where size > 1", False),
        ("none part where size > 5", True),
        ("count part where done_at is known", 1),
        ("sum size of part", 7),
        ("sum size of part where size > 2", 5),
        ("sum size * 2 of part", 14),
        ("closed", False),
    ],
)
def test_asking_the_history(text: str, expected: Any) -> None:
    assert value(text, history()) == expected


def test_a_step_that_falls_away_is_past_only_once_its_turn_has_come() -> None:
    scope = Scope(
        facts={"a": FactType("yes/no")},
        acts=frozenset({"register", "call", "answer"}),
        skips={"call": "a"},
        afters={"call": ("register",)},
    )
    past = compile_sentence("past call", scope).run
    state, env = CaseState("c1"), Env(world(PACK), PACK, FRIDAY)
    state.facts["a"] = True
    assert past(state, env, None) is False
    state.acts = {"register": (Trace(1, 100, "ann", {}, None),)}
    assert past(state, env, None) is True
    state.facts["a"] = None
    assert past(state, env, None) is False


# -- what cannot be said ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("contant is known", "did you mean content"),
        ("kind is z", "nothing is called z"),
        ("kind is contant", "did you mean content"),
        ("done regster", "did you mean register"),
        ("missed replay", "did you mean reply"),
        ("missed later", "is never missed"),
        ("any parts", "did you mean part"),
        ("day[kind]", "did you mean days"),
        ("bosss of who", "did you mean boss"),
        ("content < 'x'", "has no order"),
        ("content is n", "cannot be compared"),
        ("n and a", "yes/no is wanted"),
        ("not n", "yes/no is wanted"),
        ("content + 1", "no number"),
        ("n + 1 days", "no instant"),
        ("t + content days", "must be a number"),
        ("[n, content]", "mixes types"),
        ("a in b", "wants a list"),
        ("leader of content", "wants a person"),
        ("boss of content", "wants a unit or a person"),
        ("1 if a else content", "branches differ"),
        ("start_of(decade, t)", "begins with one of"),
        ("t < 2025-02-30", "there is no day 2025-02-30"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_a_hint(text: str, says: str) -> None:
    with pytest.raises(SentenceError) as wrong:
        compile_sentence(text, SCOPE)
    assert says in wrong.value.text.en
    assert wrong.value.text.zh != wrong.value.text.en


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a and",
        "(a",
        "a b",
        "n +",
        "t + 3 working",
        "t + 3 working months at",
        "a ? b",
        "[",
        "t at noon",
        "round(1)",
        "a is",
        "done",
        "any",
        "t + 1 days on rest day sometimes",
        "x[",
        "__import__('os')",
    ],
)
def test_what_cannot_be_read_names_the_place(text: str) -> None:
    with pytest.raises(SentenceError) as wrong:
        parse(text)
    assert "cannot be read from" in wrong.value.text.en
    assert "处不通" in wrong.value.text.zh


@pytest.mark.parametrize(
    ("text", "expected"), [("a", "instant"), ("t", "yes/no"), ("n", "selector"), ("content", "number")]
)
def test_a_sentence_of_another_type_is_refused(text: str, expected: str) -> None:
    with pytest.raises(SentenceError):
        compile_sentence(text, SCOPE, expected)


def test_a_person_serves_where_somebody_is_to_be_named() -> None:
    env = Env(world(PACK), PACK, FRIDAY)
    state = CaseState("c1")
    state.facts.update(who="ann")
    assert compile_sentence("who", SCOPE, "selector").run(state, env, None) == ("person", "ann")
    assert compile_sentence("boss", SCOPE, "selector").run(state, env, None) == ("post", "boss", None)
    assert compile_sentence("boss if a else who", SCOPE, "selector").run(state, env, None) == ("person", "ann")


def test_the_cells_a_sentence_reads_are_known() -> None:
    assert compile_sentence("a and done register since kind or missed reply", SCOPE).deps == {
        "fact:a",
        "act:register",
        "fact:kind",
        "owe:reply",
    }
    assert compile_sentence("owner is known and any part where size > n", SCOPE).deps == {
        "holder:owner",
        "rows:part",
        "fact:n",
    }

"""Acts, the clock and names of cases in a scenario; what is refused before or while it runs."""

from __future__ import annotations

import pytest

from huiyin_engine.model.outcome import Act, Outcome, Refusal
from huiyin_engine.testing.scenarios import ScenarioRefused, read_scenario
from huiyin_engine.testing.setting import world_of
from huiyin_engine.testing.store import MemoryStore
from tests.engine.testing.small import DAYS, FOLDER, run, small_pack

HEAD = """
scenario: T
pack: small
version: "1"
units: 工程部
people: {李敏: clerk, 王强: head for 工程部, 孙主任: director}
"""
REGISTER = "{at: 2025-03-10 10:20, act: register, by: 李敏, with: {caller: 甲, kind: goods, promised_at: 2025-03-12}"


def messages(steps: str, head: str = HEAD) -> list[str]:
    return [failure.in_language("en") for failure in run(f"{head}steps:\n{steps}").failures]


def findings(text: str) -> list[tuple[str, int]]:
    with pytest.raises(ScenarioRefused) as refused:
        read_scenario(text, "x.yaml")
    for finding in refused.value.findings:
        assert finding.file == "x.yaml"
        assert finding.text.zh
        assert finding.text.en
    return [(finding.code, finding.line) for finding in refused.value.findings]


def test_the_committed_scenarios_of_the_small_pack_pass() -> None:
    for file in sorted((FOLDER / "scenarios").glob("*.yaml")):
        assert [f.in_language("en") for f in run(file.read_text(encoding="utf-8")).failures] == []


def test_what_is_written_wrong_is_found_with_its_line() -> None:
    wrong = (
        "scenario: T\npack: small\nversion: '1'\ncolour: red\npeople:\n  李敏: clerk for 火星\nsteps:\n"
        "- {act: register, by: 李敏, at: tomorrow}\n- {clock: 2025-03-10}\n- {then: {holder: x}}\n"
        "- {then: {due: {answer: {att: x}}}}\n- {then: {refused: {act: x, by: y, cod: z}}}\n- just words\n"
        "- {then: {linked: {inquiry: {holder: x}}}}\n- {then: {records: {sheet: {legs: [{by: clerk}]}}}}\n"
    )
    assert findings(wrong) == [
        ("key_unknown", 4),
        ("name_unknown", 6),
        ("instant_wrong", 8),
        ("instant_wrong", 9),
        ("key_unknown", 10),
        ("key_unknown", 11),
        ("key_unknown", 12),
        ("value_wrong_shape", 13),
        ("key_unknown", 14),
        ("key_missing", 15),
    ]


def test_missing_keys_and_broken_yaml_are_found() -> None:
    assert ("key_missing", 1) in findings("scenario: T\n")
    assert findings("steps: [")[0][0] == "yaml_broken"
    assert findings("- a\n- b\n")[0][0] == "value_wrong_shape"
    assert findings("")[0][0] == "file_empty"
    assert findings("absences: [{who: 无此人, from: 2025-01-01, until: 2025-01-02}]")[0] == ("key_missing", 1)


def test_another_version_or_an_unknown_post_or_parameter_is_a_failure() -> None:
    assert "here is small 1" in messages(f"- {REGISTER}}}\n", HEAD.replace('version: "1"', "version: 2"))[0]
    assert "no post boss" in messages(f"- {REGISTER}}}\n", HEAD.replace("李敏: clerk", "李敏: boss"))[0]
    assert "no parameter colour" in messages(f"- {REGISTER}}}\n", f"{HEAD}parameters: {{colour: red}}\n")[0]
    assert "day: 理由" in messages(f"- {REGISTER}}}\n", f"{HEAD}calendar: {{off: {{monday: a / b}}}}\n")[0]


def test_an_act_that_is_refused_stops_the_scenario_and_says_why() -> None:
    result = run(f"{HEAD}steps:\n- {REGISTER.replace('李敏', '王强')}}}\n- then: {{open: yes}}\n")
    assert result.steps == 1
    assert "register by 王强 was refused: 'Register' is for Clerk" in result.failures[0].in_language("en")
    assert "no_right [1]" in result.failures[0].in_language("en")


def test_an_act_that_should_be_refused_and_is_not_is_a_failure() -> None:
    assert "accepted" in messages(f"- {REGISTER}, refused: yes}}\n")[0]
    assert messages(f"- {REGISTER.replace('李敏', '王强')}, refused: no_right}}\n") == []
    assert "too_early" in messages(f"- {REGISTER.replace('李敏', '王强')}, refused: too_early}}\n")[0]


def test_an_act_that_should_be_diverted_and_is_not_is_a_failure() -> None:
    act = "- {act: grant, by: 李敏, diverted: DIVERTED, with: {amount: AMOUNT}}\n"
    more, less = act.replace("AMOUNT", "'500.01'"), act.replace("AMOUNT", "'500.00'")
    assert messages(f"- {REGISTER}}}\n" + more.replace("DIVERTED", "yes")) == []
    assert messages(f"- {REGISTER}}}\n" + more.replace("DIVERTED", "Beyond")) == []
    assert "Beneath" in messages(f"- {REGISTER}}}\n" + more.replace("DIVERTED", "Beneath"))[0]
    assert "should be diverted" in messages(f"- {REGISTER}}}\n" + less.replace("DIVERTED", "yes"))[0]


def test_the_clock_does_not_go_back() -> None:
    assert "does not go back" in messages(f"- {REGISTER}}}\n- {{clock: 2025-03-10 10:19}}\n")[0]


def test_a_wrong_value_reaches_the_engine_which_refuses_it() -> None:
    wrong = REGISTER.replace("kind: goods", "kind: colour")
    assert messages(f"- {wrong}, refused: {{code: input_wrong, field: kind}}}}\n") == []
    nonsense = REGISTER.replace("promised_at: 2025-03-12", "promised_at: soon")
    assert messages(f"- {nonsense}, refused: {{code: input_wrong, field: promised_at}}}}\n") == []


def test_cases_have_names() -> None:
    second = REGISTER.replace("with:", "case: B, with:").replace("10:20", "10:30")
    assert "name it with case:" in messages(f"- {REGISTER}}}\n- {REGISTER}}}\n")[0]
    assert messages(f"- {REGISTER}}}\n- {second}}}\n- then: {{cases: {{complaint: 2}}, case: B, open: yes}}\n") == []
    assert "no case is called C" in messages(f"- {REGISTER}}}\n- {{act: route, by: 李敏, case: C}}\n")[0]
    assert "no person 'x'" in messages(f"- {REGISTER}}}\n- {{act: route, by: x}}\n")[0]


def test_a_dated_back_act_has_both_instants() -> None:
    late = REGISTER.replace("by:", "recorded: 2025-03-11 09:00, reason: 停电, by:")
    assert (
        messages(f"- {late}}}\n- then: {{due: {{answer: {{start: 2025-03-10 10:20}}}}, story: 2025-03-11 09:00}}\n")
        == []
    )


def test_own_days_and_hours_and_provisional_years() -> None:
    off = "calendar: {off: {2025-03-12: 停工 / shut}, hours: '08:00-12:00, 13:00-17:00'}\n"
    act = REGISTER.replace("goods", "manner")
    steps = f"- {act}}}\n- then: {{due: {{report: {{at: 2025-03-14, derivation: 停工}}}}}}\n"
    assert messages(steps, HEAD + off) == []
    assert messages(steps) != []
    known = f"- {act}}}\n- then: {{due: {{report: {{provisional: yes}}}}}}\n"
    assert messages(known, f"{HEAD}calendar: {{known until: 2024}}\n") == []
    assert messages(known) != []


def test_absence_and_stand_in() -> None:
    away = "absences: [{who: 王强, from: 2025-03-10, until: 2025-03-20, stand in: 李敏}]\n"
    steps = f"- {REGISTER}, then: {{}}}}\n".replace(", then: {}", "")
    steps += "- {act: route, by: 李敏, with: {unit: 工程部}, then: {holders: {owner: {person: 李敏, why: absence}}}}\n"
    assert messages(steps, HEAD + away) == []
    assert messages(steps) != []


def test_the_store_in_memory_fires_the_earliest_first_over_all_cases() -> None:
    scenario = read_scenario(f"{HEAD}steps:\n- {REGISTER}}}\n", "x.yaml")
    store = MemoryStore(world_of(scenario, small_pack(), DAYS))
    start = 1_741_602_000
    for i, days in enumerate((5, 2, 9)):
        inputs = {"caller": "甲", "kind": "goods", "promised_at": start + days * 86_400}
        assert isinstance(store.perform(Act("register", f"c{i}", "李敏", start, start, inputs, pack="small")), Outcome)
    refused = store.perform(Act("register", "c9", "王强", start, start, inputs, pack="small"))
    assert isinstance(refused, Refusal)
    assert list(store.cases()) == ["c0", "c1", "c2"]
    assert store.world().directory.loads == {"李敏": 3}
    store.advance(start + 5 * 86_400)
    late = {case: state.obligations["answer#1"].missed_at for case, state in store.cases().items()}
    assert late == {"c0": None, "c1": start + 2 * 86_400, "c2": None}, "the very instant is still in time"
    assert store.world().directory.loads == {"李敏": 2, "孙主任": 1}
    store.advance(start + 30 * 86_400)
    assert all(state.obligations["answer#1"].missed_at for state in store.cases().values())
    before = {case: len(store.entries(case)) for case in store.cases()}
    store.advance(start + 30 * 86_400)
    assert {case: len(store.entries(case)) for case in store.cases()} == before

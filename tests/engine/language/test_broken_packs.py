"""One small broken pack for each way a pack can be wrong: refused with code, file and line, in both languages.

The line that is to be named carries the comment `# here`.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

from huiyin_engine import language
from huiyin_engine.language.building import load_pack
from huiyin_engine.language.findings import Finding, PackRefused
from tests.engine.small_world import HEADER

LANGUAGE = Path(language.__file__).parent
MINIMAL = """
- clause: "1"
  act register: {name: 登记 / Register, by: clerk, opens: complaint, takes: [content: text 内容 / Content]}
"""
LIBRARY = """
- clause: CR-1
  fact reason: {name: 理由 / Reason, type: text}
"""


class Flaw(NamedTuple):
    """A way to be wrong: the code it is found under, the texts of the pack, and the file whose line is marked."""

    name: str
    code: str
    body: str = MINIMAL
    header: str = HEADER
    library: str = ""
    file: str = "regulation.yaml"


def clause(element: str) -> str:
    """A clause beside the act that opens a case."""
    lines = "\n".join(f"  {line}" for line in element.strip("\n").split("\n"))
    return f'{MINIMAL}- clause: "2"\n{lines}\n'


FLAWS = [
    Flaw("brackets never closed", "yaml_broken", "- clause: [1\n- clause: 2 # here\n"),
    Flaw("nothing in the file", "file_empty", "# here"),
    Flaw("header forgotten", "header_missing", MINIMAL, "", file="pack.yaml"),
    Flaw("key written twice", "key_twice", clause("fact a:\n  name: 甲 / A\n  type: text\n  name: 乙 / B # here")),
    Flaw("key without a value", "key_empty", clause("fact a:\n  name: # here\n  type: text")),
    Flaw("sentence cut by a comma", "key_empty", clause("fact a: {type: instant, is: earliest(start, now)} # here")),
    Flaw("key misspelt", "key_unknown", clause("fact a:\n  name: 甲 / A\n  tipe: text # here\n  type: text")),
    Flaw("header key misspelt", "key_unknown", MINIMAL, HEADER + "vershun: 2 # here\n", file="pack.yaml"),
    Flaw("key forgotten", "key_missing", clause("act a: {name: 甲 / A} # here")),
    Flaw("obligation without an end", "key_missing", clause("owe a: {who: clerk, from: register, due: open} # here")),
    Flaw("clause without a number", "key_missing", MINIMAL + "- says: 甲 / A # here\n"),
    Flaw("kind misspelt", "kind_unknown", clause("fakt a: {name: 甲 / A, type: text} # here")),
    Flaw("element without a name", "kind_unknown", clause("fact: {name: 甲 / A, type: text} # here")),
    Flaw("one language only", "text_not_bilingual", clause("fact a:\n  type: text\n  name: 甲 # here")),
    Flaw("list for a text", "value_wrong_shape", clause("fact a:\n  type: text\n  name: [甲 / A] # here")),
    Flaw("flag neither yes nor no", "value_wrong_shape", clause("fact a:\n  type: text\n  several: maybe # here")),
    Flaw(
        "start no value of the choice", "value_wrong_shape", clause("fact a:\n  one of: {x: 甲 / X}\n  start: y # here")
    ),
    Flaw("table of words", "value_wrong_shape", clause("table a:\n  values:\n    x: many # here")),
    Flaw(
        "unknown way to renew",
        "value_wrong_shape",
        clause("owe a: {who: clerk, does: register, again: often, due: open} # here"),
    ),
    Flaw(
        "reminder without a unit",
        "value_wrong_shape",
        clause("owe a: {who: clerk, does: register, due: open, warn: 3 moons} # here"),
    ),
    Flaw(
        "custody without a custodian",
        "value_wrong_shape",
        clause("record a:\n  name: 甲 / A\n  on: closed\n  keep:\n  - 3 years # here"),
    ),
    Flaw(
        "element defined twice",
        "element_twice",
        clause("fact a: {type: text}\nact x: {by: clerk}") + '- clause: "3"\n  fact a: {type: text} # here\n',
    ),
    Flaw("reserved word as a name", "name_not_allowed", clause("fact due: {type: text} # here")),
    Flaw("no such type", "type_unknown", clause("fact a: {type: txt} # here")),
    Flaw("row field without a label", "type_unknown", clause("rows a:\n  facts:\n    x: text # here")),
    Flaw("input without a label", "type_unknown", clause('act a:\n  by: clerk\n  takes:\n  - "x: text" # here')),
    Flaw("condition on an unknown name", "sentence_wrong", clause("fact a:\n  is: contant is known # here")),
    Flaw("sentence that stops", "sentence_wrong", clause("fact a:\n  is: content is # here")),
    Flaw(
        "word of the library bound to nothing",
        "sentence_wrong",
        MINIMAL,
        HEADER + "as: {registrar: clark} # here\n",
        file="pack.yaml",
    ),
    Flaw("case type nobody declared", "name_unknown", clause("act a: {by: clerk, of: claim} # here")),
    Flaw("step after an unknown one", "name_unknown", clause("act a: {by: clerk, after: regster} # here")),
    Flaw("sets a fact that is not there", "name_unknown", clause("act a: {by: clerk, sets: {colour: content}} # here")),
    Flaw(
        "gate on an unknown act",
        "name_unknown",
        clause("owe a: {who: clerk, does: register, due: open, before: shut} # here"),
    ),
    Flaw(
        "row with an unknown field",
        "name_unknown",
        clause("rows r:\n  facts: {x: text 甲 / X}\nadd a:  # here\n  on: register\n  row: r\n  with: {y: content}"),
    ),
    Flaw("letter to nobody", "name_unknown", clause("letter a: {to: king, blocks: [content]} # here")),
    Flaw(
        "library part that is not there",
        "name_unknown",
        MINIMAL,
        HEADER + "builds on: comon # here\n",
        LIBRARY,
        "pack.yaml",
    ),
    Flaw(
        "does without what is not there",
        "name_unknown",
        MINIMAL,
        HEADER + "builds on: common\nwithout: raeson # here\n",
        LIBRARY,
        "pack.yaml",
    ),
    Flaw(
        "answers to nobody known",
        "post_unknown",
        MINIMAL,
        HEADER.replace("posts:", "posts: # here").replace("answers to: boss", "answers to: bos"),
        file="pack.yaml",
    ),
    Flaw("rule nobody carries", "rule_not_carried", MINIMAL + '- clause: "2" # here\n  rules: {T1-S1: 甲 / A}\n'),
    Flaw(
        "cause that causes nothing",
        "trigger_unknown",
        clause("tell a:\n  on: regstered # here\n  to: boss\n  text: 甲 / A"),
    ),
    Flaw("facts read each other", "facts_in_circle", clause("fact a: {is: not b} # here\nfact b: {is: not a}")),
    Flaw(
        "steps wait for each other",
        "steps_in_circle",
        clause("act a: {by: clerk, after: b} # here\nact b: {by: clerk, after: a}"),
    ),
    Flaw(
        "table that forgets a value",
        "table_hole",
        clause(
            "fact kind: {one of: {x: 甲 / X, y: 乙 / Y, z: 丙 / Z}}\n"
            "fact days: # here\n  type: number\n  first of: [{if: kind is x, is: 3}, {if: kind is y, is: 7}]"
        ),
    ),
    Flaw(
        "row behind a wider one",
        "table_dead_row",
        clause(
            "fact kind: {one of: {x: 甲 / X, y: 乙 / Y}}\n"
            "fact days: # here\n  type: number\n"
            '  first of: [{if: "kind in [x, y]", is: 3}, {if: kind is y, is: 7}, {is: 9}]'
        ),
    ),
]


def findings(flaw: Flaw) -> list[Finding]:
    files = {"regulation.yaml": flaw.body, **({"pack.yaml": flaw.header} if flaw.header else {})}
    with pytest.raises(PackRefused) as refused:
        load_pack(files, {"library/common.yaml": flaw.library} if flaw.library else None)
    return refused.value.findings


def marked_line(flaw: Flaw) -> int:
    text = flaw.header if flaw.file == "pack.yaml" else flaw.body
    return next((i for i, line in enumerate(text.split("\n"), 1) if line.endswith("# here")), 1)


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda f: f.name.replace(" ", "_"))
def test_flaw_is_refused_with_code_file_line_and_both_languages(flaw: Flaw) -> None:
    found = [f for f in findings(flaw) if f.code == flaw.code]
    assert found, [f.code for f in findings(flaw)]
    finding = found[0]
    assert (finding.file, finding.line) == (flaw.file, marked_line(flaw))
    for text in (finding.text, finding.way_out):
        assert text.zh.strip()
        assert text.en.strip()
        assert text.zh != text.en
    assert f"{flaw.file}:{finding.line}" in finding.in_language("zh")
    assert flaw.code in finding.in_language("en")


def test_the_sound_pack_under_the_flaws_is_sound() -> None:
    assert load_pack({"pack.yaml": HEADER, "regulation.yaml": MINIMAL}).id == "T1"


def test_every_code_has_its_broken_pack() -> None:
    assert codes_in_the_source() == {flaw.code for flaw in FLAWS}


def codes_in_the_source() -> set[str]:
    """Every code that a finding is made with, read from the source of the language."""
    codes = set()
    for file in (*LANGUAGE.glob("*.py"), LANGUAGE.parent / "nodes.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _callee(node) in ("find", "problem", "_find", "Finding"):
                first = [a.value for a in node.args[:3] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                codes |= set(first[:1])
    return codes


def _callee(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("fact a: {is: contant is known}", "content"),
        ("fakt a: {type: text}", "fact"),
        ("act a: {by: clurk}", "clerk"),
        ("fact a: {is: done regster}", "register"),
    ],
)
def test_a_slip_of_the_pen_gets_a_suggestion(written: str, meant: str) -> None:
    found = findings(Flaw("", "", clause(written)))[0]
    assert f"did you mean {meant}" in found.in_language("en")
    assert f"是否指 {meant}" in found.in_language("zh")


def test_all_flaws_of_a_pack_are_told_at_once() -> None:
    body = clause("fact a: {is: not x}\nfact b: {is: not y}\nact c: {by: nobody_known}")
    assert [f.code for f in findings(Flaw("", "", body))] == ["sentence_wrong"] * 3

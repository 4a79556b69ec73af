"""The commands about packs: they need the folder, and no database."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from huiyin_engine.coverage import in_order, rules_in_digest

DIGEST = "- T1-S1 register\n| T1-C1 | three days |\n- T1-E1, T1-D1, T1-A1 T1-Z1; T1-X1 is a scenario, T10-S9 another's."


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def test_packs_lists_what_is_there(packs: Path) -> None:
    assert run("packs", "--language", "en").splitlines() == [
        "T1  1  Rules of an office  [Complaint, Inquiry, Duties of the office]  6 acts, 3 obligations"
    ]


def test_packs_names_what_is_broken_and_exits_with_one(packs: Path) -> None:
    (packs / "T1-office/rules.yaml").write_text("- clause: '1'\n  act x: {by: clark}\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("packs", stdout=out)
    assert "rules.yaml:2" in out.getvalue()


@pytest.mark.parametrize(("language", "word"), [("zh", "时限义务"), ("en", "obligation")])
def test_show_prints_clause_rule_element_and_source(packs: Path, language: str, word: str) -> None:
    shown = run("show", "T1", "--language", language)
    assert f"→ {word}" in shown
    assert "T1-S1" in shown
    assert "rules.yaml:" in shown
    with pytest.raises(CommandError):
        run("show", "T2")


def test_coverage_counts_against_the_digest(packs: Path, tmp_path: Path) -> None:
    digests = tmp_path / "digests"
    digests.mkdir()
    (digests / "T1-office.md").write_text(DIGEST, encoding="utf-8")
    expected = "T1: 6 rules: 4 carried, 1 outside, 1 none stated, 0 missing\n"
    assert run("coverage", "--digests", str(digests)) == expected
    (digests / "T1-office.md").write_text(DIGEST + " T1-K7", encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("coverage", "T1", "--digests", str(digests), stdout=out)
    assert "missing: T1-K7" in out.getvalue()


def test_coverage_without_a_digest_says_so(packs: Path, tmp_path: Path) -> None:
    assert "against the rules the pack names" in run("coverage", "--digests", str(tmp_path))


def test_check_pack_names_every_finding(packs: Path, tmp_path: Path) -> None:
    assert run("check_pack", str(packs / "T1-office")).startswith("T1 1: ")
    draft = tmp_path / "draft"
    draft.mkdir()
    (draft / "pack.yaml").write_text("pack: T9\n", encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_pack", str(draft), "--language", "en", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) >= 4
    assert all(line.startswith("pack.yaml:1") for line in lines)


def test_rules_are_counted_in_order_without_scenarios() -> None:
    assert rules_in_digest("T1", DIGEST) == ("T1-A1", "T1-C1", "T1-D1", "T1-E1", "T1-S1", "T1-Z1")
    assert in_order(["T1-C10", "T1-C2", "T1-A1"]) == ("T1-A1", "T1-C2", "T1-C10")

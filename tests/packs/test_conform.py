"""`huiyin conform`: every committed scenario passes, on memory and on the database; what fails is said and counted."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from huiyin.cases.conformity import days_of, verdicts
from huiyin.cases.management.commands.conform import on_database, taken_back

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "packs" / "small"


def conform(*words: str) -> tuple[int, list[str]]:
    out = io.StringIO()
    try:
        call_command("conform", *words, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """A directory of packs with the small one in it."""
    shutil.copytree(SMALL, tmp_path / "small")
    settings.PACKS_DIR = tmp_path
    return tmp_path


def test_every_committed_scenario_passes_in_memory() -> None:
    code, lines = conform()
    assert [line for line in lines if not line.startswith("通过")] == [f"{len(lines) - 1} passed, 0 failed"]
    assert len(lines) - 1 == len(list(ROOT.glob("packs/*/scenarios/*.yaml")))
    assert code == 0


@pytest.mark.django_db
def test_every_committed_scenario_passes_on_the_database() -> None:
    found = [
        verdict
        for verdict in verdicts(ROOT / "packs", days_of(ROOT / "calendars"), open_store=on_database, apart=taken_back)
        if verdict.found
    ]
    assert [(v.id, v.found[0].in_language("en")) for v in found] == []


def test_one_line_for_each_and_the_count_last(folder: Path) -> None:
    assert conform("--language", "en") == (0, ["passed S-X1 From register to archive", "1 passed, 0 failed"])
    assert conform("small") == (0, ["通过 S-X1 从登记到归档", "1 passed, 0 failed"])


def test_a_failure_is_told_and_counted_and_the_exit_is_1(folder: Path) -> None:
    file = folder / "small" / "scenarios" / "S-X1.yaml"
    text = file.read_text(encoding="utf-8")
    (file.parent / "S-X2.yaml").write_text(
        text.replace("holders: {owner: 李敏}", "holders: {owner: 陈晨}"), encoding="utf-8"
    )
    (file.parent / "S-X3.yaml").write_text("scenario: S-X3\nstep: []\n", encoding="utf-8")
    (file.parent / "S-X4.yaml").write_text(text.replace("pack: small", "pack: large"), encoding="utf-8")
    (file.parent / "S-X5.yaml").write_bytes("scenario: 投诉".encode("gbk"))
    code, lines = conform("--language", "en")
    said = "\n".join(lines)
    assert code == 1
    assert lines[-1] == "1 passed, 4 failed"
    assert "FAILED S-X1" in said
    assert "expected: 陈晨" in said
    assert "small/scenarios/S-X3.yaml:1 key_missing" in said
    assert "there is no pack large" in said
    assert "not in UTF-8" in said


def test_a_broken_pack_fails_its_scenarios_with_its_findings(folder: Path) -> None:
    rules = folder / "small" / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("due: promised_at", "due: promised"), encoding="utf-8")
    code, lines = conform("--language", "en")
    assert code == 1
    assert any("rules.yaml:" in line and "promised" in line for line in lines)


def test_scenarios_of_another_folder_and_no_scenario_at_all(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "deep"
    other.mkdir(parents=True)
    shutil.move(folder / "small" / "scenarios" / "S-X1.yaml", other / "S-X1.yaml")
    assert conform("--scenarios", str(tmp_path / "elsewhere"))[1][-1] == "1 passed, 0 failed"
    assert conform() == (1, ["0 passed, 0 failed"])


def test_an_unknown_pack_or_folder_is_said() -> None:
    with pytest.raises(CommandError, match="no pack 'R99'"):
        conform("R99")
    with pytest.raises(CommandError, match="no folder"):
        conform("--scenarios", "/nowhere")


@pytest.mark.django_db
def test_a_scenario_leaves_nothing_in_the_database() -> None:
    from huiyin.cases.models import Case, CaseEvent

    ran: list[Any] = list(
        verdicts(ROOT / "packs", days_of(ROOT / "calendars"), wanted=["R06"], open_store=on_database, apart=taken_back)
    )
    assert ran
    assert (Case.objects.count(), CaseEvent.objects.count()) == (0, 0)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="says what is missing where PostgreSQL is not")
def test_postgresql_is_asked_for_where_there_is_none() -> None:
    with pytest.raises(CommandError, match="DATABASE_URL"):
        conform("--store", "postgresql")

"""The schemas: current on disk, accepting every committed pack and scenario, refusing what the loader refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from huiyin_engine.json_schema import pack_schema, scenario_schema, schema_files
from huiyin_engine.language.kinds import KINDS
from huiyin_engine.language.yaml_nodes import Scalar, Seq, Tree, read_yaml

ROOT = Path(__file__).parents[2]
PACK_FILES = [*sorted(ROOT.glob("packs/*/*.yaml")), *sorted(ROOT.glob("tests/packs/small/*.yaml"))]
SCENARIOS = [*sorted(ROOT.glob("packs/*/scenarios/*.yaml")), *sorted(ROOT.glob("tests/packs/small/scenarios/*.yaml"))]
PACK, SCENARIO = Draft202012Validator(pack_schema()), Draft202012Validator(scenario_schema())


def plain(tree: Tree | None) -> Any:
    assert tree is not None
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Seq):
        return [plain(item) for item in tree.items]
    return {key: plain(value) for key, value in tree.items.items()}


def read(text: str) -> Any:
    return plain(read_yaml(text, "x.yaml")[0])


def errors(validator: Draft202012Validator, text: str) -> list[str]:
    return [error.message[:200] for error in validator.iter_errors(read(text))]


@pytest.mark.parametrize("name", sorted(schema_files()))
def test_the_committed_file_is_current(name: str) -> None:
    assert (ROOT / "docs" / "generated" / name).read_text(encoding="utf-8") == schema_files()[name]


def test_the_schemas_are_schemas_and_know_every_kind() -> None:
    Draft202012Validator.check_schema(pack_schema())
    Draft202012Validator.check_schema(scenario_schema())
    assert set(KINDS) <= set(pack_schema()["$defs"])
    assert json.loads(schema_files()["pack.schema.json"]) == pack_schema()


@pytest.mark.parametrize("file", PACK_FILES, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_committed_packs_fit(file: Path) -> None:
    assert errors(PACK, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda f: f.stem)
def test_committed_scenarios_fit(file: Path) -> None:
    assert errors(SCENARIO, file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "- clause: '1'\n  fact x: {colour: red}",
        "- clause: '1'\n  fakt x: {type: text}",
        "- says: 无编号 / no number",
        "- clause: '1'\n  act x: {name: 登记 / Register}",
        "- clause: '1'\n  act x: {name: 只有中文, by: clerk}",
        "- clause: '1'\n  owe x: {who: a, due: open, does: b, warn: soon}",
        "- clause: '1'\n  fact x: {highest of: [{if: a}]}",
        "- clause: '1'\n  fact x: {keep: maybe}",
        "- clause: '1'\n  record x: {name: 甲 / a, on: closed, keep: forever}",
        "pack: X",
        "pack: X\ntitle: 甲 / a\nversion: '1'\napplies from: 2025-01-01\nposts: {a: 甲 / a}\ncases: {c: {nam: 甲 / a}}",
    ],
)
def test_a_pack_written_wrong_is_refused(wrong: str) -> None:
    assert errors(PACK, wrong) != []


@pytest.mark.parametrize(
    "wrong",
    [
        "scenario: X",
        "{scenario: X, pack: R, version: '1', steps: [{act: a}, {clock: x, at: y}]}",
        "{scenario: X, pack: R, version: '1', steps: [{then: {holder: x}}]}",
        "{scenario: X, pack: R, version: '1', calendar: {hour: x}, steps: []}",
    ],
)
def test_a_scenario_written_wrong_is_refused(wrong: str) -> None:
    assert errors(SCENARIO, wrong) != []

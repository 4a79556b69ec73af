"""Every snippet of the tutorial is loaded, as a reader would put it together, and its scenario passes."""

from __future__ import annotations

import re

import pytest

from huiyin_engine.calendars import day_table
from huiyin_engine.directory import Appointment, Directory
from huiyin_engine.language.building import load_pack
from huiyin_engine.language.findings import PackRefused
from huiyin_engine.language.pack import Pack
from huiyin_engine.testing.runner import run_scenario
from huiyin_engine.testing.scenarios import read_scenario
from tests.engine.small_world import ROOT, accepted, act, decide, directory, refused, world

TEXT = (ROOT / "docs/packs/tutorial.md").read_text(encoding="utf-8")
LIBRARY = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "packs/library").glob("*.yaml")}
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def snippets(kind: str) -> list[str]:
    """The snippets with that word after the fence, in order."""
    return [body for info, body in BLOCK.findall(TEXT) if info == kind]


def first_pack(clauses: int) -> Pack:
    """What the reader has after so many snippets of the regulation, without the library."""
    regulation = "".join(snippets("yaml regulation.yaml")[:clauses])
    return load_pack({"pack.yaml": snippets("yaml pack.yaml")[0], "regulation.yaml": regulation})


def whole_pack() -> Pack:
    """What he has in the end: on the library, with the person complained about."""
    regulation = "".join(snippets("yaml regulation.yaml"))
    (takes,) = snippets("yaml takes")
    regulation, replaced = re.subn(r"^    takes: \[\"content.*\n", lambda _: takes, regulation, flags=re.MULTILINE)
    assert replaced == 1
    return load_pack({"pack.yaml": snippets("yaml pack.yaml")[1], "regulation.yaml": regulation}, LIBRARY)


def test_no_snippet_is_left_out() -> None:
    known = {"yaml pack.yaml": 2, "yaml regulation.yaml": 4, "yaml takes": 1, "yaml broken": 1, "text broken": 1,
             "yaml scenario": 1, "text": 1}  # fmt: skip
    found = [info for info, _ in BLOCK.findall(TEXT)]
    assert {info: found.count(info) for info in found} == known


@pytest.mark.parametrize("clauses", [1, 2, 3, 4])
def test_the_pack_loads_after_each_snippet(clauses: int) -> None:
    assert first_pack(clauses).id == "D"


def test_the_broken_snippet_is_refused_in_the_words_shown() -> None:
    files = {
        "pack.yaml": snippets("yaml pack.yaml")[0],
        "regulation.yaml": "".join(snippets("yaml regulation.yaml")),
        "broken.yaml": snippets("yaml broken")[0],
    }
    with pytest.raises(PackRefused) as refused:
        load_pack(files)
    assert [f.in_language("en") for f in refused.value.findings] == [snippets("text broken")[0].strip()]


def test_the_scenario_passes_on_the_whole_pack() -> None:
    days = day_table([f.read_text(encoding="utf-8") for f in sorted((ROOT / "calendars/mainland").glob("*.yaml"))])
    result = run_scenario(read_scenario(snippets("yaml scenario")[0], "tutorial.md"), whole_pack(), days)
    assert result.steps == 7
    assert [f.in_language("en") for f in result.failures] == []


def test_whoever_is_complained_about_cannot_register_it() -> None:
    pack = whole_pack()
    posts = [Appointment("ann", "desk"), Appointment("bo", "desk"), Appointment("cai", "supervisor")]
    here = world(pack, directory=Directory(directory().persons.values(), posts))
    given = {"content": "x", "channel": "phone", "contact": "1", "respondents": ("ann",)}
    by_ann = act("register", "c1", "ann", "2025-09-26 16:00", **given)._replace(pack="D")
    by_bo = by_ann._replace(actor="bo")
    refusal = refused(decide(here, by_ann))
    assert (refusal.code, refusal.people) == ("concerned", ("bo",))
    assert accepted(decide(here, by_bo)).changes[0].state.holder("owner") == "bo"

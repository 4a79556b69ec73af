"""The reference is generated, current, complete, and every example in it is read by the parser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from huiyin_engine.language import kinds
from huiyin_engine.language import sentences as s
from huiyin_engine.language.kinds import CASE_KEYS, CLAUSE_KEYS, HEADER_KEYS, KINDS, POST_KEYS
from huiyin_engine.language.papers import VIEWS as FORM_VIEWS
from huiyin_engine.language.reference import DUE, KIND_MEANINGS, SENTENCES, SHAPES, VIEWS, reference
from huiyin_engine.language.sentences import parse

FILE = Path(__file__).parents[3] / "docs/packs/reference.md"
ALL_KEYS = [*KINDS.values(), HEADER_KEYS, CLAUSE_KEYS, POST_KEYS, CASE_KEYS]
EXAMPLES = [form.example for _, forms in SENTENCES for form in forms]


def test_the_file_is_what_the_generator_writes() -> None:
    assert FILE.read_text(encoding="utf-8") == reference(), (
        "python -m huiyin_engine.language.reference > docs/packs/reference.md"
    )


def test_every_kind_and_shape_is_explained() -> None:
    assert set(KIND_MEANINGS) == set(KINDS)
    assert set(SHAPES) == {key.shape for keys in ALL_KEYS for key in keys.values()}
    assert {view.split()[0] for view in VIEWS} == set(FORM_VIEWS)


@pytest.mark.parametrize("keys", ALL_KEYS)
def test_every_key_says_what_it_means_in_both_languages(keys: dict[str, kinds.Key]) -> None:
    for name, key in keys.items():
        assert re.search(r"[\u4e00-\u9fff]", key.meaning.zh), name
        assert re.search(r"[A-Za-z]{3}", key.meaning.en), name
        assert not re.search(r"[\u4e00-\u9fff]", key.meaning.en), name


@pytest.mark.parametrize("example", [*EXAMPLES, *(d.removeprefix("target ") for d in DUE)])
def test_every_example_can_be_read(example: str) -> None:
    if example not in ("open", "at once"):
        parse(example)


def test_every_form_of_sentence_has_an_example() -> None:
    seen: set[str] = set()
    for example in EXAMPLES:
        collect(parse(example), seen)
    assert {n.__name__ for n in s.Node.__args__} - seen == set()
    words = set(re.findall(r"[a-z_]+", " ".join(EXAMPLES)))
    assert s._FUNCTIONS.keys() <= words
    asks = {"done", "past", "times", "first", "last", "actor", "missed", "open", "met", "owed", "due", "bearer"}
    assert asks | {"any", "all", "none", "count", "sum"} <= words
    assert {"counting", "ending", "closing", "same", "rest", "at", "since", "no"} <= words


def collect(node: Any, seen: set[str]) -> None:
    if isinstance(node, tuple):
        seen.add(type(node).__name__)
        for part in node:
            collect(part, seen)

"""Texts in two languages."""

from __future__ import annotations

import pytest

from huiyin_engine.texts import Text


@pytest.mark.parametrize(
    ("language", "wanted"), [("zh", "放假"), ("zh-hans", "放假"), ("zh-CN", "放假"), ("en", "off")]
)
def test_in_language(language: str, wanted: str) -> None:
    assert Text("放假", "off").in_language(language) == wanted


def test_parse() -> None:
    assert Text.parse("客服/前台 / service desk") == Text("客服/前台", "service desk")
    assert Text.parse("  国庆节 / National Day ") == Text("国庆节", "National Day")


@pytest.mark.parametrize("text", ["国庆节", "国庆节/National Day", " / National Day", "a / b / c", ""])
def test_text_that_is_not_in_two_languages_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two languages"):
        Text.parse(text)


def test_format_takes_texts_by_language() -> None:
    sentence = Text("{name}第{number}天", "day {number} of {name}")
    found = sentence.format(name=Text("春节", "Spring Festival"), number=3)
    assert found == Text("春节第3天", "day 3 of Spring Festival")

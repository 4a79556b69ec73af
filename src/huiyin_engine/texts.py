"""Sentences shown to people: always both languages, Chinese first."""

from __future__ import annotations

from typing import NamedTuple

SEPARATOR = " / "


class Text(NamedTuple):
    """One sentence or name in Chinese and in English (双语文本)."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the wording for a language code: ``zh``, ``zh-hans``, ``zh-CN`` … give Chinese, all others English."""
        return self.zh if language.lower().startswith("zh") else self.en

    @classmethod
    def parse(cls, text: str) -> Text:
        """
        Read ``中文 / English``.

        Raises:
            ValueError: There is not exactly one ``" / "``, or one of the two sides is empty.

        >>> Text.parse("国庆节 / National Day")
        Text(zh='国庆节', en='National Day')
        """
        sides = [side.strip() for side in text.split(SEPARATOR)]
        if len(sides) != 2 or not all(sides):
            raise ValueError(f"not a text in two languages, written “中文 / English”: {text!r}")
        return cls(sides[0], sides[1])

    def format(self, **values: object) -> Text:
        """
        Fill the placeholders of both wordings; a value that is itself a `Text` goes in by language.

        >>> Text("{day}放假", "{day} is off").format(day=Text("国庆节", "National Day"))
        Text(zh='国庆节放假', en='National Day is off')
        """
        return Text(
            self.zh.format(**{key: value.zh if isinstance(value, Text) else value for key, value in values.items()}),
            self.en.format(**{key: value.en if isinstance(value, Text) else value for key, value in values.items()}),
        )

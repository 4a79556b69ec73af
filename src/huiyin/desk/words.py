"""Texts of packs and engine in the present reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language, pgettext

from huiyin_engine.texts import Text


def in_words(text: Text) -> str:
    """A text in two languages, for whoever reads now."""
    return text.in_language(get_language() or settings.LANGUAGE_CODE)


def listed(words: Iterable[str]) -> str:
    """Several words one after the other, as this language parts them."""
    return pgettext("between the words of a list", ", ").join(words)

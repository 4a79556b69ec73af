"""Every word shown to people exists in Chinese and English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.messages import apps, catalogue_path, read_catalogue, untranslated

PLACE = re.compile(r"%\(\w+\)[sd]|{\w+}")


@pytest.mark.parametrize("app", apps(), ids=lambda app: app.name)
def test_every_message_is_translated(app: Path) -> None:
    """If this fails: `python -m scripts.messages`, then translate what it names."""
    assert untranslated(app) == []


@pytest.mark.parametrize("app", [a for a in apps() if catalogue_path(a).exists()], ids=lambda app: app.name)
def test_translations_keep_the_places_to_be_filled_in(app: Path) -> None:
    wrong = []
    for message in read_catalogue(app):
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[-1]
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for string in strings:
            # A date pattern may leave a place out (the short month), a sentence may not.
            if message.context != "date" and set(PLACE.findall(text)) != set(PLACE.findall(string)):
                wrong.append((text, string))
    assert wrong == []


def test_both_languages_are_really_spoken() -> None:
    from django.utils import translation
    from django.utils.translation import gettext

    with translation.override("zh-hans"):
        assert gettext("Sign in") == "登录"
    with translation.override("en"):
        assert gettext("Sign in") == "Sign in"

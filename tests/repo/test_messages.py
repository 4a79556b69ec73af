"""Every word shown to people exists in Chinese and English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.messages import apps, catalogue_path, read_catalogue, untranslated

PLACE = re.compile(r"%\(\w+\)[sd]|{\w+}")


def places(text: str | tuple[str, ...]) -> set[str]:
    """The places to be filled in; of a plural message those of its plural."""
    return set(PLACE.findall(text if isinstance(text, str) else text[-1]))


@pytest.mark.parametrize("app", apps(), ids=lambda app: app.name)
def test_every_message_is_translated(app: Path) -> None:
    """If this fails: `python -m scripts.messages`, then translate what it names."""
    assert untranslated(app) == []


@pytest.mark.parametrize("app", [a for a in apps() if catalogue_path(a).exists()], ids=lambda app: app.name)
def test_translations_keep_the_places_to_be_filled_in(app: Path) -> None:
    wrong = [
        (message.id, string)
        for message in read_catalogue(app)
        for string in ([message.string] if isinstance(message.string, str) else list(message.string))
        # A date pattern may leave a place out (the short month), a sentence may not.
        if message.id and message.context != "date" and places(message.id) != places(string)
    ]
    assert wrong == []


def test_both_languages_are_really_spoken() -> None:
    from django.utils import translation
    from django.utils.translation import gettext

    with translation.override("zh-hans"):
        assert gettext("Sign in") == "登录"
    with translation.override("en"):
        assert gettext("Sign in") == "Sign in"

"""What the adopted packs need of the organisation: posts to fill and parameters to set.

This app knows no pack. The app that reads packs says what they need with `register_source`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True, kw_only=True)
class PostNeed:
    """A post of the regulation. `unit_kind` says for each unit of which kind it is held; empty: once for all."""

    key: str
    zh: str
    en: str
    unit_kind: str = ""
    required: bool = True
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterNeed:
    """A value the regulation leaves open, with what holds until the organisation confirms one."""

    name: str
    zh: str
    en: str
    default: Any = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackNeeds:
    """One pack that can be adopted, and all it needs."""

    pack: str
    version: str
    zh: str
    en: str
    posts: tuple[PostNeed, ...] = ()
    parameters: tuple[ParameterNeed, ...] = ()


Source = Callable[[], Iterable[PackNeeds]]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Name the function that lists the packs at hand. One app does this; the function keeps its own cache."""
    if _sources and _sources != [source]:
        raise ImproperlyConfigured("Two apps want to say which packs there are.")
    _sources[:] = [source]


def packs() -> dict[str, PackNeeds]:
    """The packs at hand by id; none while no app reads packs."""
    return {needs.pack: needs for source in _sources for needs in source()}


def in_words(zh: str, en: str) -> str:
    """The one for the present reader; the other if it is missing."""
    english = (get_language() or "").startswith("en")
    return (en or zh) if english else (zh or en)


def post_label(post: str, pack: str = "") -> str:
    """How the regulation calls the post; its key if no pack at hand has it."""
    known = packs()
    for needs in [known[pack]] if pack in known else known.values():
        for need in needs.posts:
            if need.key == post:
                return in_words(need.zh, need.en)
    return post


def post_choices() -> list[tuple[str, str]]:
    """Every post of every pack at hand, once, to choose from."""
    found: dict[str, str] = {}
    for needs in packs().values():
        for need in needs.posts:
            found.setdefault(need.key, in_words(need.zh, need.en))
    return sorted(found.items(), key=lambda item: item[1])

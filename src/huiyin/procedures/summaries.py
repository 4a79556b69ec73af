"""What lists say about a pack, as JSON-able values, so that nothing must be compiled to show them."""

from __future__ import annotations

from typing import Any

from huiyin.organisation.posts import PackNeeds, ParameterNeed, PostNeed
from huiyin_engine.codec import encode_value
from huiyin_engine.language.pack import Pack

UNIT_KIND = "department"


def summary_of(pack: Pack) -> dict[str, Any]:
    """Title, posts (id, zh, en, held for each unit), parameters (id, zh, en, default, clause), case types."""
    return {
        "title": list(pack.title),
        "applies_from": pack.applies_from,
        "posts": [[p.id, *p.name, p.per_unit] for p in pack.posts.values()],
        "parameters": [[p.id, *p.name, encode_value(p.default), p.source.clause] for p in pack.parameters.values()],
        "cases": [[c.id, *c.name] for c in pack.cases.values()],
        "acts": len(pack.acts),
        "obligations": len(pack.owes),
    }


def needs_of(pack: str, version: str, summary: dict[str, Any]) -> PackNeeds:
    """What the organisation must fill in to work by the pack."""
    zh, en = summary["title"]
    return PackNeeds(
        pack=pack,
        version=version,
        zh=zh,
        en=en,
        posts=tuple(
            PostNeed(key=key, zh=name, en=name_en, unit_kind=UNIT_KIND if per_unit else "")
            for key, name, name_en, per_unit in summary["posts"]
        ),
        parameters=tuple(
            ParameterNeed(name=key, zh=name, en=name_en, default=plain(default), source=clause)
            for key, name, name_en, default, clause in summary["parameters"]
        ),
    )


def plain(value: Any) -> Any:
    """A stored default as the organisation's form shows it: a decimal as its digits."""
    return value["decimal"] if isinstance(value, dict) and set(value) == {"decimal"} else value

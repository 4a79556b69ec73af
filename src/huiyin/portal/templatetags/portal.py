"""Words of the regulation in templates."""

from __future__ import annotations

from django import template

from huiyin.portal import fields
from huiyin_engine.texts import Text

register = template.Library()


@register.filter
def in_words(text: Text) -> str:
    """The text for the present reader."""
    return fields.in_words(text)

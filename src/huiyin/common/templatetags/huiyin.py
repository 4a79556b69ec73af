"""Filters and tags that every template may use without loading them."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString

from huiyin.common import dates
from huiyin.common.forms import control_class

register = template.Library()


@register.filter
def moment(value: datetime | int | None) -> str:
    """«2026年3月12日 周四 18:00»; nothing for nothing."""
    return "" if value is None else dates.in_words(value)


@register.filter
def short_moment(value: datetime | int | None) -> str:
    """«今天 18:00»; nothing for nothing."""
    return "" if value is None else dates.short(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """«2026年3月12日 周四»; nothing for nothing."""
    if value is None:
        return ""
    return dates.day_in_words(dates.as_moment(value).date() if isinstance(value, datetime) else value)


@register.filter
def ago(value: datetime | int | None) -> str:
    """«3 小时前»; nothing for nothing."""
    return "" if value is None else dates.ago(value)


@register.filter
def machine_moment(value: datetime | int) -> str:
    """For `<time datetime>`: ISO 8601 with the civil offset."""
    return dates.as_moment(value).isoformat(timespec="minutes")


@register.filter
def remaining(value: datetime | int) -> dates.Remaining:
    """Urgency and words of a due instant."""
    return dates.remaining(value)


@register.filter
def control(field: BoundField) -> SafeString:
    """The form control of a field, styled, and marked if it holds an error."""
    widget = field.field.widget
    css = [control_class(widget), str(widget.attrs.get("class", "")), "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, css))})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """A single box, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)

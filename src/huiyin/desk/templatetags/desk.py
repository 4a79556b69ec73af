"""Filters of the desk's templates."""

from __future__ import annotations

from django import template

from huiyin.common.dates import short_day
from huiyin.desk import words
from huiyin_engine import instants
from huiyin_engine.texts import Text

register = template.Library()


@register.filter
def words_of(text: Text | None) -> str:
    """A text of the regulation in the reader's language; nothing for nothing."""
    return "" if text is None else words.in_words(text)


@register.filter
def listed(items: list[str]) -> str:
    """Several words one after the other."""
    return words.listed(items)


@register.filter
def civil_day(day: int) -> str:
    """An engine day as «2026年3月12日 周四»."""
    return words.in_words(instants.show_day(day))


@register.filter
def day_number(day: int) -> int:
    """The day of the month of an engine day."""
    return instants.parts(day).day


@register.filter
def brief_day(day: int) -> str:
    """Month and day of an engine day, brief: «12 Mar»."""
    return words.in_words(instants.show_date_briefly(day))


@register.filter
def weekday(day: int) -> str:
    """«周四» / «Thu» of an engine day."""
    return words.in_words(instants.weekday_name(day))


@register.filter
def story_day(instant: int) -> str:
    """The day of an instant as near as it is: today, yesterday, 3月12日 周四."""
    from django.utils import timezone

    from huiyin.common.dates import as_moment

    return short_day(as_moment(instant).date(), as_moment(timezone.now()).date())


@register.filter
def clock(instant: int) -> str:
    """«18:00» of an instant."""
    return instants.format_time(instant % instants.DAY - instant % 60)

"""Times proposed for a date still to come, and a word where one falls on a day of rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from huiyin.desk.act_form import ActForm
from huiyin.desk.fields import InstantField, typed_instant
from huiyin.desk.words import in_words
from huiyin_engine import instants
from huiyin_engine.calendars import WorkingCalendar
from huiyin_engine.texts import Text


class Proposal(NamedTuple):
    """A time one click away: for which field, how the button reads, what it writes."""

    field: str
    label: str
    value: str


def proposals_for(calendar: WorkingCalendar, at: int, form: ActForm) -> list[Proposal]:
    """For every date still to come: the end of tomorrow if it is worked, three and seven working days from now."""
    today = instants.day_of(at)
    found = []
    for name in form.chips:
        field = form.fields[name]
        ends = field.bare if isinstance(field, InstantField) and field.bare else "18:00"
        days = [] if not calendar.is_working_day(today + 1) else [(today + 1, _("tomorrow"))]
        days += [
            (calendar.add_working_days(today, count), _("%(n)d working days") % {"n": count}) for count in (3, 5, 7)
        ]
        for day, words in days:
            instant = instants.at(day, ends)
            brief, weekday = instants.show_date_briefly(day), instants.weekday_name(day)
            label = f"{words} · {in_words(Text(f'{brief.zh} {weekday.zh}', f'{weekday.en} {brief.en}'))}"
            found.append(Proposal(name, label, typed_instant(instant)))
    return found


def rest_day_warnings(calendar: WorkingCalendar, form: ActForm) -> Iterator[str]:
    """A date still to come that falls on a day of rest is kept as it is, but said; so is one not certain yet."""
    for name in form.chips:
        value = form.cleaned_data.get(name)
        if not isinstance(value, int):
            continue
        day = instants.day_of(value)
        label = form.fields[name].label
        why_not = calendar.why_not_working(day)
        if why_not is not None:
            yield _("%(field)s: %(day)s is a day of rest (%(why)s). It is kept as promised.") % {
                "field": label,
                "day": in_words(instants.show_day(day)),
                "why": in_words(why_not),
            }
        elif calendar.is_provisional(day):
            yield _("%(field)s: the holiday notice of that year is not out yet.") % {"field": label}

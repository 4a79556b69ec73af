"""Writes about the organisation: one function, one transaction. Nothing here is erased; things end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.common import dates
from huiyin.organisation.models import Absence, Adoption, Appointment, Parameter, Person, Unit


@transaction.atomic
def enter_unit(
    *, code: str, name: str, parent: Unit | None = None, kind: str = Unit.Kind.DEPARTMENT, name_en: str = ""
) -> Unit:
    """Enter a unit under another, or at the top. Raises ValidationError, naming the field, for a code that is taken."""
    unit = Unit(code=code, name=name, name_en=name_en, kind=kind)
    unit.full_clean(exclude=["path", "depth", "numchild"])
    if parent is None:
        return Unit.objects.add_root(instance=unit)
    return Unit.objects.add_child(Unit.objects.get(pk=parent.pk), instance=unit)


@transaction.atomic
def change_unit(unit: Unit, *, name: str, name_en: str, kind: str, closed_on: date | None, parent: Unit | None) -> Unit:
    """Change a unit, and move it with all below it if its parent changed. The code stays: events name units by it."""
    stored = Unit.objects.get(pk=unit.pk)
    stored.name, stored.name_en, stored.kind, stored.closed_on = name, name_en, kind, closed_on
    stored.full_clean(exclude=["path", "depth", "numchild"])
    stored.save()
    present = Unit.objects.get_parent(stored)
    if (present.pk if present else None) != (parent.pk if parent else None):
        if parent is not None and (parent.pk == stored.pk or parent.is_descendant_of(stored)):
            raise ValidationError({"parent": _("A unit cannot stand below itself.")}, code="cycle")
        target = parent or Unit.objects.get_last_root_node()
        Unit.objects.move(stored, target, "last-child" if parent else "last-sibling")
        # Moving is raw SQL, which sends no signal.
        stored = Unit.objects.get(pk=unit.pk)
        stored.save()
    return stored


@transaction.atomic
def enter_person(*, key: str, name: str, **fields: Any) -> Person:
    """Enter a person. Raises ValidationError, naming the field, for a key that is taken."""
    person = Person(key=key, name=name, **fields)
    person.full_clean(exclude=["search_text"])
    person.save()
    return person


@transaction.atomic
def leave(person: Person, *, last_day: date) -> None:
    """The person leaves: appointments end with the last day, and what should begin later does not begin."""
    end = dates.start_of_day(last_day + timedelta(days=1))
    person.active_to = last_day
    person.full_clean(exclude=["search_text"])
    person.save()
    for appointment in person.appointments.all():
        if appointment.since >= end:
            appointment.delete()
        elif appointment.until is None or appointment.until > end:
            appointment.until = end
            appointment.save(update_fields=["until"])


@transaction.atomic
def appoint(
    person: Person,
    *,
    post: str,
    unit: Unit | None = None,
    pack: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Appointment:
    """
    Appoint a person to a post from a moment (now) on.

    Raises ValidationError if the person is not with the organisation then, or holds the same post for the same unit
    already at some time of the period.
    """
    begin = since or timezone.now()
    if not person.is_active_on(dates.as_moment(begin).date()):
        raise ValidationError({"since": _("The person is not with the organisation on that day.")}, code="not_active")
    same = Appointment.objects.filter(person=person, post=post, unit=unit, pack=pack)
    if until is not None:
        same = same.filter(since__lt=until)
    if any(a.until is None or a.until > begin for a in same):
        raise ValidationError({"since": _("The person holds this post in that period already.")}, code="overlap")
    appointment = Appointment(person=person, post=post, unit=unit, pack=pack, since=begin, until=until)
    appointment.full_clean()
    appointment.save()
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, at: datetime | None = None) -> None:
    """End an appointment at a moment (now); one that has not begun by then is taken back."""
    end = at or timezone.now()
    if end <= appointment.since:
        appointment.delete()
    elif appointment.until is None or appointment.until > end:
        appointment.until = end
        appointment.save(update_fields=["until"])


@transaction.atomic
def enter_absence(
    person: Person, *, since: datetime, until: datetime | None, stand_in: Person | None = None, remark: str = ""
) -> Absence:
    """
    Enter an absence.

    Raises ValidationError if it overlaps another of the same person, or the stand-in is away at its beginning.
    """
    overlapping = Absence.objects.filter(person=person)
    if until is not None:
        overlapping = overlapping.filter(since__lt=until)
    if any(a.until is None or a.until > since for a in overlapping):
        raise ValidationError({"since": _("The person is entered as away in that period already.")}, code="overlap")
    if stand_in is not None and stand_in.absences.filter(Absence.at(since)).exists():
        raise ValidationError({"stand_in": _("The stand-in is away then, too.")}, code="stand_in_away")
    absence = Absence(person=person, since=since, until=until, stand_in=stand_in, remark=remark)
    absence.full_clean()
    absence.save()
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, at: datetime | None = None) -> None:
    """The person is back at a moment (now); an absence that has not begun by then is taken back."""
    end = at or timezone.now()
    if end <= absence.since:
        absence.delete()
    elif absence.until is None or absence.until > end:
        absence.until = end
        absence.save(update_fields=["until"])


@transaction.atomic
def adopt(pack: str, version: str, *, since: datetime | None = None) -> Adoption:
    """Work by a version of a pack from a moment (now) on; the version in force until then ends. Twice is once."""
    begin = since or timezone.now()
    in_force = Adoption.objects.filter(pack=pack, until=None).order_by("-since").first()
    if in_force is not None:
        if in_force.version == version:
            return in_force
        if in_force.since >= begin:
            raise ValidationError(_("A later adoption of this regulation is entered already."), code="later")
        in_force.until = begin
        in_force.save(update_fields=["until"])
    adoption = Adoption(pack=pack, version=version, since=begin)
    adoption.full_clean()
    adoption.save()
    return adoption


@transaction.atomic
def confirm_parameter(pack: str, name: str, value: Any, *, by: Any, since: datetime | None = None) -> Parameter:
    """Confirm the value of a parameter from a moment (now) on. What held before stays on file."""
    parameter = Parameter(pack=pack, name=name, value=value, confirmed_by=by, since=since or timezone.now())
    parameter.full_clean(exclude=["value"])
    parameter.save()
    return parameter

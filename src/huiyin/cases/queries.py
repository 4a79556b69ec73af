"""Reads over many cases. `visible_cases` is the door: what a user may see, everything else starts from there."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from huiyin.cases.models import Case, CasePerson, Obligation


def visible_cases(user: Any) -> QuerySet[Case]:
    """
    The cases a user may see: those of a person of the organisation, but none that person is concerned by 回避 (CR-1).

    A user who is no person of the organisation sees none.
    """
    person = person_key(user)
    if person is None:
        return Case.objects.none()
    mine = CasePerson.objects.filter(case_id=OuterRef("id"), relation=CasePerson.Relation.CONCERNED, person=person)
    return Case.objects.filter(~Exists(mine), disposed=False)


def person_key(user: Any) -> str | None:
    """The key of the person a user is, by which events name people; None for nobody."""
    person = getattr(user, "person", None)
    return None if person is None else str(person.key)


def owed_by(person: str) -> QuerySet[CasePerson]:
    """What a person owes now, the nearest due moment first, undated obligations last; `case` comes along."""
    found = CasePerson.objects.filter(person=person, relation=CasePerson.Relation.OWES, open=True)
    return found.select_related("case").order_by(F("due").asc(nulls_last=True), "case_id", "name")


def held_by(person: str) -> QuerySet[CasePerson]:
    """The open cases a person holds, with the capacity in `name`."""
    found = CasePerson.objects.filter(person=person, relation=CasePerson.Relation.HOLDS, open=True)
    return found.select_related("case").order_by("case_id", "name")


def obligations_of(case_id: str) -> QuerySet[Obligation]:
    """All obligations of a case, in the order they were opened."""
    return Obligation.objects.filter(case_id=case_id).order_by("opened_at", "key")


def case_of_number(number: str) -> Case | None:
    """The case of a number, as it is printed."""
    return Case.objects.filter(number=number.strip().upper()).first()

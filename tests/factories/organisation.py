"""People and units for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from huiyin.organisation import operations
from huiyin.organisation.models import Appointment, Person, Unit


class PersonFactory(DjangoModelFactory):
    """A person who has always been there."""

    class Meta:
        model = Person

    key = factory.Sequence(lambda n: f"p{n:03}")
    name = factory.Sequence(lambda n: f"人员{n}")
    active_from = date(2020, 1, 1)


class AppointmentFactory(DjangoModelFactory):
    """A post held since long, without end."""

    class Meta:
        model = Appointment

    person = factory.SubFactory(PersonFactory)
    post = "customer_service"
    since = datetime(2020, 1, 1, tzinfo=UTC)


def unit(code: str, name: str, parent: Unit | None = None, **fields: str) -> Unit:
    """A unit, entered as an administrator would."""
    return operations.enter_unit(code=code, name=name, parent=parent, **fields)

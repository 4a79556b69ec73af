"""Accounts for tests."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from huiyin.accounts.models import User

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory):
    """A user without rights, without a person, who signs in with `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    password = factory.django.Password(PASSWORD)

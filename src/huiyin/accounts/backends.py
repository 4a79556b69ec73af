"""How a name and a password become a user."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from huiyin.accounts.models import User


class PasswordBackend(BaseBackend):
    """Name and password. Permissions are not its business: they are predicates (`permissions`)."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The user if the name is known, the password right and the account active; the same time is taken if not."""
        if not username or password is None:
            return None
        user = User.objects.filter(username=User.normalize_username(username)).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """The user of a session with his person, in one query; None once the account is closed."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user and user.is_active else None

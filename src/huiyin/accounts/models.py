"""Accounts and invitations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

USERNAME = RegexValidator(
    r"^[\w.@+-]+\Z", _("A user name has letters, Chinese characters, digits and . @ + - _ only."), "username"
)


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        """A new account; without a password nobody can sign in to it until one is set through a link."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> User:
        """An administrator. Django's own name for it, so that its tools find it."""
        return self.create_user(username, password, is_administrator=True, **fields)


class User(AbstractBaseUser):
    """
    An account 账号.

    Usually it belongs to one person of the organisation; what it may do then follows from that person's posts. An
    administrator manages people, accounts and adoption; being one opens no case.
    """

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[USERNAME],
        error_messages={"unique": _("This user name is taken.")},
    )
    email = models.EmailField(_("e-mail"), blank=True)
    person = models.OneToOneField(
        "organisation.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="user",
        error_messages={"unique": _("This person has an account already.")},
    )
    is_administrator = models.BooleanField(_("administrator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # Counted up to end every session of the account at once.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="accounts_user_email_once")
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def display_name(self) -> str:
        """The person's name in the reader's language, else the user name."""
        if self.person is None:
            return self.username
        return self.person.name_in(get_language() or settings.LANGUAGE_CODE)

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Whether the predicate of that permission holds for this user (and object). A closed account has none."""
        return bool(self.is_active and rules.perm_exists(perm) and rules.has_perm(perm, self, obj))

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with `session_epoch`, which ends the sessions that carry the older one."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under the secrets that were in use before."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str) -> str:
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac("huiyin.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


def _expiry() -> object:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


class Invitation(models.Model):
    """An invitation 邀请: a signed link with which somebody makes the account meant for him, once, until it expires."""

    username = models.CharField(_("user name"), max_length=60, validators=[USERNAME])
    email = models.EmailField(_("e-mail"), blank=True)
    person = models.ForeignKey(
        "organisation.Person",
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
    )
    is_administrator = models.BooleanField(_("administrator"), default=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_made")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"), default=_expiry)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.username

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()

"""Writes about accounts: one function, one transaction."""

from __future__ import annotations

import secrets
from pathlib import Path

from axes.utils import reset as axes_reset
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.accounts.models import Invitation, User
from huiyin.accounts.queries import invitation_token, nobody_yet


def set_up_code() -> str:
    """
    The code the set-up page asks for, so that not whoever comes first owns a new installation.

    It lies in `var/set_up_code`, which only somebody on the machine can read; `huiyin start` prints it.
    """
    path = Path(settings.VAR_DIR) / "set_up_code"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(4))
    return path.read_text().strip()


@transaction.atomic
def create_first_administrator(*, username: str, password: str, email: str = "") -> User:
    """Make the first account. Raises ValidationError if there is one already."""
    if not nobody_yet():
        raise ValidationError(_("This installation has an administrator already."), code="not_first")
    return User.objects.create_superuser(username, password, email=email)


@transaction.atomic
def invite(
    *, username: str, by: User, email: str = "", person_id: int | None = None, is_administrator: bool = False
) -> Invitation:
    """
    Make an invitation; one that was open for the same user name is withdrawn.

    Raises ValidationError if the user name is taken or the person has an account.
    """
    username = User.normalize_username(username)
    if User.objects.filter(username=username).exists():
        raise ValidationError({"username": _("This user name is taken.")})
    if person_id is not None and User.objects.filter(person_id=person_id).exists():
        raise ValidationError({"person": _("This person has an account already.")})
    now = timezone.now()
    Invitation.objects.filter(username=username, accepted_at=None, revoked_at=None).update(revoked_at=now)
    invitation = Invitation(
        username=username, email=email, person_id=person_id, is_administrator=is_administrator, invited_by=by
    )
    invitation.full_clean()
    invitation.save()
    return invitation


def invitation_link(invitation: Invitation) -> str:
    """The whole address to hand to the one who is invited."""
    return settings.BASE_URL + reverse("accounts:accept", args=[invitation_token(invitation)])


def send_invitation(invitation: Invitation) -> bool:
    """Mail the link; False if the invitation has no address."""
    if not invitation.email:
        return False
    text = render_to_string("accounts/mail/invitation.txt", {"link": invitation_link(invitation), "it": invitation})
    send_mail(_("Your access to Huiyin"), text, None, [invitation.email])
    return True


@transaction.atomic
def accept(invitation: Invitation, *, password: str) -> User:
    """
    Make the account an invitation is for. Of two who follow the same link at once, one gets it.

    Raises ValidationError if the invitation is not open any more, or the user name has been taken meanwhile.
    """
    claimed = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).update(accepted_at=timezone.now())
    if not claimed:
        raise ValidationError(_("This invitation has been used, withdrawn, or has expired."), code="not_open")
    return User.objects.create_user(
        invitation.username,
        password,
        email=invitation.email,
        person=invitation.person,
        is_administrator=invitation.is_administrator,
    )


@transaction.atomic
def withdraw(invitation: Invitation) -> None:
    """Withdraw an invitation; nothing happens if it was accepted or withdrawn before."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())


@transaction.atomic
def change_account(user: User, *, by: User, email: str, person_id: int | None, is_administrator: bool) -> None:
    """Change an account. Raises ValidationError if no active administrator would be left."""
    if user.is_administrator and not is_administrator:
        _keep_one_administrator(user)
    user.email, user.person_id, user.is_administrator = email, person_id, is_administrator
    user.full_clean(exclude=["password"])
    user.save(update_fields=["email", "person", "is_administrator"])


@transaction.atomic
def close_account(user: User) -> None:
    """Close an account and end its sessions. Raises ValidationError for the last active administrator."""
    _keep_one_administrator(user)
    User.objects.filter(pk=user.pk).update(is_active=False, session_epoch=F("session_epoch") + 1)


@transaction.atomic
def reopen_account(user: User) -> None:
    """Open a closed account again."""
    User.objects.filter(pk=user.pk).update(is_active=True)


@transaction.atomic
def end_sessions(user: User) -> None:
    """End every session of the account, on every device."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def unlock(user: User) -> int:
    """Forget the failed attempts of a user name; returns how many there were."""
    return int(axes_reset(username=user.username))


def _keep_one_administrator(user: User) -> None:
    others = User.objects.select_for_update().filter(is_administrator=True, is_active=True).exclude(pk=user.pk)
    if user.is_administrator and user.is_active and not others.exists():
        raise ValidationError(_("This is the last administrator; make somebody else one first."), code="last")

"""Reads about accounts."""

from __future__ import annotations

from django.core import signing
from django.db.models import QuerySet

from huiyin.accounts.models import Invitation, User

INVITATION_SALT = "huiyin.accounts.invitation"


def nobody_yet() -> bool:
    """Whether the installation has no account at all, so that the first administrator may be made."""
    return not User.objects.exists()


def accounts() -> QuerySet[User]:
    """Every account with its person."""
    return User.objects.select_related("person").order_by("-is_active", "username")


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that were neither accepted nor withdrawn, expired ones among them."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related("person", "invited_by")


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation a link stands for, if it was signed here and can still be accepted."""
    try:
        pk = signing.loads(token, salt=INVITATION_SALT)
    except signing.BadSignature:
        return None
    invitation = Invitation.objects.select_related("person").filter(pk=pk).first()
    return invitation if invitation and invitation.is_open else None


def invitation_token(invitation: Invitation) -> str:
    """The signed token of an invitation's link."""
    return signing.dumps(invitation.pk, salt=INVITATION_SALT)

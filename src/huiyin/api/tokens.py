"""Making tokens, and telling who a request with a token comes from."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from huiyin.accounts.models import User
from huiyin.api.models import ApiToken, Scope
from huiyin.api.problems import Problem
from huiyin.common.access import Access

PREFIX = "huiyin_"
USED_EVERY = timedelta(minutes=1)
_KEPT = "_huiyin_api_token"


def digest_of(token: str) -> str:
    """What is kept of a token; it is random enough that one round of hashing does."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def make(
    *, name: str, user: User, scopes: Iterable[str], created_by: User, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token for an account: what is kept, and the token itself, which is seen this once."""
    token = PREFIX + secrets.token_urlsafe(32)
    kept = ApiToken.objects.create(
        name=name,
        user=user,
        start=token[len(PREFIX) : len(PREFIX) + 6],
        digest=digest_of(token),
        scopes=sorted(Scope(scope).value for scope in set(scopes)),
        created_by=created_by,
        expires_at=expires_at,
    )
    return kept, token


def revoke(token: ApiToken) -> None:
    """The token is good for nothing from now on."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def token_of(request: HttpRequest) -> ApiToken | None:
    """The valid token a request carries, of an open account; read once per request."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _read(request.headers.get("Authorization", "")))
    found: ApiToken | None = getattr(request, _KEPT)
    return found


def _read(header: str) -> ApiToken | None:
    kind, _space, token = header.partition(" ")
    if kind.lower() != "bearer" or not token.startswith(PREFIX):
        return None
    found = ApiToken.objects.select_related("user__person").filter(digest=digest_of(token.strip())).first()
    if found is None or not found.is_valid or not found.user.is_active:
        return None
    now = timezone.now()
    if found.last_used_at is None or now - found.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


BEARER = Access(
    name="api_token",
    meaning=_("Programs with a token"),
    allows=lambda request: token_of(request) is not None,
    stranger="unauthorised",
)


class Bearer(HttpBearer):
    """The token, with the scope an operation needs. What the account may not do, no scope allows."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token. Raises Problem (403) if its scopes do not reach."""
        found = token_of(request)
        if found is None:
            return None
        allowed = self.scope.value in found.scopes
        if self.scope is Scope.ADMIN:
            allowed = allowed and found.user.is_administrator
        if not allowed:
            raise Problem(
                403,
                "scope_missing",
                _("This token is not made for that"),
                detail=_("The operation needs the scope “%(scope)s”.") % {"scope": self.scope.value},
                way_out=_("Make a token with that scope, or ask an administrator."),
            )
        request.user = found.user
        return found


READ, ACT, ADMIN = Bearer(Scope.READ), Bearer(Scope.ACT), Bearer(Scope.ADMIN)

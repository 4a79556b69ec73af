"""The secret 查询码 that lets a complainant see his case, and the link that does the same."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from django.conf import settings
from django.core import signing

from huiyin.portal.models import ALPHABET, PublicAccess

LENGTH = 12
GROUP = 4
_LINK_SALT = "huiyin.portal.link"
_NOBODY = "0" * 64


def _keyed(purpose: str, value: str, key: str) -> bytes:
    return hmac.new(key.encode(), f"huiyin.portal.{purpose}:{value}".encode(), hashlib.sha256).digest()


def secret_for(nonce: str) -> str:
    """
    The secret of the case opened by the form `nonce`: 12 characters in groups of 4, about 59 bits.

    It is derived and not drawn, so that the same form sent twice, or its last page opened again, shows the same secret
    although it is kept nowhere. Nobody derives it without the key of the installation.
    """
    number = int.from_bytes(_keyed("secret", nonce, settings.SECRET_KEY), "big")
    letters = []
    for _position in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "-".join("".join(letters[i : i + GROUP]) for i in range(0, LENGTH, GROUP))


def normalised(typed: str) -> str:
    """What somebody typed, as the secret is digested: capitals without spaces and dashes."""
    return "".join(c for c in typed.upper() if c.isalnum())[:64]


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return _keyed("digest", normalised(secret), settings.SECRET_KEY).hex()


def _digests(secret: str) -> Iterator[str]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield _keyed("digest", normalised(secret), key).hex()


def find(number: str, secret: str) -> PublicAccess | None:
    """
    The access a number and a secret open.

    An unknown number costs the same as a wrong secret: one query, and the same comparisons.
    """
    rows = list(PublicAccess.objects.filter(number=number.strip().upper()[:60])[:4])
    found = None
    for row in [*rows, *[None] * (4 - len(rows))]:
        for digest in _digests(secret):
            if hmac.compare_digest(digest, row.secret_hash if row else _NOBODY):
                found = row
    return found


def link_token(access: PublicAccess) -> str:
    """The signed part of the link. It names the digest of the secret, so that a new secret would end it."""
    return signing.dumps([access.pk, access.secret_hash[:12]], salt=_LINK_SALT)


def by_link(token: str) -> PublicAccess | None:
    """The access a link opens, if it was signed here and still holds."""
    try:
        pk, part = signing.loads(token, salt=_LINK_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    access = PublicAccess.objects.filter(pk=pk).first()
    return access if access is not None and access.secret_hash.startswith(part) else None

"""Who is at the other end of the line."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """
    The network address of the one who asks.

    `X-Forwarded-For` is believed only as far as `HUIYIN_TRUSTED_PROXIES` says: with one proxy of ours in front, the
    last entry, which that proxy wrote; what a client wrote itself stands further left and is ignored.
    """
    trusted: int = settings.TRUSTED_PROXIES
    if trusted:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(forwarded) >= trusted:
            return forwarded[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))

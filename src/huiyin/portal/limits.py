"""Rate limits, counted in the database, so that every process and machine counts together."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from huiyin.portal.models import Tally

WINDOW_SECONDS = 600
WINDOWS_PER_HOUR = 6


def _window() -> int:
    return int(timezone.now().timestamp()) // WINDOW_SECONDS


def _digest(scope: str, key: str) -> str:
    return salted_hmac(f"huiyin.portal.limits.{scope}", key, algorithm="sha256").hexdigest()


def count(scope: str, key: str) -> None:
    """Count one event of that kind for the key (an address, a number). Windows of the day before are dropped."""
    window, digest = _window(), _digest(scope, key)
    with transaction.atomic():
        row, created = Tally.objects.get_or_create(scope=scope, key=digest, window=window, defaults={"count": 1})
        if not created:
            Tally.objects.filter(pk=row.pk).update(count=F("count") + 1)
        elif row.pk % 100 == 0:
            Tally.objects.filter(window__lt=window - 24 * WINDOWS_PER_HOUR).delete()


def counted(scope: str, key: str) -> int:
    """How often in the last hour (in steps of ten minutes)."""
    found = Tally.objects.filter(scope=scope, key=_digest(scope, key), window__gt=_window() - WINDOWS_PER_HOUR)
    return found.aggregate(total=Sum("count"))["total"] or 0

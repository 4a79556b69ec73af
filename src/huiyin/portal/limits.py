"""Rate limits, counted in the database, so that every process and machine counts together."""

from __future__ import annotations

import secrets

from django.db import connection
from django.db.models import Sum
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
    """
    Count one event of that kind for the key (an address, a number).

    One statement whether it is the first or the hundredth, so that nobody reads from the time taken what was counted
    before. Now and then the windows of the day before are dropped.
    """
    window, digest = _window(), _digest(scope, key)
    table = Tally._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {table} (scope, key, "window", count) VALUES (%s, %s, %s, 1) '  # noqa: S608 - own name
            f'ON CONFLICT (scope, key, "window") DO UPDATE SET count = {table}.count + 1',
            [scope, digest, window],
        )
    if secrets.randbelow(100) == 0:
        Tally.objects.filter(window__lt=window - 24 * WINDOWS_PER_HOUR).delete()


def counted(scope: str, key: str) -> int:
    """How often in the last hour (in steps of ten minutes)."""
    found = Tally.objects.filter(scope=scope, key=_digest(scope, key), window__gt=_window() - WINDOWS_PER_HOUR)
    return found.aggregate(total=Sum("count"))["total"] or 0

"""Which errors of the database mean: the same again, in a new transaction."""

from __future__ import annotations

from django.db import IntegrityError

SERIALISATION_FAILURE, DEADLOCK = "40001", "40P01"


def may_be_retried(error: Exception) -> bool:
    """A key somebody else took first, a deadlock, a serialisation failure: whoever decides anew may succeed."""
    state = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error, IntegrityError) or state in {SERIALISATION_FAILURE, DEADLOCK}

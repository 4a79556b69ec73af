"""Why nothing can be asked or kept just now, told to people: the database is away, busy, full, or of another shape."""

from __future__ import annotations

import errno

from django.db import InterfaceError, OperationalError, ProgrammingError
from django.utils.translation import gettext as _

from huiyin.common.errors import Explanation

RETRY_AFTER_SECONDS = 10
_NO_SUCH_TABLE = frozenset(("42P01", "42703"))
_FULL = frozenset(("53100",))
_BUSY = frozenset(("55P03", "40001", "40P01", "57014"))


def explained(error: BaseException | None) -> Explanation | None:
    """The text of the 503 page for an error of the database or of a full disk; None for every other error."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full()
    if not isinstance(error, OperationalError | InterfaceError | ProgrammingError):
        return None
    said = str(error).lower()
    state = getattr(error.__cause__, "sqlstate", None)
    if state in _NO_SUCH_TABLE or "no such table" in said or "no such column" in said or "has no column" in said:
        return Explanation(
            title=_("The system is being updated"),
            reason=_("The database is older than the program. Nothing was saved."),
            ways_out=(_("An administrator runs `huiyin start`, which brings the database up to date."),),
        )
    if isinstance(error, ProgrammingError):
        return None
    if state in _FULL or "disk is full" in said:
        return _full()
    if state in _BUSY or "locked" in said:
        return Explanation(
            title=_("The system is very busy"),
            reason=_("The database had no turn for this in time. Nothing was saved."),
            ways_out=(_("Go back and send it again; it is taken once."),),
        )
    return Explanation(
        title=_("The system does not answer just now"),
        reason=_("The database cannot be reached. What you sent was saved whole or not at all."),
        ways_out=(
            _("Wait a moment, go back and send it again; it is taken once."),
            _("If it stays, tell an administrator the time."),
        ),
    )


def _full() -> Explanation:
    return Explanation(
        title=_("The disk of the system is full"),
        reason=_("There is no room to save anything. Nothing was saved."),
        ways_out=(_("Keep what you typed, and tell an administrator, so that room is made."),),
    )

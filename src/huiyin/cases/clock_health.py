"""Is the clock running, and is there anything it cannot fire?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.cases.models import Case, Obligation, StuckCase, WorkerHeartbeat
from huiyin.common.dates import in_words
from huiyin.common.health import Finding, Level

SILENT_AFTER = timedelta(minutes=2)


def health() -> Iterable[Finding]:
    """A worker was seen lately, nothing due waits, no case is stuck, no binding limit is without a date."""
    now = timezone.now()
    last = WorkerHeartbeat.objects.order_by("-seen_at").first()
    if last is None or now - last.seen_at > SILENT_AFTER:
        seen = in_words(last.seen_at) if last is not None else _("never")
        yield Finding(
            Level.FAILURE,
            _("No clock worker runs (last seen: %(seen)s): nothing falls due, nothing climbs.") % {"seen": seen},
            _("Start one with `huiyin worker`; it catches up on everything, in order."),
        )
    else:
        yield Finding(Level.FINE, _("The clock worker was seen %(seen)s.") % {"seen": in_words(last.seen_at)})
    stuck = list(StuckCase.objects.order_by("since")[:1])
    waiting = Case.objects.filter(next_due__lt=now - SILENT_AFTER).exclude(id__in=StuckCase.objects.values("case_id"))
    if last is not None and now - last.seen_at <= SILENT_AFTER and waiting.exists():
        yield Finding(
            Level.WARNING,
            _("The clock worker is behind: something due for more than two minutes has not fired."),
            _("It catches up by itself; start a second one with `huiyin worker` if it does not."),
        )
    if stuck:
        count = StuckCase.objects.count()
        yield Finding(
            Level.FAILURE,
            ngettext(
                "The clock cannot go on with %(count)d case. First: %(case)s: %(error)s",
                "The clock cannot go on with %(count)d cases. First: %(case)s: %(error)s",
                count,
            )
            % {"count": count, "case": stuck[0].case_id, "error": stuck[0].error},
            _("Look at the regulation and the organisation behind it; the worker tries again every ten minutes."),
        )
    unarmed = Obligation.objects.filter(owed=True, due=None, strength="binding").first()
    if unarmed is not None:
        yield Finding(
            Level.WARNING,
            _("A binding obligation has no due date: %(owe)s of case %(case)s.")
            % {"owe": unarmed.owe, "case": unarmed.case_id},
            _("Enter the fact its limit counts from."),
        )

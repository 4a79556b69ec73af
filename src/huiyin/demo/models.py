"""That this installation is a demonstration."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Demonstration(models.Model):
    """One row where the demonstration was made: when, with which seed, and how much there is of it."""

    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    seed = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    events = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("demonstration")
        verbose_name_plural = _("demonstrations")

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} ({self.cases})"

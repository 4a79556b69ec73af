"""Packs that were loaded once: a case keeps the version it was opened under, whatever the folder says later."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class PackVersion(models.Model):
    """
    A version of a pack 制度包 that held together when it was loaded.

    `files` holds the texts of its folder under `pack` and of the library it was built with under `library`, by file
    name; `content_hash` is over both. `summary` is what lists need without compiling (see `summaries`). If a version
    was changed without a new number, the row loaded last counts.
    """

    pack = models.CharField(_("regulation"), max_length=80)
    version = models.CharField(_("version"), max_length=40)
    content_hash = models.CharField(max_length=64)
    applies_from = models.DateField(_("applies from"))
    files = models.JSONField()
    summary = models.JSONField()
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        verbose_name = _("pack version")
        verbose_name_plural = _("pack versions")
        ordering: ClassVar = ["pack", "applies_from", "loaded_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pack", "version", "content_hash"], name="procedures_packversion_content_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"

"""What is known of a file; its bytes lie under `MEDIA_ROOT`."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseFile(models.Model):
    """
    A file 附件 on a case.

    `kind` is the media type found by looking at the content, `sha256` the digest of the bytes (hex), `size` their
    number. `added_by` is the key of a person, or `party:` and the name of the party. `path` is relative to
    `MEDIA_ROOT`; nothing of the name somebody gave the file goes into it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.CharField(max_length=200, db_index=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    added_by = models.CharField(_("added by"), max_length=80, blank=True)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering: ClassVar = ["added_at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """How an event names the file: digest and name, so that a changed file no longer fits the chain."""
        return f"sha256:{self.sha256} {self.name}"

"""Which files were imported, how far, and which row became which case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportRun(models.Model):
    """One file under one regulation: `rows_done` rows have been looked at, so that a stopped run can go on there."""

    file_name = models.CharField(_("file"), max_length=200)
    file_digest = models.CharField(max_length=64)
    pack = models.CharField(_("regulation"), max_length=80)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    rows_done = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes: ClassVar = [models.Index(fields=["file_digest", "pack"], name="intake_run_file")]

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """A row that became a case. The digest is over what the row says, whatever file it stands in."""

    digest = models.CharField(max_length=64, primary_key=True)
    case_id = models.CharField(max_length=200)
    number = models.CharField(max_length=60)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="rows")
    row = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")

    def __str__(self) -> str:
        return f"{self.run_id}: {self.row} → {self.number}"

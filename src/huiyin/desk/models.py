"""What belongs to the desk alone and is no act: drafts, internal notes."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """
    A draft 草稿: what somebody typed into an opening act before it is one. No case exists yet; it is the writer's own.

    `typed` holds the fields of the form as they were typed, by name.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    pack = models.CharField(max_length=80)
    act = models.CharField(max_length=80)
    typed = models.JSONField(default=dict)
    title = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering: ClassVar = ["-changed_at"]
        indexes: ClassVar = [models.Index(fields=["owner", "-changed_at"], name="desk_draft_owner")]

    def __str__(self) -> str:
        return self.title


class Note(models.Model):
    """
    An internal note 内部备注 on a case, or a question to a colleague. It is no act: nothing follows from it.

    `author` and `asked` are keys of people; a question is open until the colleague has answered it.
    """

    case_id = models.CharField(max_length=200)
    number = models.CharField(max_length=60)
    author = models.CharField(max_length=80)
    text = models.TextField(_("note"))
    asked = models.CharField(_("question to"), max_length=80, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering: ClassVar = ["-written_at"]
        indexes: ClassVar = [
            models.Index(fields=["case_id", "-written_at"], name="desk_note_case"),
            models.Index(
                fields=["asked", "-written_at"],
                condition=models.Q(answered_at=None) & ~models.Q(asked=""),
                name="desk_note_open_question",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

"""Places with a poster, the access of complainants to their cases, and the counts behind the rate limits."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CODE_LENGTH = 8
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I, L: nobody has to guess on the telephone."""


def new_code() -> str:
    """A code for a poster; no secret, but not to be counted through either."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)).lower()


class QrPlace(models.Model):
    """
    A place with a poster 扫码点: the sales office, the hall of a residential area.

    Its code stands in the address the QR code leads to; the complaint then says where it comes from. `pack` is the
    regulation by which complaints from here are handled. A closed place keeps its row, for
    its old posters.
    """

    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code, editable=False)
    label = models.CharField(_("place as the complainant knows it"), max_length=80)
    label_en = models.CharField(_("the same in English"), max_length=120, blank=True)
    unit = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="qr_places",
    )
    pack = models.CharField(_("regulation"), max_length=80)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("place with a poster")
        verbose_name_plural = _("places with posters")
        ordering: ClassVar = ["closed_at", "label", "pk"]

    def __str__(self) -> str:
        return self.display_label

    @property
    def display_label(self) -> str:
        """The place in the present reader's language."""
        english = (get_language() or settings.LANGUAGE_CODE).startswith("en")
        return (self.label_en or self.label) if english else self.label


class PublicAccess(models.Model):
    """
    That a complainant may see his case with its number and a secret 查询码.

    Only a keyed digest of the secret is kept. `nonce` is the form that was sent: sent twice, it is one case.
    `party` is the party of the regulation that he is.
    """

    case_id = models.CharField(max_length=200, db_index=True)
    number = models.CharField(max_length=60, db_index=True)
    party = models.CharField(max_length=80)
    secret_hash = models.CharField(max_length=64)
    nonce = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("access of a complainant")
        verbose_name_plural = _("access of complainants")

    def __str__(self) -> str:
        return self.number


class Tally(models.Model):
    """How often something was done in a window of time, for rate limits. `key` is a digest, no address is kept."""

    scope = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    window = models.PositiveBigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key", "window"], name="portal_tally_once")]
        indexes: ClassVar = [models.Index(fields=["window"], name="portal_tally_window")]

    def __str__(self) -> str:
        return f"{self.scope} {self.window}: {self.count}"

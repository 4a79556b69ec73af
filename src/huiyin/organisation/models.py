"""Units, people, appointments, absences, adopted packs and their parameters. Everything is dated; nothing is erased.

Moments are stored as aware UTC datetimes; a period contains its beginning and not its end, as in the engine.
Who supervises which unit 分管 needs no table of its own: a person in a supervising post (a deputy general manager, say)
holds that post once for each unit supervised.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin
from treebeard.mp_tree import MP_Node, MP_NodeManager

KEY = RegexValidator(
    r"^[a-z0-9][a-z0-9_.-]*\Z", _("Small letters, digits and . _ - only, a letter or digit first."), "key"
)


def search_key(*texts: str) -> str:
    """Text to search names in: as written, in full pinyin, and in initials: «李敏 limin lm»; small letters."""
    parts: list[str] = []
    for text in filter(None, texts):
        parts.append(text.lower())
        syllables = lazy_pinyin(text)
        parts.append("".join(syllables).lower())
        parts.append("".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower())
    return " ".join(dict.fromkeys(parts))


class Revision(models.Model):
    """
    Names the present state of the directory, so that a process knows when what it keeps in memory is old. One row.

    The name is drawn by lot, not counted: a number taken in a transaction that is rolled back would come again.
    """

    stamp = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.stamp


def new_revision(*args: Any, **kwargs: Any) -> None:
    """Name a new state, in the transaction that makes it. Connected to every model of the directory."""
    Revision.objects.update_or_create(pk=1, defaults={"stamp": secrets.token_hex(16)})


class Named(models.Model):
    """Something with a Chinese name and, if it has one, an English."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.display_name

    def name_in(self, language: str) -> str:
        """The name for a reader of that language; the Chinese one if there is no other."""
        return self.name_en if language.startswith("en") and self.name_en else self.name

    @property
    def display_name(self) -> str:
        """The name in the present reader's language."""
        return self.name_in(get_language() or settings.LANGUAGE_CODE)


class Unit(Named, MP_Node):
    """A part of the organisation 部门/单位: company, department, residential area, sales office, branch, project …"""

    class Kind(models.TextChoices):
        """What a unit is. Regulations speak of kinds: a visit per estate, a report per branch."""

        GROUP = "group", _("group")
        COMPANY = "company", _("company")
        BRANCH = "branch", _("branch")
        DEPARTMENT = "department", _("department")
        TEAM = "team", _("team")
        PROJECT = "project", _("project")
        ESTATE = "estate", _("residential area")
        SALES_OFFICE = "sales_office", _("sales office")
        SERVICE_CENTRE = "service_centre", _("service centre")
        SHOP = "shop", _("shop")
        PARTNER = "partner", _("partner")

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[KEY])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.DEPARTMENT)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects: ClassVar[MP_NodeManager[Unit]] = MP_NodeManager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    @property
    def indent(self) -> str:
        """Its depth in the tree as leading wide spaces, for lists to choose from."""
        return "\u3000" * (self.depth - 1)


class Person(Named):
    """
    A person of the organisation 人员.

    `key` is stable for ever: events name people by it. `place` is the order in the directory, by which the engine
    chooses among equals (CR-4).
    """

    name = models.CharField(pgettext_lazy("person", "name"), max_length=120)
    key = models.CharField(_("key"), max_length=60, unique=True, validators=[KEY])
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    active_from = models.DateField(_("with us from"), default=timezone.localdate)
    active_to = models.DateField(_("last day with us"), null=True, blank=True)
    place = models.PositiveIntegerField(_("place in the directory"), default=1000)
    search_text = models.CharField(max_length=800, editable=False, db_index=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["place", "key"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(active_to=None) | Q(active_to__gte=F("active_from")),
                name="organisation_person_leaves_later",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = search_key(self.name, self.name_en, self.key)[:800]
        super().save(*args, **kwargs)

    def is_active_on(self, day: date) -> bool:
        """Whether the person is with the organisation on that day."""
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)

    def current_appointments(self) -> Sequence[Appointment]:
        """What the person holds right now; read once per object, since every page asks."""
        if not hasattr(self, "_current_appointments"):
            self._current_appointments = list(
                self.appointments.filter(Appointment.at(timezone.now())).select_related("unit")
            )
        return self._current_appointments

    def holds_post_now(self, posts: Sequence[str], pack: str = "") -> bool:
        """Whether the person holds one of the posts right now; with `pack`, for that pack or for every one."""
        return any(a.post in posts and (not pack or a.pack in ("", pack)) for a in self.current_appointments())


class Period(models.Model):
    """From a moment (included) to a moment (not included)."""

    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def at(moment: object) -> Q:
        """Those that hold at the moment."""
        return Q(since__lte=moment) & (Q(until=None) | Q(until__gt=moment))

    @property
    def has_ended(self) -> bool:
        """Whether its end has come."""
        return self.until is not None and self.until <= timezone.now()

    @property
    def is_current(self) -> bool:
        """Whether it holds now."""
        return self.since <= timezone.now() and not self.has_ended


class Appointment(Period):
    """
    A person holds a post 任职 of a regulation, for one unit or for the whole organisation.

    `post` is the key by which the pack names the post; with `pack` the appointment counts for that pack alone.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("person"))
    post = models.CharField(_("post"), max_length=80, validators=[KEY], db_index=True)
    pack = models.CharField(_("regulation"), max_length=80, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="appointments", null=True, blank=True, verbose_name=_("unit")
    )

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering: ClassVar = ["since", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="organisation_appointment_ends_later"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The post and the unit, in the reader's language."""
        from huiyin.organisation.posts import post_label

        post = post_label(self.post, self.pack)
        return f"{post} · {self.unit.display_name}" if self.unit else post


class Absence(Period):
    """A person is away 不在岗: leave, sickness, a journey; with a stand-in 代理人, or as the regulation rules."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences", verbose_name=_("person"))
    stand_in = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="stands_in", null=True, blank=True, verbose_name=_("stand-in")
    )
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering: ClassVar = ["-since", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="organisation_absence_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(stand_in=None) | ~Q(stand_in=F("person")), name="organisation_absence_other_stand_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.since:%Y-%m-%d}"


class Adoption(models.Model):
    """The organisation works by a version of a pack 制度包 from a moment on; a case keeps its own."""

    pack = models.CharField(_("regulation"), max_length=80)
    version = models.CharField(_("version"), max_length=40)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering: ClassVar = ["pack", "-since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "since"], name="organisation_adoption_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="organisation_adoption_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class Parameter(models.Model):
    """A value the regulation leaves to the organisation 参数, from a moment on, with who confirmed it."""

    pack = models.CharField(_("regulation"), max_length=80)
    name = models.CharField(_("parameter"), max_length=120)
    value = models.JSONField(_("value"))
    since = models.DateTimeField(_("from"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )

    class Meta:
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")
        ordering: ClassVar = ["pack", "name", "-since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "name", "since"], name="organisation_parameter_once")
        ]

    def __str__(self) -> str:
        return f"{self.pack}: {self.name}"

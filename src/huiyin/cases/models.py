"""Events of cases, append-only, and what is projected from them. Every case table leads with the case id.

Moments are aware UTC datetimes. The tables below `CaseEvent` are projections: `huiyin rebuild` makes them anew.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ID_LENGTH = 200


class CaseEvent(models.Model):
    """
    One event of a case, in the chain of its case.

    `at` is the instant it counts from, `recorded_at` the instant it was written down. `data` is the event as canonical
    JSON; it and `salt` lie beside the chain, which runs over `digest` alone, so that a disposal leaves a chain that
    verifies. `request` names the request that brought it, if it had a key of its own (see `operations.perform`).
    """

    pk = models.CompositePrimaryKey("case_id", "seq")
    case_id = models.CharField(max_length=ID_LENGTH)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    code = models.CharField(max_length=40)
    data = models.TextField(null=True)  # noqa: DJ001 - null says disposed of, an empty text would be a lie
    salt = models.CharField(max_length=32, null=True)  # noqa: DJ001 - disposed of together with the data
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    request = models.CharField(max_length=32, null=True)  # noqa: DJ001 - most events come without a key

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes: ClassVar = [
            models.Index(fields=["request"], condition=Q(request__isnull=False), name="cases_event_request"),
            models.Index(fields=["recorded_at"], name="cases_event_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.seq} {self.code}"


class Case(models.Model):
    """
    The row of a case 案件 as lists and registers show it.

    `next_due` is the moment from which the clock has something to do on it; `due` the nearest due moment of anything
    still owed. `held_by_vacancy`: some capacity has nobody (CR-5). `facts` holds the facts that registers filter by.
    `head` is the hash of the last event; `sealed_seq` how far daily roots cover the case.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    number = models.CharField(_("number"), max_length=60, db_index=True)
    pack = models.CharField(_("regulation"), max_length=80)
    version = models.CharField(_("version"), max_length=40)
    type = models.CharField(_("kind of case"), max_length=80)
    object = models.CharField(max_length=ID_LENGTH, blank=True)
    parent = models.CharField(max_length=ID_LENGTH, blank=True)
    title = models.CharField(_("matter"), max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_how = models.CharField(max_length=80, blank=True)
    last_at = models.DateTimeField()
    due = models.DateTimeField(_("due"), null=True)
    next_due = models.DateTimeField(null=True)
    held_by_vacancy = models.BooleanField(_("nobody holds it"), default=False)
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    sealed_seq = models.PositiveIntegerField(default=0)
    disposed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes: ClassVar = [
            models.Index(fields=["next_due", "id"], condition=Q(next_due__isnull=False), name="cases_case_next_due"),
            models.Index(fields=["opened_at", "id"], name="cases_case_opened"),
            models.Index(fields=["pack", "type", "opened_at", "id"], name="cases_case_register"),
            models.Index(fields=["due", "id"], condition=Q(closed_at=None), name="cases_case_open_due"),
            models.Index(fields=["object"], condition=~Q(object=""), name="cases_case_object"),
            models.Index(fields=["id"], condition=Q(held_by_vacancy=True, closed_at=None), name="cases_case_vacant"),
        ]

    def __str__(self) -> str:
        return self.number


class Obligation(models.Model):
    """An obligation 时限义务 of a case, in its present state (see `huiyin_engine.model.state.Obligation`)."""

    pk = models.CompositePrimaryKey("case_id", "key")
    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, db_constraint=False, related_name="obligations")
    key = models.CharField(max_length=120)
    owe = models.CharField(max_length=80)
    strength = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    owed = models.BooleanField()
    bearers = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    start = models.DateTimeField()
    due = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=40, blank=True)
    row = models.CharField(max_length=120, blank=True)
    period = models.CharField(max_length=40, blank=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        indexes: ClassVar = [
            models.Index(fields=["due", "case_id", "key"], condition=Q(owed=True), name="cases_obligation_owed"),
            models.Index(fields=["missed_at"], condition=Q(missed_at__isnull=False), name="cases_obligation_missed"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"


class CasePerson(models.Model):
    """
    What a person has to do with a case: holds it in a capacity, owes something on it, or is concerned by it 回避.

    `name` is the capacity, or the key of the obligation; empty for the concerned. `open` says that it is so now: the
    case is open, the obligation still owed. `due` is the due moment of an obligation.
    """

    class Relation(models.TextChoices):
        """The three ways."""

        HOLDS = "holds", _("holds")
        OWES = "owes", _("owes")
        CONCERNED = "concerned", _("concerned")

    pk = models.CompositePrimaryKey("case_id", "relation", "name", "person")
    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, db_constraint=False, related_name="people")
    relation = models.CharField(max_length=10, choices=Relation.choices)
    name = models.CharField(max_length=120)
    person = models.CharField(max_length=80)
    due = models.DateTimeField(null=True)
    open = models.BooleanField()

    class Meta:
        verbose_name = _("person of a case")
        verbose_name_plural = _("people of cases")
        indexes: ClassVar = [
            models.Index(fields=["person", "relation", "open", "due", "case_id"], name="cases_person_agenda"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.relation} {self.case_id}"


class PersonLoad(models.Model):
    """
    The load 在办件数 of a person: the open cases held in any capacity, each counted once (CR-4). See `loads`.

    Not a positive integer to the database: a difference below zero is a row to insert before it is added to another.
    """

    person = models.CharField(primary_key=True, max_length=80)
    open_cases = models.IntegerField()

    class Meta:
        verbose_name = _("load of a person")
        verbose_name_plural = _("loads of people")

    def __str__(self) -> str:
        return f"{self.person}: {self.open_cases}"


class CaseLink(models.Model):
    """One case is linked to another under a name the regulation gives."""

    pk = models.CompositePrimaryKey("case_id", "link", "other")
    case = models.ForeignKey(Case, on_delete=models.DO_NOTHING, db_constraint=False, related_name="links")
    link = models.CharField(max_length=80)
    other = models.CharField(max_length=ID_LENGTH, db_index=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return f"{self.case_id} {self.link} {self.other}"


class NumberSeries(models.Model):
    """The last number given out 编号 for a prefix in a civil year: HY-2026-0187."""

    pk = models.CompositePrimaryKey("prefix", "year")
    prefix = models.CharField(max_length=40)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"


class DailyRoot(models.Model):
    """
    The seal of a civil day: a hash over the heads of all cases that had changed since the seal before, and that seal.

    `leaves` are lines «case id, tab, seq, tab, hash». Whoever keeps a root elsewhere can prove every event up to it.
    """

    date = models.DateField(primary_key=True)
    previous = models.CharField(max_length=64)
    leaves = models.TextField(blank=True)
    root = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("daily root")
        verbose_name_plural = _("daily roots")

    def __str__(self) -> str:
        return f"{self.date} {self.root}"


class Disposal(models.Model):
    """The tombstone of a case whose texts were disposed of 销毁 by a retention rule. The chain stays."""

    case_id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    rule = models.CharField(max_length=120)
    clause = models.CharField(max_length=120)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule}"


class WorkerHeartbeat(models.Model):
    """That a clock worker lives: its name (host and process), when it began and was last seen, what it has fired."""

    name = models.CharField(primary_key=True, max_length=120)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    fired = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("clock worker")
        verbose_name_plural = _("clock workers")

    def __str__(self) -> str:
        return self.name


class StuckCase(models.Model):
    """A case on which the clock could not go on, and why. It is tried again from `retry_at` on."""

    case_id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    since = models.DateTimeField()
    retry_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)
    error = models.TextField()

    class Meta:
        verbose_name = _("stuck case")
        verbose_name_plural = _("stuck cases")

    def __str__(self) -> str:
        return f"{self.case_id}: {self.error}"


class Upkeep(models.Model):
    """
    Under what the open cases were last looked at: directory, calendar, moment. One row; see `upkeep`.

    The columns `to_…` say the same of the pass under way, `after` the last case it has dealt with.
    """

    directory = models.CharField(max_length=32, blank=True)
    calendar = models.CharField(max_length=32)
    until = models.DateTimeField()
    to_directory = models.CharField(max_length=32, blank=True)
    to_calendar = models.CharField(max_length=32, blank=True)
    to_until = models.DateTimeField(null=True)
    after = models.CharField(max_length=ID_LENGTH, blank=True)

    class Meta:
        verbose_name = _("upkeep of open cases")
        verbose_name_plural = _("upkeep of open cases")

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        """Whether a pass has begun and not ended."""
        return self.to_until is not None

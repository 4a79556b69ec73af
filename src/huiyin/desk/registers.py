"""Registers: all cases of a type, filtered by the address, a page at a time by key, columns from the pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from huiyin.cases.models import Case, CasePerson
from huiyin.desk.fields import CUSTOMER, PHONE
from huiyin.desk.words import in_words
from huiyin_engine.codec import decode_value
from huiyin_engine.directory import Directory
from huiyin_engine.language.pack import Fact, Pack
from huiyin_engine.showing import format_value, people_names

PAGE = 50
MOST_COLUMNS = 4
STATES = ("open", "late", "closed", "all")
SORTS: Mapping[str, tuple[str, bool]] = {"opened": ("opened_at", True), "due": ("due", False)}
"""Sort order by its word in the address: the column, and whether the greatest comes first."""


class Filters(NamedTuple):
    """What the address asks for."""

    state: str
    words: str
    sort: str
    holder: str
    choices: Mapping[str, str]

    @classmethod
    def read(cls, query: Mapping[str, str], pack: Pack | None) -> Filters:
        """From the query of an address; what makes no sense is left out."""
        state, sort = query.get("state", "open"), query.get("sort", "opened")
        choices = {}
        for fact in choice_facts(pack) if pack else ():
            value = query.get(f"f-{fact.id}", "")
            if value in fact.type.values:
                choices[fact.id] = value
        return cls(
            state if state in STATES else "open",
            query.get("q", "").replace("\x00", "").strip()[:100],
            sort if sort in SORTS else "opened",
            query.get("holder", "").replace("\x00", "")[:80],
            choices,
        )

    def address(self, **more: str) -> str:
        """The query of an address that asks for the same."""
        asked = {"state": self.state, "q": self.words, "sort": self.sort, "holder": self.holder}
        asked |= {f"f-{name}": value for name, value in self.choices.items()}
        return urlencode({k: v for k, v in {**asked, **more}.items() if v})


def choice_facts(pack: Pack) -> list[Fact]:
    """Facts one may filter by: choices that people typed."""
    return [f for f in pack.facts.values() if f.type.type == "choice" and not f.type.several and f.table is None]


def columns_of(pack: Pack, case_type: str) -> list[Fact]:
    """The columns beside number, matter and dates: what the acts that open the type take, apart from its matter."""
    kind = pack.cases[case_type]
    wanted: dict[str, Fact] = {}
    for act in sorted(pack.acts.values(), key=lambda a: -len(a.takes)):
        if act.opens == case_type:
            for take in act.takes:
                fact = pack.facts.get(take.fact)
                if fact is not None and take.fact != kind.subject and fact.type.type not in ("file", "yes/no"):
                    wanted.setdefault(take.fact, fact)
    first = [wanted[name] for name in (CUSTOMER, PHONE) if name in wanted]
    rest = [fact for fact in wanted.values() if fact not in first and not fact.future]
    return [*first, *rest][:MOST_COLUMNS]


def matching(visible: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """The cases the filters leave."""
    found = visible
    if filters.state == "open":
        found = found.filter(closed_at=None)
    elif filters.state == "closed":
        found = found.filter(closed_at__isnull=False)
    elif filters.state == "late":
        found = found.filter(closed_at=None, due__lt=timezone.now())
    for name, value in filters.choices.items():
        found = found.filter(**{f"facts__{name}": value})
    if filters.holder:
        held = CasePerson.objects.filter(person=filters.holder, relation=CasePerson.Relation.HOLDS)
        found = found.filter(id__in=held.values("case_id"))
    for word in filters.words.split()[:6]:
        condition = Q(number__istartswith=word) | Q(title__icontains=word)
        condition |= Q(**{f"facts__{CUSTOMER}__icontains": word}) | Q(**{f"facts__{PHONE}__startswith": word})
        found = found.filter(condition)
    return found


class Page(NamedTuple):
    """One page: its rows, and the keys of the pages beside it."""

    rows: list[Case]
    after: str
    is_first: bool


def page_of(found: QuerySet[Case], sort: str, after: str) -> Page:
    """The page after a key: one query, whatever the number of cases. A case without the date of the sort comes last."""
    column, falls = SORTS[sort]
    place = _place(after)
    if place is not None:
        at, case_id = place
        if at is None:
            found = found.filter(**{f"{column}__isnull": True}, id__gt=case_id)
        else:
            beyond = "lt" if falls else "gt"
            later = Q(**{f"{column}__{beyond}": at}) | Q(**{column: at}, id__gt=case_id)
            found = found.filter(later if falls else later | Q(**{f"{column}__isnull": True}))
    if sort == "due":
        from django.db.models import F

        rows = list(found.order_by(F("due").asc(nulls_last=True), "id")[: PAGE + 1])
    else:
        rows = list(found.order_by(f"-{column}", "id")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    last = rows[-1] if rows else None
    key = ""
    if more and last is not None:
        at = getattr(last, column)
        key = f"{at.isoformat() if at else '-'}~{last.id}"
    return Page(rows, key, place is None)


def _place(after: str) -> tuple[Any, str] | None:
    at_text, separator, case_id = after.replace("\x00", "").partition("~")
    if not separator:
        return None
    if at_text == "-":
        return None, case_id
    try:
        at = parse_datetime(at_text.replace(" ", "+"))
    except ValueError:
        return None
    return (at, case_id) if at is not None and at.tzinfo is not None else None


def cells(pack: Pack, directory: Directory, row: Case, columns: list[Fact]) -> list[str]:
    """The values of a row, as people write them."""
    return [
        in_words(format_value(pack, directory, fact, decode_value(row.facts.get(fact.id))))[:60] for fact in columns
    ]


def owners_of(pack: Pack, directory: Directory, rows: list[Case]) -> dict[str, str]:
    """Who holds each case in the first capacity the pack names: one query."""
    first = next(iter(pack.holders), None)
    held: dict[str, list[str]] = {}
    if first is not None and rows:
        found = CasePerson.objects.filter(
            case_id__in=[row.id for row in rows], relation=CasePerson.Relation.HOLDS, name__in=list(pack.holders)
        )
        rank = {name: i for i, name in enumerate(pack.holders)}
        best: dict[str, int] = {}
        for case_id, name, person in found.values_list("case_id", "name", "person"):
            if rank[name] < best.get(case_id, len(rank)):
                best[case_id] = rank[name]
                held[case_id] = [person]
    return {case_id: in_words(people_names(directory, people)) for case_id, people in held.items()}


def hidden_from(person: str, pack: str, case_type: str) -> int:
    """How many cases of the type are left out because they concern the one who asks (CR-2). One query."""
    concerned = CasePerson.objects.filter(person=person, relation=CasePerson.Relation.CONCERNED)
    found = concerned.filter(case__pack=pack)
    return (found.filter(case__type=case_type) if case_type else found).values("case_id").distinct().count()

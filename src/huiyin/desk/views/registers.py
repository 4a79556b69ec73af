"""Registers, standing cases, search, and the reader of the regulation."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.cases.queries import visible_cases
from huiyin.common.access import access
from huiyin.common.dates import current_instant
from huiyin.desk import registers as reg
from huiyin.desk.reading import chapters_of
from huiyin.desk.surroundings import actor_of, openings, pack_of_version, packs_in_force, world_now
from huiyin.desk.words import in_words
from huiyin_engine.language.pack import Pack

MOST_FOUND = 50


def _listing(request: HttpRequest, *, standing: bool) -> HttpResponse:
    """The registers there are: every type of every regulation in force."""
    world = world_now()
    packs = packs_in_force(world)
    groups = []
    for pack in packs:
        types = [kind for kind in pack.cases.values() if (kind.stands_for is not None) is standing]
        if types:
            groups.append((pack, in_words(pack.title), [(kind.id, in_words(kind.name)) for kind in types]))
    listed = [(pack.id, kind) for pack, _title, kinds in groups for kind, _name in kinds]
    if len(listed) == 1:
        return redirect("desk:register", *listed[0])
    may_open = openings(world, packs, actor_of(request), current_instant(), standing=True) if standing else []
    context = {
        "groups": groups,
        "standing": standing,
        "may_open": [(o.key, in_words(o.rule.name)) for o in may_open],
    }
    return render(request, "desk/registers.html", context)


@access("inside")
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """The registers of matters."""
    return _listing(request, standing=False)


@access("inside")
@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """The registers of what stands: customers, estates, the company's own duties."""
    return _listing(request, standing=True)


def _pack(world: Any, pack_id: str) -> Pack:
    try:
        pack: Pack = world.packs[pack_id]
    except KeyError:
        raise Http404 from None
    return pack


@access("inside")
@require_safe
def register(request: HttpRequest, pack: str, kind: str) -> HttpResponse:
    """All cases of one type, as the address filters them."""
    world = world_now()
    found_pack = _pack(world, pack)
    if kind not in found_pack.cases:
        raise Http404
    filters = reg.Filters.read(request.GET, found_pack)
    actor = actor_of(request)
    visible = visible_cases(request.user).filter(pack=pack, type=kind)
    page = reg.page_of(reg.matching(visible, filters), filters.sort, request.GET.get("after", ""))
    columns = reg.columns_of(found_pack, kind)
    owners = reg.owners_of(found_pack, world.directory, page.rows)
    holder_rule = next(iter(found_pack.holders.values()), None)
    is_standing = found_pack.cases[kind].stands_for is not None
    context = {
        "pack": found_pack.id,
        "kind": kind,
        "title": in_words(found_pack.cases[kind].name),
        "filters": filters,
        "states": [
            ("open", _("open")),
            ("late", _("late")),
            ("closed", _("closed")),
            ("all", _("all")),
        ],
        "choices": [
            (
                fact.id,
                in_words(fact.name),
                [
                    (value, in_words(label), filters.choices.get(fact.id) == value)
                    for value, label in fact.labels.items()
                ],
            )
            for fact in reg.choice_facts(found_pack)
            if not is_standing and fact in columns
        ],
        "columns": [in_words(fact.name) for fact in columns],
        "holder_name": in_words(holder_rule.name) if holder_rule and not is_standing else "",
        "rows": [(row, reg.cells(found_pack, world.directory, row, columns), owners.get(row.id)) for row in page.rows],
        "next_page": filters.address(after=page.after) if page.after else "",
        "first_page": filters.address() if not page.is_first else "",
        "by_due": filters._replace(sort="due").address(),
        "by_opened": filters._replace(sort="opened").address(),
        "hidden": reg.hidden_from(actor, pack, kind),
        "openings": [
            (o.key, in_words(o.rule.name))
            for o in openings(world, [found_pack], actor, current_instant(), standing=is_standing)
            if o.rule.opens == kind
        ],
        "is_standing": is_standing,
    }
    return render(request, "desk/register.html", context)


@access("inside")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """By number, name, telephone or words of the matter; a whole number leads straight to its case."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    visible = visible_cases(request.user)
    rows = []
    if words:
        exact = visible.filter(number=words.upper()).first()
        if exact is not None:
            return redirect("desk:case", exact.number)
        filters = reg.Filters("all", words, "opened", "", {})
        rows = list(reg.matching(visible, filters).order_by("-opened_at", "id")[: MOST_FOUND + 1])
    shown = []
    for row in rows[:MOST_FOUND]:
        pack = pack_of_version(row.pack, row.version)
        kind = in_words(pack.cases[row.type].name) if pack and row.type in pack.cases else row.type
        shown.append((row, kind))
    context = {"rows": shown, "words": words, "more": len(rows) > MOST_FOUND}
    return render(request, "desk/search.html", context)


@access("inside")
@require_safe
def regulations(request: HttpRequest) -> HttpResponse:
    """The regulations in force."""
    packs = packs_in_force(world_now())
    if len(packs) == 1:
        return redirect("desk:regulation", packs[0].id)
    return render(request, "desk/regulations.html", {"packs": [(pack.id, in_words(pack.title)) for pack in packs]})


@access("inside")
@require_safe
def regulation(request: HttpRequest, pack: str) -> HttpResponse:
    """The reader: clause by clause what it says and what the system does for it; the cases that live under it."""
    found = _pack(world_now(), pack)
    words = request.GET.get("q", "").strip().lower()
    chapters = chapters_of(found, words)
    alive = visible_cases(request.user).filter(pack=pack, version=found.version, closed_at=None)[:1000].count()
    context = {
        "pack": found.id,
        "title": in_words(found.title),
        "version": found.version,
        "chapters": chapters,
        "alive": alive,
        "words": words,
        "registers": [(reverse("desk:register", args=[pack, k.id]), in_words(k.name)) for k in found.cases.values()],
    }
    return render(request, "desk/regulation.html", context)

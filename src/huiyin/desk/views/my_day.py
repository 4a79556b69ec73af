"""My day, the first page of everybody inside; and the duties the calendar opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from huiyin.cases.models import CasePerson
from huiyin.common.access import access
from huiyin.common.dates import current_instant
from huiyin.desk import day
from huiyin.desk.models import Draft, Note
from huiyin.desk.surroundings import actor_of, packs_in_force, user_of, world_now
from huiyin.desk.views.intake import draft_address
from huiyin.desk.words import in_words
from huiyin_engine import instants
from huiyin_engine.showing import person_name


@access("inside")
@require_safe
def my_day(request: HttpRequest) -> HttpResponse:
    """What I owe, nearest first; what will climb; drafts and questions; the people below."""
    person, at, now = actor_of(request), current_instant(), timezone.now()
    world = world_now(at)
    items, figures, rest = day.agenda(request.user, person, request.GET.get("after", ""))
    below = day.people_below(world, packs_in_force(world), person, at)
    names = {key: in_words(person_name(world.directory, key)) for key in below}
    today = instants.day_of(at)
    why_not = world.calendar.why_not_working(today)
    climbing = day.climbing(request.user, person, below, now)
    context = {
        "today": today,
        "rest_day": in_words(why_not) if why_not else "",
        "items": [item for item in items if not item.is_duty],
        "duties": [item for item in items if item.is_duty],
        "figures": figures,
        "rest": rest,
        "first_page": "after" not in request.GET,
        "climbing": climbing,
        "loads": day.loads_of(world, below, names, now) if below else [],
        "drafts": [(draft, draft_address(draft)) for draft in Draft.objects.filter(owner=user_of(request))[:20]],
        "questions": [
            (note, in_words(person_name(world.directory, note.author)))
            for note in Note.objects.filter(asked=person, answered_at=None)[:20]
        ],
    }
    return render(request, "desk/my_day.html", context)


@access("inside")
@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """The list of a check: everything due today or past, over all cases one may see, with the duty to tick it off."""
    person, at, now = actor_of(request), current_instant(), timezone.now()
    world = world_now(at)
    items, _figures, _rest = day.agenda(request.user, person)
    due = day.due_by(request.user, day.end_of(now))
    names = {key for one in due for key in one.bearers}
    context = {
        "today": instants.day_of(at),
        "duties": [item for item in items if item.is_duty],
        "due": [(one, [in_words(person_name(world.directory, key)) for key in one.bearers]) for one in due],
        "people": len(names),
        "most": day.MOST_DUE,
        "hidden": CasePerson.objects.filter(
            person=person, relation=CasePerson.Relation.CONCERNED, open=True, case__due__lte=day.end_of(now)
        ).count(),
    }
    return render(request, "desk/duties.html", context)

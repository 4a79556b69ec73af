"""The case: story, forms, files, linked cases, why a date, notes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.cases.queries import visible_cases
from huiyin.common.access import access
from huiyin.common.errors import Explanation, Unprocessable
from huiyin.desk import case_page
from huiyin.desk.fields import people_choices
from huiyin.desk.models import Note
from huiyin.desk.surroundings import OpenCase, actor_of, open_case
from huiyin.desk.views.intake import KEYS
from huiyin.desk.words import in_words, listed
from huiyin.documents import downloads, queries
from huiyin.documents.contents import ACCEPT
from huiyin.documents.models import CaseFile
from huiyin.documents.operations import attach, check_files, written
from huiyin.organisation.queries import names_of
from huiyin_engine.showing import person_name
from huiyin_engine.why import why_due

STORY_LENGTH = 60
"""Steps of the story shown at once."""
LONGEST_NOTE = 5_000


def frame_of(request: HttpRequest, case: OpenCase, tab: str) -> dict[str, Any]:
    """What every tab of a case shows: head, what is owed, holders, doors."""
    may = case_page.may_now(case)
    may_do, may_not = case_page.doors(case, may)
    owed = case_page.owed_on(case, may)
    return {
        "case": case.row,
        "opened": case,
        "tab": tab,
        "type_name": in_words(case.pack.cases[case.state.type].name),
        "labels": case_page.labels_of(case),
        "owed": owed,
        "next": next((o for o in owed if o.obligation.due is not None), None),
        "holders": case_page.holders_of(case),
        "may_do": may_do,
        "may_not": may_not,
        "shared_acts": any(not door.is_main for door in may_do),
        "back": _list_before(request),
    }


def _list_before(request: HttpRequest) -> str:
    """The list somebody came from, so that he gets back to its place; nothing if he came from elsewhere."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    inside = came_from.netloc == request.get_host()
    is_list = came_from.path.startswith(("/register/", "/my-day/", "/search/", "/duties/"))
    return f"{came_from.path}?{came_from.query}".rstrip("?") if inside and is_list else ""


@access("inside")
@require_safe
def story(request: HttpRequest, number: str) -> HttpResponse:
    """The first tab; with `seq` only the fragment that refreshes itself, or 204 while nothing has happened."""
    case = open_case(request, number)
    if request.GET.get("seq") == str(case.row.seq):
        return HttpResponse(status=204)
    topic = request.GET.get("topic", "")
    steps = case_page.steps_of(case.pack, case, case.history())
    if topic:
        steps = [step.only(topic) for step in steps if topic in step.topics]
    everything = "all" in request.GET
    notes = list(Note.objects.filter(case_id=case.row.id)[:50])
    context = {
        **frame_of(request, case, "story"),
        "steps": steps if everything else steps[:STORY_LENGTH],
        "more": 0 if everything else max(0, len(steps) - STORY_LENGTH),
        "topics": list(case_page.TOPICS.items()),
        "topic": topic,
        "facts": case_page.facts_of(case),
        "notes": _with_names(case, notes),
        "note_form": NoteForm(case=case),
    }
    template = "desk/case.html#live" if "seq" in request.GET else "desk/case.html"
    return render(request, template, context)


def _with_names(case: OpenCase, notes: list[Note]) -> list[dict[str, Any]]:
    directory = case.directory
    return [
        {
            "note": note,
            "author": in_words(person_name(directory, note.author)),
            "asked": in_words(person_name(directory, note.asked)) if note.asked else "",
            "to_me": note.asked == case.actor and note.answered_at is None,
        }
        for note in notes
    ]


@access("inside")
@require_safe
def sheets(request: HttpRequest, number: str) -> HttpResponse:
    """The official forms, filled in, as they print."""
    case = open_case(request, number)
    context = {**frame_of(request, case, "forms"), "sheets": case_page.sheets_of(case)}
    return render(request, "desk/case_forms.html", context)


@access("inside")
def files(request: HttpRequest, number: str) -> HttpResponse:
    """The files of a case; a POST adds some."""
    case = open_case(request, number)
    if request.method == "POST":
        given = request.FILES.getlist("files")
        if not given:
            raise Unprocessable(
                Explanation(
                    title=_("No file was chosen"), reason=_("There is nothing to add."), ways_out=(_("Choose a file."),)
                )
            )
        check_files(given, already=queries.files_of(case.row.id).count())
        with written(given) as taken, transaction.atomic():
            attach(case.row.id, taken, case.actor)
        messages.success(request, _("Added: %(names)s") % {"names": listed(one.name for one in taken)})
        return redirect("desk:files", case.row.number)
    found = list(queries.files_of(case.row.id))
    names = names_of(file.added_by for file in found)
    context = {
        **frame_of(request, case, "files"),
        "files": [(file, names.get(file.added_by, _("from outside"))) for file in found],
        "accept": ACCEPT,
    }
    return render(request, "desk/case_files.html", context)


@access("inside")
@require_safe
def download(request: HttpRequest, number: str, file: str) -> HttpResponse:
    """One file, to be saved."""
    case = open_case(request, number)
    try:
        found = CaseFile.objects.get(pk=file, case_id=case.row.id)
    except (CaseFile.DoesNotExist, ValueError):
        raise Http404 from None
    return downloads.download(found)  # type: ignore[return-value]


@access("inside")
@require_safe
def links(request: HttpRequest, number: str) -> HttpResponse:
    """The linked cases, and others of the same object."""
    case = open_case(request, number)
    visible = visible_cases(request.user)
    found, hidden = case_page.linked_to(case, visible)
    context = {**frame_of(request, case, "links"), "linked": found, "hidden": hidden}
    return render(request, "desk/case_links.html", context)


@access("inside")
@require_safe
def why(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Why an obligation is due when it is."""
    case = open_case(request, number)
    if key not in case.state.obligations:
        raise Http404
    explanation = why_due(case.world, case.state, key, case.history())
    weeks: list[list[Any]] = []
    for day in explanation.days:
        if not weeks or (day.day + 3) % 7 == 0:
            weeks.append([])
        weeks[-1].append(day)
    context = {
        "case": case.row,
        "why": explanation,
        "obligation": case.state.obligations[key],
        "bearers": [in_words(person_name(case.directory, p)) for p in case.state.obligations[key].bearers],
        "pad": range((explanation.days[0].day + 3) % 7) if explanation.days else (),
        "title": in_words(case.pack.title),
        "rules": explanation.owe.source.rules if explanation.owe else (),
    }
    return render(request, "desk/why.html", context)


class NoteForm(forms.Form):
    """A note, or a question to a colleague."""

    text = forms.CharField(max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2, "class": "grows"}))
    asked = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, case: OpenCase) -> None:
        super().__init__(data, auto_id="note-%s")
        choices, _search = people_choices(case.pack, case.directory, case.at)
        self.fields["text"].label = _("Note or question (no act; nothing follows from it)")
        self.fields["asked"].label = _("Question to")
        allowed = [c for c in choices if c[0] not in case.state.concerned and c[0] != case.actor]
        self.fields["asked"].choices = [("", _("nobody, only a note")), *allowed]  # type: ignore[attr-defined]


@access("inside")
@require_POST
def write_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note, or answer one that asks."""
    case = open_case(request, number)
    if answered := request.POST.get("answers"):
        answer = request.POST.get("answer", "").replace("\x00", "").strip()[:LONGEST_NOTE]
        note = get_object_or_404(Note, pk=int(answered) if KEYS.fullmatch(answered) else 0, case_id=case.row.id)
        if note.asked == case.actor and note.answered_at is None and answer:
            note.answer, note.answered_at = answer, timezone.now()
            note.save(update_fields=["answer", "answered_at"])
            messages.success(request, _("Answered."))
        return redirect("desk:case", case.row.number)
    form = NoteForm(request.POST, case=case)
    if not form.is_valid():
        raise Unprocessable(
            Explanation(
                title=_("The note was not kept"),
                reason=_("It is empty, too long, or asks somebody who may not see the case."),
                ways_out=(_("Go back; what you typed is still there."),),
            )
        )
    Note.objects.create(
        case_id=case.row.id,
        number=case.row.number,
        author=actor_of(request),
        text=form.cleaned_data["text"],
        asked=form.cleaned_data["asked"],
    )
    messages.success(request, _("Noted."), extra_tags=f"note-{case.row.number}")
    return redirect("desk:case", case.row.number)

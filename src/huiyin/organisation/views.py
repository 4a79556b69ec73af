"""The administrators' pages about the organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.common.access import access
from huiyin.organisation import operations, queries
from huiyin.organisation.forms import (
    AbsenceForm,
    AppointForm,
    LeaveForm,
    ParameterForm,
    PersonForm,
    UnitForm,
    appointments_of,
)
from huiyin.organisation.models import Absence, Appointment, Person, Unit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Show the errors of an operation at the fields they name, if the form has them, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _form_page(request: HttpRequest, form: forms.BaseForm, title: str, back: str, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(
        request, "organisation/form.html", {"form": form, "title": title, "back": back, **context}, status=status
    )


@access("administrator")
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units."""
    return render(request, "organisation/units.html", {"units": queries.units()})


@access("administrator")
@get_or_post
def enter_unit(request: HttpRequest) -> HttpResponse:
    """Enter a unit."""
    form = UnitForm(request.POST or None, initial={"parent": request.GET.get("parent", "")})
    if form.is_valid():
        data = form.cleaned_data
        try:
            operations.enter_unit(
                code=data["code"],
                name=data["name"],
                name_en=data["name_en"],
                kind=data["kind"],
                parent=data["parent"],
            )
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("%(name)s is entered.") % {"name": data["name"]}, extra_tags="unit")
            return redirect("organisation:units")
    return _form_page(request, form, _("Enter a unit"), "organisation:units", keep="unit")


@access("administrator")
@get_or_post
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change, move or close a unit."""
    found = get_object_or_404(Unit, pk=pk)
    title = found.display_name
    form = UnitForm(request.POST or None, instance=found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            operations.change_unit(
                found,
                name=data["name"],
                name_en=data["name_en"],
                kind=data["kind"],
                closed_on=data["closed_on"],
                parent=data["parent"],
            )
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("organisation:units")
    return _form_page(request, form, title, "organisation:units")


@access("administrator")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people, searched by name, pinyin, key, telephone or mail."""
    words = request.GET.get("q", "").replace("\x00", "")[:80]
    former = request.GET.get("former") == "1"
    found = queries.people(words, with_former=former).prefetch_related("appointments__unit").select_related("user")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "organisation/people.html", {"page": page, "words": words, "former": former})


@access("administrator")
@get_or_post
def enter_person(request: HttpRequest) -> HttpResponse:
    """Enter a person."""
    form = PersonForm(request.POST or None)
    if form.is_valid():
        try:
            person = operations.enter_person(**form.cleaned_data)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("%(name)s is entered.") % {"name": person}, extra_tags="person")
            return redirect("organisation:person", person.pk)
    return _form_page(request, form, _("Enter a person"), "organisation:people", keep="person")


@access("administrator")
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person: posts, absences, account."""
    found = get_object_or_404(Person.objects.select_related("user"), pk=pk)
    context = {
        "person": found,
        "appointments": appointments_of(found),
        "absences": found.absences.select_related("stand_in"),
        "now": timezone.now(),
        "here": found.is_active_on(timezone.localdate()),
    }
    return render(request, "organisation/person.html", context)


@access("administrator")
@get_or_post
def change_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is entered about a person."""
    found = get_object_or_404(Person, pk=pk)
    title = found.display_name
    form = PersonForm(request.POST or None, instance=found)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("organisation:person", pk)
    return _form_page(request, form, title, "organisation:people")


@access("administrator")
@get_or_post
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A person leaves the organisation."""
    found = get_object_or_404(Person, pk=pk)
    form = LeaveForm(request.POST or None)
    if form.is_valid():
        try:
            operations.leave(found, last_day=form.cleaned_data["last_day"])
        except ValidationError as error:
            form.add_error("last_day", error.messages)
        else:
            messages.success(request, _("Entered. The person's posts end with that day."))
            return redirect("organisation:person", pk)
    title = _("%(name)s leaves") % {"name": found}
    hint = _("The person's posts end with the last day. Open cases are handed on as the regulation says.")
    return _form_page(request, form, title, "organisation:people", hint=hint)


@access("administrator")
@get_or_post
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint a person to a post."""
    found = get_object_or_404(Person, pk=pk)
    initial = {"post": request.GET.get("post", ""), "unit": request.GET.get("unit", "")}
    form = AppointForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            operations.appoint(found, **form.cleaned_data)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("%(name)s is appointed.") % {"name": found})
            return redirect("organisation:person", pk)
    return _form_page(request, form, _("Appoint %(name)s") % {"name": found}, "organisation:people")


@access("administrator")
@require_POST
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment now."""
    found = get_object_or_404(Appointment.objects.select_related("person"), pk=pk)
    operations.end_appointment(found)
    messages.success(request, _("The appointment has ended."))
    return redirect("organisation:person", found.person_id)


@access("administrator")
@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away now or later; with `past=1` also who was."""
    now = timezone.now()
    found = Absence.objects.select_related("person", "stand_in")
    past = request.GET.get("past") == "1"
    shown = [a for a in found if past or a.until is None or a.until > now]
    return render(request, "organisation/absences.html", {"absences": shown, "past": past, "now": now})


@access("administrator")
@get_or_post
def enter_absence(request: HttpRequest) -> HttpResponse:
    """Enter an absence."""
    form = AbsenceForm(request.POST or None, initial={"person": request.GET.get("person", "")})
    if form.is_valid():
        try:
            operations.enter_absence(**form.cleaned_data)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("The absence is entered."), extra_tags="absence")
            return redirect("organisation:absences")
    return _form_page(request, form, _("Enter an absence"), "organisation:absences", keep="absence")


@access("administrator")
@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """The person is back."""
    operations.end_absence(get_object_or_404(Absence, pk=pk))
    messages.success(request, _("The person is back."))
    return redirect("organisation:absences")


@access("administrator")
@require_safe
def adoption(request: HttpRequest) -> HttpResponse:
    """The packs at hand, those adopted first, and how much each still lacks."""
    return render(request, "organisation/adoption.html", {"states": queries.adoption_states()})


def _state_or_404(pack: str) -> queries.AdoptionState:
    for state in queries.adoption_states():
        if state.needs.pack == pack:
            return state
    raise Http404


@access("administrator")
@get_or_post
def adopted_pack(request: HttpRequest, pack: str) -> HttpResponse:
    """One pack: its posts and parameters, unfilled first; a POST adopts the version at hand."""
    state = _state_or_404(pack)
    if request.method == "POST":
        try:
            operations.adopt(pack, state.needs.version)
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
        else:
            messages.success(request, _("The regulation is adopted from now on."))
        return redirect("organisation:adopted_pack", pack)
    people_at_hand = queries.people()
    return render(request, "organisation/adopted_pack.html", {"state": state, "people": people_at_hand})


def _is_key(text: str) -> bool:
    """Whether a text may be the key of a row: so many digits a database holds."""
    return text.isdecimal() and len(text) <= 18


@access("administrator")
@require_POST
def fill_post(request: HttpRequest, pack: str) -> HttpResponse:
    """Appoint somebody to a post of the pack from its page."""
    state = _state_or_404(pack)
    post, unit_pk = request.POST.get("post", ""), request.POST.get("unit", "")
    if post not in {need.key for need in state.needs.posts}:
        raise Http404
    person_pk = request.POST.get("person", "")
    if not _is_key(person_pk):
        messages.error(request, _("Choose a person first."))
        return redirect("organisation:adopted_pack", pack)
    found = get_object_or_404(Person, pk=int(person_pk))
    unit_found = get_object_or_404(Unit, pk=int(unit_pk)) if _is_key(unit_pk) else None
    try:
        operations.appoint(found, post=post, unit=unit_found)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, _("%(name)s is appointed.") % {"name": found})
    return redirect("organisation:adopted_pack", pack)


@access("administrator")
@require_POST
def confirm_parameter(request: HttpRequest, pack: str) -> HttpResponse:
    """Confirm the value of a parameter of the pack."""
    state = _state_or_404(pack)
    defaults = {need.name: need.default for need in state.needs.parameters}
    form = ParameterForm(request.POST, default=defaults.get(request.POST.get("name", "")))
    if not form.is_valid():
        for errors in form.errors.values():
            for message in errors:
                messages.error(request, str(message))
    elif form.cleaned_data["name"] not in defaults:
        raise Http404
    elif request.user.is_authenticated:
        operations.confirm_parameter(pack, form.cleaned_data["name"], form.cleaned_data["value"], by=request.user)
        messages.success(request, _("The value is confirmed."))
    return redirect("organisation:adopted_pack", pack)

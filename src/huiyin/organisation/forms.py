"""Forms about the organisation."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huiyin.common import dates
from huiyin.common.forms import DateInput, MomentInput
from huiyin.organisation.models import KEY, Absence, Appointment, Person, Unit
from huiyin.organisation.posts import post_choices


class UnitChoice(forms.ModelChoiceField):
    """Choose a unit from the tree, indented by its depth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Unit.objects.order_by("path"), **kwargs)

    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.indent}{obj.display_name}"


class UnitForm(forms.ModelForm):
    """A unit and its place in the tree."""

    parent = UnitChoice(label=_("Stands under"), required=False, empty_label=_("(top)"))

    class Meta:
        model = Unit
        fields = ("code", "name", "name_en", "kind", "closed_on")
        widgets = {"closed_on": DateInput}  # noqa: RUF012 - Django's own attribute
        help_texts = {"code": _("Stays for ever: events and imports name the unit by it.")}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.fields["parent"].initial = Unit.objects.get_parent(self.instance)
        else:
            del self.fields["closed_on"]


class PersonForm(forms.ModelForm):
    """A person."""

    class Meta:
        model = Person
        fields = ("name", "name_en", "key", "phone", "email", "active_from", "place")
        widgets = {"active_from": DateInput}  # noqa: RUF012 - Django's own attribute
        help_texts = {  # noqa: RUF012
            "key": _("Stays for ever: events name the person by it. A staff number is good, a name is not."),
            "place": _("Small numbers first. Among equals, the regulation takes the first in the directory."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["key"].disabled = True


class LeaveForm(forms.Form):
    """The last day of a person."""

    last_day = forms.DateField(label=_("Last day with us"), widget=DateInput, initial=timezone.localdate)


def present_people() -> Any:
    """Those who are with the organisation today or later."""
    return Person.objects.filter(Q(active_to=None) | Q(active_to__gte=timezone.localdate())).order_by("place", "key")


class AppointForm(forms.Form):
    """Which post, where, from which day to which."""

    post = forms.CharField(label=_("Post"), max_length=80, validators=[KEY])
    unit = UnitChoice(
        label=_("Unit"),
        required=False,
        empty_label=_("(the whole organisation)"),
        help_text=_("Who supervises several units is appointed once for each."),
    )
    since = forms.DateField(label=_("From"), widget=DateInput, initial=timezone.localdate)
    until = forms.DateField(label=_("Last day"), widget=DateInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices := post_choices():
            self.fields["post"] = forms.ChoiceField(label=_("Post"), choices=choices)

    def clean_since(self) -> datetime:
        """The beginning of the day; today begins now for what is decided from here on."""
        day: date = self.cleaned_data["since"]
        return dates.start_of_day(day)

    def clean_until(self) -> datetime | None:
        """The end of the last day."""
        day: date | None = self.cleaned_data["until"]
        return dates.start_of_day(day + timedelta(days=1)) if day else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("The last day lies before the first."))
        return cleaned


class AbsenceForm(forms.ModelForm):
    """Who is away, from when to when, and who stands in."""

    class Meta:
        model = Absence
        fields = ("person", "since", "until", "stand_in", "remark")
        widgets = {"since": MomentInput, "until": MomentInput}  # noqa: RUF012 - Django's own attribute
        help_texts = {  # noqa: RUF012
            "until": _("Empty: until further notice."),
            "stand_in": _("Empty: the regulation decides who takes over."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("person", "stand_in"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = present_people()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("The end lies before the beginning."))
        if cleaned.get("stand_in") and cleaned.get("stand_in") == cleaned.get("person"):
            self.add_error("stand_in", _("Nobody stands in for himself."))
        return cleaned

    def _post_clean(self) -> None:
        """The operation checks and saves; the form only reads."""


LARGEST_NUMBER = 10**15


class ParameterForm(forms.Form):
    """The value of one parameter, of the kind its default is: number, yes or no, text; without a default, any JSON."""

    name = forms.CharField(widget=forms.HiddenInput, max_length=80)
    value = forms.CharField(label=_("Value"), max_length=2000)

    def __init__(self, *args: Any, default: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default = default

    def clean_value(self) -> Any:
        text: str = self.cleaned_data["value"].strip()
        try:
            value = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            value = text
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
            raise forms.ValidationError(_("The number is out of range."), code="range")
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise forms.ValidationError(_("Write true or false."), code="kind")
        elif isinstance(self.default, int | float) or _is_numeral(self.default):
            if not is_number:
                raise forms.ValidationError(_("A number is wanted here, with digits only."), code="kind")
        elif isinstance(self.default, str):
            return text
        return value


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _is_numeral(default: Any) -> bool:
    """Whether a default is a decimal, written out."""
    try:
        return isinstance(default, str) and Decimal(default).is_finite()
    except InvalidOperation:
        return False


def appointments_of(person: Person) -> list[Appointment]:
    """Every appointment of a person, the present ones first, for the page of the person."""
    now = timezone.now()
    found = list(person.appointments.select_related("unit").order_by("-since"))
    return sorted(found, key=lambda a: a.until is not None and a.until <= now)

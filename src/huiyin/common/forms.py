"""Forms that render themselves the same everywhere: label, required mark, help, error, in this order."""

from __future__ import annotations

from django import forms
from django.forms.renderers import TemplatesSetting

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, ""),
    (forms.RadioSelect, ""),
    (forms.Select, "form-select"),
    (forms.HiddenInput, ""),
)


class FormRenderer(TemplatesSetting):
    """Takes the templates of this app for whole forms and fields."""

    form_template_name = "common/forms/form.html"
    field_template_name = "common/forms/field.html"


def control_class(widget: forms.Widget) -> str:
    """The style class of a form control."""
    return next((css for kind, css in _CLASSES if isinstance(widget, kind)), "form-control")


class DateInput(forms.DateInput):
    """The browser's own date picker: ISO in the page, the reader's own way on the screen."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker, in civil time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")

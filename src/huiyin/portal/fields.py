"""A fact of a regulation as a form field for somebody outside, and what he typed as the engine's value."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from huiyin.common.dates import CIVIL, instant_of
from huiyin.common.forms import DateInput, MomentInput
from huiyin.documents.contents import ACCEPT
from huiyin.portal.public_words import ABOUT, FILES, MAIL, PERSON, PHONE, PLACE
from huiyin_engine.language.pack import Fact
from huiyin_engine.texts import Text

LONGEST_LINE, LONGEST_TEXT = 200, 20_000
LINES = frozenset((PERSON, PHONE, MAIL))
SAID_TO_YOU = {
    PERSON: _("Your name"),
    PHONE: _("Your telephone"),
    MAIL: _("Your e-mail"),
    PLACE: _("Where did it happen?"),
    ABOUT: _("Whom or what is it about, if you know?"),
    FILES: _("Photos, recordings, papers"),
}
"""What the regulation calls «customer» is «your name» on a page for him."""
AUTOCOMPLETE = {PERSON: "name", PHONE: "tel", MAIL: "email"}


def in_words(text: Text) -> str:
    """A text of the regulation for the present reader."""
    return text.in_language(get_language() or "zh")


class FilesInput(forms.ClearableFileInput):
    """Several files at once; a phone offers its camera."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Cleans to a list of uploaded files. What may be kept is checked where they are kept."""

    widget = FilesInput
    default_validators = ()  # type: ignore[assignment]

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files, empty ones too: those are refused by name."""
        given = [f for f in (data if isinstance(data, list | tuple) else [data]) if isinstance(f, UploadedFile)]
        if self.required and not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return given


def field_for(fact: Fact, required: bool, *, large: bool = False) -> forms.Field:
    """The field of a fact. `large` is the text of the matter itself."""
    common: dict[str, Any] = {"label": SAID_TO_YOU.get(fact.id) or in_words(fact.name), "required": required}
    match fact.type.type:
        case "file":
            return FilesField(**common, widget=FilesInput(attrs={"accept": ACCEPT}))
        case "yes/no":
            choices = [("", _("not said")), ("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(**common, choices=choices, widget=forms.Select)
        case "choice":
            labels = [(value, in_words(fact.labels[value])) for value in fact.type.values]
            if required:
                return forms.ChoiceField(**common, choices=labels, widget=forms.RadioSelect)
            return forms.ChoiceField(**common, choices=[("", _("not said")), *labels])
        case "money":
            return forms.DecimalField(**common, max_digits=15, decimal_places=2, min_value=Decimal(0))
        case "number" | "share":
            return forms.DecimalField(**common, max_digits=15, decimal_places=6)
        case "instant":
            return forms.DateTimeField(**common, widget=MomentInput)
        case "date" | "month":
            return forms.DateField(**common, widget=DateInput)
    if fact.id == MAIL:
        return forms.EmailField(**common, max_length=LONGEST_LINE, widget=forms.EmailInput(attrs=_completed(fact.id)))
    if fact.id in LINES:
        kind = forms.TextInput(attrs={**_completed(fact.id), **({"inputmode": "tel"} if fact.id == PHONE else {})})
        return forms.CharField(**common, max_length=LONGEST_LINE, widget=kind)
    rows = 7 if large else 2
    return forms.CharField(**common, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows}))


def _completed(fact: str) -> dict[str, str]:
    return {"autocomplete": AUTOCOMPLETE[fact]}


def value_of(fact: Fact, cleaned: Any) -> Any:
    """The engine's value of what was typed; None for nothing. Files become their marks elsewhere."""
    if cleaned in (None, "", []) or fact.id == FILES:
        return None
    value: Any = cleaned
    match fact.type.type:
        case "yes/no":
            value = cleaned == "yes"
        case "number" | "share":
            value = int(cleaned) if cleaned == cleaned.to_integral_value() else cleaned
        case "instant":
            value = instant_of(cleaned)
        case "date" | "month":
            value = instant_of(datetime.combine(cleaned, time(), tzinfo=CIVIL))
        case _ if isinstance(cleaned, str):
            value = cleaned.replace("\r\n", "\n").strip()
    return (value,) if fact.type.several else value

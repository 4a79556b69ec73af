"""The form a complainant fills in: built from the act by which a case arrives, or from any act open to him."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from huiyin.organisation.models import Unit
from huiyin.portal.fields import FilesField, field_for, value_of
from huiyin.portal.models import QrPlace
from huiyin.portal.public_words import FILES, LINES_OF_CONTACT, asked
from huiyin_engine.language.pack import ActRule, Pack

TOKEN_SALT = "huiyin.portal.form"  # noqa: S105 - names what is signed
TOKEN_HOURS = 24
TRAP = "homepage"


def new_token(purpose: str) -> str:
    """A signed token for one form: what it is for, a nonce by which it is known again, and when it was made."""
    return signing.dumps([purpose, get_random_string(22)], salt=TOKEN_SALT)


class PartyForm(forms.Form):
    """
    An act as a form for a party.

    Its token says that this form was shown here, for this purpose, and when; a field that people do not see catches
    programs that fill in everything. Neither ever loses what somebody typed: the form comes back with a sentence.
    """

    token = forms.CharField(widget=forms.HiddenInput, max_length=400)
    homepage = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, pack: Pack, act: ActRule, purpose: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pack, self.act, self.purpose = pack, act, purpose
        self.nonce = ""
        self.facts = {}
        subject = pack.cases[act.opens].subject if act.opens else None
        for fact, required in asked(pack, act):
            self.facts[fact.id] = fact
            self.fields[fact.id] = field_for(fact, required, large=fact.id == subject)
            if fact.id == subject:
                self.fields[fact.id].help_text = _("What happened, when, and what you wish us to do.")
            if isinstance(self.fields[fact.id], FilesField):
                self.fields[fact.id].help_text = _(
                    "Photos, recordings, PDF; at most %(count)d files of %(size)d MB."
                ) % {
                    "count": settings.FILES_AT_ONCE,
                    "size": settings.LARGEST_FILE // 1024 // 1024,
                }
        self.initial.setdefault("token", new_token(purpose))

    def renew_token(self) -> None:
        """Show the form again under a new token, with what was typed."""
        typed = QueryDict(mutable=True)
        if isinstance(self.data, QueryDict):
            typed.update(self.data)  # type: ignore[arg-type]  # the stubs take a QueryDict for no mapping of lists
        typed["token"] = new_token(self.purpose)
        self.data = typed

    def clean_homepage(self) -> str:
        """Only a program fills it in, or a browser that was told to."""
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(_("This field must stay empty. Clear it and send again."), code="trap")
        return ""

    def clean(self) -> dict[str, Any] | None:
        """The token counts last, so that a wrong field is named first."""
        cleaned = super().clean()
        problem = self._token_problem(str(self.data.get("token", "")))
        if problem:
            self.renew_token()
            raise forms.ValidationError(problem, code="token")
        return cleaned

    def _token_problem(self, token: str) -> Any:
        try:
            purpose, nonce = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_HOURS * 3600)
        except signing.SignatureExpired:
            return _("This form has been open for a long time. Nothing is lost: please send it again.")
        except (signing.BadSignature, ValueError, TypeError):
            return _("This form could not be recognised. Nothing is lost: please send it again.")
        if purpose != self.purpose:
            return _("This form could not be recognised. Nothing is lost: please send it again.")
        age = timezone.now().timestamp() - _made_at(token)
        if age < settings.PORTAL_LEAST_SECONDS:
            return _("That was very quick. Please look it over once more and send it again.")
        self.nonce = nonce
        return None

    def inputs(self) -> dict[str, Any]:
        """What the act brings, as the engine's values; files left out."""
        values = {name: value_of(fact, self.cleaned_data.get(name)) for name, fact in self.facts.items()}
        return {name: value for name, value in values.items() if value is not None}

    def attachments(self) -> list[Any]:
        """The files that came along."""
        return list(self.cleaned_data.get(FILES) or [])

    def trap(self) -> BoundField:
        """The field people do not see."""
        return self[TRAP]

    def about_the_matter(self) -> Iterator[BoundField]:
        """Everything but what concerns the complainant himself."""
        return (self[name] for name in self.facts if name not in LINES_OF_CONTACT)

    def contact(self) -> list[BoundField]:
        """Name, telephone, mail."""
        return [self[name] for name in self.facts if name in LINES_OF_CONTACT]


def _made_at(token: str) -> int:
    """When a token of good signature was made: seconds since 1970."""
    return signing.b62_decode(token.split(":")[-2])


class FollowForm(forms.Form):
    """Number and secret."""

    number = forms.CharField(
        label=_("Number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=40,
        help_text=_("12 letters and digits; dashes and small letters do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class PlaceForm(forms.ModelForm):
    """A place with a poster."""

    pack = forms.ChoiceField(label=_("Regulation"))

    class Meta:
        model = QrPlace
        fields = ("label", "label_en", "unit", "pack")

    def __init__(self, packs: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = packs  # type: ignore[attr-defined]
        units = self.fields["unit"]
        units.queryset = Unit.objects.filter(closed_on=None).order_by("path")  # type: ignore[attr-defined]
        units.label_from_instance = lambda unit: f"{unit.indent}{unit.display_name}"  # type: ignore[attr-defined]

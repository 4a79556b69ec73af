"""Facts of a regulation as form fields of the desk, and what was typed as the engine's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from huiyin.desk.surroundings import pinyin_of
from huiyin.desk.words import in_words, listed
from huiyin_engine import instants
from huiyin_engine.directory import Directory
from huiyin_engine.language.compiling import FactType
from huiyin_engine.language.pack import Fact, Pack
from huiyin_engine.texts import Text
from huiyin_engine.typed_instants import NotADate, read_instant

LONGEST_LINE = 200
LONGEST_DATE = 60
LONGEST_NUMBER = 40
MOST_DIGITS = 20
FEW = 6
"""Up to so many choices stand open as buttons."""
DATED = ("instant", "date", "month")
PHONE, CUSTOMER = "phone", "customer"
"""Words of the library that packs share: by them a known customer is found again."""


class InstantField(forms.CharField):
    """A moment typed as people type it. Cleans to an engine instant; None for nothing."""

    default_error_messages = {  # noqa: RUF012 - Django's own shape
        "not_a_date": gettext_lazy("This is no date. Write 12 Mar 18:00 or 2025-03-12 18:00.")
    }

    def __init__(self, *, now: int, bare: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["maxlength"] = LONGEST_DATE
        # Django's checks are of texts; what is typed is read, and bounded, in `to_python`.
        self.validators = []
        self.now, self.bare = now, bare

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            if len(text) > LONGEST_DATE:
                raise NotADate(text)
            return read_instant(text, self.now, bare=self.bare)
        except NotADate:
            raise forms.ValidationError(self.error_messages["not_a_date"], code="not_a_date") from None

    def prepare_value(self, value: Any) -> Any:
        """An instant as it may be typed."""
        return typed_instant(value) if isinstance(value, int) and not isinstance(value, bool) else value


def typed_instant(instant: int) -> str:
    """An instant as somebody would type it in this language: 2025-03-12 18:00."""
    year, month, day = instants.parts(instants.day_of(instant))
    time = instants.format_time(instant % instants.DAY)
    # Translators: how somebody would type a date and time.
    return pgettext("typed date", "{year}-{month}-{day} {time}").format(
        year=year, month=f"{month:02d}", day=f"{day:02d}", time=time
    )


class NumberField(forms.CharField):
    """A number, or an amount with thousands separators and ¥. Cleans to int or Decimal; None for nothing."""

    default_error_messages = {  # noqa: RUF012 - Django's own shape
        "not_a_number": gettext_lazy("This is no number. Write it with digits, for example 1200.50.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["maxlength"] = LONGEST_NUMBER
        self.validators = []

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip().replace(",", "").replace("，", "").lstrip("¥￥").strip()
        if not text:
            return None
        try:
            number = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        # A few characters can write a number of a million digits.
        if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
            raise forms.ValidationError(self.error_messages["not_a_number"], code="not_a_number")
        return int(number) if number == number.to_integral_value() else number


class Picker(forms.Select):
    """A list to choose from; a script adds a filter that also finds by pinyin."""

    def __init__(self, *args: Any, search: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.search = search or {}
        self.attrs["data-picker"] = gettext_lazy("Type to narrow the list")

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        """The option with what it is found by."""
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.search:
            option["attrs"]["data-search"] = self.search[str(value)]
        return option


class ManyPicker(Picker, forms.SelectMultiple):
    """Several of a list."""


def people_choices(pack: Pack, directory: Directory, at: int) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Everybody with post and unit, and what each is found by."""
    choices, search = [], {}
    for person in directory.persons.values():
        posts = [
            in_words(pack.posts[a.post].name) + (f" {in_words(directory.unit_name(a.unit))}" if a.unit else "")
            for a in directory.appointments_of(person.id, at)
            if a.post in pack.posts
        ]
        name = in_words(Text(person.name, person.name_en or person.name))
        choices.append((person.id, f"{name} · {listed(posts)}" if posts else name))
        search[person.id] = pinyin_of(person.name, person.name_en)
    return choices, search


def unit_choices(directory: Directory) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Every unit in the order of the tree, and what each is found by."""
    choices = [(unit, in_words(directory.unit_name(unit))) for unit in directory.units]
    return choices, {unit.id: pinyin_of(unit.name, unit.name_en) for unit in directory.units.values()}


class FieldMaker:
    """Makes the fields of facts for one pack, directory and moment."""

    def __init__(self, pack: Pack, directory: Directory, at: int) -> None:
        self.pack, self.directory, self.at = pack, directory, at

    def field(self, fact: Fact, *, required: bool, large: bool = False, plain: bool = False) -> forms.Field:
        """
        The field of a fact. `large` is the matter itself; `plain` gives texts a single line.
        """
        label = in_words(fact.name)
        common: dict[str, Any] = {"label": label, "required": required}
        match fact.type.type:
            case "yes/no" if fact.type.start is False and not required:
                return forms.BooleanField(**common)
            case "yes/no":
                words = [("yes", _("Yes")), ("no", _("No"))]
                return _choice(common, words, required=required)
            case "choice":
                offered = [(value, in_words(fact.labels[value])) for value in fact.type.values]
                return _choice(common, offered, required=required, several=fact.type.several)
            case "person":
                return _pick(common, *people_choices(self.pack, self.directory, self.at), several=fact.type.several)
            case "unit":
                return _pick(common, *unit_choices(self.directory), several=fact.type.several)
            case "post":
                posts = [(post.id, in_words(post.name)) for post in self.pack.posts.values()]
                return _pick(common, posts, {}, several=fact.type.several)
            case "money" | "number" | "share":
                return NumberField(**common, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
            case "instant" | "date" | "month":
                return self._dated(fact, common)
        return _text(fact, common, large=large, plain=plain)

    def _dated(self, fact: Fact, common: dict[str, Any]) -> forms.Field:
        bare = fact.ends if fact.ends and fact.ends[0].isdigit() else ("18:00" if fact.future else "00:00")
        help_text = _("For example 12 Mar 18:00 or 2025-03-12; a bare date means %(time)s.") % {"time": bare}
        return InstantField(
            **common,
            now=self.at,
            bare=bare,
            help_text=help_text,
            widget=forms.TextInput(attrs={"autocomplete": "off", "class": "typed-date"}),
        )


def _choice(
    common: dict[str, Any], offered: list[tuple[str, Any]], *, required: bool, several: bool = False
) -> forms.Field:
    if several:
        return forms.MultipleChoiceField(**common, choices=offered, widget=forms.CheckboxSelectMultiple)
    if len(offered) <= FEW:
        shown = offered if required else [("", _("not said")), *offered]
        return forms.ChoiceField(**common, choices=shown, widget=forms.RadioSelect(attrs={"class": "segments"}))
    return forms.ChoiceField(**common, choices=[("", "—"), *offered])


def _pick(
    common: dict[str, Any], choices: list[tuple[str, str]], search: dict[str, str], *, several: bool
) -> forms.Field:
    if several:
        widget = ManyPicker(search=search, attrs={"size": min(6, max(3, len(choices)))})
        return forms.MultipleChoiceField(**common, choices=choices, widget=widget)
    return forms.ChoiceField(**common, choices=[("", "—"), *choices], widget=Picker(search=search))


def _text(fact: Fact, common: dict[str, Any], *, large: bool, plain: bool) -> forms.Field:
    if fact.id == PHONE:
        widget: forms.Widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
        return forms.CharField(**common, max_length=LONGEST_LINE, widget=widget)
    if plain and not large:
        return forms.CharField(**common, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    rows, css = (5, "grows grows-large") if large else (3, "grows grows-some") if common["required"] else (1, "grows")
    return forms.CharField(**common, widget=forms.Textarea(attrs={"rows": rows, "class": css}))


def value_of(kind: FactType, cleaned: Any) -> Any:
    """The engine's value of a cleaned field; None for nothing."""
    if cleaned is None or cleaned in ("", []):
        return None
    if kind.type == "yes/no":
        if isinstance(cleaned, bool):
            return True if cleaned else None
        return cleaned == "yes"
    if kind.several:
        return tuple(cleaned) if isinstance(cleaned, Iterable) and not isinstance(cleaned, str) else (cleaned,)
    return cleaned.replace("\r\n", "\n") if isinstance(cleaned, str) else cleaned


def shown_value(kind: FactType, value: Any) -> Any:
    """The opposite: a value of a case as the initial value of its field."""
    if value is None:
        return None
    if kind.type == "yes/no":
        return value if kind.start is False else ("yes" if value else "no")
    if kind.several:
        return list(value) if isinstance(value, tuple) else [value]
    return value

"""The form of any act of any regulation, built from what the pack says the act takes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from huiyin.desk.fields import FieldMaker, InstantField, Picker, shown_value, value_of
from huiyin.desk.words import in_words
from huiyin_engine import instants, wording
from huiyin_engine.directory import Directory
from huiyin_engine.explain import why_refused
from huiyin_engine.language import sentences as s
from huiyin_engine.language.pack import ActRule, Fact, Pack
from huiyin_engine.model.outcome import Act, Refusal
from huiyin_engine.model.state import CaseState
from huiyin_engine.prose import in_words as in_sentence
from huiyin_engine.showing import format_value, label_of, owe_name
from huiyin_engine.wording import name_of

ROW, WHEN, WHY_LATE, TOKEN, SEQ, ALSO = "at-row", "at-when", "at-why", "at-token", "at-seq", "at-also"
"""Fields of the form itself; no fact's name holds a hyphen."""
OBLIGATION = "obligation"
"""The input by which acts that stop and restart limits name the limit."""
MOST_ALSO = 200


def plainly_needed(rule: ActRule) -> dict[str, Refusal]:
    """The facts an act wants by a condition that says no more than that they be known, and its refusal."""
    found: dict[str, Refusal] = {}
    for index, need in enumerate(rule.needs):
        node = need.condition.node
        if isinstance(node, s.Known) and node.known and isinstance(node.x, s.Name):
            found[node.x.id] = wording.need_not_met(rule, index, need)
    return found


class ActForm(forms.Form):
    """
    The form of one act on one case, or of one that opens a case (`state` is None).

    After `is_valid`, `act(…)` is the engine's act. `refused(…)` puts a refusal beside the field it names.
    """

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        pack: Pack,
        rule: ActRule,
        directory: Directory,
        at: int,
        state: CaseState | None = None,
        row: str | None = None,
        seq: int = 0,
        also: Iterable[tuple[str, str]] = (),
        initial: Mapping[str, Any] | None = None,
        lenient: bool = False,
    ) -> None:
        super().__init__(data, initial={**self._facts_known(pack, rule, state), **(initial or {})})
        self.pack, self.rule, self.directory, self.at, self.state = pack, rule, directory, at, state
        self.maker = FieldMaker(pack, directory, at)
        self.facts: dict[str, Fact] = {}
        if rule.on is not None:
            self._row_field(row)
        self.needed = plainly_needed(rule)
        for take in rule.takes:
            required = not take.optional or take.fact in self.needed
            self._fact_field(take.fact, required=required and not lenient)
        if rule.does == "correct" and state is not None:
            self._correctable()
        also = list(also)[:MOST_ALSO]
        if rule.also_on and also:
            self.fields[ALSO] = forms.MultipleChoiceField(
                label=_("Done on these too"), choices=also, required=False, widget=forms.CheckboxSelectMultiple
            )
        self._when(at)
        self.fields[TOKEN] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=uuid.uuid4().hex, max_length=64
        )
        self.fields[SEQ] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=seq)

    @staticmethod
    def _facts_known(pack: Pack, rule: ActRule, state: CaseState | None) -> dict[str, Any]:
        """What the case says already; of dates that lie ahead and may be put off, nothing: a new one is wanted."""
        if state is None:
            return {}
        known = {}
        for take in rule.takes:
            fact = pack.facts.get(take.fact)
            if fact is None or fact.table is not None or (fact.future and rule.opens is None):
                continue
            # A text of an earlier act of the same name (a reason) is not the text of this one.
            if fact.type.type == "text" and rule.id in state.acts:
                continue
            if rule.opens is not None or take.optional:
                known[take.fact] = shown_value(fact.type, state.facts.get(take.fact))
        return known

    def _fact_field(self, name: str, *, required: bool) -> None:
        fact = self.pack.rows.get(self.rule.on or "", {}).get(name) or self.pack.facts[name]
        self.facts[name] = fact
        if name == OBLIGATION and self.rule.does in ("suspend", "resume") and self.state is not None:
            owed = [o for o in self.state.obligations.values() if o.owed]
            choices = [(o.key, self._owe_label(o.key, o.due)) for o in owed]
            self.fields[name] = forms.ChoiceField(
                label=in_words(fact.name), choices=[("", "—"), *choices], required=required, widget=Picker
            )
            return
        subject = self.pack.cases[self.rule.opens].subject if self.rule.opens else None
        field = self.maker.field(fact, required=required, large=name == subject, plain=self.rule.opens is not None)
        refusal = self.needed.get(name) or wording.input_missing(self.rule, name, fact.name)
        field.error_messages["required"] = in_words(why_refused(refusal))
        if fact.required_when is not None and not required:
            condition = in_words(in_sentence(self.pack, fact.required_when.node))
            wanted = _("Wanted: %(when)s.") % {"when": condition}
            field.help_text = f"{wanted} {field.help_text}".strip()
        self.fields[name] = field

    def _owe_label(self, key: str, due: int | None) -> str:
        name = in_words(owe_name(self.pack, key))
        return name if due is None else f"{name} · {in_words(instants.show_instant(due))}"

    def _row_field(self, row: str | None) -> None:
        rows = self.state.rows.get(self.rule.on or "", {}) if self.state else {}
        choices = [(key, self.row_label(key, values)) for key, values in rows.items()]
        self.fields[ROW] = forms.ChoiceField(
            label=in_words(name_of(self.pack, self.rule.on or "")),
            choices=choices if len(choices) == 1 else [("", "—"), *choices],
            initial=row,
        )

    def row_label(self, key: str, values: Mapping[str, Any]) -> str:
        """A row by its number and what is known of it."""
        kind = self.pack.rows[self.rule.on or ""]
        shown = [
            in_words(format_value(self.pack, self.directory, kind.get(name), value)) for name, value in values.items()
        ]
        return " · ".join([key, *filter(None, shown)])[:120]

    def _correctable(self) -> None:
        """A correction may set any fact that was entered by hand (CR-35), shown with what it says now."""
        assert self.state is not None  # noqa: S101 - asked before
        for name, value in self.state.facts.items():
            fact = self.pack.facts.get(name)
            if fact is None or fact.table is not None or name in self.fields or value is None:
                continue
            self.facts[name] = fact
            self.fields[name] = self.maker.field(fact, required=False, plain=True)
            self.initial[name] = shown_value(fact.type, value)

    def _when(self, at: int) -> None:
        self.fields[WHEN] = InstantField(
            label=_("Happened at"),
            required=False,
            now=at,
            bare=None,
            help_text=_("Leave empty for now. What happened earlier is dated back, with the reason."),
            widget=forms.TextInput(attrs={"autocomplete": "off", "class": "typed-date"}),
        )
        self.fields[WHY_LATE] = forms.CharField(
            label=_("Why it is recorded only now"), required=False, max_length=500, widget=forms.TextInput
        )

    # --- for the template -------------------------------------------------------------------------------------------

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What the act takes, in the pack's order."""
        own = {WHEN, WHY_LATE, TOKEN, SEQ}
        return [self[name] for name in self.fields if name not in own]

    @property
    def timing_fields(self) -> list[forms.BoundField]:
        """Dating back."""
        return [self[WHEN], self[WHY_LATE]]

    @property
    def is_dated_back(self) -> bool:
        """Whether the fields for dating back must stand open."""
        return bool(self[WHEN].value() or self[WHEN].errors or self[WHY_LATE].errors)

    @property
    def chips(self) -> list[str]:
        """The names of dates still to come, for which times are proposed."""
        return [name for name, fact in self.facts.items() if fact.future and fact.type.type == "instant"]

    # --- what was typed ---------------------------------------------------------------------------------------------

    def inputs(self) -> dict[str, Any]:
        """The values as the engine takes them; of a correction only what is changed."""
        taken = {take.fact for take in self.rule.takes}
        found: dict[str, Any] = {}
        for name, fact in self.facts.items():
            if name not in self.cleaned_data:
                continue
            value = value_of(fact.type, self.cleaned_data[name])
            if name not in taken:
                if fact.type.type == "yes/no" and value is None:
                    value = False
                if self.state is not None and value == self.state.facts.get(name):
                    continue
            if value is not None:
                found[name] = value
        return found

    def act(self, *, case: str, actor: str, now: int) -> Act:
        """The act as it was typed, done now or dated back."""
        cleaned = self.cleaned_data
        at = cleaned.get(WHEN)
        return Act(
            self.rule.id,
            case,
            actor,
            now if at is None else at,
            now,
            self.inputs(),
            row=cleaned.get(ROW) or None,
            pack=self.pack.id,
            type=self.rule.opens if self.state is None else None,
            also=tuple(cleaned.get(ALSO) or ()),
            reason=cleaned.get(WHY_LATE) or None,
        )

    def clean(self) -> dict[str, Any]:
        """A date back wants its reason (CR-11)."""
        cleaned = super().clean() or {}
        if cleaned.get(WHEN) is not None and not cleaned.get(WHY_LATE):
            self.add_error(WHY_LATE, _("What is dated back says why (CR-11)."))
        return cleaned

    def refused(self, refusal: Refusal) -> None:
        """Show a refusal at the field it names, else above the form."""
        field = ROW if refusal.field == "row" else refusal.field
        if refusal.code == "need_not_met":
            field = next((name for name, need in self.needed.items() if need.text == refusal.text), "")
        if refusal.code in ("in_the_future", "dated_before_history"):
            field = WHEN
        self.add_error(field if field in self.fields else None, in_words(why_refused(refusal)))

    def summary(self) -> list[tuple[str, str]]:
        """What was typed, as (label, value)."""
        return [
            (
                in_words(label_of(self.pack, name, self.rule.on)),
                in_words(format_value(self.pack, self.directory, self.facts[name], value)),
            )
            for name, value in self.inputs().items()
        ]


INPUT_CODES = frozenset(
    ("input_missing", "input_wrong", "input_unknown", "in_the_future", "dated_before_history", "row_missing")
)


def status_of(refusal: Refusal, *, opening: bool) -> int:
    """422 for what was typed wrongly (and for whatever keeps a new case from being opened), 409 for what may not be."""
    return 422 if refusal.code in INPUT_CODES or (opening and refusal.code == "need_not_met") else 409

"""A standard as a form: its fields, checks and deadline, read from its text and written back.

Whatever the form does not show stays as it is written; what is wrong is refused by the same reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any  # YAML

import yaml
from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.datastructures import MultiValueDict

from uptake.capabilities.customers.models import NAME
from uptake.capabilities.records.standard import Unit, ValueKind

MOST_FIELDS = 200
Yaml = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

_UNITS = [("", "No deadline"), *((unit.value, unit.value) for unit in Unit)]
_KINDS = [(kind.value, kind.value) for kind in ValueKind]


class FieldForm(forms.Form):
    """One field: whether it is required, what its values are, and why."""

    field = forms.CharField(label="Field", max_length=NAME)
    required = forms.CharField(
        label="Required",
        max_length=500,
        required=False,
        help_text="always, a condition such as stage = Won, or nothing.",
    )
    kind = forms.ChoiceField(label="What it holds", choices=_KINDS, required=False)
    one_of = forms.CharField(
        label="One of, a line each",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    least = forms.CharField(label="At least", max_length=100, required=False)
    most = forms.CharField(label="At most", max_length=100, required=False)
    words = forms.IntegerField(label="Words at least", min_value=1, required=False)
    tolerance = forms.FloatField(
        label="May be missed by, percent", min_value=0, max_value=100, required=False
    )
    why = forms.CharField(label="Why", max_length=2_000, required=False)


class CheckForm(forms.Form):
    """A rule across fields."""

    check = forms.CharField(label="What has to hold", max_length=500)
    when = forms.CharField(label="Only when", max_length=500, required=False)
    says = forms.CharField(
        label="In plain words",
        max_length=200,
        required=False,
        help_text="People read this, such as: it is closed after it was opened.",
    )
    why = forms.CharField(label="Why", max_length=2_000, required=False)


class WholeForm(forms.Form):
    """What holds for the whole standard: who answers, how much may fail, how soon, and why now."""

    owner = forms.CharField(label="Who answers for it", max_length=NAME, required=False)
    tolerance = forms.FloatField(
        label="Unfit records before the owner has to act, percent",
        min_value=0,
        max_value=100,
        required=False,
        help_text="5 where nothing is said.",
    )
    within = forms.FloatField(label="Entered within", min_value=0, required=False)
    unit = forms.ChoiceField(label="Counted in", choices=_UNITS, required=False)
    note = forms.CharField(
        label="Why it is changed",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


Fields = formset_factory(
    FieldForm, extra=0, can_delete=True, max_num=MOST_FIELDS, absolute_max=MOST_FIELDS
)
Checks = formset_factory(
    CheckForm, extra=0, can_delete=True, max_num=MOST_FIELDS, absolute_max=MOST_FIELDS
)
Sent = MultiValueDict[str, str]


class StandardForms:
    """The three parts of the form over the text of a standard, sent or not."""

    def __init__(self, text: str, sent: Sent | None = None) -> None:
        self._document: Yaml = yaml.safe_load(text) or {}
        fields, checks = self._document.get("fields") or [], self._document.get("checks") or []
        self.fields: BaseFormSet[FieldForm] = Fields(
            sent, prefix="fields", initial=[_shown_field(each) for each in fields]
        )
        self.checks: BaseFormSet[CheckForm] = Checks(
            sent, prefix="checks", initial=[_shown_check(each) for each in checks]
        )
        self.whole = WholeForm(sent, initial=_shown_whole(self._document))

    def is_valid(self) -> bool:
        """Say whether every part can be read; what is wrong stands beside it."""
        return all([self.fields.is_valid(), self.checks.is_valid(), self.whole.is_valid()])

    def text(self) -> str:
        """Return the standard as it was typed, as YAML."""
        document = dict(self._document)
        document["fields"] = _written(self.fields, document.get("fields") or [], _field)
        document["checks"] = _written(self.checks, document.get("checks") or [], _check)
        said = self.whole.cleaned_data
        document["owner"] = said["owner"].strip()
        document["tolerance"] = _percent(said["tolerance"])
        document["entry"] = _entry(document.get("entry") or {}, said)
        return yaml.safe_dump(_filled(document), sort_keys=False, allow_unicode=True, width=100)


def one_more(sent: Sent, part: str) -> Sent:
    """Return what was sent with an empty row more in a part: fields or checks."""
    more = sent.copy()
    key = f"{part}-TOTAL_FORMS"
    count = more.get(key) or "0"
    more[key] = str(int(count) + 1 if count.isdigit() else 1)
    return more


def _written(
    rows: BaseFormSet[Any],  # Any: either form
    before: Rows,
    write: Any,  # Any: one of the two below
) -> list[Yaml]:
    found = []
    for place, form in enumerate(rows.forms):
        said = getattr(form, "cleaned_data", {})
        if not said or said.get("DELETE"):
            continue
        known = dict(before[place]) if place < len(before) else {}
        found.append(_filled(write(known, said)))
    return found


def _filled(parts: Yaml) -> Yaml:
    return {key: value for key, value in parts.items() if value not in (None, "", [], {})}


def _field(known: Yaml, said: Mapping[str, Any]) -> Yaml:
    kind = said["kind"] if said["kind"] != ValueKind.TEXT.value else None
    return known | {
        "field": said["field"].strip(),
        "required": said["required"].strip(),
        "is": kind,
        "one_of": [line.strip() for line in said["one_of"].splitlines() if line.strip()],
        "least": said["least"].strip(),
        "most": said["most"].strip(),
        "words": said["words"],
        "tolerance": _percent(said["tolerance"]),
        "why": said["why"].strip(),
    }


def _check(known: Yaml, said: Mapping[str, Any]) -> Yaml:
    return known | {name: said[name].strip() for name in ("check", "when", "says", "why")}


def _entry(known: Yaml, said: Mapping[str, Any]) -> Yaml:
    if said["within"] is None or not said["unit"]:
        return {}
    return known | {"within": f"{said['within']:g} {said['unit']}"}


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:g} %"


def _shown_field(known: Yaml) -> Yaml:
    one_of = known.get("one_of") or []
    return {
        "field": known.get("field"),
        "required": _word(known.get("required")),
        "kind": known.get("is") or ValueKind.TEXT.value,
        "one_of": "\n".join(map(str, one_of if isinstance(one_of, list) else [one_of])),
        "least": known.get("least"),
        "most": known.get("most"),
        "words": known.get("words"),
        "tolerance": _as_percent(known.get("tolerance")),
        "why": known.get("why"),
    }


def _word(required: object) -> str:
    return {True: "always", False: "", None: ""}.get(required, str(required))  # type: ignore[call-overload,no-any-return]  # any word of YAML


def _shown_check(known: Yaml) -> Yaml:
    return {name: known.get(name) for name in ("check", "when", "says", "why")}


def _shown_whole(document: Yaml) -> Yaml:
    within = str((document.get("entry") or {}).get("within") or "").split(" ", 1)
    number, unit = within[0], within[1] if len(within) == 2 else ""
    if unit and not unit.endswith("s"):
        unit += "s"
    return {
        "owner": document.get("owner"),
        "tolerance": _as_percent(document.get("tolerance")),
        "within": number or None,
        "unit": unit,
    }


def _as_percent(value: object) -> float | None:
    """What may fail, in percent, whether it is written as 5 % or as 0.05."""
    text = "" if value is None else str(value).strip()
    try:
        if text.endswith("%"):
            return float(text[:-1])
        return round(float(text) * 100, 6) if text else None
    except ValueError:
        return None

"""The forms of record quality: a standard, an exception."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from uptake.capabilities.customers.models import NAME
from uptake.capabilities.records.actions import ExceptionFacts, StandardFacts
from uptake.capabilities.records.samples import sample_names, sample_standard
from uptake.foundation.models import User
from uptake.ui.forms import LongSelect

FROM_DATA = "data"
LONGEST_TEXT = 1 << 20


def beginnings() -> list[tuple[str, str]]:
    """Return what a standard can begin from."""
    samples = [(name, f"{sample_standard(name).name} (sample)") for name in sample_names()]
    return [(FROM_DATA, "The records themselves: propose one from a file"), *samples]


class NewStandardForm(forms.Form):
    """A standard that is founded: its name, whose records, and what it begins from."""

    name = forms.CharField(
        label="Name", max_length=NAME, help_text="What people call these records, such as Contacts."
    )
    begins = forms.ChoiceField(
        label="Begin from",
        help_text="A sample can be changed before anybody agrees on it.",
    )
    object_type = forms.CharField(
        label="Type of record in events",
        max_length=NAME,
        required=False,
        help_text="If these records arrive as events: their object type, such as opportunity. "
        "Leave it empty to deliver files.",
    )
    account = forms.ChoiceField(label="Whose records", required=False, widget=LongSelect)
    owner_name = forms.CharField(
        label="Who answers for it",
        max_length=NAME,
        required=False,
        help_text="Whoever decides what these records have to hold; yourself if left empty.",
    )

    def __init__(self, *args: object, accounts: Sequence[tuple[str, str]], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["begins"] = forms.ChoiceField(
            label="Begin from", choices=beginnings(), help_text=self.fields["begins"].help_text
        )
        self.fields["account"] = forms.ChoiceField(
            label="Whose records", choices=accounts, required=False, widget=LongSelect
        )

    def facts(self, user: User) -> StandardFacts:
        """Return what was typed."""
        said = self.cleaned_data
        return StandardFacts(
            name=said["name"],
            account=said["account"],
            object_type=said["object_type"].strip(),
            owner=None if said["owner_name"].strip() else user,
            owner_name=said["owner_name"].strip(),
        )


class StandardTextForm(forms.Form):
    """The text of a standard, and why it is changed."""

    text = forms.CharField(
        label="What a record must hold",
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}),
        help_text="YAML. The guide to record quality describes every part of it.",
    )
    note = forms.CharField(
        label="Why it is changed",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExceptionForm(forms.Form):
    """An exception: which field, whose records, until when, why, and who agreed."""

    field = forms.ChoiceField(label="Field")
    group = forms.ChoiceField(label="Whose records", required=False)
    until = forms.DateField(
        label="Until", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label="Why", max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    agreed_by = forms.CharField(label="Who agreed to it", max_length=NAME)

    def __init__(
        self,
        *args: object,
        fields: Sequence[str],
        groups: Sequence[str],
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["field"] = forms.ChoiceField(
            label="Field", choices=[(name, name) for name in fields]
        )
        self.fields["group"] = forms.ChoiceField(
            label="Whose records",
            required=False,
            choices=[("", "Those of every group"), *((name, name) for name in groups)],
        )

    def facts(self) -> ExceptionFacts:
        """Return what was typed."""
        said = self.cleaned_data
        return ExceptionFacts(
            field=said["field"],
            group=said["group"],
            reason=said["reason"],
            until=said["until"],
            agreed_by=said["agreed_by"],
        )

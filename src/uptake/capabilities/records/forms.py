"""The forms of record quality: a standard, an exception, a sample and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from uptake.capabilities.customers.models import NAME
from uptake.capabilities.records.actions import ExceptionFacts, StandardFacts
from uptake.capabilities.records.pulse_mail import SUBJECT, TEXT
from uptake.capabilities.records.pulsing import (
    FEWEST_WEEKS,
    MOST_MINUTES,
    MOST_WEEKS,
    USUAL_WEEKS,
    Answered,
    Asking,
)
from uptake.capabilities.records.rating import (
    FEWEST,
    LARGEST_SEED,
    MOST,
    USUAL,
    Said,
    SampleFacts,
)
from uptake.capabilities.records.samples import sample_names, sample_standard
from uptake.foundation.models import User
from uptake.ui.forms import LongSelect

FROM_DATA = "data"
LONGEST_TEXT = 1 << 20


def beginnings(*, may_bring: bool) -> list[tuple[str, str]]:
    """Return what a standard can begin from; from a file only where one may be brought."""
    samples = [(name, f"{sample_standard(name).name} (sample)") for name in sample_names()]
    if not may_bring:
        return samples
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

    def __init__(
        self,
        *args: object,
        accounts: Sequence[tuple[str, str]],
        may_bring: bool,
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["begins"] = forms.ChoiceField(
            label="Begin from",
            choices=beginnings(may_bring=may_bring),
            help_text=self.fields["begins"].help_text,
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


class DrawForm(forms.Form):
    """A sample to be drawn: how many records, and who rates them."""

    size = forms.IntegerField(
        label="How many records",
        min_value=FEWEST,
        max_value=MOST,
        initial=USUAL,
        help_text="Half of those that are fit by the rules, half of the others, by chance.",
    )
    raters = forms.MultipleChoiceField(
        label="Who rates them",
        widget=forms.CheckboxSelectMultiple,
        help_text="Two people or more who work with these records. They see neither who wrote a "
        "record, nor what the rules or others say of it; records of their own are left out.",
    )
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=LARGEST_SEED,
        required=False,
        help_text="The same seed draws the same records from the same data. Empty: by chance.",
    )

    def __init__(self, *args: object, raters: Sequence[User], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        field = self.fields["raters"]
        choices = [(user.email, f"{user.name or user.email}") for user in raters]
        self.fields["raters"] = forms.MultipleChoiceField(
            label=field.label,
            widget=forms.CheckboxSelectMultiple,
            help_text=field.help_text,
            choices=choices,
        )

    def facts(self) -> SampleFacts:
        """Return what was typed."""
        said = self.cleaned_data
        return SampleFacts(size=said["size"], raters=said["raters"], seed=said["seed"])


class RatingForm(forms.Form):
    """What somebody says of one record."""

    place = forms.IntegerField(widget=forms.HiddenInput)
    fit = forms.ChoiceField(
        label="Is it fit for use?",
        choices=[("yes", "Yes, I could work with it"), ("no", "No, something has to be mended")],
        widget=forms.RadioSelect,
    )
    clarity = forms.TypedChoiceField(
        label="How clear is it?",
        choices=[
            (1, "1 - not at all"),
            (2, "2"),
            (3, "3"),
            (4, "4"),
            (5, "5 - entirely"),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )

    def said(self) -> Said:
        """Return what was chosen."""
        return Said(self.cleaned_data["fit"] == "yes", self.cleaned_data["clarity"])


class PulseForm(forms.Form):
    """The two questions."""

    minutes = forms.IntegerField(
        label="How many minutes did poor records cost you last week?",
        min_value=0,
        max_value=MOST_MINUTES,
        help_text="Looking for what is missing, asking around, mending. 0 is an answer as well.",
    )
    confidence = forms.TypedChoiceField(
        label="How far do you trust these records?",
        choices=[
            (1, "1 - not at all"),
            (2, "2"),
            (3, "3"),
            (4, "4"),
            (5, "5 - entirely"),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )

    def said(self) -> Answered:
        """Return what was typed."""
        return Answered(self.cleaned_data["minutes"], self.cleaned_data["confidence"])


class AskingForm(forms.Form):
    """How often people are asked, and what the mail says."""

    every_weeks = forms.IntegerField(
        label="Ask once in so many weeks",
        min_value=FEWEST_WEEKS,
        max_value=MOST_WEEKS,
        initial=USUAL_WEEKS,
    )
    by_mail = forms.BooleanField(
        label="By mail as well, so that those who do not sign in can answer",
        required=False,
        initial=True,
    )
    subject = forms.CharField(
        label="Subject of the mail", required=False, max_length=150, initial=SUBJECT
    )
    text = forms.CharField(
        label="What it says",
        required=False,
        max_length=2_000,
        initial=TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="{name}, {records} and {until} are filled in. The address to answer at, that no "
        "name is kept, and how to get no more of these stand below it by themselves.",
    )

    def asking(self) -> Asking:
        """Return what was typed."""
        return Asking(**self.cleaned_data)


class EraseAuthorForm(forms.Form):
    """Somebody's name as records have it, twice, so that nobody is erased by a slip."""

    name = forms.CharField(label="Name, exactly as records have it", max_length=NAME, strip=False)
    again = forms.CharField(label="Once more", max_length=NAME, strip=False)

    def clean_again(self) -> str:
        """Refuse a second name that is another one."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("name"):
            raise forms.ValidationError("This is another name; type the same one twice.")
        return again

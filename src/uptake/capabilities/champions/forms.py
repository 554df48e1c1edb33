"""Forms about who carries what is asked."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.timezone import localdate

from uptake.capabilities.champions.championing import Proposal
from uptake.capabilities.champions.models import REASON, Job
from uptake.capabilities.champions.naming import Named
from uptake.capabilities.customers.forms import DayInput, offer


class NameForm(forms.Form):
    """Who gets a job, and since when; which job and population the page says."""

    job = forms.ChoiceField(choices=Job.choices, widget=forms.HiddenInput)
    population = forms.IntegerField(required=False, widget=forms.HiddenInput)
    who = forms.CharField(
        max_length=254, label="Who", help_text="Their mail address, or identifier."
    )
    since = forms.DateField(label="Since", widget=DayInput)

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["since"].initial = localdate()

    def named(self) -> Named:
        """Return what was filled in."""
        told = self.cleaned_data
        return Named(Job(told["job"]), told["who"], told["population"], told["since"])


class AnswerForm(forms.Form):
    """Why somebody says no; what they say yes to needs no reason."""

    reason = forms.CharField(
        max_length=REASON,
        label="Why not",
        help_text="Whoever named you reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: object, must_say_why: bool, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["reason"].required = must_say_why


class ProposalForm(forms.Form):
    """Who shall go ahead in which population, and why."""

    who = forms.CharField(
        max_length=254, label="Who", help_text="Their mail address, or how the software knows them."
    )
    population = forms.ChoiceField(label="In which population")
    why = forms.CharField(
        max_length=REASON,
        label="What others can learn from them",
        help_text="They read it when they are asked.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: object, populations: Sequence[str], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        offer(self, "population", [(name, name) for name in populations])

    def proposal(self) -> Proposal:
        """Return what was filled in."""
        return Proposal(**self.cleaned_data)

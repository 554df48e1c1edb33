"""Forms about who carries what is asked."""

from __future__ import annotations

from django import forms
from django.utils.timezone import localdate

from uptake.capabilities.champions.models import REASON, Job
from uptake.capabilities.champions.naming import Named
from uptake.capabilities.customers.forms import DayInput


class NameForm(forms.Form):
    """Who gets a job, and since when; which job and population the page says."""

    job = forms.ChoiceField(choices=Job.choices, widget=forms.HiddenInput)
    population = forms.IntegerField(required=False, widget=forms.HiddenInput)
    who = forms.CharField(max_length=254, label="Who")
    since = forms.DateField(label="Since", widget=DayInput)

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["since"].initial = localdate()

    def named(self) -> Named:
        """Return what was filled in."""
        told = self.cleaned_data
        return Named(Job(told["job"]), told["who"], told["population"], told["since"])


class DeclineForm(forms.Form):
    """Why somebody says no."""

    reason = forms.CharField(
        max_length=REASON,
        label="Why not",
        help_text="Whoever named you reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

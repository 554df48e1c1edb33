"""Shapes of what is written down about an account."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.timezone import localdate

from uptake.capabilities.customers.actions import HORIZONS, Discovered, PlannedPhase
from uptake.capabilities.customers.differences import HEADS
from uptake.capabilities.customers.forms import DayInput, offer, text
from uptake.capabilities.customers.models import NAME, ChangeKind, PhaseKind, Product

LOGGED = [(kind.value, kind.label) for kind in ChangeKind if kind is not ChangeKind.GO_LIVE]
FEWEST_PHASES = 4
_HELP = {
    "goals": "What they want to reach with it in the years to come.",
    "struggles": "What gets in the way, in their words.",
    "changes": "What changes around them: people, structure, rules, market.",
    "structure": "Which functions decide, answer for adoption, are affected. No names needed.",
    "values_and_rewards": "What is praised, measured and paid for.",
    "processes": "How the work is done now, and what is expected of it.",
}


class NoteForm(forms.Form):
    """A few words about an account, or its use of one product."""

    text = text("Note", "What happened, what was said, what to remember.", required=True)
    day = forms.DateField(label="Day", widget=DayInput, initial=localdate)
    product = forms.ChoiceField(required=False, label="Product")

    def __init__(self, *args: object, products: Sequence[Product], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        _offer_products(self, products)


class ChangeForm(forms.Form):
    """Something dated that bears on adoption."""

    kind = forms.ChoiceField(label="Kind", choices=LOGGED)
    day = forms.DateField(label="Day", widget=DayInput, initial=localdate)
    description = forms.CharField(
        label="What happened", max_length=200, help_text="A few words; they stand on the curve."
    )
    product = forms.ChoiceField(required=False, label="Product")

    def __init__(self, *args: object, products: Sequence[Product], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        _offer_products(self, products)

    def clean_kind(self) -> ChangeKind:
        """A kind of change."""
        return ChangeKind(self.cleaned_data["kind"])


def _offer_products(form: forms.Form, products: Sequence[Product]) -> None:
    """Let one product be chosen, or all; without any there is nothing to choose."""
    if not products:
        del form.fields["product"]
        return
    choices = [(product.external_id, str(product)) for product in products]
    offer(form, "product", [("", "All products"), *choices])


class DiscoveryForm(forms.Form):
    """What was learnt about an account, under six heads; begun with what was known."""

    day = forms.DateField(label="Learnt on", widget=DayInput, initial=localdate)

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        for head, name in HEADS:
            self.fields[head] = text(name, _HELP[head])

    def clean(self) -> dict[str, object]:
        """Something has to be said."""
        told = super().clean() or {}
        if not any(str(told.get(head, "")).strip() for head, _name in HEADS):
            raise forms.ValidationError("Fill in at least one head; the others may stay empty.")
        return told

    def learnt(self) -> Discovered:
        """Return what was filled in."""
        return Discovered(**{head: self.cleaned_data[head].strip() for head, _name in HEADS})


class GoLiveForm(forms.Form):
    """When an account went, or will go, live with a product."""

    product = forms.ChoiceField(label="Product")
    day = forms.DateField(
        label="Go-live",
        widget=DayInput,
        help_text="The first day of real work in it. A second date for the same product corrects "
        "the first.",
    )

    def __init__(self, *args: object, products: Sequence[Product], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        offer(self, "product", [(product.external_id, str(product)) for product in products])


class PhaseForm(forms.Form):
    """One phase of a plan; without a name it is left out."""

    kind = forms.ChoiceField(label="Where it stands", choices=PhaseKind.choices)
    name = forms.CharField(required=False, max_length=NAME, label="Name")
    first = forms.DateField(required=False, label="First day", widget=DayInput)
    last = forms.DateField(required=False, label="Last day", widget=DayInput)

    def clean(self) -> dict[str, object]:
        """A phase with a name begins on a day; one with a day has a name."""
        told = super().clean() or {}
        if told.get("name") and not told.get("first") and "first" not in self.errors:
            self.add_error("first", "Say on which day it begins.")
        if told.get("first") and not told.get("name"):
            self.add_error("name", "Give the phase a name.")
        return told

    def planned(self) -> PlannedPhase | None:
        """Return the phase, if the row says one."""
        told = self.cleaned_data
        if not told["name"]:
            return None
        return PlannedPhase(PhaseKind(told["kind"]), told["name"], told["first"], told["last"])


PhaseForms = forms.formset_factory(PhaseForm, extra=0, max_num=20, validate_max=True)
_HORIZONS = {0: "At go-live", 1: "After 1 year"}


def horizon_words(years: int) -> str:
    """Return "After 5 years"."""
    return _HORIZONS.get(years, f"After {years} years")


class SuccessForm(forms.Form):
    """What an executive calls success so many years after go-live."""

    deployment = forms.ChoiceField(label="Product")
    executive = forms.CharField(
        max_length=NAME, label="Executive", help_text="Whose definition it is: a function will do."
    )
    horizon_years = forms.ChoiceField(
        label="When",
        initial="1",
        choices=[(str(years), horizon_words(years)) for years in HORIZONS],
    )
    definition = text("Success is", "What will be different, for whom.", required=True)
    measure = forms.CharField(
        required=False, max_length=NAME, label="Measured by", help_text="Such as: days to close."
    )
    target = forms.CharField(
        required=False, max_length=NAME, label="Target", help_text="Such as: 12 days or fewer."
    )
    day = forms.DateField(label="Said on", widget=DayInput, initial=localdate)

    def __init__(
        self, *args: object, deployments: Sequence[tuple[str, str]], **named: object
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        offer(self, "deployment", deployments)

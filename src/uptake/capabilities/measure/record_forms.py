"""Shapes of what people write down about a deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django import forms
from django.utils.timezone import localdate

from uptake.capabilities.customers.actions import HORIZONS, Discovered
from uptake.capabilities.customers.models import ChangeKind, Deployment


class DayInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(label: str, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        required=required, label=label, help_text=help_text, widget=forms.Textarea({"rows": 3})
    )


class NoteForm(forms.Form):
    """What was learnt about an account, under the six heads an adviser asks about."""

    day = forms.DateField(label="Day", widget=DayInput, initial=localdate)
    goals = _text("Goals", "What they want to reach with it, and by when.")
    struggles = _text("Struggles", "What gets in the way, in their words.")
    changes = _text("Changes", "What changes around them: people, structure, rules.")
    structure = _text("Structure", "Who decides, who answers for adoption, who is affected.")
    values_and_rewards = _text("Values and rewards", "What is praised, measured and paid for.")
    processes = _text("Processes", "How the work is done now, and how it is meant to be done.")

    HEADS = ("goals", "struggles", "changes", "structure", "values_and_rewards", "processes")

    def clean(self) -> dict[str, object]:
        """Something has to be said."""
        told = super().clean() or {}
        if not any(str(told.get(head, "")).strip() for head in self.HEADS):
            raise forms.ValidationError("Fill in at least one head; the others may stay empty.")
        return told

    def learnt(self) -> Discovered:
        """Return what was filled in."""
        return Discovered(**{head: self.cleaned_data[head].strip() for head in self.HEADS})


class ChangeForm(forms.Form):
    """A change that bears on adoption."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=[(k.value, k.label) for k in ChangeKind if k is not ChangeKind.GO_LIVE],
    )
    day = forms.DateField(label="Day", widget=DayInput, initial=localdate)
    description = forms.CharField(
        label="What happened",
        max_length=120,
        help_text="A few words; they stand on the curve.",
    )
    only_product = forms.BooleanField(
        required=False, initial=True, label="It concerns this product only"
    )

    def __init__(self, *args: object, product: str | None, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        if product is None:
            del self.fields["only_product"]

    def clean_kind(self) -> ChangeKind:
        """A kind of change."""
        return ChangeKind(self.cleaned_data["kind"])


_HORIZONS = {0: "At go-live", 1: "After 1 year"}


class SuccessForm(forms.Form):
    """What an executive calls success so many years after go-live."""

    deployment = forms.ChoiceField(label="Product")
    executive = forms.CharField(
        max_length=200, label="Executive", help_text="Whose definition it is: name or function."
    )
    horizon_years = forms.ChoiceField(
        label="When",
        initial="1",
        choices=[(str(y), _HORIZONS.get(y, f"After {y} years")) for y in HORIZONS],
    )
    definition = _text("Success is", "What will be different, for whom.", required=True)
    measure = forms.CharField(
        required=False, max_length=200, label="Measured by", help_text="Such as days to close."
    )
    target = forms.CharField(
        required=False, max_length=200, label="Target", help_text="Such as 12 days or fewer."
    )
    day = forms.DateField(label="Said on", widget=DayInput, initial=localdate)

    def __init__(self, *args: object, deployments: Sequence[Deployment], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        field = cast("forms.ChoiceField", self.fields["deployment"])
        field.choices = [(str(found.pk), str(found.product)) for found in deployments]

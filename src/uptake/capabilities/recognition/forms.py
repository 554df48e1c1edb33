"""Forms about recognition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django import forms
from django.utils.timezone import localdate

from uptake.capabilities.recognition.actions import Seen
from uptake.capabilities.recognition.models import TEXT


class NominationForm(forms.Form):
    """Who did what well, and when."""

    who = forms.CharField(
        max_length=254, label="Who", help_text="Their mail address, or how the software knows them."
    )
    behaviour = forms.TypedChoiceField(coerce=int, label="What they were seen doing")
    day = forms.DateField(label="When", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(
        max_length=TEXT,
        label="What helped, and whom",
        help_text="What you saw, such as: her notes let me call back at once. They will read it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: object, behaviours: Sequence[tuple[str, str]], **named: object
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        cast("forms.ChoiceField", self.fields["behaviour"]).choices = list(behaviours)
        self.fields["day"].initial = localdate()

    def seen(self) -> Seen:
        """Return what was filled in."""
        return Seen(**self.cleaned_data)

"""The form in which managers are asked for duties."""

from __future__ import annotations

from collections.abc import Iterator

from django import forms

from uptake.capabilities.behaviours.models import Duty, DutyCadence

HELP = {
    Duty.ARTICULATE: "Done by answering a question, explaining a behaviour, or setting one live.",
    Duty.RECOGNISE: "Done by thanking those who got better, or confirming a recognition.",
    Duty.CORRECT: "Due while something stops people; done by saying what was done about it.",
}


class DutiesForm(forms.Form):
    """How often each duty is due; empty: managers are not asked for it."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        for duty in Duty:
            self.fields[duty.value] = forms.ChoiceField(
                label=duty.label,
                help_text=HELP[duty],
                required=False,
                choices=[("", "Not asked"), *DutyCadence.choices],
            )

    def cadences(self) -> Iterator[tuple[Duty, DutyCadence | None]]:
        """Return what was chosen for each duty."""
        for duty in Duty:
            chosen = self.cleaned_data[duty.value]
            yield duty, DutyCadence(chosen) if chosen else None

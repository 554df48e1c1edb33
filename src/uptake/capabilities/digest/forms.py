"""The form about one's own digest."""

from __future__ import annotations

from django import forms

from uptake.capabilities.behaviours.definition import WEEKDAYS
from uptake.capabilities.digest.models import PURPOSE, DigestWishes
from uptake.capabilities.digest.personal import Wanted


class WishesForm(forms.Form):
    """Whether, on which day, from which hour on, and whether with names."""

    is_off = forms.BooleanField(required=False, label="Send me none")
    weekday = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS)],
        label="Each week on",
    )
    hour = forms.TypedChoiceField(
        coerce=int,
        choices=[(str(hour), f"{hour:02}:00") for hour in range(24)],
        label="From",
        help_text="If you are away then, on your next day at work of that week.",
    )
    purpose = forms.CharField(
        max_length=PURPOSE,
        required=False,
        label="What I need the names of those who got better for",
        help_text="Empty: no names. Each of them reads that you look, and what for.",
    )

    def wanted(self) -> Wanted:
        """Return what was filled in."""
        return Wanted(**self.cleaned_data)

    @staticmethod
    def typed_of(wishes: DigestWishes) -> dict[str, object]:
        """Return what would have to be typed for wishes as they are."""
        return {
            "is_off": wishes.is_off,
            "weekday": wishes.weekday,
            "hour": wishes.hour,
            "purpose": wishes.purpose,
        }

"""Shapes of what measure's pages ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django import forms

from uptake.capabilities.measure.models import NAME
from uptake.capabilities.measure.views import PortfolioView
from uptake.ui.forms import LongSelect

WITHIN = [
    ("", "Any time"),
    ("30", "30 days"),
    ("90", "90 days"),
    ("180", "6 months"),
    ("365", "1 year"),
]


class PortfolioForm(forms.Form):
    """Which deployments to show; what cannot be chosen is not asked."""

    text = forms.CharField(
        required=False, label="Name contains", widget=forms.TextInput(attrs={"type": "search"})
    )
    segments = forms.ChoiceField(required=False, label="Segment", widget=LongSelect)
    owners = forms.ChoiceField(required=False, label="Owner", widget=LongSelect)
    products = forms.ChoiceField(required=False, label="Product", widget=LongSelect)
    renewal_within = forms.ChoiceField(
        required=False, label="Renewal within", choices=WITHIN, widget=LongSelect
    )

    def __init__(self, *args: object, view: PortfolioView, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        for name, found in (
            ("segments", view.segments),
            ("owners", view.owners),
            ("products", view.products),
        ):
            self._offer(name, found)

    def _offer(self, name: str, found: Iterable[str]) -> None:
        choices = [(value, value) for value in found]
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", "Any"), *choices]
        if len(choices) < 2:
            del self.fields[name]


class SegmentForm(forms.Form):
    """A name for what is shown now."""

    name = forms.CharField(max_length=NAME, label="Name")
    shared = forms.BooleanField(
        required=False, label="Share it", help_text="Everyone who sees the whole workspace has it."
    )

    def __init__(self, *args: object, can_share: bool, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        if not can_share:
            del self.fields["shared"]

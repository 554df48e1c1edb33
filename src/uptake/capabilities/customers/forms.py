"""Shapes of what the pages about people and populations ask."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import cast

from django import forms

from uptake.capabilities.customers.actions import DAYS_OF_A_WEEK, Expected
from uptake.capabilities.customers.defining import PopulationFacts
from uptake.capabilities.customers.models import NAME, ExpectedAction
from uptake.capabilities.customers.people import PeopleChoices
from uptake.foundation.models import User
from uptake.ui.forms import LongSelect


class DayInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def text(label: str, help_text: str = "", *, required: bool = False, rows: int = 3) -> forms.Field:
    """Return a field for several lines."""
    return forms.CharField(
        required=required, label=label, help_text=help_text, widget=forms.Textarea({"rows": rows})
    )


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """Put choices into a field of a form."""
    cast("forms.ChoiceField", form.fields[name]).choices = choices


def plain(number: Decimal | None) -> str:
    """Return a number as one types it: 2.5, 20; nothing for none."""
    return "" if number is None else f"{number.normalize():f}"


class PeopleFilter(forms.Form):
    """Which people to list."""

    text = forms.CharField(
        required=False, label="Name contains", widget=forms.TextInput({"type": "search"})
    )
    account = forms.ChoiceField(required=False, label="Account", widget=LongSelect)
    team = forms.ChoiceField(required=False, label="Team", widget=LongSelect)
    role = forms.ChoiceField(required=False, label="Role")
    manager = forms.CharField(
        required=False, label="Manager", widget=forms.TextInput({"placeholder": "Identifier"})
    )

    def __init__(self, *args: object, choices: PeopleChoices, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        offer(self, "account", [("", "Any"), *choices.accounts])
        offer(self, "team", [("", "Any"), *((name, name) for name in choices.teams)])
        offer(self, "role", [("", "Any"), *((name, name) for name in choices.roles)])


class LinkForm(forms.Form):
    """Which member of the workspace a person is."""

    user = forms.ChoiceField(
        label="Member", help_text="They see this person's numbers as their own."
    )

    def __init__(self, *args: object, users: Sequence[User], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        offer(
            self,
            "user",
            [(str(u.pk), f"{u.name} ({u.email})" if u.name else u.email) for u in users],
        )


class PurposeForm(forms.Form):
    """What somebody needs to see a person's numbers for."""

    purpose = forms.CharField(
        max_length=200,
        label="What do you need them for?",
        help_text="Such as: preparing the coaching talk of Thursday. The person will read it.",
    )


class EraseForm(forms.Form):
    """The identifier once more, so that nobody is erased by a slip."""

    person = forms.CharField(
        label="Identifier of the person",
        help_text="Type it as it stands above.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, expected: str, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self._expected = expected

    def clean_person(self) -> str:
        """The identifier of the person at hand, nobody else's."""
        typed = str(self.cleaned_data["person"])
        if typed != self._expected:
            raise forms.ValidationError("This is not the identifier above; capitals count.")
        return typed


class PopulationForm(forms.Form):
    """What a population is, besides its conditions."""

    name = forms.CharField(max_length=NAME, label="Name", help_text="Such as: field sales.")
    goal = forms.CharField(
        required=False,
        label="Business goal",
        help_text="What their use is for: the result that gets better when they work as expected.",
        widget=forms.Textarea({"rows": 2}),
    )
    days_a_week = forms.DecimalField(
        required=False,
        label="Working days a week in the software",
        min_value=Decimal(0),
        max_value=Decimal(DAYS_OF_A_WEEK),
        max_digits=3,
        decimal_places=2,
        help_text="On how many days of a week they are expected to work in it. Empty: nobody said.",
        widget=forms.NumberInput({"step": "0.5"}),
    )

    def facts(self, rules: Sequence[dict[str, object]]) -> PopulationFacts:
        """Return what was said."""
        told = self.cleaned_data
        return PopulationFacts(told["name"].strip(), rules, told["goal"], told["days_a_week"])


class ExpectedForm(forms.Form):
    """How often a week each action is expected; one more can be added."""

    action = forms.ChoiceField(required=False, label="Add an action")
    times = forms.DecimalField(
        required=False,
        label="Times a week",
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        widget=forms.NumberInput({"step": "0.5"}),
    )

    def __init__(
        self,
        *args: object,
        rows: Sequence[ExpectedAction],
        others: Sequence[tuple[str, str]],
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self._rows = rows
        offer(self, "action", [("", "None"), *others])
        for row in rows:
            field = forms.DecimalField(
                required=False,
                label=str(row.action),
                initial=plain(row.times_per_week),
                min_value=Decimal(0),
                max_digits=8,
                decimal_places=2,
                widget=forms.NumberInput({"step": "0.5"}),
            )
            self.fields[_times_of(row)] = field

    def lines(self) -> list[tuple[ExpectedAction, forms.BoundField]]:
        """Return each expected action with its field."""
        return [(row, self[_times_of(row)]) for row in self._rows]

    def clean(self) -> dict[str, object]:
        """An action that is added needs its times."""
        told = super().clean() or {}
        if told.get("action") and told.get("times") is None and "times" not in self.errors:
            self.add_error("times", "Say how often a week it is expected.")
        return told

    def expected(self) -> list[Expected]:
        """Return what is expected now; a row left empty goes, one that changed is confirmed."""
        told = self.cleaned_data
        found = [
            Expected(row.action_id, times, proposed=row.is_proposed and times == row.times_per_week)
            for row in self._rows
            if (times := told[_times_of(row)]) is not None
        ]
        if told["action"]:
            found.append(Expected(int(told["action"]), told["times"]))
        return found


def _times_of(row: ExpectedAction) -> str:
    return f"times_{row.action_id}"

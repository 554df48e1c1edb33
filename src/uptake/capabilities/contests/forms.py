"""Forms about contests."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms

from uptake.capabilities.contests.actions import ContestFacts
from uptake.capabilities.contests.models import Contest
from uptake.capabilities.contests.rules import LONGEST_WEEKS, Prize, Rules
from uptake.capabilities.customers.models import NAME

Choice = tuple[str, str]
PRIZES = 3
"""So many prizes the form has room for; the API takes more."""


def _day(label: str, hint: str = "") -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget)


class ContestForm(forms.Form):
    """A contest and its rules."""

    name = forms.CharField(max_length=NAME, label="What people call it")
    behaviour = forms.TypedChoiceField(
        coerce=int,
        label="What it is about",
        help_text="Something live that comes back and says what a good one is.",
    )
    account = forms.ChoiceField(required=False, label="Whose teams may enter")
    first = _day("From", "It starts with the first period of the behaviour from this day on.")
    weeks = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_WEEKS,
        initial=4,
        label="Weeks",
        help_text="What lasts longer wears off; four to six are usual. What is due by month or "
        "quarter needs weeks that hold a whole one.",
    )
    about = forms.CharField(
        required=False,
        max_length=1_000,
        label="Why, in your words",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: object,
        behaviours: Sequence[Choice],
        accounts: Sequence[Choice],
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        cast("forms.ChoiceField", self.fields["behaviour"]).choices = list(behaviours)
        if accounts:
            cast("forms.ChoiceField", self.fields["account"]).choices = list(accounts)
        else:
            del self.fields["account"]
        for number in range(1, PRIZES + 1):
            self.fields |= _prize_fields(number)

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields before the prizes, and those after them."""
        inside = {field.name for group in self.prizes for field in group}
        return [field for field in self.visible_fields() if field.name not in inside]

    @property
    def prizes(self) -> list[list[forms.BoundField]]:
        """The fields of each prize."""
        names = ("prize", "worth", "currency", "paid_by")
        return [[self[f"{name}_{n}"] for name in names] for n in range(1, PRIZES + 1)]

    def rules(self) -> Rules:
        """Return the rules as filled in."""
        said = self.cleaned_data
        prizes = (
            Prize(
                what=said[f"prize_{n}"],
                paid_by=said[f"paid_by_{n}"],
                worth=said[f"worth_{n}"],
                currency=said[f"currency_{n}"].upper(),
            )
            for n in range(1, PRIZES + 1)
            if said[f"prize_{n}"]
        )
        return Rules(said["first"], said["weeks"], said["about"].strip(), tuple(prizes))

    def facts(self) -> ContestFacts:
        """Return what was filled in."""
        said = self.cleaned_data
        return ContestFacts(said["name"], said["behaviour"], self.rules(), said.get("account", ""))

    @staticmethod
    def typed_of(contest: Contest, rules: Rules) -> dict[str, object]:
        """Return what would have to be typed for a contest as it is."""
        typed: dict[str, object] = {
            "name": contest.name,
            "behaviour": contest.behaviour_id,
            "account": contest.account.external_id if contest.account else "",
            "first": rules.first,
            "weeks": rules.weeks,
            "about": rules.about,
        }
        for n, prize in enumerate(rules.prizes, 1):
            typed |= {
                f"prize_{n}": prize.what,
                f"paid_by_{n}": prize.paid_by,
                f"worth_{n}": prize.worth,
                f"currency_{n}": prize.currency,
            }
        return typed


def _prize_fields(number: int) -> dict[str, forms.Field]:
    hint = (
        "For every team in the first place. Something shared and small does less harm than money: "
        "what is paid for is done for the pay."
    )
    fields: dict[str, Any] = {
        f"prize_{number}": forms.CharField(
            required=False,
            max_length=200,
            label="What can be won",
            help_text=hint if number == 1 else "",
        ),
        f"worth_{number}": forms.DecimalField(
            required=False, min_value=Decimal(0), decimal_places=2, label="Worth"
        ),
        f"currency_{number}": forms.CharField(required=False, max_length=3, label="Currency"),
        f"paid_by_{number}": forms.CharField(required=False, max_length=200, label="Who pays"),
    }
    return fields


class ReviseForm(ContestForm):
    """The next version of the rules: what it is about and whose teams may enter stay."""

    note = forms.CharField(required=False, max_length=500, label="What was changed, and why")

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, behaviours=(), accounts=(), **named)
        del self.fields["behaviour"]


class CallOffForm(forms.Form):
    """Why a contest is called off."""

    note = forms.CharField(max_length=500, label="Why it is called off")


class PrizeForm(forms.Form):
    """That a team was given a prize."""

    prize = forms.TypedChoiceField(coerce=int, label="Prize")
    entry = forms.TypedChoiceField(coerce=int, label="Team")
    given_on = _day("Given on")

    def __init__(
        self, *args: object, prizes: Sequence[Choice], teams: Sequence[Choice], **named: object
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        cast("forms.ChoiceField", self.fields["prize"]).choices = list(prizes)
        cast("forms.ChoiceField", self.fields["entry"]).choices = list(teams)

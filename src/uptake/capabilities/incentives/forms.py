"""Forms about incentives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from uptake.capabilities.customers.models import NAME
from uptake.capabilities.incentives.actions import (
    MOST_LINKS,
    Decision,
    IncentiveFacts,
    LinkFacts,
)
from uptake.capabilities.incentives.models import TEXT, Incentive, Kind, Way

Choice = tuple[str, str]


def _text(label: str, hint: str = "", rows: int = 2) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=TEXT, label=label, help_text=hint, widget=widget)


def _day(label: str, hint: str = "", *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(required=required, label=label, help_text=hint, widget=widget)


class IncentiveForm(forms.Form):
    """An incentive, and what it works for or against."""

    name = forms.CharField(max_length=NAME, label="What people call it")
    kind = forms.ChoiceField(choices=Kind.choices, label="In what coin it is paid")
    what = _text("What exactly is rewarded or punished", "Such as: 2 EUR for every closed case.")
    whom = forms.CharField(max_length=NAME, label="Of whom")
    population = forms.ChoiceField(required=False, label="The same as a population on record")
    account = forms.ChoiceField(required=False, label="Where it is given")
    given_by = forms.CharField(max_length=NAME, label="Who gives it")
    since = _day("Since", "Leave it out if nobody knows; its effect cannot be looked at then.")
    until = _day("Until", "The last day, once it is over.")
    source = _text("How do you know?", "A policy, a pay slip, whoever told you: others check it.")

    def __init__(
        self,
        *args: object,
        behaviours: Sequence[Choice],
        populations: Sequence[str],
        accounts: Sequence[Choice],
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self._choose("population", [("", "None"), *((name, name) for name in populations)])
        self._choose("account", accounts)
        for number in range(1, MOST_LINKS + 1):
            self.fields |= _link_fields(number, behaviours)

    def _choose(self, name: str, choices: Sequence[Choice]) -> None:
        """Offer the choices, or leave the field out where there is none to make."""
        if len(choices) > 1:
            cast("forms.ChoiceField", self.fields[name]).choices = list(choices)
        else:
            del self.fields[name]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields before the behaviours it works on."""
        inside = {field.name for group in self.links for field in group}
        return [field for field in self.visible_fields() if field.name not in inside]

    @property
    def links(self) -> list[list[forms.BoundField]]:
        """The fields of each behaviour it works on."""
        names = ("behaviour", "way", "how")
        return [[self[f"{name}_{n}"] for name in names] for n in range(1, MOST_LINKS + 1)]

    def clean(self) -> dict[str, Any]:
        """Have every behaviour say which way."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, MOST_LINKS + 1):
            if said.get(f"behaviour_{n}") and not said.get(f"way_{n}"):
                self.add_error(f"way_{n}", "Choose whether it works for or against it.")
        return said

    def facts(self) -> IncentiveFacts:
        """Return what was filled in."""
        said = dict(self.cleaned_data)
        links = tuple(
            LinkFacts(int(said[f"behaviour_{n}"]), Way(said[f"way_{n}"]), said[f"how_{n}"])
            for n in range(1, MOST_LINKS + 1)
            if said[f"behaviour_{n}"]
        )
        names = ("name", "what", "whom", "given_by", "source", "since", "until")
        return IncentiveFacts(
            kind=Kind(said["kind"]),
            population=said.get("population", ""),
            account=said.get("account", ""),
            links=links,
            **{name: said[name] for name in names},
        )

    @staticmethod
    def typed_of(incentive: Incentive) -> dict[str, object]:
        """Return what would have to be typed for an incentive as it is."""
        names = ("name", "kind", "what", "whom", "given_by", "source", "since", "until")
        typed: dict[str, object] = {name: getattr(incentive, name) for name in names}
        typed["population"] = str(incentive.population or "")
        for n, link in enumerate(incentive.links.all(), 1):
            typed[f"behaviour_{n}"] = str(link.behaviour_id)
            typed |= {f"way_{n}": link.way, f"how_{n}": link.how}
        return typed


def _link_fields(number: int, behaviours: Sequence[Choice]) -> dict[str, forms.Field]:
    fields: dict[str, Any] = {
        f"behaviour_{number}": forms.ChoiceField(
            required=False,
            choices=[("", "None"), *behaviours],
            label="Which behaviour",
        ),
        f"way_{number}": forms.ChoiceField(
            required=False, choices=Way.choices, initial=Way.AGAINST, label="Which way"
        ),
        f"how_{number}": forms.CharField(
            required=False,
            max_length=TEXT,
            label="How",
            help_text="Such as: who takes time to write a note closes fewer cases."
            if number == 1
            else "",
        ),
    }
    return fields


class ProposalForm(forms.Form):
    """What somebody was asked to change."""

    what = _text("What shall change")
    to_whom = forms.CharField(max_length=NAME, label="Who was asked", help_text="HR, or its giver.")
    proposed_on = _day("On", "Today if you leave it out.")


class DecisionForm(forms.Form):
    """What was decided about a proposal."""

    accepts = forms.TypedChoiceField(
        choices=(("1", "Accepted"), ("0", "Refused")),
        coerce=lambda said: said == "1",
        label="What was decided",
    )
    by = forms.CharField(max_length=NAME, label="Who decided")
    reason = _text("Why")
    on = _day("Decided on", required=True)
    holds_from = _day("Holds from", "Of what was accepted: its effect is looked at from then on.")

    def decision(self) -> Decision:
        """Return what was filled in."""
        return Decision(**self.cleaned_data)

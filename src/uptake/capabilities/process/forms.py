"""The forms of processes: which work it is, a log that is brought, when a way of working holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from django import forms

from uptake.capabilities.customers.models import NAME
from uptake.capabilities.process.actions import ProcessFacts
from uptake.capabilities.process.models import Level, Origin, Process
from uptake.foundation.models import User
from uptake.ui.forms import LongSelect

Choices = Sequence[tuple[str, str]]
ROLES_OF_COLUMNS = (
    ("case", "Case", "what belongs together, such as the number of an order"),
    ("activity", "Activity", "what was done"),
    ("completed", "Time", "when it was done"),
    ("resource", "Who", "who did it"),
    ("role", "Role", "what that person is"),
    ("group", "Team or group", "which team did it"),
)
"""Columns of a table that can be named, should they not be recognised."""


@dataclass(frozen=True, slots=True)
class ProcessChoices:
    """What a process can be made of; ``timezone``: that of the workspace."""

    accounts: Choices
    products: Choices
    modules: Choices
    actions: Choices
    timezone: str = "UTC"


class ProcessForm(forms.Form):
    """A process: its name, where its cases come from, and who answers for it."""

    name = forms.CharField(
        label="Name",
        max_length=NAME,
        help_text="What people call this work, such as Service cases.",
    )
    description = forms.CharField(
        label="What one case is",
        required=False,
        max_length=1_000,
        help_text="From what beginning to what end, in a sentence.",
    )
    origin = forms.ChoiceField(
        label="Where its cases come from",
        choices=Origin.choices,
        widget=forms.RadioSelect,
        initial=Origin.EVENTS,
    )
    product = forms.ChoiceField(label="Product", required=False, widget=LongSelect)
    module = forms.ChoiceField(label="Module", required=False, widget=LongSelect)
    actions = forms.MultipleChoiceField(
        label="Actions",
        required=False,
        help_text="Only these; none chosen: every action that comes with a case.",
    )
    account = forms.ChoiceField(label="Whose cases", required=False, widget=LongSelect)
    level = forms.ChoiceField(
        label="Whose hands are shown",
        choices=Level.choices,
        help_text="People stand by name only where a policy allows it, and each look is recorded.",
    )
    hours = forms.CharField(
        label="When work is done",
        required=False,
        max_length=20,
        help_text="Such as 09:00-17:00: then time can be counted while the house is open, too.",
    )
    country = forms.CharField(
        label="Public holidays and weekend of",
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"list": "countries"}),
        help_text="A country such as DE, or DE-BY; those of the workspace if left empty.",
    )
    timezone = forms.ChoiceField(label="By the clocks of", required=False, widget=LongSelect)
    owner_name = forms.CharField(
        label="Who answers for it",
        max_length=NAME,
        required=False,
        help_text="Whoever decides how this work is meant to run; yourself if left empty.",
    )

    def __init__(self, *args: object, choices: ProcessChoices, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        zones = [(zone, zone) for zone in sorted(available_timezones())]
        self.fields["timezone"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", f"The workspace ({choices.timezone})"),
            *zones,
        ]
        for name in ("product", "module", "account", "actions"):
            field = self.fields[name]
            offered = getattr(choices, f"{name}s" if name != "actions" else name)
            field.choices = offered  # type: ignore[attr-defined]  # a field of choices

    def facts(self, user: User) -> ProcessFacts:
        """Return what was typed."""
        said = self.cleaned_data
        return ProcessFacts(
            name=said["name"],
            description=said["description"],
            account=said["account"],
            is_brought=said["origin"] == Origin.FILE,
            product=said["product"],
            module=said["module"],
            actions=tuple(said["actions"]),
            level=said["level"],
            hours=said["hours"],
            country=said["country"],
            timezone=said["timezone"],
            owner=None if said["owner_name"].strip() else user,
            owner_name=said["owner_name"],
        )


def typed_of(process: Process) -> dict[str, object]:
    """Return what stands in the form of a process that is there."""
    return {
        "name": process.name,
        "description": process.description,
        "origin": process.origin,
        "product": process.product,
        "module": process.module,
        "actions": process.actions,
        "account": process.account.external_id if process.account else "",
        "level": process.level,
        "hours": process.hours,
        "country": process.country,
        "timezone": process.timezone,
        "owner_name": process.owner_name,
    }


class DatesForm(forms.Form):
    """On which days cases begin that a version holds for."""

    begins = forms.DateField(
        label="For cases that begin from",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    ends = forms.DateField(
        label="until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

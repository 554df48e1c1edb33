"""Shapes of what administration's pages ask."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from zoneinfo import available_timezones

from django import forms
from django.utils.text import slugify
from django.utils.timezone import localdate

from uptake.capabilities.administration.words import ROLE_CHOICES
from uptake.config import load_settings
from uptake.foundation.access import Role
from uptake.foundation.errors import Invalid
from uptake.foundation.holidays import place_of
from uptake.foundation.keys import SCOPE_WORDS
from uptake.foundation.models import Theme, WorkspaceKind
from uptake.foundation.privacy import LARGEST_MINIMUM, SMALLEST_GROUP, NamedViewsPolicy

DAYS = [("1", "1 day"), ("7", "7 days"), ("30", "30 days")]
ACCOUNT_HELP = "Its identifier. They see this account and what is below it; empty is everything."
PERSON_HELP = "Identifier of the person whose own work they see, if they are measured here."


class DayInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MemberForm(forms.Form):
    """What a member may do, and what they may see."""

    role = forms.ChoiceField(
        choices=ROLE_CHOICES, widget=forms.RadioSelect, initial=Role.VIEWER.value
    )
    account = forms.CharField(
        required=False,
        label="Limited to account",
        help_text=ACCOUNT_HELP,
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
    )
    person = forms.CharField(
        required=False,
        label="Is the person",
        help_text=PERSON_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_account(self) -> str:
        """Owners see everything."""
        account = str(self.cleaned_data["account"]).strip()
        if account and self.cleaned_data.get("role") == Role.OWNER:
            raise forms.ValidationError("An owner sees everything; leave this empty.")
        return account


class InvitationForm(MemberForm):
    """Whom to invite, as what, for how long."""

    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput())
    days = forms.ChoiceField(
        choices=DAYS, initial="7", label="The link is valid for", widget=forms.Select
    )
    field_order = ("email", "role", "account", "person", "days")


class NewAccountForm(forms.Form):
    """What somebody invited needs to say to have an account."""

    name = forms.CharField(
        max_length=200,
        label="Your name",
        help_text="Others in the workspace see it beside what you do.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters; a few words you can remember will do.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class KeyForm(forms.Form):
    """What a key is for."""

    name = forms.CharField(
        max_length=100, label="Name", help_text="What uses the key, such as Nightly export."
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=list(SCOPE_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["metrics:read"],
    )
    account = forms.CharField(
        required=False,
        label="Limited to account",
        help_text="Its identifier. The key sees this account and what is below it.",
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        required=False,
        label="Last day",
        help_text="Empty: until it is revoked.",
        widget=DayInput,
    )


class PolicyForm(forms.Form):
    """The decision that people may be named."""

    decided_by = forms.CharField(
        max_length=200,
        label="Who decided",
        help_text="A name and a function, or a body such as the works council.",
    )
    legal_basis = forms.CharField(
        max_length=200,
        help_text="Such as a works agreement with its date, or consent.",
    )
    scope = forms.CharField(
        label="For what, and by whom",
        help_text="Which roles may see names, of whom, for which purpose. Everyone can read this.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decided_on = forms.DateField(label="First day", widget=DayInput)
    expires_on = forms.DateField(
        label="Last day",
        help_text="Until then the decision must be looked at again; a year is usual.",
        widget=DayInput,
    )

    def policy(self) -> NamedViewsPolicy:
        """Return what was filled in."""
        return NamedViewsPolicy(**self.cleaned_data)

    @staticmethod
    def proposal() -> dict[str, object]:
        """Return what the form begins with: from today, for a year."""
        today = localdate()
        return {"decided_on": today, "expires_on": today + timedelta(days=364)}


class GroupForm(forms.Form):
    """How many people a number must be about."""

    people = forms.IntegerField(
        min_value=SMALLEST_GROUP,
        max_value=LARGEST_MINIMUM,
        label="Smallest group that is shown",
        help_text=f"Numbers about fewer people are hidden; never fewer than {SMALLEST_GROUP}.",
    )


class NewWorkspaceForm(forms.Form):
    """What a new workspace is called, whose view of the world it is, and where its days begin."""

    name = forms.CharField(max_length=200, label="Name", help_text="What people call it.")
    slug = forms.CharField(
        required=False,
        max_length=63,
        label="Address",
        help_text="Lower-case letters, digits and hyphens; it stays. Empty: made from the name.",
    )
    kind = forms.ChoiceField(
        choices=WorkspaceKind.choices,
        initial=WorkspaceKind.VENDOR.value,
        widget=forms.RadioSelect,
        help_text="It stays.",
    )
    timezone = forms.ChoiceField(
        label="Time zone", help_text="Where one day ends and the next begins; it stays."
    )

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        zones = cast("forms.ChoiceField", self.fields["timezone"])
        zones.choices = [(zone, zone) for zone in sorted(available_timezones())]
        zones.initial = load_settings().timezone

    def clean(self) -> dict[str, object]:
        """The address is made from the name, if it says nothing."""
        told = super().clean() or {}
        if not told.get("slug"):
            told["slug"] = slugify(str(told.get("name", "")))[:63].strip("-")
        return told


class WorkspaceForm(forms.Form):
    """What the workspace is called, how long it keeps events, and whose holidays are free."""

    name = forms.CharField(max_length=200)
    retention_months = forms.IntegerField(
        required=False,
        min_value=1,
        label="Months for which events are kept",
        help_text="Older ones are deleted for good by the worker. Empty: all are kept.",
    )
    country = forms.CharField(
        required=False,
        max_length=10,
        label="Public holidays of",
        help_text="A country's code, with that of a state if it matters: DE, DE-BY, US-CA. On its "
        "public holidays nothing is expected of anybody; numbers of the past change, too. One "
        "place holds for the whole workspace: people who work elsewhere are measured by its "
        "holidays as well. Empty: none is known, and a holiday looks like a day without use.",
        widget=forms.TextInput(attrs={"list": "countries", "autocomplete": "off"}),
    )

    def clean_country(self) -> str:
        """A place whose holidays are known."""
        try:
            return place_of(self.cleaned_data["country"])
        except Invalid as unknown:
            raise forms.ValidationError(str(unknown)) from unknown


class AuditFilter(forms.Form):
    """Which part of the audit log to show."""

    who = forms.CharField(required=False, label="Who", widget=forms.TextInput())
    what = forms.CharField(required=False)
    first = forms.DateField(required=False, label="From", widget=DayInput)
    last = forms.DateField(required=False, label="To", widget=DayInput)

    def __init__(self, *args: object, deeds: list[tuple[str, str]], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["what"] = forms.ChoiceField(
            required=False, label="What", choices=[("", "Everything"), *deeds]
        )


class ProfileForm(forms.Form):
    """What a user is called and how pages look to them."""

    name = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    theme = forms.ChoiceField(choices=Theme.choices, required=False, widget=forms.RadioSelect)

"""Forms about reminders: what one says and when, limits, channels, one's own wishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from zoneinfo import available_timezones

from django import forms

from uptake.capabilities.behaviours.definition import WEEKDAYS
from uptake.capabilities.reminders.actions import (
    LONGEST_LEAD,
    MOST_A_WEEK,
    LimitFacts,
    ReminderFacts,
)
from uptake.capabilities.reminders.models import TEXT, OwnReminders, Reminder, ReminderLimits
from uptake.capabilities.reminders.personal import Wishes
from uptake.capabilities.reminders.wording import PLACES, SUBJECT, Words
from uptake.capabilities.reminders.wording import TEXT as USUAL_TEXT
from uptake.foundation.delivery.models import Channel, ChatKind
from uptake.ui.forms import LongSelect

Choice = tuple[str, str]
DAYS = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
FILLED = ", ".join(f"{{{name}}}" for name in PLACES)


class ReminderForm(forms.Form):
    """A reminder of one behaviour."""

    behaviour = forms.ChoiceField(label="Of which behaviour")
    name = forms.CharField(max_length=100, help_text="For the list; nobody else reads it.")
    channel = forms.ChoiceField(
        choices=Channel.choices,
        initial=Channel.MAIL.value,
        label="By which way",
        help_text="A channel of Slack or Teams gets how many have not done it yet, never who.",
    )
    chat = forms.ChoiceField(required=False, label="Channel of Slack or Teams")
    lead_hours = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_LEAD,
        initial=24,
        label="Hours before the deadline",
        help_text="Whoever has met it by then gets none.",
    )
    subject = forms.CharField(max_length=150, initial=SUBJECT)
    text = forms.CharField(
        max_length=TEXT,
        initial=USUAL_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=f"Filled in: {FILLED}.",
    )

    def __init__(
        self,
        *args: object,
        behaviours: Sequence[Choice],
        chats: Sequence[Choice],
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        cast("forms.ChoiceField", self.fields["behaviour"]).choices = list(behaviours)
        cast("forms.ChoiceField", self.fields["chat"]).choices = [("", "None"), *chats]
        if not chats:
            del self.fields["chat"]

    def facts(self) -> ReminderFacts:
        """Return what was filled in."""
        said = self.cleaned_data
        return ReminderFacts(
            name=said["name"],
            channel=Channel(said["channel"]),
            lead_hours=said["lead_hours"],
            words=Words(said["subject"], said["text"]),
            chat=int(said["chat"]) if said.get("chat") else None,
        )

    @staticmethod
    def typed_of(reminder: Reminder) -> dict[str, object]:
        """Return what would have to be typed for a reminder as it is."""
        return {
            "behaviour": str(reminder.behaviour_id),
            "name": reminder.name,
            "channel": reminder.channel,
            "chat": str(reminder.chat_id or ""),
            "lead_hours": reminder.lead_hours,
            "subject": reminder.subject,
            "text": reminder.text,
        }


class LimitsForm(forms.Form):
    """How often and when people are reminded at most."""

    most_a_week = forms.IntegerField(
        min_value=1,
        max_value=MOST_A_WEEK,
        label="At most so many a week",
        help_text="For each person, of all behaviours together.",
    )
    quiet_from = forms.TimeField(
        label="Quiet from", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label="Quiet to",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="In the time zone of each person.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple, label="On these days"
    )

    def facts(self) -> LimitFacts:
        """Return what was filled in."""
        said = self.cleaned_data
        return LimitFacts(
            said["most_a_week"], said["quiet_from"], said["quiet_to"], tuple(said["weekdays"])
        )

    @staticmethod
    def typed_of(limits: ReminderLimits) -> dict[str, object]:
        """Return what would have to be typed for limits as they are."""
        return {
            "most_a_week": limits.most_a_week,
            "quiet_from": limits.quiet_from,
            "quiet_to": limits.quiet_to,
            "weekdays": [str(day) for day in limits.weekdays],
        }


class ChatForm(forms.Form):
    """A channel of Slack or Teams."""

    name = forms.CharField(max_length=100, help_text="As people know it, such as #sales-lyon.")
    kind = forms.ChoiceField(choices=ChatKind.choices, widget=forms.RadioSelect, label="In")
    address = forms.CharField(
        max_length=2_000,
        label="Address of its webhook",
        help_text="Slack: an incoming webhook. Teams: a workflow that begins when a webhook "
        "request is received. It is kept sealed and never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class OwnForm(forms.Form):
    """What somebody wants of reminders."""

    is_off = forms.BooleanField(required=False, label="Send me none")
    hours = forms.TypedMultipleChoiceField(
        choices=[(str(hour), f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="At these hours",
        help_text="None chosen: at any that is not quiet.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="On these days",
        help_text="None chosen: on any on which people work.",
    )
    timezone = forms.ChoiceField(
        required=False, label="My time zone", widget=LongSelect, help_text="Empty: where I work."
    )

    def __init__(self, *args: object, usual: str, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        zones = [(zone, zone) for zone in sorted(available_timezones())]
        cast("forms.ChoiceField", self.fields["timezone"]).choices = [("", usual), *zones]

    def wishes(self) -> Wishes:
        """Return what was filled in."""
        said = self.cleaned_data
        return Wishes(
            said["is_off"], tuple(said["hours"]), tuple(said["weekdays"]), said["timezone"]
        )

    @staticmethod
    def typed_of(wishes: OwnReminders) -> dict[str, object]:
        """Return what would have to be typed for wishes as they are."""
        return {
            "is_off": wishes.is_off,
            "hours": [str(hour) for hour in wishes.hours],
            "weekdays": [str(day) for day in wishes.weekdays],
            "timezone": wishes.timezone,
        }

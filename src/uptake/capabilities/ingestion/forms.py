"""Shapes of what the pages of sources ask."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django import forms
from django.http import QueryDict

from uptake.capabilities.ingestion.actions import SourceSettings
from uptake.capabilities.ingestion.decoding import FIELD
from uptake.capabilities.ingestion.mending import Mend
from uptake.capabilities.ingestion.models import IDENTIFIER, NAME, QuarantineState, Source
from uptake.capabilities.ingestion.queries import Chosen


class SettingsForm(forms.Form):
    """What can be decided about a source."""

    product = forms.CharField(
        required=False,
        max_length=IDENTIFIER,
        help_text="Of events that name none in a property called product.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    account = forms.CharField(
        required=False,
        max_length=IDENTIFIER,
        help_text="Of events that name none; for a source that serves one customer only.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    group_type = forms.CharField(
        required=False,
        max_length=100,
        label="PostHog group that is the account",
        help_text="Empty takes company, organization or account, or the only group there is.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_strict = forms.BooleanField(
        required=False,
        initial=True,
        label="Answer 400 when a record is wrong",
        help_text="Good records are stored and wrong ones kept here either way.",
    )
    origins = forms.CharField(
        required=False,
        initial="*",
        label="Web pages that may send",
        help_text="One origin a line, such as https://app.example.com; * is any, empty is none.",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )
    events_a_second = forms.IntegerField(
        required=False,
        min_value=1,
        label="Events a second at most",
        help_text="More are answered 429 and sent again later. Empty is the installation's limit.",
    )

    @classmethod
    def about(cls, source: Source) -> dict[str, object]:
        """Return what the form shows of a source at first."""
        return {
            "product": source.product,
            "account": source.account,
            "group_type": source.group_type,
            "is_strict": source.is_strict,
            "origins": "\n".join(source.allowed_origins),
            "events_a_second": source.events_a_second,
        }

    def settings(self) -> SourceSettings:
        """Return what was asked for."""
        asked = self.cleaned_data
        return SourceSettings(
            product=asked["product"],
            account=asked["account"],
            group_type=asked["group_type"],
            is_strict=asked["is_strict"],
            allowed_origins=tuple(asked["origins"].split()),
            events_a_second=asked["events_a_second"],
        )


class NewSourceForm(SettingsForm):
    """A new source: a name is enough."""

    name = forms.CharField(
        max_length=NAME,
        help_text="What sends: a product, a site, a backend.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Web app"}),
    )
    field_order = ("name", "product", "account", "group_type", "is_strict", "origins")


class MendForm(forms.Form):
    """A record that was wrong, to be mended."""

    raw = forms.CharField(
        label="The record",
        strip=True,
        max_length=600_000,
        help_text="As it came. Change what is wrong; its time and identity stay.",
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records of a quarantine are meant; what makes no sense is as if it were not there.

    ``problem`` is a field and a message with a bar between them; empty is every problem.
    """

    state: str
    problem: str
    ticked: frozenset[int]
    is_every: bool
    mend: Mend | None

    @classmethod
    def of(cls, asked: QueryDict) -> Choice:
        """Read the parameters of an address or of a form."""
        state = asked.get("state", "")
        field = asked.get("field", "").strip()[:FIELD]
        ticked = (text for text in asked.getlist("record") if text.isdecimal() and len(text) < 19)
        return cls(
            state=state if state in QuarantineState.values else QuarantineState.WAITING,
            problem=asked.get("problem", ""),
            ticked=frozenset(map(int, ticked)),
            is_every=asked.get("every") == "1",
            mend=Mend(field, asked.get("value") or None) if field else None,
        )

    @property
    def with_problem(self) -> Chosen:
        """All with the problem."""
        field, bar, message = self.problem.partition("|")
        return Chosen(field=field, message=message) if bar else Chosen()

    @property
    def meant(self) -> Chosen:
        """Those with the problem that are ticked, or every one of them."""
        return replace(self.with_problem, records=None if self.is_every else self.ticked)

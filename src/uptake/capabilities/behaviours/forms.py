"""The form in which a behaviour is written down; what is unclear is said beside its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django import forms
from django.forms import BoundField

from uptake.capabilities.behaviours.actions import BehaviourFacts
from uptake.capabilities.behaviours.definition import (
    PERIOD_WORDS,
    WEEKDAYS,
    Definition,
    Effects,
    RuleFacts,
)
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.models import NAME
from uptake.foundation.models import User
from uptake.methods.behaviour.periods import Cadence
from uptake.methods.behaviour.smart import Finding, Part

COUNTERS = (
    ("artificial", "Records that nobody worked for (imports, repeats, edits without a change)"),
    ("not first time", "Records that had to be put right"),
    ("late", "Records entered more than a day after it happened"),
)
"""Counter-metrics that are measured from the same records; any others are named by hand."""

KEPT_RULES = "\N{BULLET} as it was"
BETWEEN = ";"

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What, in one sentence", ("name", "statement")),
    ("Who", ("account", "population")),
    (
        "What shows that it was done",
        ("product", "actions", "object_type", "properties"),
    ),
    ("What a good one is", ("right_first_time", "within_hours", "filled_in")),
    (
        "How many",
        (
            *("amount", "cadence", "threshold", "ramp"),
            *("every_opportunity", "answer_actions", "answer_hours", "every_object"),
        ),
    ),
    ("By when", ("weekday", "due_on", "at", "grace_hours")),
    ("Why", ("reason", "depends_on", "outcome")),
    ("What must not get worse", ("counters", "other_counters")),
    ("Who looks after it", ("owner_name", "review_on", "least_effect")),
    (
        "What it may bring about",
        (
            *("intended_behaviours", "intended_outcomes"),
            *("unintended_behaviours", "unintended_outcomes"),
        ),
    ),
)

FIELD_OF = {
    Part.STATEMENT: "statement",
    Part.POPULATION: "population",
    Part.AMOUNT: "amount",
    Part.TARGET: "amount",
    Part.DEADLINE: "at",
    Part.QUALITY: "right_first_time",
    Part.OUTCOME: "outcome",
    Part.COUNTER_METRIC: "counters",
    Part.OWNER: "owner_name",
    Part.REVIEW: "review_on",
    Part.REASON: "reason",
}
"""Beside which field a finding is told."""

NEEDED = frozenset({*FIELD_OF.values(), "actions", "depends_on"})
"""Fields that a draft may leave open, and what goes live may not; nobody may call them optional."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: accounts, populations with their rules, products and actions."""

    accounts: tuple[tuple[str, str], ...]
    populations: Mapping[str, tuple[RuleFacts, ...]]
    products: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: its fields, each with what is unclear about it."""

    heading: str
    fields: tuple[tuple[BoundField, tuple[Finding, ...]], ...]


def _text(label: str, help_text: str = "", *, rows: int = 2) -> forms.CharField:
    area = forms.Textarea({"rows": rows})
    return forms.CharField(required=False, label=label, help_text=help_text, widget=area)


def _line(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(required=False, label=label, help_text=help_text, max_length=NAME)


def _number(label: str, help_text: str = "", *, least: int = 1, most: int = 10_000) -> forms.Field:
    return forms.IntegerField(
        required=False, label=label, help_text=help_text, min_value=least, max_value=most
    )


def _several(label: str, help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        required=False,
        label=label,
        help_text=help_text,
        widget=forms.SelectMultiple({"size": 6}),
    )


class BehaviourForm(forms.Form):
    """What is asked, of whom, how well, how often, by when and why."""

    name = forms.CharField(max_length=NAME, label="Short name", help_text="Such as: calls logged.")
    statement = _text(
        "What shall somebody do?",
        "An act that can be seen and what it is done to: “Log each customer call in Activities.”",
    )
    account = forms.ChoiceField(required=False, label="Account")
    population = forms.ChoiceField(
        required=False,
        label="Population",
        help_text="The conditions are kept as they are today.",
    )
    product = forms.ChoiceField(required=False, label="Product")
    actions = _several("Actions that count", "Several: hold Ctrl or Cmd.")
    object_type = _line("Only on objects of the type", "Such as: contact. Empty: any.")
    properties = _line(
        "Only with these properties",
        "name=value, with a semicolon between: channel=phone; open=yes",
    )
    right_first_time = forms.BooleanField(required=False, label="Right at the first attempt")
    within_hours = _number("Entered within hours", "Counted from when it happened.", most=8_760)
    filled_in = _line("Fields that must be filled in", "Semicolon between: phone; email; title")
    amount = _number("How many in a period")
    cadence = forms.ChoiceField(
        label="Each",
        choices=[
            *((c.value, words) for c, words in PERIOD_WORDS.items()),
            (Cadence.ONCE.value, "once, by a day"),
        ],
    )
    threshold = forms.IntegerField(
        label="Counts as met from, percent of the number", initial=100, min_value=1, max_value=100
    )
    ramp = _line(
        "Rising in steps",
        "Amounts of the first steps of four periods each, semicolon between: 1; 2",
    )
    every_opportunity = forms.BooleanField(
        required=False, label="Every opportunity instead of a number"
    )
    answer_actions = _several(
        "Each is followed by", "The actions above are then the opportunities."
    )
    answer_hours = _number("within hours", most=8_760)
    every_object = forms.BooleanField(
        required=False,
        label="Each object that exists, instead of a number",
        help_text="Each of the type above has to have the fields above; asked once, by a day.",
    )
    due_on = forms.DateField(
        required=False,
        label="Day, if it is asked once",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    weekday = forms.TypedChoiceField(
        required=False,
        label="Weekday",
        choices=[("", "Last day of the period"), *((str(n), d) for n, d in enumerate(WEEKDAYS))],
        coerce=int,
        empty_value=None,
    )
    at = forms.TimeField(
        required=False, label="Time", widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    grace_hours = forms.IntegerField(
        label="Hours of grace", initial=0, min_value=0, max_value=168, required=False
    )
    reason = _text("Why does it matter?", "People read it in their week.")
    depends_on = _line("Who depends on it?", "Such as: inside sales, who call these contacts next.")
    outcome = _line("Which outcome does it serve?", "Such as: time from lead to order.")
    counters = forms.MultipleChoiceField(
        required=False,
        label="Watched in the same records",
        choices=COUNTERS,
        widget=forms.CheckboxSelectMultiple,
    )
    other_counters = _line("Others", "Semicolon between: duplicates; complaints")
    owner_name = _line("Who answers questions about it?")
    review_on = forms.DateField(
        required=False,
        label="Looked at again on",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    least_effect = forms.IntegerField(
        label="Smallest change that matters, in percentage points",
        initial=5,
        min_value=1,
        max_value=100,
    )
    intended_behaviours = _text("Intended behaviours")
    intended_outcomes = _text("Intended outcomes")
    unintended_behaviours = _text("Unintended behaviours", "How could one meet it in name only?")
    unintended_outcomes = _text("Unintended outcomes", "Whom could it hurt if everybody met it?")
    note = _line("Why is it changed?", "Stands in the history.")

    def __init__(
        self,
        *args: object,
        choices: Choices,
        behaviour: Behaviour | None = None,
        definition: Definition | None = None,
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self._choices, self._before = choices, definition
        populations = [(name, name) for name in choices.populations]
        if definition and definition.population and not self._is_as_now(definition):
            populations.append((KEPT_RULES, f"{definition.population}, {KEPT_RULES}"))
        self._offer("population", [("", "Everybody"), *populations])
        self._offer("account", choices.accounts)
        self._offer("product", [("", "Any"), *choices.products])
        known = {name for name, _words in choices.actions}
        lost = [a for a in _actions_of(definition) if a not in known]
        for name in ("actions", "answer_actions"):
            self._offer(name, [*choices.actions, *((a, a) for a in lost)])
        if behaviour is not None:
            del self.fields["account"]
        else:
            del self.fields["note"]

    def _offer(self, name: str, offered: Sequence[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = offered

    def _is_as_now(self, definition: Definition) -> bool:
        return self._choices.populations.get(definition.population) == definition.rules

    def sections(self, findings: Sequence[Finding]) -> list[Section]:
        """Return the form part by part, with what is unclear."""
        said: dict[str, list[Finding]] = {}
        for finding in findings:
            said.setdefault(FIELD_OF[finding.part], []).append(finding)
        return [
            Section(
                heading,
                tuple((self[n], tuple(said.get(n, ()))) for n in names if n in self.fields),
            )
            for heading, names in SECTIONS
        ]

    def unread(self) -> list[str]:
        """Return the labels of fields in which something stands that cannot be read."""
        return [str(self[n].label) for n in self.errors if n in self.fields and self[n].value()]

    def definition(self) -> Definition:
        """Return what was typed, as far as it can be read."""
        told = dict.fromkeys(self.fields) | self.cleaned_data
        population, rules = self._population(told["population"] or "")
        return Definition(
            statement=(told["statement"] or "").strip(),
            population=population,
            rules=rules,
            product=told["product"] or "",
            actions=tuple(told["actions"] or ()),
            object_type=(told["object_type"] or "").strip(),
            properties=_pairs(told["properties"]),
            right_first_time=bool(told["right_first_time"]),
            within_hours=told["within_hours"],
            filled_in=listed(told["filled_in"]),
            every_opportunity=bool(told["every_opportunity"]),
            every_object=bool(told["every_object"]),
            amount=None if told["every_opportunity"] or told["every_object"] else told["amount"],
            answer_actions=tuple(told["answer_actions"] or ()) if told["every_opportunity"] else (),
            answer_hours=told["answer_hours"],
            cadence=Cadence(told["cadence"] or Cadence.WEEK),
            weekday=told["weekday"],
            at=told["at"],
            due_on=told["due_on"],
            grace_hours=told["grace_hours"] or 0,
            threshold=(told["threshold"] or 100) / 100,
            ramp=tuple(told["ramp"] or ()),
            reason=(told["reason"] or "").strip(),
            depends_on=told["depends_on"] or "",
            outcome=told["outcome"] or "",
            counters=(*(told["counters"] or ()), *listed(told["other_counters"])),
            least_effect=(told["least_effect"] or 5) / 100,
            review_on=told["review_on"],
            effects=Effects(
                told["intended_behaviours"] or "",
                told["intended_outcomes"] or "",
                told["unintended_behaviours"] or "",
                told["unintended_outcomes"] or "",
            ),
        )

    def facts(self, me: User | None) -> BehaviourFacts:
        """Return what was written; whoever names themselves is the owner."""
        owner_name = self.cleaned_data["owner_name"].strip()
        is_me = me is not None and owner_name in (me.name, me.email)
        return BehaviourFacts(
            name=self.cleaned_data["name"],
            definition=self.definition(),
            account=self.cleaned_data.get("account", ""),
            owner=me if is_me and owner_name else None,
            owner_name=owner_name,
        )

    def clean_properties(self) -> str:
        """Every property has a name and a value."""
        typed = str(self.cleaned_data["properties"])
        if any("=" not in part for part in listed(typed)):
            raise forms.ValidationError("Write each as name=value, with a semicolon between.")
        return typed

    def clean_ramp(self) -> list[int]:
        """Steps are whole numbers."""
        steps = listed(self.cleaned_data["ramp"])
        if any(not step.isdecimal() or not 0 < int(step) <= 10_000 for step in steps):
            raise forms.ValidationError("Write whole numbers with a semicolon between: 1; 2")
        return [int(step) for step in steps]

    def _population(self, chosen: str) -> tuple[str, tuple[RuleFacts, ...]]:
        if chosen == KEPT_RULES and self._before is not None:
            return self._before.population, self._before.rules
        return chosen, self._choices.populations.get(chosen, ())


def _actions_of(definition: Definition | None) -> tuple[str, ...]:
    return (*definition.actions, *definition.answer_actions) if definition else ()


def listed(typed: object) -> tuple[str, ...]:
    """Return what stands between semicolons."""
    return tuple(part for each in str(typed or "").split(BETWEEN) if (part := each.strip()))


def _pairs(typed: object) -> tuple[tuple[str, str], ...]:
    found = (part.partition("=") for part in listed(typed))
    return tuple((name.strip(), value.strip()) for name, _equals, value in found)


def typed_of(behaviour: Behaviour, definition: Definition, *, as_now: bool) -> dict[str, object]:
    """Return what one would have typed to write a definition down."""
    known = {name for name, _words in COUNTERS}
    return {
        **{name: getattr(definition, name) for name in Definition.__dataclass_fields__},
        "name": behaviour.name,
        "owner_name": behaviour.answers,
        "population": definition.population if as_now else KEPT_RULES,
        "properties": f"{BETWEEN} ".join(f"{n}={v}" for n, v in definition.properties),
        "filled_in": f"{BETWEEN} ".join(definition.filled_in),
        "cadence": definition.cadence.value,
        "threshold": round(definition.threshold * 100),
        "least_effect": round(definition.least_effect * 100),
        "ramp": f"{BETWEEN} ".join(map(str, definition.ramp)),
        "counters": [name for name in definition.counters if name in known],
        "other_counters": f"{BETWEEN} ".join(c for c in definition.counters if c not in known),
        **{name: getattr(definition.effects, name) for name in Effects.__dataclass_fields__},
    }

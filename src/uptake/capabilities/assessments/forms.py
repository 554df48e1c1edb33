"""Forms of surveys: beginning one, answering, wording anew, noting what was done."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from uptake.capabilities.assessments.actions import MOST_WEEKS, USUAL_WEEKS, Done, Wanted
from uptake.capabilities.assessments.instrument import LONGEST, Instrument, Norm, Worded
from uptake.capabilities.assessments.models import TEXT
from uptake.capabilities.customers.models import NAME

CANNOT_SAY = "none"
SCALE = (
    ("1", "Not at all"),
    ("2", "Rather not"),
    ("3", "In part"),
    ("4", "Mostly"),
    ("5", "Entirely"),
)
MORE_LINES = 3
"""Empty lines for statements of one's own."""


class SurveyForm(forms.Form):
    """A survey that begins."""

    account = forms.ChoiceField(label="Ask the people of")
    name = forms.CharField(
        max_length=NAME,
        required=False,
        label="Name",
        help_text="Culture of adoption, if you leave it out.",
    )
    every_weeks = forms.IntegerField(
        initial=USUAL_WEEKS,
        max_value=MOST_WEEKS,
        label="Once in so many weeks",
        help_text="Norms move slowly: 8 to 52 weeks.",
    )
    first_day = forms.DateField(
        required=False,
        label="First asked on",
        help_text="Today, if you leave it out. Answers are taken for two weeks.",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, accounts: Sequence[tuple[str, str]], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["account"] = forms.ChoiceField(label="Ask the people of", choices=accounts)

    def wanted(self) -> Wanted:
        """Return what was filled in."""
        return Wanted(**self.cleaned_data)


class AnswerForm(forms.Form):
    """A line for each statement, 1 to 5 or that one cannot say."""

    def __init__(self, *args: object, asked: Instrument, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self._statements = asked.statements
        for each in self._statements:
            self.fields[each.key] = forms.ChoiceField(
                label=each.says,
                choices=(*SCALE, (CANNOT_SAY, "I cannot say")),
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one; “I cannot say” is an answer too."},
            )

    def answers(self) -> dict[str, int | None]:
        """Return the answers by the key of each statement."""
        said = self.cleaned_data
        return {
            each.key: None if said[each.key] == CANNOT_SAY else int(said[each.key])
            for each in self._statements
        }


class StepForm(forms.Form):
    """What was done to shape norms."""

    what = forms.CharField(
        max_length=TEXT,
        label="What was done",
        help_text="Such as: the head of sales decides by the forecast in the system alone.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    by_whom = forms.CharField(max_length=NAME, label="By whom")
    day = forms.DateField(label="On", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    norms = forms.MultipleChoiceField(
        label="What it is meant to move", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, norms: Sequence[Norm], **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self.fields["norms"] = forms.MultipleChoiceField(
            label="What it is meant to move",
            choices=[(each.key, each.name) for each in norms],
            widget=forms.CheckboxSelectMultiple,
        )

    def done(self) -> Done:
        """Return what was filled in."""
        said = self.cleaned_data
        return Done(said["what"], said["by_whom"], said["day"], tuple(said["norms"]))


class QuestionsForm(forms.Form):
    """Every statement as a line of its own, and some empty ones; an empty line is left out."""

    def __init__(self, *args: object, asked: Instrument, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        self._asked = asked
        norms = [(each.key, each.name) for each in asked.norms]
        number = 0
        for norm in asked.norms:
            for each in norm.statements:
                self._add(number, norms, norm.key, each.says, is_reversed=each.is_reversed)
                number += 1
        for empty in range(number, number + MORE_LINES):
            self._add(empty, norms, norms[0][0], "", is_reversed=False)
        self._lines = number + MORE_LINES

    def _add(
        self,
        number: int,
        norms: Sequence[tuple[str, str]],
        norm: str,
        says: str,
        *,
        is_reversed: bool,
    ) -> None:
        name = f"Statement {number + 1}"
        self.fields[f"says_{number}"] = forms.CharField(
            max_length=LONGEST, required=False, label=name, initial=says
        )
        self.fields[f"norm_{number}"] = forms.ChoiceField(
            choices=norms, label=f"{name} tells of", initial=norm, required=False
        )
        self.fields[f"bad_{number}"] = forms.BooleanField(
            required=False, label="It is of something bad", initial=is_reversed
        )

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The fields of each statement."""
        return [
            [self[f"{name}_{n}"] for name in ("says", "norm", "bad")] for n in range(self._lines)
        ]

    def wanted(self) -> list[Worded]:
        """Return the statements as they shall be asked."""
        keys = [each.key for each in self._asked.statements]
        said = self.cleaned_data
        return [
            Worded(
                norm=said[f"norm_{n}"] or self._asked.norms[0].key,
                says=said[f"says_{n}"],
                is_reversed=said[f"bad_{n}"],
                key=keys[n] if n < len(keys) else None,
            )
            for n in range(self._lines)
        ]

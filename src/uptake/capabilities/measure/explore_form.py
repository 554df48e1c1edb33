"""The question of Explore as a form, and as an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from uptake.capabilities.measure.questions import ExploreQuestion, Filter, Span, Split
from uptake.capabilities.measure.views import ExploreView, MetricChoice
from uptake.metrics.measurement import Dimension
from uptake.metrics.scope import Grain
from uptake.ui.forms import LongSelect

Choices = list[tuple[str, Any]]  # Django's choices, some of them in groups

AT_ONCE = "none"
"""In an address: one number for the whole time."""

_DIMENSIONS = {
    Dimension.MANNER: "How",
    Dimension.TIMING: "When",
    Dimension.QUALITY: "How well",
    Dimension.FREQUENCY: "How often",
    Dimension.ACCOUNT: "Account and seats",
}
_GRAINS: Choices = [
    (Grain.DAY.value, "by day"),
    (Grain.WEEK.value, "by week"),
    (Grain.FOUR_WEEKS.value, "by four weeks"),
    (Grain.MONTH.value, "by month"),
    (AT_ONCE, "once, four weeks"),
]
_SPANS: Choices = [
    (Span.FOUR_WEEKS.value, "4 weeks"),
    (Span.TWELVE_WEEKS.value, "12 weeks"),
    (Span.HALF_A_YEAR.value, "26 weeks"),
    (Span.YEAR.value, "52 weeks"),
    (Span.ALL.value, "all data"),
]


def question_of(asked: QueryDict) -> ExploreQuestion:
    """Return the question of an address; what it does not say is as usual."""
    usual = ExploreQuestion()
    by, grain, span = asked.get("by", ""), asked.get("grain", ""), asked.get("span", "")
    named, _, value = asked.get("only", "").partition(":")
    return ExploreQuestion(
        metric=asked.get("metric") or usual.metric,
        by=Split(by) if by in set(Split) else None,
        grain=None if grain == AT_ONCE else Grain(grain) if grain in set(Grain) else usual.grain,
        span=Span(span) if span in set(Span) else usual.span,
        account=asked.get("account") or None,
        filters=(Filter(Split(named), value),) if named in set(Split) and value else (),
    )


class ExploreForm(forms.Form):
    """Which metric, of whom, split by what, over which time."""

    metric = forms.ChoiceField(label="Metric", widget=LongSelect)
    by = forms.ChoiceField(label="Split by", required=False, widget=LongSelect)
    grain = forms.ChoiceField(label="Over time", choices=_GRAINS, widget=LongSelect)
    span = forms.ChoiceField(label="Last", choices=_SPANS, widget=LongSelect)
    account = forms.ChoiceField(label="Account", required=False, widget=LongSelect)
    only = forms.ChoiceField(label="Only", required=False, widget=LongSelect)

    def __init__(self, view: ExploreView, *, asked: QueryDict) -> None:
        super().__init__(initial=_initial(view.question) | asked.dict())
        self._offer("metric", _metrics(view.metrics))
        self._offer("by", [("", "nothing"), *((by.value, by.value) for by in view.splits)])
        self._offer("account", [("", "all accounts"), *view.accounts])
        self._offer("only", _filters(view))
        if len(view.accounts) < 2:
            del self.fields["account"]

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
        if name == "only" and len(choices) < 2:
            del self.fields[name]


def _initial(question: ExploreQuestion) -> dict[str, str]:
    only = next((f"{item.by.value}:{item.value}" for item in question.filters), "")
    return {
        "metric": question.metric,
        "by": question.by.value if question.by else "",
        "grain": question.grain.value if question.grain else AT_ONCE,
        "span": question.span.value,
        "account": question.account or "",
        "only": only,
    }


def _metrics(metrics: Sequence[MetricChoice]) -> Choices:
    grouped: dict[Dimension, list[tuple[str, str]]] = defaultdict(list)
    for metric in metrics:
        grouped[metric.dimension].append((metric.key, metric.name))
    return [(_DIMENSIONS[dimension], grouped[dimension]) for dimension in grouped]


def _filters(view: ExploreView) -> Choices:
    offered: Choices = [("", "everyone")]
    for by, values in view.filters:
        found = [(f"{by.value}:{value}", value) for value in values]
        offered.append((by.value.capitalize(), found))
    return offered

"""What can be asked of Explore, and which questions are refused because they single people out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from uptake.foundation.errors import Invalid, NotFound
from uptake.metrics.catalogue import catalogue
from uptake.metrics.scope import Grain, Grouping


class Split(StrEnum):
    """What numbers can be split by."""

    ACCOUNT = "account"
    SEGMENT = "segment"
    TEAM = "team"
    ROLE = "role"
    POPULATION = "population"
    PRODUCT = "product"
    MODULE = "module"
    ACTION = "action"

    @property
    def grouping(self) -> Grouping:
        """The grouping of metrics that answers it; segments of accounts travel as teams."""
        return Grouping.TEAM if self is Split.SEGMENT else Grouping(self.value)


OF_PERSONS = frozenset({Split.TEAM, Split.ROLE, Split.POPULATION})
"""Attributes of people that numbers can be split by and filtered by."""

OF_ACTIVITY = frozenset({Split.PRODUCT, Split.MODULE, Split.ACTION})
"""What was done rather than who did it."""

OF_ACCOUNTS = frozenset({Split.ACCOUNT, Split.SEGMENT})

ANY = "*"
"""Stands for every account in a question that is answered for all of them at once."""

MOST_ATTRIBUTES = 2
"""Most attributes of people in one question: what it is split by and filtered by together."""


class Span(StrEnum):
    """Days a question can be about; each ends on the last complete Sunday."""

    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    HALF_A_YEAR = "26w"
    YEAR = "52w"
    ALL = "all"

    @property
    def weeks(self) -> int | None:
        """Whole weeks; None for all data."""
        return None if self is Span.ALL else int(self.value[:-1])


@dataclass(frozen=True, slots=True)
class Filter:
    """People of one team, role or population only."""

    by: Split
    value: str


@dataclass(frozen=True, slots=True)
class ExploreQuestion:
    """A metric of the catalogue by a grouping over time.

    ``account`` None: the whole workspace, or the account that the reader is limited to. Without a
    ``grain`` the metric is measured once, over four weeks.
    """

    metric: str = "adoption_rate"
    by: Split | None = None
    grain: Grain | None = Grain.WEEK
    span: Span = Span.TWELVE_WEEKS
    account: str | None = None
    filters: tuple[Filter, ...] = ()

    @property
    def attributes(self) -> frozenset[Split]:
        """The attributes of people that it uses."""
        used = {item.by for item in self.filters}
        return frozenset(used | ({self.by} & OF_PERSONS if self.by else set()))

    @property
    def about(self) -> str:
        """The question as text; two that are the same have the same."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, about: str) -> ExploreQuestion:
        """Return the question of a text."""
        return msgspec.json.decode(about, type=cls)


def check(question: ExploreQuestion) -> ExploreQuestion:
    """Return the question, or say why it is not answered.

    Raises:
        NotFound: there is no such metric.
        Invalid: the question makes no sense, or would single people out.
    """
    metric = catalogue.get(question.metric)
    if metric is None:
        raise NotFound(f"There is no metric {question.metric!r}; choose one from the list.")
    for problem in (_split(question), _filters(question), _periods(question)):
        if problem:
            raise Invalid(problem)
    return question


def _split(question: ExploreQuestion) -> str:
    metric = catalogue[question.metric]
    if question.by is not None and question.by.grouping not in metric.groupings:
        return f"{metric.name} cannot be split by {question.by}; choose another grouping."
    if question.by in OF_ACCOUNTS and question.account is not None:
        return f"One account cannot be split by {question.by}; choose team, role or population."
    if question.account is not None and Grouping.ACCOUNT not in metric.groupings:
        return f"{metric.name} is not known by account; ask about the whole workspace."
    return ""


def _filters(question: ExploreQuestion) -> str:
    names = [item.by for item in question.filters]
    if names and question.account is None:
        return "Choose an account first; people are filtered inside one account."
    if any(name not in OF_PERSONS for name in names):
        return "Filter by team, role or population; the account has a place of its own."
    if len(set(names)) < len(names):
        return "Filter once by each attribute."
    if question.by in names:
        return f"What is filtered by {question.by} cannot be split by it as well."
    if len(question.attributes) > MOST_ATTRIBUTES or len(names) >= MOST_ATTRIBUTES:
        return (
            "A question may use two attributes of people at most, one of them as a filter: more "
            "would point at persons."
        )
    if names and question.by in OF_ACTIVITY:
        return "What is split by product, module or action cannot be filtered by people as well."
    return ""


def _periods(question: ExploreQuestion) -> str:
    metric = catalogue[question.metric]
    if question.grain is None:
        return ""
    if not metric.over_time and question.grain not in (Grain.FOUR_WEEKS, Grain.MONTH):
        return f"{metric.name} looks back over all data; ask for it by four weeks or by month."
    if question.grain is Grain.DAY and (question.by in OF_PERSONS or question.filters):
        return "Days are shown for whole accounts only; ask for groups of people by week."
    if question.grain is Grain.DAY and question.span not in (Span.FOUR_WEEKS, Span.TWELVE_WEEKS):
        return "Days are shown for twelve weeks at most; ask for a longer time by week."
    return ""


def splits_of(metric: str, *, within_account: bool) -> tuple[Split, ...]:
    """Return what a metric can be split by, in the whole workspace or inside one account."""
    return tuple(
        by
        for by in Split
        if by.grouping in catalogue[metric].groupings and not (within_account and by in OF_ACCOUNTS)
    )

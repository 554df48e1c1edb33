"""In which of the states of adoption is each group, why, and since when.

Builds the evidence of methods/adoption/states from measurements, for one window or for every
four-week period, and lets the rules there decide. Requirement rows A3 and A9.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from uptake.methods.adoption.states import (
    Classification,
    Evidence,
    Observation,
    Thresholds,
    Transition,
    classify,
    transitions,
)
from uptake.methods.statistics.proportions import Share
from uptake.metrics.attributes import Seats
from uptake.metrics.catalogue import catalogue
from uptake.metrics.course import days_with_data
from uptake.metrics.day_blocks import day_of
from uptake.metrics.evaluate import default_window, figures_of, whole_span
from uptake.metrics.measurement import MINIMUM_PEOPLE, Figure, Window
from uptake.metrics.metric import Context
from uptake.metrics.people import in_scope
from uptake.metrics.people_days import NEVER
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping, Scope
from uptake.metrics.use import days_by_group, median_frequency, working_days_used
from uptake.metrics.work import LAST, work

Key = tuple[str | None, int]

_SHARES = {
    "breadth": "actions_in_use",
    "conformance": "conformance",
    "timeliness": "timeliness",
    "quality": "first_time_right",
}
"""Field of the evidence: key of the metric whose numerator and denominator it takes."""


@dataclass(frozen=True, slots=True)
class GroupState:
    """The state of a group at the end of a window, with the evidence that the rule used."""

    group: str | None
    window: Window
    classification: Classification


@dataclass(frozen=True, slots=True)
class GroupHistory:
    """States of a group over time, oldest first, and the changes that count."""

    group: str | None
    states: tuple[GroupState, ...]
    transitions: tuple[Transition, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What measuring cannot know: artefacts of extraction by group (None: of all groups).

    ``by_frequency`` false: how often people come decides nothing, because nobody listed them and
    so nobody said that whoever was seen once should come regularly.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    artefacts: Mapping[str | None, tuple[str, ...]] | None = None
    by_frequency: bool = True

    def artefacts_of(self, group: str | None) -> tuple[str, ...]:
        """Sentences that make a group's window unfit to judge."""
        known = self.artefacts or {}
        return known.get(None, ()) + (known.get(group, ()) if group is not None else ())


def classify_groups(
    relations: Relations,
    *,
    by: Grouping | str | None = None,
    window: Window | None = None,
    circumstances: Circumstances | None = None,
) -> list[GroupState]:
    """The state of every group (``by`` None: of everyone) in a window, by name of group."""
    scope = Scope(window or default_window(relations), None if by is None else Grouping(by))
    return _classified(relations, scope, circumstances or Circumstances())


def state_history(
    relations: Relations,
    *,
    by: Grouping | str | None = None,
    window: Window | None = None,
    circumstances: Circumstances | None = None,
) -> list[GroupHistory]:
    """States of every group in each four-week period up to the last complete day."""
    told = circumstances or Circumstances()
    span = window or whole_span(relations)
    scope = Scope(span, None if by is None else Grouping(by), Grain.FOUR_WEEKS)
    groups: dict[str | None, list[GroupState]] = defaultdict(list)
    for state in _classified(relations, scope, told):
        groups[state.group].append(state)
    confirm = told.thresholds.periods_to_confirm
    return [
        GroupHistory(group, tuple(states), tuple(_transitions(states, confirm)))
        for group, states in groups.items()
    ]


def _transitions(states: Sequence[GroupState], confirm: int) -> list[Transition]:
    seen = [Observation.of(state.window.last, state.classification) for state in states]
    return transitions(seen, periods_to_confirm=confirm)


def _classified(relations: Relations, scope: Scope, told: Circumstances) -> list[GroupState]:
    if relations.span is None or relations.cannot_group(scope.by):
        return []
    facts = _Facts.of(relations, scope)
    keys = sorted(facts.people, key=lambda key: (key[0] or "", key[1]))
    windows = scope.windows
    return [
        GroupState(group, windows[bucket], classify(facts.evidence(key, told), told.thresholds))
        for key in keys
        for group, bucket in [key]
    ]


@dataclass(frozen=True, slots=True)
class _Records:
    """Value actions of a group: in the period, ever until its end, other events, last day."""

    inside: int
    ever: int
    other: int
    last: date | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything that evidence is made of, by group and bucket."""

    relations: Relations
    scope: Scope
    people: Mapping[Key, int]
    active: Mapping[Key, int]
    frequency: Mapping[Key, float | None]
    shares: Mapping[str, Mapping[Key, Figure]]
    records: Mapping[Key, _Records]
    delivered: frozenset[int]
    ends: Sequence[date]
    lives: Mapping[str | None, date]
    seats: Mapping[str | None, Sequence[Seats]]

    @classmethod
    def of(cls, relations: Relations, scope: Scope) -> _Facts:
        people = in_scope(relations, scope)
        context = Context(relations, scope, people)
        metrics = [catalogue[key] for key in ("adoption_rate", *_SHARES.values())]
        figures = figures_of(metrics, context)
        days = days_by_group(relations.ask(working_days_used, scope), context)
        records = _records(relations, scope)
        active = _by_key(figures["adoption_rate"])
        return cls(
            relations,
            scope,
            people,
            {key: int(figure.numerator or 0) for key, figure in active.items()},
            {key: median_frequency(found) for key, found in days.items()},
            {field: _by_key(figures[metric]) for field, metric in _SHARES.items()},
            records,
            _delivered(relations, scope),
            [window.last for window in scope.windows],
            _lives(relations),
            _seats(relations),
        )

    def evidence(self, key: Key, told: Circumstances) -> Evidence:
        group, bucket = key
        if self.people[key] < MINIMUM_PEOPLE:  # what so few people did is nobody else's business
            return Evidence(self.people[key], 0, 0, 0)
        last = self.ends[bucket]
        records = self.records.get(key, _Records(0, 0, 0, None))
        return Evidence(
            people=self.people[key],
            active28=min(self.active.get(key, 0), self.people[key]),
            records28=records.inside,
            records_ever=records.ever,
            other_events28=records.other,
            days_since_last_record=(last - records.last).days if records.last else None,
            days_since_go_live=self._live(group, last),
            source_delivers=bucket in self.delivered,
            artefacts=told.artefacts_of(group),
            entitled=self._entitled(group, last),
            frequency=self.frequency.get(key) if told.by_frequency else None,
            breadth=self._share("breadth", key),
            conformance=self._share("conformance", key),
            timeliness=self._share("timeliness", key),
            quality=self._share("quality", key),
        )

    def _share(self, field: str, key: Key) -> Share | None:
        figure = self.shares[field].get(key)
        if figure is None or figure.numerator is None or not figure.denominator:
            return None
        return Share(figure.numerator, figure.denominator)

    def _live(self, group: str | None, last: date) -> int | None:
        live = self.lives.get(group) if self.scope.by in (None, Grouping.ACCOUNT) else None
        return (last - live).days if live else None

    def _entitled(self, group: str | None, last: date) -> int | None:
        if self.scope.by not in (None, Grouping.ACCOUNT):
            return None
        return (
            sum(
                seats.entitled
                for seats in self.seats.get(group, ())
                if seats.first <= last and (seats.last is None or last <= seats.last)
            )
            or None
        )


def _lives(relations: Relations) -> dict[str | None, date]:
    """The first go-live of each account, and of all (None)."""
    lives: dict[str | None, date] = {}
    for live in relations.go_lives:
        for group in (None, live.account):
            lives[group] = min(lives.get(group, live.day), live.day)
    return lives


def _seats(relations: Relations) -> dict[str | None, list[Seats]]:
    """The seats of each account, and of all (None)."""
    found: dict[str | None, list[Seats]] = defaultdict(list)
    for seats in relations.seats:
        found[None].append(seats)
        found[seats.account].append(seats)
    return found


def _by_key(figures: Sequence[Figure]) -> dict[Key, Figure]:
    return {(figure.group, figure.bucket): figure for figure in figures if figure.point is None}


def _records(relations: Relations, scope: Scope) -> dict[Key, _Records]:
    """Counts of value actions and other events of each group, by the end of each period.

    Where people are listed only what they did counts: what machines record is not use.
    """
    value = _events(relations, scope)
    everything = _events(relations, scope, value=False)
    earlier = _events(relations, _before(relations, scope))
    records: dict[Key, _Records] = {}
    for group in {group for group, _ in (*everything, *earlier)}:
        total, last = earlier.get((group, 0), (0, None))
        for bucket in range(len(scope.windows)):
            done, newest = value.get((group, bucket), (0, None))
            total, last = total + done, newest or last
            other = everything.get((group, bucket), (0, None))[0] - done
            records[group, bucket] = _Records(done, total, other, last)
    return records


def _before(relations: Relations, scope: Scope) -> Scope:
    """The days of data before the first period; a single empty day where there are none."""
    first = scope.windows[0].first if scope.windows else scope.window.first
    start = relations.span[0] if relations.span else first
    end = first - timedelta(days=1)
    return Scope(Window(min(start, end), end), scope.by)


def _delivered(relations: Relations, scope: Scope) -> frozenset[int]:
    """The periods in which the source sent anything, whoever did it."""
    rows = relations.ask(days_with_data, Scope(scope.window)).to_pylist()
    windows = list(enumerate(scope.windows))
    return frozenset(b for row in rows for b, w in windows if w.first <= row["day"] <= w.last)


def _events(
    relations: Relations, scope: Scope, *, value: bool = True
) -> dict[Key, tuple[int, date | None]]:
    """How many events, and the day of the last, of each group and period that has any."""
    done = work(relations, scope, "events", LAST, value=value, listed=True)
    events, newest = done.sums("events"), done.newest()
    context, periods = Context(relations, scope), max(len(scope.windows), 1)
    names = [context.name(group) for group in done.groups]
    return {
        (names[cell // periods], cell % periods): (int(events[cell]), day_of(int(newest[cell])))
        for cell in np.flatnonzero(newest != NEVER).tolist()
    }

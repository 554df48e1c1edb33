"""The portfolio: one row an account, the ones that need somebody first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from uptake.methods.adoption.states import Classification, Thresholds
from uptake.metrics.attributes import Attributes
from uptake.metrics.classification import Circumstances, classify_groups
from uptake.metrics.evaluate import default_window, evaluate, measure_over_time
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.profiles import Profile
from uptake.metrics.relations import LakeView, Relations
from uptake.metrics.scope import Grain, Grouping

TREND_WEEKS = 12
"""Weeks in the small trend of an account."""

_KEYS = ("adoption_rate", "seats_active", "shelfware", "days_since_last_use")


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One account as of a day; None where nothing is known.

    ``active`` and ``in_scope`` are people, ``seats`` those in use of those paid for, ``unused`` the
    cost of the others, ``silent`` the days since anybody did anything, ``renewal`` the next end of
    a contract, ``trend`` the active people of each of the last weeks.
    """

    account: str
    classification: Classification
    active: int
    in_scope: int
    seats: Measurement | None
    unused: Measurement | None
    silent: Measurement | None
    renewal: date | None
    trend: tuple[float | None, ...]


def portfolio(
    snapshot: LakeView,
    attributes: Attributes,
    *,
    as_of: date | None = None,
    thresholds: Thresholds | None = None,
    profile: Profile | None = None,
) -> list[PortfolioRow]:
    """Return every account, worst state first, then the nearest renewal."""
    relations = Relations.from_rollups(snapshot, attributes, profile=profile)
    window = default_window(relations, as_of)
    told = Circumstances(thresholds or Thresholds())
    states = classify_groups(relations, by=Grouping.ACCOUNT, window=window, circumstances=told)
    measured = evaluate(_KEYS, relations, by=Grouping.ACCOUNT, window=window)
    numbers = {(number.group, number.key): number for number in measured if number.is_measured}
    trends = _trends(relations, window)
    rows = [
        PortfolioRow(
            account=state.group,
            classification=state.classification,
            active=state.classification.evidence.active28,
            in_scope=state.classification.evidence.people,
            seats=numbers.get((state.group, "seats_active")),
            unused=numbers.get((state.group, "shelfware")),
            silent=numbers.get((state.group, "days_since_last_use")),
            renewal=_renewal(attributes, state.group, window.last),
            trend=trends.get(state.group, ()),
        )
        for state in states
        if state.group is not None
    ]
    return sorted(rows, key=_urgency)


def _urgency(row: PortfolioRow) -> tuple[int, date, str]:
    return row.classification.state.severity, row.renewal or date.max, row.account


def _renewal(attributes: Attributes, account: str, today: date) -> date | None:
    ends = [seats.last for seats in attributes.seats if seats.account == account]
    return min((end for end in ends if end is not None and end >= today), default=None)


def _trends(relations: Relations, window: Window) -> dict[str, tuple[float | None, ...]]:
    span = Window.ending(window.last, 7 * TREND_WEEKS)
    rows: dict[str, list[float | None]] = defaultdict(list)
    for number in measure_over_time(
        "active_people", relations, Grain.WEEK, by=Grouping.ACCOUNT, window=span
    ):
        if number.group is not None:
            rows[number.group].append(number.value)
    return {account: tuple(values) for account, values in rows.items()}

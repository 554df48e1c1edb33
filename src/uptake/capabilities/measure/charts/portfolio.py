"""The portfolio's picture: adoption against the end of the contract, or states where none ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from uptake.capabilities.measure.portfolio_rows import states_listed
from uptake.capabilities.measure.views import DeploymentRow, PortfolioView
from uptake.ui import words
from uptake.ui.charts.adoption import Bar, RenewalPoint, bars, rates_by_renewal
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart, Column, text_table

SOON = 120
"""Days before the end of a contract in which it still can be turned."""

WEAK = 0.5
"""Share of active people below which a renewal is in doubt."""

MOST_LABELS = 4


def picture(view: PortfolioView) -> Chart | None:
    """Return the picture of the rows that are shown."""
    as_of = view.basis.as_of
    points = _points(view.rows, as_of) if as_of else []
    if as_of and len(points) >= 2:
        return _by_renewal(points, as_of)
    return _by_state(view.rows) if view.rows else None


def _points(rows: Sequence[DeploymentRow], as_of: date) -> list[RenewalPoint]:
    risky = [row for row in rows if row.renewal and _is_at_risk(row, as_of)]
    named = sorted(risky, key=lambda row: row.renewal or date.max)[:MOST_LABELS]
    points = (_point(row, labelled=row in named) for row in rows)
    return [point for point in points if point is not None]


def _is_at_risk(row: DeploymentRow, as_of: date) -> bool:
    weak = row.active is not None and (row.active.value or 0.0) < WEAK
    soon = row.renewal is not None and row.renewal <= as_of + timedelta(days=SOON)
    return row.state.is_failure or (weak and soon)


def _point(row: DeploymentRow, *, labelled: bool) -> RenewalPoint | None:
    """Where a deployment stands; nowhere without an end of contract or a rate."""
    if row.renewal is None or row.active is None or row.active.value is None:
        return None
    return RenewalPoint(
        name=row.name,
        renewal=row.renewal,
        share=row.active.value,
        people=row.active.denominator or 0.0,
        told=_told(row),
        needs_somebody=row.state.is_failure,
        labelled=labelled,
    )


def _told(row: DeploymentRow) -> str:
    active = row.active
    if active is None or not active.is_measured:
        return "not known"
    return (
        f"{words.count(active.numerator or 0)} of {words.count(active.denominator or 0)} active "
        f"({words.percent(active.value or 0.0)})"
    )


def _by_renewal(points: Sequence[RenewalPoint], as_of: date) -> Chart:
    soon = [point for point in points if point.renewal <= as_of + timedelta(days=SOON)]
    weak = [point for point in soon if point.needs_somebody or point.share < WEAK]
    finding = _finding(len(soon), len(weak))
    subtitle = (
        "Share of people active in four weeks, by the end of the contract; a larger mark is more "
        "people, a red square needs somebody"
    )
    columns = (Column("Deployment"), Column("Contract ends"), Column("Active", numeric=True))
    rows = [
        (point.name, words.short_day(point.renewal), point.told)
        for point in sorted(points, key=lambda point: point.renewal)
    ]
    summary = f"{finding} {len(points)} deployments with a known end of contract are drawn."
    return Chart(
        rates_by_renewal(points, Headline(finding, subtitle), today=as_of),
        summary,
        text_table("Deployments by the end of their contract", columns, rows),
    )


def _finding(soon: int, weak: int) -> str:
    if not soon:
        return f"No contract ends in the next {SOON} days."
    ends = f"{words.plural(soon, 'contract ends', 'contracts end')} in the next {SOON} days"
    if not weak:
        return f"{ends}; in each, half of the people or more use what they paid for."
    which = "one" if weak == 1 else str(weak)
    return f"{ends}; in {which} of them most people do not use it, or not as meant."


def _by_state(rows: Sequence[DeploymentRow]) -> Chart:
    counted = states_listed(rows)
    drawn = [
        Bar(
            state.plain.capitalize() if state else "Hidden to protect people",
            number,
            state is not None and state.is_failure,
        )
        for state, number in counted.items()
    ]
    failing = sum(bar.count for bar in drawn if bar.needs_somebody)
    finding = f"{failing} of {words.plural(len(rows), 'deployment')} need somebody."
    table = text_table(
        "Deployments by state",
        (Column("State"), Column("Deployments", numeric=True)),
        [(bar.label, str(bar.count)) for bar in drawn],
    )
    headline = Headline(finding, "Deployments by state, the most severe first")
    return Chart(bars(drawn, headline), finding, table)

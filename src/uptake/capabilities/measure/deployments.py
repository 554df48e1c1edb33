"""Puts a deployment's view together from its prepared figures and what the records say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from uptake.capabilities.customers.terms import Term, next_renewal
from uptake.capabilities.measure.deployment_findings import compared
from uptake.capabilities.measure.figures import DeploymentFigures, RowFigures, StateFigure
from uptake.capabilities.measure.parts import LEADING
from uptake.capabilities.measure.picture import Gap
from uptake.capabilities.measure.privacy import series
from uptake.capabilities.measure.views import (
    DeploymentRow,
    FindingView,
    Mark,
    SeatsView,
    SideView,
    TimelineEntry,
)
from uptake.methods.adoption.licences import RenewalExposure, renewal_exposure
from uptake.methods.adoption.states import Thresholds
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Dimension, Measurement, MeasurementState, Unit
from uptake.ui import words

if TYPE_CHECKING:
    from uptake.capabilities.customers.models import Account, Change

NOTHING_YET = StateFigure(None, "Nothing is known about the use of this deployment yet.")
SIDES = (Dimension.MANNER, Dimension.TIMING, Dimension.QUALITY, Dimension.FREQUENCY)
HEADLINES = ("adoption_rate", "active_people")

_LINES = Thresholds()
LINES: Mapping[str, float] = {
    "conformance": _LINES.conformance,
    "breadth": _LINES.barely_breadth,
    "timeliness": _LINES.timeliness,
    "first_time_right": _LINES.quality,
    "frequency": _LINES.barely_frequency,
}
"""Thresholds of the leading numbers."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the records say about accounts; all of it passed the doors of customers.

    ``top`` is the account that the reader is limited to: what is above it is not theirs to know.
    """

    accounts: Mapping[str, Account]
    top: str | None
    product_names: Mapping[str, str]
    terms: Mapping[str, Sequence[Term]]
    go_lives: Mapping[tuple[str, str], date]
    sees_prices: bool


def row_of(
    figures: RowFigures | None,
    records: Records,
    account: str,
    product: str | None,
    *,
    as_of: date | None,
) -> DeploymentRow:
    """Return a row of the portfolio."""
    known = records.accounts[account]
    terms = records.terms.get(account, ())
    renewal = next_renewal(terms, product, as_of) if as_of else None
    running = [term for term in terms if _runs(term, product, as_of)]
    unused = figures.unused if figures and records.sees_prices else None
    last_data = figures.last_data if figures else None
    return DeploymentRow(
        account=account,
        account_name=str(known),
        product=product,
        product_name=records.product_names.get(product or "", product or ""),
        parent=known.parent.external_id if known.parent and account != records.top else None,
        segment=known.segment,
        owner=known.owner,
        state=figures.state if figures else NOTHING_YET,
        active=figures.active if figures else None,
        seats=figures.seats if figures else None,
        entitled=sum(term.seats or 0 for term in running) or None,
        unused=unused,
        currency=next((term.currency for term in running if term.currency), ""),
        trend=figures.trend if figures else (),
        last_data=last_data,
        silent_days=(as_of - last_data).days if as_of and last_data else None,
        renewal=renewal.last if renewal else None,
        notice=renewal.notice if renewal else None,
        decision=renewal.decision if renewal else "",
        go_live=_go_live(records, account, product),
    )


def _runs(term: Term, product: str | None, as_of: date | None) -> bool:
    if product is not None and term.product not in (None, product):
        return False
    begun = as_of is None or term.first is None or term.first <= as_of
    return begun and (as_of is None or term.last is None or term.last >= as_of)


def _go_live(records: Records, account: str, product: str | None) -> date | None:
    days = [
        day
        for (of, what), day in records.go_lives.items()
        if of == account and product in (None, what)
    ]
    return min(days, default=None)


def sides(figures: DeploymentFigures) -> tuple[SideView, ...]:
    """Return the four sides of use."""
    return tuple(_side(figures, dimension) for dimension in SIDES)


def _side(figures: DeploymentFigures, dimension: Dimension) -> SideView:
    numbers = {
        n.key: n
        for n in figures.numbers
        if catalogue[n.key].dimension is dimension and n.point is None and n.key not in HEADLINES
    }
    candidates = [numbers[key] for key in LEADING[dimension] if key in numbers]
    leading = next((number for number in candidates if number.is_measured), None)
    if leading is None:
        reason = candidates[-1].reason if candidates else "nothing measures it yet"
        return SideView(
            dimension, None, (), (), (), "Not measurable", is_failing=False, missing=reason
        )
    points = next((trend.points for trend in figures.trends if trend.key == leading.key), ())
    line = LINES.get(leading.key)
    failing = line is not None and (leading.value or 0.0) < line
    return SideView(
        dimension=dimension,
        leading=leading,
        others=tuple(n for n in numbers.values() if n is not leading),
        trend=series(points),
        trend_windows=tuple(point.window for point in points),
        word=_word(line, failing=failing),
        is_failing=failing,
    )


def _word(line: float | None, *, failing: bool) -> str:
    if line is None:
        return "No threshold"
    return f"Below {words.percent(line)}" if failing else "On track"


def seats_view(figures: DeploymentFigures, row: DeploymentRow) -> SeatsView:
    """Return licence use."""
    active = figures.number("seats_active")
    return SeatsView(
        provisioned=figures.number("seats_provisioned"),
        activated=figures.number("seats_activated"),
        active=active,
        unused=row.unused,
        entitled=row.entitled,
        currency=row.currency,
        exposure=_exposure(active, row.unused),
    )


def _exposure(active: Measurement | None, unused: Measurement | None) -> RenewalExposure | None:
    """What a renewal may lose, at the price of the seats that are not used now."""
    if active is None or active.numerator is None or not active.denominator:
        return None
    if unused is None or not unused.value or not unused.numerator:
        return None
    return renewal_exposure(
        entitled=active.denominator,
        active28=active.numerator,
        yearly_price=unused.value / unused.numerator,
    )


def without_prices(figures: DeploymentFigures, *, sees_prices: bool) -> DeploymentFigures:
    """Return the figures without money for who may not see contracts."""
    if sees_prices:
        return figures
    return replace(
        figures,
        row=replace(figures.row, unused=None),
        numbers=tuple(n for n in figures.numbers if n.unit is not Unit.MONEY),
    )


def sentences(
    row: DeploymentRow, figures: DeploymentFigures, findings: Sequence[FindingView]
) -> tuple[str, ...]:
    """Return how a deployment stands, and whose move it is."""
    first = _standing(row, figures)
    if not findings:
        return (first,)
    urgent = findings[0]
    return first, f"{urgent.sentence} It is the move of {urgent.whose_move}."


def _standing(row: DeploymentRow, figures: DeploymentFigures) -> str:
    rate = row.active
    if rate is None or not rate.is_measured or rate.denominator is None or rate.value is None:
        return f"{row.name}: {row.state.plain}. {row.state.reason}"
    bounds = ""
    if rate.low is not None and rate.high is not None:
        bounds = f", {rate.low * 100:.0f}-{rate.high * 100:.0f}"
    told = (
        f"{words.count(rate.numerator or 0)} of {words.people(rate.denominator)} used it in the "
        f"four weeks to {words.day(rate.window.last)} ({words.percent(rate.value)}{bounds})."
    )
    return f"{told} {_direction(figures)}".strip()


def _direction(figures: DeploymentFigures) -> str:
    before, now = compared(figures.weeks)
    if before is None or now is None:
        return ""
    if abs(now - before) < 0.02:
        return f"A week's use is as it was twelve weeks ago ({words.percent(now)} of people)."
    word = "up" if now > before else "down"
    return (
        f"In a week {words.percent(now)} use it, {word} from {words.percent(before)} twelve weeks "
        "ago."
    )


def marks(changes: Iterable[Change], row: DeploymentRow) -> tuple[Mark, ...]:
    """Return go-live and changes as marks on the axis, oldest first."""
    found = [Mark(c.happened_on, c.kind, _label(c, row)) for c in changes]
    if row.go_live and not any(m.day == row.go_live and m.kind == "go_live" for m in found):
        found.append(Mark(row.go_live, "go_live", "Go-live"))
    return tuple(sorted(found, key=lambda mark: (mark.day, mark.kind)))


def _label(change: Change, row: DeploymentRow) -> str:
    """What changed; beside all use of an account also of which product it is the go-live."""
    told = str(change.description or change.get_kind_display())
    is_one_of_many = change.kind == "go_live" and row.product is None and change.product is not None
    return f"{told}: {change.product}" if is_one_of_many else told


def timeline(
    marked: Iterable[Mark], state: StateFigure, written: Iterable[TimelineEntry]
) -> tuple[TimelineEntry, ...]:
    """Return what happened, newest first: changes, changes of state, what people wrote and did."""
    found = [
        TimelineEntry(mark.day, "go_live" if mark.kind == "go_live" else "change", mark.label, "")
        for mark in marked
    ]
    found += [
        TimelineEntry(change.day, "state", f"State: {change.after.plain}", change.sentence)
        for change in state.changes
    ]
    found += written
    return tuple(sorted(found, key=lambda entry: entry.day, reverse=True))


def missing(numbers: Iterable[Measurement]) -> tuple[Gap, ...]:
    """Return the questions that these data cannot answer, and what would answer them."""
    found: dict[str, Gap] = {}
    for number in numbers:
        if number.state is MeasurementState.NOT_MEASURABLE and number.point is None:
            found.setdefault(number.reason, Gap(catalogue[number.key].question, number.reason))
    return tuple(found.values())

"""Figures of every deployment of a workspace, each metric asked once for all accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import ibis.expr.types as ir

from uptake.capabilities.measure.figures import (
    DeploymentFigures,
    PortfolioFigures,
    RowFigures,
    StateFigure,
    Trend,
    part_name,
)
from uptake.capabilities.measure.kept import Prepared, encode
from uptake.capabilities.measure.prepared.footing import Footing
from uptake.capabilities.measure.prepared.products import products_by_account, within_product
from uptake.capabilities.measure.prepared.stating import histories, people_of, shown
from uptake.capabilities.measure.privacy import protect, series
from uptake.metrics.catalogue import catalogue
from uptake.metrics.classification import GroupHistory
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import WINDOW_DAYS, Measurement, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping, Scope
from uptake.metrics.work import ROLLUP

HEAD = ""
"""The part with the portfolio."""

TREND_WEEKS = 12
MOST_WEEKS = 156
PERIODS = 13

OF_ACCOUNTS = tuple(key for key, m in catalogue.items() if Grouping.ACCOUNT in m.groupings)
"""Every metric that can be split by account."""

IN_THE_ROW = ("adoption_rate", "seats_active", "shelfware")

WITH_TREND = ("conformance", "breadth", "timeliness", "first_time_right", "frequency")
"""Metrics that may lead a side of use."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """One way through the lake: all use, or that of one product; values by account."""

    footing: Footing
    product: str | None
    histories: Mapping[str, GroupHistory]
    numbers: Mapping[str, Sequence[Measurement]]
    weeks: Mapping[str, Sequence[Measurement]]
    trends: Mapping[str, Sequence[Trend]]
    last_data: Mapping[str, date]

    def figures(self, account: str) -> DeploymentFigures:
        """Return what may be shown of an account."""
        people = people_of(self.histories[account]) if account in self.histories else 0
        numbers = tuple(self._protected(self.numbers.get(account, ()), people))
        weeks = tuple(self._protected(self.weeks.get(account, ())))
        return DeploymentFigures(
            row=self._row(account, numbers, weeks),
            numbers=numbers,
            weeks=weeks,
            trends=tuple(
                Trend(trend.key, tuple(self._protected(trend.points, people)))
                for trend in self.trends.get(account, ())
            ),
        )

    def _row(
        self, account: str, numbers: Sequence[Measurement], weeks: Sequence[Measurement]
    ) -> RowFigures:
        chosen = {n.key: n for n in numbers if n.key in IN_THE_ROW}
        counted = [replace(week, value=week.numerator) for week in weeks[-TREND_WEEKS:]]
        return RowFigures(
            account=account,
            product=self.product,
            state=self._state(account),
            active=chosen.get("adoption_rate"),
            seats=chosen.get("seats_active"),
            unused=chosen.get("shelfware"),
            trend=series(counted),
            last_data=self.last_data.get(account),
        )

    def _state(self, account: str) -> StateFigure:
        history = self.histories.get(account)
        if history is None:
            return NOBODY
        return replace(shown(history, self.footing, hidden=False), history=(), changes=())

    def _protected(
        self, numbers: Iterable[Measurement], people: int | None = None
    ) -> Iterator[Measurement]:
        """Hide and round; who is behind a number of a period is said by the number itself."""
        minimum = self.footing.minimum_people
        for number in numbers:
            behind = people if people is not None else number.people
            small = behind is not None and behind < minimum
            yield protect(number, behind, hidden=small, minimum_people=minimum)

    def detailed(self, account: str) -> DeploymentFigures:
        """Return what may be shown of an account, with the history of its state."""
        found = self.figures(account)
        history = self.histories.get(account)
        if history is None:
            return found
        state = shown(history, self.footing, hidden=False)
        return replace(found, row=replace(found.row, state=state))


NOBODY = StateFigure(None, "Nobody is known in this account and nothing has arrived from it yet.")


def prepare_accounts(footing: Footing) -> Prepared:
    """Return the portfolio and a part for each deployment."""
    if footing.is_empty:
        return Prepared({HEAD: encode(PortfolioFigures((), {}))}, None, footing.settings)
    products = products_by_account(footing.relations)
    parts: dict[str, bytes] = {}
    rows: list[RowFigures] = []
    for one, accounts in _passes(footing, products):
        for account in accounts:
            rows.append(one.figures(account).row)
            parts[part_name(account, one.product)] = encode(one.detailed(account))
    head = PortfolioFigures(tuple(rows), products)
    return Prepared({HEAD: encode(head), **parts}, footing.window.last, footing.settings)


def _passes(
    footing: Footing, products: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[_Pass, list[str]]]:
    whole = _walk(footing, footing.relations, None)
    yield whole, sorted({*whole.histories, *products, *whole.last_data})
    for product, accounts in several(products).items():
        yield _walk(footing, within_product(footing.relations, product), product), accounts


def several(products: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return the accounts by product of those that use more than one."""
    accounts: dict[str, list[str]] = defaultdict(list)
    for account, used in products.items():
        if len(used) > 1:
            for product in used:
                accounts[product].append(account)
    return dict(sorted(accounts.items()))


def _walk(footing: Footing, relations: Relations, product: str | None) -> _Pass:
    by, window = Grouping.ACCOUNT, footing.window
    first = relations.span[0] if relations.span else window.first
    weeks = min(MOST_WEEKS, (window.last - first).days // 7 + 1)
    span = Window.ending(window.last, 7 * max(weeks, TREND_WEEKS))
    return _Pass(
        footing=footing,
        product=product,
        histories=histories(footing, relations, by=by, last=window, periods=PERIODS),
        numbers=_grouped(evaluate(OF_ACCOUNTS, relations, by=by, window=window, minimum_people=0)),
        weeks=_grouped(
            measure_over_time(
                "adoption_rate", relations, Grain.WEEK, by=by, window=span, minimum_people=0
            )
        ),
        trends=_trends(relations, window),
        last_data=_last_data(relations, window.last),
    )


def _trends(relations: Relations, window: Window) -> dict[str, list[Trend]]:
    """Numbers in the four-week periods that lie wholly in the data, thirteen at most."""
    trends: dict[str, list[Trend]] = defaultdict(list)
    first = relations.span[0] if relations.span else window.first
    periods = min(PERIODS, ((window.last - first).days + 1) // WINDOW_DAYS)
    span = Window.ending(window.last, max(periods, 1) * WINDOW_DAYS)
    for key in WITH_TREND:
        points = measure_over_time(
            key, relations, Grain.FOUR_WEEKS, by=Grouping.ACCOUNT, window=span, minimum_people=0
        )
        for account, found in _grouped(points).items():
            trends[account].append(Trend(key, tuple(found)))
    return trends


def _grouped(numbers: Iterable[Measurement]) -> dict[str, list[Measurement]]:
    return grouped(numbers, lambda number: number.group)


def grouped(
    numbers: Iterable[Measurement], name: Callable[[Measurement], str | None]
) -> dict[str, list[Measurement]]:
    """Return numbers by a name, oldest window first; those without a name are left out."""
    found: dict[str, list[Measurement]] = defaultdict(list)
    for number in sorted(numbers, key=lambda number: number.window.last):
        key = name(number)
        if key is not None:
            found[key].append(number)
    return found


def _last_data(relations: Relations, last: date) -> dict[str, date]:
    first = relations.span_window.first
    scope = Scope(Window(min(first, last), last))
    names, found = relations.texts[Grouping.ACCOUNT], dict[str, date]()
    for row in relations.ask_files(_newest, scope, ROLLUP).to_pylist():
        name = names.get(row["account"])
        if name is not None:
            found[name] = max(found.get(name, row["last"]), row["last"])
    return found


def _newest(relations: Relations, scope: Scope) -> ir.Table:
    """The last day with anything of each account."""
    rows = scope.rows(relations.activity)
    return rows.aggregate(by="account", last=rows.day.max())

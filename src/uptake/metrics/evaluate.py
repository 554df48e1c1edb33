"""Answering metrics: parts shared by many metrics and groups, then states and suppression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from uptake.metrics.catalogue import catalogue
from uptake.metrics.hierarchy import roll_up
from uptake.metrics.measurement import (
    MINIMUM_PEOPLE,
    WINDOW_DAYS,
    Figure,
    Measurement,
    MeasurementState,
    Window,
)
from uptake.metrics.metric import Context, Expression, Metric, read_ratio
from uptake.metrics.people import in_scope
from uptake.metrics.relations import Relations
from uptake.metrics.scope import OF_ACTIVITY, Grain, Grouping, Scope
from uptake.metrics.suppression import suppress
from uptake.store.errors import UptakeError

_NOTHING_HERE = "there was nothing to count here in this window"


class UnknownMetric(UptakeError):
    """A key that is not in the catalogue."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"There is no metric {key!r}: choose one of {', '.join(sorted(catalogue))}."
        )


def evaluate(
    metrics: Iterable[Metric | str],
    relations: Relations,
    *,
    by: Grouping | str | None = None,
    window: Window | None = None,
    minimum_people: int = MINIMUM_PEOPLE,
    parents: Mapping[str, str] | None = None,
) -> list[Measurement]:
    """Measure metrics over a window, for everyone or for each group.

    The default window is the 28 days to the last complete day of the data. ``parents`` maps a
    group to the group above it: parents are summed from what lies below them.
    """
    scope = Scope(window or default_window(relations), _grouping(by))
    return _answer(tuple(_chosen(metrics)), relations, scope, minimum_people, parents or {})


def measure_over_time(
    metric: Metric | str,
    relations: Relations,
    grain: Grain | str = Grain.WEEK,
    *,
    by: Grouping | str | None = None,
    window: Window | None = None,
    minimum_people: int = MINIMUM_PEOPLE,
) -> list[Measurement]:
    """Measure one metric in each period of a grain; by default over all complete days.

    A metric about the whole history so far is answered as of the last day of each period.
    """
    chosen = _chosen([metric])[0]
    span = window or whole_span(relations)
    scope = Scope(span, _grouping(by), Grain(grain))
    if chosen.over_time or not scope.windows:
        return _answer((chosen,), relations, scope, minimum_people, {})
    answers: list[Measurement] = []
    for period in scope.windows:
        once = Scope(period, scope.by)
        answers.extend(_answer((chosen,), relations, once, minimum_people, {}))
    return answers


def default_window(relations: Relations, as_of: date | None = None) -> Window:
    """The 28 days to ``as_of``, or to the last complete day of the data."""
    return Window.ending(as_of or _last_day(relations), WINDOW_DAYS)


def whole_span(relations: Relations) -> Window:
    """All days from the first with data to the last complete one."""
    last = _last_day(relations)
    return Window(min(relations.span[0], last) if relations.span else last, last, "all data")


def _last_day(relations: Relations) -> date:
    return relations.last_complete_day or date(1970, 1, 1)


def _chosen(metrics: Iterable[Metric | str]) -> list[Metric]:
    chosen = []
    for metric in metrics:
        if isinstance(metric, str) and metric not in catalogue:
            raise UnknownMetric(metric)
        chosen.append(catalogue[metric] if isinstance(metric, str) else metric)
    return chosen


def _grouping(by: Grouping | str | None) -> Grouping | None:
    return None if by is None else Grouping(by)


def _answer(
    metrics: tuple[Metric, ...],
    relations: Relations,
    scope: Scope,
    minimum_people: int,
    parents: Mapping[str, str],
) -> list[Measurement]:
    """The measurements, worked out once for relations that stay as they are."""
    key = ("answer", metrics, scope, minimum_people, tuple(sorted(parents.items())))

    def build() -> tuple[Measurement, ...]:
        return tuple(_measured(metrics, relations, scope, minimum_people, parents))

    return list(relations.part(key, build))


def _measured(
    metrics: Sequence[Metric],
    relations: Relations,
    scope: Scope,
    minimum_people: int,
    parents: Mapping[str, str],
) -> list[Measurement]:
    possible = [m for m in metrics if not _why_impossible(m, relations, scope)]
    people = in_scope(relations, scope) if possible else {}
    figures = figures_of(possible, Context(relations, scope, people), parents)
    answers: list[Measurement] = []
    windows = scope.windows or [scope.window]
    for metric in metrics:
        found = figures.get(metric.key)
        stated = found or [_absent(_why_impossible(metric, relations, scope))]
        shown = suppress(stated, minimum_people, _people_behind(people))
        answers.extend(_measurement(metric, figure, windows) for figure in shown)
    return answers


def figures_of(
    metrics: Sequence[Metric], context: Context, parents: Mapping[str, str] | None = None
) -> dict[str, list[Figure]]:
    """Figures of metrics by key, with states but before anything is hidden: not to be shown."""
    rows = fetch([metric.expression for metric in metrics], context.relations, context.scope)
    return {metric.key: _figures(metric, rows, context, parents or {}) for metric in metrics}


def _why_impossible(metric: Metric, relations: Relations, scope: Scope) -> str:
    if relations.span is None:
        return "there are no events"
    if not scope.windows:
        return f"these days hold no whole {(scope.grain or 'period').replace('_', ' ')}"
    if scope.by is not None and scope.by not in metric.groupings:
        return f"{metric.name.lower()} cannot be split by {scope.by}"
    return relations.cannot_group(scope.by)


def fetch(
    expressions: Iterable[Expression], relations: Relations, scope: Scope
) -> dict[Expression, pa.Table]:
    """Rows of each expression."""
    return {expression: relations.ask(expression, scope) for expression in expressions}


def _figures(
    metric: Metric,
    rows: Mapping[Expression, pa.Table],
    context: Context,
    parents: Mapping[str, str],
) -> list[Figure]:
    reading = metric.reading or read_ratio
    figures = sorted(reading(rows[metric.expression], context), key=_order)
    figures += _unanswered(figures, context)
    if parents and metric.adds_up:
        figures += roll_up(figures, parents)
    nothing = all(figure.value is None for figure in figures)
    reason = metric.not_measurable_when if nothing else _NOTHING_HERE
    stated = [_stated(f, reason) for f in figures] or [_absent(metric.not_measurable_when)]
    return _due(stated, context)


def _order(figure: Figure) -> tuple[int, str]:
    return figure.bucket, figure.group or ""


def _unanswered(figures: Sequence[Figure], context: Context) -> list[Figure]:
    """A figure without a value for each group in scope that has none, so that absence shows."""
    answered = {(figure.group, figure.bucket) for figure in figures}
    if any(figure.point is not None for figure in figures) or context.scope.by in OF_ACTIVITY:
        return []
    missing = sorted(k for k in context.in_scope if k not in answered)
    return [Figure(group, None, bucket=bucket) for group, bucket in missing]


def _stated(figure: Figure, reason: str) -> Figure:
    if figure.value is not None or figure.state is not MeasurementState.MEASURED:
        return figure
    return replace(figure, state=MeasurementState.NOT_MEASURABLE, reason=figure.reason or reason)


def _due(figures: list[Figure], context: Context) -> list[Figure]:
    """Not yet due before every go-live of an account."""
    if context.scope.by is not Grouping.ACCOUNT or not context.relations.go_lives:
        return figures
    live: dict[str | None, date] = {}
    for known in context.relations.go_lives:
        live[known.account] = min(live.get(known.account, known.day), known.day)
    ends = [window.last for window in context.scope.windows]
    return [
        _early(f, live[f.group]) if f.group in live and live[f.group] > ends[f.bucket] else f
        for f in figures
    ]


def _early(figure: Figure, live: date) -> Figure:
    return Figure(
        figure.group,
        None,
        bucket=figure.bucket,
        point=figure.point,
        state=MeasurementState.NOT_YET_DUE,
        reason=f"goes live on {live.isoformat()}",
    )


def _absent(reason: str) -> Figure:
    return Figure(None, None, state=MeasurementState.NOT_MEASURABLE, reason=reason)


def _people_behind(
    in_scope_of: Mapping[tuple[str | None, int], int],
) -> Callable[[Figure], int | None]:
    def people(figure: Figure) -> int | None:
        if figure.people is not None:
            return figure.people
        return in_scope_of.get(
            (figure.group, figure.bucket), in_scope_of.get((None, figure.bucket))
        )

    return people


def _measurement(metric: Metric, figure: Figure, windows: Sequence[Window]) -> Measurement:
    return Measurement(
        key=metric.key,
        group=figure.group,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        low=figure.low,
        high=figure.high,
        unit=metric.unit,
        window=windows[figure.bucket],
        state=figure.state,
        reason=figure.reason,
        people=figure.people,
        point=figure.point,
    )

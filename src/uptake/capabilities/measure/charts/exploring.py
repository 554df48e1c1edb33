"""Explore's picture: lines of groups over time, or intervals of groups at one time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from uptake.capabilities.measure.charts.funnel import of_shares
from uptake.capabilities.measure.figures import Series
from uptake.capabilities.measure.questions import Split
from uptake.capabilities.measure.views import ExploreView
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Measurement, Unit
from uptake.ui import measured
from uptake.ui.charts.curves import IntervalRow, intervals
from uptake.ui.charts.groups import COLOURS, GroupPoint, lines
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart, Column, Table, text_table

EVERYONE = "everyone"
OF_ORGANISATION = frozenset({Split.ACCOUNT, Split.TEAM})
"""Groups that work side by side, so that their shares can be held against each other."""

OF_PEOPLE = "adoption_rate"
"""The share whose parts are people, each of whom counts once: what a funnel's limits assume."""

MOST_ROWS = 60
"""Most groups whose intervals are drawn beneath each other."""


def headline(view: ExploreView) -> str:
    """Return the answer as a sentence that says what it is about."""
    if not view.sentence.startswith("From "):
        return view.sentence
    return f"{view.title}: from{view.sentence.removeprefix('From')}"


def picture(view: ExploreView) -> Chart | None:
    """Return the picture of an answer; None where it has nothing that can be drawn."""
    series = [_plain(one, view) for one in view.series]
    shown = [one for one in series if any(point.is_measured for point in one.points)]
    if not shown:
        return None
    if all(len(one.points) == 1 for one in shown):
        return _at_once(view, shown)
    return _over_time(view, shown)


def _plain(series: Series, view: ExploreView) -> Series:
    """Without the points of a curve: those stand in the table."""
    points = tuple(point for point in series.points if point.point is None)
    return Series(view.called(series.group) if view.question.by else EVERYONE, points)


def _over_time(view: ExploreView, series: Sequence[Series]) -> Chart:
    ranks = _ranks(series)
    points = [
        _point(one.group, number, ranks.get(one.group)) for one in series for number in one.points
    ]
    is_share = catalogue[view.question.metric].unit is Unit.SHARE
    finding = _course(series)
    spec = lines(points, Headline(finding, _measure(view, series)), is_share=is_share)
    return Chart(spec, f"{view.sentence} {finding}", _table(view, series))


def _course(series: Sequence[Series]) -> str:
    """What moved the most between the first and the newest number."""
    moved = [(one.group, *_ends(one)) for one in series if len(_known(one)) > 1]
    if not moved:
        return "There is one period so far, and nothing to compare it with."
    group, first, last = max(moved, key=lambda m: abs((m[2].value or 0.0) - (m[1].value or 0.0)))
    before, now = measured.value_text(first), measured.value_text(last)
    who = "It" if group == EVERYONE else f"{group} moved the most: it"
    if before == now:
        return f"{'It' if group == EVERYONE else 'Every group'} is where it was, at {now}."
    word = "rose" if (last.value or 0.0) > (first.value or 0.0) else "fell"
    return f"{who} {word} from {before} to {now}."


def _known(series: Series) -> list[Measurement]:
    return [number for number in series.points if number.value is not None]


def _ends(series: Series) -> tuple[Measurement, Measurement]:
    known = _known(series)
    return known[0], known[-1]


def _ranks(series: Sequence[Series]) -> dict[str, int]:
    """The groups that are named: all of few, else the highest, the lowest and the largest."""
    if len(series) <= len(COLOURS):
        return {one.group: rank for rank, one in enumerate(series)}
    newest = [(one, _newest(one)) for one in series]
    ordered = sorted(newest, key=lambda pair: pair[1])
    largest = max(series, key=lambda one: one.points[-1].people or 0)
    named = dict.fromkeys((ordered[-1][0].group, ordered[0][0].group, largest.group))
    return {group: rank for rank, group in enumerate(named)}


def _newest(series: Series) -> float:
    return next((n.value for n in reversed(series.points) if n.value is not None), 0.0)


def _point(group: str, number: Measurement, rank: int | None) -> GroupPoint:
    of, interval = measured.of_text(number), measured.interval_text(number)
    told = measured.value_text(number)
    told += f" ({of}{', ' + interval if interval else ''})" if of else ""
    return GroupPoint(group, number.window.first, number.value, number.low, number.high, told, rank)


def _measure(view: ExploreView, series: Sequence[Series]) -> str:
    metric = catalogue[view.question.metric]
    told = f"{metric.name}, {metric.unit.value}"
    if len(series) > len(COLOURS):
        told += f"; {len(series)} groups, the highest, the lowest and the largest are named"
    return told


def _table(view: ExploreView, series: Sequence[Series]) -> Table:
    columns = (
        Column("Group"),
        Column("From"),
        Column("To"),
        Column("Value", numeric=True),
        Column("Of", numeric=True),
        Column("95 % interval", numeric=True),
    )
    rows = [
        (
            one.group,
            str(number.window.first),
            str(number.window.last),
            measured.value_text(number),
            measured.of_text(number),
            measured.interval_text(number),
        )
        for one in series
        for number in one.points
    ]
    return text_table(view.title, columns, rows)


def _at_once(view: ExploreView, series: Sequence[Series]) -> Chart | None:
    known = [(one.group, one.points[-1]) for one in series if one.points[-1].value is not None]
    known.sort(key=lambda pair: -(pair[1].value or 0.0))
    metric = catalogue[view.question.metric]
    if metric.unit is not Unit.SHARE or not known:
        return None
    drawn = _as_funnel(view, known)
    if drawn is not None:
        return replace(drawn, table=_table(view, series))
    rows = [
        IntervalRow(
            label=group,
            share=number.value or 0.0,
            low=number.low if number.low is not None else number.value or 0.0,
            high=number.high if number.high is not None else number.value or 0.0,
            note=_note(number),
        )
        for group, number in known[:MOST_ROWS]
    ]
    told = Headline(view.sentence, f"{metric.name} in four weeks, with its 95 % interval")
    return Chart(intervals(rows, told, row_height=24), view.sentence, _table(view, series))


def _as_funnel(view: ExploreView, known: Sequence[tuple[str, Measurement]]) -> Chart | None:
    """Return groups of people of different size as a funnel, where there are enough of them."""
    if view.question.metric != OF_PEOPLE or view.question.by not in OF_ORGANISATION:
        return None
    return of_shares(known, groups=f"{view.question.by}s", measure=catalogue[OF_PEOPLE].name)


def _note(number: Measurement) -> str:
    of = measured.of_text(number)
    return f"{measured.value_text(number)}, {of}" if of else measured.value_text(number)

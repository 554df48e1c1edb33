"""Do people stay? Retention by Kaplan-Meier, and who has lapsed given their own rhythm."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.methods.adoption.retention import (
    LapseTimes,
    gaps_before_return,
    lapse_gap,
    lapse_times,
)
from uptake.methods.adoption.rhythm import Rhythm, bgbb_fit, bgbb_p_alive, rhythm_of
from uptake.methods.arrays import Flags
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier
from uptake.metrics.counting import Counting
from uptake.metrics.measurement import Dimension, Figure, Unit
from uptake.metrics.metric import OF_PEOPLE, WHOLE_HISTORY, Context, Metric
from uptake.metrics.people import histogram
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope
from uptake.metrics.splitting import split
from uptake.metrics.weeks import PeopleWeeks, people_weeks

RETENTION_WEEKS = (4, 8, 12, 26, 52)
"""Weeks after the start at which the retention curve is reported."""


@Counting
def stays(relations: Relations, scope: Scope) -> pa.Table:
    """``[group,] gap, entry, duration, observed, persons``: weeks until people lapsed, if they did.

    ``gap`` is the number of silent weeks that are a lapse; there are no rows while it is not known.
    """
    people = people_weeks(relations, scope)
    gap = lapse_gap(gaps_before_return(people.active)) if len(people.active) else None
    if gap is None:
        return _NO_STAYS
    times = lapse_times(
        people.active, gap, weeks_watched=people.watched, weeks_before=people.before
    )
    group = people.group[_came(people)]
    numbers = {"entry": times.entry, "duration": times.durations, "observed": times.observed}
    found = histogram({"group": group, **{n: c.astype(np.int64) for n, c in numbers.items()}})
    return _named(people, found).append_column("gap", pa.array(np.full(len(found), gap)))


def _came(people: PeopleWeeks) -> Flags:
    """People with an active week before they left; lapses and rhythms are about them."""
    weeks = np.arange(people.active.shape[1])
    return np.asarray((people.active & (weeks < people.watched[:, np.newaxis])).any(axis=1))


def _named(people: PeopleWeeks, found: pa.Table) -> pa.Table:
    """Rows with the names of groups in place of their positions."""
    names = [people.groups[position] for position in found["group"].to_pylist()]
    at = found.schema.get_field_index("group")
    return found.set_column(at, "group", pa.array(names, pa.string()))


_NO_STAYS = pa.table({"group": pa.nulls(0, pa.string())})


def read_retention(rows: pa.Table, context: Context) -> list[Figure]:
    """Share of people who have not lapsed by some weeks after their start."""
    people = people_weeks(context.relations, context.scope)
    sizes = np.bincount(people.group, minlength=len(people.groups))
    return [
        figure
        for (name,), part in split(rows, ["group"]).items()
        for figure in _retention(name, part, int(sizes[people.groups.index(name)]))
    ]


def _retention(group: str | None, rows: pa.Table, people: int) -> list[Figure]:
    entry, duration, observed, persons = (
        rows[name].to_numpy() for name in ("entry", "duration", "observed", "persons")
    )
    times = LapseTimes(
        *(np.repeat(column, persons) for column in (duration, observed.astype(bool), entry))
    )
    curve = _curve(times)
    if curve is None:
        return []
    gap = rows["gap"][0].as_py()
    reason = f"lapsed: {gap} weeks in a row without use, counted from the first of them"
    return [
        Figure(
            group,
            curve.at(week),
            denominator=curve.at_risk_at(week),
            low=float(limits.low),
            high=float(limits.high),
            people=people,
            point=f"week {week}",
            reason=reason,
        )
        for week in RETENTION_WEEKS
        if week <= curve.followed_to
        for limits in [curve.interval_at(week)]
    ]


def retention_curve_of(people: PeopleWeeks, gap: int) -> SurvivalCurve | None:
    """Kaplan-Meier curve of weeks until the first of ``gap`` inactive weeks; leavers censored."""
    return _curve(
        lapse_times(people.active, gap, weeks_watched=people.watched, weeks_before=people.before)
    )


def _curve(times: LapseTimes) -> SurvivalCurve | None:
    seen = times.durations > times.entry
    if not seen.any():
        return None
    return kaplan_meier(times.durations[seen], times.observed[seen], times.entry[seen])


@Counting
def rhythms(relations: Relations, scope: Scope) -> pa.Table:
    """``[group,] x, tx, n, staying, persons``: people by their history of active weeks."""
    people = people_weeks(relations, scope)
    if not len(people.active):
        return _NO_STAYS
    rhythm = rhythm_of(people.active, people.watched)
    came = _came(people)
    staying = (people.watched == people.active.shape[1])[came]
    history = {"x": rhythm.x, "tx": rhythm.tx, "n": rhythm.n, "staying": staying}
    numbers = {name: column.astype(np.int64) for name, column in history.items()}
    return _named(people, histogram({"group": people.group[came], **numbers}))


def read_alive(rows: pa.Table, context: Context) -> list[Figure]:  # noqa: ARG001  as every reading
    """Mean chance that people are still users, each judged by their own rhythm (BG/BB).

    People who left have not lapsed: they teach the rhythm and are not among those judged.
    """
    if not len(rows):
        return []
    fit = bgbb_fit(_rhythm(rows), rows["persons"].to_numpy())
    if fit is None:
        return []
    staying = rows.filter(pc.equal(rows["staying"], 1))
    chance = pa.array(bgbb_p_alive(_rhythm(staying), fit.parameters))
    figures = []
    for (name,), part in split(staying.append_column("alive", chance), ["group"]).items():
        persons = part["persons"].to_numpy()
        total, count = float(part["alive"].to_numpy() @ persons), persons.sum()
        figures.append(Figure(name, total / int(count), total, int(count), people=int(count)))
    return figures


def _rhythm(rows: pa.Table) -> Rhythm:
    return Rhythm(*(rows[name].to_numpy() for name in ("x", "tx", "n")))


RETENTION = Metric(
    key="retention",
    name="Retention",
    question="Do people who begin to use it stay?",
    dimension=Dimension.FREQUENCY,
    formula="Kaplan-Meier S(t) of weeks from the first active week to the first of k inactive "
    "weeks; of those who came back, 95 % did so sooner than k",
    numerator="none: S(t) = Π (1 - lapsed / at risk); people who left are censored",
    denominator="people still at risk just before week t",
    unit=Unit.SHARE,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when="fewer than 20 times did anybody come back after a silent week, or there "
    "are fewer than four weeks of data: it is not known yet when a silence is a lapse",
    expression=stays,
    reading=read_retention,
    groupings=OF_PEOPLE,
    over_time=False,
    method="retention",
)

ALIVE = Metric(
    key="p_alive",
    name="Still users",
    question="How many of those who ever used it still do, given their own rhythm?",
    dimension=Dimension.FREQUENCY,
    formula="mean over people of P(alive) in the BG/BB model of active weeks",
    numerator="sum of each person's chance of being still a user",
    denominator="people who were ever active and have not left",
    unit=Unit.SHARE,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when="fewer than 30 people were active, or none came back in another week: "
    "there is no rhythm to learn from",
    expression=rhythms,
    reading=read_alive,
    groupings=OF_PEOPLE,
    over_time=False,
    method="p-alive",
)

METRICS = (RETENTION, ALIVE)

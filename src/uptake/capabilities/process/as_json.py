"""A picture of a process as JSON values: the documented contract."""

from __future__ import annotations

import math
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any  # JSON: its shape is process.schema.json

from uptake.capabilities.process.picture import (
    ActivityRow,
    DeviationRow,
    DurationReading,
    Edge,
    Handing,
    ProcessFinding,
    ProcessPicture,
    RuleRow,
    Scope,
    Spread,
    Trend,
    UsualWay,
    VariantRow,
)
from uptake.formats.case_log import Performer
from uptake.methods.process.alignment import Step
from uptake.methods.statistics.proportions import Share

if TYPE_CHECKING:
    from uptake.capabilities.process.business_hours import BusinessReading
    from uptake.capabilities.process.compared import Comparison
    from uptake.capabilities.process.drifted import RoleDrift
    from uptake.capabilities.process.kept_by import KeptRow
    from uptake.methods.process.deviation_cost import DeviationCost

Json = dict[str, Any]

CONTRACT = 1
"""Version of the JSON contract; it grows when a field changes its meaning or goes."""


def to_json(picture: ProcessPicture, *, people_apart: bool = True) -> Json:
    """Return the picture as JSON values; what is not measurable is null and named.

    ``people_apart``: people stand one by one, by number or name; without it only their counts do.
    """
    if not people_apart:
        picture = without_people(picture)
    people = picture.of_level(Performer.RESOURCE)
    return {
        "contract": CONTRACT,
        "summary": _summary(picture),
        "activities": [_activity(row) for row in picture.activities],
        "directly_follows": [_edge(row) for row in picture.edges],
        "variants": [_variant(row) for row in picture.variants],
        "handovers": _handovers(picture, people),
        "resources": _resources(people),
        "scopes": [_scope(scope) for scope in picture.scopes],
        "role_drift": _drift(picture.drift),
        "rework": {
            "cases": _share(picture.rework.cases),
            "repeats": picture.rework.repeats,
            "activities": [
                {"activity": row.activity, "repeats": row.repeats, "cases": _share(row.cases)}
                for row in picture.rework.activities
            ],
        },
        "durations": _durations(picture.durations),
        "before_after": _comparison(picture.comparison),
        "business_time": _business(picture.business),
        "rules": [_rule(row) for row in picture.rules],
        "conformance": _conformance(picture),
        "proposal": _usual(picture.usual),
        "deviations": [_deviation(row) for row in picture.deviations],
        "findings": [_finding(row) for row in picture.findings],
        "warnings": list(picture.warnings),
        "not_measurable": [{"what": gap.what, "why": gap.why} for gap in picture.not_measurable],
        "named": picture.is_named,
        "met": picture.is_met,
    }


def without_people(picture: ProcessPicture) -> ProcessPicture:
    """The picture without anything that is about one person alone."""
    handing = (
        replace(each, pairs=()) if each.level is Performer.RESOURCE else each
        for each in picture.handing
    )
    scopes = (each for each in picture.scopes if each.level is not Performer.RESOURCE)
    drift = picture.drift.without_people if picture.drift else None
    return replace(picture, handing=tuple(handing), scopes=tuple(scopes), drift=drift)


def _summary(picture: ProcessPicture) -> Json:
    summary = picture.summary
    return {
        "source": summary.source,
        "events": summary.events,
        "cases": summary.cases,
        "activities": summary.activities,
        "variants": summary.variants,
        "resources": summary.resources,
        "start": summary.start.isoformat() if summary.start else None,
        "end": summary.end.isoformat() if summary.end else None,
        "pairs": picture.edge_count,
        "columns": dict(summary.columns),
    }


def _activity(row: ActivityRow) -> Json:
    return {"activity": row.name} | {
        key: value for key, value in asdict(row).items() if key != "name"
    }


def _edge(row: Edge) -> Json:
    return {
        "from": row.source,
        "to": row.target,
        "count": row.count,
        "cases": row.cases,
        "median_seconds": row.median_seconds,
        "business_seconds": row.business_seconds,
        "deviating": row.deviating,
    }


def _variant(row: VariantRow) -> Json:
    return {
        "number": row.number,
        "activities": list(row.activities),
        "cases": row.cases,
        "share": row.share,
        "median_seconds": row.median_seconds,
        "business_seconds": row.business_seconds,
    }


def _handovers(picture: ProcessPicture, people: Handing | None) -> Json:
    """People first; a log that names none has the pairs of the next kind that it names."""
    groups = picture.of_level(Performer.GROUP)
    first = people or next(iter(picture.handing), None)
    return {
        "of": first.level.value if first else None,
        "pairs": _pairs(first) if first else [],
        "between_people": people.handovers if people else None,
        "between_groups": groups.handovers if groups else None,
        "per_case": first.per_case.mean if first else None,
        "levels": [_level(each) for each in picture.handing],
        "recorded": [
            {
                "column": each.column,
                "beside": each.beside.value,
                "mean": each.mean,
                "same": _share(each.same),
            }
            for each in picture.recorded
        ],
    }


def _pairs(each: Handing) -> list[Json]:
    return [{"from": pair.source, "to": pair.target, "count": pair.count} for pair in each.pairs]


def _level(each: Handing) -> Json:
    return {
        "of": each.level.value,
        "performers": each.performers,
        "hidden": each.hidden,
        "handovers": each.handovers,
        "successions": each.successions,
        "unknown": each.unknown,
        "ping_pong": _share(each.ping_pong),
        "per_case": _spread(each.per_case),
        "different_per_case": _spread(each.different_per_case),
        "trend": [_month(month) for month in each.trend],
        "different_trend": [_month(month) for month in each.different_trend],
        "pairs": _pairs(each),
    }


def _month(month: Trend) -> Json:
    return {"month": f"{month.month:%Y-%m}", "mean": month.mean, "cases": month.cases}


def _spread(spread: Spread) -> Json:
    return {
        "mean": spread.mean,
        "median": spread.median,
        "p90": spread.p90,
        "most": spread.most,
        "counts": [{"value": value, "cases": cases} for value, cases in spread.counts],
    }


def _resources(people: Handing | None) -> Json | None:
    if people is None:
        return None
    return {"count": people.performers, "per_case": _spread(people.different_per_case)}


def _scope(scope: Scope) -> Json:
    return {
        "of": scope.level.value,
        "hidden": scope.hidden,
        "performers": [
            {
                "performer": row.performer,
                "events": row.events,
                "cases": row.cases,
                "activities": row.activities,
                "effective": row.effective,
                "apart": row.apart if math.isfinite(row.apart) else None,
                "outside": row.outside,
                "done": [{"activity": name, "count": count} for name, count in row.done],
            }
            for row in scope.rows
        ],
    }


def _durations(reading: DurationReading | None) -> Json | None:
    if reading is None:
        return None
    curve = reading.curve
    low, high = curve.median_interval if curve else (None, None)
    return {
        "cases": reading.cases,
        "median_seconds": reading.median_seconds,
        "mean_seconds": reading.mean_seconds,
        "p90_seconds": reading.p90_seconds,
        "open_cases": reading.open_cases,
        "left_out": reading.left_out,
        "touch_share": reading.touch_share,
        "until_closed": {
            "median_seconds": curve.median,
            "low": low,
            "high": high,
            "p90_seconds": curve.quantile(0.9),
        }
        if curve
        else None,
    }


def _drift(found: RoleDrift | None) -> Json | None:
    if found is None:
        return None
    from uptake.capabilities.process.drift_json import drift_json  # what only some logs have

    return drift_json(found)


def _comparison(found: Comparison | None) -> Json | None:
    if found is None:
        return None
    from uptake.capabilities.process.comparison_json import comparison_json  # as drift

    return comparison_json(found)


def _business(found: BusinessReading | None) -> Json | None:
    if found is None:
        return None
    kept = (each.name for each in fields(found) if each.name != "curve")
    return {name: getattr(found, name) for name in kept}


def _rule(row: RuleRow) -> Json:
    reading = row.reading
    return {
        "rule": row.sentence,
        "template": row.rule.template.value,
        "first": row.rule.first,
        "second": row.rule.second or None,
        "activations": reading.activations,
        "fulfilments": reading.fulfilments,
        "share": reading.share,
        "cases": _share(reading.of_cases),
    }


def _conformance(picture: ProcessPicture) -> Json | None:
    found = picture.conformance
    if found is None:
        return None
    return {
        "model": found.model,
        "version": found.version,
        "cases": found.cases,
        "fitting": int(found.fitting.numerator),
        "fitting_share": _share(found.fitting),
        "straight": _share(found.straight),
        "cost_total": found.cost_total,
        "fitness": found.fitness,
        "log_fitness": found.log_fitness,
        "precision": found.precision,
        "tolerance": found.tolerance,
        "flower": found.is_flower,
        "bound": found.bound or None,
        "by_month": _kept(found.kept.months if found.kept else ()),
        "by_team": _kept(found.kept.teams if found.kept else ()),
        "by_variant": [_beside(row) for row in picture.variants if row.cost is not None],
    }


def _kept(rows: tuple[KeptRow, ...]) -> list[Json]:
    return [
        {"name": row.name, "straight": _share(row.straight), "stands_out": row.stands_out}
        for row in rows
    ]


def _beside(row: VariantRow) -> Json:
    return {
        "variant": row.number,
        "activities": list(row.activities),
        "cases": row.cases,
        "cost": row.cost,
        "fitness": row.fitness,
        "steps": [_step(step) for step in row.steps or ()],
    }


def _step(step: Step) -> Json:
    return {"step": step.kind.value, "activity": step.label}


def _usual(usual: UsualWay | None) -> Json | None:
    if usual is None:
        return None
    return {
        "name": usual.name,
        "steps": list(usual.steps),
        "sentence": usual.sentence,
        "cases": _share(usual.cases),
        "model": usual.text or None,
    }


def _deviation(row: DeviationRow) -> Json:
    return {
        "kind": row.kind,
        "activity": row.activity,
        "performer": row.performer or None,
        "sentence": row.sentence,
        "cases": _share(row.cases),
        "times": row.times,
        "variants": list(row.variants),
        "examples": list(row.example_cases),
        "cost_seconds": row.cost_seconds,
        "cost": _cost(row.cost),
    }


def _cost(cost: DeviationCost | None) -> Json | None:
    if cost is None:
        return None
    each, total = cost.each_interval, cost.total_interval
    return {
        "seconds_each": cost.each,
        "low": each.low if each else None,
        "high": each.high if each else None,
        "cases": cost.cases,
        "cases_without_alike": cost.left_out,
        "total_seconds": cost.total,
        "total_low": total.low if total else None,
        "total_high": total.high if total else None,
        "no_interval": cost.shift.no_interval.value if cost.shift.no_interval else None,
    }


def _finding(row: ProcessFinding) -> Json:
    return {
        "kind": row.kind,
        "sentence": row.sentence,
        "population": row.population,
        "share": _share(row.share),
        "evidence": row.evidence,
        "next_steps": [step.value for step in row.steps],
        "advice": row.advice,
        "weight": row.weight,
        "activity": row.activity or None,
    }


def _share(share: Share | None) -> Json | None:
    if share is None or share.value is None:
        return None
    limits = share.interval
    return {
        "numerator": int(share.numerator),
        "denominator": int(share.denominator),
        "value": share.value,
        "low": limits.low if limits else None,
        "high": limits.high if limits else None,
    }

"""Before and after as JSON values: a part of the documented contract."""

from __future__ import annotations

from typing import Any  # JSON: its shape is process.schema.json

from uptake.capabilities.process.compared import Comparison, MeasureRow, NeighbourRow
from uptake.capabilities.process.saying_comparison import comparison_sentence, hands_sentence
from uptake.methods.statistics.discoveries import RATE
from uptake.methods.statistics.proportions import Interval
from uptake.methods.statistics.shifts import Level

Json = dict[str, Any]


def comparison_json(found: Comparison | None) -> Json | None:
    """Return both sides; None where nobody asked."""
    if found is None:
        return None
    return {
        "split": found.day.isoformat() if found.day else None,
        "sentence": comparison_sentence(found),
        "hands": hands_sentence(found) or None,
        "cases_before": found.cases[0],
        "cases_after": found.cases[1],
        "alike_in": list(found.mix),
        "cases_before_with_alike": int(found.covered.numerator),
        "teams": found.teams.value if found.teams else None,
        "team_count": found.team_count if found.teams else None,
        "too_late_to_have_ended": found.unripe,
        "began_before_ended_after": found.straddling,
        "measures": [_measure(row) for row in found.measures],
        "neighbours": {
            "tried": found.tried,
            "false_discovery_rate": RATE,
            "moved": [_neighbour(row) for row in found.neighbours],
        },
        "not_measurable": [{"what": gap.what, "why": gap.why} for gap in found.not_measurable],
    }


def _measure(row: MeasureRow) -> Json:
    shift = row.shift
    return {
        "measure": row.key,
        "name": row.name,
        "unit": row.unit.value,
        "sentence": row.sentence,
        "before": _level(shift.reference),
        "after": _level(shift.other),
        "shift": _between(shift.shift, shift.shift_interval),
        "shift_bounds": _limits(shift.bounds),
        "mean_difference": _between(shift.mean_difference, shift.mean_interval),
        "beyond_chance": row.is_sure if row.limits else None,
        "p_value": shift.p_value,
        "no_interval": shift.no_interval.value if shift.no_interval else None,
    }


def _level(level: Level) -> Json:
    return {
        "cases": level.cases,
        "open": level.open,
        "median": level.median,
        "mean": level.mean,
    }


def _between(value: float | None, limits: Interval | None) -> Json | None:
    if value is None:
        return None
    return {"value": value, **(_limits(limits) or {"low": None, "high": None})}


def _limits(limits: Interval | None) -> Json | None:
    return None if limits is None else {"low": limits.low, "high": limits.high}


def _neighbour(row: NeighbourRow) -> Json:
    found = row.difference
    return {
        "measure": row.key,
        "name": row.name,
        "unit": row.unit.value,
        "activity": row.activity,
        "sentence": row.sentence,
        "before": found.before,
        "after": found.after,
        "difference": _between(found.difference, found.interval),
        "p_value": found.p_value,
        "false_discovery_rate": row.rate,
    }

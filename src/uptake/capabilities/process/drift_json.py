"""Drift from the intended role as JSON values: a part of the documented contract."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any  # JSON: its shape is process.schema.json

from uptake.capabilities.process.drifted import DriftRow, RoleDrift
from uptake.capabilities.process.saying_drift import drift_sentence
from uptake.methods.statistics.proportions import Share

Json = dict[str, Any]


def drift_json(found: RoleDrift | None) -> Json | None:
    """Return the drift; None where it is not measurable."""
    if found is None:
        return None
    return {
        "sentence": drift_sentence(found),
        "meant_for": found.meant.value,
        "start": found.begins.isoformat(),
        "reference_end": found.rests.isoformat(),
        "parts": found.parts.isoformat(),
        "end": found.ends.isoformat(),
        "chosen": found.spans.are_chosen,
        "whole": _row(found.whole),
        "steps": [{"activity": row.name, **_row(row)} for row in found.steps],
        "levels": [
            {
                "of": each.level.value,
                "left_out": each.left_out,
                "performers": [
                    {
                        "performer": row.name,
                        **_row(row),
                        "divergence": row.divergence,
                        "moved": [
                            {**asdict(moved), "difference": moved.difference} for moved in row.moved
                        ],
                    }
                    for row in each.rows
                ],
            }
            for each in found.levels
        ],
    }


def _row(row: DriftRow) -> Json:
    found = row.outside
    return {
        "cases_before": row.cases[0],
        "cases_after": row.cases[1],
        "not_measurable": row.why or None,
        "outside": None
        if found is None
        else {
            "before": _share(found.before),
            "after": _share(found.after),
            "difference": found.difference,
            "low": found.low,
            "high": found.high,
            "beyond_chance": found.is_sure,
        },
    }


def _share(share: Share) -> Json:
    return {
        "numerator": int(share.numerator),
        "denominator": int(share.denominator),
        "value": share.value,
    }

"""Asking for one number in a test."""

from __future__ import annotations

from tests.metrics.logs import day
from uptake.metrics.evaluate import evaluate
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping

FOUR_WEEKS = Window.ending(day(27))


def one(key: str, relations: Relations, **how: object) -> Measurement:
    """The only measurement of a metric for everyone."""
    how = {"window": FOUR_WEEKS, "minimum_people": 1} | how
    (answer,) = evaluate([key], relations, **how)  # type: ignore[arg-type]
    return answer


def by_group(key: str, relations: Relations, by: Grouping, **how: object) -> dict[str, Measurement]:
    """Measurements of a metric by group."""
    how = {"window": FOUR_WEEKS, "minimum_people": 1} | how
    found = evaluate([key], relations, by=by, **how)  # type: ignore[arg-type]
    return {measurement.group or "": measurement for measurement in found}

"""Measurements in words: the value with its unit, its "of n", its interval."""

from __future__ import annotations

from uptake.metrics.measurement import Measurement, MeasurementState, Unit
from uptake.ui import words
from uptake.ui.document import Interval

_WITHOUT_VALUE = {
    MeasurementState.NOT_MEASURABLE: "Not measurable",
    MeasurementState.NOT_YET_DUE: "Not yet due",
    MeasurementState.EXEMPT: "Exempt",
    MeasurementState.SUPPRESSED: "Too few people",
}


def value_text(measurement: Measurement) -> str:
    """Return the value with its unit: "62 %", "3.1 actions", "12 days"; else why there is none."""
    value = measurement.value
    if value is None:
        return _WITHOUT_VALUE.get(measurement.state, "Not measurable")
    if measurement.unit is Unit.SHARE:
        return words.percent(value)
    if measurement.unit is Unit.PEOPLE:
        return words.people(value)
    unit = measurement.unit.value
    return f"{words.amount(value)} {unit.removesuffix('s') if value == 1 else unit}"


def of_text(measurement: Measurement) -> str:
    """Return "61 of 84", where the value is a ratio."""
    above, below = measurement.numerator, measurement.denominator
    if above is None or below is None or not measurement.is_measured:
        return ""
    joined = "of" if measurement.unit is Unit.SHARE else "\N{DIVISION SIGN}"
    return f"{words.amount(above)} {joined} {words.amount(below)}"


def interval_of(measurement: Measurement) -> Interval | None:
    """Return the interval for a bar, where the measurement is a share with one."""
    low, high = measurement.low, measurement.high
    if measurement.unit is not Unit.SHARE or measurement.value is None:
        return None
    if low is None or high is None:
        return None
    return Interval(measurement.value, low, high)


def interval_text(measurement: Measurement) -> str:
    """Return the 95 % interval as "62-81" (percent) or "3.1-4.2", without a unit."""
    low, high = measurement.low, measurement.high
    if low is None or high is None or not measurement.is_measured:
        return ""
    if measurement.unit is Unit.SHARE:
        return f"{low * 100:.0f}\N{EN DASH}{high * 100:.0f}"
    return f"{words.amount(low)}\N{EN DASH}{words.amount(high)}"

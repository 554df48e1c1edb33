"""Measurements in words: the value with its unit, its "of n", its interval."""

from __future__ import annotations

import re
from datetime import date, datetime

from uptake.capabilities.measure.picture import Source
from uptake.metrics.measurement import Measurement, Unit
from uptake.ui import words
from uptake.ui.document import Interval

ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def when(source: Source, day: date) -> str:
    """Return a date as "13 May 2016", or as "day 226" where the data only counts days."""
    if source.origin is None:
        return words.short_day(day)
    first = source.origin
    moment = day.date() if isinstance(day, datetime) else day
    return f"day {(moment - first).days}"


def said(source: Source, text: str) -> str:
    """Return a sentence with its ISO dates in words."""
    return ISO_DATE.sub(lambda found: when(source, date.fromisoformat(found.group())), text)


def value_text(measurement: Measurement) -> str:
    """Return the value with its unit: "62 %", "3.1 actions", "12 days"."""
    value = measurement.value
    if value is None:
        return _without_value(measurement)
    if measurement.unit is Unit.SHARE:
        return words.percent(value)
    if measurement.unit is Unit.PEOPLE:
        return words.people(value)
    unit = measurement.unit.value
    return f"{words.amount(value)} {unit.removesuffix('s') if value == 1 else unit}"


def sentence(text: str) -> str:
    """Return a reason as a sentence: with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def basis_text(measurement: Measurement) -> str:
    """Return "61 of 84 (51 to 73 %)" for a ratio, else the interval, else nothing."""
    if not measurement.is_measured:
        return ""
    parts = [_of(measurement), _range(measurement)]
    return " ".join(part for part in parts if part)


def interval_of(measurement: Measurement) -> Interval | None:
    """Return the interval for a bar, where the measurement is a share with one."""
    low, high = measurement.low, measurement.high
    if measurement.unit is not Unit.SHARE or measurement.value is None:
        return None
    if low is None or high is None:
        return None
    return Interval(measurement.value, low, high)


def _without_value(measurement: Measurement) -> str:
    return measurement.state.value.replace("_", " ")


def _of(measurement: Measurement) -> str:
    above, below = measurement.numerator, measurement.denominator
    if above is None or below is None:
        return ""
    joined = "of" if measurement.unit is Unit.SHARE else "\N{DIVISION SIGN}"
    return f"{words.amount(above)} {joined} {words.amount(below)}"


def _range(measurement: Measurement) -> str:
    low, high = measurement.low, measurement.high
    if low is None or high is None:
        return ""
    if measurement.unit is Unit.SHARE:
        return f"({words.interval(low, high)})"
    return f"({words.amount(low)} to {words.amount(high)})"

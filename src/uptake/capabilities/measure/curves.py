"""Retention and new-starter ramp as curves, from when people were first and last seen."""

from __future__ import annotations

from uptake.capabilities.measure.picture import Curve
from uptake.capabilities.measure.readings import PeopleUse
from uptake.metrics.measurement import Window

FEWEST_WEEKS = 8
"""Weeks of data that a curve needs."""


def empty(missing: str) -> Curve:
    return Curve((), None, 0, 0, "weeks", missing)


def retention(people: PeopleUse, trusted: Window) -> Curve:
    return empty("x")


def ramp(relations, people: PeopleUse, trusted: Window) -> Curve:
    return empty("y")

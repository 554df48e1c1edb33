"""Differences between groups of cases in plain words, with how sure they are."""

from __future__ import annotations

from uptake.capabilities.process.compared import Unit
from uptake.capabilities.process.wording import span
from uptake.methods.process.deviation_cost import DeviationCost
from uptake.methods.statistics.clustered import MeanDifference
from uptake.methods.statistics.proportions import Interval
from uptake.methods.statistics.shifts import NoInterval, Shift
from uptake.ui.words import amount

MORE_AND_LESS = {
    Unit.SECONDS: ("longer", "shorter"),
    Unit.COUNT: ("more", "fewer"),
    Unit.SHARE: ("points more", "points fewer"),
}


NOUGHT = frozenset({"0", span(0)})
"""What is nothing once it is rounded."""


def said_of_measure(name: str, unit: Unit, shift: Shift) -> str:
    """One sentence on a measure that was asked about."""
    head = _first_capital(name)
    if unit is Unit.SECONDS:
        levels = f"{_half(shift.reference.median)} before, {_half(shift.other.median)} after"
        if shift.shift is None:
            return f"{head}: half within {levels}; too many cases are still open to compare them."
        end = _ending(shift.shift, unit, shift.shift_interval, shift.no_interval)
        return f"{head}: half within {levels}. In the middle, a case after is {end}."
    before, after = shift.reference.mean, shift.other.mean
    if before is None or after is None or shift.mean_difference is None:
        return f"{head}: too many cases are still open to compare them."
    levels = f"{_level(before, unit)} before, {_level(after, unit)} after"
    end = _ending(shift.mean_difference, unit, shift.mean_interval, shift.no_interval)
    return f"{head}: {levels}. That is {end}."


def said_of_neighbour(name: str, unit: Unit, found: MeanDifference) -> str:
    """One sentence on a measure that moved though nobody asked about it."""
    levels = f"{_level(found.before, unit)} before, {_level(found.after, unit)} after"
    end = _ending(found.difference, unit, found.interval, None)
    return f"{_first_capital(name)}: {levels}. That is {end}."


def said_of_cost(cost: DeviationCost) -> str:
    """One sentence on how much longer cases take that stray."""
    end = _ending(cost.each, Unit.SECONDS, cost.each_interval, cost.shift.no_interval)
    told = f"Beside cases that run as intended each is {end}"
    limits = cost.each_interval
    if limits is None or limits.low <= 0:
        return f"{told}."
    return f"{told}: {span(cost.total)} in {amount(cost.cases)} cases."


def said_of_points(difference: float, limits: Interval, *, is_sure: bool) -> str:
    """By how many points a share moved; ``is_sure``: beside all others that were looked at."""
    if not difference and limits.low == limits.high:
        return "no change"
    if not is_sure and not limits.low <= 0 <= limits.high:
        told = f"95 % interval {_range(limits, Unit.SHARE)}"
        return f"{_signed(difference, Unit.SHARE)}, which could be chance among so many ({told})"
    return _ending(difference, Unit.SHARE, limits, None)


def _ending(
    difference: float, unit: Unit, interval: Interval | None, why_not: NoInterval | None
) -> str:
    if interval is None and not difference:
        return "no difference in these cases"
    if interval is None:
        reason = why_not.value if why_not else "it cannot be compared by team"
        return f"{_signed(difference, unit)} in these cases; {reason}, so it holds for them alone"
    limits = f"95 % interval {_range(interval, unit)}"
    if interval.low == difference == interval.high == 0:
        return "no difference"
    if interval.low <= 0 <= interval.high and _size(difference, unit) in NOUGHT:
        told = "as long" if unit is Unit.SECONDS else "no difference to speak of"
        return f"{told} ({limits})"
    if interval.low <= 0 <= interval.high:
        return f"{_signed(difference, unit)}, which could be chance ({limits})"
    return f"{_signed(difference, unit)} ({limits})"


def _range(interval: Interval, unit: Unit) -> str:
    low, high = interval.low, interval.high
    if low < 0 <= high and not NOUGHT & {_size(low, unit), _size(high, unit)}:
        return f"{_signed(low, unit)} to {_signed(high, unit)}"
    if low < 0 <= high:
        first, second = (high, low) if abs(low) > abs(high) else (low, high)
        return f"{_size(first, unit)} to {_signed(second, unit)}"
    first, second = (low, high) if low >= 0 else (high, low)
    return f"{_size(first, unit)} to {_signed(second, unit)}"


def _signed(difference: float, unit: Unit) -> str:
    more, less = MORE_AND_LESS[unit]
    return f"{_size(difference, unit)} {less if difference < 0 else more}"


def _size(value: float, unit: Unit) -> str:
    size = abs(value)
    if unit is Unit.SECONDS:
        return span(size)
    if unit is Unit.SHARE:
        return hundredths(size)
    return amount(round(size, 2))


def hundredths(share: float) -> str:
    """A share in percent, or its movement in points: 43, 4.3, 0.4 or 0."""
    percent = round(100 * share, 1)
    return amount(percent) if percent >= 10 or not percent else f"{percent:.1f}"


def _level(value: float, unit: Unit) -> str:
    if unit is Unit.SECONDS:
        return span(value)
    if unit is Unit.SHARE:
        return f"{hundredths(value)} %"
    return f"{value:.2f} per case" if value < 10 else f"{amount(round(value, 1))} per case"


def _half(median: float | None) -> str:
    return "a time not reached yet" if median is None else span(median)


def _first_capital(name: str) -> str:
    return name[:1].upper() + name[1:]

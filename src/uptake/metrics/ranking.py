"""Ranking groups fairly: shares are shrunk, so that small groups do not fill both ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from uptake.methods.statistics.proportions import rank_shares
from uptake.metrics.measurement import MINIMUM_PEOPLE, Measurement


@dataclass(frozen=True, slots=True)
class RankedMeasurement:
    """A group's place by its shrunk share; ``differs``: it may be called high or low."""

    measurement: Measurement
    rank: int
    shrunk: float
    low: float
    high: float
    differs: bool


def ranked(
    measurements: Iterable[Measurement], *, fewest: int = MINIMUM_PEOPLE
) -> list[RankedMeasurement]:
    """Rank the measured groups of one ratio, highest first.

    Suppressed groups, groups without a number and ratios above one have no place.
    """
    shares = [m for m in measurements if _is_share(m)]
    rows = rank_shares(
        [m.numerator or 0 for m in shares],
        [m.denominator or 0 for m in shares],
        fewest=fewest,
    )
    return [
        RankedMeasurement(
            shares[r.position], r.rank, r.shrunk, low=r.low, high=r.high, differs=r.differs
        )
        for r in rows
    ]


def _is_share(measurement: Measurement) -> bool:
    numerator, denominator = measurement.numerator, measurement.denominator
    if not measurement.is_measured or numerator is None or not denominator:
        return False
    return numerator <= denominator

"""What deviating costs: cases that deviate beside alike cases that do not, times how many.

Conforming cases are weighted to the mix of the deviating ones; what is counted is the middle
difference (a few endless cases do not make it). The difference may have other reasons than the
deviation: cases that are hard deviate more. Methods section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from uptake.methods.statistics.proportions import Interval
from uptake.methods.statistics.shifts import REPLICATES, Cases, Shift, compare


@dataclass(frozen=True, slots=True)
class DeviationCost:
    """In the unit of the cases' values.

    ``each``: how much more a deviating case takes (below 0: less). ``cases``: deviating cases that
    have alike conforming ones, ``left_out`` those that have none. ``total``: each times cases.
    """

    each: float
    each_interval: Interval | None
    cases: int
    left_out: int
    shift: Shift

    @property
    def total(self) -> float:
        """What all of them take more."""
        return self.each * self.cases

    @property
    def total_interval(self) -> Interval | None:
        """Limits of the total; None with the reason in ``shift.no_interval``."""
        if self.each_interval is None:
            return None
        return Interval(self.each_interval.low * self.cases, self.each_interval.high * self.cases)


def deviation_cost(
    deviating: Cases, conforming: Cases, *, replicates: int = REPLICATES
) -> DeviationCost | None:
    """Compare; None where fewer than five cases of a kind are alike or open cases leave no bound.

    ``strata`` of both: what makes cases alike (product, size, month).
    """
    found = compare(deviating, conforming, replicates=replicates)
    if found is None or found.shift is None:
        return None
    limits = found.shift_interval
    turned = None if limits is None else Interval(-limits.high, -limits.low)
    covered = int(found.covered.numerator)
    left_out = int(found.covered.denominator) - covered
    return DeviationCost(-found.shift, turned, covered, left_out, found)

"""Licence use: what was bought, what was handed out, what was opened, what is used.

Three ratios, each weighted by time: provisioned / entitled, activated / provisioned and
active28 / entitled; and what the seats nobody uses cost. Methods section 1 (account dimension),
requirement rows L2 and H.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Days, Floats
from uptake.methods.statistics.proportions import Interval, Share


@dataclass(frozen=True, slots=True)
class SeatRatio:
    """One ratio of seats over a period.

    ``share`` counts average seats (seat-days divided by days), so its interval treats a seat, not
    a seat on a day, as one observation. ``over_use``: more seats above the line than below it on
    average; the ratio is kept as it is and has no interval.
    """

    share: Share

    @property
    def value(self) -> float | None:
        """The ratio; None when there were no seats to divide by."""
        return self.share.value

    @property
    def interval(self) -> Interval | None:
        """95 % Wilson interval; None without seats or with over-use."""
        return self.share.interval

    @property
    def over_use(self) -> bool:
        """Whether the ratio is above one."""
        return self.share.numerator > self.share.denominator


@dataclass(frozen=True, slots=True)
class LicenceUse:
    """How an account used the seats it pays for over a period; None means not measurable.

    ``unused_seats`` and ``over_used_seats`` are averages over the period of the seats below and
    above the entitlement; they do not cancel each other. ``shelfware`` is the cost of the unused
    seats at the yearly price, as an amount a year; None when no price is known.
    """

    days: int
    provisioned: SeatRatio | None
    activated: SeatRatio | None
    active: SeatRatio | None
    unused_seats: float | None
    over_used_seats: float | None
    days_over: int
    shelfware: float | None


def licence_use(
    *,
    entitled: npt.ArrayLike,
    active28: npt.ArrayLike,
    provisioned: npt.ArrayLike | None = None,
    activated: npt.ArrayLike | None = None,
    yearly_price: npt.ArrayLike | None = None,
) -> LicenceUse:
    """Summarise seats over a period.

    Arrays of one length, one entry a day (or any equal steps): seats entitled by contract, people
    active in the 28 days up to the day, seats handed to a person, seats ever opened, and the price
    of one seat for a year. ``provisioned``, ``activated`` and ``yearly_price`` may be unknown
    (None). Sums seat-days above and below the line, never averages ratios. Raises ValueError when
    lengths differ or a count is negative.
    """
    bought, used = _counts(entitled, "entitled"), _counts(active28, "active28")
    handed = None if provisioned is None else _counts(provisioned, "provisioned")
    opened = None if activated is None else _counts(activated, "activated")
    _same_length(bought, used, handed, opened)
    spare = bought - used
    seats = bool(bought.sum())
    return LicenceUse(
        days=len(bought),
        provisioned=_ratio(handed, bought),
        activated=_ratio(opened, handed),
        active=_ratio(used, bought),
        unused_seats=float(np.mean(np.maximum(spare, 0))) if seats else None,
        over_used_seats=float(np.mean(np.maximum(-spare, 0))) if seats else None,
        days_over=int(np.count_nonzero(spare < 0)) if seats else 0,
        shelfware=None
        if yearly_price is None or not seats
        else shelfware_cost(bought, used, yearly_price),
    )


def shelfware_cost(
    entitled: npt.ArrayLike, active28: npt.ArrayLike, yearly_price: npt.ArrayLike
) -> float:
    """Cost a year of seats bought and not used: mean of ``max(entitled - active28, 0) * price``.

    Arrays of one entry a day; the price is that of one seat for a year. Days of over-use cost
    nothing and do not pay for idle seats of other days.
    """
    spare = np.maximum(np.asarray(entitled, dtype=float) - np.asarray(active28, dtype=float), 0.0)
    return float(np.mean(spare * np.asarray(yearly_price, dtype=float)))


def seats_per_day(
    days: Days, first: npt.ArrayLike, last: npt.ArrayLike, seats: npt.ArrayLike
) -> Floats:
    """How many seats were in force on each day.

    ``days``: consecutive calendar days. ``first``, ``last``, ``seats``: one entry per contract
    line, in force from ``first`` to ``last`` inclusive; a ``last`` of NaT never ends. Lines that
    overlap add up. Returns one number per day.
    """
    start = np.asarray(first, dtype="datetime64[D]")
    stop = np.asarray(last, dtype="datetime64[D]")
    amount = np.asarray(seats, dtype=float)
    after = days[-1] + np.timedelta64(1, "D")
    ends = np.where(np.isnat(stop), after, stop + np.timedelta64(1, "D"))
    change = np.zeros(len(days) + 1)
    size = len(days)
    np.add.at(change, np.clip((start - days[0]).astype(int), 0, size), amount)
    np.add.at(change, np.clip((ends - days[0]).astype(int), 0, size), -amount)
    return np.cumsum(change[:-1])


@dataclass(frozen=True, slots=True)
class RenewalExposure:
    """Seats and revenue that a renewal may lose if the customer buys what it uses.

    ``expected_seats`` with ``low`` and ``high``: seats in use carried forward. ``at_risk`` is
    revenue a year for the seats between, at the yearly price; ``at_risk_most`` takes ``low``.
    """

    entitled: float
    expected_seats: float
    low: float
    high: float
    at_risk: float
    at_risk_most: float


def renewal_exposure(
    *, entitled: float, active28: float, yearly_price: float, headroom: float = 0.1
) -> RenewalExposure | None:
    """Expected seats at renewal: ``min(entitled, active28 * (1 + headroom))`` (row L2).

    Customers keep some seats for people to come: ``headroom`` is that share, a stated assumption
    to be replaced by what past renewals show. The limits carry the Wilson interval of
    active28 / entitled through the same rule. None when nothing is entitled.
    """
    if entitled <= 0:
        return None
    bounds = Share(min(active28, entitled), entitled).interval
    if bounds is None:
        return None

    def kept(seats: float) -> float:
        return min(entitled, seats * (1 + headroom))

    expected, low = kept(active28), kept(bounds.low * entitled)
    return RenewalExposure(
        entitled=entitled,
        expected_seats=expected,
        low=low,
        high=kept(bounds.high * entitled),
        at_risk=(entitled - expected) * yearly_price,
        at_risk_most=(entitled - low) * yearly_price,
    )


def _counts(values: npt.ArrayLike, name: str) -> Floats:
    counts = np.atleast_1d(np.asarray(values, dtype=float))
    if np.any(counts < 0) or np.any(~np.isfinite(counts)):
        raise ValueError(f"Seat counts cannot be negative or missing: look at {name}.")
    return counts


def _same_length(*columns: Floats | None) -> None:
    if len({len(column) for column in columns if column is not None}) > 1:
        raise ValueError("Give one seat count a day for each column: their lengths differ.")


def _ratio(above: Floats | None, below: Floats | None) -> SeatRatio | None:
    if above is None or below is None or not below.sum():
        return None
    return SeatRatio(Share(float(np.mean(above)), float(np.mean(below))))

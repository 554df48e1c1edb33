"""Did people do what was asked of them, in each period and over all of them?

Count type: ``c = min(ok, k) / k`` of k records asked for; opportunity type: ``c = ok / due`` of the
chances that came up. Only records of the agreed quality count. A person-period is met when c
reaches the threshold. Three roll-ups are kept apart, each the sum of its parts, never a mean of
percentages: quantity, people, quality. Methods section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.proportions import Share


class Standing(IntEnum):
    """What is said of a person in a period; only MET and MISSED are judgements."""

    MISSED = 0
    MET = 1
    NOT_DUE = 2
    EXEMPT = 3
    OPEN = 4
    """The deadline with its grace has not passed and it is not met so far."""


@dataclass(frozen=True, slots=True)
class Attainment:
    """People x periods. ``standing`` holds ``Standing``; ``share`` is c, NaN where not due."""

    standing: Counts
    share: Floats
    done: Counts
    ok: Counts
    asked: Counts

    @property
    def due(self) -> Flags:
        """Where a judgement was made."""
        return np.asarray(self.standing <= Standing.MET, dtype=bool)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """Three views of the same person-periods, each None where nothing was due.

    ``quantity``: of what was asked, how much was done well, more than asked not counted.
    ``people``: person-periods that met it among those due. ``quality``: of what was done, how much
    was of the agreed quality.
    """

    quantity: Share | None
    people: Share | None
    quality: Share | None


def asked_of(amount: npt.ArrayLike, share_of_period: npt.ArrayLike) -> Counts:
    """What is asked of a person in a period, pro-rated for leave, part-time and start date.

    ``amount``: k for a whole period. ``share_of_period``: expected working days of the person over
    those of the period, 0 to 1. Rounded to the nearest whole number, halves in favour of the
    person; 0 means that nothing is due. Raises ValueError for shares outside 0 to 1.
    """
    k, share = np.asarray(amount, dtype=float), np.asarray(share_of_period, dtype=float)
    if np.any(share < 0) or np.any(share > 1):
        raise ValueError("The share of a period that somebody works lies between 0 and 1.")
    return np.asarray(np.ceil(k * share - 0.5 - 1e-9).clip(min=0), dtype=np.int64)


def count_attainment(
    done: npt.ArrayLike,
    ok: npt.ArrayLike,
    asked: npt.ArrayLike,
    *,
    threshold: float = 1.0,
    exempt: npt.ArrayLike | None = None,
    still_open: npt.ArrayLike | None = None,
) -> Attainment:
    """Attainment where k records are asked for in each period.

    Arrays people x periods (or what broadcasts to it): ``done`` records that match, ``ok`` those
    of the agreed quality, ``asked`` k, 0 where nothing is due. ``exempt``: excused.
    ``still_open``: the deadline has not passed. Raises ValueError when ok exceeds done.
    """
    return _attained(done, ok, asked, threshold, exempt, still_open)


def opportunity_attainment(
    ok: npt.ArrayLike,
    due: npt.ArrayLike,
    *,
    threshold: float = 1.0,
    exempt: npt.ArrayLike | None = None,
    still_open: npt.ArrayLike | None = None,
) -> Attainment:
    """Attainment where every opportunity asks for one record; none came up: not due.

    ``ok``: opportunities answered with the agreed quality in time; ``due``: all that came up.
    Raises ValueError when more were answered than came up.
    """
    return _attained(due, ok, due, threshold, exempt, still_open)


def _attained(
    done: npt.ArrayLike,
    ok: npt.ArrayLike,
    asked: npt.ArrayLike,
    threshold: float,
    exempt: npt.ArrayLike | None,
    still_open: npt.ArrayLike | None,
) -> Attainment:
    n, x, k = np.broadcast_arrays(*(np.asarray(a, dtype=np.int64) for a in (done, ok, asked)))
    if np.any(x > n):
        raise ValueError("More records of the agreed quality than records: check the counts.")
    share = np.divide(np.minimum(x, k), k, out=np.full(k.shape, np.nan), where=k > 0)
    met = share >= threshold - 1e-12
    standing = np.where(met, Standing.MET, Standing.MISSED).astype(np.int64)
    if still_open is not None:
        standing[np.broadcast_to(np.asarray(still_open, dtype=bool), k.shape) & ~met] = (
            Standing.OPEN
        )
    standing[k == 0] = Standing.NOT_DUE
    if exempt is not None:
        standing[np.broadcast_to(np.asarray(exempt, dtype=bool), k.shape)] = Standing.EXEMPT
    share = np.where(standing <= Standing.MET, share, np.nan)
    return Attainment(standing, share, np.array(n), np.array(x), np.array(k))


def roll_up(attainment: Attainment, where: Flags | None = None) -> RolledUp:
    """Sum the person-periods that were due; ``where`` chooses among them."""
    due = attainment.due if where is None else attainment.due & where
    if not due.any():
        return RolledUp(None, None, None)
    ok, asked = attainment.ok[due], attainment.asked[due]
    done = int(attainment.done[due].sum())
    met = int(np.count_nonzero(attainment.standing[due] == Standing.MET))
    return RolledUp(
        quantity=Share(int(np.minimum(ok, asked).sum()), int(asked.sum())),
        people=Share(met, int(due.sum())),
        quality=Share(int(ok.sum()), done) if done else None,
    )

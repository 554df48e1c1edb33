"""From what was counted to what is said of people: asked of whom, met by whom, open until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.behaviour.attainment import (
    Attainment,
    asked_of,
    count_attainment,
    opportunity_attainment,
)
from uptake.metrics.behaviours.artificial import Artificial
from uptake.metrics.behaviours.counting import Tally


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of people in the periods of a tally.

    ``amount``: k of each period (a target may rise in steps), None where every opportunity counts;
    0 where nothing was asked yet. ``worked``: people x periods, share of the period that the person
    works. ``concerned``: people x periods, who is in the population. ``threshold``: share of k from
    which it is met.
    """

    amount: Counts | None
    worked: Floats
    concerned: Flags
    threshold: float = 1.0


def attained(
    counted: Tally, asked: Asked, now: datetime, *, apart: Artificial | None = None
) -> Attainment:
    """Judge what was counted; ``apart``: artificial records, which are taken off.

    Periods that have not closed by ``now`` are open; people who are not in the population, or do
    not work at all in a period, are exempt from it.
    """
    done, ok = counted.done, counted.ok
    if apart is not None:
        done, ok = done - sum(apart.done.values()), ok - sum(apart.ok.values())
    still_open = np.array([span.closes > now for span in counted.grid.periods], dtype=bool)
    exempt = ~asked.concerned | (asked.worked <= 0)
    if asked.amount is None:
        return opportunity_attainment(
            ok, done, threshold=asked.threshold, exempt=exempt, still_open=still_open
        )
    return count_attainment(
        done,
        ok,
        asked_of(asked.amount, asked.worked),
        threshold=asked.threshold,
        exempt=exempt,
        still_open=still_open,
    )

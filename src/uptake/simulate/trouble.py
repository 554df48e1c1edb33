"""Trouble of extraction: what looks like a failure or a triumph in the data and is neither."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from uptake.simulate.arrays import Flags, Ints, Stream, generator
from uptake.simulate.calendars import DAY_MS, Calendar
from uptake.simulate.config import SimulationConfig
from uptake.simulate.organisation import Account
from uptake.simulate.states import StateInterval

STAMP_MS = 23 * 3_600_000
"""Batch-written events all carry 23:00:00 UTC of their day."""


class TroubleKind(StrEnum):
    """What went wrong between the system and the extract."""

    GAP = "gap"
    LATE_START = "late_start"
    DELIVERY_STOPPED = "delivery_stopped"
    BATCH_STAMPS = "batch_stamps"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Trouble with one account's extract on days ``first <= day < last`` of the run."""

    account: str
    kind: TroubleKind
    first: int
    last: int


def draw_trouble(
    config: SimulationConfig, accounts: tuple[Account, ...], planted: tuple[StateInterval, ...]
) -> tuple[Trouble, ...]:
    """Give four accounts one trouble each (fewer if the vendor is small).

    Accounts with planted failures come last, so that trouble and failure can be told apart.
    """
    random = generator(config.seed, Stream.TROUBLE)
    failing = {interval.account for interval in planted}
    order = [accounts[int(row)] for row in random.permutation(len(accounts))]
    order = [account for account in order if account.number > 1]
    order.sort(key=lambda account: account.id in failing)
    days = config.weeks * 7
    spans = {
        TroubleKind.GAP: (days // 2, days // 2 + 9),
        TroubleKind.LATE_START: (0, 6 * 7),
        TroubleKind.DELIVERY_STOPPED: (days - 10, days),
        TroubleKind.BATCH_STAMPS: (days // 3, days // 3 + 42),
    }
    wanted = min(len(spans), len(accounts) // 4)
    pairs = list(zip(order, spans.items(), strict=False))[:wanted]
    return tuple(Trouble(account.id, kind, *span) for account, (kind, span) in pairs)


def missing_rows(trouble: tuple[Trouble, ...], day: Ints) -> Flags:
    """Return which events (by day of the run) never reached the extract."""
    lost = np.zeros(day.size, dtype=np.bool_)
    for item in trouble:
        if item.kind is not TroubleKind.BATCH_STAMPS:
            lost |= (day >= item.first) & (day < item.last)
    return lost


def stamped(trouble: tuple[Trouble, ...], calendar: Calendar, occurred_ms: Ints) -> Ints:
    """Return the times as the extract shows them: batch days carry one time a day."""
    day = (occurred_ms - calendar.midnight_ms) // DAY_MS
    shown = occurred_ms
    for item in trouble:
        if item.kind is TroubleKind.BATCH_STAMPS:
            inside = (day >= item.first) & (day < item.last)
            shown = np.where(inside, calendar.midnight_ms + day * DAY_MS + STAMP_MS, shown)
    return shown

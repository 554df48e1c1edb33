"""Seats: who has one, from when to when, and when it was first used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.simulate.arrays import NEVER, Flags, Floats, Ints, Stream, generator
from uptake.simulate.catalogue import ACTION_PRODUCT, PRODUCTS, weekly_rates
from uptake.simulate.config import SimulationConfig
from uptake.simulate.organisation import Account

NEVER_ACTIVATED = 0.07
SHELFWARE_ACCOUNTS = 0.2
SHELFWARE_SHARE = 0.35
LATE_REMOVAL = 0.2
LAG_PARAMETER = 0.45
"""Parameter of the geometric lag (weeks, from 0) between a go-live and a person's first use."""


@dataclass(frozen=True, slots=True)
class Seats:
    """People x products: first week with a seat, first week without, first week of use."""

    provisioned: Ints
    deprovisioned: Ints
    activation: Ints
    shelfware_share: float

    def held(self, week: int) -> Flags:
        """Return who holds a seat in ``week``."""
        return np.asarray((self.provisioned <= week) & (week < self.deprovisioned), dtype=np.bool_)


def _needs() -> Flags:
    """Return role x product: whether the role's profile uses the product."""
    rates: Floats = weekly_rates()
    products = np.arange(len(PRODUCTS))
    return np.stack([rates[:, k == ACTION_PRODUCT].sum(axis=1) > 0 for k in products], axis=1)


def draw_seats(
    config: SimulationConfig, account: Account, *, role: Ints, start: Ints, end: Ints
) -> Seats:
    """Draw the seats: provisioned a week before go-live, or with the job; starters begin at once.

    One account in five is a shelfware account, where a larger share never begins.
    """
    random = generator(config.seed, Stream.SEATS, account.number)
    bought = np.isin(np.arange(len(PRODUCTS)), account.products)
    has = _needs()[role] & bought
    live = np.asarray(account.go_live)[None, :]
    begin = np.maximum(start[:, None], live)
    lag = np.where(
        start[:, None] >= np.maximum(live, 0), 0, random.geometric(LAG_PARAMETER, has.shape) - 1
    )
    shelfware = account.number > 2 and random.random() < SHELFWARE_ACCOUNTS
    share = SHELFWARE_SHARE if shelfware else NEVER_ACTIVATED
    settled = (start < 0) & (role < 3)
    unused = (random.random(role.size) < share) & settled
    late = np.where(random.random(role.size) < LATE_REMOVAL, random.integers(4, 13, role.size), 0)
    provisioned = np.where(has, np.maximum(start[:, None], live - 1), NEVER)
    activation = np.where(has & ~unused[:, None], begin + lag, NEVER)
    return Seats(
        provisioned=provisioned,
        deprovisioned=np.broadcast_to((end + late)[:, None], has.shape),
        activation=np.where(activation < end[:, None], activation, NEVER),
        shelfware_share=share,
    )

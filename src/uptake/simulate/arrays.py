"""Array types of the simulator and its random streams."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

NEVER = 1_000_000
"""A week after every run: of things that do not happen."""


class Stream(IntEnum):
    """Purposes that draw from random streams of their own, so that none disturbs another."""

    SIZES = 1
    ORGANISATION = 2
    PEOPLE = 3
    STATES = 4
    CHANGES = 5
    BARRIERS = 6
    PLAYS = 7
    TEAM_NOISE = 8
    COUNTS = 9
    CASES = 10
    CONTRACTS = 11
    GAMING = 12
    EVENTS = 13
    TROUBLE = 14
    SEATS = 15
    ROLE_DRIFT = 16


def generator(seed: int, stream: Stream, *keys: int) -> np.random.Generator:
    """Return the generator of one purpose and place (account, block of weeks).

    Streams are numpy ``SeedSequence`` children named by their key, so a place draws the same
    numbers whatever was drawn before it and in whichever process.
    """
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(int(stream), *keys))
    return np.random.Generator(np.random.PCG64DXSM(sequence))

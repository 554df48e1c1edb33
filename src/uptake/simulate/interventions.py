"""What changes how teams work: organisational changes, barriers and plays, with true effects."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from uptake.simulate.arrays import NEVER, Floats, Ints

PULSE_WEEKS = 6
RECOVERY_WEEKS = 8
PLAY_BUILD_UP = 4


class Shape(StrEnum):
    """How an effect runs over time."""

    STEP = "step"
    PULSE = "pulse"
    BUILD_UP = "build_up"


def shape_values(shape: Shape, start: int, weeks: int) -> Floats:
    """Return the share of the full effect in each week; 0 before ``start``.

    step: 1 from start on. pulse: 1 for 6 weeks, then a straight line to 0 over 8 weeks.
    build_up: (w - start + 1) / 4, at most 1.
    """
    since = np.arange(weeks) - start
    if shape is Shape.STEP:
        values = np.ones(weeks)
    elif shape is Shape.PULSE:
        values = np.clip(1.0 - (since - PULSE_WEEKS + 1) / RECOVERY_WEEKS, 0.0, 1.0)
    else:
        values = np.clip((since + 1) / PLAY_BUILD_UP, 0.0, 1.0)
    return np.where(since >= 0, values, 0.0)


@dataclass(frozen=True, slots=True)
class Change:
    """A dated change; ``account`` None: everywhere. Factor on the rates: 1 + effect x shape."""

    id: str
    kind: str
    account: str | None
    week: int
    effect: float
    shape: Shape
    actions: tuple[int, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Barrier:
    """What a team reported. A real one makes its action impossible until ``removed``.

    Weeks ``first <= w < removed`` are blocked; a perceived barrier blocks nothing. ``declared``
    tells whether the account's leaders named it themselves.
    """

    id: str
    account: str
    team: int
    action: int
    kind: str
    removable_by: str
    real: bool
    declared: bool
    first: int
    reported: int
    removed: int


class Assignment(StrEnum):
    """How the teams of a play were chosen."""

    RANDOMISED = "randomised"
    TRIGGERED = "triggered"


@dataclass(frozen=True, slots=True)
class Play:
    """A play in the catalogue; ``effect`` is its true relative effect on record actions."""

    id: str
    name: str
    effect: float
    assignment: Assignment


PLAYS: tuple[Play, ...] = (
    Play("play-coaching", "Weekly coaching by the manager", 0.25, Assignment.RANDOMISED),
    Play("play-reminders", "In-product reminders", 0.0, Assignment.RANDOMISED),
    Play("play-leaderboard", "Public leaderboard", -0.12, Assignment.RANDOMISED),
    Play("play-review", "Review with the sponsor", 0.15, Assignment.TRIGGERED),
    Play("play-training", "Extra training day", 0.0, Assignment.TRIGGERED),
)


@dataclass(frozen=True, slots=True)
class PlayUnit:
    """A team that a play was meant for; ``start`` is ``NEVER`` for those that never got it.

    ``trigger`` is the four-week mean of the team's log noise that the rule looked at, if any.
    """

    play: Play
    account: str
    team: int
    start: int
    trigger: float | None = None

    @property
    def treated(self) -> bool:
        """Whether the team got the play within the run."""
        return self.start < NEVER


def apply_factor(factors: Floats, actions: Ints | list[int], teams: list[int], row: Floats) -> None:
    """Multiply team x week x action factors in place by a value per week."""
    grid = np.ix_(teams, range(factors.shape[1]), list(actions))
    factors[grid] *= row[None, :, None]

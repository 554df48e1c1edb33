"""What is kept of a contest for its pages: about groups, rounded and suppressed already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from uptake.metrics.measurement import Measurement


@dataclass(frozen=True, slots=True)
class TeamScore:
    """A team's standing: ``place`` 1 is the best; ``score`` what was met of what was due.

    ``counted`` of ``closed`` periods count. ``missing`` says why there is no score.
    """

    entry: int
    team: str
    account: str
    counted: int
    closed: int
    score: Measurement | None = None
    place: int | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A team's period that does not count, and which sign was seen; for the owner alone."""

    entry: int
    team: str
    first: date
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CounterLine:
    """How what must not get worse went during the contest; ``is_bad`` None: cannot be told."""

    name: str
    sentence: str
    is_bad: bool | None


class When(StrEnum):
    """The times at which the behaviour is looked at.

    What is due by month or quarter is looked at over whole ones: FOUR is then the first one after
    the contest, EIGHT the second one.
    """

    BEFORE = "before"
    DURING = "during"
    FOUR = "weeks 1 to 4 after"
    EIGHT = "weeks 5 to 8 after"


@dataclass(frozen=True, slots=True)
class Level:
    """What was met of what was due at one time."""

    when: When
    level: Measurement


@dataclass(frozen=True, slots=True)
class Move:
    """A difference in points of 0 to 1 with its interval, rounded."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Decay:
    """The levels of a group of people, what the contest gave, and what is left of it.

    ``left_four`` and ``left_eight`` are in words; empty while that is not due. ``lost``: eight
    weeks after less during.
    """

    levels: tuple[Level, ...] = ()
    gain: Move | None = None
    kept_four: Move | None = None
    kept_eight: Move | None = None
    left_four: str = ""
    left_eight: str = ""


@dataclass(frozen=True, slots=True)
class ContestFigures:
    """Everything that is shown of a contest.

    ``fewest``: the smallest group that was shown. ``as_of``: newest day with data. ``others``: the
    teams that did not take part, beside it, where they are enough people. ``is_final``: nothing
    will change any more.
    """

    fewest: int
    as_of: date | None = None
    missing: str = ""
    closed: int = 0
    periods: int = 0
    unit: str = "week"
    teams: tuple[TeamScore, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    counters: tuple[CounterLine, ...] = ()
    decay: Decay = Decay()
    others: Decay | None = None
    is_final: bool = False

"""Numbers of a contest as they may be shown.

Shares of teams are always in steps of five percent and without what they are made of: beside the
numbers of the whole team they would otherwise tell who opted out.
"""

from __future__ import annotations

from uptake.capabilities.contests.figures import Move
from uptake.capabilities.measure.privacy import COARSE_BELOW, SHARE_STEP
from uptake.methods.behaviour.contests import ByPerson, Difference, interval
from uptake.metrics.measurement import Measurement, MeasurementState, Unit, Window

SCORE, LEVEL = "contest_score", "contest_level"
FINE_STEP = 0.01


def score(group: ByPerson, effect: float, window: Window, team: str) -> Measurement:
    """The score of a team."""
    return _share(SCORE, group, effect, window, group_name=team, step=SHARE_STEP)


def level(group: ByPerson, effect: float, window: Window) -> Measurement:
    """The level of a group of teams together."""
    step = FINE_STEP if group.people >= COARSE_BELOW else SHARE_STEP
    return _share(LEVEL, group, effect, window, group_name=None, step=step)


def nothing(window: Window, state: MeasurementState, reason: str) -> Measurement:
    """Why there is no level."""
    none = (None, None, None, None, None)
    return Measurement(LEVEL, None, *none, Unit.SHARE, window, state, reason)


def move(found: Difference | None) -> Move | None:
    """A difference in whole points."""
    if found is None:
        return None
    return Move(round(found.value, 2), round(found.low, 2), round(found.high, 2))


def _share(
    key: str,
    group: ByPerson,
    effect: float,
    window: Window,
    *,
    group_name: str | None,
    step: float,
) -> Measurement:
    share = group.share
    found = interval(share, effect)
    return Measurement(
        key=key,
        group=group_name,
        value=_round(share.value, step),
        numerator=None,
        denominator=None,
        low=_round(found.low if found else None, step),
        high=_round(found.high if found else None, step),
        unit=Unit.SHARE,
        window=window,
        state=MeasurementState.MEASURED,
    )


def _round(value: float | None, step: float) -> float | None:
    return None if value is None else round(round(value / step) * step, 2)

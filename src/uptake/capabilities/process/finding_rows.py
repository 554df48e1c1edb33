"""What stands out of a process, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from uptake.methods.statistics.proportions import Share


class NextStep(StrEnum):
    """What can be done about a finding."""

    BEHAVIOUR = "ask for a behaviour"
    BARRIER = "report a barrier"
    MODEL = "change the model"
    DATA = "correct the data"
    LOOK = "look at the cases"


@dataclass(frozen=True, slots=True)
class ProcessFinding:
    """Something found: who or what it is about, how large it is, and what can be done.

    ``share`` has the population as its denominator. ``weight``: what findings are ranked by, cases
    touched of all cases. ``steps``: the most fitting first. ``activity``: what it is about, if one.
    """

    kind: str
    sentence: str
    population: str
    share: Share | None
    evidence: str
    steps: tuple[NextStep, ...]
    advice: str
    weight: float
    activity: str = ""

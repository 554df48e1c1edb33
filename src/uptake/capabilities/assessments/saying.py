"""How a survey stands, and the sentence that says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localdate

from uptake.capabilities.assessments.asking import TO_ANSWER, due_day
from uptake.capabilities.assessments.models import Survey, Wave
from uptake.capabilities.assessments.results import NormTold, WaveTold, waves_told
from uptake.ui import words


@dataclass(frozen=True, slots=True)
class Stand:
    """A survey with its waves that are over, the newest first.

    ``running``: the wave that takes answers now; ``due``: when the next one is told.
    """

    survey: Survey
    waves: tuple[WaveTold, ...]
    running: Wave | None
    next_begins: date | None
    due: date | None


def stand_of(survey: Survey) -> Stand:
    """Return how a survey stands today."""
    today = localdate()
    running = survey.waves.filter(first_day__lte=today, last_day__gte=today).first()
    begins = None if survey.ended_on else _next(survey, today)
    due = begins + timedelta(days=TO_ANSWER) if begins else None
    if running is not None:
        due = running.last_day + timedelta(days=1)
    return Stand(survey, waves_told(survey, today), running, begins, due)


def _next(survey: Survey, today: date) -> date:
    newest = survey.waves.order_by("-number").first()
    number = newest.number + 1 if newest else 0
    while (begins := due_day(survey, number)) < today and number < 10_000:
        number += 1
    return begins


def headline(stand: Stand) -> str:
    """Say in one sentence what the newest wave tells."""
    told = next((wave for wave in stand.waves if wave.is_told), None)
    if told is None:
        return _nothing_yet(stand)
    known = [norm for norm in told.norms if norm.mean is not None]
    fallen = [norm for norm in known if _is_moved(norm, -1)]
    risen = [norm for norm in known if _is_moved(norm, 1)]
    least = min(known, key=_level, default=None)
    if fallen:
        return _said_of(fallen, known, "fell")
    if risen:
        return _said_of(risen, known, "rose")
    if least is None or least.mean is None:
        return "Too few could say anything of any norm."
    return f"People live least by this: {least.norm.name} ({least.mean.value:.1f} of 5)."


def _level(norm: NormTold) -> float:
    return norm.mean.value if norm.mean else 5.0


def _is_moved(norm: NormTold, way: int) -> bool:
    move = norm.move
    return move is not None and norm.is_moved and move.change * way > 0


def _said_of(moved: list[NormTold], known: list[NormTold], how: str) -> str:
    if len(moved) == 1:
        return f"Since the wave before, this {how}: {moved[0].norm.name.lower()}."
    most = max(moved, key=lambda norm: abs(norm.move.change) if norm.move else 0.0)
    return (
        f"Since the wave before, {len(moved)} of {words.plural(len(known), 'norm')} {how}, most of "
        f"all: {most.norm.name.lower()}."
    )


def _nothing_yet(stand: Stand) -> str:
    if stand.waves:
        asked = stand.waves[0].answered
        return (
            f"Too few of the {words.people(asked.denominator)} asked have answered to tell "
            "anything."
        )
    if stand.due is None:
        return "Nobody is asked any more, and no wave came to its end."
    return f"Not yet due: the first wave is told once it is over, on {words.day(stand.due)}."

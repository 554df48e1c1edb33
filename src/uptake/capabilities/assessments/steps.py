"""What was done to shape norms, beside what people said before and after it.

Two waves of the same people at one place have nobody to be compared with: what moved may have
moved by itself or by whatever else was done in between. It is said so, and what else was noted in
between is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.assessments.instrument import Norm
from uptake.capabilities.assessments.models import Step
from uptake.capabilities.assessments.results import WaveAnswers, WaveTold, norm_move
from uptake.methods.assessment.opinions import Move


@dataclass(frozen=True, slots=True)
class NormSince:
    """How a norm moved between the waves around a step; ``move`` None: not measurable."""

    norm: Norm
    move: Move | None
    sentence: str


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step with the waves around it; ``since`` says what is missing where one is.

    ``beside``: how many other steps for the same norms fell between the same waves.
    """

    step: Step
    names: tuple[str, ...]
    before: WaveTold | None
    after: WaveTold | None
    norms: tuple[NormSince, ...]
    beside: int
    missing: str


def steps_told(
    steps: Sequence[Step], waves: Sequence[WaveTold], norms: Sequence[Norm]
) -> tuple[StepTold, ...]:
    """Return each step with what people said around it; ``waves`` the newest first."""
    told = [wave for wave in waves if wave.is_told]
    around = {step.pk: _around(step, told) for step in steps}
    return tuple(_told(step, steps, around, norms) for step in steps)


_Around = tuple[WaveTold | None, WaveTold | None]


def _around(step: Step, told: Sequence[WaveTold]) -> _Around:
    """The last wave that was over before the day, and the first that began after it."""
    before = next((wave for wave in told if wave.wave.last_day < step.day), None)
    later = [wave for wave in told if wave.wave.first_day > step.day]
    return before, later[-1] if later else None


def _told(
    step: Step,
    steps: Sequence[Step],
    around: dict[int, _Around],
    norms: Sequence[Norm],
) -> StepTold:
    before, after = around[step.pk]
    meant = [norm for norm in norms if norm.key in step.norms]
    others = (each for each in steps if each.pk != step.pk and around[each.pk] == around[step.pk])
    return StepTold(
        step=step,
        names=tuple(norm.name for norm in meant),
        before=before,
        after=after,
        norms=tuple(_since(before, after, norm) for norm in meant) if before and after else (),
        beside=sum(bool(set(each.norms) & set(step.norms)) for each in others),
        missing=_missing(before, after),
    )


def _missing(before: WaveTold | None, after: WaveTold | None) -> str:
    if before is None:
        return "Not measurable: nobody was asked before it."
    return "" if after else "Not yet due: the next wave is not over."


def _since(before: WaveTold, after: WaveTold, norm: Norm) -> NormSince:
    move = norm_move(WaveAnswers.of(before.wave), WaveAnswers.of(after.wave), norm)
    return NormSince(norm, move, move_sentence(norm.name, move))


def move_sentence(name: str, move: Move | None) -> str:
    """Say how a norm moved, on the scale of 1 to 5."""
    if move is None:
        return f"{name}: not measurable, too few people or other statements."
    ends = f"({move.interval.low:+.1f} to {move.interval.high:+.1f})"
    if not move.is_told_apart:
        return f"{name}: no change that could be told, {move.change:+.1f} {ends}."
    way = "rose" if move.change > 0 else "fell"
    return f"{name} {way} by {abs(move.change):.1f} points {ends}."

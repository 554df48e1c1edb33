"""Filters of the pages of surveys."""

from __future__ import annotations

from django import template

from uptake.capabilities.assessments.results import GroupTold, NormTold, WaveTold
from uptake.methods.assessment.opinions import Mean, Move

register = template.Library()


@register.filter
def norm_mean(group: GroupTold, norm: NormTold) -> Mean | None:
    """Return how far a team lives by a norm; None where too few could say."""
    return group.norms.get(norm.norm.key)


@register.filter
def wave_mean(wave: WaveTold, norm: NormTold) -> Mean | None:
    """Return how far people lived by a norm in a wave; None where it was not asked or too few."""
    found = (each.mean for each in wave.norms if each.norm.key == norm.norm.key)
    return next(found, None)


@register.filter
def moved(move: Move, unit: str) -> str:
    """Return "+12 points (3 to 21)" of a share in percent, "+0.4 (0.1 to 0.7)" of a mean."""
    low, high = move.interval.low, move.interval.high
    if unit == "share":
        return f"{100 * move.change:+.0f} points ({100 * low:+.0f} to {100 * high:+.0f})"
    return f"{move.change:+.1f} ({low:+.1f} to {high:+.1f})"

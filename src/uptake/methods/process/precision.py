"""How much more a model allows than anybody does.

After each beginning that cases had in common, what the model allows next is held against what came
next; steps that are allowed and that nobody took escape. A model that allows everything fits
everything, so fitness is never told without this. Only beginnings that the model itself allows are
judged. Sources: J. Munoz-Gama, J. Carmona (2010), "A fresh look at precision in process
conformance", BPM; A. Adriansyah et al. (2015), "Measuring precision of modeled behavior",
Information Systems and e-Business Management 13. Methods section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from uptake.methods.process.automaton import NotFinite
from uptake.methods.process.language import Language

FLOWER_FROM = 0.8
"""Share of its activities that a model allows at a typical moment, from which it says nothing."""

FLOWER_ACTIVITIES = 4
"""Fewer activities may well all be possible at once."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Allowed and escaping steps, each counted once for every case that went on from there.

    ``openness``: share of the model's activities that is allowed at a typical moment (median); None
    where no moment could be judged. ``not_judged``: moments after a case had left the model.
    """

    allowed: int
    escaping: int
    not_judged: int
    activities: int
    openness: float | None

    @property
    def value(self) -> float | None:
        """1 nothing more is allowed than was done, near 0 almost anything is; None if unknown."""
        return 1 - self.escaping / self.allowed if self.allowed else None

    @property
    def is_flower(self) -> bool:
        """Whether nearly everything is always allowed, so that every case would fit."""
        is_open = self.openness is not None and self.openness >= FLOWER_FROM
        return is_open and self.activities >= FLOWER_ACTIVITIES


@dataclass(slots=True)
class _Beginning:
    """Cases that began alike: how many went on, and with what. ``state`` None: out of the model."""

    state: int | None
    cases: int = 0
    following: dict[str, _Beginning] = field(default_factory=dict)


def precision(
    language: Language, variants: Sequence[Sequence[str]], cases: Sequence[int]
) -> Precision | None:
    """Judge a model by the cases; ``cases``: how many ran like each variant.

    None where the model is too large to be followed.
    """
    try:
        return _judged(language, _beginnings(language, variants, cases))
    except NotFinite:
        return None


def _beginnings(
    language: Language, variants: Sequence[Sequence[str]], cases: Sequence[int]
) -> _Beginning:
    """Every beginning of every case, those in common once."""
    root = _Beginning(0)
    for trace, count in zip(variants, cases, strict=True):
        at = root
        for step in trace:
            at.cases += count
            after = at.following.get(step)
            if after is None:
                state = None if at.state is None else language.after(at.state, step)
                after = at.following[step] = _Beginning(state)
            at = after
    return root


def _judged(language: Language, root: _Beginning) -> Precision:
    activities = {t.label for t in language.net.net.transitions if t.label is not None}
    allowed = escaping = not_judged = 0
    shares: list[float] = []
    weights: list[int] = []
    for beginning in _all(root):
        if beginning.state is None:
            not_judged += beginning.cases
            continue
        possible = set(language.allowed(beginning.state))
        allowed += beginning.cases * len(possible)
        escaping += beginning.cases * len(possible - beginning.following.keys())
        shares.append(len(possible) / len(activities) if activities else 0.0)
        weights.append(beginning.cases)
    return Precision(allowed, escaping, not_judged, len(activities), _median(shares, weights))


def _all(root: _Beginning) -> Iterator[_Beginning]:
    """Every beginning that some case went on from."""
    waiting = [root]
    while waiting:
        beginning = waiting.pop()
        if beginning.cases:
            yield beginning
            waiting.extend(beginning.following.values())


def _median(values: Sequence[float], weights: Sequence[int]) -> float | None:
    """The value at which half of the weight is reached."""
    if not values:
        return None
    order = np.argsort(values)
    reached = np.cumsum(np.asarray(weights, dtype=np.int64)[order])
    return float(np.asarray(values)[order][np.searchsorted(reached, reached[-1] / 2)])

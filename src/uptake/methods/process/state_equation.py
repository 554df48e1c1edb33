"""What a case still costs at least, told by counting tokens instead of playing steps.

Whatever happens between a marking and the end, each place must gain and lose the tokens by which
the two differ, and events that are left meet as many steps of their label, are inserted where there
are too many, and steps are skipped where there are too few. The cheapest way to satisfy that, with
fractions allowed and without regard to order, costs no more than any real way. Source: T. Murata
(1989), "Petri nets: properties, analysis and applications", Proc. IEEE 77 (state equation).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from uptake.methods.arrays import Floats
from uptake.methods.process.alignment import Prices
from uptake.methods.process.nets import Marking, Net, NotFinite

_NOISE = 1e-6
"""Below this a solver's fraction is nothing."""

MOST_CELLS = 40_000_000
"""Numbers in the equation, 320 MB; some 2,500 places and as many steps with as many names."""

_INFEASIBLE = 2
"""How SciPy's solver says that nothing satisfies the equation."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A cheapest way to satisfy the equation: how often each step, skip and insertion occurs.

    ``skips`` and ``inserts`` by label; ``value`` is their cost, ``fixed`` that of events whose
    label no step has.
    """

    firings: Floats
    skips: Floats
    inserts: Floats
    value: float
    fixed: int

    @property
    def bound(self) -> int:
        """The least cost, in whole units."""
        return math.ceil(self.value - _NOISE) + self.fixed


class StateEquation:
    """The equation of a net, and the solutions that follow from one when a step is taken.

    Making it may raise ``NotFinite``: the net is too large.
    """

    def __init__(self, net: Net, prices: Prices) -> None:
        self._net, self._prices = net, prices
        labels = sorted({t.label for t in net.transitions if t.label is not None})
        self._code = {label: code for code, label in enumerate(labels)}
        self._label = [None if t.label is None else self._code[t.label] for t in net.transitions]
        self._skip = np.array([prices.skip(label) for label in labels], dtype=np.float64)
        self._insert = np.array([prices.insert(label) for label in labels], dtype=np.float64)
        places, steps, kinds = len(net.start), len(net.transitions), len(labels)
        if (places + kinds) * (steps + 2 * kinds) > MOST_CELLS:
            raise NotFinite("The model has too many places and steps to be searched.")
        matrix = np.zeros((places + kinds, steps + 2 * kinds))
        for number, transition in enumerate(net.transitions):
            for place, tokens in transition.takes:
                matrix[place, number] -= tokens
            for place, tokens in transition.gives:
                matrix[place, number] += tokens
            if (code := self._label[number]) is not None:
                matrix[places + code, number] = 1
        matrix[places:, steps : steps + kinds] = -np.eye(kinds)
        matrix[places:, steps + kinds :] = np.eye(kinds)
        self._matrix = matrix
        self._cost = np.concatenate([np.zeros(steps), self._skip, self._insert])

    def estimate(self, marking: Marking, left: Mapping[str, int]) -> Estimate | None:
        """Solve it from a marking, with events left by label; None where no way leads on."""
        from scipy.optimize import linprog  # half a second, and few nets need it

        known = np.zeros(len(self._code))
        fixed = 0
        for label, times in left.items():
            if label in self._code:
                known[self._code[label]] = times
            else:
                fixed += times * self._prices.insert(label)
        needed = np.subtract(self._net.end, marking)
        solved = linprog(self._cost, A_eq=self._matrix, b_eq=np.concatenate([needed, known]))
        if solved.status == _INFEASIBLE:
            return None
        steps, kinds = len(self._label), len(self._code)
        if not solved.success:
            nothing = np.zeros(kinds)
            return Estimate(np.zeros(steps), nothing, nothing, 0.0, fixed)
        counts = np.asarray(solved.x, dtype=np.float64)
        return Estimate(
            counts[:steps],
            counts[steps : steps + kinds],
            counts[steps + kinds :],
            float(solved.fun),
            fixed,
        )

    def after_step(self, ahead: Estimate, number: int, *, is_skip: bool) -> Estimate | None:
        """What follows when a step was taken, with an event or alone; None if it was not meant."""
        code = self._label[number]
        if ahead.firings[number] < 1 - _NOISE:
            return None
        firings = _one_less(ahead.firings, number)
        if code is None or not is_skip:
            return replace(ahead, firings=firings)
        if ahead.skips[code] < 1 - _NOISE:
            return None
        skips, value = _one_less(ahead.skips, code), ahead.value - float(self._skip[code])
        return replace(ahead, firings=firings, skips=skips, value=value)

    def after_insert(self, ahead: Estimate, label: str) -> Estimate | None:
        """What follows when an event was inserted; None if it was not meant."""
        code = self._code.get(label)
        if code is None:
            return replace(ahead, fixed=ahead.fixed - self._prices.insert(label))
        if ahead.inserts[code] < 1 - _NOISE:
            return None
        value = ahead.value - float(self._insert[code])
        return replace(ahead, inserts=_one_less(ahead.inserts, code), value=value)


def _one_less(counts: Floats, at: int) -> Floats:
    fewer = counts.copy()
    fewer[at] = max(fewer[at] - 1, 0.0)
    return fewer

"""Nets whose markings are whole numbers, so that a step is one addition."""

from __future__ import annotations

from collections.abc import Iterable

from uptake.methods.process.automaton import NotFinite
from uptake.methods.process.nets import Marking, Net

_BITS = 16
"""Width of a place in a packed marking; the highest bit stands guard."""

MOST_MARKINGS = 100_000
"""Markings that are looked at before a net is said to be too large."""

Steps = tuple[list[tuple[str, int, int]], list[tuple[int, int]]]
"""Visible steps: label, marking after, number of the transition; and silent ones without label."""


class PackedNet:
    """A net laid out for taking steps.

    Each place is a field of bits; its highest bit is always set and lost when a step takes more
    than there is, or gives more than fits. Steps that take the same are kept together, so that a
    marking is held against what they take once.
    """

    def __init__(self, net: Net) -> None:
        self.net = net
        self._guard = _packed((place, 1 << (_BITS - 1)) for place in range(len(net.start)))
        self.start = self._guard + _packed(enumerate(net.start))
        self.end = self._guard + _packed(enumerate(net.end))
        self._visible: dict[int, list[tuple[str, int, int]]] = {}
        self._silent: dict[int, list[tuple[int, int]]] = {}
        for number, t in enumerate(net.transitions):
            takes, gives = _packed(t.takes), _packed(t.gives)
            if t.label is None:
                self._silent.setdefault(takes, []).append((gives, number))
            else:
                self._visible.setdefault(takes, []).append((t.label, gives, number))
        self._known: dict[int, Steps] = {}

    def steps(self, marking: int) -> Steps:
        """What can happen in a marking.

        Raises:
            NotFinite: more markings were asked for than can be looked at, or a place is full.
        """
        known = self._known.get(marking)
        if known is None:
            if len(self._known) == MOST_MARKINGS:
                raise NotFinite(f"The model has more than {MOST_MARKINGS:,} markings.")
            known = self._known[marking] = self._looked_up(marking)
        return known

    def tokens(self, marking: int) -> Marking:
        """The tokens on each place."""
        bare = marking - self._guard
        mask = (1 << _BITS) - 1
        return tuple((bare >> (_BITS * place)) & mask for place in range(len(self.net.start)))

    def _looked_up(self, marking: int) -> Steps:
        guard = self._guard
        visible = [
            (label, left + gives, number)
            for takes, steps in self._visible.items()
            if (left := marking - takes) & guard == guard
            for label, gives, number in steps
        ]
        silent = [
            (left + gives, number)
            for takes, steps in self._silent.items()
            if (left := marking - takes) & guard == guard
            for gives, number in steps
        ]
        for after in (*(step[1] for step in visible), *(step[0] for step in silent)):
            if after & guard != guard:
                raise NotFinite("The model collects more tokens on a place than can be counted.")
        return visible, silent


def _packed(tokens: Iterable[tuple[int, int]]) -> int:
    return sum(count << (_BITS * place) for place, count in tokens)

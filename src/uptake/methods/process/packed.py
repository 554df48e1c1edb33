"""Nets laid out for taking steps, their markings as whole numbers.

Of few places a marking is one number with a field for each, so that a step is one addition; of many
it is the number of a list of what lies where, so that only steps near a token are tried.
"""

from __future__ import annotations

from collections.abc import Iterable

from uptake.methods.process.nets import Marking, Net, NotFinite

_BITS = 16
"""Width of a place in a packed marking; the highest bit stands guard."""

FEW_PLACES = 64
"""Places up to which one number says a marking."""

MOST_TOKENS = (1 << (_BITS - 1)) - 1
"""Tokens on one place."""

MOST_MARKINGS = 100_000
"""Markings that are looked at before a net is said to be too large."""

MOST_LISTED = 2_000_000
"""Entries of all lists of what lies where together, some 300 MB."""

Steps = tuple[list[tuple[str, int, int]], list[tuple[int, int]]]
"""Visible steps: label, marking after, number of the transition; and silent ones without label."""


def laid_out(net: Net) -> PackedNet:
    """Lay a net out as its number of places asks for."""
    return PackedNet(net) if len(net.start) <= FEW_PLACES else ListedNet(net)


class PackedNet:
    """A net of few places.

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

    def covers(self, marking: int, other: int) -> bool:
        """Whether every place has as many tokens as in the other marking, or more."""
        return (marking - (other - self._guard)) & self._guard == self._guard

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
                raise _too_many_tokens()
        return visible, silent


_Bag = tuple[tuple[int, int], ...]
"""Pairs of place and tokens, ascending, without empty places."""


class ListedNet(PackedNet):
    """A net of many places; markings have numbers in the order in which they are met."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self._bags: list[_Bag] = []
        self._numbers: dict[_Bag, int] = {}
        self._known = {}
        self._left = MOST_LISTED
        self._near: dict[int | None, list[int]] = {}
        for number, t in enumerate(net.transitions):
            self._near.setdefault(t.takes[0][0] if t.takes else None, []).append(number)
        self.start = self._number(dict(enumerate(net.start)))
        self.end = self._number(dict(enumerate(net.end)))

    def tokens(self, marking: int) -> Marking:
        """The tokens on each place."""
        bag = dict(self._bags[marking])
        return tuple(bag.get(place, 0) for place in range(len(self.net.start)))

    def covers(self, marking: int, other: int) -> bool:
        """Whether every place has as many tokens as in the other marking, or more."""
        bag = dict(self._bags[marking])
        return all(bag.get(place, 0) >= tokens for place, tokens in self._bags[other])

    def _looked_up(self, marking: int) -> Steps:
        bag = dict(self._bags[marking])
        near = [number for place in (*bag, None) for number in self._near.get(place, ())]
        visible, silent = [], []
        for number in sorted(near):
            step = self.net.transitions[number]
            if all(bag.get(place, 0) >= tokens for place, tokens in step.takes):
                after = dict(bag)
                for place, tokens in step.takes:
                    after[place] -= tokens
                for place, tokens in step.gives:
                    after[place] = after.get(place, 0) + tokens
                if step.label is None:
                    silent.append((self._number(after), number))
                else:
                    visible.append((step.label, self._number(after), number))
        return visible, silent

    def _number(self, tokens: dict[int, int]) -> int:
        if max(tokens.values(), default=0) > MOST_TOKENS:
            raise _too_many_tokens()
        bag = tuple(sorted((place, number) for place, number in tokens.items() if number))
        number = self._numbers.setdefault(bag, len(self._bags))
        if number == len(self._bags):
            self._left -= len(bag)
            if self._left < 0:
                raise NotFinite("The model has too much side by side to be written out.")
            self._bags.append(bag)
        return number


def _too_many_tokens() -> NotFinite:
    return NotFinite("The model collects more tokens on a place than can be counted.")


def _packed(tokens: Iterable[tuple[int, int]]) -> int:
    return sum(count << (_BITS * place) for place, count in tokens)

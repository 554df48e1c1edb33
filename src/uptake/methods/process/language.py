"""What a net allows next after what was seen, worked out only as far as somebody asks.

After a sequence of visible steps a net may be in several markings, because steps that nobody sees
may have been taken or not. All of them together are one state here, so that each visible step leads
to one state at most, and a case is followed without ever looking back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from uptake.methods.process.automaton import NotFinite
from uptake.methods.process.nets import Net
from uptake.methods.process.packed import PackedNet
from uptake.methods.process.reduction import reduce_net

MOST_HELD = 500_000
"""Markings in all states together, before a net is said to be too large to be followed."""


class Language:
    """The sequences of visible steps that a net allows.

    States are numbers from 0, the start. Every method may raise ``NotFinite``; what was worked out
    before that can still be asked for, and nothing else is tried. ``net`` is a smaller
    net with the same language, the one that is followed.
    """

    def __init__(self, net: Net) -> None:
        self.net = PackedNet(reduce_net(net, may_double=True))
        self._markings: list[frozenset[int]] = []
        self._number: dict[frozenset[int], int] = {}
        self._following: list[dict[str, set[int]] | None] = []
        self._after: list[dict[str, int]] = []
        self._left = MOST_HELD

    def __len__(self) -> int:
        """How many states are known so far."""
        self._begin()
        return len(self._markings)

    def allowed(self, state: int) -> Iterable[str]:
        """The steps that may come next."""
        return self._steps(state).keys()

    def after(self, state: int, step: str) -> int | None:
        """The state after a step; None where it is not allowed."""
        self._begin()
        known = self._after[state].get(step)
        if known is None:
            markings = self._steps(state).get(step)
            if markings is None:
                return None
            known = self._after[state][step] = self._state_of(markings)
        return known

    def following(self, state: int) -> dict[str, int]:
        """The steps that may come next, with the state after each."""
        for step in self._steps(state):
            self.after(state, step)
        return self._after[state]

    def ends(self, state: int) -> bool:
        """Whether a case may end here."""
        self._begin()
        return self.net.end in self._markings[state]

    def follow(self, trace: Sequence[str]) -> int | None:
        """The state after a whole case; None where it leaves what is allowed."""
        self._begin()
        state, after = 0, self._after
        for step in trace:
            known = after[state].get(step)
            following = self.after(state, step) if known is None else known
            if following is None:
                return None
            state = following
        return state

    def accepts(self, trace: Sequence[str]) -> bool:
        """Whether a case runs as the net says, from its start to its end."""
        state = self.follow(trace)
        return state is not None and self.ends(state)

    def _begin(self) -> None:
        """Work out the first state."""
        if not self._markings:
            self._state_of({self.net.start})

    def _steps(self, state: int) -> dict[str, set[int]]:
        self._begin()
        found = self._following[state]
        if found is None:
            found = defaultdict(set)
            for marking in self._markings[state]:
                for label, after, _number in self.net.steps(marking)[0]:
                    found[label].add(after)
            self._following[state] = found = dict(found)
        return found

    def _state_of(self, markings: set[int]) -> int:
        """The number of a state: these markings, and what silent steps make of them."""
        if self._left <= 0:
            raise NotFinite(f"The model can be in more than {MOST_HELD:,} markings unseen.")
        left, self._left = self._left, 0
        waiting, reached = list(markings), set(markings)
        while waiting:
            for after, _number in self.net.steps(waiting.pop())[1]:
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
        self._left = left - len(reached)
        state = frozenset(reached)
        number = self._number.setdefault(state, len(self._markings))
        if number == len(self._markings):
            self._markings.append(state)
            self._following.append(None)
            self._after.append({})
        return number

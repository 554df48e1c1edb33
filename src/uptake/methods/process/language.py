"""What a net allows next after what was seen, worked out only as far as somebody asks.

After a sequence of visible steps a net may be in several markings, because steps that nobody sees
may have been taken or not. All of them together are one state here, so that each visible step leads
to one state at most, and a case is followed without ever looking back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import getitem

from uptake.methods.process.automaton import NotFinite
from uptake.methods.process.nets import Net
from uptake.methods.process.packed import laid_out
from uptake.methods.process.reduction import reduce_net

MOST_HELD = 500_000
"""Markings in all states together, before a net is said to be too large to be followed."""


class _NotAllowed(KeyError):
    """The net does not allow the step here."""


class _State(dict[str, "_State"]):
    """Markings that the net may be in, and by each step the state after it, once asked for."""

    __slots__ = ("_steps", "ends", "markings", "number", "of")

    def __init__(self, of: Language, number: int, markings: frozenset[int]) -> None:
        super().__init__()
        self.of, self.number, self.markings = of, number, markings
        self.ends = of.net.end in markings
        self._steps: dict[str, set[int]] | None = None

    def __missing__(self, step: str) -> _State:
        markings = self.steps().get(step)
        if markings is None:
            raise _NotAllowed(step)
        found = self[step] = self.of.state_of(markings)
        return found

    def steps(self) -> dict[str, set[int]]:
        """The steps that may come next, with the markings right after each."""
        if self._steps is None:
            found = defaultdict(set)
            for marking in self.markings:
                for label, after, _number in self.of.net.steps(marking)[0]:
                    found[label].add(after)
            self._steps = dict(found)
        return self._steps


class Language:
    """The sequences of visible steps that a net allows.

    States are numbers from 0, the start. Every method may raise ``NotFinite``; what was worked out
    before that can still be asked for, and nothing else is tried. ``net`` is a smaller
    net with the same language, the one that is followed.
    """

    def __init__(self, net: Net) -> None:
        self.net = laid_out(reduce_net(net, may_double=True))
        self._states: list[_State] = []
        self._known: dict[frozenset[int], _State] = {}
        self._left = MOST_HELD

    def __len__(self) -> int:
        """How many states are known so far."""
        self._first()
        return len(self._states)

    def allowed(self, state: int) -> Iterable[str]:
        """The steps that may come next."""
        return self._state(state).steps().keys()

    def after(self, state: int, step: str) -> int | None:
        """The state after a step; None where it is not allowed."""
        try:
            return self._state(state)[step].number
        except _NotAllowed:
            return None

    def following(self, state: int) -> dict[str, int]:
        """The steps that may come next, with the state after each."""
        here = self._state(state)
        return {step: here[step].number for step in here.steps()}

    def ends(self, state: int) -> bool:
        """Whether a case may end here."""
        return self._state(state).ends

    def follow(self, trace: Iterable[str]) -> int | None:
        """The state after a whole case; None where it leaves what is allowed."""
        try:
            return reduce(getitem, trace, self._first()).number
        except _NotAllowed:
            return None

    def accepts(self, trace: Iterable[str]) -> bool:
        """Whether a case runs as the net says, from its start to its end."""
        try:
            return reduce(getitem, trace, self._first()).ends
        except _NotAllowed:
            return False

    def state_of(self, markings: set[int]) -> _State:
        """The state of these markings, and of what silent steps make of them."""
        start = frozenset(markings)
        state = self._known.get(start)
        if state is None:
            reached = self._reached(markings)
            state = self._known.get(reached)
            if state is None:
                state = self._known[reached] = _State(self, len(self._states), reached)
                self._states.append(state)
            self._known[start] = state
        return state

    def _first(self) -> _State:
        return self._states[0] if self._states else self.state_of({self.net.start})

    def _state(self, number: int) -> _State:
        return self._states[number] if self._states else self._first()

    def _reached(self, markings: set[int]) -> frozenset[int]:
        """All that may be, when any of the markings is, without anybody seeing a step."""
        if self._left <= 0:
            raise NotFinite(f"The model can be in more than {MOST_HELD:,} markings unseen.")
        left, self._left = self._left, 0
        waiting, reached = list(markings), set(markings)
        steps = self.net.steps
        while waiting:
            for after, _number in steps(waiting.pop())[1]:
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
        self._left = left - len(reached)
        return frozenset(reached)

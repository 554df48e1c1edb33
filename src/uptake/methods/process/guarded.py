"""Nets whose steps look beyond the places they are tied to, and the plain nets that equal them.

Drawings of processes have steps that no Petri net has: a gateway waits until nothing can arrive
any more, an interruption takes away whatever is under way, a part is done when nothing is left in
it. Such a net is played out state by state, up to a bound, and becomes a plain net that has one
place for each state. Source for gateways that wait: OMG (2013), Business Process Model and
Notation 2.0.2, table 13.4.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from uptake.methods.process.nets import Net, Transition

MOST_STATES = 2_000

MOST_MOVED = 5_000_000
"""Tokens that are looked at while states are written down, some two seconds; beyond, a net counts
as one of too many states."""

Tokens = tuple[int, ...]
"""The places that tokens lie on, in ascending order, one entry for each token."""

_NONE: frozenset[int] = frozenset()


class TooManyStates(ValueError):
    """The net has more states than can be played out."""


@dataclass(frozen=True, slots=True)
class GuardedStep:
    """A step that takes one token from each of ``takes`` and gives one to each of ``gives``.

    It takes from one place at least.
    ``empty``: places on which nothing may lie. ``clears``: places that it empties. ``joins``: it
    takes instead one token from each of these that has one, once none of the others can get any.
    """

    label: str | None
    takes: tuple[int, ...] = ()
    gives: tuple[int, ...] = ()
    empty: frozenset[int] = frozenset()
    clears: frozenset[int] = frozenset()
    joins: frozenset[int] = frozenset()

    @property
    def is_plain(self) -> bool:
        """Whether it is tied to its places alone."""
        return not (self.empty or self.clears or self.joins)


@dataclass(frozen=True)
class GuardedNet:
    """Steps over places from 0 on; a case begins with one token on ``start``.

    It ends with one token on ``end``, or where that is None with none at all.
    """

    steps: tuple[GuardedStep, ...]
    places: int
    start: int
    end: int | None

    @property
    def is_plain(self) -> bool:
        """Whether it is a net as it stands."""
        return all(step.is_plain for step in self.steps)

    @cached_property
    def _reach(self) -> dict[GuardedStep, Mapping[int, frozenset[int]]]:
        """For steps that join: from which place which of its own can be reached without it."""
        return {}

    def _reached_by(self, join: GuardedStep) -> Mapping[int, frozenset[int]]:
        back: dict[int, set[int]] = {}
        for step in self.steps:
            if step.joins != join.joins:
                for place in step.gives:
                    back.setdefault(place, set()).update(step.takes or step.joins)
        found: dict[int, set[int]] = {}
        for goal in join.joins:
            seen, waiting = {goal}, [goal]
            while waiting:
                for place in back.get(waiting.pop(), set()) - seen:
                    seen.add(place)
                    waiting.append(place)
            for place in seen:
                found.setdefault(place, set()).add(goal)
        return {place: frozenset(goals) for place, goals in found.items()}

    @cached_property
    def _by_place(self) -> Mapping[int, tuple[GuardedStep, ...]]:
        """The steps by the first place that they take from."""
        found: dict[int, list[GuardedStep]] = {}
        for step in self.steps:
            for place in step.joins or step.takes[:1]:
                found.setdefault(place, []).append(step)
        return {place: tuple(steps) for place, steps in found.items()}

    def begin(self) -> Tokens:
        """The place that a case begins on."""
        return (self.start,)

    def steps_from(self, tokens: Tokens) -> Iterator[tuple[GuardedStep, Tokens]]:
        """Every step that can be taken, with the tokens after it."""
        near = (step for place in dict.fromkeys(tokens) for step in self._by_place.get(place, ()))
        for step in dict.fromkeys(near):
            takes = self._joined(step, tokens) if step.joins else step.takes
            if takes is None or any(tokens.count(p) < takes.count(p) for p in takes):
                continue
            if step.empty.isdisjoint(tokens):
                yield step, _after(step, takes, tokens)

    def _joined(self, step: GuardedStep, tokens: Tokens) -> Tokens | None:
        """What the step takes now; None while another token is on its way to an empty place."""
        there = step.joins.intersection(tokens)
        if step not in self._reach:
            self._reach[step] = self._reached_by(step)
        reach = self._reach[step]
        for place in tokens:
            goals = reach.get(place, _NONE)
            if goals - there and not goals & there:
                return None
        return tuple(sorted(there))

    def plain(self) -> Net:
        """The net as it stands; only where it is plain."""
        steps = [_tied(step.label, step.takes, step.gives) for step in self.steps]
        start, end = (
            tuple(int(place == at) for place in range(self.places)) for at in (self.start, self.end)
        )
        return Net(tuple(steps), start, end)

    def played_out(self, *, most_states: int = MOST_STATES) -> Net:
        """The plain net with a place for each state, and one more for the end.

        Raises:
            TooManyStates: there are more than ``most_states``.
        """
        number, steps = self._states(most_states)
        end = len(number)
        goal = () if self.end is None else (self.end,)
        if goal in number:
            steps.append(_tied(None, (number[goal],), (end,)))
        begin = (1, *([0] * end))
        return Net(tuple(steps), begin, (*([0] * end), 1))

    def ends_alone(self, *, most_states: int = MOST_STATES) -> bool | None:
        """Whether nothing else is left wherever the end has a token; None where not known."""
        try:
            number, _steps = self._states(most_states)
        except TooManyStates:
            return None
        return all(len(tokens) == 1 for tokens in number if self.end in tokens)

    def _states(self, most_states: int) -> tuple[dict[Tokens, int], list[Transition]]:
        begin = self.begin()
        number = {begin: 0}
        waiting = deque([begin])
        steps = []
        left = MOST_MOVED
        while waiting:
            tokens = waiting.popleft()
            for step, after in self.steps_from(tokens):
                left -= len(tokens)
                if left < 0:
                    raise TooManyStates("There are too many tokens side by side.")
                if after not in number:
                    if len(number) == most_states:
                        raise TooManyStates(f"There are more than {most_states:,} states.")
                    number[after] = len(number)
                    waiting.append(after)
                if step.label is not None or after != tokens:
                    steps.append(_tied(step.label, (number[tokens],), (number[after],)))
        return number, steps


def _after(step: GuardedStep, takes: Tokens, tokens: Tokens) -> Tokens:
    after = list(tokens)
    for place in takes:
        after.remove(place)
    left = [place for place in after if place not in step.clears]
    return tuple(sorted((*left, *step.gives)))


def _tied(label: str | None, takes: Sequence[int], gives: Sequence[int]) -> Transition:
    return Transition(label, _counted(takes), _counted(gives))


def _counted(places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple((place, places.count(place)) for place in dict.fromkeys(places))

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

from uptake.methods.process.nets import Marking, Net, Transition

MOST_STATES = 2_000


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
    def _reach(self) -> Mapping[GuardedStep, Mapping[int, frozenset[int]]]:
        """For each step that joins: from which place which of its own can be reached without it."""
        return {step: self._reached_by(step) for step in self.steps if step.joins}

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

    def _near(self, marking: Marking) -> Iterator[GuardedStep]:
        """Steps that take from a place with a token, each once."""
        by_place = self._by_place
        joins = set()
        for place, tokens in enumerate(marking):
            for step in by_place.get(place, ()) if tokens else ():
                if not step.joins:
                    yield step
                elif step not in joins:
                    joins.add(step)
                    yield step

    def begin(self) -> Marking:
        """The marking that a case begins in."""
        return tuple(int(place == self.start) for place in range(self.places))

    def steps_from(self, marking: Marking) -> Iterator[tuple[GuardedStep, Marking]]:
        """Every step that can be taken, with the marking after it."""
        for step in self._near(marking):
            takes = self._joined(step, marking) if step.joins else step.takes
            if takes is None or any(marking[p] < takes.count(p) for p in takes):
                continue
            if not any(marking[place] for place in step.empty):
                yield step, _after(step, takes, marking)

    def _joined(self, step: GuardedStep, marking: Marking) -> tuple[int, ...] | None:
        """What the step takes now; None while another token is on its way to an empty place."""
        there = frozenset(place for place in step.joins if marking[place])
        if not there:
            return None
        reach = self._reach[step]
        for place, tokens in enumerate(marking):
            goals = reach.get(place, frozenset()) if tokens else frozenset()
            if goals - there and not goals & there:
                return None
        return tuple(sorted(there))

    def plain(self) -> Net:
        """The net as it stands; only where it is plain."""
        steps = [_tied(step.label, step.takes, step.gives) for step in self.steps]
        end = tuple(int(place == self.end) for place in range(self.places))
        return Net(tuple(steps), self.begin(), end)

    def played_out(self, *, most_states: int = MOST_STATES) -> Net:
        """The plain net with a place for each state, and one more for the end.

        Raises:
            TooManyStates: there are more than ``most_states``.
        """
        number, steps = self._states(most_states)
        end = len(number)
        goal = tuple(int(place == self.end) for place in range(self.places))
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
        end = self.end or 0
        return all(sum(marking) == 1 for marking in number if marking[end])

    def _states(self, most_states: int) -> tuple[dict[Marking, int], list[Transition]]:
        begin = self.begin()
        number = {begin: 0}
        waiting = deque([begin])
        steps = []
        while waiting:
            marking = waiting.popleft()
            for step, after in self.steps_from(marking):
                if after not in number:
                    if len(number) == most_states:
                        raise TooManyStates(f"There are more than {most_states:,} states.")
                    number[after] = len(number)
                    waiting.append(after)
                if step.label is not None or after != marking:
                    steps.append(_tied(step.label, (number[marking],), (number[after],)))
        return number, steps


def _after(step: GuardedStep, takes: Sequence[int], marking: Marking) -> Marking:
    after = list(marking)
    for place in takes:
        after[place] -= 1
    for place in step.clears:
        after[place] = 0
    for place in step.gives:
        after[place] += 1
    return tuple(after)


def _tied(label: str | None, takes: Sequence[int], gives: Sequence[int]) -> Transition:
    return Transition(label, _counted(takes), _counted(gives))


def _counted(places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple((place, places.count(place)) for place in dict.fromkeys(places))

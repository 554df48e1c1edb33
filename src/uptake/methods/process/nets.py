"""Petri nets: what is allowed next, when things happen side by side.

Source: W. van der Aalst (2016), Process Mining: Data Science in Action, 2nd ed., chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Marking = tuple[int, ...]
"""How many tokens lie on each place."""


class NotFinite(ValueError):
    """The model cannot be unfolded, and why."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of the net: ``label`` None means that nobody sees it happen.

    ``takes`` and ``gives``: pairs of place and tokens, each place once.
    """

    label: str | None
    takes: tuple[tuple[int, int], ...]
    gives: tuple[tuple[int, int], ...]

    def is_enabled(self, marking: Marking) -> bool:
        """Say whether every place has the tokens it takes."""
        return all(marking[place] >= tokens for place, tokens in self.takes)

    def fired(self, marking: Marking) -> Marking:
        """Return the marking after it."""
        after = list(marking)
        for place, tokens in self.takes:
            after[place] -= tokens
        for place, tokens in self.gives:
            after[place] += tokens
        return tuple(after)


@dataclass(frozen=True, slots=True)
class Net:
    """A net with the marking a case begins in and the one it ends in."""

    transitions: tuple[Transition, ...]
    start: Marking
    end: Marking

    def __post_init__(self) -> None:
        if len(self.start) != len(self.end):
            raise ValueError("Both markings say how many tokens lie on each place.")

    def steps_from(self, marking: Marking) -> Iterator[tuple[Transition, Marking]]:
        """Every transition that is enabled, with the marking after it."""
        for transition in self.transitions:
            if transition.is_enabled(marking):
                yield transition, transition.fired(marking)

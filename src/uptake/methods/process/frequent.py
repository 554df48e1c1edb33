"""The part of a log that is small enough to look at closely, and how much of it that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from uptake.methods.statistics.proportions import Share

Trace = tuple[int, ...]

MOST_ACTIVITIES = 120
"""Activities that are looked at; of more, those in the most cases."""

MOST_EVENTS = 200_000
"""Events of different ways that are looked at; of more, those of the most frequent ways."""


@dataclass(frozen=True, slots=True)
class Frequent:
    """The most frequent ways, with activities as codes into ``names``.

    ``traces``: how many cases ran like each. ``cases``: those, of all. ``left_out``: activities
    beyond the bound, which are taken out of the ways.
    """

    names: tuple[str, ...]
    traces: Mapping[Trace, int]
    cases: Share
    left_out: tuple[str, ...]

    @classmethod
    def of(cls, variants: Sequence[Sequence[str]], cases: Sequence[int]) -> Frequent:
        """Take as much as is within the bounds; ``cases``: how many cases ran like each."""
        taken = _within_bound(variants, cases)
        kept, left_out = _activities(taken, variants, cases)
        code = {name: at for at, name in enumerate(kept)}
        traces: Counter[Trace] = Counter()
        for at in taken:
            traces[tuple(code[name] for name in variants[at] if name in code)] += cases[at]
        looked_at = Share(sum(cases[at] for at in taken), sum(cases))
        return cls(kept, traces, looked_at, left_out)


def _within_bound(variants: Sequence[Sequence[str]], cases: Sequence[int]) -> list[int]:
    """The most frequent variants, as many as may be looked at."""
    taken, events = [], 0
    for at in sorted(range(len(variants)), key=lambda at: (-cases[at], at)):
        size = len(variants[at]) + 1
        if events + size <= MOST_EVENTS:
            taken.append(at)
            events += size
    return taken


def _activities(
    taken: Sequence[int], variants: Sequence[Sequence[str]], cases: Sequence[int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The activities in the most cases, and the others."""
    count: Counter[str] = Counter()
    for at in taken:
        for name in dict.fromkeys(variants[at]):
            count[name] += cases[at]
    names = [name for name, _cases in sorted(count.items(), key=lambda item: (-item[1], item[0]))]
    return tuple(sorted(names[:MOST_ACTIVITIES])), tuple(sorted(names[MOST_ACTIVITIES:]))

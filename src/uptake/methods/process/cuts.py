"""Ways to divide activities by what directly follows what, so that each part can stand alone.

Source: S. Leemans, D. Fahland, W. van der Aalst (2013), "Discovering block-structured process
models from event logs - a constructive approach", Petri Nets. A sequence is divided as far as its
parts are comparable; neighbours that are only ever passed over together stay together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from uptake.methods.process.frequent import Trace
from uptake.methods.process.trees import Operator

Traces = Mapping[Trace, int]
"""How many cases ran like each."""

Part = frozenset[int]


@dataclass(frozen=True, slots=True)
class Follows:
    """What directly follows what, and what cases begin and end with, with how often."""

    activities: Part
    after: Mapping[int, Mapping[int, int]]
    starts: Mapping[int, int]
    ends: Mapping[int, int]

    @classmethod
    def of(cls, traces: Traces) -> Follows:
        """Count it in traces of which none is empty."""
        starts: Counter[int] = Counter()
        ends: Counter[int] = Counter()
        pairs: Counter[tuple[int, int]] = Counter()
        for trace, cases in traces.items():
            starts[trace[0]] += cases
            ends[trace[-1]] += cases
            for pair in pairwise(trace):
                pairs[pair] += cases
        activities = frozenset(a for trace in traces for a in trace)
        after: dict[int, dict[int, int]] = {a: {} for a in sorted(activities)}
        for (a, b), count in sorted(pairs.items()):
            after[a][b] = count
        return cls(activities, after, starts, ends)

    def without_noise(self, share: float) -> Follows:
        """Leave out what is rarer than this share of the most frequent at the same place."""
        after = {
            a: _frequent(following, share * max([*following.values(), self.ends.get(a, 0)]))
            for a, following in self.after.items()
        }
        return Follows(
            self.activities,
            after,
            _frequent(self.starts, share * max(self.starts.values())),
            _frequent(self.ends, share * max(self.ends.values())),
        )

    def before(self) -> dict[int, set[int]]:
        """What directly precedes each activity."""
        found: dict[int, set[int]] = {a: set() for a in self.after}
        for a, following in self.after.items():
            for b in following:
                found[b].add(a)
        return found


def _frequent(counts: Mapping[int, int], least: float) -> dict[int, int]:
    return {key: count for key, count in counts.items() if count >= least}


@dataclass(frozen=True, slots=True)
class Cut:
    """Parts under an operator; of a loop the first is what is done, the others what leads back."""

    operator: Operator
    parts: tuple[Part, ...]


def find_cut(follows: Follows) -> Cut | None:
    """The first way that there is: choice, sequence, side by side, loop."""
    for operator, divide in _DIVISIONS:
        parts = divide(follows)
        if len(parts) > 1:
            return Cut(operator, tuple(parts))
    return None


def _exclusive(follows: Follows) -> list[Part]:
    """What never follows each other."""
    before = follows.before()
    return _connected(follows.activities, lambda a: {*follows.after[a], *before[a]})


def _sequence(follows: Follows) -> list[Part]:
    """What is reached from what, and never back."""
    reach = _reach(follows)
    order = sorted(follows.activities, key=lambda a: (-reach[a].bit_count(), a))
    alike = {
        a: {b for b in order if bool(reach[a] >> b & 1) == bool(reach[b] >> a & 1)} for a in order
    }
    parts = _connected(order, alike.__getitem__)
    place = {a: at for at, a in enumerate(order)}
    parts.sort(key=lambda part: min(place[a] for a in part))
    return _passed_over(parts, follows)


def _reach(follows: Follows) -> dict[int, int]:
    """For each activity itself and those that can follow it, directly or not, as bits."""
    reach = {a: sum(1 << b for b in {a, *after}) for a, after in follows.after.items()}
    before = follows.before()
    waiting = set(reach)
    while waiting:
        b = waiting.pop()
        for a in before[b]:
            whole = reach[a] | reach[b]
            if whole != reach[a]:
                reach[a] = whole
                waiting.add(a)
    return reach


def _passed_over(parts: list[Part], follows: Follows) -> list[Part]:
    """Put neighbours together that are entered at the first, left at the last, or passed over."""
    number = {a: at for at, part in enumerate(parts) for a in part}
    first_from, last_to = _borders(parts, follows, number)
    found: list[Part] = []
    at = 0
    furthest = max((number[a] for a in follows.starts), default=0)
    while at < len(parts):
        end = _end_of_run(at, first_from, last_to, furthest)
        found.append(frozenset().union(*parts[at : end + 1]))
        furthest = max(furthest, *last_to[at : end + 1])
        at = end + 1
    return found if len(found) > 1 else parts


def _borders(
    parts: list[Part], follows: Follows, number: Mapping[int, int]
) -> tuple[list[int], list[int]]:
    """The earliest part that leads to each one, -1 for the beginning; the latest each leads to."""
    first_from, last_to = list(range(len(parts))), list(range(len(parts)))
    for a in follows.starts:
        first_from[number[a]] = -1
    for a in follows.ends:
        last_to[number[a]] = len(parts)
    for a, following in follows.after.items():
        for b in following:
            first_from[number[b]] = min(first_from[number[b]], number[a])
            last_to[number[a]] = max(last_to[number[a]], number[b])
    return first_from, last_to


def _end_of_run(at: int, first_from: list[int], last_to: list[int], furthest: int) -> int:
    """The last part of the longest run from here that is passed over as a whole.

    Either it is entered at its first part alone, so that nothing in it happens without that; or it
    is left at its last part alone.
    """
    if furthest <= at:
        return at
    entered = at
    while entered + 1 < len(first_from) and first_from[entered + 1] >= at:
        entered += 1
    left = at
    longest = last_to[at]
    for end in range(at + 1, min(furthest, len(first_from))):
        if longest <= end:
            left = end
        longest = max(longest, last_to[end])
    return max(entered, left)


def _parallel(follows: Follows) -> list[Part]:
    """What follows each other both ways; each part can begin and end a case."""
    apart = {
        a: {b for b in follows.activities if b not in follows.after[a] or a not in follows.after[b]}
        for a in follows.activities
    }
    parts = _connected(sorted(follows.activities), apart.__getitem__)
    whole = [part for part in parts if part & follows.starts.keys() and part & follows.ends.keys()]
    others = [part for part in parts if part not in whole]
    if not whole:
        return []
    return [whole[0].union(*others), *whole[1:]]


def _loop(follows: Follows) -> list[Part]:
    """What is done, with each beginning and end; and what leads from all ends to all beginnings."""
    done = {*follows.starts, *follows.ends}
    before = follows.before()
    rest = _connected(
        sorted(follows.activities - done), lambda a: ({*follows.after[a], *before[a]}) - done
    )
    again = [part for part in rest if _leads_back(part, done, follows, before)]
    return [frozenset(follows.activities.difference(*again)), *again] if again else []


def _leads_back(
    part: Part, done: Collection[int], follows: Follows, before: Mapping[int, set[int]]
) -> bool:
    ends, starts = follows.ends.keys(), follows.starts.keys()
    for a in part:
        entered = before[a] & set(done)
        left = follows.after[a].keys() & set(done)
        if (entered and entered != set(ends)) or (left and left != set(starts)):
            return False
    return True


def _connected(nodes: Iterable[int], near: Callable[[int], Collection[int]]) -> list[Part]:
    """The parts of a graph that hang together, each found from its first node."""
    parts: list[Part] = []
    seen: set[int] = set()
    for node in nodes:
        if node in seen:
            continue
        part, waiting = {node}, [node]
        while waiting:
            new = set(near(waiting.pop())) - part
            part |= new
            waiting += new
        seen |= part
        parts.append(frozenset(part))
    return parts


_DIVISIONS: tuple[tuple[Operator, Callable[[Follows], list[Part]]], ...] = (
    (Operator.EXCLUSIVE, _exclusive),
    (Operator.SEQUENCE, _sequence),
    (Operator.PARALLEL, _parallel),
    (Operator.LOOP, _loop),
)

"""A process tree read off the ways in which cases ran.

Activities are divided by what follows what, the cases with them, and each part is looked at alone,
until single steps are left. Without a threshold every case runs as the tree says; whatever the
tree, a case can always be finished. With a threshold, what is rarer than it is passed over where no
division is found, and the tree is simpler and fits less. Source: S. Leemans (2017), Robust Process
Mining with Guarantees, chapters 4-6 (IM, IMf).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from uptake.methods.process.cuts import Cut, Follows, Part, Traces, find_cut
from uptake.methods.process.frequent import Frequent, Trace
from uptake.methods.process.trees import (
    NOTHING,
    Operator,
    Tree,
    exclusive,
    loop,
    optional,
    parallel,
    sequence,
    step,
)
from uptake.methods.statistics.proportions import Share

MOST_WORK = 6_000_000
"""Events that are looked at in all parts together; beyond it a part is said to allow anything."""

DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Mined:
    """A tree, and what it was read off.

    ``cases``: those whose way was looked at, of all. ``left_out``: activities beyond the bound.
    ``loose``: activities of parts in which no order was found, which the tree therefore allows in
    any order and number.
    """

    tree: Tree
    noise: float
    cases: Share
    left_out: tuple[str, ...]
    loose: tuple[str, ...]


def mine(variants: Sequence[Sequence[str]], cases: Sequence[int], *, noise: float = 0.0) -> Mined:
    """Read a tree off variants; ``cases``: how many cases ran like each.

    ``noise``: the share below which something counts as rare, 0 for nothing. The tree allows every
    variant that was looked at where it is 0 and ``left_out`` is empty.
    """
    if not 0 <= noise < 1:
        raise ValueError("The share that counts as noise is at least 0 and less than 1.")
    frequent = Frequent.of(variants, cases)
    miner = _Miner(frequent.names, noise, MOST_WORK)
    tree = miner.tree(frequent.traces, 0)
    loose = tuple(frequent.names[a] for a in sorted(miner.loose))
    return Mined(tree, noise, frequent.cases, frequent.left_out, loose)


@dataclass(slots=True)
class _Miner:
    """What is the same for every part: names, threshold, and how much may still be looked at."""

    names: Sequence[str]
    noise: float
    work: int
    loose: set[int] = field(default_factory=set)

    def tree(self, traces: Traces, depth: int) -> Tree:
        """The tree of some traces."""
        nothing = traces.get((), 0)
        if nothing:
            rest = {trace: cases for trace, cases in traces.items() if trace}
            if not rest:
                return NOTHING
            tree = self.tree(rest, depth)
            is_rare = nothing < self.noise * sum(traces.values())
            return tree if is_rare else optional(tree)
        events = sum(map(len, traces))
        self.work -= events
        activities = frozenset(a for trace in traces for a in trace)
        if not activities:
            return NOTHING
        if len(activities) == 1:
            return self._single(traces)
        if self.work < 0 or depth > DEEPEST:
            return self._anything(activities)
        cut = self._cut(traces)
        if cut is None:
            return self._without_cut(traces, activities, events, depth)
        parts = [self.tree(part, depth + 1) for part in _divided(traces, cut)]
        return _PUT_TOGETHER[cut.operator](*parts)

    def _cut(self, traces: Traces) -> Cut | None:
        follows = Follows.of(traces)
        cut = find_cut(follows)
        return cut or (find_cut(follows.without_noise(self.noise)) if self.noise else None)

    def _single(self, traces: Traces) -> Tree:
        """One activity, once or again and again."""
        (only,) = {a for trace in traces for a in trace}
        once = sum(cases for trace, cases in traces.items() if len(trace) == 1)
        is_once = once == sum(traces.values()) or once > (1 - self.noise) * sum(traces.values())
        return step(self.names[only]) if is_once else loop(step(self.names[only]))

    def _without_cut(self, traces: Traces, activities: Part, events: int, depth: int) -> Tree:
        """What there is to try where activities cannot be divided."""
        beside = self._once_in_each(traces, activities)
        if beside is None and events * len(activities) < self.work:
            self.work -= events * len(activities)
            beside = self._beside_the_rest(traces, activities)
        if beside is not None:
            parts = [beside], activities - {beside}
            both = [self.tree(_projected(traces, frozenset(p)), depth + 1) for p in parts]
            return parallel(*both)
        follows = Follows.of(traces)
        for may_begin in (frozenset(follows.ends), activities):
            again = _cut_at_starts(traces, frozenset(follows.starts), may_begin)
            if len(again) and sum(again.values()) > sum(traces.values()):
                return loop(self.tree(again, depth + 1))
        return self._anything(activities)

    def _once_in_each(self, traces: Traces, activities: Part) -> int | None:
        """An activity that every case has exactly once."""
        for a in sorted(activities):
            if all(trace.count(a) == 1 for trace in traces):
                return a
        return None

    def _beside_the_rest(self, traces: Traces, activities: Part) -> int | None:
        """An activity without which the rest can be divided."""
        for a in sorted(activities):
            rest = _projected(traces, activities - {a})
            rest.pop((), None)
            if rest and find_cut(Follows.of(rest)):
                return a
        return None

    def _anything(self, activities: Part) -> Tree:
        self.loose |= activities
        return loop(exclusive(*(step(self.names[a]) for a in sorted(activities))))


_PUT_TOGETHER: dict[Operator, Callable[..., Tree]] = {
    Operator.EXCLUSIVE: exclusive,
    Operator.SEQUENCE: sequence,
    Operator.PARALLEL: parallel,
    Operator.LOOP: loop,
}


def _projected(traces: Traces, part: Part) -> Counter[Trace]:
    found: Counter[Trace] = Counter()
    for trace, cases in traces.items():
        found[tuple(a for a in trace if a in part)] += cases
    return found


def _divided(traces: Traces, cut: Cut) -> list[Counter[Trace]]:
    """The traces of each part."""
    if cut.operator is Operator.EXCLUSIVE:
        return _chosen(traces, cut)
    if cut.operator is Operator.LOOP:
        return _rounds(traces, cut)
    return [_projected(traces, part) for part in cut.parts]


def _chosen(traces: Traces, cut: Cut) -> list[Counter[Trace]]:
    """Each trace goes to the part that has most of it."""
    found: list[Counter[Trace]] = [Counter() for _part in cut.parts]
    for trace, cases in traces.items():
        sizes = [sum(a in part for a in trace) for part in cut.parts]
        at = sizes.index(max(sizes))
        found[at][tuple(a for a in trace if a in cut.parts[at])] += cases
    return [part for part in found if part]


def _rounds(traces: Traces, cut: Cut) -> list[Counter[Trace]]:
    """Of each trace what is done, and the ways back between; it begins and ends with doing."""
    number = {a: at for at, part in enumerate(cut.parts) for a in part}
    found: list[Counter[Trace]] = [Counter() for _part in cut.parts]
    for trace, cases in traces.items():
        last = -1
        begin = 0
        for end in range(1, len(trace) + 1):
            at = number[trace[begin]]
            if end < len(trace) and number[trace[end]] == at:
                continue
            if at and last != 0:
                found[0][()] += cases  # only where something rare was passed over
            found[at][trace[begin:end]] += cases
            begin, last = end, at
        if last:
            found[0][()] += cases
    return [found[0], *(part for part in found[1:] if part)]


def _cut_at_starts(traces: Traces, starts: Part, may_end: Part) -> Counter[Trace]:
    """Each trace in pieces: a new one where something that begins follows something that ends."""
    found: Counter[Trace] = Counter()
    for trace, cases in traces.items():
        begin = 0
        for at in range(1, len(trace)):
            if trace[at] in starts and trace[at - 1] in may_end:
                found[trace[begin:at]] += cases
                begin = at
        found[trace[begin:]] += cases
    return found

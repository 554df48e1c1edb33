"""How far cases stray from a model: every variant aligned once, by the quickest exact way.

Cases that run as the model says are recognised by following it. The others are aligned by edit
distance on the model written out; where it cannot be written out, by a search within a bound. An
answer is exact, or says between which costs it lies.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from uptake.methods.process.alignment import (
    EVEN,
    Alignment,
    AsIntended,
    Prices,
    align,
    fitness,
    with_unknown,
)
from uptake.methods.process.automaton import NeverEnds, NotFinite
from uptake.methods.process.determining import determined
from uptake.methods.process.language import Language
from uptake.methods.process.nets import Net
from uptake.methods.process.packed import PackedNet, laid_out
from uptake.methods.process.search import Budget, Search, Unfinished
from uptake.methods.process.state_equation import StateEquation
from uptake.methods.statistics.proportions import Share

MOST_LOOKED_AT = 20_000
"""Pairs of position and marking that searches look at, for all variants together."""

MOST_CELLS = 200_000_000
"""Events of a case times states of the model, up to which edit distances are written down."""

_LONGEST_LOOK = 20_000
"""Markings that are looked at for the cheapest way through a model."""

Found = Alignment | Unfinished


@dataclass(frozen=True, slots=True)
class LogFitness:
    """Fitness of a log over the cases whose cost is known exactly.

    ``value``: 1 minus cost of what the worst alignments would cost. ``fitting``: cases that run as
    the model says. ``not_computed``: cases left out, because they are only known within bounds.
    """

    cost: int
    value: float | None
    fitting: Share
    not_computed: int


@dataclass(frozen=True, slots=True)
class Conformance:
    """Variants beside a model, in the order they came.

    ``least``: what a case costs in which nothing happened; None if it could not be found.
    ``language``: the model as it was followed, for what else is asked of it.
    """

    variants: tuple[tuple[str, ...], ...]
    found: tuple[Found, ...]
    least: int | None
    prices: Prices
    language: Language

    def fitness(self, variant: int) -> float | None:
        """Fitness of a variant's cases; None where its cost is not known exactly."""
        found = self.found[variant]
        if self.least is None or isinstance(found, Unfinished):
            return None
        return fitness(found.cost, self._insertable(variant), self.least)

    def over(self, cases: Sequence[int]) -> LogFitness:
        """Fitness of a log; ``cases``: how many ran like each variant."""
        cost = worst = aligned = fitting = 0
        for variant, (found, count) in enumerate(zip(self.found, cases, strict=True)):
            if isinstance(found, Unfinished):
                continue
            aligned += count
            cost += count * found.cost
            worst += count * self._insertable(variant)
            fitting += count * (found.cost == 0)
        least = None if self.least is None else self.least * aligned
        value = None if least is None else fitness(cost, worst, least)
        return LogFitness(cost, value, Share(fitting, aligned), sum(cases) - aligned)

    def _insertable(self, variant: int) -> int:
        return sum(self.prices.insert(label) for label in self.variants[variant])


def conform(
    net: Net,
    variants: Sequence[Sequence[str]],
    prices: Prices = EVEN,
    *,
    most_looked_at: int = MOST_LOOKED_AT,
) -> Conformance:
    """Align every variant with a net.

    Raises:
        NeverEnds: no case could ever be as the model says.
    """
    language = Language(net)
    traces = tuple(tuple(variant) for variant in variants)
    intended = AsIntended()
    found: dict[int, Found] = {
        number: intended.aligned(trace)
        for number, trace in enumerate(traces)
        if _is_as_intended(language, trace)
    }
    others = [number for number in range(len(traces)) if number not in found]
    searching = _Searching(language, prices, Budget(most_looked_at))
    least = searching.least()
    others_found = _others([traces[number] for number in others], searching, least)
    found.update(zip(others, others_found, strict=True))
    return Conformance(
        traces, tuple(found[number] for number in range(len(traces))), least, prices, language
    )


def _is_as_intended(language: Language, trace: Sequence[str]) -> bool:
    """Whether a case is seen to run as the model says; what is not seen is searched for."""
    try:
        return language.accepts(trace)
    except NotFinite:
        return False


def _others(
    traces: Sequence[Sequence[str]], searching: _Searching, least: int | None
) -> Sequence[Found]:
    """Align the cases that do not run as the model says."""
    if not traces:
        return ()
    try:
        automaton = determined(searching.language)
    except NeverEnds:
        raise
    except NotFinite:
        return [searching.found(trace, least) for trace in traces]
    fits = [(len(trace) + 1) * automaton.states <= MOST_CELLS for trace in traces]
    table = [trace for trace, fit in zip(traces, fits, strict=True) if fit]
    aligned = iter(align(automaton, table, searching.prices))
    return [
        next(aligned) if fit else searching.found(trace, least)
        for trace, fit in zip(traces, fits, strict=True)
    ]


class _Searching:
    """Searches through one net, that share what they may look at."""

    def __init__(self, language: Language, prices: Prices, budget: Budget) -> None:
        self.language, self.prices, self._budget = language, prices, budget
        self._net = laid_out(language.net.net)
        self._equation: StateEquation | None = None
        steps = language.net.net.transitions
        self._labels = frozenset(step.label for step in steps if step.label is not None)

    def least(self) -> int | None:
        """The cheapest way through the net, tried without estimates first."""
        try:
            return _cheapest_way(self.language.net, self.prices)
        except NeverEnds:
            raise
        except NotFinite:
            found = self.found((), None)
        return found.cost if isinstance(found, Alignment) else None

    def found(self, trace: Sequence[str], least: int | None) -> Found:
        """Align a case, or say between which costs it lies: at most all its events inserted."""
        known = [label for label in trace if label in self._labels]
        found = self._searched(known)
        if isinstance(found, Alignment):
            return with_unknown(found, trace, self._labels, self.prices)
        price = self.prices.insert
        certain = found.at_least + sum(price(each) for each in trace if each not in self._labels)
        worst = None if least is None else least + sum(map(price, trace))
        return Unfinished(certain, worst if worst is not None else found.at_most)

    def _searched(self, trace: Sequence[str]) -> Found:
        if self._equation is None:
            try:
                self._equation = StateEquation(self._net.net, self.prices)
            except NotFinite:
                return Unfinished(0, None)
        return Search(self._net, self._equation, self.prices, trace).run(self._budget)


def _cheapest_way(net: PackedNet, prices: Prices) -> int:
    """What the model's cheapest way costs, by Dijkstra's algorithm."""
    best, waiting = {net.start: 0}, [(0, net.start)]
    looked_at = 0
    while waiting:
        cost, marking = heapq.heappop(waiting)
        if marking == net.end:
            return cost
        if cost > best[marking]:
            continue
        looked_at += 1
        if looked_at > _LONGEST_LOOK:
            raise NotFinite(f"No way to the end within {_LONGEST_LOOK:,} markings.")
        visible, silent = net.steps(marking)
        following = [(cost + prices.skip(label), after) for label, after, _number in visible]
        for total, after in (*following, *((cost, after) for after, _number in silent)):
            if total < best.get(after, total + 1):
                best[after] = total
                heapq.heappush(waiting, (total, after))
    raise NeverEnds("The model never ends: no way leads from its start to its end.")

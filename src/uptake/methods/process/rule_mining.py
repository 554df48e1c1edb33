"""Rules that a log keeps to: "b happens only after a", in so many of the cases where it matters.

Every template is counted for every activity or pair at once, in cases: activated where the rule
says something of the case, fulfilled where all of it is kept. A rule that holds because its
occasion never came is not found. Source: F. Maggi, A. Mooij, W. van der Aalst (2011),
"User-guided discovery of declarative process models", CIDM; templates and judging as in ``rules``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from uptake.methods.arrays import Counts
from uptake.methods.process.frequent import Frequent, Trace
from uptake.methods.process.rules import Rule, Template
from uptake.methods.statistics.proportions import Interval, Share, wilson

TELLING = frozenset(
    {
        Template.INIT,
        Template.LAST,
        Template.EXACTLY_ONE,
        Template.EXISTENCE,
        Template.RESPONSE,
        Template.PRECEDENCE,
        Template.SUCCESSION,
        Template.CHAIN_SUCCESSION,
        Template.RESPONDED_EXISTENCE,
        Template.COEXISTENCE,
        Template.NOT_COEXISTENCE,
    }
)
"""Templates that say something to people; that something never follows is true of most pairs."""


@dataclass(frozen=True, slots=True)
class FoundRule:
    """A rule with the cases it says something of, and those of them that keep it.

    ``interval``: Wilson's at 95 % for the share that keeps it.
    """

    rule: Rule
    activated: int
    fulfilled: int
    cases: int
    interval: Interval | None

    @property
    def support(self) -> Share:
        """Cases it says something of, of all that were looked at."""
        return Share(self.activated, self.cases)

    @property
    def confidence(self) -> Share:
        """Cases that keep it, of those it says something of."""
        return Share(self.fulfilled, self.activated)


@dataclass(frozen=True, slots=True)
class FoundRules:
    """Rules in the order of templates; ``cases`` and ``left_out`` as in ``Frequent``.

    ``there``: in how many cases each activity happens.
    """

    rules: tuple[FoundRule, ...]
    there: Mapping[str, int]
    cases: Share
    left_out: tuple[str, ...]


def find_rules(
    variants: Sequence[Sequence[str]],
    cases: Sequence[int],
    *,
    least_support: float = 0.1,
    least_confidence: float = 0.95,
    templates: Collection[Template] = TELLING,
) -> FoundRules:
    """Find the rules that enough cases are about and enough of these keep.

    ``cases``: how many cases ran like each variant. ``least_support`` and ``least_confidence``:
    shares of the cases, and of those that a rule says something of.
    """
    frequent = Frequent.of(variants, cases)
    tally = _Tally.of(frequent)
    found = []
    for template in Template:
        if template in templates:
            activated, fulfilled = tally.counts(template)
            for at in _kept(activated, fulfilled, tally.cases, least_support, least_confidence):
                names = [frequent.names[code] for code in at]
                counts = int(activated[at]), int(fulfilled[at])
                rule = Rule(template, *names)
                found.append(FoundRule(rule, *counts, tally.cases, wilson(counts[1], counts[0])))
    there = dict(zip(frequent.names, tally.there.tolist(), strict=True))
    return FoundRules(tuple(found), there, frequent.cases, frequent.left_out)


def _kept(
    activated: Counts, fulfilled: Counts, cases: int, support: float, confidence: float
) -> Iterator[tuple[int, ...]]:
    enough = (activated > 0) & (activated >= support * cases)
    enough &= fulfilled >= confidence * activated
    if enough.ndim == 2:
        np.fill_diagonal(enough, val=False)
    for at in np.argwhere(enough).tolist():
        yield tuple(at)


def _square(kinds: int) -> Counts:
    return np.zeros((kinds, kinds), dtype=np.int64)


@dataclass(slots=True)
class _Tally:
    """Cases by activity, and by pair of them; the first of a pair is the row.

    ``answered``: every one of the first is followed by the second; ``led``: every one of the second
    has the first before it; ``ever``: one of the first is followed by one of the second.
    """

    kinds: int
    cases: int = 0
    alone: dict[Template, Counts] = field(default_factory=dict)
    there: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    pairs: dict[str, Counts] = field(default_factory=dict)

    @classmethod
    def of(cls, frequent: Frequent) -> _Tally:
        """Count every trace once."""
        kinds = len(frequent.names)
        tally = cls(kinds, there=np.zeros(kinds, dtype=np.int64))
        for template in (Template.EXACTLY_ONE, Template.INIT, Template.LAST):
            tally.alone[template] = np.zeros(kinds, dtype=np.int64)
        for name in _PAIRS:
            tally.pairs[name] = _square(kinds)
        for trace, count in frequent.traces.items():
            tally.cases += count
            if trace:
                tally._add(trace, count)
        return tally

    def _add(self, trace: Trace, count: int) -> None:
        here = np.array(list(dict.fromkeys(trace)), dtype=np.int64)
        self.there[here] += count
        once = [a for a in here.tolist() if trace.count(a) == 1]
        self.alone[Template.EXACTLY_ONE][once] += count
        self.alone[Template.INIT][trace[0]] += count
        self.alone[Template.LAST][trace[-1]] += count
        for name, holds in _relations(trace, here).items():
            self.pairs[name][np.ix_(here, here)] += count * holds

    def counts(self, template: Template) -> tuple[Counts, Counts]:
        """Activated and fulfilled cases of a template, for each activity or pair."""
        every = np.full(self.kinds, self.cases, dtype=np.int64)
        if template is Template.EXISTENCE:
            return every, self.there
        if template is Template.ABSENCE:
            return every, every - self.there
        if template in self.alone:
            return every, self.alone[template]
        first = np.repeat(self.there[:, None], self.kinds, axis=1)
        second = first.T
        both = self.pairs["both"]
        activated = {"first": first, "second": second, "either": first + second - both}
        of, name, is_refused = _READ[template]
        fulfilled = self.pairs[name]
        whole = activated[of]
        return whole, whole - fulfilled if is_refused else fulfilled


_PAIRS = (
    *("both", "answered", "led", "both_ways", "alternate_answered", "alternate_led"),
    *("next", "just_before", "next_both_ways", "ever", "ever_next"),
)

_READ: dict[Template, tuple[str, str, bool]] = {
    Template.RESPONDED_EXISTENCE: ("first", "both", False),
    Template.RESPONSE: ("first", "answered", False),
    Template.PRECEDENCE: ("second", "led", False),
    Template.SUCCESSION: ("either", "both_ways", False),
    Template.ALTERNATE_RESPONSE: ("first", "alternate_answered", False),
    Template.ALTERNATE_PRECEDENCE: ("second", "alternate_led", False),
    Template.CHAIN_RESPONSE: ("first", "next", False),
    Template.CHAIN_PRECEDENCE: ("second", "just_before", False),
    Template.CHAIN_SUCCESSION: ("either", "next_both_ways", False),
    Template.COEXISTENCE: ("either", "both", False),
    Template.NOT_COEXISTENCE: ("either", "both", True),
    Template.NOT_SUCCESSION: ("first", "ever", True),
    Template.NOT_CHAIN_SUCCESSION: ("first", "ever_next", True),
}
"""Which of a pair activates a template, which relation fulfils it, and whether it refuses it."""


def _relations(trace: Trace, here: Counts) -> dict[str, Counts]:
    """Which relation holds between each two activities of a trace, 1 or 0."""
    place = {a: at for at, a in enumerate(here.tolist())}
    first = np.array([trace.index(a) for a in place])
    backwards = trace[::-1]
    last = np.array([len(trace) - 1 - backwards.index(a) for a in place])
    answered = last[:, None] < last[None, :]
    led = first[:, None] < first[None, :]
    following = _next(trace, place)
    preceding = _next(backwards, place).T
    found = {
        "both": np.ones_like(answered),
        "answered": answered,
        "led": led,
        "both_ways": answered & led,
        "alternate_answered": answered & _between(trace, place),
        "alternate_led": led & _between(backwards, place).T,
        "next": following,
        "just_before": preceding,
        "next_both_ways": following & preceding,
        "ever": first[:, None] < last[None, :],
        "ever_next": _ever_next(trace, place),
    }
    return {name: holds.astype(np.int64) for name, holds in found.items()}


def _ever_next(trace: Trace, place: dict[int, int]) -> Counts:
    holds = _square(len(place)).astype(bool)
    for a, b in pairwise(trace):
        holds[place[a], place[b]] = True
    return holds


def _next(trace: Trace, place: dict[int, int]) -> Counts:
    """Whether every one of the first is directly followed by the second."""
    holds = _ever_next(trace, place)
    several = holds.sum(axis=1) != 1
    several[place[trace[-1]]] = True  # nothing follows the last
    holds[several] = False
    return holds


def _between(trace: Trace, place: dict[int, int]) -> Counts:
    """Whether the second lies between every two of the first."""
    holds = np.ones((len(place), len(place)), dtype=bool)
    latest: dict[int, int] = {}
    for at, a in enumerate(trace):
        if a in latest:
            between = {place[b] for b in trace[latest[a] + 1 : at]}
            missing = [b for b in range(len(place)) if b not in between]
            holds[place[a], missing] = False
        latest[a] = at
    return holds

"""Whose hands work passes through: handovers, returns, and who does what.

Events come as codes in the order of cases and, within each, of time. A code of ``UNKNOWN`` means
that nobody was named: what leads to or from there is neither a handover nor none.
Source: W. van der Aalst, H. Reijers, M. Song (2005), "Discovering social networks from event logs",
CSCW 14; A. Pika et al. (2017), "Mining resource profiles from event logs", ACM TMIS 8; effective
numbers from M. Hill (1973), Ecology 54. Methods section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.methods.arrays import Counts, Floats, distinct
from uptake.methods.process.variants import count_pairs
from uptake.methods.statistics.proportions import Share

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Handovers:
    """What passes between resources.

    ``source``, ``target`` and ``count``: direct successions within a case, those to oneself too,
    the most frequent pair first. ``resources``: how many there are. ``per_case``: handovers of each
    case to somebody else. ``returns``: handovers that go straight back to whom the work came from.
    ``unknown``: successions of which a side is not known.
    """

    source: Counts
    target: Counts
    count: Counts
    resources: int
    per_case: Counts
    returns: int
    unknown: int

    @property
    def pairs(self) -> Counts:
        """From x to, as a table; it has the square of ``resources`` cells."""
        table = np.zeros((self.resources, self.resources), dtype=np.int64)
        table[self.source, self.target] = self.count
        return table

    @property
    def successions(self) -> int:
        """Direct successions whose two sides are known."""
        return int(self.count.sum())

    @property
    def handovers(self) -> int:
        """Successions from one resource to another."""
        return int(self.count[self.source != self.target].sum())

    @property
    def ping_pong(self) -> Share:
        """Handovers that go straight back, of all handovers."""
        return Share(self.returns, self.handovers)


def handovers(cases: Counts, resources: Counts, *, count: int) -> Handovers:
    """Count handovers; ``count``: how many resources there are.

    ``cases``: the case of each event, from 0 on without gaps and in ascending order.
    """
    same_case = cases[1:] == cases[:-1]
    known = (resources[1:] != UNKNOWN) & (resources[:-1] != UNKNOWN)
    linked = same_case & known
    giver, taker = resources[:-1][linked], resources[1:][linked]
    source, target, times = count_pairs(giver, taker, kinds=count)
    passed = linked & (resources[1:] != resources[:-1])
    number = int(cases[-1]) + 1 if len(cases) else 0
    per_case = np.bincount(cases[1:][passed], minlength=number)
    unknown = int((same_case & ~known).sum())
    returns = _returns(cases, resources)
    return Handovers(source, target, times, count, per_case, returns, unknown)


def _returns(cases: Counts, resources: Counts) -> int:
    """Handovers back to whom the work came from, however many steps were done in between."""
    change = np.ones(len(cases), dtype=np.bool_)
    change[1:] = (cases[1:] != cases[:-1]) | (resources[1:] != resources[:-1])
    case, holder = cases[change], resources[change]
    back = (case[2:] == case[:-2]) & (holder[2:] == holder[:-2])
    return int((back & (holder[1:-1] != UNKNOWN) & (holder[2:] != UNKNOWN)).sum())


def resources_per_case(cases: Counts, resources: Counts) -> Counts:
    """How many different resources worked on each case; those not named are left out."""
    number = int(cases[-1]) + 1 if len(cases) else 0
    known = resources != UNKNOWN
    if not known.any():
        return np.zeros(number, dtype=np.int64)
    kinds = int(resources.max()) + 1
    each = distinct(cases[known].astype(np.int64) * kinds + resources[known])
    return np.bincount(each // kinds, minlength=number)


@dataclass(frozen=True, slots=True)
class Scope:
    """What resources do: ``done`` is resources x activities, how often each did what."""

    done: Counts

    @property
    def activities(self) -> Counts:
        """Different activities of each resource."""
        return np.asarray((self.done > 0).sum(axis=1))

    @property
    def effective(self) -> Floats:
        """Effective number of activities, exp of Shannon's entropy; NaN for who did nothing.

        One activity gives 1, k activities equally often give k.
        """
        shares = _rows_as_shares(self.done)
        terms = np.where(shares > 0, shares * np.log(np.where(shares > 0, shares, 1)), 0)
        return np.where(self.done.sum(axis=1) > 0, np.exp(-terms.sum(axis=1)), np.nan)

    def specialisation(self, mix: Counts) -> Floats:
        """Kullback-Leibler divergence, in bits, of each resource's work from a mix of activities.

        ``mix``: resources x activities or activities, what is intended or usual in the team; 0 is
        just like the mix, infinite where somebody does what the mix does not have.
        """
        shares = _rows_as_shares(self.done)
        usual = np.broadcast_to(_rows_as_shares(np.atleast_2d(mix)), shares.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(shares > 0, shares * np.log2(shares / usual), 0)
        return np.where(self.done.sum(axis=1) > 0, terms.sum(axis=1), np.nan)


def scope(resources: Counts, activities: Counts, *, resource_count: int, kinds: int) -> Scope:
    """Count who did what; events of nobody known are left out."""
    known = resources != UNKNOWN
    codes = resources[known] * kinds + activities[known]
    counted = np.bincount(codes, minlength=resource_count * kinds)
    return Scope(counted.reshape(resource_count, kinds))


def _rows_as_shares(counts: Counts) -> Floats:
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.where(total, total, 1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Rework:
    """Activities that were done again in the same case.

    By activity: ``repeats`` how often, ``repeat_cases`` in how many cases, ``done_cases`` in how
    many it was done at all. ``cases``: those in which anything was.
    """

    repeats: Counts
    repeat_cases: Counts
    done_cases: Counts
    cases: Share


def rework(
    cases: Counts, activities: Counts, *, kinds: int, stand_for: Counts | None = None
) -> Rework:
    """Count how often each activity was repeated, and the share of cases with a repetition.

    ``stand_for``: how many cases each case stands for, such as the cases of a variant.
    """
    number = int(cases[-1]) + 1 if len(cases) else 0
    weights = np.ones(number, dtype=np.int64) if stand_for is None else stand_for
    codes, times = np.unique(cases * kinds + activities, return_counts=True)
    case, activity, again = codes // kinds, codes % kinds, times - 1
    with_repeat = distinct(case[again > 0])

    def by_activity(counted: Counts) -> Counts:
        found = np.bincount(activity, weights=counted * weights[case], minlength=kinds)
        return found.astype(np.int64)

    share = Share(int(weights[with_repeat].sum()), int(weights.sum()))
    return Rework(
        by_activity(again),
        by_activity((again > 0).astype(np.int64)),
        by_activity(np.ones_like(again)),
        share,
    )

"""The different ways in which cases ran, and what directly follows what.

Events come as codes in the order of cases and, within each, of time. Cases that ran alike are put
together by two independent 64-bit sums over their steps, and then compared step by step, so that
no coincidence of sums can put different ones together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts

Sums = npt.NDArray[np.uint64]

_CELLS = 1 << 22
"""Cells of a table of pairs that are held at once."""

_SEEDS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True, slots=True)
class Variants:
    """The most frequent first; of equally frequent ones the one that came first.

    ``of_case``: the variant of each case. ``cases``: how many cases ran like each. ``begins`` and
    ``lengths``: where in the events a case of each variant stands.
    """

    of_case: Counts
    cases: Counts
    begins: Counts
    lengths: Counts

    def __len__(self) -> int:
        return len(self.cases)

    def steps(self, variant: int, activities: Counts) -> Counts:
        """The activities of a variant in their order."""
        begin = int(self.begins[variant])
        return activities[begin : begin + int(self.lengths[variant])]


def case_spans(cases: Counts) -> tuple[Counts, Counts]:
    """Where the events of each case begin, and how many they are.

    ``cases``: the case of each event, from 0 on without gaps and in ascending order.
    """
    number = int(cases[-1]) + 1 if len(cases) else 0
    begins = np.searchsorted(cases, np.arange(number))
    lengths = np.diff(np.append(begins, len(cases)))
    return begins, lengths


def find_variants(cases: Counts, activities: Counts) -> Variants:
    """Put cases together that did the same activities in the same order."""
    begins, lengths = case_spans(cases)
    position = np.arange(len(cases)) - np.repeat(begins, lengths)
    sums = [_sums(seed, position, activities, begins) for seed in _SEEDS]
    kinds = np.rec.fromarrays([lengths, *sums])
    _kinds, first, of_case, counts = np.unique(
        kinds, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort((first, -counts))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    found = Variants(
        place[of_case.ravel()], counts[order], begins[first[order]], lengths[first[order]]
    )
    _refuse_coincidence(found, begins, lengths, activities)
    return found


def _sums(seed: int, position: Counts, activities: Counts, begins: Counts) -> Sums:
    """One sum for each case over its steps, each a mix of place and activity."""
    if not len(begins):
        return np.zeros(0, dtype=np.uint64)
    mixed = position.astype(np.uint64) * np.uint64(seed) + activities.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(np.add.reduceat(mixed ^ (mixed >> np.uint64(31)), begins), dtype=np.uint64)


def _refuse_coincidence(
    found: Variants, begins: Counts, lengths: Counts, activities: Counts
) -> None:
    """Every event is that of the case that stands for its variant."""
    shift = np.repeat(found.begins[found.of_case] - begins, lengths)
    like = activities[np.arange(len(activities)) + shift]
    if not np.array_equal(like, activities):
        raise ArithmeticError("Two different cases have the same sums; choose other seeds.")


@dataclass(frozen=True, slots=True)
class DirectlyFollows:
    """Pairs of activities that follow each other directly within a case, the most frequent first.

    ``starts`` and ``ends``: how many cases begin and end with each activity.
    """

    source: Counts
    target: Counts
    count: Counts
    starts: Counts
    ends: Counts


def directly_follows(
    cases: Counts, activities: Counts, *, kinds: int, stand_for: Counts | None = None
) -> DirectlyFollows:
    """Count what directly follows what; ``kinds``: how many activities there are.

    ``stand_for``: how many cases each case stands for, such as the cases of a variant; one each
    where it is not said.
    """
    same = cases[1:] == cases[:-1]
    weights = None if stand_for is None else stand_for[cases[1:][same]]
    source, target, count = count_pairs(
        activities[:-1][same], activities[1:][same], kinds=kinds, weights=weights
    )
    begins, lengths = case_spans(cases)
    return DirectlyFollows(
        source,
        target,
        count,
        _counted(activities[begins], kinds, stand_for),
        _counted(activities[begins + lengths - 1], kinds, stand_for),
    )


def count_pairs(
    source: Counts, target: Counts, *, kinds: int, weights: Counts | None = None
) -> tuple[Counts, Counts, Counts]:
    """Return different pairs and how often each is there, the most frequent first.

    Few kinds are counted in a table, many by sorting: the table would have ``kinds`` squared cells.
    """
    codes = source.astype(np.int64) * kinds + target
    if kinds * kinds <= _CELLS:
        table = _counted(codes, kinds * kinds, weights)
        pairs = np.flatnonzero(table)
        count = table[pairs]
    else:
        pairs, place = np.unique(codes, return_inverse=True)
        count = _counted(place, len(pairs), weights)
    order = np.lexsort((pairs, -count))
    return pairs[order] // max(kinds, 1), pairs[order] % max(kinds, 1), count[order]


def _counted(codes: Counts, kinds: int, weights: Counts | None) -> Counts:
    return np.bincount(codes, weights=weights, minlength=kinds).astype(np.int64)

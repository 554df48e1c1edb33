"""The same thing entered twice: records of one block whose fields are nearly alike.

Blocking keeps the pairs few, rapidfuzz compares, two thresholds decide: alike enough is a
duplicate, in between a person has to look (clerical review). Source: Fellegi, Sunter (1969), "A
theory for record linkage", JASA 64. Methods section 4 (uniqueness).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process, utils

from uptake.methods.statistics.proportions import Share

SAME = 93.0
UNSURE = 85.0
"""Likeness, 0 to 100, from which a pair is a duplicate, and from which somebody has to look."""

LARGEST_BLOCK = 2_000
"""Larger blocks say too little and cost too much: they are named, not compared."""


_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, by their position, and how alike they are, 0 to 100."""

    first: int
    second: int
    likeness: float
    is_duplicate: bool


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """Things / records, the pairs behind it, and the blocks that were too large to compare."""

    share: Share
    pairs: tuple[Pair, ...]
    not_compared: Mapping[str, int]


def uniqueness(
    texts: Sequence[str], blocks: Sequence[str], *, same: float = SAME, unsure: float = UNSURE
) -> Uniqueness:
    """Find duplicates among records.

    ``texts``: what is compared (the key fields of a record joined by a space); ``blocks``: what
    records must share to be compared at all, empty: never compared. Records joined by duplicates
    are one thing; pairs to be looked at are not counted as such. Texts whose numbers differ
    ("unit 12", "unit 13") may be alike and yet two things: somebody has to look.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, block in enumerate(blocks):
        if block:
            groups[block].append(place)
    too_large = {b: len(rows) for b, rows in groups.items() if len(rows) > LARGEST_BLOCK}
    clean = [utils.default_process(text) for text in texts]
    pairs = [
        pair
        for block, rows in groups.items()
        if block not in too_large
        for pair in _alike(clean, rows, same, unsure)
    ]
    things = _things(len(texts), pairs)
    return Uniqueness(Share(things, len(texts)), tuple(pairs), too_large)


def _alike(texts: Sequence[str], rows: Sequence[int], same: float, unsure: float) -> Iterator[Pair]:
    if len(rows) < 2:
        return
    chosen = [texts[row] for row in rows]
    scores = process.cdist(chosen, chosen, scorer=fuzz.token_sort_ratio, score_cutoff=unsure)
    for i, j in np.argwhere(np.triu(scores, 1) >= unsure):
        if chosen[i]:
            score = float(scores[i, j])
            is_same = score >= same and _numbers(chosen[i]) == _numbers(chosen[j])
            yield Pair(rows[int(i)], rows[int(j)], score, is_same)


def _numbers(text: str) -> list[str]:
    return sorted(_NUMBER.findall(text))


def _things(records: int, pairs: Sequence[Pair]) -> int:
    """How many different things there are when duplicates are joined."""
    parent = list(range(records))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    things = records
    for pair in pairs:
        a, b = root(pair.first), root(pair.second)
        if pair.is_duplicate and a != b:
            parent[a] = b
            things -= 1
    return things

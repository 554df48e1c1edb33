"""Which start goes with which end, where a log has both as events of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from uptake.formats.case_log import NOBODY, Coded, Codes

Flags = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int64]

STARTS: Final = frozenset({"start", "started", "begin"})
ENDS: Final = frozenset({"complete", "completed", "end", "ended", "finish", "finished"})


@dataclass(frozen=True, slots=True)
class Merged:
    """``kept``: the rows that remain. ``start``: for each of them the row of its start, or -1.

    ``begun_only``: a start that nothing ended.
    """

    kept: Ranks
    start: Ranks
    begun_only: Flags
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Which events are starts, ends, or other transitions; none of them where nothing is said."""

    start: Flags
    end: Flags

    @property
    def other(self) -> Flags:
        return ~(self.start | self.end)


def merged_transitions(
    case: Codes,
    activity: Coded,
    lifecycle: Coded | None,
    instance: Coded | None,
    resource: Coded | None,
) -> Merged | None:
    """Make one event of each start and its end; ``None`` where the log has not both.

    Events are in order of case and time. An end goes with the earliest open start before it: of
    the same case, activity and instance where the log numbers instances; else of the same case,
    activity and resource; what is left, of the same case and activity. Other transitions (schedule,
    suspend) belong to the step that they stand beside in the case and are no events of their own.
    """
    kinds = _kinds(lifecycle, len(case))
    if kinds is None:
        return None
    start_of = np.full(len(case), -1, dtype=np.int64)
    step = _numbered(case, activity.codes)
    open_rows = kinds.start | kinds.end
    if instance is not None:
        of_instance = open_rows & (instance.codes != NOBODY)
        _pair(_numbered(step, instance.codes), kinds, of_instance, start_of, in_order=False)
        open_rows &= ~of_instance
    if resource is not None:
        known = _left(open_rows, start_of) & (resource.codes != NOBODY)
        _pair(_numbered(step, resource.codes), kinds, known, start_of)
    _pair(step, kinds, _left(open_rows, start_of), start_of)
    return _merged(step, kinds, start_of)


def _kinds(lifecycle: Coded | None, length: int) -> _Kinds | None:
    if lifecycle is None:
        return None
    words = [word.strip().lower() for word in lifecycle.words]
    starts = [code for code, word in enumerate(words) if word in STARTS]
    ends = [code for code, word in enumerate(words) if word in ENDS]
    kinds = _Kinds(np.isin(lifecycle.codes, starts), np.isin(lifecycle.codes, ends))
    has_both = length > 0 and kinds.start.any() and kinds.end.any()
    return kinds if has_both else None


def _numbered(outer: npt.NDArray[np.generic], inner: Codes) -> npt.NDArray[np.int64]:
    """One number for each pair."""
    pairs = outer.astype(np.int64) * (int(inner.max(initial=0)) + 2) + inner + 1
    numbers: Ranks = np.unique(pairs, return_inverse=True)[1].astype(np.int64)
    return numbers


def _left(open_rows: Flags, start_of: Ranks) -> Flags:
    left = open_rows & (start_of < 0)
    left[start_of[start_of >= 0]] = False
    return left


def _pair(
    group: Ranks, kinds: _Kinds, rows: Flags, start_of: Ranks, *, in_order: bool = True
) -> None:
    """Note for each end the start that it ends; first in, first out within each group.

    With ``in_order`` an end needs a start before it, else only one in its group.
    """
    chosen = np.flatnonzero(rows)
    chosen = chosen[np.argsort(group[chosen], kind="stable")]
    if not len(chosen):
        return
    groups, is_start = group[chosen], kinds.start[chosen]
    ends = ~is_start & ~_surplus(groups, is_start) if in_order else ~is_start
    start_rank, end_rank = _rank_within(groups, is_start), _rank_within(groups, ends)
    width = len(chosen) + 1
    start_keys = groups[is_start] * width + start_rank[is_start]
    end_keys = groups[ends] * width + end_rank[ends]
    place = np.searchsorted(start_keys, end_keys)
    found = place < len(start_keys)
    found[found] = start_keys[place[found]] == end_keys[found]
    start_of[chosen[ends][found]] = chosen[is_start][place[found]]


def _surplus(groups: Ranks, is_start: Flags) -> Flags:
    """Ends that come while nothing is open: those at which the balance falls to a new low."""
    count = len(groups)
    serial = np.concatenate(([0], np.cumsum(groups[1:] != groups[:-1])))
    balance = np.cumsum(np.where(is_start, 1, -1))
    first = np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
    before = balance[first] - np.where(is_start[first], 1, -1)
    base = -serial * (2 * count + 2)
    own = balance - before[serial] + base
    lowest = np.minimum.accumulate(own)
    earlier = np.minimum(np.concatenate(([0], lowest[:-1])), base)
    surplus: Flags = ~is_start & (own < earlier)
    return surplus


def _rank_within(groups: Ranks, flags: Flags) -> Ranks:
    """How many flagged rows of the same group come before each row."""
    running: Ranks = np.cumsum(flags) - flags
    first = np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
    serial = np.concatenate(([0], np.cumsum(groups[1:] != groups[:-1])))
    return (running - running[first][serial]).astype(np.int64)


def _merged(step: Ranks, kinds: _Kinds, start_of: Ranks) -> Merged:
    used = np.zeros(len(start_of), dtype=bool)
    used[start_of[start_of >= 0]] = True
    has_step = np.zeros(int(step.max()) + 1, dtype=bool)
    has_step[step[~kinds.other]] = True
    beside = kinds.other & has_step[step]
    kept = np.flatnonzero(~used & ~beside)
    begun_only = kinds.start[kept]
    alone = kinds.other & ~beside
    warnings = []
    if beside.any():
        warnings.append(
            f"{int(beside.sum()):,} transitions other than start and complete were taken as part "
            "of their step, not as steps of their own"
        )
    if alone.any():
        warnings.append(
            f"{int(alone.sum()):,} transitions have neither start nor complete beside them and "
            "are events of their own"
        )
    return Merged(kept, start_of[kept], begun_only, tuple(warnings))

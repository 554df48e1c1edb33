"""The columns of a log as every part of the analysis takes them: codes, moments and variants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from uptake.capabilities.process.nobody_named import with_nobody
from uptake.formats.case_log import NO_MOMENT, CaseLog, Mark, Performer
from uptake.methods.arrays import Counts, Flags
from uptake.methods.process.variants import Variants, case_spans, find_variants

UNBELIEVED = Mark.STRANGE
"""Marks of moments that durations leave out."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A log with what is read off it once.

    ``one_case`` and ``one_activity``: the events of one case of each variant, which stands for all.
    ``begun`` and ``ended``: milliseconds of UTC, of a log with one stamp the same. ``known``: where
    these can be believed. ``has_work``: where both a start and an end are known.
    """

    log: CaseLog
    case: Counts
    activity: Counts
    names: tuple[str, ...]
    begins: Counts
    lengths: Counts
    variants: Variants
    one_case: Counts
    one_activity: Counts
    begun: Counts
    ended: Counts
    known: Flags
    has_work: Flags

    @classmethod
    def of(cls, log: CaseLog) -> Ground:
        """Read off a log what every part needs; marks for nobody are nobody."""
        log = with_nobody(log)
        case, activity = log.case.astype(np.int64), log.activity.codes.astype(np.int64)
        begins, lengths = case_spans(case)
        has_start, has_end = log.started != NO_MOMENT, log.completed != NO_MOMENT
        begun = np.where(has_start, log.started, log.completed)
        ended = np.where(has_end, log.completed, log.started)
        known = (has_start | has_end) & ((log.marks & int(UNBELIEVED)) == 0) & (ended >= begun)
        variants = find_variants(case, activity)
        one_case = np.repeat(np.arange(len(variants)), variants.lengths)
        return cls(
            log=log,
            case=case,
            activity=activity,
            names=log.activity.words,
            begins=begins,
            lengths=lengths,
            variants=variants,
            one_case=one_case,
            one_activity=activity[_places(variants)],
            begun=begun,
            ended=ended,
            known=known & log.is_timed,
            has_work=has_start & has_end,
        )

    @property
    def kinds(self) -> int:
        """How many different activities there are."""
        return len(self.names)

    def trace(self, variant: int) -> tuple[str, ...]:
        """The activities of a variant by name."""
        return self.named(self.variants.steps(variant, self.activity))

    def named(self, codes: Iterable[int] | Counts) -> tuple[str, ...]:
        """Activities by name."""
        return tuple(self.names[code] for code in codes)

    def performers(self, level: Performer) -> Counts | None:
        """Who did each event; None where the log does not say."""
        coded = self.log.performers.get(level)
        return None if coded is None else coded.codes.astype(np.int64)


def _places(variants: Variants) -> Counts:
    """Where in the events the steps of one case of each variant stand."""
    before = np.cumsum(variants.lengths) - variants.lengths
    shift = np.repeat(variants.begins - before, variants.lengths)
    return np.asarray(np.arange(len(shift)) + shift, dtype=np.int64)


def traces_of(ground: Ground, ignored: Iterable[str]) -> list[tuple[str, ...]]:
    """Every variant by name, without the activities that are out of scope."""
    left_out = frozenset(ignored)
    names = np.array(ground.names, dtype=object)
    found = ground.variants
    ends = np.cumsum(found.lengths)
    words = names[ground.one_activity].tolist()
    whole = (tuple(words[end - n : end]) for end, n in zip(ends, found.lengths, strict=True))
    if not left_out:
        return list(whole)
    return [tuple(step for step in trace if step not in left_out) for trace in whole]

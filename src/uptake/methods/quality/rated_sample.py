"""Do written rules mean what people mean by a good record? A sample that people rated as well.

Of the records that the rules call fit, and of those they call unfit, so many are drawn, and each
is rated by two people or more who see neither the rules' verdict nor one another's. Agreement is
Krippendorff's alpha; the share of all records that people would call fit is put together from the
two kinds by their sizes, with limits by MOVER (Zou and Donner 2008, "Construction of confidence
limits about effect measures", Statistics in Medicine 27) from Wilson's. Methods section 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.agreement import (
    TENTATIVE,
    Agreement,
    Scale,
    agreement,
    agreement_with,
)
from uptake.methods.statistics.proportions import Interval, Share

CLEAR = 4
"""Clarity, 1 to 5, from which somebody calls a record clear."""


class Verdict(StrEnum):
    """What a sample says of the rules.

    ``SPLIT``: people do not agree with one another, so nothing can be said of the rules yet.
    ``OPEN``: the interval reaches to both sides of what counts as agreement.
    """

    AGREE = "agree"
    DIFFER = "differ"
    OPEN = "open"
    SPLIT = "split"
    NOTHING_VARIES = "nothing varies"


@dataclass(frozen=True, slots=True)
class RatedRecords:
    """Records of a sample, rated by rules and people; n records, r raters, k rules.

    ``by_rules``: fit by the rules (n). ``fit``: r x n, 1 fit, 0 unfit, NaN not rated. ``clarity``:
    r x n, 1 to 5. ``failed``: n x k, which rules each record fails. ``clear_by_rules``: n, 1 where
    the note is clear by the rules for notes, NaN where there is none.
    """

    by_rules: Flags
    fit: Floats
    clarity: Floats
    failed: Flags
    clear_by_rules: Floats

    @property
    def votes(self) -> Floats:
        """For each record, the share of its raters who call it fit."""
        return np.asarray(np.nanmean(self.fit, axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class RuleAgainstPeople:
    """A rule (by its place): records that fail it, and those among them that people call fit."""

    place: int
    failing: int
    called_fit: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rules and people over one sample.

    ``fit_confirmed``: of the records fit by the rules, those that most raters call fit;
    ``unfit_confirmed`` alike. ``people_fit``: share of all records that people would call fit,
    with its interval; None where a kind was not drawn. ``split``: records on which as many raters
    say fit as unfit; they stand in no share. ``differing``: places of records on which most raters
    say other than the rules. ``rules``: those with any record that people call fit, worst first.
    """

    between_fit: Agreement
    between_clarity: Agreement
    with_rules: Agreement
    clarity_with_rules: Agreement
    fit_confirmed: Share
    unfit_confirmed: Share
    people_fit: float | None
    people_fit_interval: Interval | None
    split: Counts
    differing: Counts
    rules: tuple[RuleAgainstPeople, ...]

    @property
    def verdict(self) -> Verdict:
        """What the sample says of the rules, in a word."""
        people, rules = self.between_fit, self.with_rules
        if people.value is None or rules.value is None:
            return Verdict.NOTHING_VARIES
        if _is_below(people):
            return Verdict.SPLIT
        if _is_below(rules):
            return Verdict.DIFFER
        sure = rules.interval is not None and rules.interval.low >= TENTATIVE
        return Verdict.AGREE if sure else Verdict.OPEN


def _is_below(found: Agreement) -> bool:
    """Whether even the upper end of the interval is no agreement."""
    end = found.value if found.interval is None else found.interval.high
    return end is not None and end < TENTATIVE


def compare(
    records: RatedRecords, *, of_all: tuple[int, int], rng: np.random.Generator
) -> Comparison:
    """Compare rules with people; ``of_all``: how many records in all are fit, unfit by the rules.

    Raises:
        ValueError: some record was rated by nobody.
    """
    if np.isnan(records.fit).all(axis=0).any():
        raise ValueError("Each record of a rated sample is rated by somebody.")
    strata = records.by_rules
    votes = records.votes
    people, decided = votes > 0.5, votes != 0.5
    confirmed = _confirmed(people, decided, strata), _confirmed(~people, decided, ~strata)
    value, interval = _of_all(*confirmed, of_all)
    is_clear = np.where(np.isnan(records.clarity), np.nan, records.clarity >= CLEAR)
    return Comparison(
        between_fit=agreement(records.fit, Scale.NOMINAL, rng=rng, strata=strata),
        between_clarity=agreement(records.clarity, Scale.ORDINAL, rng=rng, strata=strata),
        with_rules=agreement_with(records.by_rules, records.fit, rng=rng, strata=strata),
        clarity_with_rules=agreement_with(records.clear_by_rules, is_clear, rng=rng, strata=strata),
        fit_confirmed=confirmed[0],
        unfit_confirmed=confirmed[1],
        people_fit=value,
        people_fit_interval=interval,
        split=np.flatnonzero(~decided),
        differing=np.flatnonzero(decided & (people != strata)),
        rules=_rules(records.failed, people & decided),
    )


def _confirmed(said: Flags, decided: Flags, kind: Flags) -> Share:
    chosen = kind & decided
    return Share(int((said & chosen).sum()), int(chosen.sum()))


def _of_all(
    fit: Share, unfit: Share, of_all: tuple[int, int]
) -> tuple[float | None, Interval | None]:
    """The share of all records that people would call fit, from both kinds by their sizes."""
    kinds = (fit, Share(unfit.denominator - unfit.numerator, unfit.denominator))
    total = sum(of_all)
    if not total:
        return None, None
    value, below, above = 0.0, 0.0, 0.0
    for share, size in zip(kinds, of_all, strict=True):
        weight = size / total
        limits = share.interval
        if not weight:
            continue
        if share.value is None or limits is None:
            return None, None
        value += weight * share.value
        below += (weight * (share.value - limits.low)) ** 2
        above += (weight * (limits.high - share.value)) ** 2
    return value, Interval(value - math.sqrt(below), value + math.sqrt(above))


def _rules(failed: Flags, people_fit: Flags) -> tuple[RuleAgainstPeople, ...]:
    found = (
        RuleAgainstPeople(place, int(column.sum()), int((column & people_fit).sum()))
        for place, column in enumerate(failed.T)
    )
    against = (each for each in found if each.called_fit)
    return tuple(sorted(against, key=lambda each: (-each.called_fit, each.place)))

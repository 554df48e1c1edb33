"""Signs of a target met in name only: told to the owner of the behaviour, never of a person."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from uptake.capabilities.behaviours.counters import Counter
from uptake.capabilities.behaviours.figures import Sign
from uptake.capabilities.behaviours.forms import COUNTERS
from uptake.capabilities.behaviours.judged import Judged
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.gaming import bunching, has_collapsed, last_hours, not_worse
from uptake.methods.behaviour.periods import Cadence
from uptake.methods.statistics.proportions import Share
from uptake.metrics.behaviours.endings import HOURS
from uptake.ui import words


def signs(judged: Judged, asked: Counts) -> tuple[Sign, ...]:
    """Return what was looked for in the periods in which people were asked."""
    margin = judged.definition.counter_margin
    return (
        *_bunched(judged, asked),
        *_ended(judged),
        *_worded(judged),
        *(_counter(each, margin) for each in judged.counters),
    )


WORKING_HOURS = {Cadence.WEEK: 40.0, Cadence.MONTH: 173.0, Cadence.QUARTER: 520.0}
"""Working hours of a period, where the last hours are a small part of it."""


def _ended(judged: Judged) -> Iterator[Sign]:
    """Records that pile up in the last hours before the deadline."""
    hours, found = WORKING_HOURS.get(judged.definition.cadence), judged.ends
    if hours is None or found is None:
        return
    usual = found.before.value if found.before.denominator else None
    expected = max(HOURS / hours, usual or 0.0)
    told = last_hours(int(found.since.denominator), int(found.since.numerator), expected)
    name = f"The last {HOURS} hours before the deadline"
    if told is None or told.share.value is None:
        yield Sign(name, "Nothing was recorded since, so nobody can tell.", None)
        return
    before = "" if usual is None else f", {words.percent(usual)} before it was asked"
    yield Sign(
        name,
        f"{words.percent(told.share.value)} of all records fall there{before}; "
        f"{words.percent(expected)} are usual.",
        told.suspicious,
    )


def _worded(judged: Judged) -> Iterator[Sign]:
    """Texts that became alike."""
    found = judged.words
    if not judged.definition.filled_in or judged.definition.every_object:
        return
    name = "Texts that became alike"
    if found.before is None or found.since is None:
        yield Sign(name, "Too few texts before or since to compare.", None)
        return
    yield Sign(
        name,
        f"{found.since:.1f} bits a word since, {found.before:.1f} before, of "
        f"{words.count(found.texts)} texts each; copied phrases lower it.",
        has_collapsed(found.before, found.since),
    )


def _bunched(judged: Judged, asked: Counts) -> Iterator[Sign]:
    """Counts that pile up right at the amount asked for."""
    k = judged.definition.amount
    if k is None:
        return
    attained = judged.attained
    whole = attained.due[:, asked] & (attained.asked[:, asked] == k)
    found = bunching(attained.ok[:, asked][np.nonzero(whole)], k)
    if found is None:
        said = "Too few counts around the amount asked for to say whether they pile up there."
        yield Sign("Bunching at the amount", said, None)
        return
    yield Sign(
        "Bunching at the amount",
        f"{words.count(found.at_threshold)} times exactly {k} were done, where "
        f"{words.count(round(found.expected))} are expected of a smooth spread.",
        found.suspicious,
    )


def _counter(found: Counter, margin: float) -> Sign:
    name = dict(COUNTERS)[found.name]
    told = not_worse(found.before, found.since, margin)
    if told.passes is None or told.interval is None:
        return Sign(name, "Nothing was recorded before or since, so nobody can compare.", None)
    return Sign(
        name,
        f"{_part(found.since)} since, {_part(found.before)} before; it may rise by "
        f"{words.plural(round(margin * 100), 'percentage point')} at most.",
        not told.passes,
    )


def _part(share: Share) -> str:
    """A share with its parts: "15 % (410 of 2,722)"."""
    parts = f"{words.count(share.numerator)} of {words.count(share.denominator)}"
    return f"{words.percent(share.value or 0.0)} ({parts})"

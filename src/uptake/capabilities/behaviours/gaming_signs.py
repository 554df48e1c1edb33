"""Signs of a target met in name only: told to the owner of the behaviour, never of a person."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from uptake.capabilities.behaviours.counters import Counter
from uptake.capabilities.behaviours.figures import Sign
from uptake.capabilities.behaviours.forms import COUNTERS
from uptake.capabilities.behaviours.judged import Judged
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.gaming import bunching, not_worse
from uptake.ui import words


def signs(judged: Judged, asked: Counts) -> tuple[Sign, ...]:
    """Return what was looked for in the periods in which people were asked."""
    margin = judged.definition.counter_margin
    return (*_bunched(judged, asked), *(_counter(each, margin) for each in judged.counters))


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
    before, since = found.before.value or 0.0, found.since.value or 0.0
    return Sign(
        name,
        f"{words.percent(since)} since, {words.percent(before)} before; it may rise by "
        f"{words.percent(margin)} at most.",
        not told.passes,
    )

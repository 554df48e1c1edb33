"""What a contest gave, and what is left of it four and eight weeks after its end."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.capabilities.contests import showing
from uptake.capabilities.contests.counting import Seen
from uptake.capabilities.contests.figures import Decay, Level, When
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.contests import (
    ByPerson,
    Difference,
    change,
    design_effect,
    what_is_left,
)
from uptake.metrics.measurement import Measurement, MeasurementState, Window
from uptake.ui import words

NOT_MEASURABLE = "not measurable"
"""A time was too thin on either side, so nothing can be said of what is left."""


def decay(seen: Seen, rows: Counts, fewest: int) -> Decay:
    """Return the levels of some people before, during and after, and what is left."""
    groups = {when: seen.by_person(rows, seen.within(when)) for when in When}
    known = {
        when: group
        for when, group in groups.items()
        if seen.is_due(when) and group.people >= fewest
    }
    return Decay(
        levels=tuple(_levels(seen, groups, fewest)),
        gain=showing.move(_between(known, When.BEFORE, When.DURING)),
        kept_four=showing.move(_between(known, When.BEFORE, When.FOUR)),
        kept_eight=showing.move(_between(known, When.BEFORE, When.EIGHT)),
        left_four=_left(seen, known, When.FOUR),
        left_eight=_left(seen, known, When.EIGHT),
    )


def _levels(seen: Seen, groups: dict[When, ByPerson], fewest: int) -> Iterator[Level]:
    for when, group in groups.items():
        yield Level(when, _level(seen, when, group, fewest))


def _level(seen: Seen, when: When, group: ByPerson, fewest: int) -> Measurement:
    window = Window(*seen.days(when))
    is_over = seen.is_due(when)
    if not is_over and (when is not When.DURING or not group.people):
        said = f"data to {words.short_day(window.last)} is needed"
        return showing.nothing(window, MeasurementState.NOT_YET_DUE, said)
    if not group.people:
        said = "nothing was due, or nothing is known of that time"
        return showing.nothing(window, MeasurementState.NOT_MEASURABLE, said)
    if group.people < fewest:
        said = f"shown of {fewest} people or more"
        return showing.nothing(window, MeasurementState.SUPPRESSED, said)
    return showing.level(group, design_effect([group]), window)


def _between(known: dict[When, ByPerson], earlier: When, later: When) -> Difference | None:
    if earlier not in known or later not in known:
        return None
    return change(known[earlier], known[later])


def _left(seen: Seen, known: dict[When, ByPerson], after: When) -> str:
    """What is left after some weeks, in a word; empty while that is not due."""
    if not seen.is_due(after):
        return ""
    gain = _between(known, When.BEFORE, When.DURING)
    since_before = _between(known, When.BEFORE, after)
    since_during = _between(known, When.DURING, after)
    if gain is None or since_before is None or since_during is None:
        return NOT_MEASURABLE
    return what_is_left(gain, since_before, since_during).value

"""Steps that were done by others than those who are meant to do them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.naming import SMALL, Named, Showing, named
from uptake.capabilities.process.picture import DeviationRow, NotMeasurable
from uptake.capabilities.process.wording import LEVELS as CALLED
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Counts, Flags, distinct
from uptake.methods.statistics.proportions import Share

LEVELS = (Performer.ROLE, Performer.GROUP, Performer.ORGANISATION, Performer.RESOURCE)
"""Where the roles of a model are looked for, the likeliest first."""

KIND = "wrong role"


@dataclass(frozen=True, slots=True)
class Outside:
    """``events``: which were done by others than meant, judged by the performers of ``level``.

    ``meant``: events of steps that are meant for somebody, by performers who are known.
    """

    level: Performer
    events: Flags
    meant: Flags
    rows: tuple[DeviationRow, ...]


def outside_of(
    ground: Ground, roles: Mapping[str, tuple[str, ...]], showing: Showing
) -> Outside | NotMeasurable | None:
    """Find steps done by others than meant; None where the model says nothing of roles."""
    if not roles:
        return None
    wanted = {role for several in roles.values() for role in several}
    known = [(len(wanted & set(_words(ground, level))), level) for level in LEVELS]
    count, level = max(known, key=lambda each: each[0])
    if not count:
        why = (
            f"The model names {', '.join(sorted(wanted)[:3])}, which the log has neither as role "
            "nor as group: map the column that says it with --map role=COLUMN."
        )
        return NotMeasurable("steps done by others than meant", why)
    who = named(ground, level, showing)
    assert who is not None  # noqa: S101 - the level has words, so somebody is named
    codes = [code for code, name in enumerate(ground.names) if name in roles]
    meant = np.isin(ground.activity, codes) & (who.own != NOBODY)
    events = _outside(ground, level, who, roles)
    return Outside(level, events, meant, _rows(ground, events, who, roles))


def _words(ground: Ground, level: Performer) -> tuple[str, ...]:
    coded = ground.log.performers.get(level)
    return coded.words if coded else ()


def _outside(
    ground: Ground, level: Performer, who: Named, roles: Mapping[str, tuple[str, ...]]
) -> Flags:
    """Events whose activity is meant for others than who did it; who is not known is not."""
    words = _words(ground, level)
    found = np.zeros(len(ground.case), dtype=np.bool_)
    for code, name in enumerate(ground.names):
        if name not in roles:
            continue
        right = [place for place, word in enumerate(words) if word in roles[name]]
        here = ground.activity == code
        found |= here & (who.own != NOBODY) & ~np.isin(who.own, right)
    return found


def _rows(
    ground: Ground, events: Flags, who: Named, roles: Mapping[str, tuple[str, ...]]
) -> tuple[DeviationRow, ...]:
    """One for each activity and who did it instead, the most cases first."""
    places = np.flatnonzero(events)
    kinds = max(len(who.labels), 1)
    codes = ground.activity[places] * kinds + who.shown[places]
    rows = []
    for code in np.unique(codes).tolist():
        here = places[codes == code]
        activity = ground.names[code // kinds]
        rows.append(_row(ground, here, activity, who, code % kinds, roles[activity]))
    return tuple(sorted(rows, key=lambda row: -row.cases.numerator))


def _row(  # one cell of activities by performers
    ground: Ground, here: Counts, activity: str, who: Named, code: int, meant: tuple[str, ...]
) -> DeviationRow:
    performer = who.labels[code]
    cases = distinct(ground.case[here])
    done_by = f"{CALLED[who.level][1]} of few people" if performer == SMALL else performer
    names = ground.log.case_names
    return DeviationRow(
        kind=KIND,
        activity=activity,
        sentence=f"{activity} was done by {done_by}, not by {' or '.join(meant)}",
        cases=Share(len(cases), len(ground.begins)),
        times=len(here),
        variants=tuple(np.unique(ground.variants.of_case[cases] + 1).tolist()),
        example_cases=tuple(str(names[int(case)]) for case in cases[:3]),
        performer=performer,
    )

"""Behaviours judged: each over its periods, every period by the version in force on its first day.

Periods before a behaviour went live are its baseline: held against the first version, and part of
no roll-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from uptake.capabilities.behaviours.counted import (
    Counted,
    Ground,
    Piece,
    count,
    judge,
    marks_of,
    part,
    shared_by,
    worked,
)
from uptake.capabilities.behaviours.counters import Counter, counters
from uptake.capabilities.behaviours.counters import pieces as counter_pieces
from uptake.capabilities.behaviours.definition import Definition, read
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion
from uptake.capabilities.behaviours.queries import in_force, versions_of
from uptake.capabilities.behaviours.scope import concerned_by
from uptake.capabilities.behaviours.wording import NO_WORDS, Words, words_of
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace
from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.behaviour.attainment import Attainment
from uptake.methods.behaviour.periods import Period, periods
from uptake.methods.statistics.proportions import Share
from uptake.metrics.attributes import Member
from uptake.metrics.behaviours.artificial import Kind

AT_ONCE = 10
"""So many behaviours are counted in one go."""

Shares = Callable[[tuple[Period, ...]], Floats]
"""Which share of some periods each person on record works."""

HISTORY_WEEKS = 78
"""So far back behaviours are counted: a year, and half a year of baseline before it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Whom a behaviour is asked of and how each period was judged: people x periods.

    ``version``: how many there are. ``asked``: periods in which people were asked; before them is
    the baseline. ``closed``: periods whose deadline and grace are over. ``apart``: artificial
    records of the periods asked, by kind; they are part of nothing else. ``ends``: records of the
    last hours before deadlines among all; ``words``: how rich texts are.
    """

    behaviour: Behaviour
    version: int
    definition: Definition
    people: tuple[Member, ...]
    spans: tuple[Period, ...]
    asked: Flags
    closed: Flags
    attained: Attainment
    apart: Mapping[Kind, int]
    counters: tuple[Counter, ...]
    ends: Counter | None = None
    words: Words = NO_WORDS


def judge_all(
    workspace: Workspace, stand: Ground, behaviours: Sequence[Behaviour]
) -> Iterator[Judged]:
    """Judge behaviours that are live or were, and drafts, of which everything is baseline.

    A few at a time, because what everybody did of one of them is a table of its own; those of one
    schedule after each other, because what they are counted from is read once for them all.
    """
    system = Actor.system(workspace, name="behaviours")
    known: dict[tuple[Period, ...], Floats] = {}

    def everybodys(spans: tuple[Period, ...]) -> Floats:
        if spans not in known:
            known[spans] = worked(stand.people, spans, stand.calendar)
        return known[spans]

    written = sorted(((e, versions_of(e)) for e in behaviours), key=lambda each: _schedule(each[1]))
    first = max(stand.first, stand.last - timedelta(weeks=HISTORY_WEEKS))
    every = [rows for _each, rows in written if rows]
    marks = marks_of(stand, _pieces(every), first=first)
    shared = shared_by([*_pieces(every), *_besides(every)])
    for at in range(0, len(written), AT_ONCE):
        some = written[at : at + AT_ONCE]
        rows = [versions for _each, versions in some if versions]
        counted = count(stand, _pieces(rows), first=first, marks=marks, shared=shared) | count(
            stand, _besides(rows), first=first, tell_apart=False, shared=shared
        )
        for behaviour, versions in some:
            found = _judged(system, stand, behaviour, versions, counted, everybodys)
            if found is not None:
                yield found


def _pieces(written: Sequence[Sequence[BehaviourVersion]]) -> list[Piece]:
    return [
        Piece(f"{row.behaviour_id}.{row.number}", read(row.definition), row.behaviour.live_from)
        for rows in written
        for row in _in_force_ever(rows)
    ]


def _besides(written: Sequence[Sequence[BehaviourVersion]]) -> list[Piece]:
    """What has to be counted for the counter-metrics of the newest versions."""
    return [
        more
        for rows in written
        for more in counter_pieces(str(rows[-1].behaviour_id), read(rows[-1].definition))
    ]


def _schedule(rows: Sequence[BehaviourVersion]) -> str:
    """The same for what is asked by the same deadlines."""
    if not rows:
        return ""
    newest = read(rows[-1].definition)
    return f"{newest.cadence} {newest.deadline}"


def _in_force_ever(rows: Sequence[BehaviourVersion]) -> list[BehaviourVersion]:
    """Versions that no later one replaced before they began."""
    return [
        row
        for at, row in enumerate(rows)
        if all(later.valid_from > row.valid_from for later in rows[at + 1 :])
    ]


def _judged(
    system: Actor,
    stand: Ground,
    behaviour: Behaviour,
    versions: Sequence[BehaviourVersion],
    counted: Mapping[str, Counted],
    everybodys: Shares,
) -> Judged | None:
    if not versions:
        return None
    newest = read(versions[-1].definition)
    chosen = stand.places(
        concerned_by(system, behaviour, newest).values_list("external_id", flat=True)
    )
    parts = _parts(
        stand, behaviour, versions, counted, chosen, since=stand.first, everybodys=everybodys
    )
    if not parts:
        return None
    spans, attained = _side_by_side(stand, parts)
    asked = np.array([_is_asked(behaviour, span) for span in spans], dtype=bool)
    return Judged(
        behaviour=behaviour,
        version=len(versions),
        definition=newest,
        people=tuple(stand.people[place] for place in chosen),
        spans=spans,
        asked=asked,
        closed=np.array([span.closes <= stand.now for span in spans], dtype=bool),
        attained=attained,
        apart=_apart(parts, behaviour),
        counters=_counters(behaviour, versions[-1], newest, counted, chosen),
        ends=_ends(behaviour, versions[-1], counted, chosen),
        words=words_of(stand, behaviour, newest, chosen),
    )


def judge_own(
    stand: Ground, behaviour: Behaviour, versions: Sequence[BehaviourVersion], *, first: date
) -> tuple[tuple[Period, ...], Attainment] | None:
    """Judge everybody on the ground over the periods from the one that holds a day on.

    Each period by the version in force on its first day, as the numbers of groups are; None where
    nothing can be counted.
    """
    counted = count(stand, _pieces([versions]), first=first)
    chosen = np.arange(len(stand.people), dtype=np.int64)

    def everybodys(spans: tuple[Period, ...]) -> Floats:
        return worked(stand.people, spans, stand.calendar)

    parts = _parts(
        stand, behaviour, versions, counted, chosen, since=date.min, everybodys=everybodys
    )
    return _side_by_side(stand, parts) if parts else None


def _parts(
    stand: Ground,
    behaviour: Behaviour,
    versions: Sequence[BehaviourVersion],
    counted: Mapping[str, Counted],
    chosen: Counts,
    *,
    since: date,
    everybodys: Shares,
) -> list[_Part]:
    """Each version over the periods that it judges, of those that begin ``since`` a day."""
    found = [
        _of_version(
            row,
            versions,
            counted[key],
            chosen,
            live=behaviour.live_from,
            zone=stand.zone,
            since=since,
            everybodys=everybodys,
        )
        for row in _in_force_ever(versions)
        if (key := f"{behaviour.pk}.{row.number}") in counted
    ]
    return [each for each in found if each.counted.spans]


def _side_by_side(stand: Ground, parts: Sequence[_Part]) -> tuple[tuple[Period, ...], Attainment]:
    judgements = [
        judge(each.counted, each.shares, each.definition, now=stand.now, since=each.since)
        for each in parts
    ]
    return tuple(span for each in parts for span in each.counted.spans), _together(judgements)


def _ends(
    behaviour: Behaviour,
    version: BehaviourVersion,
    counted: Mapping[str, Counted],
    chosen: Counts,
) -> Counter | None:
    """Records of the last hours among all, before people were asked and since."""
    found = counted.get(f"{behaviour.pk}.{version.number}")
    if found is None or found.ended is None:
        return None
    asked = np.array([_is_asked(behaviour, span) for span in found.spans], dtype=bool)
    done, ended = found.tally.done[chosen], found.ended[chosen]
    before, since = (
        Share(int(ended[:, where].sum()), int(done[:, where].sum())) for where in (~asked, asked)
    )
    return Counter("ends", before, since)


def _counters(
    behaviour: Behaviour,
    version: BehaviourVersion,
    newest: Definition,
    counted: Mapping[str, Counted],
    chosen: Counts,
) -> tuple[Counter, ...]:
    """The counter-metrics of the newest version over all periods."""
    key = f"{behaviour.pk}.{version.number}"
    if key not in counted:
        return ()
    asked = [_is_asked(behaviour, span) for span in counted[key].spans]
    by_name = {key: counted[key]} | {
        f"{key}.{name}": found
        for name in newest.counters
        if (found := counted.get(f"{behaviour.pk}.{name}")) is not None
    }
    return counters(key, newest, by_name, chosen, asked)


@dataclass(frozen=True, slots=True)
class _Part:
    """What was counted of one version over the periods that it judges."""

    definition: Definition
    counted: Counted
    shares: Floats
    since: int


def _of_version(
    row: BehaviourVersion,
    versions: Sequence[BehaviourVersion],
    counted: Counted,
    chosen: Counts,
    *,
    live: date | None,
    zone: ZoneInfo,
    since: date,
    everybodys: Shares,
) -> _Part:
    mine = np.array(
        [since <= span.first and in_force(versions, span.first) == row for span in counted.spans],
        dtype=bool,
    )
    kept = part(counted, chosen, mine)
    definition = read(row.definition)
    before = sum(live is None or span.first < live for span in kept.spans)
    ahead = 0 if live is None or not kept.spans else _begun(definition, zone, live, kept.spans[0])
    shares = everybodys(counted.spans)[np.ix_(chosen, np.flatnonzero(mine))]
    return _Part(definition, kept, shares, before - ahead)


def _begun(definition: Definition, zone: ZoneInfo, live: date, until: Period) -> int:
    """How many periods began from the day on which it went live until another one."""
    if until.first <= live:
        return 0
    found = periods(definition.cadence, live, until.first, zone=zone, deadline=definition.deadline)
    return sum(live <= span.first < until.first for span in found)


def _is_asked(behaviour: Behaviour, span: Period) -> bool:
    if behaviour.live_from is None or span.first < behaviour.live_from:
        return False
    return behaviour.ended_on is None or span.first <= behaviour.ended_on


def _together(parts: Sequence[Attainment]) -> Attainment:
    """Periods side by side."""
    return Attainment(
        standing=np.concatenate([each.standing for each in parts], axis=1),
        share=np.concatenate([each.share for each in parts], axis=1),
        done=np.concatenate([each.done for each in parts], axis=1),
        ok=np.concatenate([each.ok for each in parts], axis=1),
        asked=np.concatenate([each.asked for each in parts], axis=1),
    )


def _apart(parts: Sequence[_Part], behaviour: Behaviour) -> dict[Kind, int]:
    found: dict[Kind, int] = {}
    for each in parts:
        asked = np.array([_is_asked(behaviour, span) for span in each.counted.spans], dtype=bool)
        if each.counted.apart is None:
            continue
        for kind, table in each.counted.apart.done.items():
            found[kind] = found.get(kind, 0) + int(table[:, asked].sum())
    return {kind: records for kind, records in found.items() if records}

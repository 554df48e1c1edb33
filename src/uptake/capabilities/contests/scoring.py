"""The standing of the teams, and which of their periods do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from uptake.capabilities.behaviours.counted import part
from uptake.capabilities.behaviours.counters import counters
from uptake.capabilities.behaviours.forms import COUNTERS
from uptake.capabilities.behaviours.gaming_signs import WORKING_HOURS
from uptake.capabilities.contests import showing
from uptake.capabilities.contests.counting import KEY, Seen, watched_counters
from uptake.capabilities.contests.figures import CounterLine, LeftOut, TeamScore, When
from uptake.capabilities.contests.models import Entry
from uptake.methods.arrays import Counts, Flags
from uptake.methods.behaviour.contests import ByPerson, design_effect, interval, is_worse, places
from uptake.methods.behaviour.gaming import NotWorse, last_hours, not_worse
from uptake.methods.statistics.proportions import Interval, Share
from uptake.metrics.behaviours.endings import HOURS
from uptake.metrics.measurement import Window
from uptake.ui import words


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that a period was met in name only."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Team:
    """A team with what counts of it; ``signs`` by the position of the period."""

    entry: Entry
    rows: Counts
    columns: Flags
    signs: Mapping[int, Sign]
    group: ByPerson


def standing(
    seen: Seen, entries: Mapping[int, Entry], fewest: int
) -> tuple[tuple[TeamScore, ...], tuple[LeftOut, ...]]:
    """Return the teams by place, and the periods that were left out, which the owner may see."""
    teams = [_team(seen, entry, seen.teams.get(key), fewest) for key, entry in entries.items()]
    ranked = [team for team in teams if team.group.people >= fewest]
    effect = design_effect([team.group for team in ranked])
    found = [interval(team.group.share, effect) or Interval(0.0, 1.0) for team in ranked]
    at = {team.entry.pk: place for team, place in zip(ranked, places(found), strict=True)}
    scores = [_score(seen, team, at.get(team.entry.pk), effect, fewest) for team in teams]
    left_out = [each for team in teams for each in _left_out(seen, team)]
    return tuple(sorted(scores, key=_order)), tuple(left_out)


def _order(score: TeamScore) -> tuple[bool, int, str]:
    """Those tied stand by name: nobody shall read an order into them."""
    return score.place is None, score.place or 0, score.team


def _team(seen: Seen, entry: Entry, rows: Counts | None, fewest: int) -> _Team:
    rows = np.zeros(0, dtype=np.int64) if rows is None else rows
    during = seen.within(When.DURING) & seen.closed
    signs = {
        int(at): sign
        for at in np.flatnonzero(during)
        if (sign := next(_signs(seen, rows, int(at), fewest), None)) is not None
    }
    columns = during.copy()
    columns[list(signs)] = False
    return _Team(entry, rows, columns, signs, seen.by_person(rows, columns))


def _score(seen: Seen, team: _Team, place: int | None, effect: float, fewest: int) -> TeamScore:
    row = TeamScore(
        entry=team.entry.pk,
        team=str(team.entry.team),
        account=str(team.entry.team.account or ""),
        counted=int(team.columns.sum()),
        closed=int((seen.within(When.DURING) & seen.closed).sum()),
    )
    if not row.closed:
        return replace(row, missing="Nothing is closed yet.")
    if not row.counted:
        return replace(row, missing="Nothing of it counts so far.")
    if place is None:
        few = f"Fewer than {fewest} of its people take part or had something due."
        return replace(row, missing=few)
    window = Window(*seen.days(When.DURING))
    return replace(row, place=place, score=showing.score(team.group, effect, window, row.team))


def _left_out(seen: Seen, team: _Team) -> Iterator[LeftOut]:
    for at, sign in team.signs.items():
        first = seen.spans[at].first
        yield LeftOut(team.entry.pk, str(team.entry.team), first, sign.name, sign.sentence)


def _signs(seen: Seen, rows: Counts, at: int, fewest: int) -> Iterator[Sign]:
    """What clearly got worse in one period of one team, beside the time before the contest.

    Looked for where enough people had something due: what is said is never about a few.
    """
    period = np.arange(len(seen.spans)) == at
    if seen.due_to(rows, period) < fewest:
        return
    columns = (seen.within(When.BEFORE) & seen.closed) | period
    asked = period[columns]
    counted = {name: part(each, rows, columns) for name, each in seen.counted.items()}
    watched = replace(seen.definition, counters=watched_counters(seen.definition))
    margin = seen.definition.counter_margin
    for each in counters(KEY, watched, counted, np.arange(len(rows)), asked.tolist()):
        if is_worse(each.before, each.since, margin):
            before, now = each.before.value or 0.0, each.since.value or 0.0
            yield Sign(
                dict(COUNTERS)[each.name],
                f"{words.percent(now)} of that period's records, {words.percent(before)} before.",
            )
    yield from _ended(seen, rows, period)


def _ended(seen: Seen, rows: Counts, period: Flags) -> Iterator[Sign]:
    """Records that pile up in the last hours before the deadline."""
    told = seen.counted[KEY]
    hours = WORKING_HOURS.get(seen.definition.cadence)
    if hours is None or told.ended is None:
        return
    done, ended = told.tally.done[rows], told.ended[rows]
    before = seen.within(When.BEFORE) & seen.closed
    usual = int(ended[:, before].sum()) / max(int(done[:, before].sum()), 1)
    expected = max(HOURS / hours, usual)
    found = last_hours(int(done[:, period].sum()), int(ended[:, period].sum()), expected)
    if found is not None and found.suspicious:
        yield Sign(
            f"The last {HOURS} hours before the deadline",
            f"{words.percent(found.share.value or 0.0)} of that period's records fall there; "
            f"{words.percent(expected)} are usual.",
        )


def counter_lines(seen: Seen, rows: Counts) -> tuple[CounterLine, ...]:
    """Return how what must not get worse went during the contest, of all teams together."""
    before, during = (seen.within(when) & seen.closed for when in (When.BEFORE, When.DURING))
    columns = before | during
    counted = {name: part(each, rows, columns) for name, each in seen.counted.items()}
    watched = replace(seen.definition, counters=watched_counters(seen.definition))
    asked = during[columns].tolist()
    margin = seen.definition.counter_margin
    return tuple(
        _line(each.name, not_worse(each.before, each.since, margin), each.before, each.since)
        for each in counters(KEY, watched, counted, np.arange(len(rows)), asked)
    )


def _line(name: str, told: NotWorse, before: Share, during: Share) -> CounterLine:
    label = dict(COUNTERS)[name]
    if told.interval is None:
        return CounterLine(label, "Nothing was recorded before or during it to compare.", None)
    points = round(told.margin * 100)
    said = (
        f"{words.percent(during.value or 0.0)} during the contest, "
        f"{words.percent(before.value or 0.0)} before; it may rise by {points} points at most"
    )
    if told.passes:
        return CounterLine(label, f"{said}, and it did not rise by more.", False)
    if told.interval.low > 0:
        return CounterLine(label, f"{said}. It got worse.", True)
    return CounterLine(label, f"{said}. Too few records to rule out that it got worse.", None)

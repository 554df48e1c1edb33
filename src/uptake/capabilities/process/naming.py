"""What performers are called in a picture: people as codes, roles and groups by name.

Roles and groups of fewer than five people are put together under one name, so that nobody can be
picked out; where these alone are too few, the next smallest go with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Counts, Flags, distinct
from uptake.metrics.measurement import MINIMUM_PEOPLE

SMALL = "Smaller ones"
"""The name under which performers stand that are too small to be shown."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What may be shown: ``names`` of people, and from how many people on a role or group."""

    names: bool = False
    fewest: int = MINIMUM_PEOPLE


@dataclass(frozen=True, slots=True)
class Named:
    """Performers of one kind under the names they have here.

    ``own``: of each event the performer as in the log, one of ``count``. ``shown``: of each event
    the place of its name in ``labels``, ``NOBODY`` where the log names none. ``hidden``: how many
    performers stand together under ``SMALL``.
    """

    level: Performer
    own: Counts
    count: int
    shown: Counts
    labels: tuple[str, ...]
    hidden: int

    @property
    def performers(self) -> int:
        """How many different ones did anything."""
        return int((np.bincount(self.own[self.own != NOBODY], minlength=self.count) > 0).sum())


def named(ground: Ground, level: Performer, showing: Showing) -> Named | None:
    """Name the performers of a kind; None where the log has none."""
    own = ground.performers(level)
    if own is None or not (own != NOBODY).any():
        return None
    words = ground.log.performers[level].words
    if showing.names:
        return Named(level, own, len(words), own, words, 0)
    if level is Performer.RESOURCE:
        return Named(level, own, len(words), own, _codes(own, len(words)), 0)
    return _without_small(ground, level, own, showing.fewest)


def _codes(own: Counts, count: int) -> tuple[str, ...]:
    """People by how much they did: Person 1 did the most."""
    events = np.bincount(own[own != NOBODY], minlength=count)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(-events, kind="stable")] = np.arange(1, count + 1)
    return tuple(f"Person {number}" for number in rank.tolist())


def _without_small(ground: Ground, level: Performer, own: Counts, fewest: int) -> Named:
    words = ground.log.performers[level].words
    small = _too_small(people_behind(ground, own, len(words)), fewest)
    if not small.any():
        return Named(level, own, len(words), own, words, 0)
    kept = np.flatnonzero(~small)
    place = np.full(len(words), len(kept))
    place[kept] = np.arange(len(kept))
    labels = (*(words[code] for code in kept.tolist()), SMALL)
    shown = np.where(own == NOBODY, NOBODY, place[own])
    return Named(level, own, len(words), shown, labels, int(small.sum()))


def people_behind(ground: Ground, own: Counts, count: int) -> Counts | None:
    """How many people did something for each performer; None where the log names no people."""
    people = ground.performers(Performer.RESOURCE)
    if people is None:
        return None
    both = (own != NOBODY) & (people != NOBODY)
    kinds = int(people.max()) + 1
    pairs = distinct(own[both] * kinds + people[both])
    return np.bincount(pairs // max(kinds, 1), minlength=count)


def _too_small(people: Counts | None, fewest: int) -> Flags:
    """Performers to be hidden: those of too few people, and the next smallest as long as needed.

    Together they must be two or more, of ``fewest`` people or more, or a difference would tell.
    """
    if people is None:
        return np.zeros(0, dtype=np.bool_)
    small = people < fewest
    if not small.any():
        return small
    for next_one in np.argsort(people, kind="stable").tolist():
        if small.sum() > 1 and people[small].sum() >= fewest:
            break
        small[next_one] = True
    return small

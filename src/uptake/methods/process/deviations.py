"""What a case did otherwise than the model, in words that people use.

An alignment says which steps were skipped and which inserted. Both of the same activity are one
deviation: it was done, but out of place. Something inserted that was also done where it belongs
was repeated; something the model does not know at all is said to be so; the rest was not meant for
this case. What is missing before the first step of a case or after its last is a late start or an
early end, because it may only be that the log begins or stops there.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from uptake.methods.process.alignment import Alignment, Kind


class Straying(StrEnum):
    """How a case left the model."""

    SKIPPED = "skipped"
    TOO_EARLY = "too early"
    TOO_LATE = "too late"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    NOT_MEANT = "not meant"
    STARTED_LATE = "started late"
    ENDED_EARLY = "ended early"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deviation of a case.

    ``label``: the activity it is about; of a late start the last step missing before the case
    begins, of an early end the first missing after it ends. ``steps``: how many were skipped or
    inserted. ``event``: the number of the event that strays, of a skipped step the one before
    which it is missing; the number of events where it is missing at the end.
    """

    kind: Straying
    label: str
    steps: int
    event: int


@dataclass(slots=True)
class _Moves:
    """Steps skipped and inserted, each with the number of the event it comes before or is."""

    skipped: list[tuple[str, int]] = field(default_factory=list)
    inserted: list[tuple[str, int]] = field(default_factory=list)
    together: Counter[str] = field(default_factory=Counter)
    events: int = 0

    @classmethod
    def of(cls, alignment: Alignment) -> _Moves:
        moves = cls()
        for step in alignment.steps:
            if step.kind is Kind.SKIPPED:
                moves.skipped.append((step.label, moves.events))
                continue
            if step.kind is Kind.INSERTED:
                moves.inserted.append((step.label, moves.events))
            else:
                moves.together[step.label] += 1
            moves.events += 1
        return moves


def deviations(alignment: Alignment, known: Collection[str]) -> tuple[Deviation, ...]:
    """Name every deviation of an alignment, in the order of the case.

    ``known``: the activities of the model.
    """
    moves = _Moves.of(alignment)
    moved = list(_moved(moves))
    found = [*moved, *_inserted(moves, known), *_missing(moves)]
    return tuple(sorted(found, key=lambda each: each.event))


def _moved(moves: _Moves) -> Iterator[Deviation]:
    """Take out what was skipped in one place and inserted in another, the nearest first."""
    if not (moves.inserted and moves.skipped):
        return
    done_at, due_at = _by_label(moves.inserted), _by_label(moves.skipped)
    if done_at.keys().isdisjoint(due_at):
        return
    pairs = sorted(
        (abs(done - due), label, done, due)
        for label in done_at.keys() & due_at.keys()
        for done, due in _nearest(done_at[label], due_at[label])
    )
    moves.inserted = _without(moves.inserted, Counter((each[1], each[2]) for each in pairs))
    moves.skipped = _without(moves.skipped, Counter((each[1], each[3]) for each in pairs))
    for _distance, label, done, due in pairs:
        moves.together[label] += 1
        yield Deviation(Straying.TOO_EARLY if done < due else Straying.TOO_LATE, label, 2, done)


def _by_label(steps: Sequence[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for label, event in steps:
        found.setdefault(label, []).append(event)
    return found


def _without(
    steps: Sequence[tuple[str, int]], gone: Counter[tuple[str, int]]
) -> list[tuple[str, int]]:
    """The steps but for so many of each, the first of those that are equal."""
    kept = []
    for step in steps:
        if gone[step]:
            gone[step] -= 1
        else:
            kept.append(step)
    return kept


def _nearest(done: Sequence[int], due: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of one of each, the nearest that is left each time, and of equals the first.

    The nearest two always lie side by side, so only neighbours are held against each other.
    """
    line = sorted([(at, False) for at in done] + [(at, True) for at in due])
    left, right = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    paired = [False] * len(line)
    waiting: list[tuple[int, int, int, int, int]] = []

    def offer(one: int, other: int) -> None:
        if one >= 0 and other < len(line) and line[one][1] is not line[other][1]:
            first, second = (other, one) if line[one][1] else (one, other)
            distance = line[other][0] - line[one][0]
            heapq.heappush(waiting, (distance, line[first][0], line[second][0], one, other))

    for at in range(len(line) - 1):
        offer(at, at + 1)
    while waiting:
        _distance, was_done, was_due, one, other = heapq.heappop(waiting)
        if paired[one] or paired[other]:
            continue
        paired[one] = paired[other] = True
        yield was_done, was_due
        before, after = left[one], right[other]
        if before >= 0:
            right[before] = after
        if after < len(line):
            left[after] = before
        offer(before, after)


def _inserted(moves: _Moves, known: Collection[str]) -> Iterator[Deviation]:
    again = Counter(moves.together)
    for label, event in moves.inserted:
        if label not in known:
            kind = Straying.UNKNOWN
        elif again[label]:
            kind = Straying.REPEATED
        else:
            kind = Straying.NOT_MEANT
        again[label] += 1
        yield Deviation(kind, label, 1, event)


def _missing(moves: _Moves) -> Iterator[Deviation]:
    """What was skipped; before the first event and after the last it is one deviation each."""
    ahead = [label for label, event in moves.skipped if not event and moves.events]
    behind = [label for label, event in moves.skipped if event == moves.events]
    if ahead:
        yield Deviation(Straying.STARTED_LATE, ahead[-1], len(ahead), 0)
    for label, event in moves.skipped:
        if 0 < event < moves.events:
            yield Deviation(Straying.SKIPPED, label, 1, event)
    if behind:
        yield Deviation(Straying.ENDED_EARLY, behind[0], len(behind), moves.events)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a deviation occurs: in how many cases, how often in all, and in which variants."""

    kind: Straying
    label: str
    cases: int
    times: int
    variants: tuple[int, ...]


def frequencies(
    found: Sequence[tuple[Deviation, ...]], cases: Sequence[int]
) -> tuple[Frequency, ...]:
    """Count the deviations of variants, those of the most cases first.

    ``cases``: how many ran like each variant.
    """
    in_cases: Counter[tuple[Straying, str]] = Counter()
    times: Counter[tuple[Straying, str]] = Counter()
    variants: dict[tuple[Straying, str], list[int]] = {}
    for variant, (named, count) in enumerate(zip(found, cases, strict=True)):
        occurring = Counter((each.kind, each.label) for each in named)
        for key, often in occurring.items():
            in_cases[key] += count
            times[key] += count * often
            variants.setdefault(key, []).append(variant)
    rows = [
        Frequency(kind, label, in_cases[kind, label], times[kind, label], tuple(where))
        for (kind, label), where in variants.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.cases, -row.times, row.label, row.kind)))

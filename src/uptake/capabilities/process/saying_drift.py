"""Drift from the intended role in plain words, for pages, reports and the terminal alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from uptake.capabilities.process.drifted import DriftRow, Outsideness, RoleDrift
from uptake.capabilities.process.finding_rows import NextStep, ProcessFinding
from uptake.capabilities.process.saying_differences import hundredths, said_of_points
from uptake.capabilities.process.wording import LEVELS
from uptake.formats.case_log import Performer
from uptake.methods.statistics.proportions import Interval, Share
from uptake.ui import words

DAY = timedelta(days=1)
MOST_MOVED = 3
MOST_FINDINGS = 2
HOW = (
    "Steps that the intended way means for others than who did them, of all steps that it means "
    "for somebody. {spans} Limits leave out one case after the other, because steps of one case "
    "hang together; whatever is called more than chance has a rate of false discoveries of one in "
    "ten at most."
)
HALVES = "The day between the spans leaves about as many steps before it as after it."
CHOSEN = "The days of both spans were chosen by whoever asks."
ADVICE = (
    "Ask both sides: somebody who is missing, a right that only one has, or a rule that nobody "
    "knows is a barrier; work that is better done so is a change of the model."
)


@dataclass(frozen=True, slots=True)
class DriftLine:
    """A row of a table: shares in words with what they are of; ``why``: not measurable, because."""

    name: str
    before: str
    before_of: str
    after: str
    after_of: str
    change: str
    is_sure: bool
    moved: str
    why: str


def drift_lines(rows: tuple[DriftRow, ...]) -> tuple[DriftLine, ...]:
    """Return rows as a table shows them."""
    return tuple(map(_line, rows))


def _line(row: DriftRow) -> DriftLine:
    found = row.outside
    if found is None:
        return DriftLine(row.name, "", "", "", "", "", False, "", row.why)
    return DriftLine(
        name=row.name,
        before=_share(found.before),
        before_of=_of(found.before),
        after=_share(found.after),
        after_of=_of(found.after),
        change=_capital(_change(found)),
        is_sure=found.is_sure,
        moved=moved_words(row),
        why="",
    )


def drift_sentence(found: RoleDrift) -> str:
    """Return whether all steps together drift away from those they are meant for."""
    row = found.whole.outside
    if row is None:
        return f"Drift from the intended role is not measurable: {found.whole.why}."
    shares = (
        f"{_share(row.after)} of steps ({_of(row.after)}) were done by others than meant "
        f"{_later(found)}, {_share(row.before)} ({_of(row.before)}) {_earlier(found)}"
    )
    return f"{shares}: {_change(row)}."


def drift_window(found: RoleDrift) -> str:
    """Return which two spans stand beside each other."""
    begins, ends = words.short_day(found.begins), words.short_day(found.ends)
    if found.rests == found.parts:
        return f"{begins} until {words.short_day(found.parts)}, and from that day to {ends}"
    rests = words.short_day(found.rests - DAY)
    return f"{begins} to {rests}, and {words.short_day(found.parts)} to {ends}"


def drift_how(found: RoleDrift) -> str:
    """Return how the shares, their spans and their limits came about."""
    return HOW.format(spans=CHOSEN if found.spans.are_chosen else HALVES)


def _later(found: RoleDrift) -> str:
    day, until = words.short_day(found.parts), found.spans.until
    return f"from {day} to {words.short_day(until)}" if until else f"from {day} on"


def _earlier(found: RoleDrift) -> str:
    if found.spans.reference_from is None and found.rests == found.parts:
        return "before"
    begins = words.short_day(found.spans.reference_from or found.begins)
    return f"from {begins} to {words.short_day(found.rests - DAY)}"


def moved_words(row: DriftRow) -> str:
    """Return which activities became more or less of the work, by more than chance."""
    parts = [
        f"{each.activity} {words.percent(each.before)} to {words.percent(each.after)}"
        for each in row.moved[:MOST_MOVED]
    ]
    left = len(row.moved) - MOST_MOVED
    return ", ".join(parts) + (f" and {left} more" if left > 0 else "")


def drift_findings(found: RoleDrift | None, events: int) -> Iterator[ProcessFinding]:
    """Steps that are done more and more by others than meant; never about a person."""
    rows = [row for row in found.steps if row.drifts] if found else []
    for row in rows[:MOST_FINDINGS]:
        assert found is not None and row.outside is not None  # noqa: S101, PT018 - it drifts
        where = _where(found)
        yield ProcessFinding(
            kind="role drift",
            sentence=f"{row.name} is done more and more by others than meant: "
            f"{_share(row.outside.after)} of times {_later(found)}, "
            f"{_share(row.outside.before)} {_earlier(found)}.",
            population=f"times {row.name} was done {_later(found)}",
            share=row.outside.after,
            evidence=f"That is {_change(row.outside)}. {where}".strip(),
            steps=(NextStep.BARRIER, NextStep.LOOK, NextStep.MODEL),
            advice=ADVICE,
            weight=row.outside.after.numerator / max(events, 1),
            activity=row.name,
        )


def _where(found: RoleDrift) -> str:
    """In which teams or organisations it happens, where they may be named."""
    for level in (Performer.GROUP, Performer.ORGANISATION):
        there = found.of_level(level)
        names = [row.name for row in there.rows if row.drifts] if there else []
        if there and names:
            one, many = LEVELS[level]
            of = f"{len(names)} of {words.plural(len(there.rows), one, many)}"
            return f"It moved in {of}: {words.listed(names, limit=3)}."
    return ""


def _share(share: Share) -> str:
    return f"{hundredths(share.value or 0.0)}{words.NARROW_SPACE}%"


def _of(share: Share) -> str:
    return f"{words.count(share.numerator)} of {words.count(share.denominator)}"


def _change(found: Outsideness) -> str:
    limits = Interval(found.low, found.high)
    return said_of_points(found.difference, limits, is_sure=found.is_sure)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

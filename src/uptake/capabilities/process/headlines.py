"""A picture of a process in its first sentences, on a terminal and on a page alike."""

from __future__ import annotations

from uptake.capabilities.process.findings import share_words
from uptake.capabilities.process.picture import (
    Handing,
    ProcessPicture,
    Recorded,
    VariantRow,
)
from uptake.capabilities.process.wording import HOUR, LEVELS, span
from uptake.formats.case_log import Performer
from uptake.ui import words

ARROW = " \N{RIGHTWARDS ARROW} "
LONGEST_WAY = 8
"""Steps of a way that a sentence names."""


def headline(picture: ProcessPicture) -> str:
    """How many cases keep to the intended way; without one, how many run the usual way."""
    found = picture.conformance
    summary = picture.summary
    if found is not None and found.straight.value is None:
        return f"None of the {words.count(summary.cases)} cases can be judged by {found.model}."
    if found is not None:
        return f"{share_words(found.straight, f'{found.about}s')} run as intended by {found.model}."
    if summary.variants == 1:
        return f"All {words.count(summary.cases)} cases run the same way."
    first = picture.variants[0]
    if first.cases == 1:
        return f"No two of the {words.count(summary.cases)} cases run alike."
    others = words.plural(summary.variants - 1, "other way")
    return (
        f"{words.count(first.cases)} of {words.count(summary.cases)} cases "
        f"({words.percent(first.share)}) run the usual way, the others in {others}."
    )


def support(picture: ProcessPicture) -> str:
    """How long cases take, how often they change hands, and what nothing can be said of."""
    parts = [duration_words(picture), handing_words(picture)]
    if picture.conformance is None:
        parts.append(
            "No intended way is agreed on, so nothing is judged: what is usual need not be right."
        )
    return " ".join(filter(None, parts))


def duration_words(picture: ProcessPicture) -> str:
    """How long cases take; nothing where it is not measurable."""
    found = picture.durations
    if found is None:
        return ""
    still = f"; {words.plural(found.open_cases, 'case')} still open" if found.open_cases else ""
    work = "" if found.touch_share is None else f", {words.percent(found.touch_share)} of it work"
    half, most = span(found.half_seconds), span(found.most_seconds)
    calendar = f"Half of the cases take {half} or less{work}, nine of ten {most}{still}."
    return f"{calendar} {business_words(picture)}".strip()


def business_words(picture: ProcessPicture) -> str:
    """The same in business time; nothing where its hours are not known."""
    found = picture.business
    if found is None or found.median_seconds is None:
        return ""
    most = "" if found.p90_seconds is None else f", nine of ten {open_hours(found.p90_seconds)}"
    return f"In business time ({found.hours}): {open_hours(found.median_seconds)}{most}."


def open_hours(seconds: float) -> str:
    """Business time in hours: a day of it would be taken for 24."""
    return f"{words.amount(round(seconds / HOUR, 1))}{words.NARROW_SPACE}h"


def handing_words(picture: ProcessPicture) -> str:
    """How often a case passes to somebody else, between people and between groups."""
    told = [_passes(each) for each in _two_levels(picture)]
    if not told:
        return ""
    return f"A case passes {words.listed(told)}."


def _passes(each: Handing) -> str:
    _one, many = LEVELS[each.level]
    least = "at least " if each.unknown else ""
    return f"{least}{words.amount(each.per_case.mean)} times between {many}"


def recorded_words(each: Recorded) -> str:
    """What a counter of the log itself says, beside the handovers that were counted."""
    many = LEVELS[each.beside][1]
    told = f"The log's own {each.column} says {words.amount(each.mean)} a case"
    return f"{told}: as many as counted between {many} in {share_words(each.same, 'cases')}."


def _two_levels(picture: ProcessPicture) -> list[Handing]:
    """People, and the first kind above them that the log names."""
    wanted = (Performer.RESOURCE, Performer.GROUP, Performer.ROLE, Performer.ORGANISATION)
    found = [each for level in wanted if (each := picture.of_level(level))]
    return found[:2]


def way_words(row: VariantRow) -> str:
    """A way as steps with arrows; a long one is cut in the middle."""
    steps = row.activities
    if len(steps) <= LONGEST_WAY:
        return ARROW.join(steps)
    half = LONGEST_WAY // 2
    left_out = f"({len(steps) - 2 * half} more)"
    return ARROW.join((*steps[:half], left_out, *steps[-half:]))

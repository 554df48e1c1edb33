"""A picture of a process in plain lines that are read in half a minute."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.capabilities.process.compared import Comparison
from uptake.capabilities.process.findings import share_words
from uptake.capabilities.process.headlines import (
    ARROW,
    headline,
    recorded_words,
    support,
    way_words,
)
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.saying_comparison import (
    NO_CAUSE,
    hands_sentence,
    moved_sentence,
    to_know,
)
from uptake.capabilities.process.saying_drift import drift_sentence
from uptake.capabilities.process.wording import LEVELS
from uptake.methods.statistics.proportions import Share
from uptake.ui import words

MOST_WAYS = 3
MOST_FINDINGS = 5
MOST_ROWS = 5
MOST_WARNINGS = 4

HOW_TO_KEEP = (
    "Nothing is judged by it. Keep it with --save-model way.yaml, change it with those who do the "
    "work, and run again with --model way.yaml."
)

FITNESS = (
    "Fitness: 1 is no step skipped or added. Precision: of what the model allows where cases are, "
    "the part that they do; near 0 the model allows everything."
)
LIMITS = (
    "Limits in brackets are 95 % (Wilson). Times are calendar time, medians unless said. How each "
    "number is computed stands in the page that --html writes."
)

Block = tuple[str, tuple[str, ...]]
"""A heading and its lines."""


def to_words(picture: ProcessPicture) -> str:
    """Return everything that a terminal shows, without colours."""
    lines = [*filter(None, (headline(picture), support(picture), *about(picture)))]
    for heading, told in blocks(picture):
        lines += ["", heading, *(f"  {line}" for line in told)]
    return "\n".join(lines)


def size_words(picture: ProcessPicture) -> str:
    """What was measured: how much of it, and from when to when."""
    summary = picture.summary
    parts = [
        words.plural(summary.cases, "case"),
        words.plural(summary.events, "event"),
        words.plural(summary.activities, "activity", "activities"),
        words.plural(summary.variants, "way") + " of running",
    ]
    if summary.resources is not None:
        parts.append(words.people(summary.resources))
    when = ""
    if summary.start and summary.end:
        when = f", {words.short_day(summary.start)} to {words.short_day(summary.end)}"
    return f"{summary.source}: {', '.join(parts)}{when}."


def about(picture: ProcessPicture) -> tuple[str, ...]:
    """What was measured, and which columns of a table were read as what."""
    columns = picture.summary.columns
    if not columns:
        return (size_words(picture),)
    read = ", ".join(f"{role}={column}" for role, column in columns)
    return (size_words(picture), f"Read as {read}; --map says otherwise.")


def blocks(picture: ProcessPicture) -> Iterator[Block]:
    """The parts of the answer that there are."""
    yield "How work runs", tuple(_ways(picture))
    strays = tuple(_deviations(picture))
    if strays:
        yield "How it strays", strays
    if picture.rules:
        yield "Rules", tuple(_rules(picture))
    if picture.handing:
        yield "Whose hands", tuple(_hands(picture))
    if picture.comparison is not None:
        day = picture.comparison.day
        told = f" {words.short_day(day)}" if day else ""
        yield f"Before and after{told}", tuple(_compared(picture.comparison))
    if picture.findings:
        yield "What stands out", tuple(_findings(picture))
    if picture.usual is not None:
        yield "The usual way, as a proposal", (picture.usual.sentence, HOW_TO_KEEP)
    yield "To know", (*_warnings(picture), *_gap(picture), LIMITS)


def _warnings(picture: ProcessPicture) -> Iterator[str]:
    yield from picture.warnings[:MOST_WARNINGS]
    rest = len(picture.warnings) - MOST_WARNINGS
    if rest > 0:
        yield f"and {words.plural(rest, 'other remark')}; --html and --json have all of them"


def _gap(picture: ProcessPicture) -> Iterator[str]:
    for gap in picture.not_measurable:
        yield f"Not measurable: {gap.what}. {gap.why}"


def _ways(picture: ProcessPicture) -> Iterator[str]:
    if picture.summary.variants == picture.summary.cases > MOST_WAYS:
        yield from _follows(picture)
        return
    for row in picture.variants[:MOST_WAYS]:
        cost = "" if row.cost is None else f", {words.plural(row.cost, 'deviation')}"
        yield f"{words.count(row.cases)} ({words.percent(row.share)}{cost}): {way_words(row)}"
    rest = picture.summary.variants - MOST_WAYS
    if rest > 0:
        cases = picture.summary.cases - sum(row.cases for row in picture.variants[:MOST_WAYS])
        yield f"{words.count(cases)} in {words.plural(rest, 'other way')}"


def _follows(picture: ProcessPicture) -> Iterator[str]:
    """Where no two cases run alike: what most often follows what."""
    for row in picture.edges[:MOST_ROWS]:
        of = Share(row.cases, picture.summary.cases)
        times = words.plural(row.count, "time")
        yield f"{row.source}{ARROW}{row.target}: {times}, in {share_words(of, 'cases')}"
    rest = picture.edge_count - MOST_ROWS
    if rest > 0:
        yield f"and {words.plural(rest, 'other step')} from one activity to the next"


def _deviations(picture: ProcessPicture) -> Iterator[str]:
    found = picture.conformance
    if found is not None and not picture.deviations and found.cost_total == 0:
        yield "No case skips a step or adds one."
    for row in picture.deviations[:MOST_ROWS]:
        yield f"{share_words(row.cases)}: {row.sentence}"
    rest = len(picture.deviations) - MOST_ROWS
    if rest > 0:
        yield f"and {words.plural(rest, 'other deviation')}"
    if found is not None and found.fitness is not None:
        precision = "" if found.precision is None else f", precision {found.precision:.2f}"
        cost = f"{words.plural(found.cost_total or 0, 'step')} skipped or added in all"
        yield f"Fitness {found.fitness:.3f}{precision}; {cost}."
        yield FITNESS


def _rules(picture: ProcessPicture) -> Iterator[str]:
    for row in picture.rules[:MOST_ROWS]:
        share = row.reading.of_cases
        told = share_words(share) if share.value is not None else "its occasion never came"
        yield f"{told}: {row.sentence}"


def _hands(picture: ProcessPicture) -> Iterator[str]:
    for each in picture.handing:
        one, many = LEVELS[each.level]
        back = each.ping_pong.value
        straight = f", {words.percent(back)} straight back" if back else ""
        different = words.amount(each.different_per_case.mean)
        whom = one if different == "1" else many
        times = words.count(each.successions + each.unknown)
        unknown = f"; who is unknown {words.count(each.unknown)} of {times} times"
        yield (
            f"{words.plural(each.handovers, 'handover')} between {words.count(each.performers)} "
            f"{one if each.performers == 1 else many}, {words.amount(each.per_case.mean)} a case"
            f"{straight}; {different} different {whom} a case{unknown if each.unknown else ''}"
        )
    yield from map(recorded_words, picture.recorded)
    if picture.drift is not None:
        yield drift_sentence(picture.drift)


def _compared(found: Comparison) -> Iterator[str]:
    before, after = found.cases
    alike = f", alike in {', '.join(found.mix)}" if found.mix else ""
    yield f"{words.plural(before, 'case')} before, {words.count(after)} from then on{alike}"
    yield from filter(None, [hands_sentence(found)])
    yield from (row.sentence for row in found.measures)
    if found.measures:
        yield f"What else moved: {moved_sentence(found)}"
        yield from (f"  {row.sentence}" for row in found.neighbours[:MOST_ROWS])
        rest = len(found.neighbours) - MOST_ROWS
        if rest > 0:
            yield f"  and {words.plural(rest, 'other measure')}"
    for gap in found.not_measurable:
        yield f"Not measurable: {gap.what}, because {gap.why}."
    yield " ".join((*to_know(found), NO_CAUSE))


def _findings(picture: ProcessPicture) -> Iterator[str]:
    for number, found in enumerate(picture.findings[:MOST_FINDINGS], start=1):
        yield f"{number}. {found.sentence}"
        yield f"   Next: {words.listed([step.value for step in found.steps], last='or')}."

"""The ways in which cases stray, each named, with how many cases stray so."""

from __future__ import annotations

from uptake.capabilities.process.conforming import Aligned
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.picture import DeviationRow
from uptake.methods.process.deviations import Frequency, Straying, deviations, frequencies
from uptake.methods.statistics.proportions import Share
from uptake.ui import words

MOST_NAMED = 10_000
"""Ways of straying that are named, those of the most cases; costs and fitness take in all."""

EXAMPLES = 3
"""Cases that are named for each deviation."""

SENTENCES = {
    Straying.SKIPPED: "{activity} was skipped",
    Straying.TOO_EARLY: "{activity} was done too early",
    Straying.TOO_LATE: "{activity} was done too late",
    Straying.REPEATED: "{activity} was done again",
    Straying.UNKNOWN: "{activity} was done, which the model does not have",
    Straying.NOT_MEANT: "{activity} was done, which the model does not have there",
    Straying.STARTED_LATE: "The beginning up to {activity} is missing",
    Straying.ENDED_EARLY: "The case ends before {activity}",
}


def deviations_of(
    ground: Ground, found: Aligned
) -> tuple[tuple[DeviationRow, ...], tuple[str, ...]]:
    """Name the deviations of every variant, those of the most cases first, and say what is left."""
    named = [deviations(each, found.in_model) if each else () for each in found.alignments]
    rows = frequencies(named, ground.variants.cases.tolist())
    left = len(rows) - MOST_NAMED
    said = (left_out(left),) if left > 0 else ()
    return tuple(_row(ground, row) for row in rows[:MOST_NAMED]), said


def left_out(ways: int) -> str:
    """What is said of the ways of straying that are not named."""
    return f"Not listed: {words.plural(ways, 'rarer way')} of straying; every number takes in all"


def _row(ground: Ground, row: Frequency) -> DeviationRow:
    return DeviationRow(
        kind=row.kind.value,
        activity=row.label,
        sentence=SENTENCES[row.kind].format(activity=row.label),
        cases=Share(row.cases, len(ground.begins)),
        times=row.times,
        variants=tuple(number + 1 for number in row.variants),
        example_cases=_examples(ground, row.variants),
    )


def _examples(ground: Ground, variants: tuple[int, ...]) -> tuple[str, ...]:
    """A case of each of the first variants."""
    names, found = ground.log.case_names, ground.variants
    begins = (int(found.begins[number]) for number in variants[:EXAMPLES])
    return tuple(str(names[int(ground.case[begin])]) for begin in begins)

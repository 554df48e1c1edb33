"""The ways in which cases stray, each named, with how many cases stray so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from uptake.capabilities.process.conforming import Aligned
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.picture import DeviationRow
from uptake.methods.process.alignment import Alignment, Kind
from uptake.methods.statistics.proportions import Share

EXAMPLES = 3
"""Cases that are named for each deviation."""

SENTENCES = {
    "skipped": "{activity} was skipped",
    "out of place": "{activity} was done out of place",
    "repeated": "{activity} was done again",
    "unknown activity": "{activity} was done, which the model does not have",
}


@dataclass(slots=True)
class _Tally:
    """Where one deviation occurs."""

    cases: int = 0
    times: int = 0
    variants: list[int] = field(default_factory=list)


def deviations_of(ground: Ground, found: Aligned) -> tuple[DeviationRow, ...]:
    """Name every deviation of every variant, the most cases first."""
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    for number, each in enumerate(found.alignments):
        if each is None or not each.cost:
            continue
        cases = int(ground.variants.cases[number])
        named = list(named_deviations(each, found.in_model))
        for key in dict.fromkeys(named):
            tally = tallies[key]
            tally.cases += cases
            tally.times += cases * named.count(key)
            tally.variants.append(number)
    rows = [_row(ground, kind, activity, tally) for (kind, activity), tally in tallies.items()]
    return tuple(sorted(rows, key=lambda row: (-row.cases.numerator, -row.times, row.sentence)))


def named_deviations(each: Alignment, in_model: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The kind and the activity of each deviation of an alignment.

    What was skipped here and done there is one deviation: done out of place.
    """
    skipped = [step.label for step in each.steps if step.kind is Kind.SKIPPED]
    done: set[str] = set()
    for step in each.steps:
        if step.kind is Kind.INSERTED:
            if step.label in skipped:
                skipped.remove(step.label)
                yield "out of place", step.label
            elif step.label not in in_model:
                yield "unknown activity", step.label
            else:
                yield "repeated" if step.label in done else "out of place", step.label
        if step.kind is not Kind.SKIPPED:
            done.add(step.label)
    for label in skipped:
        yield "skipped", label


def _row(ground: Ground, kind: str, activity: str, tally: _Tally) -> DeviationRow:
    return DeviationRow(
        kind=kind,
        activity=activity,
        sentence=SENTENCES[kind].format(activity=activity),
        cases=Share(tally.cases, len(ground.begins)),
        times=tally.times,
        variants=tuple(number + 1 for number in tally.variants),
        example_cases=_examples(ground, tally.variants),
    )


def _examples(ground: Ground, variants: list[int]) -> tuple[str, ...]:
    """A case of each of the first variants."""
    names, found = ground.log.case_names, ground.variants
    begins = (int(found.begins[number]) for number in variants[:EXAMPLES])
    return tuple(str(names[int(ground.case[begin])]) for begin in begins)

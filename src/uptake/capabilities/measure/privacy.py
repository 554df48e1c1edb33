"""What may be shown of groups of people, so that nobody can be worked out from what is shown.

Three defences, used together. Primary: a group of fewer than k people is hidden. Complementary:
wherever a total is shown, what is hidden beside it stands for at least two groups and at least k
people; a remainder that the total holds and no group shows counts as hidden. Coarse: numbers about
fewer than twenty people are rounded, so that the difference of two of them says nothing certain
about one person. ``docs/guides/security.md`` says what is left.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from uptake.methods.statistics.proportions import wilson
from uptake.metrics.measurement import MINIMUM_PEOPLE, Measurement, MeasurementState, Unit
from uptake.metrics.suppression import why_hidden

COARSE_BELOW = 20
"""Numbers about fewer people than this are rounded."""

COUNT_STEP = 3
"""Counts of people in small groups are rounded to multiples of this."""

SHARE_STEP = 0.05
"""Other shares of small groups are rounded to multiples of this."""

ROUNDED = f"rounded, because it is about fewer than {COARSE_BELOW} people"

IN_TENS = "rounded to tens of people, because it includes groups that are hidden elsewhere"

COUNTS_PEOPLE = frozenset(
    {"adoption_rate", "active_people", "wau_mau", "adoption_curve", "ramped_by"}
)
"""Metrics whose numerator counts people."""

COUNTS_SEATS = frozenset({"seats_provisioned", "seats_activated", "seats_active"})
"""Metrics whose numerator counts people and whose denominator is what a contract says."""

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Line:
    """Cells beside a total that is shown; ``rest``: people of the total who are in no cell."""

    cells: tuple[Hashable, ...]
    rest: int = 0


def hidden_cells(
    sizes: Mapping[Cell, int],
    lines: Iterable[Line],
    *,
    also: Iterable[Cell] = (),
    minimum_people: int = MINIMUM_PEOPLE,
) -> frozenset[Cell]:
    """Return the cells (by number of people) that may not be shown beside the totals of the lines.

    Starts with the cells below the minimum, and those that are hidden ``also``, and hides the
    smallest cell of a line until what is hidden in every line cannot be worked out from its total.
    """
    hidden = {cell for cell, size in sizes.items() if 0 < size < minimum_people}
    hidden.update(also)
    open_lines = list(lines)
    changed = True
    while changed:
        changed = False
        for line in open_lines:
            if (more := _one_more(line, sizes, hidden, minimum_people)) is not None:
                hidden.add(more)
                changed = True
    return frozenset(hidden)


def _one_more(
    line: Line, sizes: Mapping[Cell, int], hidden: set[Cell], minimum_people: int
) -> Cell | None:
    """The smallest cell that has to be hidden as well, or None if the line is safe or empty."""
    if not gives_away(line, sizes, hidden, minimum_people=minimum_people):
        return None
    shown = [c for c in sizes if c in line.cells and c not in hidden and sizes[c]]
    return min(shown, key=lambda cell: (sizes[cell], str(cell)), default=None)


def gives_away(
    line: Line, sizes: Mapping[Cell, int], hidden: Iterable[Cell], *, minimum_people: int
) -> bool:
    """Say whether what is hidden in a line can be told from its total."""
    concealed = set(hidden)
    inside = [cell for cell in sizes if cell in line.cells and cell in concealed]
    people = sum(sizes[cell] for cell in inside) + line.rest
    if not people:
        return False
    unknowns = len(inside) + (line.rest > 0)
    return people < minimum_people or (bool(inside) and unknowns == 1)


def rest_of(total: int, sizes: Iterable[int]) -> int:
    """Return the people of a total who are in none of its groups."""
    return max(total - sum(sizes), 0)


def suppressed(number: Measurement, minimum_people: int = MINIMUM_PEOPLE) -> Measurement:
    """Return the number without its value, saying why there is none."""
    return replace(
        number,
        value=None,
        numerator=None,
        denominator=None,
        low=None,
        high=None,
        people=None,
        state=MeasurementState.SUPPRESSED,
        reason=why_hidden(minimum_people),
    )


def protect(
    number: Measurement, people: int | None, *, hidden: bool, minimum_people: int = MINIMUM_PEOPLE
) -> Measurement:
    """Return the number as it may be shown: empty, rounded or as it is.

    ``people`` are those of its group in scope, ``hidden`` what the table decided about the group.
    """
    if not number.is_measured:
        return number
    behind = number.people if number.people is not None else people
    if hidden or (behind is not None and behind < minimum_people):
        return suppressed(number, minimum_people)
    return coarse(number, people if people is not None else behind)


def coarse(number: Measurement, people: int | None) -> Measurement:
    """Return the number rounded where fewer than twenty people are behind it."""
    if not number.is_measured or people is None or people >= COARSE_BELOW:
        return number
    if number.key in COUNTS_PEOPLE | COUNTS_SEATS:
        rounded = _coarse_count(number)
    elif number.unit is Unit.SHARE:
        rounded = _coarse_share(number)
    else:
        rounded = _coarse_amount(number)
    caveat = f"{number.reason}; {ROUNDED}" if number.reason else ROUNDED
    return replace(rounded, reason=caveat)


def coarse_count(count: float, most: float | None = None) -> float:
    """Return a count of people as the nearest multiple of three, at most ``most``."""
    nearest = float(COUNT_STEP * round(count / COUNT_STEP))
    return nearest if most is None else min(nearest, most)


def _coarse_count(number: Measurement) -> Measurement:
    counted = coarse_count(number.numerator or 0.0, number.denominator)
    if number.denominator is None:
        return replace(number, value=counted, numerator=counted)
    bounds = wilson(counted, number.denominator) if number.key in COUNTS_PEOPLE else None
    return replace(
        number,
        value=counted / number.denominator if number.denominator else None,
        numerator=counted,
        low=bounds.low if bounds else None,
        high=bounds.high if bounds else None,
    )


def _coarse_share(number: Measurement) -> Measurement:
    def step(share: float | None) -> float | None:
        return None if share is None else round(round(share / SHARE_STEP) * SHARE_STEP, 2)

    return replace(
        number,
        value=step(number.value),
        low=step(number.low),
        high=step(number.high),
        numerator=None,
        denominator=None,
    )


def _coarse_amount(number: Measurement) -> Measurement:
    return replace(
        number,
        value=_two_digits(number.value),
        low=_two_digits(number.low),
        high=_two_digits(number.high),
        numerator=None,
        denominator=None,
    )


def to_tens(number: Measurement) -> Measurement:
    """Return a number about many people so rounded that a few hidden ones do not show in it."""
    if not number.is_measured:
        return number
    if number.key in COUNTS_PEOPLE:
        rounded = _tens_of_people(number)
    else:
        shorter = _two_digits if number.unit is not Unit.SHARE else _hundredths
        rounded = replace(
            number,
            value=shorter(number.value),
            low=shorter(number.low),
            high=shorter(number.high),
            numerator=None,
            denominator=None,
        )
    caveat = f"{number.reason}; {IN_TENS}" if number.reason else IN_TENS
    return replace(rounded, reason=caveat)


def _tens_of_people(number: Measurement) -> Measurement:
    counted = 10.0 * round((number.numerator or 0.0) / 10)
    if number.denominator is None:
        return replace(number, value=counted, numerator=counted, people=None)
    whole = 10.0 * round(number.denominator / 10)
    bounds = wilson(min(counted, whole), whole)
    return replace(
        number,
        value=min(counted, whole) / whole if whole else None,
        numerator=min(counted, whole),
        denominator=whole,
        low=bounds.low if bounds else None,
        high=bounds.high if bounds else None,
        people=None,
    )


def _hundredths(share: float | None) -> float | None:
    return None if share is None else round(share, 2)


def _two_digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.2g}")


def may_filter(matching: int, whole: int, minimum_people: int = MINIMUM_PEOPLE) -> bool:
    """Say whether a filter leaves enough people on either side of it: all, or k in and k out."""
    others = whole - matching
    return matching >= minimum_people and (others == 0 or others >= minimum_people)


def series(values: Sequence[Measurement]) -> tuple[float | None, ...]:
    """Return the values of numbers over time, None where nothing may be shown."""
    return tuple(number.value if number.is_measured else None for number in values)

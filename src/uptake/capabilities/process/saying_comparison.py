"""What before and after say: of hands, of every measure, of what else moved, and what to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from uptake.capabilities.process.case_measures import BETWEEN
from uptake.capabilities.process.compared import Comparison, MeasureRow, Unit
from uptake.capabilities.process.wording import LEVELS, span
from uptake.ui.words import amount, count, listed, plural

HANDS = frozenset(
    f"{kind}_{key}" for key in BETWEEN.values() for kind in ("different", "handovers")
)
"""Measures of whose hands a case passes through."""

NO_CAUSE = "That two groups differ does not say why."


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure before and after, in words; ``change`` with its interval."""

    name: str
    before: str
    after: str
    change: str
    interval: str
    is_sure: bool


def measure_lines(found: Comparison | None) -> list[MeasureLine]:
    """Return what was asked about, before beside after."""
    return [_measure_line(row) for row in found.measures] if found else []


def _measure_line(row: MeasureRow) -> MeasureLine:
    shift, is_time = row.shift, row.unit is Unit.SECONDS
    before = shift.reference.median if is_time else shift.reference.mean
    after = shift.other.median if is_time else shift.other.mean
    between = None if _is_nought(row) else row.limits
    told = partial(_told, unit=row.unit)
    return MeasureLine(
        name=row.name,
        before=told(before),
        after=told(after),
        change="none" if _is_nought(row) else told(row.change, sign=True),
        interval=f"{told(between.low, sign=True)} to {told(between.high, sign=True)}"
        if between
        else "",
        is_sure=row.is_sure,
    )


def _told(value: float | None, *, unit: Unit, sign: bool = False) -> str:
    if value is None:
        return "\N{EN DASH}"
    way = "+" if sign and round(value, 4) > 0 else ""
    if unit is Unit.SECONDS:
        return way + span(value)
    if unit is Unit.SHARE:
        return f"{way}{value * 100:.0f}\u202f{'points' if sign else '%'}"
    return f"{way}{round(value, 2) + 0.0:.2f}"  # what rounds to nought has no sign


def comparison_sentence(found: Comparison | None) -> str:
    """Return what changed most surely, or that nothing did by more than chance."""
    if found is None or not found.measures:
        return "Before and after cannot be set beside each other yet."
    sure = [row for row in found.measures if row.is_sure]
    if all(row.limits is None or _is_nought(row) for row in found.measures):
        return f"What changed cannot be told from chance: {_too_few(found)}."
    if not sure:
        return "Nothing that was asked about changed by more than chance."
    return min(sure, key=lambda row: row.shift.p_value or 1.0).sentence


def hands_sentence(found: Comparison) -> str:
    """Return whether cases pass through fewer or more hands; empty where nobody is named."""
    rows = [row for row in found.measures if row.key in HANDS and not _is_nought(row)]
    if not rows:
        return ""
    if all(row.limits is None for row in rows):
        return (
            "Whether cases pass through fewer or more hands cannot be said beyond chance: "
            f"{_too_few(found)}."
        )
    sure = [f"{_way(row)} {row.name}{_by(row)}" for row in rows if row.is_sure]
    open_ = [row.name for row in rows if not row.is_sure]
    if not sure:
        return f"Neither fewer nor more hands beyond chance: {listed(open_, limit=9)}."
    rest = f"; {listed(open_, limit=9)}: within chance" if open_ else ""
    return f"A case after goes with {listed(sure, limit=9)}{rest}."


def _too_few(found: Comparison) -> str:
    return f"fewer than ten {LEVELS[found.teams][1]}" if found.teams else "no team is named"


def _is_nought(row: MeasureRow) -> bool:
    """Whether it is the same in every case, which tells nothing."""
    limits = row.limits
    return row.change == 0 and (limits is None or limits.low == limits.high == 0)


def _way(row: MeasureRow) -> str:
    return "fewer" if (row.change or 0) < 0 else "more"


def _by(row: MeasureRow) -> str:
    limits = row.limits
    if limits is None or row.change is None:
        return ""
    low, high = sorted((abs(limits.low), abs(limits.high)))
    by, low, high = (round(value, 2) for value in (abs(row.change), low, high))
    return f" (by {amount(by)} a case, 95 % interval {amount(low)} to {amount(high)})"


def moved_sentence(found: Comparison) -> str:
    """Return how many measures moved that nobody asked about."""
    if not found.tried:
        return "No measure that nobody asked about could be compared by team."
    tried = f"{plural(found.tried, 'measure')} that nobody asked about"
    if not found.neighbours:
        return f"None of {tried} moved by more than chance."
    return (
        f"Of {tried}, {count(len(found.neighbours))} moved by more than chance; of such, about one "
        "in ten is a false alarm."
    )


def to_know(found: Comparison) -> Iterator[str]:
    """What makes cases alike, whose hang together, and which are left out of what."""
    if found.mix:
        yield (
            f"Cases after are weighted so that they are alike in {', '.join(found.mix)} with those "
            "before."
        )
        left = int(found.covered.denominator - found.covered.numerator)
        if left:
            yield f"{plural(left, 'case')} before {_are(left)} of a kind that there is not after."
    if found.teams:
        one, many = LEVELS[found.teams]
        yield (
            f"Cases of one {one} hang together: intervals take {count(found.team_count)} {many} "
            "as what could have come out otherwise."
        )
    if found.straddling:
        many_cases = plural(found.straddling, "case")
        yield f"{many_cases} began before and ended after; they count as before."
    if found.unripe:
        many_cases = plural(found.unripe, "case")
        yield f"{many_cases} began too late to have ended and count for durations alone."


def _are(many: int) -> str:
    return "is" if many == 1 else "are"

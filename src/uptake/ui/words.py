"""Numbers, dates and counts in words: units with every number, no more digits than it earns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

NARROW_SPACE = "\u202f"


def count(number: float) -> str:
    """Return a whole number with separators: 119,998."""
    return f"{number:,.0f}"


def percent(share: float) -> str:
    """Return a share between 0 and 1 as whole percent, never rounded to none or all."""
    if 0 < share < 0.005:
        return f"<1{NARROW_SPACE}%"
    if 0.995 <= share < 1:
        return f">99{NARROW_SPACE}%"
    return f"{share * 100:.0f}{NARROW_SPACE}%"


def interval(low: float, high: float) -> str:
    """Return a 95 % interval of a share as "62 to 81 %"."""
    return f"{low * 100:.0f} to {high * 100:.0f}{NARROW_SPACE}%"


def percent_within(share: float, low: float, high: float) -> str:
    """Return a share with its limits: "73 %, 62 to 81 %"; of narrow ones "5.0 %, 4.7 to 5.3 %"."""
    digits = next((places for places in range(4) if (high - low) * 100 >= 0.1**places), 4)
    if not digits:
        return f"{percent(share)}, {interval(low, high)}"
    while 0 < share < 1 and round(share * 100, digits) in (0, 100) and digits < 4:
        digits += 1
    value, least, most = (_hundredths(part, digits) for part in (share, low, high))
    return f"{value}{NARROW_SPACE}%, {least} to {most}{NARROW_SPACE}%"


def _hundredths(share: float, digits: int) -> str:
    return f"{share * 100:.{digits if 0 < share < 1 else 0}f}"


def amount(value: float) -> str:
    """Return a plain number with as many digits as help: 1,204; 12; 3.4; 0.12."""
    if abs(value) >= 10 or value == int(value):
        return f"{value:,.0f}"
    if abs(value) >= 1:
        return f"{value:.1f}"
    return f"{value:.2f}"


def plural(number: float, one: str, many: str | None = None) -> str:
    """Return "1 person" or "1,204 people"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def people(number: float) -> str:
    """Return "1 person" or "61 people"."""
    return plural(number, "person", "people")


def day(moment: date) -> str:
    """Return a date as "Fri 13 May 2016"."""
    return f"{moment:%a} {moment.day} {moment:%b %Y}"


def short_day(moment: date) -> str:
    """Return a date as "13 May 2016"."""
    return f"{moment.day} {moment:%b %Y}"


def listed(items: Sequence[str], *, limit: int = 4, last: str = "and") -> str:
    """Return "A, B and C", or the first few "and 7 more"; ``last`` stands before the last."""
    if len(items) > limit:
        return f"{', '.join(items[:limit])} and {len(items) - limit} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"

"""How the numbers of a behaviour came about."""

from __future__ import annotations

from uptake.metrics.measurement import Measurement
from uptake.ui import words
from uptake.ui.document import Explanation
from uptake.ui.measured import interval_text, of_text, value_text

_OPEN = (
    "Periods whose deadline and grace are not over are open and count for nothing; people who do "
    "not work in a period are exempt from it."
)

FORMULAS = {
    "met": (
        "People",
        "How often was it met by those for whom it was due?",
        "people-periods that met it \N{DIVISION SIGN} people-periods in which it was due",
    ),
    "quantity": (
        "Quantity",
        "How much of what was asked for was done well?",
        "sum of min(good ones, asked) \N{DIVISION SIGN} sum of asked",
    ),
    "quality": (
        "Quality",
        "How much of what was done was good?",
        "good ones \N{DIVISION SIGN} all that were done, artificial records left out",
    ),
}


def explanation(number: Measurement) -> Explanation:
    """Return how a roll-up came about."""
    name, question, formula = FORMULAS[number.key]
    told = interval_text(number)
    window = f"{words.day(number.window.first)} to {words.day(number.window.last)}"
    return Explanation(
        name=name,
        question=question,
        formula=formula,
        numerator="" if number.numerator is None else words.amount(number.numerator),
        denominator="" if number.denominator is None else words.amount(number.denominator),
        result=f"{value_text(number)} {of_text(number)}{f' ({told}, Wilson 95 %)' if told else ''}",
        window=f"{window}, the newest four closed periods",
        caution=f"{number.reason}. {_OPEN}" if number.reason else _OPEN,
    )

"""How a number came about: formula, parts, interval, window, settings, and what makes it wrong."""

from __future__ import annotations

from uptake.capabilities.measure.privacy import COARSE_BELOW
from uptake.capabilities.measure.views import Basis, HowView
from uptake.foundation.errors import NotFound
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import WINDOW_DAYS, Measurement, Unit
from uptake.ui import words

NOT_YOUR_ROWS = (
    "The rows behind it are what single people did. Everybody sees their own under My adoption; "
    "others see groups, unless the workspace has a policy for named views."
)

LISTS = (
    "It is wrong where the list of people is: who left and is still listed counts as idle, who is "
    "missing from the list does not count."
)
PROFILES = "It is wrong where the wrong actions count as use: see the expected profile."
GROUPS = (
    "Groups of fewer than {} people are hidden, and numbers about fewer than {} people are rounded."
)


def explain(key: str, number: Measurement | None, basis: Basis) -> HowView:
    """Return how the number of a metric came about.

    Raises:
        NotFound: there is no such metric.
    """
    metric = catalogue.get(key)
    if metric is None:
        raise NotFound(f"There is no metric {key!r}; choose one from the list.")
    return HowView(
        key=key,
        name=metric.name,
        question=metric.question,
        formula=metric.formula,
        numerator=_part(metric.numerator, number.numerator if number else None),
        denominator=_part(metric.denominator, number.denominator if number else None),
        unit=metric.unit.value,
        interval=_interval(number),
        window=_window(metric.window, number),
        method=metric.method,
        needs=metric.needs,
        caveats=_caveats(metric.not_measurable_when, number, basis),
        rows=NOT_YOUR_ROWS,
        number=number,
        basis=basis,
    )


def _part(text: str, value: float | None) -> str:
    return text if value is None else f"{words.amount(value)} {text}"


def _interval(number: Measurement | None) -> str:
    if number is None or number.low is None or number.high is None:
        return "no interval is given"
    if number.unit is Unit.SHARE:
        return f"{words.interval(number.low, number.high)} (95 %)"
    return f"{words.amount(number.low)} to {words.amount(number.high)} (95 %)"


def _window(text: str, number: Measurement | None) -> str:
    if number is None:
        return text
    window = number.window
    usual = f"{WINDOW_DAYS} days"
    told = words.plural(window.days, "day") if text == usual else text
    return f"{words.day(window.first)} to {words.day(window.last)} ({told})"


def _caveats(missing: str, number: Measurement | None, basis: Basis) -> tuple[str, ...]:
    found = [f"It cannot be measured when this holds: {missing}."]
    if number is not None and number.reason:
        found.append(f"About this number: {number.reason}.")
    found += [LISTS, PROFILES, GROUPS.format(basis.minimum_people, COARSE_BELOW)]
    if not basis.is_current:
        found.append("Newer data has arrived and is being computed.")
    return tuple(found)

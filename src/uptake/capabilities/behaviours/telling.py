"""A definition in plain words: one sentence, and the facts behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uptake.capabilities.behaviours.definition import (
    PERIOD_WORDS,
    RAMP_PERIODS,
    Definition,
    due_words,
)
from uptake.capabilities.behaviours.figures import BehaviourFigures
from uptake.capabilities.behaviours.forms import COUNTERS
from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.metrics.measurement import Measurement
from uptake.ui import words
from uptake.ui.measured import interval_text


def amount_words(definition: Definition) -> str:
    """Return how many: "3 a week", "every opportunity"."""
    if definition.every_opportunity:
        return "every opportunity"
    if definition.every_object:
        return f"each existing {definition.object_type or 'object'}"
    if definition.amount is None:
        return "no number yet"
    if definition.is_once:
        return f"{definition.amount} by then"
    return f"{definition.amount} a {PERIOD_WORDS.get(definition.cadence, 'period')}"


def sentence(behaviour: Behaviour, definition: Definition, figures: BehaviourFigures | None) -> str:
    """Return how it stands: "61 of 84 people met it in the week to ... (73 %, 62-81)."."""
    number = figures.latest if figures else None
    if figures is not None and figures.progress is not None and figures.progress.is_measured:
        return _once(behaviour, definition, figures.progress)
    if figures is None or number is None or not number.is_measured or number.value is None:
        return behaviour.name
    period = PERIOD_WORDS.get(definition.cadence, "period")
    told = words.percent(number.value)
    if number.numerator is not None and number.denominator is not None:
        counts = f"{words.count(number.numerator)} of {words.people(number.denominator)}"
        told = f"{counts} met it ({told}, {interval_text(number)})"
    else:
        told = f"About {told} of the people met it"
    ended = words.day(number.window.last)
    before = figures.before
    change = ""
    if before is not None and before.is_measured and before.value is not None:
        change = f" Before it was asked: {words.percent(before.value)}."
    return f"{told} in the {period} to {ended}.{change}"


def _once(behaviour: Behaviour, definition: Definition, done: Measurement) -> str:
    """How much of what is asked once is done."""
    told = words.percent(done.value or 0.0)
    if done.numerator is not None and done.denominator is not None:
        told = f"{words.count(done.numerator)} of {words.count(done.denominator)} done ({told})"
    else:
        told = f"About {told} done"
    return f"{behaviour.name}: {told}, asked {due_words(definition)}."


def list_sentence(behaviours: Sequence[Behaviour], *, of_part: bool = False) -> str:
    """Return how many are asked for, and how many are being written.

    ``of_part``: the reader sees those of one account or team, and not what is asked of everybody.
    """
    live = sum(each.is_live for each in behaviours)
    drafts = sum(each.status == Status.DRAFT for each in behaviours)
    if not behaviours and of_part:
        return "Nothing is asked of your people alone."
    if not behaviours:
        return "Nobody has written down yet what exactly people shall do."
    asked = words.plural(live, "behaviour is", "behaviours are")
    return f"{asked} asked for" + (
        f", {words.plural(drafts, 'draft is', 'drafts are')} being written." if drafts else "."
    )


def facts(definition: Definition) -> list[tuple[str, str]]:
    """Return what is asked as facts, only those that were said."""
    return [(name, text) for name, text in _facts(definition) if text]


def _facts(definition: Definition) -> Iterator[tuple[str, str]]:
    yield "Who", definition.population or "Everybody"
    yield "What shows it", _what(definition)
    yield "A good one", good_words(definition)
    yield "How many", _many(definition)
    yield "By when", _when(definition)
    yield "Why", definition.reason
    yield "Who depends on it", definition.depends_on
    yield "Outcome it serves", definition.outcome
    yield "What must not get worse", words.listed(counters(definition))
    yield "Looked at again", words.day(definition.review_on) if definition.review_on else ""


def counters(definition: Definition) -> list[str]:
    """Return what must not get worse, in words."""
    known = dict(COUNTERS)
    return [known.get(name, name).lower() for name in definition.counters]


def _what(definition: Definition) -> str:
    said = words.listed(list(definition.actions))
    where = " in ".join(part for part in (definition.module, definition.product) if part)
    on = f" on {definition.object_type}" if definition.object_type else ""
    only = ", ".join(f"{name} is {value}" for name, value in definition.properties)
    found = f"{said}{on}{f' in {where}' if where else ''}{f', where {only}' if only else ''}"
    if definition.every_opportunity and definition.answer_actions:
        return f"{found}, followed by {words.listed(list(definition.answer_actions))}"
    return found


def good_words(definition: Definition) -> str:
    """Return what a good one is."""
    parts = []
    if definition.right_first_time:
        parts.append("right at the first attempt")
    if definition.within_hours is not None:
        parts.append(f"entered within {words.plural(definition.within_hours, 'hour')}")
    if definition.filled_in:
        parts.append(f"{words.listed(list(definition.filled_in))} filled in")
    return ", ".join(parts)


def _many(definition: Definition) -> str:
    said = amount_words(definition)
    if definition.ramp:
        steps = ", then ".join(map(str, definition.ramp))
        said += f"; at first {steps}, each for {RAMP_PERIODS} periods"
    if definition.threshold < 1:
        said += f"; met from {words.percent(definition.threshold)} of it"
    return said


def _when(definition: Definition) -> str:
    if definition.at is None and not definition.every_opportunity:
        return ""
    grace = words.plural(definition.grace_hours, "hour")
    return due_words(definition) + (f", {grace} of grace" if definition.grace_hours else "")

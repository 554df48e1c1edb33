"""Is it clear what is asked? Specific, measurable, achievable, relevant, time-bound.

"Use the system" asks for nothing that anybody could do, see or finish. Each rule says in plain
words what is missing and how to mend it. Methods section 2 (schema of a behaviour, achievability),
requirement rows C1 and C2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

VAGUE_VERBS = (
    "use", "utilise", "utilize", "adopt", "embrace", "leverage", "engage with", "work with",
    "be aware of", "understand", "get familiar with", "familiarise", "familiarize", "support",
    "improve", "optimise", "optimize", "ensure", "try", "try to", "consider", "be active in",
)  # fmt: skip
"""Verbs that nobody can see somebody do once."""

VAGUE_WORDS = (
    "regularly", "often", "frequently", "properly", "appropriately", "more", "better", "as needed",
    "when possible", "if possible", "asap", "soon", "timely", "in a timely manner", "consistently",
    "correctly", "sufficiently", "as soon as possible",
)  # fmt: skip
"""Words that stand where a number, a deadline or a rule of quality should."""

BEST_TENTH = 0.9


class Gravity(StrEnum):
    """Whether a definition may go live with this finding."""

    REFUSED = "refused"
    WARNED = "warned"


class Part(StrEnum):
    """The part of a definition that a finding is about."""

    STATEMENT = "statement"
    POPULATION = "population"
    AMOUNT = "amount"
    DEADLINE = "deadline"
    QUALITY = "quality"
    TARGET = "target"
    OUTCOME = "outcome"
    COUNTER_METRIC = "counter_metric"
    OWNER = "owner"
    REVIEW = "review"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is unclear, and the sentence that says how to mend it."""

    part: Part
    gravity: Gravity
    sentence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the linter looks at of a definition.

    ``people``: how many are in the population today, None unknown. ``amount``: records in a period,
    None when every opportunity counts (``every_opportunity``) or when it is missing. ``reached``:
    what each person attained lately in records a period; ``ramp``: whether the target rises in
    steps.
    """

    statement: str
    people: int | None = None
    amount: int | None = None
    every_opportunity: bool = False
    has_action: bool = False
    has_deadline: bool = False
    has_quality: bool = False
    outcome: str = ""
    reason: str = ""
    counter_metrics: int = 0
    owner: str = ""
    has_review: bool = False
    ramp: bool = False
    reached: Sequence[float] = ()


def lint(asked: Asked) -> tuple[Finding, ...]:
    """Say everything that keeps people from knowing what exactly is wanted of them."""
    return (
        *_words(asked.statement),
        *_who(asked),
        *_how_much(asked),
        *_how_well(asked),
        *_why(asked),
        *_looked_after(asked),
    )


def may_go_live(findings: Sequence[Finding]) -> bool:
    """Say whether nothing was refused."""
    return all(finding.gravity is not Gravity.REFUSED for finding in findings)


def best_tenth(reached: npt.ArrayLike) -> float | None:
    """What the best tenth of people reach today, at least: the 90th percentile; None of nobody."""
    values = np.asarray(reached, dtype=float)
    values = values[~np.isnan(values)]
    return float(np.quantile(values, BEST_TENTH, method="lower")) if len(values) else None


def _words(statement: str) -> Iterator[Finding]:
    text = statement.strip().casefold()
    if not text:
        yield _refused(Part.STATEMENT, "Say in one sentence what somebody shall do.")
        return
    verb = next((v for v in _longest_first(VAGUE_VERBS) if re.match(rf"{v}\b", text)), None)
    if verb:
        yield _refused(
            Part.STATEMENT,
            f"“{verb}” is not something one can see somebody do: name the act and what it is done "
            "to, for example “log each customer call in Activities”.",
        )
    found = [w for w in _longest_first(VAGUE_WORDS) if re.search(rf"\b{re.escape(w)}\b", text)]
    for word in (w for w in found if not any(w in longer for longer in found if w != longer)):
        yield _warned(
            Part.STATEMENT,
            f"“{word}” means something else to everybody: put a number, a time or a rule instead.",
        )


def _longest_first(phrases: Sequence[str]) -> list[str]:
    return sorted(phrases, key=len, reverse=True)


def _who(asked: Asked) -> Iterator[Finding]:
    if asked.people == 0:
        yield _refused(Part.POPULATION, "Nobody is in this population: choose who is asked.")
    if not asked.has_action:
        yield _refused(
            Part.STATEMENT,
            "Choose the module and action in the data that show that it was done; otherwise nobody "
            "can tell.",
        )


def _how_much(asked: Asked) -> Iterator[Finding]:
    if not asked.every_opportunity and not asked.amount:
        yield _refused(Part.AMOUNT, "Say how many in a period, or that every opportunity counts.")
    if not asked.has_deadline:
        yield _refused(Part.DEADLINE, "Say by when, to the hour, for example Friday 13:00.")
    best = best_tenth(asked.reached)
    if asked.amount and best is not None and asked.amount > best and not asked.ramp:
        yield _warned(
            Part.TARGET,
            f"{asked.amount} a period is more than the best tenth of these people reach today "
            f"({best:g}): lower it, or let it rise in steps.",
        )


def _how_well(asked: Asked) -> Iterator[Finding]:
    if not asked.has_quality:
        yield _refused(
            Part.QUALITY,
            "Say what a good one looks like, for example fields that must be filled in: a number "
            "alone is met with empty records.",
        )
    if not asked.counter_metrics:
        yield _refused(
            Part.COUNTER_METRIC,
            "Name what must not get worse meanwhile, for example duplicates or edits within a day.",
        )


def _why(asked: Asked) -> Iterator[Finding]:
    if not asked.reason.strip():
        yield _refused(
            Part.REASON, "Say why it matters and who depends on it: people read it in their week."
        )
    if not asked.outcome.strip():
        yield _warned(
            Part.OUTCOME, "Link the outcome it shall serve; without one nobody can say it paid."
        )


def _looked_after(asked: Asked) -> Iterator[Finding]:
    if not asked.owner.strip():
        yield _refused(Part.OWNER, "Name who answers questions about it.")
    if not asked.has_review:
        yield _warned(Part.REVIEW, "Set a day on which it is looked at again, changed or ended.")


def _refused(part: Part, sentence: str) -> Finding:
    return Finding(part, Gravity.REFUSED, sentence)


def _warned(part: Part, sentence: str) -> Finding:
    return Finding(part, Gravity.WARNED, sentence)

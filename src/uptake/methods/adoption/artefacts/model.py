"""What a detector says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ArtefactKind(StrEnum):
    """What kind of artefact it is."""

    CUT_AT_START = "cut_at_start"
    CUT_AT_END = "cut_at_end"
    PARTIAL_PERIOD = "partial_period"
    THINNING_TAIL = "thinning_tail"
    OPENING_DATE_SAMPLING = "opening_date_sampling"
    BURST_STAMPS = "burst_stamps"
    MIDNIGHT_STAMPS = "midnight_stamps"
    ROUNDED_STAMPS = "rounded_stamps"
    AUTOMATED_PERSON = "automated_person"
    SHARED_ACCOUNT = "shared_account"
    GIANT_PERSON = "giant_person"


class Certainty(StrEnum):
    """How sure a detector is; ``POSSIBLE`` asks a question, it never excuses or accuses."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days that is."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Figure:
    """One number behind an artefact, with the words for it and its unit."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Artefact:
    """One artefact: what it is, how sure, the numbers, what it touches, what to do.

    ``people`` are the values of the person column it concerns; ``spans`` are days not to be judged.
    """

    kind: ArtefactKind
    certainty: Certainty
    sentence: str
    advice: str
    evidence: tuple[Figure, ...]
    spans: tuple[Span, ...] = ()
    people: tuple[int | str, ...] = ()


def trusted_window(window: Span, artefacts: Sequence[Artefact]) -> Span | None:
    """The longest stretch of ``window`` that no certain or likely artefact touches.

    None when nothing is left. Artefacts that are only possible take nothing away.
    """
    touched = sorted(
        (span.first, span.last)
        for artefact in artefacts
        if artefact.certainty is not Certainty.POSSIBLE
        for span in artefact.spans
    )
    best: Span | None = None
    start = window.first
    for first, last in [*touched, (window.last + timedelta(days=1), window.last)]:
        free = Span(start, min(first - timedelta(days=1), window.last))
        if free.days > (best.days if best else 0):
            best = free
        start = max(start, last + timedelta(days=1))
    return best

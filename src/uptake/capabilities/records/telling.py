"""Standards in plain words: how they stand, and whose move it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.records.models import (
    DataStandard,
    Judgement,
    Outcome,
    StandardVersion,
    Status,
)
from uptake.methods.statistics.proportions import Share
from uptake.ui import words


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard as the list shows it."""

    standard: DataStandard
    version: StandardVersion | None
    judgement: Judgement | None

    @property
    def share(self) -> Share | None:
        """Fit records of those judged; None where nothing may be said."""
        found = self.judgement
        if found is None or found.judged is None or found.fit is None or not found.judged:
            return None
        return Share(found.fit, found.judged)

    @property
    def state(self) -> tuple[str, str]:
        """The state as a word, and under which class it is drawn."""
        if self.standard.status == Status.ENDED:
            return "Ended", "plain"
        if self.judgement is None:
            return ("Being judged" if self.version else "Waits for records"), "plain"
        if self.judgement.outcome != Outcome.JUDGED:
            return self.judgement.get_outcome_display(), "plain"
        if self.judgement.is_met is None:
            return "Proposed", "plain"
        return ("Met", "met") if self.judgement.is_met else ("Missed", "missed")


def row_of(standard: DataStandard) -> StandardRow:
    """Return a standard with its newest version and what was judged, as they were fetched."""
    versions = list(standard.versions.all())
    newest = versions[-1] if versions else None
    judgements = [getattr(version, "judgement", None) for version in reversed(versions)]
    judged = next((found for found in judgements if found is not None), None)
    return StandardRow(standard, newest, judged)


def list_sentence(rows: Sequence[StandardRow], *, of_part: bool = False) -> str:
    """Return how many standards are met and which is missed most.

    ``of_part``: the reader sees those of one account, and not those of all.
    """
    if not rows and of_part:
        return "No data standard is about your records alone."
    if not rows:
        return "Nobody has written down yet what a good record is."
    agreed = [row for row in rows if row.standard.status == Status.AGREED]
    if not agreed:
        proposed = words.plural(len(rows), "standard is", "standards are")
        return f"{proposed} written down, and nobody agreed on one yet."
    met = sum(bool(row.judgement and row.judgement.is_met) for row in agreed)
    told = f"{met} of {words.plural(len(agreed), 'agreed data standard')} {_is(met)} met."
    missed = [row for row in agreed if row.judgement and row.judgement.is_met is False]
    worst = min(missed, key=_value, default=None)
    if worst is None or worst.share is None:
        return told
    who = worst.standard.answers or "its owner"
    share = words.percent(worst.share.value or 0.0)
    return f"{told} {worst.standard.name} is furthest off, with {share} fit for use: {who}'s move."


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _value(row: StandardRow) -> float:
    share = row.share
    return 1.0 if share is None or share.value is None else share.value


def waiting_sentence(row: StandardRow, *, may_bring: bool = True) -> str:
    """Return what a page without figures says; ``may_bring``: whether who looks may bring files."""
    if row.judgement is not None:
        return row.judgement.problem or "Nothing was judged."
    if row.standard.is_of_events:
        return "Its records come as events; they are judged within a minute."
    if not may_bring and not row.standard.deliveries.exists():
        return "No file of records was brought yet; whoever runs imports here can bring one."
    if row.version is None and not row.standard.deliveries.exists():
        return "Deliver a file of records: a standard is proposed from it, and they are judged."
    return "The records are being judged; look again in a minute."

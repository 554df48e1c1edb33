"""The head of a report: the sentence, what qualifies it, the facts, and what to know first."""

from __future__ import annotations

from uptake.capabilities.measure.picture import AdoptionPicture, Caution, Source
from uptake.capabilities.measure.sections.numbers import said, when
from uptake.metrics.measurement import MINIMUM_PEOPLE, Measurement, MeasurementState
from uptake.ui import words
from uptake.ui.document import Block, Fact, Notice, Paragraph, Section, Tone


def headline(picture: AdoptionPicture) -> str:
    """Return how many people are active, of how many, with the interval."""
    active = picture.active
    if active.value is None or active.numerator is None or active.denominator is None:
        return _without_number(picture)
    window = picture.basis.window
    share = words.percent(active.value)
    return (
        f"{words.count(active.numerator)} of {words.people(active.denominator)} "
        f"({share}, {_range(active)}) worked in this system in the {window.days} days "
        f"to {when(picture.source, window.last)}."
    )


def _without_number(picture: AdoptionPicture) -> str:
    people = picture.summary.people
    if picture.active.state is MeasurementState.SUPPRESSED:
        verb = "appears" if people == 1 else "appear"
        return (
            f"Only {words.people(people)} {verb} in this data: below {MINIMUM_PEOPLE} people "
            "nothing is shown about how anybody works."
        )
    return f"How many people are active cannot be said: {picture.active.reason}."


def _range(number: Measurement) -> str:
    return f"{(number.low or 0.0) * 100:.0f} to {(number.high or 1.0) * 100:.0f}"


def support(picture: AdoptionPicture) -> str:
    """Return what the data covers and how much of it can be judged."""
    summary = picture.summary
    groups = f" in {words.plural(summary.groups, 'group')}" if summary.groups else ""
    covers = (
        f"The data holds {words.plural(summary.events, 'event')} by "
        f"{words.people(summary.people)}{groups}, from {when(picture.source, summary.first)} "
        f"to {when(picture.source, summary.last)}."
    )
    return f"{covers} {_judged(picture)}".strip()


def facts(picture: AdoptionPicture) -> tuple[Fact, ...]:
    """Return the short facts under the sentence."""
    summary, trusted = picture.summary, picture.basis.trusted
    listed = [
        Fact("Events", words.count(summary.events)),
        Fact("People", words.count(summary.people)),
        Fact("Groups", words.count(summary.groups) if summary.groups else "none mapped"),
        Fact(
            "Covers",
            f"{when(picture.source, summary.first)} to {when(picture.source, summary.last)}",
        ),
        Fact(
            "Judged",
            f"{when(picture.source, trusted.first)} to {when(picture.source, trusted.last)}",
        ),
    ]
    if summary.rejected:
        listed.append(Fact("Rows not usable", words.count(summary.rejected)))
    return tuple(listed)


def first_things(picture: AdoptionPicture) -> Section | None:
    """Return the warnings a reader must know before believing a number."""
    blocks: list[Block] = [_notice(picture.source, warning) for warning in picture.warnings]
    if picture.source.simulated:
        blocks.insert(0, Notice("Simulated data", "No real person or company is behind it."))
    if picture.summary.rejected:
        blocks.append(_rejected(picture))
    blocks += [Paragraph(note, Tone.QUIET) for note in picture.source.notes]
    return Section("know-first", "What to know first", tuple(blocks)) if blocks else None


def _judged(picture: AdoptionPicture) -> str:
    summary, trusted = picture.summary, picture.basis.trusted
    whole = trusted.first <= summary.first.date() and trusted.last >= summary.last.date()
    if whole:
        return ""
    first, last = when(picture.source, trusted.first), when(picture.source, trusted.last)
    return (
        f"Only {first} to {last} is judged: outside it the data shows how it was extracted, not "
        "what people did."
    )


def _notice(source: Source, warning: Caution) -> Notice:
    text = said(source, f"{warning.sentence} {warning.consequence}")
    return Notice(warning.title, text, said(source, f"{warning.advice} {warning.evidence}"))


def _rejected(picture: AdoptionPicture) -> Notice:
    reasons = [f"{words.count(n)} {reason}" for reason, n in picture.source.reasons]
    why = f" Reasons: {words.listed(reasons)}." if reasons else ""
    rejected, rows = picture.summary.rejected, picture.source.rows
    return Notice(
        f"{words.plural(rejected, 'row')} of {words.count(rows)} could not be used",
        f"They are left out of every number.{why} The rejects file lists each with its line.",
        tone=Tone.QUIET,
    )

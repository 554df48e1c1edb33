"""What was found, what cannot be said, and how every number was computed."""

from __future__ import annotations

from uptake.capabilities.measure.picture import AdoptionPicture, FoundThing, Source
from uptake.capabilities.measure.sections.numbers import basis_text, said, value_text, when
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Measurement, Window
from uptake.ui import words
from uptake.ui.document import (
    Block,
    Column,
    Explanation,
    Explanations,
    Finding,
    Findings,
    Paragraph,
    Section,
    Tone,
    text_table,
)


def findings_section(picture: AdoptionPicture) -> Section:
    """Return the findings, the one that touches the largest share first."""
    found = tuple(_finding(picture.source, thing) for thing in picture.findings)
    heading = _heading(len(found))
    nothing = Paragraph("Nothing stands out in this data.")
    return Section("findings", heading, (Findings(found) if found else nothing,))


def gaps_section(picture: AdoptionPicture) -> Section:
    """Return the questions this data cannot answer and what would answer each."""
    columns = (Column("Question"), Column("What would answer it"))
    rows = [[gap.question, gap.remedy] for gap in picture.gaps]
    table = text_table("Nothing here counts as zero: it is simply not known", columns, rows)
    block: Block = table if rows else Paragraph("Every question of this report could be answered.")
    return Section("gaps", "What cannot be said from this data", (block,))


def method_section(picture: AdoptionPicture) -> Section:
    """Return the basis of the report and the formula behind every number."""
    basis = picture.basis
    window, trusted = _days(picture, basis.window), _days(picture, basis.trusted)
    sentences = (
        (
            f"Active and every other 28-day number look at {window}. Behaviour is judged from "
            f"{trusted}. Days and hours are in {basis.timezone}."
        ),
        basis.profile,
        basis.calendar,
        (
            "Intervals of shares are 95 % Wilson intervals; curves are Kaplan-Meier estimates with "
            "log-log intervals. Groups below five people are not shown, and nobody is named."
        ),
    )
    blocks: list[Block] = [Paragraph(sentence) for sentence in sentences if sentence]
    if picture.source.mapping:
        columns = (Column("Read as"), Column("Column in the file"))
        blocks.append(text_table("How the columns were read", columns, picture.source.mapping))
    overall = [
        number for number in picture.measurements if number.group is None and not number.point
    ]
    explained = tuple(_explanation(picture, number) for number in overall)
    blocks += [
        Explanations(explained),
        Paragraph(f"Settings version {basis.thresholds.version}.", Tone.QUIET),
    ]
    return Section("method", "How this was computed", tuple(blocks))


def _heading(count: int) -> str:
    if not count:
        return "Findings"
    return f"{_number(count)} {'finding' if count == 1 else 'findings'}, largest first"


def _finding(source: Source, thing: FoundThing) -> Finding:
    affected = (
        f"{words.count(thing.size)} of {words.count(thing.whole)} {thing.unit} "
        f"({words.percent(thing.share)})"
    )
    return Finding(said(source, thing.sentence), affected, thing.evidence, thing.next_step)


def _explanation(picture: AdoptionPicture, number: Measurement) -> Explanation:
    metric = catalogue[number.key]
    basis = basis_text(number)
    result = value_text(number) + (f", {basis}" if basis else "")
    window = number.window
    return Explanation(
        name=metric.name,
        question=metric.question,
        formula=metric.formula,
        numerator=_part(metric.numerator, number.numerator),
        denominator=_part(metric.denominator, number.denominator),
        result=result if number.is_measured else f"{value_text(number)}: {number.reason}",
        window=f"{_days(picture, window)}; settings {picture.basis.thresholds.version}",
        caution=metric.not_measurable_when,
    )


def _days(picture: AdoptionPicture, window: Window) -> str:
    return f"{when(picture.source, window.first)} to {when(picture.source, window.last)}"


def _part(meaning: str, number: float | None) -> str:
    if not meaning:
        return ""
    return meaning if number is None else f"{meaning} = {words.amount(number)}"


def _number(count: int) -> str:
    names = ("", "One", "Two", "Three", "Four", "Five")
    return names[count] if count < len(names) else str(count)

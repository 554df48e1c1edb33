"""Before and after as blocks of a report."""

from __future__ import annotations

from uptake.capabilities.process.compared import Comparison, NeighbourRow
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.saying_comparison import (
    NO_CAUSE,
    MeasureLine,
    comparison_sentence,
    hands_sentence,
    measure_lines,
    moved_sentence,
    to_know,
)
from uptake.ui.document import Block, Cell, Column, Notice, Panel, Paragraph, Section, Table, Tone
from uptake.ui.words import count

MOST_NEIGHBOURS = 25

HOW = (
    "Durations: the middle of all differences between a case after and a case before (Hodges and "
    "Lehmann), open cases counted as at least so long. Anything else: the difference of means. "
    "Intervals: teams drawn again a thousand times. Measures that nobody asked about: Benjamini "
    "and Hochberg, one false alarm in ten."
)


def comparison_section(picture: ProcessPicture) -> Section | None:
    """Cases before a day beside those from it on; nothing where nobody named a day."""
    found = picture.comparison
    if found is None:
        return None
    before, after = found.cases
    blocks: list[Block] = [
        Paragraph(
            f"{count(before)} cases {found.before}, {count(after)} {found.after}. "
            f"{comparison_sentence(found)}"
        )
    ]
    blocks += [Paragraph(text) for text in filter(None, [hands_sentence(found)])]
    if found.measures:
        blocks += _measured(found)
    blocks += [
        Notice(f"Not measurable: {gap.what}", f"{gap.why[:1].upper()}{gap.why[1:]}.")
        for gap in found.not_measurable
    ]
    blocks.append(Paragraph(" ".join((*to_know(found), HOW, NO_CAUSE)), Tone.QUIET))
    return Section("before-after", "Before and after", tuple(blocks))


def _measured(found: Comparison) -> list[Block]:
    rows = tuple(map(_cells, measure_lines(found)))
    columns = (
        Column("What"),
        Column("Before", numeric=True),
        Column("After", numeric=True),
        Column("Change", numeric=True),
        Column("95 % interval", numeric=True, extra=True),
    )
    told = tuple(Paragraph(row.sentence) for row in found.measures)
    blocks: list[Block] = [
        Table("Medians of durations, means of anything else", columns, rows),
        Panel("The same in words", told),
        Paragraph(moved_sentence(found)),
    ]
    return [*blocks, *([_moved(found.neighbours)] if found.neighbours else [])]


def _cells(line: MeasureLine) -> tuple[Cell, ...]:
    change = line.change if line.is_sure or not line.interval else f"{line.change}, within chance"
    return (
        Cell(line.name[:1].upper() + line.name[1:]),
        Cell(line.before),
        Cell(line.after),
        Cell(change),
        Cell(line.interval or "\N{EN DASH}"),
    )


def _moved(rows: tuple[NeighbourRow, ...]) -> Table:
    left = len(rows) - MOST_NEIGHBOURS
    more = f"; {left} more are not listed" if left > 0 else ""
    cells = tuple((Cell(row.sentence), Cell(f"{row.rate:.3f}")) for row in rows[:MOST_NEIGHBOURS])
    columns = (Column("What"), Column("Rate of false alarms", numeric=True, extra=True))
    return Table(f"What else moved, the surest first{more}", columns, cells)

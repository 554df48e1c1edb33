"""Drift from the intended role as blocks of a report."""

from __future__ import annotations

from uptake.capabilities.process.drifted import DriftRow
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.saying_drift import (
    DriftLine,
    drift_how,
    drift_lines,
    drift_sentence,
    drift_window,
)
from uptake.capabilities.process.wording import LEVELS
from uptake.ui.document import Block, Cell, Column, Panel, Paragraph, Section, Table, Tone

ROWS = 25


def drift_section(picture: ProcessPicture) -> Section | None:
    """Whether work drifts away from those it is meant for; nothing where it is not measurable."""
    found = picture.drift
    if found is None:
        return None
    blocks: list[Block] = [
        Paragraph(drift_sentence(found)),
        _table("Step", "Each step, done by others than meant", found.steps),
    ]
    for each in found.levels:
        one, many = LEVELS[each.level]
        caption = f"What {many} do that is meant for others"
        blocks.append(Panel(f"By {one}", (_table(one.capitalize(), caption, each.rows),)))
    blocks.append(Paragraph(f"{drift_how(found)} Window: {drift_window(found)}.", Tone.QUIET))
    return Section("drift", "Whether it drifts from the intended roles", tuple(blocks))


def _table(first: str, caption: str, rows: tuple[DriftRow, ...]) -> Table:
    columns = (
        Column(first),
        Column("Before", numeric=True),
        Column("After", numeric=True),
        Column("That is"),
        Column("Work that moved", extra=True),
    )
    cells = tuple(map(_cells, drift_lines(rows[:ROWS])))
    left = len(rows) - ROWS
    more = f"; {left} more are not listed" if left > 0 else ""
    return Table(f"{caption}, those that drift most first{more}", columns, cells)


def _cells(line: DriftLine) -> tuple[Cell, ...]:
    if line.why:
        none = Cell("\N{EN DASH}")
        return Cell(line.name), none, none, Cell(f"Not measurable: {line.why}"), Cell("")
    return (
        Cell(line.name),
        Cell(f"{line.before} ({line.before_of})"),
        Cell(f"{line.after} ({line.after_of})"),
        Cell(line.change),
        Cell(line.moved),
    )

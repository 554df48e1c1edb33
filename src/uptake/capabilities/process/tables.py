"""Tables of a process as pages draw them: ways beside the model, scopes, handovers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.process.clock_times import path_seconds, told, way_seconds
from uptake.capabilities.process.drifting import WHAT as DRIFT
from uptake.capabilities.process.picture import Handing, ProcessPicture, VariantRow
from uptake.capabilities.process.saying_drift import (
    DriftLine,
    drift_how,
    drift_lines,
    drift_sentence,
    drift_window,
)
from uptake.capabilities.process.selection import key_of
from uptake.capabilities.process.viewing import View
from uptake.capabilities.process.wording import LEVELS
from uptake.formats.case_log import Performer
from uptake.methods.process.alignment import Kind, Step

MOST_COLUMNS = 12
MOST_ROWS = 40
MOST_HANDS = 18
MOST_SLOW = 20
NO_WAY = (
    "Nobody has said yet how this work is meant to run; write it down with the role of each step."
)
SHADES = 5
"""Steps of shade of a cell; 0 is none."""


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way in which cases ran. ``query``: the address of its cases; ``steps`` as drawn.

    ``takes``: the median by the clock that is chosen; empty where it is not known.
    """

    row: VariantRow
    key: str
    query: str
    steps: tuple[Step, ...]
    takes: str = ""

    @property
    def width(self) -> float:
        """How long its bar is, in percent."""
        return max(0.5, self.row.share * 100)


def variant_rows(view: View) -> list[WayRow]:
    """Return the ways that enough cases took, the most frequent first."""
    if view.picture is None:
        return []
    rows = []
    for row in view.picture.variants:
        if row.share * 100 < view.asked.least:
            break
        key = key_of(row.activities)
        steps = row.steps
        if steps is None:
            steps = tuple(Step(Kind.TOGETHER, name) for name in row.activities)
        seconds = way_seconds(row, view.clock)
        takes = "" if seconds is None else told(seconds, view.clock)
        rows.append(WayRow(row, key, view.asked.query(variant=key), steps, takes))
    return rows


@dataclass(frozen=True, slots=True)
class SlowPath:
    """A path on which cases spend much time: the median it ``takes``, how many ``times``."""

    source: str
    target: str
    takes: str
    times: int


def slow_paths(view: View) -> list[SlowPath]:
    """Return the paths on which cases spend most time together, by the clock that is chosen."""
    edges = view.picture.edges if view.picture else ()
    timed = [(path_seconds(edge, view.clock) or 0.0, edge) for edge in edges]
    timed = sorted((pair for pair in timed if pair[0]), key=lambda pair: -pair[0] * pair[1].count)
    return [
        SlowPath(edge.source, edge.target, told(seconds, view.clock), edge.count)
        for seconds, edge in timed[:MOST_SLOW]
    ]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A count, and how dark its cell is: 0 to ``SHADES``."""

    count: int
    shade: int
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A performer with their cells; ``facts`` are further numbers."""

    name: str
    cells: tuple[MatrixCell, ...]
    events: int
    effective: float | None = None
    apart: float | None = None
    outside: int | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    """A table of counts; ``left_out`` rows and columns are not drawn."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    left_out_rows: int = 0
    left_out_columns: int = 0


def scope_matrix(view: View) -> Matrix | None:
    """Return which performer does which activity how often."""
    picture = view.picture
    found = next((s for s in picture.scopes if s.level is view.level), None) if picture else None
    if picture is None or found is None or view.level is Performer.RESOURCE:
        return None
    names = [row.name for row in picture.activities]
    columns = tuple(names[:MOST_COLUMNS])
    rows = []
    for row in found.rows[:MOST_ROWS]:
        done = dict(row.done)
        most = max(done.values(), default=1)
        cells = tuple(_cell(done.get(name, 0), most) for name in columns)
        rows.append(
            MatrixRow(row.performer, cells, row.events, row.effective, row.apart, row.outside)
        )
    return Matrix(
        columns, tuple(rows), max(0, len(found.rows) - MOST_ROWS), max(0, len(names) - MOST_COLUMNS)
    )


def handover_matrix(found: Handing) -> Matrix | None:
    """Return who hands to whom how often; what stays with one performer is on the diagonal."""
    if found.level is Performer.RESOURCE:
        return None
    return hands_matrix(found)


def hands_matrix(found: Handing) -> Matrix:
    """Return the same of whoever they are."""
    weight: dict[str, int] = {}
    for pair in found.pairs:
        for name in (pair.source, pair.target):
            weight[name] = weight.get(name, 0) + pair.count
    names = sorted(weight, key=lambda name: -weight[name])
    columns = tuple(names[:MOST_HANDS])
    counts = {(pair.source, pair.target): pair.count for pair in found.pairs}
    most = max((pair.count for pair in found.pairs if pair.is_handover), default=1)
    rows = tuple(
        MatrixRow(name, _hands(name, columns, counts, most), _given(name, found))
        for name in columns
    )
    left_out = max(0, len(names) - MOST_HANDS)
    return Matrix(columns, rows, left_out, left_out)


def _hands(
    name: str, columns: Sequence[str], counts: dict[tuple[str, str], int], most: int
) -> tuple[MatrixCell, ...]:
    return tuple(
        MatrixCell(counts.get((name, other), 0), 0, is_own=True)
        if name == other
        else _cell(counts.get((name, other), 0), most)
        for other in columns
    )


def _given(name: str, found: Handing) -> int:
    return sum(pair.count for pair in found.pairs if pair.is_handover and pair.source == name)


@dataclass(frozen=True, slots=True)
class DriftTables:
    """Whether work drifts from whom it is meant for. ``why``: not measurable, because.

    ``how``: how it came about. ``steps`` and ``lines``: each step, and each performer of the kind
    ``of`` (one, many).
    """

    why: str = ""
    sentence: str = ""
    window: str = ""
    how: str = ""
    steps: tuple[DriftLine, ...] = ()
    of: tuple[str, str] = ("", "")
    lines: tuple[DriftLine, ...] = ()
    left_out: int = 0

    @property
    def has_moved(self) -> bool:
        """Whether the work of any performer moved."""
        return any(line.moved for line in self.lines)


def drift_tables(picture: ProcessPicture, level: Performer) -> DriftTables:
    """Return drift for a kind of performer; for people, that of the first kind above them."""
    found = picture.drift
    if found is None:
        gaps = {gap.what: gap.why for gap in picture.not_measurable}
        return DriftTables(why=gaps.get(DRIFT, NO_WAY))
    order = (level, Performer.GROUP, Performer.ROLE, Performer.ORGANISATION)
    chosen = next((each for one in order if (each := found.of_level(one))), None)
    rows = chosen.rows if chosen else ()
    return DriftTables(
        sentence=drift_sentence(found),
        window=drift_window(found),
        how=drift_how(found),
        steps=drift_lines(found.steps[:MOST_ROWS]),
        of=LEVELS[chosen.level] if chosen else ("", ""),
        lines=drift_lines(rows[:MOST_ROWS]),
        left_out=max(0, len(rows) - MOST_ROWS) + (chosen.left_out if chosen else 0),
    )


def _cell(count: int, most: int) -> MatrixCell:
    if not count:
        return MatrixCell(0, 0)
    return MatrixCell(count, min(SHADES, 1 + int((SHADES - 1) * (count / most) ** 0.5)))

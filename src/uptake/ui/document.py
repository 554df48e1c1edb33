"""A document as blocks of meaning: what is said, not how it is drawn.

The same document is drawn as a page (``ui/html.py``) and as a PDF (``ui/pdf.py``). Every text is
plain; drawing escapes it. Order inside a section: sentence, picture, table, how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from uptake.ui.charts.theme import Spec


class Tone(StrEnum):
    """How much a block asks for attention."""

    PLAIN = "plain"
    QUIET = "quiet"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Interval:
    """A share between 0 and 1 with its 95 % interval, for an interval bar."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know before believing the numbers."""

    heading: str
    text: str
    evidence: str = ""
    tone: Tone = Tone.WARNING


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: its text and, where there is one, a state or a small picture.

    ``shade``: 0 for none to 5 for the most of its table.
    """

    text: str
    state: str = ""
    interval: Interval | None = None
    trend: tuple[float | None, ...] = ()
    shade: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A table column; ``numeric`` columns are set to the right, ``extra`` ones leave on a phone."""

    heading: str
    numeric: bool = False
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns; ``caption`` says what a row is."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A Vega-Lite picture, the same in words, and its numbers as a table."""

    spec: Spec
    summary: str
    table: Table


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture without axes, as SVG for wide and narrow pages, the same in words and as a table.

    ``title`` is its finding, ``subtitle`` says what is drawn. ``printed``: for an upright sheet.
    """

    title: str
    subtitle: str
    wide: str
    narrow: str
    printed: str
    summary: str
    table: Table


class Beside(StrEnum):
    """How a step stands to the intended way."""

    PLAIN = "plain"
    TOGETHER = "together"
    SKIPPED = "skipped"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step, and how it stands to the intended way."""

    label: str
    beside: Beside = Beside.PLAIN


@dataclass(frozen=True, slots=True)
class Trace:
    """One way in which things ran: how often, what is to be said of it, and its steps."""

    heading: str
    told: str
    steps: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class Traces:
    """Ways in which things ran, step by step; ``caption`` says what the marks mean."""

    caption: str
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One number that matters: plain words, its value with "of n", its interval and trend.

    ``missing`` is set instead of a value when it is not measurable, and says what would make it so.
    """

    title: str
    term: str
    value: str = ""
    basis: str = ""
    interval: Interval | None = None
    trend: tuple[float | None, ...] = ()
    trend_label: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """A row of numbers that belong together."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found: one sentence, how many it touches, the evidence and what to look at next."""

    sentence: str
    affected: str
    evidence: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings, the largest first."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one number came about."""

    name: str
    question: str
    formula: str
    numerator: str
    denominator: str
    result: str
    window: str
    caution: str


@dataclass(frozen=True, slots=True)
class Explanations:
    """How the numbers of a document came about."""

    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Blocks that open on demand; a PDF prints them open."""

    heading: str
    blocks: tuple[Block, ...]


Block = (
    Paragraph | Notice | Table | Chart | Drawing | Traces | Cards | Findings | Explanations | Panel
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document with its own heading."""

    anchor: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A short fact for the head of a document."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document: ``sentence`` is its answer, ``support`` what qualifies that answer."""

    title: str
    kicker: str
    sentence: str
    support: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    footer: str


def text_table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table whose cells are text alone."""
    cells = tuple(tuple(Cell(text) for text in row) for row in rows)
    return Table(caption, tuple(columns), cells)

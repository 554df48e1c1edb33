"""How a text table is written: what separates its values, what quotes them, has it a header?"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t", "|")
LINES_LOOKED_AT = 300
QUOTE = '"'

MOST_COLUMNS = 1_000
"""Looking at a column takes time: a table of more is refused before any is looked at."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How values stand in a line; ``aligned`` tables separate them with any number of blanks."""

    separator: str
    escape: str
    has_header: bool
    columns: tuple[str, ...]
    skipped_lines: int = 0
    aligned: bool = False

    @property
    def separator_in_words(self) -> str:
        """The separator as people call it."""
        if self.aligned:
            return "blanks"
        return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}[
            self.separator
        ]


def detect_dialect(text: str) -> Dialect | None:
    """Read the dialect off the first lines of a table; ``None`` if no line holds a value."""
    lines = [line + "\n" for line in text.split("\n", LINES_LOOKED_AT)[:LINES_LOOKED_AT]]
    if not any(line.strip() for line in lines):
        return None
    separator, escape = _separator_and_escape(lines)
    if separator is None:
        return _aligned_dialect(lines) or _dialect(lines, ",", QUOTE)
    return _dialect(lines, separator, escape)


def clean_names(names: list[str]) -> tuple[str, ...]:
    """Give every column a name of its own: blank ones are numbered, repeated ones get a suffix."""
    seen: Counter[str] = Counter()
    clean: dict[str, str] = {}
    for position, raw in enumerate(names, start=1):
        name = free = " ".join(raw.split()) or f"column{position}"
        number = max(seen[name.casefold()], 1)
        while free.casefold() in clean:
            number += 1
            free = f"{name}_{number}"
        seen[name.casefold()] = number
        clean[free.casefold()] = free
    return tuple(clean.values())


def _dialect(lines: list[str], separator: str, escape: str) -> Dialect:
    numbered = _numbered_rows(lines, separator, escape)
    rows = [row for _, row in numbered]
    width = _usual_width(rows)
    first = next((i for i, row in enumerate(rows) if len(row) == width), 0)
    first = 0 if any(len(row) > 1 for row in rows[:first]) else first
    has_header = _looks_like_header(rows[first], rows[first + 1 :])
    names = rows[first] if has_header else [""] * width
    return Dialect(
        separator=separator,
        escape=escape,
        has_header=has_header,
        columns=clean_names(names),
        skipped_lines=numbered[first][0],
    )


def _aligned_dialect(lines: list[str]) -> Dialect | None:
    rows = [line.split() for line in lines if line.strip()]
    width, how_many = Counter(map(len, rows)).most_common(1)[0]
    if width < 2 or how_many < 0.9 * len(rows) or len(rows) < 3:
        return None
    has_header = _looks_like_header(rows[0], rows[1:])
    names = rows[0] if has_header else [""] * width
    return Dialect("\t", QUOTE, has_header, clean_names(names), aligned=True)


def _separator_and_escape(lines: list[str]) -> tuple[str | None, str]:
    best: tuple[float, str | None, str] = (0.0, None, QUOTE)
    escapes = (QUOTE, "\\") if any('\\"' in line for line in lines) else (QUOTE,)
    for separator in SEPARATORS:
        for escape in escapes:
            score = _fit(_rows(lines, separator, escape))
            if score > best[0]:
                best = (score, separator, escape)
    return best[1], best[2]


def _fit(rows: list[list[str]]) -> float:
    """How well rows of one width come out: the share of them, a little better if wide."""
    width = _usual_width(rows)
    if width < 2:
        return 0.0
    return sum(len(row) == width for row in rows) / len(rows) + min(width, 50) / 1000


def _usual_width(rows: list[list[str]]) -> int:
    widths = Counter(len(row) for row in rows)
    return max(widths, key=lambda width: (widths[width] * (width > 1), widths[width]))


def _rows(lines: list[str], separator: str, escape: str) -> list[list[str]]:
    return [row for _, row in _numbered_rows(lines, separator, escape)]


def _numbered_rows(lines: list[str], separator: str, escape: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with how many lines stand above it."""
    reader = csv.reader(
        lines,
        delimiter=separator,
        quotechar=QUOTE,
        doublequote=escape == QUOTE,
        escapechar=None if escape == QUOTE else escape,
    )
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((before, row))
            before = reader.line_num
    except csv.Error:
        return rows or [(0, [""])]
    return rows or [(0, [""])]


NUMBER_OR_DATE = re.compile(r"[-+]?[\d.,/: TZ+-]*\d[\d.,/: TZ+-]*")


def _looks_like_header(first: list[str], rest: list[list[str]]) -> bool:
    """A header names its columns: no numbers or dates, no repeats of values found below it."""
    filled = [value.strip() for value in first if value.strip()]
    if not filled or any(NUMBER_OR_DATE.fullmatch(value) for value in filled):
        return False
    if not rest or len(filled) < len(first) - 1:
        return bool(filled) and len(filled) >= len(first) / 2
    below = [{row[i].strip() for row in rest if i < len(row)} for i in range(len(first))]
    repeated = sum(
        bool(value.strip()) and value.strip() in below[i] for i, value in enumerate(first)
    )
    return repeated <= len(first) / 3

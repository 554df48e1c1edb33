"""Small pieces of SQL: quoted names and texts, and what stands for "not filled in"."""

from __future__ import annotations

from collections.abc import Iterable

PLACEHOLDERS = (
    "", "?", "-", "n/a", "N/A", "#N/A", "NULL", "null", "Null", "(null)", "None", "none",
    "NaN", "nan", r"\N",
)  # fmt: skip
"""What exports write where nothing was filled in ("NA" is not among them: it is a region, too)."""


def name_sql(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def list_sql(texts: Iterable[str]) -> str:
    """A list of texts as SQL."""
    return "[" + ", ".join(text_sql(text) for text in texts) + "]"

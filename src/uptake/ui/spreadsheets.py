"""Cells of CSV files as spreadsheets take them."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    text = cell if isinstance(cell, str) else ""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else cell

"""Whatever a workbook asks for, the process that reads it for others lives on."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from uptake.formats import UnusableFileError, open_table


def book(path: Path, *sheets: dict[str, str]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for cells in sheets:
        sheet = made.create_sheet()
        for place, value in cells.items():
            sheet[place] = value
    made.save(path)
    return path


TABLE = {"A1": "case", "B1": "activity", "A2": "1", "B2": "a"}


def test_one_cell_at_the_far_end_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    far = book(tmp_path / "far.xlsx", TABLE | {"XFD1048576": "forgotten"})

    with pytest.raises(UnusableFileError, match=r"far\.xlsx takes more than .* far outside"):
        open_table(far)


def test_one_row_under_a_header_is_a_table(tmp_path: Path) -> None:
    with open_table(book(tmp_path / "one.xlsx", TABLE)) as table:
        assert (table.columns, table.rows_expected) == (("case", "activity"), 1)


def test_a_cover_of_lines_is_not_taken_for_the_table(tmp_path: Path) -> None:
    cover = {"A1": "Export of cases", "A3": "confidential"}

    with open_table(book(tmp_path / "two.xlsx", cover, TABLE)) as table:
        assert table.columns == ("case", "activity")
        assert table.warnings == ["Read sheet 'Sheet1'; left out Sheet."]

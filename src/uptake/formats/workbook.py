"""Excel: the first sheet that holds a table, turned into a Parquet file of texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from uptake.formats.dialect import clean_names
from uptake.formats.errors import UnusableFileError
from uptake.formats.sources import ParquetFile

ROWS_AT_ONCE = 20_000

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_workbook(path: Path, target: Path, *, name: str) -> tuple[ParquetFile, list[str]]:
    """Write the first sheet with a table to ``target``; say which sheets were left out.

    ``name`` is what people call the file.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [(sheet, workbook.get_sheet_by_name(sheet)) for sheet in workbook.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise UnusableFileError(
            f"{name} cannot be opened as an Excel workbook ({error}): save it again as .xlsx."
        ) from error
    filled = [(title, sheet) for title, sheet in sheets if sheet.height > 1]
    if not filled:
        raise _without_rows(name)
    title, sheet = next((each for each in filled if each[1].width > 1), filled[0])
    source = _write(sheet.iter_rows(), target, name=name)
    left_out = [other for other, _ in filled if other != title]
    notes = [f"Read sheet {title!r}; left out {', '.join(left_out)}."] if left_out else []
    return source, notes


def _without_rows(name: str) -> UnusableFileError:
    return UnusableFileError(f"{name} has no rows: export it again with data in it.")


def _write(rows: Iterable[Sequence[Cell]], target: Path, *, name: str) -> ParquetFile:
    """Write the rows; empty leading ones come too, so positions are those of the sheet."""
    numbered = ((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, start=1))
    header_line, header = next(
        ((number, row) for number, row in numbered if sum(map(bool, row)) > 1 or len(row) == 1),
        (0, []),
    )
    if not header:
        raise _without_rows(name)
    columns = clean_names([cell or "" for cell in header])
    schema = pa.schema([(column, pa.string()) for column in columns])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches((row for _, row in numbered), schema):
            writer.write_batch(batch)
    return ParquetFile(target, columns, ("VARCHAR",) * len(columns), first_line=header_line + 1)


def _batches(rows: Iterator[list[str | None]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        arrays = [pa.array(column, pa.string()) for column in zip(*chunk, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _text(cell: Cell) -> str | None:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell) if cell != "" else None

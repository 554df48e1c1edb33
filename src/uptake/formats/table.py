"""Open any file people bring as one table of columns, without asking them anything."""

# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)
from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from uptake.formats.dialect import MOST_COLUMNS, Dialect, detect_dialect
from uptake.formats.errors import UnusableFileError
from uptake.formats.json_keys import json_paths, key_of_rows
from uptake.formats.plain_text import PlainText, is_plain
from uptake.formats.sources import DelimitedText, JsonLines, ParquetFile, Source
from uptake.formats.streams import (
    Compression,
    Progress,
    Scan,
    compression_of,
    plain_bytes,
    scan,
    transcode,
    with_single_tabs,
)
from uptake.formats.values import name_sql, text_sql

SAMPLE_ROWS = 100_000
EXCEL_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
MEMORY = "1GB"


@dataclass(slots=True)
class TableSource:
    """A file opened as a table; close it (or use ``with``) to remove what it kept aside.

    ``sample`` is a relation of rows spread over the whole file; ``rows_expected`` is exact if
    the sample is the whole file, else an estimate from the bytes read. ``plain`` is a quicker way
    to the same rows, for text without quotes.
    """

    path: Path
    source: Source
    connection: duckdb.DuckDBPyConnection
    description: str
    rows_expected: int
    sample_is_whole: bool
    warnings: list[str] = field(default_factory=list)
    plain: PlainText | None = None
    _aside: tempfile.TemporaryDirectory[str] | None = None
    _reads: int = 0

    sample = "sample"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the file."""
        return self.source.columns

    def next_broken_table(self) -> str:
        """Name a table in which one read of the file notes the rows it could not parse."""
        self._reads += 1
        return f"broken_{self._reads}"

    def close(self) -> None:
        """Close DuckDB and delete temporary files."""
        self.connection.close()
        if self._aside is not None:
            self._aside.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_table(
    path: Path, progress: Progress | None = None, *, encoding: str | None = None
) -> TableSource:
    """Recognise the file by its bytes and open it; every failure is one clear sentence."""
    path = Path(path)
    aside = tempfile.TemporaryDirectory(prefix="uptake-")
    try:
        with _said_plainly(path):
            head = _head(path)
            if head.startswith(b"PAR1"):
                return _open_parquet(path, aside)
            if head.startswith(EXCEL_MAGIC):
                return _open_workbook(path, aside, progress)
            return _open_text(path, aside, progress, encoding)
    except BaseException:
        aside.cleanup()
        raise


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise UnusableFileError(f"There is no file {path}: check the name.") from None
    except IsADirectoryError:
        raise UnusableFileError(f"{path} is a folder: name one file in it.") from None
    except PermissionError:
        raise UnusableFileError(
            f"{path} may not be read: change its permissions or copy it."
        ) from None
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise UnusableFileError(
            f"{path.name} cannot be read as a table ({first}): export it again as CSV."
        ) from error


def _head(path: Path) -> bytes:
    with plain_bytes(path) as file:
        head = file.read(8)
    if not head:
        raise UnusableFileError(f"{path.name} is empty: export it again with data in it.")
    return head


def connect(aside: tempfile.TemporaryDirectory[str]) -> duckdb.DuckDBPyConnection:
    """A private DuckDB that fetches nothing, counts time in UTC, and spills into ``aside``."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY,
            "temp_directory": f"{aside.name}/spill",
        }
    )
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def _open_parquet(path: Path, aside: tempfile.TemporaryDirectory[str]) -> TableSource:
    readable = _decompressed(path, aside)
    connection = connect(aside)
    described = connection.read_parquet(str(readable))
    _refuse_wide(path, described.columns)
    source = ParquetFile(readable, tuple(described.columns), tuple(map(str, described.types)))
    count = _count(connection, f"read_parquet({text_sql(str(readable))})")
    share = min(100.0, 100.0 * SAMPLE_ROWS / max(count, 1))
    sampling = "" if share == 100.0 else f" TABLESAMPLE system({share} PERCENT) REPEATABLE (7)"
    connection.execute(f"CREATE TEMP TABLE sample AS FROM {source.relation()}{sampling}")
    return _checked(
        TableSource(path, source, connection, "Parquet", count, not sampling, [], None, aside)
    )


def _decompressed(path: Path, aside: tempfile.TemporaryDirectory[str]) -> Path:
    with plain_bytes(path) as file, path.open("rb") as raw:
        if raw.read(4) == b"PAR1":
            return _named_for_duckdb(path, aside)
        target = Path(aside.name) / "plain"
        with target.open("wb") as out:
            shutil.copyfileobj(file, out, 1 << 20)
    return target


def _open_workbook(
    path: Path, aside: tempfile.TemporaryDirectory[str], progress: Progress | None
) -> TableSource:
    from uptake.formats.workbook_alone import read_workbook_alone

    if progress:
        progress(f"Opening the workbook {path.name}", None)
    plain = _decompressed(path, aside)
    sheet = Path(aside.name) / "sheet.parquet"
    source, notes = read_workbook_alone(plain, sheet, name=path.name)
    _refuse_wide(path, source.columns)
    connection = connect(aside)
    connection.execute(f"CREATE TEMP TABLE sample AS FROM {source.relation()}")
    count = _count(connection, "sample")
    table = TableSource(path, source, connection, "Excel", count, True, notes, None, aside)
    return _checked(table)


def _open_text(
    path: Path,
    aside: tempfile.TemporaryDirectory[str],
    progress: Progress | None,
    encoding: str | None,
) -> TableSource:
    seen = scan(path, encoding, progress)
    _refuse_binary(path, seen)
    text = _sample_text(seen)
    if text.lstrip().startswith("<"):
        raise UnusableFileError(
            f"{path.name} is XML or a web page, not a table: export it as CSV or Excel."
        )
    if text.lstrip().startswith(("{", "[")):
        return _open_json(path, aside, seen, text)
    dialect = detect_dialect(text)
    if dialect is None:
        raise UnusableFileError(f"{path.name} has no rows: export it again with data in it.")
    _refuse_wide(path, dialect.columns)
    readable = _readable(path, aside, seen, squeeze_blanks=dialect.aligned)
    sample = Path(aside.name) / "sample.csv"
    sample.write_text(_sample_rows(text, dialect), encoding="utf-8")
    connection = connect(aside)
    _create_sample(connection, DelimitedText(sample, dialect))
    source = DelimitedText(readable, dialect)
    words = f"text with values separated by {dialect.separator_in_words}, {seen.encoding}"
    return _checked(
        TableSource(
            path, source, connection, words, *_expected(connection, seen, text),
            _text_notes(dialect, path),
            _plain(readable, dialect, seen, aside), aside,
        )
    )  # fmt: skip


def _plain(
    path: Path, dialect: Dialect, seen: Scan, aside: tempfile.TemporaryDirectory[str]
) -> PlainText | None:
    is_utf8 = seen.is_plain_utf8 and not seen.needs_line_feeds
    if is_utf8 and seen.is_quote_free and is_plain(dialect):
        return PlainText(path, dialect, Path(aside.name))
    return None


def _text_notes(dialect: Dialect, path: Path) -> list[str]:
    if dialect.has_header:
        return []
    last = f"column{len(dialect.columns)}"
    return [f"{path.name} has no header row: its columns are called column1 to {last}."]


def _create_sample(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    connection.execute(f"CREATE TEMP TABLE sample AS FROM {source.relation()} LIMIT {SAMPLE_ROWS}")


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])


def _expected(connection: duckdb.DuckDBPyConnection, seen: Scan, text: str) -> tuple[int, bool]:
    """How many rows there are, and whether all of them are in the sample."""
    rows = _count(connection, "sample")
    if seen.is_whole:
        return max(rows, text.count("\n") if rows == SAMPLE_ROWS else 0), rows < SAMPLE_ROWS
    return int(rows * seen.size / max(len(text.encode()), 1)), False


def _checked(table: TableSource) -> TableSource:
    if table.rows_expected == 0:
        table.connection.close()
        raise UnusableFileError(
            f"{table.path.name} has a header but no rows: export it again with data in it."
        )
    return table


def _refuse_wide(path: Path, columns: Sized) -> None:
    if len(columns) > MOST_COLUMNS:
        raise UnusableFileError(
            f"{path.name} has {len(columns):,} columns, more than {MOST_COLUMNS:,}: export those "
            "that matter."
        )


def _refuse_binary(path: Path, seen: Scan) -> None:
    if seen.encoding.startswith(("utf-16", "utf-32")):
        return
    sample = b"".join(seen.blocks[:4])
    odd = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1b")
    if sample.count(0) > len(sample) * 0.001 + 2 or odd > len(sample) * 0.01:
        raise UnusableFileError(
            f"{path.name} is not a table: bring CSV, TSV, JSON Lines, Parquet or Excel."
        )


def _sample_text(seen: Scan) -> str:
    """The sampled blocks as text, each cut to whole lines; of short lines no more than needed."""
    if seen.is_whole:
        return _decode(b"".join(seen.blocks), seen)
    lines = sum(block.count(b"\n") for block in seen.blocks)
    blocks = seen.blocks[:: max(1, -(-lines // SAMPLE_ROWS))]
    pieces = [_decode(blocks[0], seen)]
    pieces[0] = pieces[0][: pieces[0].rfind("\n") + 1]
    for block in blocks[1:]:
        text = _decode(block, seen)
        pieces.append(text[text.find("\n") + 1 : text.rfind("\n") + 1])
    return "".join(pieces)


def _decode(data: bytes, seen: Scan) -> str:
    text = data.decode(seen.encoding, errors="replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sample_rows(text: str, dialect: Dialect) -> str:
    return with_single_tabs(text) if dialect.aligned else text


def _readable(
    path: Path, aside: tempfile.TemporaryDirectory[str], seen: Scan, *, squeeze_blanks: bool = False
) -> Path:
    """The file itself if DuckDB can read it, else a copy in UTF-8 with plain line ends."""
    if seen.is_plain_utf8 and not seen.needs_line_feeds and not squeeze_blanks:
        return _named_for_duckdb(path, aside)
    target = Path(aside.name) / "text.csv"
    transcode(path, target, seen.encoding, squeeze_blanks=squeeze_blanks)
    return target


def _named_for_duckdb(path: Path, aside: tempfile.TemporaryDirectory[str]) -> Path:
    """A second name: DuckDB reads compression, columns and other files out of the first.

    It takes ``*``, ``?`` and ``[`` in a name for a pattern, and ``a=b`` in a folder for a column.
    """
    suffix = {Compression.GZIP: ".gz", Compression.ZSTD: ".zst"}.get(compression_of(path), "")
    link = Path(aside.name) / f"named{suffix}"
    link.symlink_to(path.absolute())
    return link


def _open_json(
    path: Path, aside: tempfile.TemporaryDirectory[str], seen: Scan, text: str
) -> TableSource:
    if key := key_of_rows(text):
        raise UnusableFileError(
            f"{path.name} holds its rows under {key!r}: save that list alone, as an array or one "
            "object a line."
        )
    readable = _readable(path, aside, seen)
    connection = connect(aside)
    if text.lstrip().startswith("["):
        readable = _array_as_lines(connection, readable, aside)
        text = readable.read_text(encoding="utf-8")[: 1 << 24]
    paths = json_paths(text)
    if not paths:
        raise UnusableFileError(
            f"{path.name} holds no JSON objects: write one object a line, or an array of objects."
        )
    _refuse_wide(path, paths)
    sample = Path(aside.name) / "sample.jsonl"
    sample.write_text(text, encoding="utf-8")
    _create_sample(connection, JsonLines(sample, paths))
    return _checked(
        TableSource(
            path, JsonLines(readable, paths), connection, "JSON Lines",
            *_expected(connection, seen, text), [], None, aside,
        )
    )  # fmt: skip


def _array_as_lines(
    connection: duckdb.DuckDBPyConnection, path: Path, aside: tempfile.TemporaryDirectory[str]
) -> Path:
    target = Path(aside.name) / "array.jsonl"
    rows = connection.read_json(
        str(path), format="array", records="false", maximum_object_size=1 << 24
    )
    name = name_sql(rows.columns[0])
    connection.execute(
        f"COPY (SELECT {name}::JSON FROM rows) TO '{target}' "
        "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
    )
    return target

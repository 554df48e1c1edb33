"""Events of cases from a table: CSV and its relatives, JSON Lines, Parquet, Excel.

DuckDB takes rows apart and reads stamps, Arrow turns texts into codes batch by batch; no text of
the file is held longer than its batch, only the words that occur.
"""

# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.case_attributes import Gathered, parted_attributes
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_columns import EMPTY, NOT_FILLED_IN, coded_of, kept_words, words_of
from uptake.formats.case_log import MOST_REJECTED, NO_MOMENT, NOBODY, Coded, Codes, Moments
from uptake.formats.case_mapping import CaseColumn, CaseMapping, case_mapping, joined_sql
from uptake.formats.case_roles import PERFORMERS, STAMPS, CaseRole
from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.records import RejectedRow
from uptake.formats.sources import DelimitedText, ParquetFile, Source, broken_count
from uptake.formats.steps import Flags, Ranks, Steps
from uptake.formats.table import TableSource, open_table
from uptake.formats.times import TimeFormat, TimeParser
from uptake.formats.values import name_sql, text_sql

ROWS_PER_BATCH: Final = 122_880
TOO_SHORT: Final = NOT_FILLED_IN - EMPTY
FIRST_MOMENT, LAST_MOMENT = -62_135_596_800_000, 253_402_300_799_999
"""From the year 1 to the year 9999; what lies outside is no moment."""

NO_CASE, NO_ACTIVITY = "no case", "no activity"
MICROSECONDS_A_DAY: Final = 86_400_000_000
_MIDNIGHT: Final = r"^\D*\d+\D+\d+\D+\d+[T ]+0?0:00(:00(\.0+)?)?([^0-9:.]|$)"
"""A date and then a clock that reads zero."""


def table_steps(path: Path, choices: CaseChoices) -> Steps:
    """Read the events of a table, in the order of the file.

    Raises:
        UnusableFileError: it is no table.
        MappingError: it is not clear which columns say the case and the activity.
    """
    with open_table(path, encoding=choices.encoding) as table:
        mapping = case_mapping(table, choices)
        try:
            return _steps(table, mapping, choices)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise UnusableFileError(
                f"{path.name} cannot be read ({first}): export it again."
            ) from error


def _steps(table: TableSource, mapping: CaseMapping, choices: CaseChoices) -> Steps:
    broken = table.next_broken_table()
    connection = _connect(table, choices)
    source = table.source.taking_only(("",))
    query = _query(table, source.relation(broken), mapping, choices)
    gathered = Gathered()
    for batch in _batches(connection, query):
        gathered.add(batch)
    lost = 0 if isinstance(source, ParquetFile) else broken_count(connection, broken)
    return _Table(table, source, mapping, gathered, lost).steps(connection, broken)


def _connect(table: TableSource, choices: CaseChoices) -> duckdb.DuckDBPyConnection:
    connection = table.connection.cursor()
    zone = choices.timezone or "UTC"
    try:
        return connection.execute(f"SET TimeZone = {text_sql(zone)}")
    except duckdb.Error:
        raise MappingError(
            f"{zone!r} is not a time zone: use a name such as Europe/Berlin."
        ) from None


def _batches(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.RecordBatch]:
    return iter(connection.sql(query).to_arrow_reader(ROWS_PER_BATCH))


def _query(table: TableSource, relation: str, mapping: CaseMapping, choices: CaseChoices) -> str:
    """Roles by their names, then the other columns as ``a0``, ``a1``."""
    wanted = [f"{table.source.whole_sql} AS is_whole"]
    for mapped in mapping.roles:
        if mapped.role in STAMPS:
            wanted.extend(_stamp_sql(table, mapped, choices))
        elif mapped.role is CaseRole.ORDER:
            column = joined_sql(mapped.columns, "")
            wanted.append(f"TRY_CAST({column} AS DOUBLE) AS {mapped.role}")
        else:
            wanted.append(f"{joined_sql(mapped.columns, '+')}::VARCHAR AS {mapped.role}")
    wanted += [f"{name_sql(name)}::VARCHAR AS a{i}" for i, name in enumerate(mapping.others)]
    return f"SELECT {', '.join(wanted)} FROM {relation}"


def _stamp_sql(table: TableSource, mapped: CaseColumn, choices: CaseChoices) -> list[str]:
    """Milliseconds, whether anything is written, and whether it reads midnight."""
    if mapped.time is None:
        raise MappingError(f"{mapped.spelled} has no time format: map another column.")
    column = joined_sql(mapped.columns, " ")
    time = mapped.time.sql(column, origin=choices.origin)
    midnight = _midnight_sql(table, mapped, column, choices.timezone)
    return [
        f"epoch_ms({time}) AS {mapped.role}",
        f"{_unread_sql(mapped.time, column, time)} AS {mapped.role}_unread",
        f"coalesce({midnight}, false) AS {mapped.role}_midnight",
    ]


def _unread_sql(written: TimeFormat, column: str, time: str) -> str:
    """Whether something is written that is no moment; what is kept as one is, or is infinite."""
    if written.parsers == (TimeParser.NATIVE,):
        return f"({column} IS NOT NULL AND NOT isfinite({column}))"
    missing = f"({column}::VARCHAR IN ({', '.join(map(text_sql, sorted(TOO_SHORT)))}))"
    return f"({time} IS NULL AND {column} IS NOT NULL AND NOT {missing})"


def _midnight_sql(table: TableSource, mapped: CaseColumn, column: str, timezone: str | None) -> str:
    time = mapped.time
    assert time is not None  # noqa: S101 - a stamp has a time format, or it was refused before
    if TimeParser.NATIVE in time.parsers:
        kind = table.source.native_types.get(mapped.columns[0], "")
        if "TIME ZONE" not in kind:
            column = f"{column}::TIMESTAMP"
        elif timezone not in (None, "UTC"):
            return f"{column}::TIMESTAMP::TIME = TIME '00:00:00'"
        return f"epoch_us({column}) % {MICROSECONDS_A_DAY} = 0"
    if {TimeParser.DAY_NUMBER, TimeParser.EXCEL_SERIAL} & set(time.parsers):
        return f"NOT (contains({column}, '.') OR contains({column}, ','))"
    if TimeParser.EPOCH in time.parsers:
        return "false"
    dated = f"(NOT contains({column}, ':') OR regexp_matches({column}, {text_sql(_MIDNIGHT)}))"
    seen = table.connection.execute(
        f"SELECT coalesce(bool_or({dated}), false) FROM {table.sample}"
    ).fetchall()
    return dated if seen[0][0] else "false"


class _Table:
    """What was gathered from one table, on its way to being steps."""

    def __init__(
        self,
        table: TableSource,
        source: Source,
        mapping: CaseMapping,
        gathered: Gathered,
        lost: int,
    ) -> None:
        self._table, self._source, self._mapping = table, source, mapping
        self._columns, self._lost = gathered, lost

    def steps(self, connection: duckdb.DuckDBPyConnection, broken: str) -> Steps:
        """The rows that have a case and an activity; the others are refused and counted."""
        case, names = words_of(self._columns.texts(CaseRole.CASE), EMPTY)
        activity = coded_of(self._columns.texts(CaseRole.ACTIVITY), EMPTY)
        usable = (case != NOBODY) & (activity.codes != NOBODY)
        rows = np.flatnonzero(usable)
        if not len(rows):
            raise MappingError(
                f"No row of {self._table.path.name} has both a case and an activity: say "
                "case=COLUMN and activity=COLUMN."
            )
        rejected = self._rejected(connection, broken, case, activity)
        if len(rows) < len(usable):
            activity = kept_words(activity, rows)
            kept = kept_words(Coded(case[rows], tuple(names.to_pylist())), np.arange(len(rows)))
            case, names = kept.codes, pa.array(kept.words, pa.string())
        whole = len(rows) == len(usable)
        return self._built(case, names, activity, None if whole else rows, rejected)

    def _built(
        self,
        case: Codes,
        names: pa.Array,
        activity: Coded,
        rows: Ranks | None,
        rejected: tuple[RejectedRow, ...],
    ) -> Steps:
        count = len(case)
        ordinals = np.arange(count) if rows is None else rows
        of_events, of_cases, notes = parted_attributes(
            self._columns, self._mapping.others, case, len(names), rows
        )
        return Steps(
            case=case,
            case_names=names,
            case_attributes=of_cases,
            activity=activity,
            completed=self._moments(CaseRole.COMPLETED, count, rows),
            started=self._moments(CaseRole.STARTED, count, rows),
            performers={
                who: coded
                for role, who in PERFORMERS.items()
                if (coded := self._coded(role, rows)) is not None
            },
            row=(ordinals + _first_line(self._source)).astype(np.int64),
            midnight=self._midnight(count, rows),
            event_attributes=of_events,
            source=self._table.path.name,
            lifecycle=self._coded(CaseRole.LIFECYCLE, rows),
            instance=self._coded(CaseRole.INSTANCE, rows),
            order=self._order(rows),
            warnings=(*self._notes(case, names, activity), *notes),
            rejected=rejected,
            columns={mapped.role.value: mapped.spelled for mapped in self._mapping.roles},
        )

    def _coded(self, role: CaseRole, rows: Ranks | None) -> Coded | None:
        if self._mapping.get(role) is None:
            return None
        coded = coded_of(self._columns.texts(role))
        return coded if rows is None else kept_words(coded, rows)

    def _moments(self, role: CaseRole, count: int, rows: Ranks | None) -> Moments:
        if self._mapping.get(role) is None:
            return np.full(count, NO_MOMENT)
        moments = self._columns.numbers(role, NO_MOMENT).astype(np.int64)
        moments[(moments < FIRST_MOMENT) | (moments > LAST_MOMENT)] = NO_MOMENT
        return moments if rows is None else moments[rows]

    def _unread(self, role: CaseRole) -> int:
        """How many stamps say something that is no moment."""
        moments = self._columns.numbers(role, NO_MOMENT).astype(np.int64)
        beyond = (moments < FIRST_MOMENT) | (moments > LAST_MOMENT)
        unread = self._columns.numbers(f"{role}_unread", False).astype(bool)
        return int((unread | (beyond & (moments != NO_MOMENT))).sum())

    def _midnight(self, count: int, rows: Ranks | None) -> Flags:
        """Of the stamp that counts: the end where there is one."""
        for role in (CaseRole.COMPLETED, CaseRole.STARTED):
            if self._mapping.get(role) is not None:
                flags = self._columns.numbers(f"{role}_midnight", False).astype(bool)
                return flags if rows is None else flags[rows]
        return np.zeros(count, dtype=bool)

    def _order(self, rows: Ranks | None) -> npt.NDArray[np.float64] | None:
        if self._mapping.get(CaseRole.ORDER) is None:
            return None
        numbers = self._columns.numbers(CaseRole.ORDER, np.inf).astype(np.float64)
        return numbers if rows is None else numbers[rows]

    def _rejected(
        self, connection: duckdb.DuckDBPyConnection, broken: str, case: Codes, activity: Coded
    ) -> tuple[RejectedRow, ...]:
        """The first of the refused rows, found again in the file with their lines."""
        refused = np.flatnonzero((case == NOBODY) | (activity.codes == NOBODY))[:MOST_REJECTED]
        if not len(refused) and not self._lost:
            return ()
        found = self._source.find(connection, refused, broken)
        rows = []
        for row in found:
            if row.ordinal is None or row.reason:
                reason = f"broken row: {row.reason}"
            else:
                reason = NO_CASE if case[row.ordinal] == NOBODY else NO_ACTIVITY
            rows.append(RejectedRow(row.line, reason, row.raw.rstrip("\r\n")))
            if len(rows) == MOST_REJECTED:
                break
        return tuple(rows)

    def _notes(self, case: Codes, names: pa.Array, activity: Coded) -> tuple[str, ...]:
        notes = [*self._table.warnings, *self._mapping.warnings]
        whole = self._columns.rows
        if refused := whole - len(case):
            notes.append(f"{refused:,} rows have no case or no activity and are in no case")
        if self._lost:
            notes.append(f"{self._lost:,} rows could not be taken apart and are in no case")
        for role in (CaseRole.COMPLETED, CaseRole.STARTED):
            mapped = self._mapping.get(role)
            if mapped and (unread := self._unread(role)):
                notes.append(f"{unread:,} stamps in {mapped.spelled} cannot be read as a time")
        return (*notes, *_said_of_words("case", names), *_said_of_words("activity", activity.words))


def _said_of_words(what: str, words: pa.Array | tuple[str, ...]) -> list[str]:
    """Names that elsewhere say that nothing was filled in; here they are names."""
    found = sorted(word for word in (*TOO_SHORT, "NA") if _has(words, word))
    return [f"{', '.join(map(repr, found))} is taken as the name of a {what}"] if found else []


def _has(words: pa.Array | tuple[str, ...], word: str) -> bool:
    if isinstance(words, tuple):
        return word in words
    return bool(words.index(pa.scalar(word)).as_py() >= 0)


def _first_line(source: Source) -> int:
    """The line of the first row where every row is one line."""
    if isinstance(source, DelimitedText):
        return source.dialect.skipped_lines + source.dialect.has_header + 1
    return source.first_line if isinstance(source, ParquetFile) else 1

"""What each column of a table looks like: how often it is filled, repeats, reads as a time."""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from uptake.formats.table import TableSource
from uptake.formats.times import TimeFormat, TimeGuess, TimeParser, guess_time, proven_order
from uptake.formats.values import name_sql

VALUES_LOOKED_AT = 3_000
LONGEST_SEEN = 40
"""Characters of a value that stands in a sentence."""
NUMBER = re.compile(r"[-+]?\d{1,3}(?:[.,]?\d{3})*(?:[.,]\d+)?|[-+]?\d+(?:[.,]\d+)?")
AROUND_NUMBERS = " \u00a0€$£¥%"
TRUTHS = {"true", "false", "yes", "no", "y", "n", "1", "0", "t", "f", "ja", "nein", "oui", "non"}


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column as the sample shows it; counts are of sampled rows."""

    name: str
    rows: int
    filled: int
    distinct: int
    samples: tuple[str, ...]
    numeric_share: float
    decimal_comma: bool
    is_truth: bool
    time: TimeGuess | None = field(repr=False)

    @property
    def fill(self) -> float:
        """Share of rows in which the column is filled."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def repeats(self) -> float:
        """Rows per value."""
        return self.filled / self.distinct if self.distinct else 0.0

    @property
    def sampled(self) -> str:
        """The column with two of its values, for whoever has to choose one."""
        many = "value" if self.distinct == 1 else "values"
        return f"{self.name} ({self.distinct} {many} such as {', '.join(self.seen[:2])})"

    @property
    def seen(self) -> tuple[str, ...]:
        """Some of its values, no longer than a sentence can hold."""
        return tuple(shorten(" ".join(value.split())) for value in self.samples)

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return self.distinct == self.filled > 1


def profile_columns(table: TableSource) -> tuple[ColumnProfile, ...]:
    """Profile every column on the table's sample."""
    rows = table.connection.execute(f"SELECT count(*) FROM {table.sample}").fetchall()[0][0]
    counted = {name: _Counted.of(table, name) for name in table.columns}
    orders = {order for each in counted.values() if (order := proven_order(each.values))}
    order = orders.pop() if len(orders) == 1 else None
    return tuple(_profile(table, name, rows, each, order) for name, each in counted.items())


def _profile(
    table: TableSource, name: str, rows: int, counted: _Counted, order: str | None
) -> ColumnProfile:
    values = counted.values
    total = sum(values.values())
    numbers = [value for value in values if NUMBER.fullmatch(value.strip(AROUND_NUMBERS))]
    return ColumnProfile(
        name=name,
        rows=rows,
        filled=counted.filled,
        distinct=counted.distinct,
        samples=tuple(sorted(values, key=lambda value: -values[value])[:3]),
        numeric_share=sum(values[value] for value in numbers) / total if total else 0.0,
        decimal_comma=uses_decimal_comma([value.strip(AROUND_NUMBERS) for value in numbers]),
        is_truth=bool(values) and {value.strip().lower() for value in values} <= TRUTHS,
        time=_time(table, name, values, order),
    )


class _Counted(NamedTuple):
    """Values with their counts: the commonest, then others picked by their hash."""

    values: dict[str, int]
    filled: int
    distinct: int

    @classmethod
    def of(cls, table: TableSource, name: str) -> _Counted:
        """Count the values of a column; times are told apart as they are, not by their texts."""
        column, value, others = name_sql(name), f"{name_sql(name)}::VARCHAR", VALUES_LOOKED_AT
        if name in table.source.native_types:
            value, others = column, 0
        rows = table.connection.execute(
            f"WITH counted AS MATERIALIZED (SELECT {value} AS value, count(*) AS rows "
            f"FROM {table.sample} WHERE {column} IS NOT NULL GROUP BY ALL) "
            "SELECT value::VARCHAR, rows, (SELECT sum(rows) FROM counted)::BIGINT, "
            f"(SELECT count(*) FROM counted) FROM ((FROM counted ORDER BY rows DESC, value LIMIT "
            f"50) UNION (FROM counted ORDER BY hash(value) LIMIT {others})) "
            "ORDER BY rows DESC, value"
        ).fetchall()
        filled, distinct = rows[0][2:] if rows else (0, 0)
        return cls({value: count for value, count, *_ in rows}, filled, distinct)


def _time(
    table: TableSource, name: str, values: dict[str, int], order: str | None
) -> TimeGuess | None:
    if name in table.source.native_types:
        return TimeGuess(TimeFormat((TimeParser.NATIVE,)), 1.0, is_plain_number=False)
    guess = guess_time(values, [], order)
    if guess is None or guess.warning is None:
        return guess
    return guess_time(*_more_evidence(table, name, values), order)


def _more_evidence(
    table: TableSource, name: str, values: dict[str, int]
) -> tuple[dict[str, int], list[str]]:
    """More values for dates that can be read in two ways, and some in the order of the file."""
    column = name_sql(name)
    rows = table.connection.execute(
        f"SELECT {column} FROM {table.sample} WHERE {column} IS NOT NULL"
    ).fetchall()
    ordered = [str(value) for (value,) in rows]
    extremes = [] if table.sample_is_whole else _extremes(table, column)
    return {**dict.fromkeys([*ordered, *extremes], 1), **values}, ordered


def _extremes(table: TableSource, column: str) -> list[str]:
    """The dates of the whole file with the largest first and the largest second number."""
    part = "TRY_CAST(regexp_extract({}, '{}', 1) AS INTEGER)"
    first = part.format(column, r"^\s*(\d{1,2})[-/.]\d{1,2}[-/.]")
    second = part.format(column, r"^\s*\d{1,2}[-/.](\d{1,2})[-/.]")
    found = table.connection.execute(
        f"SELECT arg_max({column}, {first}), arg_max({column}, {second}) "
        f"FROM {table.source.relation()}"
    ).fetchall()[0]
    return [value for value in found if value]


def shorten(value: str) -> str:
    """The value, or its beginning where it is long."""
    return value if len(value) <= LONGEST_SEEN else f"{value[: LONGEST_SEEN - 3]}..."


def uses_decimal_comma(numbers: list[str]) -> bool:
    """Whether a comma separates decimals: it does where it is last and not before three digits."""
    comma = sum(bool(re.search(r",\d+$", n)) and not re.search(r",\d{3}$", n) for n in numbers)
    comma += sum(bool(re.search(r"\d\.\d{3},\d+$", n)) for n in numbers)
    point = sum(bool(re.search(r"\.\d+$", n)) and not re.search(r"\.\d{3}$", n) for n in numbers)
    return comma > point


def number_sql(column: str, *, decimal_comma: bool) -> str:
    """A number as DOUBLE, whatever separates its decimals and thousands."""
    text = f"replace({column}, ' ', '')"
    if decimal_comma:
        text = f"replace(replace({text}, '.', ''), ',', '.')"
    else:
        text = f"replace({text}, ',', '')"
    return f"TRY_CAST({text} AS DOUBLE)"

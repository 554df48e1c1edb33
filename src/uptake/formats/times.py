"""How a column writes times, decided on evidence, and the SQL that reads them.

A format is a list of parsers: ``iso``, ``epoch`` (seconds to nanoseconds by magnitude),
``excel-serial``, ``day-number`` (days after an origin), ``native`` (the file stores times) or a
strptime pattern such as ``%d/%m/%Y %H:%M``. Times without an offset are in the zone of the session.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from uptake.formats.values import list_sql, text_sql

DEFAULT_ORIGIN = date(2001, 1, 1)
"""Day 0 of day numbers if nobody says otherwise: a Monday, so weeks stay whole."""

EARLIEST, LATEST = "1970-01-02", "2100-01-01"
"""Times of use are not before the first and before the second day. The day before the first one is
what a stamp of 0 reads as, in any time zone: no time at all."""

SMALL_SHARE = 0.005


class TimeParser(StrEnum):
    """Parsers that are not strptime patterns."""

    NATIVE = "native"
    ISO = "iso"
    EPOCH = "epoch"
    EXCEL_SERIAL = "excel-serial"
    DAY_NUMBER = "day-number"


NUMBER_PARSERS = frozenset({TimeParser.EPOCH, TimeParser.EXCEL_SERIAL, TimeParser.DAY_NUMBER})


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """Parsers to try in turn on each value of one column."""

    parsers: tuple[str, ...]

    @property
    def is_day_number(self) -> bool:
        """Whether values count days from an origin."""
        return TimeParser.DAY_NUMBER in self.parsers

    @property
    def in_words(self) -> str:
        """What a person calls this format."""
        return " or ".join(dict.fromkeys(_words(parser) for parser in self.parsers))

    def sql(self, column: str, *, origin: date | None = None) -> str:
        """An expression of type TIMESTAMPTZ, NULL where the value is no time or out of range."""
        patterns = [parser for parser in self.parsers if "%" in parser]
        pieces = [
            _parser_sql(TimeParser(parser), column, origin or DEFAULT_ORIGIN)
            for parser in self.parsers
            if "%" not in parser
        ]
        if patterns:
            patterns = list(dict.fromkeys([*patterns, *_with_other_clocks(patterns)]))
            pieces.append(f"try_strptime({column}, {list_sql(patterns)})::TIMESTAMPTZ")
        return pieces[0] if len(pieces) == 1 else f"coalesce({', '.join(pieces)})"


@dataclass(frozen=True, slots=True)
class TimeGuess:
    """How a column's values read as times: the share that does, and what is uncertain."""

    format: TimeFormat
    share: float
    is_plain_number: bool
    warning: str | None = None


def in_range_sql(time: str) -> str:
    """Whether a time lies where times of software use can lie."""
    return f"{time} >= TIMESTAMPTZ '{EARLIEST} 00:00:00+00' AND {time} < '{LATEST} 00:00:00+00'"


def guess_time(
    values: dict[str, int], ordered: list[str], other_order: str | None
) -> TimeGuess | None:
    """Read the format off values with their counts; ``ordered`` are some in file order.

    ``other_order`` is the order of day and month that other columns of the file prove.
    """
    readings: Counter[str] = Counter()
    for value, count in values.items():
        reading = _reading(value.strip())
        if reading:
            readings[reading] += count
    total = sum(values.values())
    if not total or not readings:
        return None
    usual = _usual(readings, SMALL_SHARE * total)
    share = sum(readings[reading] for reading in usual) / total
    order, warning = _day_or_month_first(values, ordered, usual, other_order)
    parsers = tuple(
        dict.fromkeys(reading.replace("%1", order[0]).replace("%2", order[1]) for reading in usual)
    )
    is_plain_number = bool(NUMBER_PARSERS.intersection(parsers))
    return TimeGuess(TimeFormat(parsers), share, is_plain_number, warning)


def _usual(readings: Counter[str], least: float) -> list[str]:
    """The readings worth keeping; a column of plain numbers means one thing by them."""
    usual = [reading for reading, count in readings.most_common(6) if count >= least]
    numbers = [reading for reading in usual if reading in NUMBER_PARSERS]
    return [reading for reading in usual if reading not in numbers[1:]]


def proven_order(values: dict[str, int]) -> str | None:
    """ "dm" or "md" if any value can only be read one way, else ``None``."""
    first, second = _largest_parts(values)
    if first > 12 >= second:
        return "dm"
    if second > 12 >= first:
        return "md"
    return None


NUMERIC_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
DAY_NAMED_MONTH = re.compile(r"(\d{1,2})([ -])([A-Za-z]{3,9})([ -])(\d{4}|\d{2})(?!\d)")
NAMED_MONTH_DAY = re.compile(r"([A-Za-z]{3,9}) (\d{1,2})(,? )(\d{4})(?!\d)")
WEEKDAY = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(,?) ")
COMPACT = re.compile(r"(19|20|21)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
CLOCK = re.compile(
    r"(?P<mid>T|,? +)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?P<fraction>[.,]\d{1,9})?)?"
    r"(?P<half>(?P<blank> ?)[AaPp][Mm])?(?P<gap> ?)(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
MONTHS = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}


def _reading(value: str) -> str | None:
    """The parser for one value; ``%1`` and ``%2`` stand for the undecided day and month."""
    if NUMBER.fullmatch(value):
        return _number_reading(value)
    weekday = WEEKDAY.match(value)
    prefix = f"%a{weekday[2]} " if weekday else ""
    body = value[weekday.end() :] if weekday else value
    for expression, build in (
        (YEAR_FIRST, _year_first),
        (NUMERIC_DATE, _numeric),
        (DAY_NAMED_MONTH, _day_named_month),
        (NAMED_MONTH_DAY, _named_month_day),
        (COMPACT, _compact),
    ):
        match = expression.match(body)
        pattern = build(match) if match else None
        if match and pattern:
            clock = _clock(body[match.end() :])
            if clock is None:
                return None
            return (
                TimeParser.ISO if _is_iso(match, body) and not prefix else prefix + pattern + clock
            )
    return None


def _number_reading(value: str) -> str | None:
    number = float(value.replace(",", "."))
    digits = value.split(".")[0].split(",")[0]
    if len(digits) == 8 and COMPACT.fullmatch(value):
        return "%Y%m%d"
    if len(digits) == 14 and COMPACT.match(value) and digits == value:
        return "%Y%m%d%H%M%S"
    if any(4e8 <= number / scale < 4.2e9 for scale in (1, 1e3, 1e6, 1e9)):
        return TimeParser.EPOCH
    if 20_000 <= number < 80_000:
        return TimeParser.EXCEL_SERIAL
    if -5_000 <= number < 20_000 and number.is_integer():
        return TimeParser.DAY_NUMBER
    return None


def _year_first(match: re.Match[str]) -> str:
    return f"%Y{match[2]}%m{match[2]}%d"


def _numeric(match: re.Match[str]) -> str:
    year = "%Y" if len(match[4]) == 4 else "%y"
    return f"%1{match[2]}%2{match[2]}{year}"


def _compact(match: re.Match[str]) -> str:
    del match  # a compact date has one spelling
    return "%Y%m%d"


def _day_named_month(match: re.Match[str]) -> str | None:
    month = _month(match[3])
    year = "%Y" if len(match[5]) == 4 else "%y"
    return f"%d{match[2]}{month}{match[4]}{year}" if month else None


def _named_month_day(match: re.Match[str]) -> str | None:
    month = _month(match[1])
    return f"{month} %d{match[3]}%Y" if month else None


def _month(name: str) -> str | None:
    if name[:3].lower() not in MONTHS:
        return None
    return "%b" if len(name) == 3 else "%B"


def _clock(text: str) -> str | None:
    """The strptime pattern of what follows the date; ``None`` if it is no clock time."""
    if not text:
        return ""
    match = CLOCK.fullmatch(text)
    if not match:
        return None
    pattern = match["mid"] + ("%I:%M" if match["half"] else "%H:%M")
    if match["second"]:
        pattern += ":%S"
    if match["fraction"]:
        pattern += match["fraction"][0] + "%f"
    if match["half"]:
        pattern += match["blank"] + "%p"
    zone = match["zone"]
    if zone:
        pattern += match["gap"] + ("Z" if zone == "Z" else "%Z" if zone.isalpha() else "%z")
    return pattern


ISO_TAIL = re.compile(
    r"([T ]\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|UTC|GMT)|[+-]\d{2}(:?\d{2})?)?)?"
)


def _is_iso(match: re.Match[str], body: str) -> bool:
    return (
        match.re is YEAR_FIRST
        and match[2] in "-/"
        and bool(ISO_TAIL.fullmatch(body[match.end() :]))
    )


def _largest_parts(values: dict[str, int]) -> tuple[int, int]:
    first = second = 0
    for value in values:
        match = NUMERIC_DATE.match(value.strip())
        if match:
            first, second = max(first, int(match[1])), max(second, int(match[3]))
    return first, second


def _day_or_month_first(
    values: dict[str, int], ordered: list[str], usual: list[str], other_order: str | None
) -> tuple[tuple[str, str], str | None]:
    day_first, month_first = ("%d", "%m"), ("%m", "%d")
    if not any("%1" in reading for reading in usual):
        return day_first, None
    order = proven_order(values)
    if order:
        return (day_first if order == "dm" else month_first), None
    first, second = _largest_parts(values)
    if first > 12 and second > 12:
        days = _votes(values)
        return (day_first if days else month_first), (
            "some dates only make sense day first and others only month first; the rarer kind "
            "is rejected"
        )
    if other_order:
        return (day_first if other_order == "dm" else month_first), None
    order = _steadier_order(ordered)
    words = "day first" if order == "dm" else "month first"
    return (day_first if order == "dm" else month_first), (
        f"nothing shows whether day or month comes first; read as {words}, override with a mapping"
    )


def _votes(values: dict[str, int]) -> bool:
    balance = 0
    for value, count in values.items():
        match = NUMERIC_DATE.match(value.strip())
        if match:
            balance += count * ((int(match[1]) > 12) - (int(match[3]) > 12))
    return balance >= 0


def _steadier_order(ordered: list[str]) -> str:
    """The order under which times in file order go back less often and less far."""
    matches = [match for value in ordered if (match := NUMERIC_DATE.match(value.strip()))]
    costs = {}
    for order, (day, month) in {"dm": (1, 3), "md": (3, 1)}.items():
        days = [int(m[4]) * 372 + int(m[month]) * 31 + int(m[day]) for m in matches]
        jumps = [abs(later - earlier) for earlier, later in pairwise(days)]
        costs[order] = sum(jumps)
    return "md" if costs["md"] < costs["dm"] else "dm"


def _parser_sql(parser: TimeParser, column: str, origin: date) -> str:
    number = f"TRY_CAST(replace({column}::VARCHAR, ',', '.') AS DOUBLE)"
    if parser is TimeParser.NATIVE:
        return f"{column}::TIMESTAMPTZ"
    if parser is TimeParser.ISO:
        return f"TRY_CAST({column} AS TIMESTAMPTZ)"
    if parser is TimeParser.EPOCH:
        return f"(make_timestamp_ms({_epoch_ms_sql(number)}) AT TIME ZONE 'UTC')"
    if parser is TimeParser.EXCEL_SERIAL:
        return _days_after_sql(date(1899, 12, 30), f"{number} BETWEEN 20000 AND 80000", number)
    return _days_after_sql(origin, f"{number} BETWEEN -5000 AND 20000", number)


def _epoch_ms_sql(number: str) -> str:
    return (
        f"CAST(CASE WHEN {number} < 1e8 THEN NULL WHEN {number} < 1e11 THEN {number} * 1e3 "
        f"WHEN {number} < 1e14 THEN {number} WHEN {number} < 1e17 THEN {number} / 1e3 "
        f"WHEN {number} < 1e20 THEN {number} / 1e6 END AS BIGINT)"
    )


def _days_after_sql(origin: date, condition: str, number: str) -> str:
    milliseconds = f"to_milliseconds(CAST(round({number} * 86400000) AS BIGINT))"
    return (
        f"CASE WHEN {condition} THEN "
        f"(TIMESTAMP {text_sql(origin.isoformat())} + {milliseconds})::TIMESTAMPTZ END"
    )


def _with_other_clocks(patterns: list[str]) -> list[str]:
    """The same dates with the clock times that a sample may have missed."""
    dates = [re.split(r"(?:T|,? +)%[HI]", pattern)[0] for pattern in patterns]
    clocks = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f")
    return [day + clock for day in dict.fromkeys(dates) for clock in clocks if "%H" not in day]


def _words(parser: str) -> str:
    if "%" not in parser:
        return {
            "native": "stored as times",
            "iso": "ISO 8601",
            "epoch": "seconds or milliseconds since 1970",
            "excel-serial": "Excel day numbers",
            "day-number": "days counted from an origin",
        }[parser]
    if "%b" in parser or "%B" in parser:
        return "day, name of the month and year"
    if parser.startswith("%Y"):
        return "year, month, day"
    return "day first" if parser.find("%d") < parser.find("%m") else "month first"


def shown_origin(origin: date | None) -> str:
    """The origin of day numbers in words."""
    start = origin or DEFAULT_ORIGIN
    return f"day 0 is {start.isoformat()}, day 1 is {(start + timedelta(days=1)).isoformat()}"

"""Moments written in ISO 8601, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.case_log import NO_MOMENT, Moments

Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
MIDNIGHTS: Final = frozenset({"", "00:00", "00:00:00"})
CLOCK: Final = slice(11, 19)
"""Where the clock stands in a date and time."""

_DAY: Final = 86_400_000
_MINUTE: Final = 60_000
_MINUTES: Final = 1_440
_CLOCK_ENDS: Final = 19
_FRACTIONS: Final = {0: 0, 4: 3, 7: 6}
"""Lengths of what follows the seconds, point included, and digits in it."""

_DAYS_BEFORE: Final = np.array([0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])


def moment_of(text: str) -> int | None:
    """Milliseconds of UTC, without an offset as UTC, cut to whole ones; ``None`` if it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
        whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return (whole - EPOCH) // MILLISECOND
    except (ValueError, OverflowError):
        return None


def is_midnight(text: str) -> bool:
    """Whether a text has no clock, or one that reads midnight."""
    return text.strip()[CLOCK] in MIDNIGHTS


def written_moments(moments: Moments, midnight: Flags) -> list[str]:
    """Moments as texts in UTC; those that are ``midnight`` with an offset that makes them so.

    One that only happens to be midnight in UTC is written an hour ahead, so that none is taken for
    a day that is none. ``NO_MOMENT`` is an empty text.
    """
    minutes = moments // _MINUTE % _MINUTES
    ahead = np.where(minutes < _MINUTES // 2, -minutes, _MINUTES - minutes)
    ahead = np.where(midnight, ahead, np.where(minutes == 0, 60, 0))
    known = moments != NO_MOMENT
    shown = np.datetime_as_string(
        np.where(known, moments + ahead * _MINUTE, 0).astype("datetime64[ms]"), unit="ms"
    )
    offsets = {int(minute): _offset_text(int(minute)) for minute in np.unique(ahead)}
    return [
        f"{text}{offsets[minute]}" if is_known else ""
        for text, minute, is_known in zip(
            shown.tolist(), ahead.tolist(), known.tolist(), strict=True
        )
    ]


def _offset_text(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


@dataclass(frozen=True, slots=True)
class ReadMoments:
    """What texts say: ``NO_MOMENT`` where that is no moment."""

    moments: Moments
    midnight: Flags

    @property
    def good(self) -> Flags:
        """Which of them are moments."""
        good: Flags = self.moments != NO_MOMENT
        return good


def moments_in(texts: pa.Array) -> ReadMoments:
    """Read texts (an Arrow array of binary without nulls), the usual ways of writing quickly."""
    count = len(texts)
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset :][: count + 1]
    data = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    lengths = np.diff(offsets)
    read = ReadMoments(np.full(count, NO_MOMENT), np.zeros(count, dtype=bool))
    for length in np.flatnonzero(np.bincount(lengths, minlength=1)):
        rows = np.flatnonzero(lengths == length)
        if length >= _CLOCK_ENDS:
            cells = data[offsets[rows][:, None] + np.arange(length)]
            usual = _usual(cells)
            read.moments[rows] = usual
            read.midnight[rows] = (cells[:, CLOCK] == np.frombuffer(b"00:00:00", np.uint8)).all(1)
            rows = rows[usual == NO_MOMENT]
        for row in rows:
            text = texts[int(row)].as_py().decode("utf-8", "replace")
            moment = moment_of(text)
            read.moments[row] = NO_MOMENT if moment is None else moment
            read.midnight[row] = is_midnight(text)
    return read


def _usual(cells: Bytes) -> Moments:
    """Texts of one length as 2024-03-01T08:00:00, with a fraction and an offset or without."""
    nothing = np.full(len(cells), NO_MOMENT)
    tail = cells.shape[1] - _CLOCK_ENDS
    zone = 6 if tail >= 6 and ((cells[:, -3] == ord(":")).all()) else 0
    zone = zone or int(tail >= 1 and (cells[:, -1] == ord("Z")).all())
    digits = _FRACTIONS.get(tail - zone)
    if digits is None:
        return nothing
    good = _marked(cells, {4: "-", 7: "-", 13: ":", 16: ":"})
    good &= (cells[:, 10] == ord("T")) | (cells[:, 10] == ord(" "))
    year, year_good = _number(cells, 0, 4)
    parts = [_number(cells, at, 2) for at in (5, 8, 11, 14, 17)]
    month, day, hour, minute, second = (part for part, _ in parts)
    good &= year_good & np.logical_and.reduce([is_good for _, is_good in parts])
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24)
    good &= (minute < 60) & (second < 60) & (day <= _length_of(year, np.clip(month, 1, 12)))
    days = _days(year, np.clip(month, 1, 12), day)
    moments = days * _DAY + ((hour * 60 + minute) * 60 + second) * 1_000
    if digits:
        fraction, fraction_good = _number(cells, _CLOCK_ENDS + 1, 3)
        _rest, rest_good = _number(cells, _CLOCK_ENDS + 4, digits - 3)
        good &= fraction_good & rest_good & (cells[:, _CLOCK_ENDS] == ord("."))
        moments += fraction
    if zone == 6:
        offset, offset_good = _offset(cells)
        moments, good = moments - offset, good & offset_good
    return np.where(good, moments, NO_MOMENT)


def _marked(cells: Bytes, marks: dict[int, str]) -> Flags:
    good: Flags = np.logical_and.reduce([cells[:, at] == ord(mark) for at, mark in marks.items()])
    return good


def _number(cells: Bytes, start: int, digits: int) -> tuple[Moments, Flags]:
    """The number that some digits make, and whether they are digits."""
    number = np.zeros(len(cells), dtype=np.int64)
    good = np.ones(len(cells), dtype=bool)
    for at in range(start, start + digits):
        digit = cells[:, at] - np.uint8(ord("0"))
        good &= digit < 10
        number = number * 10 + digit
    return number, good


def _offset(cells: Bytes) -> tuple[Moments, Flags]:
    """Milliseconds ahead of UTC, from the last six characters."""
    end = cells.shape[1]
    hours, hours_good = _number(cells, end - 5, 2)
    minutes, minutes_good = _number(cells, end - 2, 2)
    sign = cells[:, end - 6]
    good = hours_good & minutes_good & (hours < 24) & (minutes < 60)
    good &= (sign == ord("+")) | (sign == ord("-"))
    ahead = (hours * 60 + minutes) * 60_000
    return np.where(sign == ord("-"), -ahead, ahead), good


def _is_leap(year: Moments) -> Flags:
    leap: Flags = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    return leap


def _length_of(year: Moments, month: Moments) -> Moments:
    lengths: Moments = _DAYS_BEFORE[month + 1] - _DAYS_BEFORE[month]
    lengths += (month == 2) & _is_leap(year)
    return lengths


def _days(year: Moments, month: Moments, day: Moments) -> Moments:
    """Days since 1970 in the calendar of today, carried back to the year 1."""
    before = year - 1
    days: Moments = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
    days += _DAYS_BEFORE[month] + ((month > 2) & _is_leap(year)) + day - 1
    return days

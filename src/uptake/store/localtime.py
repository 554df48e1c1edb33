"""The calendar day and hour of an instant in a time zone, for millions of instants at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from uptake.store.errors import UptakeError

MILLISECONDS_IN_A_DAY = 86_400_000
MILLISECONDS_IN_AN_HOUR = 3_600_000
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Outside these years the offset of the nearest one is used."""

Milliseconds = npt.NDArray[np.int64]


class UnknownTimeZone(UptakeError):
    """A time zone that is not in the IANA database."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"'{name}' is not a known time zone: use a name such as Europe/Berlin or UTC."
        )


@dataclass(frozen=True, slots=True)
class _Offsets:
    """Offset from UTC (ms) that holds from each moment (ms since 1970) until the next."""

    starts: Milliseconds
    offsets: Milliseconds


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name, or a sentence that says what a name looks like."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownTimeZone(name) from error


def local_milliseconds(utc: Milliseconds, timezone: str) -> Milliseconds:
    """Wall-clock milliseconds since 1970 of UTC instants in a time zone."""
    if timezone == "UTC" or not len(utc):
        return utc
    first, last = _year(int(utc.min())), _year(int(utc.max()))
    table = _offsets(timezone, first, last)
    where = np.searchsorted(table.starts, utc, side="right") - 1
    return utc + table.offsets[np.maximum(where, 0)]


def local_days(utc: Milliseconds, timezone: str) -> npt.NDArray[np.int32]:
    """Days since 1970-01-01 of the local calendar."""
    return (local_milliseconds(utc, timezone) // MILLISECONDS_IN_A_DAY).astype(np.int32)


def local_hours(utc: Milliseconds, timezone: str) -> npt.NDArray[np.int8]:
    """Hour of the local day, 0-23."""
    hours = local_milliseconds(utc, timezone) // MILLISECONDS_IN_AN_HOUR
    return (hours % 24).astype(np.int8)


def _year(instant: int) -> int:
    year = 1970 + instant // (365 * MILLISECONDS_IN_A_DAY)
    return min(max(year, FIRST_YEAR), LAST_YEAR)


@lru_cache(maxsize=64)
def _offsets(timezone: str, first_year: int, last_year: int) -> _Offsets:
    """Every change of offset between two years (one year to spare on either side).

    Days whose offset differs from the day before are searched by halving, to the second; zones
    change at most once a day.
    """
    zone = zone_of(timezone)
    day = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 2, 1, 1, tzinfo=UTC)
    starts, offsets = [_instant(day)], [_offset(day, zone)]
    while day < end:
        following = day + timedelta(days=1)
        if _offset(following, zone) != offsets[-1]:
            starts.append(_instant(_change(day, following, zone)))
            offsets.append(_offset(following, zone))
        day = following
    return _Offsets(np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64))


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second between two instants at which the offset is that of the later one."""
    target = _offset(after, zone)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(middle, zone) == target:
            after = middle
        else:
            before = middle
    return after


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1000)


def _instant(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(day: date) -> date:
    """The first day of the next month."""
    return months_from(day, 1)


def months_from(day: date, months: int) -> date:
    """The first day of the month that lies so many months after that of ``day``."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)

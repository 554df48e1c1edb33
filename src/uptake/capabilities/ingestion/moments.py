"""Times as clients write them, in milliseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

SECONDS_END = 100_000_000_000
"""Numbers below are seconds (until the year 5138), numbers above are milliseconds."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

Moment = str | int | float | None


def moment_ms(value: Moment) -> int | None:
    """Read an ISO 8601 text (UTC if it names no offset) or a number of seconds or milliseconds.

    Raises:
        ValueError: this is no time.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _of_text(value)
    return round(value * 1000) if abs(value) < SECONDS_END else round(value)


def _of_text(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _BEGINNING) // _MILLISECOND
    except OverflowError as error:
        raise ValueError(str(error)) from error


def moment_or_none(value: object) -> int | None:
    """Read a time that may be left out: anything that is no time is as if it were not there."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return moment_ms(value)
    except ValueError:
        return None

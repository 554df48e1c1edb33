"""iCalendar as RFC 5545 has it: invitations for mail, and calendars to subscribe to.

UTF-8, lines end in CR LF and are folded at 75 octets without splitting a character; texts escape
backslash, comma, semicolon and line ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PRODUCT = "-//Uptake//Uptake//EN"
LONGEST_LINE = 75
"""Octets of a line, without its end."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """Something at a time. ``uid`` stays the same when it is told again, with a higher sequence.

    ``alarm``: so long before its beginning the calendar shall say something.
    """

    uid: str
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    description: str = ""
    url: str = ""
    alarm: timedelta | None = None
    sequence: int = 0
    attendee: str = ""
    organizer: str = ""


def calendar_text(events: Sequence[CalendarEvent], *, name: str = "", method: str = "") -> str:
    """Return a calendar; ``method`` is REQUEST for an invitation, empty for a subscription."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    if method:
        lines.append(f"METHOD:{method}")
    if name:
        lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(event.uid)}"
    yield f"DTSTAMP:{_moment(event.stamp)}"
    yield f"DTSTART:{_moment(event.start)}"
    yield f"DTEND:{_moment(event.end)}"
    yield f"SUMMARY:{_escaped(event.summary)}"
    yield f"SEQUENCE:{event.sequence}"
    yield "TRANSP:TRANSPARENT"
    if event.description:
        yield f"DESCRIPTION:{_escaped(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    if event.organizer:
        yield f"ORGANIZER:mailto:{event.organizer}"
    if event.attendee:
        yield f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:{event.attendee}"
    if event.alarm is not None:
        yield from _alarm(event.alarm, event.summary)
    yield "END:VEVENT"


def _alarm(before: timedelta, words: str) -> Iterator[str]:
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_escaped(words)}"
    yield f"TRIGGER:-PT{int(before.total_seconds() // 60)}M"
    yield "END:VALARM"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Escape what has a meaning of its own; control characters have no place in a calendar."""
    plain = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Cut a line into pieces of at most 75 octets; all but the first begin with a space."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece

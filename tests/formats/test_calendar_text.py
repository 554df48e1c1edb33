"""Calendars as RFC 5545 has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from uptake.formats.calendar_text import LONGEST_LINE, CalendarEvent, calendar_text

DUE = datetime(2026, 3, 6, 13, tzinfo=timezone(timedelta(hours=1)))
EVENT = CalendarEvent(
    uid="reminder-1@uptake",
    stamp=datetime(2026, 3, 2, 8, tzinfo=UTC),
    start=DUE - timedelta(minutes=15),
    end=DUE,
    summary="Log calls; until Friday, 13:00",
    description="Three are left.\nInside sales call next.",
    url="https://uptake.example.org/w/acme/my-week",
    alarm=timedelta(hours=2),
    attendee="ursula@example.org",
)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_invitation_has_what_calendars_need() -> None:
    lines = unfolded(calendar_text([EVENT], method="REQUEST"))

    assert lines[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "METHOD:REQUEST", "UID:reminder-1@uptake"} <= set(lines)
    assert {"DTSTAMP:20260302T080000Z", "DTSTART:20260306T114500Z"} <= set(lines)
    assert "DTEND:20260306T120000Z" in lines
    assert "TRIGGER:-PT120M" in lines
    (attendee,) = (line for line in lines if line.startswith("ATTENDEE"))
    assert attendee.endswith("mailto:ursula@example.org")


def test_marks_with_a_meaning_are_escaped() -> None:
    lines = unfolded(calendar_text([EVENT]))

    assert "SUMMARY:Log calls\\; until Friday\\, 13:00" in lines
    assert "DESCRIPTION:Three are left.\\nInside sales call next." in lines


@given(st.text(max_size=300))
def test_no_line_is_too_long_and_none_is_lost(summary: str) -> None:
    text = calendar_text([CalendarEvent("u", EVENT.stamp, EVENT.start, DUE, summary)], name=summary)

    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= LONGEST_LINE
    assert all(line.isprintable() for line in text.split("\r\n"))
    (said,) = [line for line in unfolded(text) if line.startswith("SUMMARY:")]
    back = said.removeprefix("SUMMARY:").replace("\\\\", "\0").replace("\\n", "\n")
    back = back.replace("\\;", ";").replace("\\,", ",").replace("\0", "\\")
    assert back == "".join(letter for letter in summary if letter.isprintable() or letter == "\n")

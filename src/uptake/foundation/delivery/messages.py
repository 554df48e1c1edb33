"""What a message says, whichever way it goes, and what a way answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import msgspec


@dataclass(frozen=True, slots=True)
class Message:
    """A subject, paragraphs, and one thing to do about it.

    ``link`` is a whole address. ``calendar`` is an iCalendar text that invites to something.
    ``leave`` is the whole address at which whoever gets it says that they want no more of these.
    ``why`` says why somebody gets it.
    """

    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""
    link_words: str = ""
    calendar: str = ""
    leave: str = ""
    why: str = ""

    @property
    def text(self) -> str:
        """The whole of it as plain text."""
        parts = list(self.paragraphs)
        if self.link:
            parts.append(f"{self.link_words}: {self.link}" if self.link_words else self.link)
        if self.why:
            parts.append(f"-- \n{self.why}")
        if self.leave:
            parts.append(f"No more of these: {self.leave}")
        return "\n\n".join(parts) + "\n"


def kept_form(message: Message) -> dict[str, object]:
    """Return what is kept of a message."""
    built: dict[str, object] = msgspec.to_builtins(message)
    return built


def read(kept: object) -> Message:
    """Return a message from what is kept."""
    return msgspec.convert(kept, Message)


class Ending(StrEnum):
    """What is known after an attempt.

    ``NOT_YET``: nobody took it, and a later attempt may succeed. ``REFUSED``: nobody took it, and
    nobody will. ``UNKNOWN``: it left, and no answer says whether it was taken.
    """

    TAKEN = "taken"
    NOT_YET = "not yet"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, what the other side said, and how long it asked us to wait."""

    ending: Ending
    said: str = ""
    wait: timedelta | None = None


Begin = Callable[[], None]
"""Called right before a message leaves; raises ``ClaimLost`` if it is somebody else's by now."""


class ClaimLost(Exception):
    """A worker was so slow that its claim was taken away before anything had left."""

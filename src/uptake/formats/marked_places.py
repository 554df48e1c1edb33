"""Single values in YAML as people write them; what cannot be read says where it stands."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from uptake.formats.errors import UnusableFileError
from uptake.formats.marked_yaml import Marked

Kind = TypeVar("Kind", bound=StrEnum)
Read = TypeVar("Read")

YES = frozenset({"yes", "true", "always", "on"})
NO = frozenset({"no", "false", "never", "off", ""})


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """Where in a file of YAML something is read, to say so when it cannot be."""

    file: str
    what: str

    def refuse(self, at: Marked, problem: str) -> UnusableFileError:
        """The sentence for ``problem``, with file, line and part."""
        part = f", {self.what}" if self.what else ""
        return UnusableFileError(f"{self.file}, line {at.line}{part}: {problem}")

    def parts(self, at: Marked, known: Collection[str]) -> dict[str, Marked]:
        """The named parts of ``at``, of which only ``known`` ones may be said."""
        if at.parts is None:
            raise self.refuse(at, f"write it as lines of name: value, with {', '.join(known)}.")
        for name, line in at.names.items():
            if name not in known:
                problem = f"{name!r} means nothing here; {nearest(name, known)}"
                raise self.refuse(Marked(line), problem)
        return at.parts

    def named(self, at: Marked) -> dict[str, Marked]:
        """The named parts of ``at``, whatever they are called."""
        if at.parts is None:
            raise self.refuse(at, "write it as lines of name: value.")
        return at.parts

    def text(self, at: Marked) -> str:
        """One text."""
        if at.text is None:
            raise self.refuse(at, "write one text, not a list.")
        return at.text.strip()

    def texts(self, at: Marked) -> tuple[str, ...]:
        """A list of texts, or one."""
        if at.items is None:
            one = self.text(at)
            return (one,) if one else ()
        return tuple(self.text(item) for item in at.items)

    def items(self, at: Marked) -> tuple[Marked, ...]:
        """The items of a list."""
        if at.items is None:
            if at.is_nothing:
                return ()
            raise self.refuse(at, "write a list: each item on a line of its own, after a hyphen.")
        return at.items

    def choice(self, at: Marked, kind: type[Kind]) -> Kind:
        """One of a few words."""
        text = self.text(at).lower()
        if text not in list(kind):
            raise self.refuse(at, f"{text!r} is not known; {nearest(text, list(kind))}")
        return kind(text)

    def truth(self, at: Marked) -> bool:
        """Yes or no."""
        text = self.text(at).lower()
        if text not in YES | NO:
            raise self.refuse(at, f"{text!r} is neither yes nor no.")
        return text in YES

    def whole(self, at: Marked, least: int = 0) -> int:
        """A whole number."""
        text = self.text(at)
        if not text.isdecimal() or int(text) < least:
            raise self.refuse(at, f"{text!r} is no whole number of {least} or more.")
        return int(text)

    def share(self, at: Marked) -> float:
        """A share: 5 % or 0.05."""
        text = self.text(at)
        number = text.removesuffix("%").strip()
        try:
            value = float(number) / (100 if text.endswith("%") else 1)
        except ValueError:
            raise self.refuse(at, f"{text!r} is no share: write 5 % or 0.05.") from None
        if not 0 <= value <= 1:
            raise self.refuse(at, f"{text!r} is more than everything: write 5 % or 0.05.")
        return round(value, 10)

    def day(self, at: Marked) -> date:
        """A date."""
        text = self.text(at)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.refuse(at, f"{text!r} is no date: write it as 2024-01-31.") from None

    def tried(self, at: Marked, read: Callable[[], Read]) -> Read:
        """What ``read`` returns; its ValueError becomes a sentence with the place."""
        try:
            return read()
        except ValueError as problem:
            raise self.refuse(at, str(problem)) from None


def nearest(name: str, known: Collection[str]) -> str:
    """ "did you mean …" for a name that nobody knows, or the names there are."""
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"use one of {', '.join(list(known)[:12])}."

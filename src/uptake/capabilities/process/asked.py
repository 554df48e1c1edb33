"""What part of a process somebody asks for: the address of every page, read and written again.

All pages of a process share these parameters, so whatever is chosen on one is chosen on all, and
an address can be sent to somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from uptake.capabilities.process.drift_spans import DriftSpans
from uptake.formats.case_log import Performer

Kind = TypeVar("Kind", bound=StrEnum)
EVERYTHING = 100


class Overlay(StrEnum):
    """What the map's lines tell of."""

    FREQUENCY = "frequency"
    PERFORMANCE = "performance"
    DEVIATION = "deviation"


class Clock(StrEnum):
    """Which time is counted: all of it, or that in which the house is open."""

    CALENDAR = "calendar"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of a process; empty is all of it.

    ``begins`` and ``ends``: days on which cases began. ``organisation`` and ``group``: cases that
    passed through. ``has`` and ``lacks``: an activity. ``variant`` and ``deviation``: their keys.
    ``level``: whose hands. ``paths``: percent of all steps from one activity to the next that the
    map shows, 0: as many as can be read. ``model``: number of the version, 0: the one in force.
    ``since`` to ``until``, and ``reference_from`` to ``reference_until`` before it: days that are
    set beside each other for drift, None: as far as the steps go, halves where none is said.
    ``clock``: which time is shown. ``least``: percent of cases that a way has that is listed.
    """

    begins: date | None = None
    ends: date | None = None
    organisation: str = ""
    group: str = ""
    has: str = ""
    lacks: str = ""
    variant: str = ""
    deviation: str = ""
    level: Performer | None = None
    overlay: Overlay = Overlay.FREQUENCY
    paths: int = 0
    model: int = 0
    clock: Clock = Clock.CALENDAR
    least: int = 0
    since: date | None = None
    until: date | None = None
    reference_from: date | None = None
    reference_until: date | None = None

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Asked:
        """Read an address; what cannot be read asks for nothing."""
        return cls(
            begins=day_asked(said.get("from", "")),
            ends=day_asked(said.get("to", "")),
            organisation=said.get("account", ""),
            group=said.get("group", ""),
            has=said.get("with", ""),
            lacks=said.get("without", ""),
            variant=said.get("variant", ""),
            deviation=said.get("deviation", ""),
            level=_one_of(Performer, said.get("by", "")),
            overlay=_one_of(Overlay, said.get("show", "")) or Overlay.FREQUENCY,
            paths=min(_number(said.get("paths", "")), EVERYTHING),
            model=_number(said.get("model", "")),
            clock=_one_of(Clock, said.get("clock", "")) or Clock.CALENDAR,
            least=min(_number(said.get("least", "")), EVERYTHING),
            since=day_asked(said.get("since", "")),
            until=day_asked(said.get("until", "")),
            reference_from=day_asked(said.get("reference_from", "")),
            reference_until=day_asked(said.get("reference_until", "")),
        )

    def query(self, **changes: object) -> str:
        """Return the address's question with some parts changed; empty where nothing is asked."""
        changed = replace(self, **changes)  # type: ignore[arg-type]  # fields of this class
        said = {
            NAMES[part.name]: _said(getattr(changed, part.name))
            for part in fields(changed)
            if getattr(changed, part.name) != part.default
        }
        return f"?{urlencode(said)}" if said else ""

    @property
    def spans(self) -> DriftSpans:
        """The part of it that decides which days are set beside each other for drift."""
        return DriftSpans(self.since, self.until, self.reference_from, self.reference_until)

    @property
    def narrows(self) -> bool:
        """Say whether it leaves cases out."""
        return self.cases != Asked()

    @property
    def cases(self) -> Asked:
        """The part of it that decides which cases are looked at."""
        return Asked(**{name: getattr(self, name) for name in WORDS})

    @property
    def chosen(self) -> tuple[tuple[str, str, str], ...]:
        """What was chosen: a word for it, what, and the question without it."""
        return tuple(
            (WORDS[name], _said(getattr(self, name)), self.query(**{name: _empty(name)}))
            for name in WORDS
            if getattr(self, name)
        )


NAMES = {
    "begins": "from",
    "ends": "to",
    "organisation": "account",
    "group": "group",
    "has": "with",
    "lacks": "without",
    "variant": "variant",
    "deviation": "deviation",
    "level": "by",
    "overlay": "show",
    "paths": "paths",
    "model": "model",
    "clock": "clock",
    "least": "least",
    "since": "since",
    "until": "until",
    "reference_from": "reference_from",
    "reference_until": "reference_until",
}
"""The parameters of addresses."""

WORDS = {
    "begins": "began from",
    "ends": "began until",
    "organisation": "passed",
    "group": "passed",
    "has": "with",
    "lacks": "without",
    "variant": "variant",
    "deviation": "deviation",
}
"""How what was chosen is spoken of."""


def _empty(name: str) -> object:
    return next(part.default for part in fields(Asked) if part.name == name)


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def day_asked(text: str) -> date | None:
    """Return a day of an address; what cannot be read is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _one_of(kind: type[Kind], text: str) -> Kind | None:
    return kind(text) if text in {each.value for each in kind} else None

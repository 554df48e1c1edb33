"""What before and after can be asked: of which cases, from which day on, alike in what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from urllib.parse import parse_qsl

from uptake.capabilities.process.asked import Asked

MOST_ALIKE = 4
"""Attributes that make cases alike at once; with more, hardly two cases are."""


@dataclass(frozen=True, slots=True)
class Question:
    """One comparison. ``cases``: which are looked at, whatever way they stray.

    ``day``: the first of after. ``mix``: attributes of cases that make them alike, None for the
    account where there are several.
    """

    cases: Asked
    day: date
    mix: tuple[str, ...] | None = None

    @property
    def text(self) -> str:
        """The question as it is kept, the same whenever the same is asked."""
        mix = None if self.mix is None else sorted(self.mix)
        said = {"cases": self.cases.query(), "day": self.day.isoformat(), "mix": mix}
        return json.dumps(said, ensure_ascii=False, sort_keys=True)

    @property
    def key(self) -> str:
        """A short name of the question."""
        return blake2b(self.text.encode(), digest_size=16).hexdigest()

    @classmethod
    def of(cls, text: str) -> Question:
        """Read a question that was kept."""
        said = json.loads(text)
        mix = None if said["mix"] is None else tuple(said["mix"])
        asked = Asked.of(dict(parse_qsl(said["cases"].removeprefix("?"))))
        return cls(asked, date.fromisoformat(said["day"]), mix)

"""Single values of a standard as people write them; what cannot be read says how to write it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from uptake.capabilities.records.conditions import Condition, parse_condition
from uptake.capabilities.records.standard import Unit, Within
from uptake.formats.marked_places import YES as YES
from uptake.formats.marked_places import MarkedPlace, nearest
from uptake.formats.marked_yaml import Marked

_WITHIN = re.compile(r"(\d+(?:\.\d+)?)\s*(min(?:ute)?s?|h(?:ours?)?|working days?|d(?:ays?)?)")
_UNITS = {"m": Unit.MINUTES, "h": Unit.HOURS, "w": Unit.WORKING_DAYS, "d": Unit.DAYS}


@dataclass(frozen=True, slots=True)
class Place(MarkedPlace):
    """Where in a standard something is read, with the values that only standards have."""

    def within(self, at: Marked) -> Within:
        """A span: 24 hours, 30 minutes, 2 working days."""
        text = self.text(at).lower()
        found = _WITHIN.fullmatch(text)
        if not found:
            example = "24 hours, 30 minutes, 3 days or 1 working day"
            raise self.refuse(at, f"{text!r} is no span of time: write {example}.")
        return Within(float(found[1]), _UNITS[found[2][0]])

    def condition(self, at: Marked, fields: Collection[str]) -> Condition:
        """A condition over the standard's fields."""
        text = self.text(at)
        return self.tried(at, lambda: parse_condition(text, fields))

    def field(self, at: Marked, fields: Collection[str]) -> str:
        """One of the standard's fields."""
        text = self.text(at)
        if text not in fields:
            raise self.refuse(at, f"{text!r} is not one of the fields: {nearest(text, fields)}")
        return text

"""What every reader of drawn process models ends in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from uptake.methods.process.nets import Net


@dataclass(frozen=True, slots=True)
class Left:
    """Something of a drawing that is not taken as it was drawn: what, where, and what was done."""

    what: str
    line: int
    done: str

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"Line {self.line}: {self.what} {self.done}."


@dataclass(frozen=True, slots=True)
class DrawnModel:
    """A model read from a file.

    ``roles``: the lanes in which an activity is drawn, by its name. ``events``: names of events
    that are drawn and that nobody sees in the net. ``left``: what was not taken as it was drawn,
    empty where everything was.
    """

    name: str
    net: Net
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()

"""What can go wrong with an import so that somebody can mend it."""

from __future__ import annotations

from uptake.foundation.errors import Conflict, Invalid


class OutOfStep(Conflict):
    """A piece of an upload does not begin where the last one ended."""


class NotTheSameFile(Invalid):
    """What arrived is not what was announced."""


class WrongState(Conflict):
    """An import is not in the state that an action needs."""

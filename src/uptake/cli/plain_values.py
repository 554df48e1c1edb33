"""Words and paths from the command line as they stand.

Typer has pydantic look at every value, which takes a quarter of a second to import; what was not
said, and a word or a path that nothing else is asked of, need no looking at. Where typer does not
ask as it does here, nothing changes but the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PLAIN: dict[object, Callable[[Any], object]] = {str: str, Path: Path, list[str]: list}

_ASKS = "get_runtime_param"
"""By this a parameter of typer is asked for who looks at its value."""


def take_as_they_stand(command: Any, context: Any) -> None:  # Any: typer keeps their bases private
    """Let a command take its words and paths without a look."""
    for parameter in command.get_params(context):
        if hasattr(parameter, _ASKS) and _ASKS not in vars(parameter):
            setattr(parameter, _ASKS, _AsItStands.of(parameter).itself)


@dataclass(frozen=True, slots=True)
class _AsItStands:
    """Makes the value of a parameter; ``made``: None where somebody has to ``look`` at it."""

    made: Callable[[Any], object] | None
    look: Callable[[], Any]
    nothing: object

    @classmethod
    def of(cls, parameter: Any) -> _AsItStands:  # Any: typer keeps its parameters' base private
        """Read off what a parameter is made into."""
        described = parameter.type_descriptor
        made = None if _is_asked(described.parameter_info) else _PLAIN.get(described.annotation)
        is_many = getattr(parameter, "multiple", False) or parameter.nargs == -1
        return cls(made, getattr(parameter, _ASKS), () if is_many else None)

    def itself(self) -> _AsItStands:
        """Return who looks at the value."""
        return self

    def coerce(self, value: object, param: object, ctx: object) -> object:
        """Return what the command is called with."""
        if value is None:
            return self.nothing
        return self.made(value) if self.made else self.look().coerce(value, param=param, ctx=ctx)


def _is_asked(info: Any) -> bool:  # Any: the base of what is said of a parameter is private
    """Whether more is asked of a value than to be one."""
    asked = (info.parser, info.exists, info.resolve_path, info.allow_dash, info.path_type)
    return any((*asked, info.writable, not info.file_okay, not info.dir_okay))

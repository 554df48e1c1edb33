"""Shapes of before and after over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from uptake.capabilities.process.api_asked import Selection
from uptake.capabilities.process.before_after import BeforeAfter
from uptake.capabilities.process.comparison_json import comparison_json
from uptake.foundation.api.shapes import Shape

Json = dict[str, Any]  # `before_after` of docs/reference/process-json.md
Column = Annotated[str, Field(max_length=1_000)]


class ComparedSelection(Selection):
    """Which cases, from which day on, alike in what; a deviation narrows nothing here."""

    at: date | None = None
    """The first day of after; left out: the day from which the version in force holds."""
    mix: Annotated[list[Column], Field(max_length=4, default_factory=list)]
    """What cases are made alike in; left out: the account, where there are several."""


class BeforeAfterShape(Shape):
    """Cases before a day beside those from it on, as far as that is worked out."""

    process: Annotated[int, Field(examples=[17])]
    """The number of the process."""
    at: Annotated[date | None, Field(examples=["2026-06-22"])]
    """The first day of after."""
    alike_in: tuple[str, ...]
    """What cases are made alike in."""
    can_be_alike_in: tuple[str, ...]
    """What they can be made alike in."""
    problem: str
    """Why nothing is said, and what to choose instead; empty where something is."""
    working_since: datetime | None
    """Since when an answer, or a newer one, is being worked out; null: this is the newest."""
    as_of: datetime | None
    """When the answer was worked out; null while there is none, or part of one."""
    before_after: Json | None
    """The documented contract of before and after; null where nothing is known yet."""

    @classmethod
    def of(cls, process: int, found: BeforeAfter) -> BeforeAfterShape:
        """Return the shape of a comparison."""
        return cls(
            process=process,
            at=found.day,
            alike_in=found.mix,
            can_be_alike_in=found.offered,
            problem=found.problem,
            working_since=found.since,
            as_of=found.as_of,
            before_after=comparison_json(found.comparison),
        )

"""What people say about a log of cases when the file alone does not say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class CaseChoices:
    """How to read a log; every choice has a default that is proposed from the file.

    ``columns``: roles as ``{"case": "number", "activity": "state+substate", "role": ""}``: columns
    joined by ``+`` make one value, nothing unmaps a role. ``object_type``: of an object-centric
    log, whose lives are the cases. ``attributes``: the other columns to keep; ``None`` keeps all
    as far as they fit. ``timezone``: of stamps without an offset (``None``: UTC). ``origin``: day
    0 of day numbers. ``today``: the day after which stamps are strange (``None``: the machine's).
    ``encoding``: of text files, where the bytes do not show it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    object_type: str | None = None
    attributes: tuple[str, ...] | None = None
    timezone: str | None = None
    origin: date | None = None
    today: date | None = None
    encoding: str | None = None

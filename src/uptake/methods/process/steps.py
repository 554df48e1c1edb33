"""The steps of a case beside a model: together, skipped or inserted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whose step it is."""

    TOGETHER = "together"
    SKIPPED = "skipped"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an alignment; steps that nobody sees are left out."""

    kind: Kind
    label: str


class Steps(dict[str, Step]):
    """One step of a kind for each label."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def __missing__(self, label: str) -> Step:
        step = self[label] = Step(self._kind, label)
        return step

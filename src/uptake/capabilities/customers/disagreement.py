"""Where executives mean different things by success, or have not been asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from uptake.capabilities.customers.actions import HORIZONS
from uptake.capabilities.customers.models import SuccessDefinition


class Standing(StrEnum):
    """How the definitions of one horizon stand to each other."""

    NOBODY = "nobody"
    ONE_VOICE = "one voice"
    AGREED = "agreed"
    OTHER_TARGETS = "other targets"
    OTHER_MEASURES = "other measures"
    NO_MEASURE = "no measure"


DISAGREEMENTS = frozenset({Standing.OTHER_TARGETS, Standing.OTHER_MEASURES})


@dataclass(frozen=True, slots=True)
class Horizon:
    """What executives said of one horizon, and how that stands."""

    years: int
    definitions: tuple[SuccessDefinition, ...]
    standing: Standing

    @property
    def is_disagreement(self) -> bool:
        """Say whether somebody has to settle it."""
        return self.standing in DISAGREEMENTS


def horizons(definitions: Iterable[SuccessDefinition]) -> list[Horizon]:
    """Return every horizon of a deployment, the nearest first, those nobody spoke of included."""
    by_years: dict[int, list[SuccessDefinition]] = defaultdict(list)
    for definition in definitions:
        by_years[definition.horizon_years].append(definition)
    return [
        Horizon(years, tuple(by_years[years]), standing_of(by_years[years])) for years in HORIZONS
    ]


def standing_of(definitions: Sequence[SuccessDefinition]) -> Standing:
    """Judge the definitions of one horizon by measure first, then by target.

    Case and spaces do not count. Without a measure from everybody nobody can tell.
    """
    if not definitions:
        return Standing.NOBODY
    if len(definitions) == 1:
        return Standing.ONE_VOICE
    measures = {_plain(definition.measure) for definition in definitions}
    if len(measures - {""}) > 1:
        return Standing.OTHER_MEASURES
    if "" in measures:
        return Standing.NO_MEASURE
    targets = {_plain(definition.target) for definition in definitions}
    return Standing.AGREED if len(targets) == 1 else Standing.OTHER_TARGETS


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())

"""Where the lines between the adoption states lie: written down, editable, versioned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lines of the state classifier. Every field may be changed; ``version`` names the set.

    The defaults are starting points to be tuned on the customer's own outcomes, not norms.
    """

    idle_active_share: float = 0.05
    """Idle below this share of people in scope with a value action in the last 28 days."""

    barely_active_share: float = 0.40
    """Barely used below this share of people in scope active in the last 28 days."""

    barely_frequency: float = 0.25
    """Barely used below this median of active days / expected active days of people in scope."""

    barely_breadth: float = 0.20
    """Barely used below this share of expected actions that were used at all."""

    conformance: float = 0.60
    """Used in the wrong way below this share of work that follows the intended process."""

    timeliness: float = 0.50
    """Used in the wrong way below this share of records written inside the agreed window."""

    quality: float = 0.70
    """Bad data below this share of records that were right the first time."""

    fewest_people: int = 5
    """Groups with fewer people in scope get no state: they would show single persons."""

    fewest_records: int = 20
    """Conformance, timeliness and quality say nothing below this many records."""

    due_after_days: int = 28
    """A group is judged once it has been live this long: one whole measuring window."""

    confidence: float = 0.95
    """Confidence of the Wilson intervals that mark a state as uncertain."""

    periods_to_confirm: int = 2
    """A change of state counts once it was seen in this many evaluations in a row."""

    def __post_init__(self) -> None:
        shares = [getattr(self, name) for name in _SHARES]
        if not all(0 <= share <= 1 for share in shares) or not 0 < self.confidence < 1:
            raise ValueError("Thresholds that are shares must lie between 0 and 1.")
        if self.idle_active_share > self.barely_active_share:
            raise ValueError("The threshold for idle cannot lie above the one for barely used.")
        if min(self.fewest_people, self.fewest_records, self.periods_to_confirm) < 1:
            raise ValueError("Smallest counts must be at least 1.")

    @classmethod
    def from_mapping(cls, values: Mapping[str, float]) -> Thresholds:
        """Take the defaults and change the named ones; raises ValueError for an unknown name."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(
                f"There is no threshold called {unknown[0]}; there are: {', '.join(sorted(known))}."
            )
        typed: dict[str, Any] = {  # whole numbers and shares: the field decides
            name: int(value) if name in _WHOLE_NUMBERS else float(value)
            for name, value in values.items()
        }
        return cls(**typed)

    @property
    def version(self) -> str:
        """Eight characters that change whenever a threshold changes; stored with every result."""
        return _version(self)


@lru_cache(maxsize=64)
def _version(thresholds: Thresholds) -> str:
    text = ";".join(f"{name}={value!r}" for name, value in sorted(asdict(thresholds).items()))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


_SHARES = (
    "idle_active_share",
    "barely_active_share",
    "barely_frequency",
    "barely_breadth",
    "conformance",
    "timeliness",
    "quality",
)
_WHOLE_NUMBERS = ("fewest_people", "fewest_records", "due_after_days", "periods_to_confirm")

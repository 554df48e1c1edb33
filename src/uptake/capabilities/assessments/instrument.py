"""What is asked: norms, each with statements that people agree with or not.

Content is written as YAML in the package and kept in the workspace as versions. A statement that is
worded anew is another statement: it gets a new key, and nothing is compared across.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from uptake.foundation.errors import Invalid

MOST_STATEMENTS = 20
"""More than so many are not read to the end (two to four minutes)."""

LONGEST = 200
_STANDARD = "culture-of-adoption"


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody agrees with or not; ``is_reversed``: it is of something bad."""

    key: str
    says: str
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class Norm:
    """Something people live by, and the statements that tell of it."""

    key: str
    name: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """What is asked: its name, what for, and its norms in the order of asking."""

    name: str
    purpose: str
    norms: tuple[Norm, ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements in the order of asking."""
        return tuple(each for norm in self.norms for each in norm.statements)


def read_instrument(content: Mapping[str, Any]) -> Instrument:
    """Return what is kept as content; it was checked when it was written."""
    return Instrument(
        content["name"], content["purpose"], tuple(_norm(each) for each in content["norms"])
    )


def _norm(content: Mapping[str, Any]) -> Norm:
    said = (
        Statement(each["key"], each["says"], bool(each.get("reversed", False)))
        for each in content["statements"]
    )
    return Norm(content["key"], content["name"], tuple(said))


def write_instrument(asked: Instrument) -> dict[str, Any]:
    """Return what is kept of an instrument, as ``read_instrument`` reads it."""
    norms = [
        {
            "key": norm.key,
            "name": norm.name,
            "statements": [
                {"key": each.key, "says": each.says, "reversed": each.is_reversed}
                for each in norm.statements
            ],
        }
        for norm in asked.norms
    ]
    return {"name": asked.name, "purpose": asked.purpose, "norms": norms}


@cache
def standard_instrument() -> Instrument:
    """Return the culture of adoption as Uptake brings it."""
    at = files("uptake.capabilities.assessments") / "instruments" / f"{_STANDARD}.yaml"
    return read_instrument(yaml.safe_load(at.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Worded:
    """A statement as somebody wants it: of which norm, what it says; ``key`` None: a new one."""

    norm: str
    says: str
    is_reversed: bool
    key: str | None = None


def reworded(
    before: Instrument, wanted: Iterable[Worded], *, ever: Collection[str] = ()
) -> Instrument:
    """Return the next version; what says something else now, or tells of another norm, is new.

    ``ever``: keys of statements that were asked in any version, which no new one may get.

    Raises:
        Invalid: nothing is left, something is said twice or too long, or there are too many.
    """
    lines = [line for line in wanted if line.says.strip()]
    _check(before, lines)
    known = {each.key: (norm.key, each) for norm in before.norms for each in norm.statements}
    taken = set(known) | set(ever)
    by_norm: dict[str, list[Statement]] = {norm.key: [] for norm in before.norms}
    for line in lines:
        said = Statement(line.key or "", line.says.strip(), line.is_reversed)
        if known.get(said.key) != (line.norm, said):
            said = Statement(_new_key(line.norm, taken), said.says, said.is_reversed)
            taken.add(said.key)
        by_norm[line.norm].append(said)
    norms = (Norm(norm.key, norm.name, tuple(by_norm[norm.key])) for norm in before.norms)
    return Instrument(before.name, before.purpose, tuple(norms))


def _check(before: Instrument, lines: list[Worded]) -> None:
    if not lines:
        raise Invalid("Leave at least one statement to ask about.")
    if len(lines) > MOST_STATEMENTS:
        raise Invalid(f"Ask about {MOST_STATEMENTS} statements at most, or nobody reads them all.")
    if {line.norm for line in lines} - {norm.key for norm in before.norms}:
        raise Invalid("Choose one of the norms for each statement.")
    if any(len(line.says.strip()) > LONGEST for line in lines):
        raise Invalid(f"Say each statement in {LONGEST} letters or fewer.")
    said = [line.says.strip().casefold() for line in lines]
    if len(set(said)) < len(said):
        raise Invalid("Two statements say the same; leave one out.")


def _new_key(norm: str, taken: set[str]) -> str:
    number = 2
    while f"{norm}-{number}" in taken:
        number += 1
    return f"{norm}-{number}"

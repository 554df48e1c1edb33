"""What every report has in common: how it is headed, what it says of itself, its JSON contract."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any  # JSON

from uptake.ui.document import Document, Fact, Section

_ABOUT = (
    "Made by Uptake, which is open source. This file holds everything it shows: it loads nothing "
    "and sends nothing."
)
_UNNAMED = " It shows groups of five people or more and names nobody."


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a report in a sentence, what qualifies it, and the numbers beside it."""

    sentence: str
    support: str
    facts: tuple[Fact, ...]


def report(
    what: str,
    name: str,
    answer: Answer,
    sections: Iterable[Section | None],
    *,
    is_named: bool = False,
) -> Document:
    """Return a report about ``name``; sections that have nothing to show are None.

    ``is_named``: people appear in it one by one.
    """
    return Document(
        title=f"{what}: {name}",
        kicker=f"{what} · {name}",
        sentence=answer.sentence,
        support=answer.support,
        facts=answer.facts,
        sections=tuple(section for section in sections if section is not None),
        footer=_ABOUT + ("" if is_named else _UNNAMED),
    )


def contract_schema(package: str, name: str) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) that a package holds in the file ``name``."""
    loaded: dict[str, Any] = json.loads(files(package).joinpath(name).read_text("utf-8"))
    return loaded

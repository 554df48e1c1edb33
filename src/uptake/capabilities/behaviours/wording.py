"""How rich the texts of a behaviour are, before people were asked and since."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.behaviours.counted import Ground, Piece, wanted
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.models import Behaviour
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.gaming import word_entropy
from uptake.metrics.behaviours.texts import typed

FEWEST = 50
"""Texts on either side below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Words:
    """Bits a word of so many texts before people were asked and since; None: too few texts."""

    texts: int = 0
    before: float | None = None
    since: float | None = None


NO_WORDS = Words()


def words_of(stand: Ground, behaviour: Behaviour, definition: Definition, places: Counts) -> Words:
    """Measure the texts that people at some places typed into the fields that are asked for."""
    asked = wanted(Piece("texts", definition, behaviour.live_from))
    if asked is None or behaviour.live_from is None or asked.answer or asked.objects:
        return NO_WORDS
    found = typed(stand.view, asked, stand.codes[places], live=behaviour.live_from)
    if found.texts < FEWEST:
        return NO_WORDS
    return Words(found.texts, word_entropy(found.before), word_entropy(found.since))

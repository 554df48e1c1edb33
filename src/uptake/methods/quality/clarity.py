"""Can somebody else understand a note: enough said, who, what next, when, no bare shorthand?

Rules judge; readability advises; likeness to the author's own earlier notes is the counter-metric.
Whether the rules agree with people is checked by Krippendorff's alpha on notes that two people
rated. Source: Flesch (1948), "A new readability yardstick", Journal of Applied Psychology 32.
Methods section 4 (clarity and detail).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from uptake.methods.arrays import Floats

FEWEST_WORDS = 8
ALIKE = 90.0
"""Likeness of words, 0 to 100, from which a note counts as copied."""

LOOK_BACK = 20
"""Earlier notes of the author that a note is compared with."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?]+(?:\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouyäöüéèêàâîïôûù]+")
_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")
_EXPLAINED = re.compile(r"\(([A-Z]{2,6})\)|\b([A-Z]{2,6})\s*\(")
_DATE = re.compile(
    r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\btomorrow\b|\btoday\b|\bnext (?:week|month)\b"
    r"|\b\d{1,2}\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\b",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\bnext\b|\bwill\b|\bto do\b|\bfollow[- ]?up\b|\bagreed\b|\bplan(?:s|ned)?\b|\bsend\b|\bcall\b"
    r"|\bask(?:ed)?\b|\bwaiting for\b|\baction\b|->|→",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(?:he|she|they|we|i|customer|client|user|team|manager|mr|ms|mrs|dr)\b|@\w+", re.IGNORECASE
)
_NAME = re.compile(
    r"(?<![.!?]\s)(?<!^)\b(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
    r"[A-Z][a-z]{2,}\b"
)


@dataclass(frozen=True, slots=True)
class Clarity:
    """What the rules find in a note, and how easy it reads (Flesch, English; None without words).

    ``bare`` are acronyms that neither the note nor the glossary explains.
    """

    words: int
    is_long_enough: bool
    names_somebody: bool
    names_a_next_step: bool
    names_a_date: bool
    bare: tuple[str, ...]
    reading_ease: float | None

    @property
    def is_clear(self) -> bool:
        """Whether every rule holds."""
        named = self.names_somebody and self.names_a_next_step and self.names_a_date
        return self.is_long_enough and named and not self.bare


def clarity(
    note: str, *, fewest_words: int = FEWEST_WORDS, glossary: frozenset[str] = frozenset()
) -> Clarity:
    """Judge a note by the rules; ``glossary``: acronyms that everybody knows."""
    words = _WORD.findall(note)
    explained = {name for pair in _EXPLAINED.findall(note) for name in pair if name}
    bare = dict.fromkeys(_ACRONYM.findall(note))
    return Clarity(
        words=len(words),
        is_long_enough=len(words) >= fewest_words,
        names_somebody=bool(_WHO.search(note) or _NAME.search(note)),
        names_a_next_step=bool(_NEXT.search(note)),
        names_a_date=bool(_DATE.search(note)),
        bare=tuple(name for name in bare if name not in explained | glossary),
        reading_ease=reading_ease(note),
    )


def reading_ease(text: str) -> float | None:
    """Flesch reading ease ``206.835 - 1.015 ASL - 84.6 ASW``: 100 very easy, 0 very hard.

    Syllables are counted as groups of vowels, a silent final e left out; made for English, and
    advice only. None without words.
    """
    words = _WORD.findall(text)
    if not words:
        return None
    sentences = len([part for part in _SENTENCE_END.split(text) if _WORD.search(part)])
    syllables = sum(_syllables(word) for word in words)
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * syllables / len(words)


def _syllables(word: str) -> int:
    lowered = word.casefold()
    count = len(_VOWELS.findall(lowered))
    silent = lowered.endswith("e") and not lowered.endswith(("le", "ee")) and count > 1
    return max(count - silent, 1)


def likeness(notes: Sequence[str], *, look_back: int = LOOK_BACK) -> Floats:
    """How alike each note is to the most alike of its author's earlier ones, 0 to 100.

    ``notes`` of one author, oldest first; the first has nothing before it and is NaN. Likeness of
    sorted words (rapidfuzz ``token_sort_ratio``), so a changed name or date hardly hides a copy.
    """
    found = np.full(len(notes), np.nan)
    for place in range(1, len(notes)):
        earlier = notes[max(0, place - look_back) : place]
        scores = process.cdist([notes[place]], earlier, scorer=fuzz.token_sort_ratio)
        found[place] = float(scores.max())
    return found

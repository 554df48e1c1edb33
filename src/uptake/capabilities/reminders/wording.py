"""What a reminder says: its own words, with what is known about the person put in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from uptake.foundation.errors import Invalid

PLACES = {
    "name": "who it is for",
    "behaviour": "the behaviour",
    "what": "what exactly is asked",
    "left": "how many are left",
    "until": "the deadline in the person's own time",
    "why": "why it matters",
    "depends": "who depends on it",
    "manager": "the person's manager",
}
"""What may stand in braces in a reminder."""

OF_A_GROUP = ("behaviour", "what", "left", "until", "why", "depends")
"""The same for a reminder to a channel, where ``left`` is how many people have not met it yet."""

SUBJECT = "{what}: {left} left until {until}"
TEXT = "Hello {name},\n\n{left} left until {until}: {what}.\n\n{why}\n\n{manager}"
GROUP_SUBJECT = "{behaviour}: until {until}"
GROUP_TEXT = "{what}, until {until}. {left} have not done it yet.\n\n{why}"
_PLACE = re.compile(r"\{([a-z_]*)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text, with places in braces."""

    subject: str
    text: str


def check_words(words: Words, *, is_to_a_group: bool) -> None:
    """Refuse what would reach people as it stands in the form.

    Raises:
        Invalid: something is empty, or there is a place that nothing can be put into.
    """
    if not words.subject.strip() or not words.text.strip():
        raise Invalid("Write a subject and a text; {left}, {until} and the like are filled in.")
    check_places(words, OF_A_GROUP if is_to_a_group else tuple(PLACES))


def check_places(words: Words, known: Sequence[str]) -> None:
    """Refuse braces that nothing can be put into.

    Raises:
        Invalid: there is a place that is not known.
    """
    for place in _PLACE.findall(words.subject + words.text):
        if place not in known:
            listed = ", ".join(f"{{{name}}}" for name in known)
            raise Invalid(f"Nothing can be put in for {{{place}}}; those there are: {listed}.")


def filled(template: str, facts: dict[str, str]) -> str:
    """Put facts in their places; what is not known leaves no hole behind."""
    said = _PLACE.sub(lambda place: facts.get(place[1], ""), template)
    return re.sub(r"\n{3,}", "\n\n", said).strip()


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())

"""``{% load behaviours %}``: findings of the linter, counted and put beside their fields."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from uptake.capabilities.behaviours.forms import FIELD_OF
from uptake.methods.behaviour.smart import Finding, Gravity
from uptake.ui import words

register = template.Library()


APART = {
    "bulk": "Many within a minute, as imports write them",
    "repeated": "The same on the same object again within a minute",
    "unchanged": "Edits that changed nothing",
    "keep_alive": "The same at the same interval all day",
}


@register.filter
def apart_words(kind: str) -> str:
    """Return why records of a kind are no work."""
    return APART[kind]


@register.filter
def refused(findings: Sequence[Finding]) -> int:
    """Return how many findings keep a behaviour from going live."""
    return sum(finding.gravity is Gravity.REFUSED for finding in findings)


@register.filter
def beside(findings: Sequence[Finding], field: str) -> list[Finding]:
    """Return the findings about one field."""
    return [finding for finding in findings if FIELD_OF[finding.part] == field]


@register.filter
def people(number: int) -> str:
    """Return "1 person" or "61 people"."""
    return words.people(number)

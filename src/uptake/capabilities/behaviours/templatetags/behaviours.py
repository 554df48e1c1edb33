"""``{% load behaviours %}``: findings of the linter, counted and put beside their fields."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from uptake.capabilities.behaviours.forms import FIELD_OF
from uptake.methods.behaviour.smart import Finding, Gravity

register = template.Library()


@register.filter
def refused(findings: Sequence[Finding]) -> int:
    """Return how many findings keep a behaviour from going live."""
    return sum(finding.gravity is Gravity.REFUSED for finding in findings)


@register.filter
def beside(findings: Sequence[Finding], field: str) -> list[Finding]:
    """Return the findings about one field."""
    return [finding for finding in findings if FIELD_OF[finding.part] == field]

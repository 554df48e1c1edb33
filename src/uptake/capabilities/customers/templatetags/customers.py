"""``{% load customers %}``: the conditions of populations in words."""

from __future__ import annotations

from decimal import Decimal

from django import template

from uptake.capabilities.customers.disagreement import Standing
from uptake.capabilities.customers.populations import Attribute, Comparison, Rule, read_rules
from uptake.capabilities.customers.record_forms import horizon_words
from uptake.ui import words

register = template.Library()

ATTRIBUTE_WORDS = {
    Attribute.ACCOUNT: "account",
    Attribute.SEGMENT: "segment of the account",
    Attribute.TEAM: "team",
    Attribute.ROLE: "role",
    Attribute.MANAGER: "manager",
    Attribute.LOCATION: "place",
    Attribute.START: "start",
    Attribute.END: "end",
}
COMPARISON_WORDS = {
    Comparison.IS: "is",
    Comparison.IS_NOT: "is not",
    Comparison.IN: "is one of",
    Comparison.NOT_IN: "is none of",
    Comparison.BEFORE: "is before",
    Comparison.ON_OR_AFTER: "is on or after",
}


@register.filter
def rule_words(rule: Rule) -> str:
    """Return a rule as "role is one of agent, lead"."""
    start = f"{ATTRIBUTE_WORDS[rule.attribute]} {COMPARISON_WORDS[rule.comparison]}"
    if not isinstance(rule.values, frozenset):
        return f"{start} {words.short_day(rule.values)}"
    return f"{start} {words.listed(sorted(rule.values), limit=6)}"


@register.filter
def rules_words(rules: object) -> str:
    """Return kept rules as one line; without any, everybody belongs."""
    read = read_rules(rules)
    return "; ".join(rule_words(rule) for rule in read) or "everybody"


STANDING_WORDS = {
    Standing.NOBODY: "nobody has said",
    Standing.ONE_VOICE: "one voice: ask the others",
    Standing.AGREED: "agreed",
    Standing.OTHER_TARGETS: "disagree: same measure, other targets",
    Standing.OTHER_MEASURES: "disagree: other measures",
    Standing.NO_MEASURE: "cannot be told: a measure is missing",
}


@register.filter
def plain(number: Decimal) -> str:
    """Return a number without needless zeros: 2.5, 20."""
    return f"{number.normalize():f}"


@register.filter
def standing(found: Standing) -> str:
    """Return how definitions stand to each other, in words."""
    return STANDING_WORDS[found]


@register.filter
def horizon(years: int) -> str:
    """Return "After 5 years"."""
    return horizon_words(years)

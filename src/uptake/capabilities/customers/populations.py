"""Who belongs to a population: rules over a person's attributes, kept as data.

A rule is ``{"field": ..., "op": ..., "value": ...}``; a person belongs if every rule fits. An
attribute that is not known fits ``is_not`` and ``not_in`` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from uptake.capabilities.customers.models import Person
from uptake.foundation.errors import Invalid


class Attribute(StrEnum):
    """What a rule can ask about a person."""

    ACCOUNT = "account"
    SEGMENT = "segment"
    TEAM = "team"
    ROLE = "role"
    MANAGER = "manager"
    LOCATION = "location"
    START = "start"
    END = "end"


DATES = frozenset({Attribute.START, Attribute.END})


class Comparison(StrEnum):
    """How a rule compares."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    BEFORE = "before"
    ON_OR_AFTER = "on_or_after"


_LISTS = frozenset({Comparison.IN, Comparison.NOT_IN})
_ORDER = frozenset({Comparison.BEFORE, Comparison.ON_OR_AFTER})
_NEGATIONS = frozenset({Comparison.IS_NOT, Comparison.NOT_IN})


@dataclass(frozen=True, slots=True)
class Rule:
    """One checked rule; ``values`` holds what the attribute is compared with."""

    attribute: Attribute
    comparison: Comparison
    values: frozenset[str] | date

    def fits(self, attributes: Mapping[Attribute, str | date | None]) -> bool:
        """Say whether a person of these attributes fits."""
        value = attributes.get(self.attribute)
        if isinstance(self.values, frozenset):
            known = value is not None and str(value) in self.values
            return known is not (self.comparison in _NEGATIONS)
        if not isinstance(value, date):
            return False
        earlier = value < self.values
        return earlier if self.comparison is Comparison.BEFORE else not earlier


def read_rules(rules: object) -> tuple[Rule, ...]:
    """Check rules as they are kept or typed in.

    Raises:
        Invalid: a rule cannot be understood; the text says which and why.
    """
    if not isinstance(rules, Sequence) or isinstance(rules, str):
        raise Invalid('Rules are a list such as [{"field": "role", "op": "is", "value": "agent"}].')
    return tuple(_read(rule) for rule in rules)


def _read(rule: object) -> Rule:
    if not isinstance(rule, Mapping) or set(rule) != {"field", "op", "value"}:
        raise Invalid(f"A rule has field, op and value; {rule!r} has not.")
    field, op, value = str(rule["field"]), str(rule["op"]), rule["value"]
    if field not in set(Attribute):
        raise Invalid(f"There is no attribute {field!r}; use one of {', '.join(Attribute)}.")
    if op not in set(Comparison):
        raise Invalid(f"There is no comparison {op!r}; use one of {', '.join(Comparison)}.")
    attribute, comparison = Attribute(field), Comparison(op)
    return Rule(attribute, comparison, _values(attribute, comparison, value))


def _values(attribute: Attribute, comparison: Comparison, value: object) -> frozenset[str] | date:
    if (comparison in _ORDER) != (attribute in DATES):
        raise Invalid(f"{attribute} cannot be compared by {comparison}.")
    if comparison in _ORDER:
        return _date(value)
    if comparison not in _LISTS:
        return frozenset({str(value)})
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Invalid(f"{comparison} needs a list of values; {value!r} is not one.")
    return frozenset(str(item) for item in value)


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as unreadable:
        raise Invalid(f"{value!r} is not a date such as 2026-03-31.") from unreadable


def fits(attributes: Mapping[Attribute, str | date | None], rules: Iterable[Rule]) -> bool:
    """Say whether every rule fits."""
    return all(rule.fits(attributes) for rule in rules)


def attributes_of(person: Person) -> dict[Attribute, str | date | None]:
    """Return what rules can ask about a person, by external identifiers."""
    account = person.account
    return {
        Attribute.ACCOUNT: account.external_id if account else None,
        Attribute.SEGMENT: (account.segment or None) if account else None,
        Attribute.TEAM: person.team.external_id if person.team else None,
        Attribute.ROLE: person.role or None,
        Attribute.MANAGER: person.manager.external_id if person.manager else None,
        Attribute.LOCATION: person.location or None,
        Attribute.START: person.starts_on,
        Attribute.END: person.ends_on,
    }

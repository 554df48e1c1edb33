from __future__ import annotations

from datetime import date

import pytest

from uptake.capabilities.customers.populations import Attribute, fits, read_rules
from uptake.foundation.errors import Invalid

KIM = {
    Attribute.ROLE: "agent",
    Attribute.LOCATION: "Leeds",
    Attribute.TEAM: None,
    Attribute.START: date(2025, 6, 1),
    Attribute.END: None,
}


@pytest.mark.parametrize(
    ("field", "op", "value", "belongs"),
    [
        ("role", "is", "agent", True),
        ("role", "is", "lead", False),
        ("role", "is_not", "lead", True),
        ("team", "is", "sales", False),
        ("team", "is_not", "sales", True),
        ("location", "in", ["Leeds", "York"], True),
        ("location", "not_in", ["Leeds"], False),
        ("team", "not_in", ["sales"], True),
        ("start", "before", "2025-06-01", False),
        ("start", "on_or_after", "2025-06-01", True),
        ("end", "before", "2030-01-01", False),
        ("end", "on_or_after", "2020-01-01", False),
    ],
)
def test_a_rule_fits_or_not(field: str, op: str, value: object, belongs: bool) -> None:
    rules = read_rules([{"field": field, "op": op, "value": value}])

    assert fits(KIM, rules) is belongs


def test_every_rule_must_fit() -> None:
    rules = read_rules(
        [
            {"field": "role", "op": "is", "value": "agent"},
            {"field": "location", "op": "is", "value": "York"},
        ]
    )

    assert not fits(KIM, rules)


def test_no_rule_means_everybody() -> None:
    assert fits(KIM, read_rules([]))


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ("role is agent", "Rules are a list"),
        ([{"field": "role"}], "field, op and value"),
        ([{"field": "shoe", "op": "is", "value": "9"}], "no attribute 'shoe'"),
        ([{"field": "role", "op": "like", "value": "a"}], "no comparison 'like'"),
        ([{"field": "role", "op": "in", "value": "agent"}], "needs a list"),
        ([{"field": "role", "op": "before", "value": "2025-01-01"}], "cannot be compared"),
        ([{"field": "start", "op": "is", "value": "2025-01-01"}], "cannot be compared"),
        ([{"field": "start", "op": "before", "value": "soon"}], "not a date"),
    ],
)
def test_a_rule_that_makes_no_sense_says_why(rules: object, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read_rules(rules)

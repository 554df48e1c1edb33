from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.process.test_mining import RUNNING_EXAMPLE
from uptake.methods.process import frequent
from uptake.methods.process.rule_mining import find_rules
from uptake.methods.process.rules import Rule, Template, read_rule


def found(variants, *, template, cases=None, support=0.0, confidence=1.0):
    rules = find_rules(
        variants,
        cases or [1] * len(variants),
        least_support=support,
        least_confidence=confidence,
        templates=[template],
    ).rules
    return {rule.rule: (rule.activated, rule.fulfilled) for rule in rules}


@pytest.mark.parametrize(
    ("template", "number"),
    [(Template.RESPONSE, 3), (Template.PRECEDENCE, 3), (Template.INIT, 1)],
)
def test_the_textbook_log_keeps_the_rules_it_is_known_to_keep(template, number):
    assert len(found(RUNNING_EXAMPLE, template=template, support=1.0)) == number


LOGS = st.lists(st.text("abcd", max_size=8), min_size=1, max_size=6, unique=True)


@pytest.mark.parametrize("template", list(Template))
@given(LOGS, st.lists(st.integers(1, 9), min_size=6, max_size=6))
def test_counts_are_those_of_judging_every_case(template, variants, cases):
    counts = cases[: len(variants)]

    rules = found(variants, template=template, cases=counts, confidence=0.0)

    for rule, (activated, fulfilled) in rules.items():
        reading = read_rule(rule, variants, counts)
        assert (activated, fulfilled) == (reading.activated_cases, reading.fulfilled_cases)


def test_a_rule_whose_occasion_never_came_is_not_found():
    assert Rule(Template.RESPONSE, "a", "b") in found(["ab", "c"], template=Template.RESPONSE)
    assert not found(["c", "d"], template=Template.RESPONSE)


def test_too_few_cases_or_too_little_kept_is_not_found():
    log = {"variants": ["ab", "a", "c"], "cases": [8, 2, 90], "template": Template.RESPONSE}

    assert found(**log, support=0.1, confidence=0.8) == {Rule(Template.RESPONSE, "a", "b"): (10, 8)}
    assert not found(**log, support=0.11, confidence=0.8)
    assert not found(**log, support=0.1, confidence=0.81)


def test_shares_and_interval_are_those_of_the_cases_it_says_something_of():
    (rule,) = find_rules(
        ["ab", "a", "c"], [8, 2, 90], least_confidence=0.5, templates=[Template.RESPONSE]
    ).rules

    assert (rule.support.value, rule.confidence.value) == (0.1, 0.8)
    assert rule.interval is not None
    assert rule.interval.low < 0.8 < rule.interval.high


def test_what_is_beyond_the_bound_is_said(monkeypatch):
    monkeypatch.setattr(frequent, "MOST_ACTIVITIES", 2)
    monkeypatch.setattr(frequent, "MOST_EVENTS", 4)

    rules = find_rules(["abc", "ca"], [5, 1])

    assert rules.left_out == ("c",)
    assert (rules.cases.numerator, rules.cases.denominator) == (5, 6)

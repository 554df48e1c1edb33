from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.process.rules import Rule, Template, judge, read_rule

OF_ONE = ("existence", "absence", "exactly_one", "init", "last")


@pytest.mark.parametrize(
    ("template", "trace", "activations", "fulfilments"),
    [
        ("existence", "xay", 1, 1),
        ("existence", "xy", 1, 0),
        ("absence", "xy", 1, 1),
        ("exactly_one", "aa", 1, 0),
        ("init", "ab", 1, 1),
        ("init", "", 1, 0),
        ("last", "ba", 1, 1),
        ("responded_existence", "ba", 1, 1),
        ("responded_existence", "xx", 0, 0),
        ("response", "aab", 2, 2),
        ("response", "aba", 2, 1),
        ("precedence", "bab", 2, 1),
        ("succession", "ab", 2, 2),
        ("succession", "bab", 3, 2),
        ("alternate_response", "aab", 2, 1),
        ("alternate_precedence", "abb", 2, 1),
        ("chain_response", "axb", 1, 0),
        ("chain_response", "ab", 1, 1),
        ("chain_precedence", "xab", 1, 1),
        ("chain_succession", "abxb", 3, 2),
        ("coexistence", "a", 1, 0),
        ("coexistence", "ba", 2, 2),
        ("not_coexistence", "ab", 2, 0),
        ("not_coexistence", "aa", 2, 2),
        ("not_succession", "ba", 1, 1),
        ("not_succession", "ab", 1, 0),
        ("not_chain_succession", "axb", 1, 1),
    ],
)
def test_each_template_counts_its_occasions(template, trace, activations, fulfilments):
    judged = judge(rule(template), trace)

    assert (judged.activations, judged.fulfilments) == (activations, fulfilments)


def rule(template, first="a", second="b"):
    return Rule(Template(template), first, "" if template in OF_ONE else second)


PATTERNS = {
    "response": r"[^a]*(a.*b)*[^a]*",
    "precedence": r"[^b]*(a.*b)*[^b]*",
    "alternate_response": r"[^a]*(a[^a]*b[^a]*)*[^a]*",
    "alternate_precedence": r"[^b]*(a[^b]*b[^b]*)*[^b]*",
    "chain_response": r"[^a]*(ab[^a]*)*[^a]*",
    "chain_precedence": r"[^b]*(ab[^b]*)*[^b]*",
    "responded_existence": r"[^a]*((a.*b.*)|(b.*a.*))*[^a]*",
    "not_succession": r"[^a]*(a[^b]*)*[^ab]*",
    "not_chain_succession": r"[^a]*(aa*[^ab][^a]*)*([^a]*|a+)",
    "not_coexistence": r"([^a]*)|([^b]*)",
}
"""Regular expressions of the templates as the literature has them."""


@given(st.sampled_from(sorted(PATTERNS)), st.text("abc", max_size=7))
def test_a_case_fulfils_a_rule_as_its_regular_expression_says(template, trace):
    judged = judge(rule(template), trace)

    holds = re.fullmatch(PATTERNS[template], trace) is not None
    assert (judged.activations == judged.fulfilments) == holds


@given(st.sampled_from(Template), st.text("abc", max_size=7))
def test_nothing_is_fulfilled_that_was_not_activated(template, trace):
    judged = judge(rule(template.value), trace)

    assert 0 <= judged.fulfilments <= judged.activations


def test_the_rate_is_that_of_activations_and_the_interval_that_of_cases():
    reading = read_rule(rule("response"), ["ab", "aab", "aba", "xx"], [10, 5, 4, 100])

    assert (reading.cases, reading.activated_cases, reading.fulfilled_cases) == (119, 19, 15)
    assert (reading.activations, reading.fulfilments) == (28, 24)
    assert reading.share == pytest.approx(24 / 28)
    assert reading.interval.low < 15 / 19 < reading.interval.high


def test_a_rule_without_an_occasion_has_no_rate():
    reading = read_rule(rule("response"), ["xx"], [3])

    assert reading.share is None
    assert reading.interval is None


def test_rules_say_what_they_are_about():
    assert rule("precedence", "approve", "send").sentence == "send happens only after approve"
    with pytest.raises(ValueError, match="about two activities"):
        Rule(Template.RESPONSE, "a")
    with pytest.raises(ValueError, match="about one activity"):
        Rule(Template.INIT, "a", "b")

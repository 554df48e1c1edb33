"""Proposals are read off the log, say what they were read off, and need a person."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.methods.process.trees import all_accepted
from uptake.capabilities.process.intended import StepKind, item
from uptake.capabilities.process.intended_files import read_intended
from uptake.capabilities.process.intended_proposing import (
    propose_rules,
    propose_steps,
    usual_way,
)
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.formats.xes import read_xes
from uptake.methods.process.rules import Rule, Template

QUOTES = {"oasq": 60, "oaasq": 20, "osq": 15, "oqsa": 3, "xo": 2}


def proposed(variants, **choices):
    return propose_steps(list(variants), list(variants.values()), name="Quote", **choices)


def test_the_frequent_ways_become_optional_repeated_and_either_or_steps():
    proposal = proposed({"oasqw": 40, "oaasql": 40, "osql": 15, "oqsa": 3}, usual=0.9)

    assert proposal.process.steps == (
        item("o"),
        item("a", optional=True, repeat=True),
        item("s"),
        item("q"),
        proposal.process.steps[4],
    )
    assert proposal.process.steps[4].kind is StepKind.EITHER
    assert proposal.process.is_proposed


def test_a_proposal_says_what_it_was_read_off():
    proposal = proposed(QUOTES)

    assert (proposal.cases.numerator, proposal.cases.denominator) == (80, 100)
    assert proposal.process.notes == (
        "Read off the 2 most frequent of 5 ways, which 80 of 100 cases ran.",
        "Not in it: x.",
    )


def test_of_all_cases_all_are_allowed():
    proposal = proposed(QUOTES, usual=1.0)

    assert all_accepted(proposal.process.as_net(), list(QUOTES))


def test_nothing_is_proposed_where_nothing_happened():
    assert proposed({"": 3}) is None
    assert propose_steps([], [], name="Quote") is None
    assert usual_way([""], [3], name="Quote") is None
    assert propose_rules([""], [3], name="Quote") is None


def test_the_usual_way_is_a_file_to_change_and_confirm():
    way = usual_way(list(QUOTES), list(QUOTES.values()), name="Quote")

    again = read_intended(way.text, name="usual.yaml")
    assert again == proposed(QUOTES).process
    assert (
        way.sentence == "80 of 100 cases run like this: o, then (a once or more), then s, then q."
    )
    assert way.steps == ("o", "a once or more", "s", "q")


def test_rules_are_proposed_with_how_often_they_are_kept():
    proposal = propose_rules(list(QUOTES), list(QUOTES.values()), name="Quote")

    rules = {said.rule: said.why for said in proposal.process.rules}
    assert rules[Rule(Template.INIT, "o")] == "Kept in 98 of 100 cases it is about (93% to 99%)."
    assert Rule(Template.CHAIN_SUCCESSION, "s", "q") in rules
    assert Rule(Template.SUCCESSION, "s", "q") not in rules
    assert Rule(Template.RESPONSE, "s", "q") not in rules
    assert Rule(Template.PRECEDENCE, "o", "s") not in rules
    assert proposal.process.is_proposed


def test_what_follows_from_two_rules_is_not_proposed_again():
    proposal = propose_rules(["xabcy", "yx", "cba"], [50, 45, 0], name="Quote")

    rules = [said.rule for said in proposal.process.rules]
    assert Rule(Template.CHAIN_SUCCESSION, "a", "b") in rules
    assert Rule(Template.CHAIN_SUCCESSION, "b", "c") in rules
    assert Rule(Template.SUCCESSION, "a", "c") not in rules


@pytest.mark.parametrize("file", ["running-example.xes", "08_receipt.xes.gz"])
def test_proposals_from_real_logs_are_files_that_are_read_again_equal(shared_data, file):
    log = read_xes(shared_data / "process" / file)
    rows = zip(log.events["case"].to_pylist(), log.events["concept:name"].to_pylist(), strict=True)
    ways: dict[int, list[str]] = {}
    for case, activity in rows:
        ways.setdefault(case, []).append(activity)
    variants = Counter(map(tuple, ways.values()))

    steps = propose_steps(list(variants), list(variants.values()), name=file)
    rules = propose_rules(list(variants), list(variants.values()), name=file)

    for proposal in (steps, rules):
        assert read_intended(intended_yaml(proposal.process), name=file) == proposal.process

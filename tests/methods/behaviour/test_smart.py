from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from uptake.methods.behaviour.smart import Asked, Gravity, Part, best_tenth, lint, may_go_live

CLEAR = Asked(
    statement="Fill in phone, email, address and job title of every existing contact",
    people=40,
    amount=5,
    has_action=True,
    has_deadline=True,
    has_quality=True,
    outcome="Reachable customers",
    reason="Service calls the number in the record.",
    counter_metrics=1,
    owner="Head of sales",
    has_review=True,
    reached=(1, 2, 3, 4, 5, 5, 6, 6, 7, 8),
)


def test_a_clear_definition_has_no_findings():
    assert lint(CLEAR) == ()


@pytest.mark.parametrize(
    "statement",
    ["Use the system", "use the CRM more", "Embrace the new process", "Try to log calls"],
)
def test_a_vague_verb_is_refused(statement):
    findings = lint(replace(CLEAR, statement=statement))

    assert not may_go_live(findings)
    assert findings[0].part is Part.STATEMENT


def test_a_verb_that_only_begins_like_a_vague_one_is_fine():
    assert lint(replace(CLEAR, statement="User records: close those without a login")) == ()


@pytest.mark.parametrize("word", ["regularly", "properly", "in a timely manner", "as needed"])
def test_a_vague_word_is_warned_about_once(word):
    findings = lint(replace(CLEAR, statement=f"Log each call {word}"))

    assert [(f.part, f.gravity) for f in findings] == [(Part.STATEMENT, Gravity.WARNED)]


@pytest.mark.parametrize(
    ("missing", "part"),
    [
        ({"statement": " "}, Part.STATEMENT),
        ({"people": 0}, Part.POPULATION),
        ({"has_action": False}, Part.STATEMENT),
        ({"amount": None}, Part.AMOUNT),
        ({"has_deadline": False}, Part.DEADLINE),
        ({"has_quality": False}, Part.QUALITY),
        ({"counter_metrics": 0}, Part.COUNTER_METRIC),
        ({"reason": ""}, Part.REASON),
        ({"owner": ""}, Part.OWNER),
    ],
)
def test_what_nobody_can_do_without_is_refused(missing, part):
    findings = lint(replace(CLEAR, **missing))

    assert [(f.part, f.gravity) for f in findings] == [(part, Gravity.REFUSED)]


@pytest.mark.parametrize(
    ("missing", "part"), [({"outcome": ""}, Part.OUTCOME), ({"has_review": False}, Part.REVIEW)]
)
def test_what_people_can_do_without_is_warned_about(missing, part):
    findings = lint(replace(CLEAR, **missing))

    assert may_go_live(findings)
    assert [f.part for f in findings] == [part]


def test_every_opportunity_needs_no_amount():
    assert lint(replace(CLEAR, amount=None, every_opportunity=True)) == ()


def test_a_target_above_the_best_tenth_is_warned_about_unless_it_rises_in_steps():
    high = replace(CLEAR, amount=9)

    assert [f.part for f in lint(high)] == [Part.TARGET]
    assert lint(replace(high, ramp=True)) == ()


def test_the_best_tenth_of_ten_people_is_reached_by_one_of_them():
    assert best_tenth(range(1, 11)) == 9
    assert best_tenth(range(1, 21)) == 18
    assert best_tenth([]) is None
    assert best_tenth([np.nan, 3.0]) == 3

"""What is odd about a model is said in plain words before anything is measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uptake.capabilities.process import intended_checking
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_checking import (
    Oddity,
    check_alone,
    check_intended,
    model_warnings,
)
from uptake.capabilities.process.intended_files import read_intended
from uptake.methods.process.nets import Net, Transition

MODEL = """\
process: Quote
steps: [Opened, Quote Sent, {step: Closed, role: seller}]
rules: [Quote approved before Closed, Closed comes last]
ignore: [login, logout]
"""
LOG = {"Opened": 9, "quote_sent": 8, "Closed": 9, "Phoned": 3, "login": 9, "Mailed": 5}


def remarks(text=MODEL, log=LOG, **said):
    found = check_intended(read_intended(text, name="q.yaml"), log, **said)
    return [(remark.oddity, remark.sentence) for remark in found]


def test_names_that_do_not_meet_are_said_with_the_nearest_one():
    assert (
        remarks()
        == [
            (Oddity.NEVER_DONE, "Quote Sent is in the model and in no case. Is quote_sent meant?"),
            (Oddity.UNKNOWN_IN_RULE, "A rule is about Quote approved, which is in no case."),
            (
                Oddity.IGNORED_UNKNOWN,
                "logout is left out and in no case. Is login meant?",
            ),
            (Oddity.NOT_MODELLED, "quote_sent happens in 8 cases and has no place in the model."),
            (Oddity.NOT_MODELLED, "Mailed happens in 5 cases and has no place in the model."),
            (Oddity.NOT_MODELLED, "Phoned happens in 3 cases and has no place in the model."),
        ]
        or remarks()[2][1] == "logout is left out and in no case."
    )


def test_beside_numbers_stands_what_a_measurement_does_not_say_itself():
    drawn = IntendedProcess("q", net=net(("a", 0, 2)), left=("Line 3: x.",))

    assert model_warnings(drawn, {"b": 2}) == (
        "Model: a is in the model and in no case.",
        "Model: Line 3: x.",
    )


def test_nothing_is_odd_where_model_and_log_meet():
    log = {"Opened": 1, "Quote Sent": 1, "Closed": 1, "login": 1, "logout": 1, "Quote approved": 0}

    assert [oddity for oddity, _said in remarks(log=log)] == [Oddity.NOT_MODELLED]
    assert remarks("process: q\nsteps: [a]", {"a": 1}) == []


def test_rules_alone_leave_no_activity_without_a_place():
    assert remarks("process: q\nrules: [a before b]", {"a": 1, "b": 1, "c": 1}) == []


def test_a_role_that_nobody_has_is_said():
    assert (
        Oddity.UNKNOWN_ROLE,
        "seller is meant to do steps, and nobody in the log has this role. Is Seller meant?",
    ) in remarks(roles=["Seller", "buyer"])
    assert Oddity.UNKNOWN_ROLE not in [oddity for oddity, _said in remarks()]


def test_of_very_many_remarks_the_number_of_the_others_is_said(monkeypatch):
    monkeypatch.setattr(intended_checking, "MOST_REMARKS", 2)

    said = remarks("process: q\nsteps: [v, w, x, y, z]", {"1": 1, "2": 1, "3": 1})

    assert said == [
        (Oddity.NEVER_DONE, "v is in the model and in no case."),
        (Oddity.NEVER_DONE, "w is in the model and in no case."),
        (Oddity.NEVER_DONE, "And 3 more names like this."),
        (Oddity.NOT_MODELLED, "1 happens in 1 case and has no place in the model."),
        (Oddity.NOT_MODELLED, "2 happens in 1 case and has no place in the model."),
        (Oddity.NOT_MODELLED, "And 1 more without a place."),
    ]


def test_a_model_that_allows_almost_anything_is_said():
    flower = read_intended(
        "process: q\nsteps: [{either: [a, b, c, d], repeat: yes, optional: yes}]", name="q"
    )

    (remark,) = check_alone(flower)

    assert remark.oddity is Oddity.ALLOWS_ANYTHING
    assert remark.sentence.startswith("At a typical moment the model allows 100% of its")


def net(*steps, places=3):
    transitions = (Transition(label, ((a, 1),), ((b, 1),)) for label, a, b in steps)
    return Net(tuple(transitions), (1, *[0] * (places - 1)), (*[0] * (places - 1), 1))


@pytest.mark.parametrize(
    ("drawn", "oddity", "says"),
    [
        (net(("a", 0, 2), ("b", 0, 1)), Oddity.IMPOSSIBLE, "b is on no way from the beginning"),
        (net(("a", 0, 1)), Oddity.NEVER_ENDS, "never ends"),
    ],
)
def test_a_net_that_cannot_be_walked_is_said(drawn, oddity, says):
    (remark,) = check_alone(IntendedProcess("q", net=drawn))

    assert remark.oddity is oddity
    assert says in remark.sentence


def test_drawn_events_that_are_logged_and_what_was_not_taken_are_said():
    drawn = IntendedProcess("q", net=net(("a", 0, 2)), events=("Paid",), left=("Line 3: x.",))

    found = check_intended(drawn, {"a": 1, "Paid": 1})

    assert [remark.oddity for remark in found] == [Oddity.LOGGED_EVENT, Oddity.NOT_TAKEN]
    assert check_alone(replace(drawn, left=())) == ()

from __future__ import annotations

from hypothesis import assume, given

from tests.methods.process.nets import N1, net
from tests.methods.process.words import TooMany, nets, sequences
from uptake.methods.process.silent_steps import with_fewer_silent_steps


def test_silent_steps_in_a_row_are_taken_out():
    row = net("sabco", (None, "s", "a"), ("x", "a", "b"), (None, "b", "c"), ("y", "c", "o"))

    smaller = with_fewer_silent_steps(row)

    assert sorted(step.label for step in smaller.transitions) == ["x", "y"]
    assert len(smaller.start) == 3


def test_a_choice_that_nobody_sees_is_made_by_the_steps_around_it():
    choice = net(
        "smpqo",
        ("x", "s", "m"),
        (None, "m", "p"),
        (None, "m", "q"),
        ("y", "p", "o"),
        ("z", "q", "o"),
    )

    smaller = with_fewer_silent_steps(choice)

    assert {step.label for step in smaller.transitions} == {"x", "y", "z"}


def test_places_that_always_hold_the_same_become_one():
    double = net("sabo", ("x", "s", "ab"), ("y", "ab", "o"))

    assert len(with_fewer_silent_steps(double).start) == 3


def test_a_net_without_silent_steps_stays_as_it_is():
    smaller = with_fewer_silent_steps(N1)

    assert (len(smaller.transitions), len(smaller.start)) == (len(N1.transitions), len(N1.start))


@given(nets())
def test_a_smaller_net_allows_just_the_same(model):
    try:
        expected = sequences(model)
        found = sequences(with_fewer_silent_steps(model))
    except TooMany:
        assume(False)

    assert found == expected

from __future__ import annotations

import pytest

from tests.methods.process.nets import N1, N2, net
from uptake.methods.process.automaton import SILENT, NotFinite, unfold


def test_what_runs_side_by_side_unfolds_to_every_order():
    assert unfold(N1).states == 7
    assert unfold(N2).states == 6


def test_steps_are_named_by_the_labels_of_the_net():
    automaton = unfold(net("smo", ("a", "s", "m"), (None, "m", "o")))

    assert automaton.labels == ("a",)
    assert sorted(automaton.label.tolist()) == [SILENT, 0]


def test_states_that_lead_nowhere_are_left_out():
    automaton = unfold(net("sxo", ("a", "s", "o"), ("b", "s", "x")))

    assert automaton.labels == ("a",)
    assert automaton.states == 2


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (net("smo", ("a", "s", "m"), ("b", "m", "m")), "never ends"),
        (net("smo", ("a", "s", "sm"), ("b", "sm", "o")), "unbounded"),
    ],
)
def test_models_that_cannot_be_unfolded_say_why(model, says):
    with pytest.raises(NotFinite, match=says):
        unfold(model)


def test_more_states_than_the_cap_are_refused_not_cut_off():
    places = "s" + "abcdefgh" + "ABCDEFGH" + "o"
    side_by_side = net(
        places,
        (None, "s", "abcdefgh"),
        *((letter, letter, letter.upper()) for letter in "abcdefgh"),
        (None, "ABCDEFGH", "o"),
    )

    assert unfold(side_by_side).states == 2**8 + 2
    with pytest.raises(NotFinite, match="more than 100 states"):
        unfold(side_by_side, most_states=100)

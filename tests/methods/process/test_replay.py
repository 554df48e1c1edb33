from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.process.nets import N1, N2, N3, N4, net
from tests.methods.process.textbook import FULL
from uptake.methods.process.alignment import align
from uptake.methods.process.automaton import unfold
from uptake.methods.process.replay import Tokens, replay, replay_all


def test_the_log_is_that_of_the_textbook():
    assert sum(FULL.values()) == 1_391
    assert sum(len(variant) * cases for variant, cases in FULL.items()) == 7_539


@pytest.mark.parametrize(
    ("model", "value"), [(N1, 1.0), (N2, 0.9504), (N3, 0.8797), (N4, 1.0)], ids="1234"
)
def test_fitness_of_the_textbook(model, value):
    found = replay_all(model, list(FULL), list(FULL.values()))

    assert found.fitness == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(
    ("model", "trace", "tokens", "value"),
    [
        (N2, "adceh", Tokens(6, 6, 1, 1), 0.8333),
        (N3, "abdeg", Tokens(5, 5, 2, 2, unseen=2), 0.6),
    ],
)
def test_tokens_of_single_cases_of_the_textbook(model, trace, tokens, value):
    found = replay(model, trace)

    assert found == tokens
    assert found.fitness == pytest.approx(value, abs=5e-5)


def test_steps_that_nobody_sees_are_taken_on_the_way_and_at_the_end():
    model = net("sapbqo", ("x", "s", "a"), (None, "a", "p"), ("y", "p", "b"), (None, "b", "o"))

    assert replay(model, "xy").fitness == 1


def test_of_two_steps_of_one_name_the_enabled_one_is_taken():
    model = net("smno", ("x", "s", "m"), ("x", "m", "n"), ("y", "n", "o"))

    assert replay(model, "xxy").missing == 0


@given(st.text("abcdefgh", max_size=8))
def test_a_case_replays_without_loss_just_when_it_aligns_at_no_cost(trace):
    tokens = replay(N1, trace)

    aligned = align(unfold(N1), [trace])[0].cost == 0
    assert (tokens.missing == tokens.remaining == tokens.unseen == 0) == aligned

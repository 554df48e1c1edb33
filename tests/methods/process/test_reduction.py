from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.methods.process.nets import N1, net
from tests.methods.process.trees import trees, words_of, words_of_net
from tests.methods.process.words import TooMany, cost_of, nets, sequences
from uptake.methods.process.automaton import NotFinite, unfold
from uptake.methods.process.nets import Net, Transition
from uptake.methods.process.reduction import reduce_net

PLACES = range(5)


def tied(least):
    places = st.lists(st.sampled_from(PLACES), min_size=least, max_size=2, unique=True)
    return places.map(lambda chosen: tuple((place, 1) for place in chosen))


def ways(few):
    """Steps from the first place to the last, and others across them."""
    labels = st.sampled_from(["a", "b", None, None, None])
    backbone = st.tuples(
        *(
            st.builds(Transition, labels, st.just(((n, 1),)), st.just(((n + 1, 1),)))
            for n in range(4)
        )
    )
    return st.tuples(backbone, few).map(lambda both: (*both[0], *both[1]))


SWAPS = st.builds(Transition, st.sampled_from(["a", None, None]), tied(2), tied(1))
ONE = tied(1).filter(lambda arcs: len(arcs) == 1)
MOVES = st.builds(Transition, st.sampled_from(["b", None, None]), ONE, ONE)
SPLITS = st.builds(Transition, st.sampled_from(["c", None]), ONE, tied(2))
NETS = st.builds(
    Net,
    ways(st.lists(SWAPS | MOVES | SPLITS, max_size=4)),
    st.sampled_from([(1, 0, 0, 0, 0), (1, 1, 0, 0, 0)]),
    st.sampled_from([(0, 0, 0, 0, 1), (0, 0, 0, 1, 1), (0, 0, 0, 0, 2)]),
)


def is_small(model):
    with suppress(NotFinite):
        return unfold(model, most_states=300).states < 300
    return False


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(NETS)
def test_a_smaller_net_allows_the_same(model):
    assume(is_small(model))

    assert words_of_net(reduce_net(model), 3) == words_of_net(model, 3)


@given(trees("abc", leaves=4))
def test_a_smaller_net_of_a_tree_allows_the_same(tree):
    model = tree.as_net()

    smaller = reduce_net(model)

    assert words_of_net(smaller, 3) == words_of(tree, 3)
    assert len(smaller.transitions) <= len(model.transitions)


def test_a_chain_that_nobody_sees_becomes_one_place():
    chain = net("spqo", (None, "s", "p"), ("a", "p", "q"), (None, "q", "o"))

    assert reduce_net(chain) == Net((Transition("a", ((0, 1),), ((1, 1),)),), (1, 0), (0, 1))


def test_silent_steps_in_a_row_are_taken_out():
    row = net("sabco", (None, "s", "a"), ("x", "a", "b"), (None, "b", "c"), ("y", "c", "o"))

    smaller = reduce_net(row)

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

    smaller = reduce_net(choice, may_double=True)

    assert {step.label for step in smaller.transitions} == {"x", "y", "z"}


def test_places_that_always_hold_the_same_become_one():
    double = net("sabo", ("x", "s", "ab"), ("y", "ab", "o"))

    assert len(reduce_net(double).start) == 3


def test_a_net_without_silent_steps_stays_as_it_is():
    smaller = reduce_net(N1)

    assert (len(smaller.transitions), len(smaller.start)) == (len(N1.transitions), len(N1.start))


@given(nets(), st.booleans(), st.sampled_from([0, 15, 40, 4_000]))
def test_a_smaller_net_allows_just_the_same_wherever_the_work_ends(model, doubles, work):
    try:
        expected = sequences(model)
        found = sequences(reduce_net(model, may_double=doubles, most_work=work))
    except TooMany:
        assume(False)

    assert found == expected


@given(nets(), st.lists(st.text("abc", max_size=5), min_size=1, max_size=4))
def test_every_case_costs_the_same_beside_a_smaller_net(model, traces):
    smaller = reduce_net(model, may_double=True)
    try:
        expected = [cost_of(model, trace) for trace in traces]
        found = [cost_of(smaller, trace) for trace in traces]
    except TooMany:
        assume(False)

    assert found == expected


@given(NETS, st.lists(st.text("abc", max_size=5), min_size=1, max_size=4))
def test_every_case_costs_the_same_where_several_places_begin_or_end(model, traces):
    smaller = reduce_net(model, may_double=True)
    try:
        expected = [cost_of(model, trace) for trace in traces]
        found = [cost_of(smaller, trace) for trace in traces]
    except TooMany:
        assume(False)

    assert found == expected


@given(nets())
def test_no_step_is_written_twice_unless_it_may_be(model):
    before, after = (
        Counter(step.label for step in each.transitions) for each in (model, reduce_net(model))
    )

    assert after <= before


def test_visible_steps_stand_in_the_order_they_came_in():
    mixed = net("spqro", ("c", "s", "p"), (None, "p", "q"), ("a", "q", "r"), ("b", "r", "o"))

    assert [step.label for step in reduce_net(mixed).transitions] == ["c", "a", "b"]


def long_row(number):
    """Steps in a row, with one that nobody sees between each two."""
    steps = [
        Transition("x" if at % 2 else None, ((at, 1),), ((at + 1, 1),)) for at in range(number)
    ]
    return Net(tuple(steps), (1, *([0] * number)), (*([0] * number), 1))


def join_of(number):
    """So many choices that come together in one place, from which many silent steps lead on."""
    choices = [Transition(f"t{at}", ((0, 1),), ((at + 1, 1),)) for at in range(number)]
    joins = [Transition(None, ((at + 1, 1),), ((number + 1, 1),)) for at in range(number)]
    on = [Transition(None, ((number + at, 1),), ((number + at + 1, 1),)) for at in range(1, number)]
    return Net((*choices, *joins, *on), (1, *([0] * (2 * number))), (*([0] * (2 * number)), 1))


@pytest.mark.parametrize("shape", [long_row, join_of])
def test_work_grows_with_the_net_and_no_faster(shape):
    for number in (100, 1_000):
        smaller = reduce_net(shape(number), most_work=60 * number)

        assert all(step.label is not None for step in smaller.transitions)

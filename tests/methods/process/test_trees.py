from __future__ import annotations

import pytest
from hypothesis import given

from tests.methods.process.trees import trees, words_of, words_of_net
from uptake.methods.process.automaton import unfold
from uptake.methods.process.trees import (
    NOTHING,
    Operator,
    Tree,
    exclusive,
    inclusive,
    loop,
    optional,
    parallel,
    sequence,
    step,
)

A, B, C = map(step, "abc")


@given(trees("abc", leaves=4))
def test_the_net_of_a_tree_allows_what_the_tree_means(tree):
    assert words_of_net(tree.as_net(), 3) == words_of(tree, 3)


@given(trees())
def test_whatever_is_built_of_trees_can_always_be_finished_with_one_token(tree):
    net = tree.as_net()
    end = net.end.index(1)
    reached, waiting = {net.start}, [net.start]
    while waiting:
        for _step, after in net.steps_from(waiting.pop()):
            waiting += [] if after in reached else [after]
            reached.add(after)

    assert unfold(net).states == len(reached)
    assert all(marking == net.end for marking in reached if marking[end])


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (sequence(A, exclusive(B, C)), "a, then (either b or c)"),
        (parallel(A, optional(B)), "a and (perhaps b) in any order"),
        (inclusive(A, B), "one or more of a, b"),
        (loop(A), "a once or more"),
        (loop(A, B, C), "a once or more, each time after b or c"),
        (NOTHING, "nothing"),
    ],
)
def test_trees_are_said_in_words(tree, said):
    assert str(tree) == said


def test_steps_are_listed_from_left_to_right():
    assert list(loop(sequence(A, B), C).labels()) == ["a", "b", "c"]


@pytest.mark.parametrize("operator", [Operator.SEQUENCE, Operator.LOOP])
def test_an_operator_without_parts_means_nothing(operator):
    with pytest.raises(ValueError, match="means nothing"):
        Tree(operator)


def test_one_part_alone_is_what_it_is():
    assert sequence(A) == parallel(A) == A
    assert exclusive() == NOTHING

from __future__ import annotations

import pytest

from tests.methods.process.trees import words_of_net
from uptake.methods.process.guarded import GuardedNet, GuardedStep, TooManyStates


def step(label, takes, gives, **said):
    return GuardedStep(label, tuple(takes), tuple(gives), **said)


def words(*steps, places=6, end=5):
    net = GuardedNet(steps, places, 0, end).played_out()
    return {"".join(word) for word in words_of_net(net, 3)}


def test_a_join_waits_for_what_is_on_its_way():
    both = step(None, [0], [1, 2])
    join = GuardedStep(None, (), (5,), joins=frozenset({3, 4}))

    assert words(both, step("a", [1], [3]), step("b", [2], [4]), join) == {"ab", "ba"}


def test_a_join_does_not_wait_for_what_cannot_come():
    one = step("x", [0], [1])
    join = GuardedStep(None, (), (5,), joins=frozenset({3, 4}))

    assert words(one, step("a", [1], [3]), step("b", [2], [4]), join) == {"xa"}


def test_an_interruption_takes_everything_away():
    both = step(None, [0], [1, 2, 4])
    stop = step("stop", [4], [5], clears=frozenset({1, 2, 3}))
    done = step(None, [3, 3, 4], [5])

    found = words(both, step("a", [1], [3]), step("b", [2], [3]), stop, done)

    assert found == {"stop", "astop", "bstop", "ab", "ba", "abstop", "bastop"}


def test_a_step_may_need_places_to_be_empty():
    both = step(None, [0], [1, 2, 4])
    ends = [step("a", [1], []), step("b", [2], [])]
    done = step(None, [4], [5], empty=frozenset({1, 2}))

    assert words(both, *ends, done) == {"ab", "ba"}


def test_without_an_end_a_case_ends_where_nothing_is_left():
    both = step(None, [0], [1, 2])

    assert words(both, step("a", [1], []), step("b", [2], []), end=None) == {"ab", "ba"}


def test_a_net_without_guards_is_a_net_as_it_stands():
    net = GuardedNet((step("a", [0], [1]),), 2, 0, 1)

    assert net.is_plain
    assert words_of_net(net.plain(), 2) == words_of_net(net.played_out(), 2) == {("a",)}


def test_an_end_stands_alone_or_not_or_nobody_knows():
    alone = GuardedNet((step("a", [0], [1]),), 2, 0, 1)
    beside = GuardedNet((step("a", [0], [1, 2]),), 3, 0, 1)

    assert alone.ends_alone()
    assert beside.ends_alone() is False
    assert alone.ends_alone(most_states=1) is None


def test_more_states_than_the_bound_are_refused():
    grows = GuardedNet((step("a", [0], [0, 1]),), 2, 0, 1)

    with pytest.raises(TooManyStates, match="more than 2,000 states"):
        grows.played_out()

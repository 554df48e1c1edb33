from __future__ import annotations

import pytest
from hypothesis import given

from tests.methods.process.words import nets
from uptake.methods.process.automaton import unfold
from uptake.methods.process.nets import Net, NotFinite, Transition
from uptake.methods.process.packed import MOST_TOKENS, ListedNet, PackedNet, laid_out

LAID = (PackedNet, ListedNet)


def reached(played, most=40):
    """Markings in the order in which they are met, with what can happen in each."""
    met, steps = [played.start], []
    for marking in met:
        visible, silent = played.steps(marking)
        following = sorted([*visible, *((None, *step) for step in silent)], key=lambda s: s[2])
        steps.append([(label, played.tokens(after)) for label, after, _number in following])
        met += [after for _l, after, _n in following if after not in met][: most - len(met)]
    return [played.tokens(marking) for marking in met], steps, met


@given(nets())
def test_both_ways_of_laying_a_net_out_take_the_same_steps(model):
    packed, listed = (reached(kind(model)) for kind in LAID)

    assert packed[:2] == listed[:2]


@given(nets())
def test_both_ways_tell_which_marking_holds_another(model):
    held = []
    for played in (kind(model) for kind in LAID):
        marks = reached(played, most=12)[2]
        held.append([played.covers(one, other) for one in marks for other in marks])

    assert held[0] == held[1]


@pytest.mark.parametrize("kind", LAID)
def test_more_tokens_than_can_be_counted_are_refused(kind):
    full = Net((Transition("a", ((0, 1),), ((0, 1), (1, 1))),), (1, MOST_TOKENS), (1, 0))
    played = kind(full)

    with pytest.raises(NotFinite, match="more tokens"):
        played.steps(played.start)


def test_a_net_of_thousands_of_places_is_written_out():
    number = 2_000
    steps = tuple(Transition("x", ((at, 1),), ((at + 1, 1),)) for at in range(number))
    row = Net(steps, (1, *([0] * number)), (*([0] * number), 1))

    assert isinstance(laid_out(row), ListedNet)
    assert unfold(row).states == number + 1


def test_thousands_of_steps_side_by_side_are_bounded_work():
    number = 2_000
    steps = tuple(Transition("x", ((at, 1),), ((number + at, 1),)) for at in range(number))
    wide = Net(steps, (*([1] * number), *([0] * number)), (*([0] * number), *([1] * number)))
    played = laid_out(wide)

    with pytest.raises(NotFinite, match="too much side by side"):
        played.steps(played.start)

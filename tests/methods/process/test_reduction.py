from __future__ import annotations

from contextlib import suppress

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.methods.process.nets import net
from tests.methods.process.trees import trees, words_of, words_of_net
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

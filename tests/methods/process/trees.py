"""Trees to test with, and what they allow, straight from what their operators mean."""

from __future__ import annotations

from itertools import permutations, product

from hypothesis import strategies as st

from uptake.methods.process.alignment import align
from uptake.methods.process.automaton import NotFinite, unfold
from uptake.methods.process.trees import (
    NOTHING,
    Operator,
    exclusive,
    inclusive,
    loop,
    parallel,
    sequence,
    step,
)


def trees(letters="abcd", leaves=5):
    """Any tree of a few steps."""
    leaf = st.sampled_from([*map(step, letters), NOTHING])
    operators = st.sampled_from([sequence, exclusive, parallel, inclusive, loop])
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            lambda operator, parts: operator(*parts),
            operators,
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=leaves,
    )


def words_of(tree, longest):
    """Every way of at most so many steps that the tree allows, as tuples."""
    parts = [words_of(part, longest) for part in tree.parts]
    match tree.operator:
        case Operator.STEP:
            return {() if tree.label is None else (tree.label,)}
        case Operator.SEQUENCE:
            return joined(parts, longest)
        case Operator.EXCLUSIVE:
            return set().union(*parts)
        case Operator.PARALLEL:
            return shuffled(parts, longest)
        case Operator.INCLUSIVE:
            chosen = [p for p in product([False, True], repeat=len(parts)) if any(p)]
            some = [[part for part, is_in in zip(parts, p, strict=True) if is_in] for p in chosen]
            return set().union(*(shuffled(few, longest) for few in some))
    return looped(parts[0], set().union(*parts[1:]), longest)


def joined(parts, longest):
    found = {()}
    for part in parts:
        found = {a + b for a in found for b in part if len(a) + len(b) <= longest}
    return found


def shuffled(parts, longest):
    found = {()}
    for part in parts:
        found = {w for a in found for b in part if len(a) + len(b) <= longest for w in mixed(a, b)}
    return found


def mixed(a, b):
    places = set(permutations([0] * len(a) + [1] * len(b)))
    return {merged(list(a), list(b), order) for order in places}


def merged(a, b, order):
    a, b = a[::-1], b[::-1]
    return tuple((b if which else a).pop() for which in order)


def looped(first, again, longest):
    found = {word for word in first if len(word) <= longest}
    while True:
        further = found | joined([found, again, first], longest)
        if further == found:
            return found
        found = further


def accepted(net, word):
    """Whether the net runs like this; a net without an end runs like nothing."""
    try:
        return align(unfold(net), [tuple(word)])[0].cost == 0
    except NotFinite:
        return False


def all_accepted(net, words):
    """Whether the net runs like each of these."""
    return all(not found.cost for found in align(unfold(net), [tuple(word) for word in words]))


def words_of_net(net, longest):
    """Every way of at most so many steps that the net allows."""
    automaton = unfold(net)
    labels = automaton.labels
    words = [word for size in range(longest + 1) for word in product(labels, repeat=size)]
    found = align(automaton, words)
    return {word for word, aligned in zip(words, found, strict=True) if aligned.cost == 0}

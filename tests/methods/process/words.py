"""What small nets allow, found by playing them in every way."""

from __future__ import annotations

import heapq

from hypothesis import strategies as st

from uptake.methods.process.nets import Net, Transition

LONGEST = 4
MOST = 150


class TooMany(Exception):
    """More markings than a test wants to look at."""


@st.composite
def nets(draw):
    """Nets of five places and up to six steps; most are unsound, some have no end."""
    place = st.integers(0, 4)
    bag = st.sets(place, max_size=2).map(lambda places: tuple((p, 1) for p in sorted(places)))
    heavy = st.tuples(place, st.integers(1, 2)).map(lambda arc: (arc,))
    arcs = st.one_of(bag, bag, heavy)
    label = st.sampled_from(["a", "b", None, None])
    steps = draw(st.lists(st.builds(Transition, label, arcs, arcs), min_size=1, max_size=6))
    steps.append(Transition("a", ((0, 1),), ((1, 1),)))
    steps.append(Transition(None, ((1, 1),), ((4, 1),)))
    return Net(tuple(steps), (1, 0, 0, 0, 0), (0, 0, 0, 0, 1))


def closed(net, markings, most=MOST):
    """These markings and what silent steps make of them."""
    reached, waiting = set(markings), list(markings)
    while waiting:
        for step, after in net.steps_from(waiting.pop()):
            if step.label is None and after not in reached:
                reached.add(after)
                waiting.append(after)
        if len(reached) > most:
            raise TooMany
    return frozenset(reached)


def sequences(net):
    """All short beginnings of cases that a net allows, and those that may end there."""
    level = {(): closed(net, {net.start})}
    beginnings = {}
    for _ in range(LONGEST + 1):
        beginnings |= level
        following = {}
        for word, markings in level.items():
            for marking in markings:
                for step, after in net.steps_from(marking):
                    if step.label is not None:
                        following.setdefault((*word, step.label), set()).add(after)
        level = {word: closed(net, markings) for word, markings in following.items()}
    return set(beginnings), {word for word, at in beginnings.items() if net.end in at}


def cost_of(net, trace, most=1_500):
    """What a trace costs beside a net at least, found by trying everything; None without an end."""
    best, waiting = {(0, net.start): 0}, [(0, 0, net.start)]
    while waiting:
        cost, at, marking = heapq.heappop(waiting)
        if (at, marking) == (len(trace), net.end):
            return cost
        if len(best) > most:
            raise TooMany
        for further, *place in moves(net, trace, at, marking):
            if cost + further < best.get(tuple(place), cost + further + 1):
                best[tuple(place)] = cost + further
                heapq.heappush(waiting, (cost + further, *place))
    return None


def moves(net, trace, at, marking):
    """Every move of the net, the trace or both: its price, and where it leads."""
    word = trace[at] if at < len(trace) else None
    for step, after in net.steps_from(marking):
        yield int(step.label is not None), at, after
        if word is not None and step.label == word:
            yield 0, at + 1, after
    if word is not None:
        yield 1, at + 1, marking

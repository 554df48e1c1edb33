from __future__ import annotations

import heapq
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.methods.process.nets import N1, N2, N3, N4
from uptake.methods.process import alignment, edit_table
from uptake.methods.process.alignment import Kind, Prices, align, fitness, shortest
from uptake.methods.process.automaton import SILENT, Automaton, unfold


@pytest.mark.parametrize(
    ("model", "variant", "cost"),
    [(N1, "adceh", 0), (N2, "adceh", 2), (N2, "abdeg", 0), (N3, "abdeg", 4), (N4, "adceh", 0)],
)
def test_costs_of_the_textbook(model, variant, cost):
    assert align(unfold(model), [variant])[0].cost == cost


def test_fitness_of_the_textbook():
    automaton = unfold(N2)

    assert fitness(2, 5, shortest(automaton)) == pytest.approx(0.8)
    assert fitness(0, 0, 0) is None


def test_deviations_are_named():
    (found,) = align(unfold(N2), ["abeg"])

    assert [(step.kind, step.label) for step in found.steps] == [
        (Kind.TOGETHER, "a"),
        (Kind.TOGETHER, "b"),
        (Kind.SKIPPED, "d"),
        (Kind.TOGETHER, "e"),
        (Kind.TOGETHER, "g"),
    ]


def test_a_step_that_the_model_does_not_know_is_inserted():
    (found,) = align(unfold(N2), ["abxdeg"])

    assert found.cost == 1
    assert [step.label for step in found.steps if step.kind is Kind.INSERTED] == ["x"]


def test_unknown_steps_are_put_back_where_they_stood():
    (found,) = align(unfold(N2), ["xabyegz"], Prices({}, {"y": 5}))

    assert found.cost == 1 + 5 + 1 + 1
    assert [step.label for step in found.steps] == list("xabydegz")


def test_of_two_steps_that_would_do_the_cheaper_is_skipped():
    automaton = unfold(N2)

    (found,) = align(automaton, ["adeg"], Prices({"b": 3}, {}))

    assert found.cost == 1
    assert [step.label for step in found.steps if step.kind is Kind.SKIPPED] == ["c"]
    assert align(automaton, ["adeg"], Prices({"b": 3, "c": 2}, {}))[0].cost == 2


def test_parts_do_not_change_the_answer(monkeypatch):
    variants = ["adceh", "abeg", "", "abdefbdeg", "adceh", "zz"]
    whole = align(unfold(N1), variants)

    monkeypatch.setattr(alignment, "_CELLS", 40)

    assert align(unfold(N1), variants) == whole


def test_steps_that_cost_nothing_may_go_in_circles():
    round_and_round = Automaton.of(
        [(0, "a", 1), (1, "b", 0), (1, None, 0), (0, "c", 2)], start=0, end=2
    )

    (found,) = align(round_and_round, ["bbc"], Prices({"a": 0, "b": 0}, {}))

    assert found.cost == 0
    assert [s.label for s in found.steps if s.kind is Kind.TOGETHER] == ["b", "b", "c"]


@pytest.mark.parametrize("price", [1, 40_000, 3_000_000_000])
def test_prices_of_any_size_are_reckoned_exactly(price):
    (found,) = align(unfold(N2), ["aabdegz"], Prices({}, {"a": price, "z": price + 1}))

    assert found.cost == 2 * price + 1


@st.composite
def automata(draw):
    """A way from the first state to the last, and other steps across it."""
    states = draw(st.integers(2, 6))
    words = st.sampled_from(["a", "b", "c", None])
    way = [(n, draw(words), n + 1) for n in range(states - 1)]
    across = st.tuples(st.integers(0, states - 1), words, st.integers(0, states - 1))
    return Automaton.of(way + draw(st.lists(across, max_size=8)), start=0, end=states - 1)


def cheapest(automaton, variant):
    """The least cost by Dijkstra's algorithm over positions and states."""
    ways = list(zip(automaton.source, automaton.label, automaton.target, strict=True))
    ticket, done = count(), set()
    waiting = [(0, next(ticket), 0, automaton.start)]
    while True:
        cost, _ticket, position, state = heapq.heappop(waiting)
        if (position, state) == (len(variant), automaton.end):
            return cost
        if (position, state) in done:
            continue
        done.add((position, state))
        following = [(cost + 1, position + 1, state)] if position < len(variant) else []
        for source, label, target in ways:
            if source != state:
                continue
            word = None if label == SILENT else automaton.labels[label]
            following.append((cost + (word is not None), position, int(target)))
            if position < len(variant) and variant[position] == word:
                following.append((cost, position + 1, int(target)))
        for price, place, there in following:
            heapq.heappush(waiting, (price, next(ticket), place, there))


def accepts(automaton, words):
    """Whether the model runs like this."""
    states = rest(automaton, {automaton.start})
    for word in words:
        states = rest(automaton, followed(automaton, states, word))
    return automaton.end in states


def followed(automaton, states, word):
    code = SILENT if word is None else automaton.labels.index(word)
    ways = zip(automaton.source.tolist(), automaton.label.tolist(), automaton.target, strict=True)
    return {int(target) for source, label, target in ways if source in states and label == code}


def rest(automaton, states):
    while not (further := followed(automaton, states, None)) <= states:
        states = states | further
    return states


WAYS = {"by steps": (0, 500), "by events": (24, 500), "between states": (0, 0)}


@pytest.fixture(params=WAYS)
def ways(request):
    few, long = WAYS[request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edit_table, "_FEW", few)
        patch.setattr(edit_table, "_LONG", long)
        yield


@pytest.mark.usefixtures("ways")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(automata(), st.lists(st.text("abcd", max_size=6), min_size=1, max_size=5))
def test_the_cost_is_the_least_and_the_steps_show_it(automaton, variants):
    for variant, found in zip(variants, align(automaton, variants), strict=True):
        assert found.cost == cheapest(automaton, variant)
        kinds = [step.kind for step in found.steps]
        assert found.cost == len(kinds) - kinds.count(Kind.TOGETHER)
        assert [s.label for s in found.steps if s.kind is not Kind.SKIPPED] == list(variant)
        assert accepts(automaton, [s.label for s in found.steps if s.kind is not Kind.INSERTED])

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.methods.process.nets import N2, UNBOUNDED, net, side_by_side
from tests.methods.process.textbook import FULL
from tests.methods.process.words import TooMany, nets, sequences
from uptake.methods.process import conformance, state_equation
from uptake.methods.process.alignment import EVEN, Kind, Prices, align
from uptake.methods.process.automaton import NeverEnds, NotFinite, unfold
from uptake.methods.process.conformance import conform
from uptake.methods.process.language import Language
from uptake.methods.process.packed import laid_out
from uptake.methods.process.search import Budget, Search, Unfinished
from uptake.methods.process.state_equation import StateEquation
from uptake.methods.statistics.proportions import Share


@pytest.fixture
def by_search(monkeypatch):
    """Nothing is written out, and no case is followed: all is left to the search."""

    def refuse(*_args):
        raise NotFinite("not today")

    monkeypatch.setattr(conformance, "determined", refuse)
    monkeypatch.setattr(conformance, "_cheapest_way", refuse)
    monkeypatch.setattr(conformance, "_is_as_intended", lambda *_args: False)


def costs(found):
    return [each.cost for each in found.found]


def test_costs_are_those_of_alignment():
    cases = [*FULL, "", "zz", "abeg"]

    found = conform(N2, cases)

    assert costs(found) == [each.cost for each in align(unfold(N2), cases)]
    assert found.least == 5


def test_fitness_of_a_case_and_of_a_log():
    found = conform(N2, ["adceh", "abdeg"])

    assert found.fitness(0) == pytest.approx(0.8)
    log = found.over([1, 3])
    assert log.value == pytest.approx(1 - 2 / 40)
    assert (log.cost, log.fitting, log.not_computed) == (2, Share(3, 4), 0)


def test_prices_weigh_what_is_skipped_and_inserted():
    found = conform(N2, ["abeg"], Prices({"d": 7}, {"b": 2}))

    assert costs(found) == [7]
    assert found.least == 5 + 6
    assert found.fitness(0) == pytest.approx(1 - 7 / (5 + 11))


@pytest.mark.usefixtures("small")
def test_a_model_without_bound_is_aligned_exactly():
    found = conform(UNBOUNDED, ["aacb", "b", "ccc", ""])

    assert costs(found) == [0, 1, 5, 2]
    assert [step.kind for step in found.found[1].steps] == [Kind.SKIPPED, Kind.TOGETHER]


@pytest.mark.usefixtures("small")
def test_a_model_of_countless_orders_is_aligned_exactly():
    letters = "abcdefghijklmnopqrst"

    found = conform(side_by_side(letters), [letters[::-1], letters[1:] + "z", letters + "a"])

    assert costs(found) == [0, 2, 1]


@pytest.mark.usefixtures("by_search")
def test_a_search_that_may_not_look_far_says_what_is_certain():
    found = conform(N2, ["abdeg", "zabg"], most_looked_at=14)

    assert found.least == 5
    assert isinstance(found.found[1], Unfinished)
    assert found.found[1].at_least <= 3 <= found.found[1].at_most == 9
    assert found.fitness(1) is None
    assert found.over([1, 4]).not_computed == 4


def test_a_case_too_long_to_be_written_down_is_searched_for(monkeypatch):
    monkeypatch.setattr(conformance, "MOST_CELLS", 60)

    found = conform(N2, ["abeg", "abdefbdefcdegg"], most_looked_at=10)

    assert costs(conform(N2, ["abeg", "abdefbdefcdegg"])) == [1, 1]
    assert found.found[0].cost == 1
    assert found.found[1] == Unfinished(1, 19)


def test_a_model_that_never_ends_says_so():
    with pytest.raises(NeverEnds):
        conform(net("smo", ("a", "s", "m"), ("b", "m", "m")), ["ab"])


@pytest.mark.usefixtures("by_search")
def test_a_model_that_never_ends_is_found_by_search_too():
    with pytest.raises(NeverEnds):
        conform(net("smo", ("a", "s", "m"), ("b", "m", "m")), ["ab"])


@pytest.mark.usefixtures("small")
def test_silent_steps_without_end_are_bounded_work():
    endless = net("smo", (None, "s", "sm"), ("a", "sm", "o"))

    found = conform(endless, ["a", "b"], most_looked_at=50)

    assert found.least == 1
    assert costs(found) == [0, 2]


def moves(found):
    return [(step.kind, step.label) for step in found.steps]


def is_shown(found, case, whole):
    """The steps are the case, and a case that the model allows; skips and insertions cost one."""
    seen = tuple(label for kind, label in moves(found) if kind is not Kind.SKIPPED)
    meant = tuple(label for kind, label in moves(found) if kind is not Kind.INSERTED)
    strayed = sum(kind is not Kind.TOGETHER for kind, _label in moves(found))
    return seen == tuple(case) and meant in whole and strayed == found.cost


def distance(case, word):
    """Fewest letters left out and put in."""
    row = list(range(len(word) + 1))
    for place, letter in enumerate(case, start=1):
        before, row = row, [place]
        for other, wanted in enumerate(word):
            same = before[other] if letter == wanted else before[other] + 2
            row.append(min(same, before[other + 1] + 1, row[other] + 1))
    return row[-1]


@pytest.mark.usefixtures("small")
@settings(max_examples=60)
@given(nets(), st.lists(st.text("abz", max_size=4), min_size=1, max_size=3))
def test_no_way_through_a_net_is_cheaper(model, cases):
    try:
        _beginnings, whole = sequences(model)
        found = conform(model, cases, most_looked_at=200)
    except (TooMany, NeverEnds):
        assume(False)

    assume(whole)
    for case, each in zip(cases, found.found, strict=True):
        best = min(distance(case, word) for word in whole)
        assert isinstance(each, Unfinished) or each.cost <= best
        assert isinstance(each, Unfinished) or each.cost == best or len(case) + best > 4


@settings(max_examples=60, deadline=None)
@given(nets(), st.lists(st.text("abz", max_size=4), min_size=1, max_size=3))
def test_searching_finds_what_writing_out_finds(model, cases):
    try:
        expected = align(unfold(model, most_states=100), cases)
    except NotFinite:
        assume(False)
    with pytest.MonkeyPatch.context() as patch:
        by_search.__wrapped__(patch)
        found = conform(model, cases)

    assert costs(found) == [each.cost for each in expected]


@pytest.mark.parametrize("estimates", [0, 1, 3])
def test_estimates_are_bounded_work_too(estimates):
    trace = "bababaxfedcy"
    language = Language(side_by_side("abcdef"))
    net = laid_out(language.net.net)

    found = Search(net, StateEquation(net.net, EVEN), EVEN, trace).run(Budget(5_000, estimates))

    assert isinstance(found, Unfinished)
    assert found.at_least <= conform(side_by_side("abcdef"), [trace]).found[0].cost


def test_what_a_model_does_not_know_is_put_back_where_it_stood(by_search):
    (found,) = conform(N2, ["xabyegz"]).found

    expected = align(unfold(N2), ["xabyegz"])[0]
    assert (found.cost, [step.label for step in found.steps]) == (
        expected.cost,
        [step.label for step in expected.steps],
    )


def test_a_net_too_large_to_be_searched_is_said_to_be_so(by_search, monkeypatch):
    monkeypatch.setattr(state_equation, "MOST_CELLS", 3)

    (found,) = conform(N2, ["axdeg"]).found

    assert found == Unfinished(1, None)

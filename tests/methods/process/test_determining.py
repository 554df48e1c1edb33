from __future__ import annotations

import pytest
from hypothesis import assume, given

from tests.methods.process.nets import N1, N4, UNBOUNDED, net, side_by_side
from tests.methods.process.words import TooMany, nets, sequences
from uptake.methods.process.alignment import align
from uptake.methods.process.automaton import SILENT, NeverEnds, NotFinite, unfold
from uptake.methods.process.determining import determined
from uptake.methods.process.language import Language


def test_states_that_allow_the_same_become_one():
    twice = net("spqo", ("a", "s", "p"), ("b", "s", "q"), ("x", "p", "o"), ("x", "q", "o"))

    assert unfold(twice).states == 4
    found = determined(Language(twice))
    assert (found.states, found.labels) == (4, ("a", "b", "x"))
    assert sorted(found.label.tolist()) == [SILENT, 0, 1, 2]


def test_each_step_leads_to_one_state():
    found = determined(Language(side_by_side("abcd")))

    pairs = list(zip(found.source.tolist(), found.label.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert found.states == 2**4 + 1


def test_a_model_that_never_ends_says_so():
    with pytest.raises(NeverEnds):
        determined(Language(net("smo", ("a", "s", "m"), ("b", "m", "m"))))


def test_more_states_than_the_cap_are_refused_not_cut_off():
    with pytest.raises(NotFinite, match="more than 100 states"):
        determined(Language(UNBOUNDED), most_states=100)


@pytest.mark.parametrize("model", [N1, N4])
def test_costs_are_those_of_the_model_written_out(model):
    cases = ["adceh", "abeg", "", "abdefbdeg", "zz", "hgfa"]

    written_out = align(unfold(model), cases)
    smallest = align(determined(Language(model)), cases)

    assert [each.cost for each in smallest] == [each.cost for each in written_out]


@pytest.mark.usefixtures("small")
@given(nets())
def test_cases_cost_nothing_just_when_the_net_allows_them(model):
    try:
        beginnings, whole = sequences(model)
        smallest = determined(Language(model), most_states=60)
    except (TooMany, NotFinite):
        assume(False)
    cases = sorted(beginnings)

    free = {
        case for case, found in zip(cases, align(smallest, cases), strict=True) if not found.cost
    }
    assert free == whole

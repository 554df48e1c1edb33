from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from uptake.methods.layering import in_layers

PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20)


@given(PAIRS)
@example([(0, 5), (1, 2), (1, 6), (2, 4), (4, 6)])
def test_every_box_has_a_place_of_its_own_and_lines_lead_through_the_layers(pairs):
    laid = in_layers(9, pairs, lane=0.3)

    assert sorted(laid.nodes) == list(range(9))
    assert len({(round(x, 6), round(y, 6)) for x, y in laid.nodes.values()}) == 9
    for (first, last), bends in laid.ways.items():
        along = [laid.nodes[first][0], *(x for x, _y in bends), laid.nodes[last][0]]
        assert along == sorted(along)
        assert first < last
    assert set(laid.ways) == {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}

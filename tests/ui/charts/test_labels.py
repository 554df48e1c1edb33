from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from uptake.ui.charts.labels import AWAY, LETTER, LINE, LONGEST_NAME, Anchor, Spot, spots

ANCHORS = st.lists(
    st.builds(Anchor, st.floats(0, 640), st.floats(0, 240), st.text("abc ", min_size=1)),
    max_size=8,
)


def _box(anchor: Anchor, spot: Spot) -> tuple[float, float, float]:
    length = min(LONGEST_NAME, LETTER * len(anchor.name))
    left = anchor.x + AWAY if spot.align == "left" else anchor.x - AWAY - length
    return left, left + length, anchor.y + spot.dy


def test_a_name_stands_to_the_right_of_its_mark_where_there_is_room() -> None:
    assert spots([Anchor(100, 100, "North")], width=640, height=240) == (Spot("left", 0),)


def test_a_name_at_the_edge_turns_to_the_left() -> None:
    assert spots([Anchor(630, 100, "North")], width=640, height=240) == (Spot("right", 0),)


def test_of_many_marks_at_one_place_the_first_ones_are_named() -> None:
    placed = spots([Anchor(320, 120, "A long name of a deployment")] * 12, width=640, height=240)

    assert placed[0] == Spot("left", 0)
    assert placed[-1] is None


def test_a_name_covers_no_mark_beside_it() -> None:
    marks = [Anchor(100, 100, "North"), Anchor(125, 100, "")]

    assert spots(marks[:1], width=640, height=240, marks=marks) == (Spot("right", 0),)


@given(ANCHORS)
def test_no_name_covers_another(anchors: list[Anchor]) -> None:
    placed = spots(anchors, width=640, height=240)

    boxes = [_box(anchor, spot) for anchor, spot in zip(anchors, placed, strict=True) if spot]
    covering = [
        (one, other)
        for one, other in itertools.combinations(boxes, 2)
        if one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < LINE - 1e-6
    ]
    assert covering == []

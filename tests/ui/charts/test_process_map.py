from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.ui.charts.process_map import MapEdge, MapNode, process_map

SVG = "{http://www.w3.org/2000/svg}"
NODES = [MapNode("start", is_end=True), MapNode("a"), MapNode("b"), MapNode("end", is_end=True)]
WAY = [MapEdge(0, 1, 3, "3"), MapEdge(1, 2, 3, "3"), MapEdge(2, 3, 3, "3")]


def drawn(nodes, edges, width=860):
    return ET.fromstring(process_map(nodes, edges, width=width))


def texts(svg):
    return [text.text for text in svg.iter(f"{SVG}text")]


def test_a_short_way_runs_from_left_to_right_and_a_narrow_page_turns_it():
    wide, narrow = drawn(NODES, WAY), drawn(NODES, WAY, width=300)

    assert float(wide.get("width")) > float(wide.get("height"))
    assert float(narrow.get("width")) < float(narrow.get("height"))


def test_what_strays_is_told_by_words_and_dashes_not_by_colour_alone():
    nodes = [NODES[0], MapNode("a", "3 cases", ("skipped 2×",)), MapNode("x", is_outside=True)]

    svg = drawn(nodes, [MapEdge(0, 1, 1, "1"), MapEdge(1, 2, 1, "1", strays=True)])

    dashed = [path for path in svg.iter(f"{SVG}path") if path.get("stroke-dasharray")]
    assert "skipped 2×" in texts(svg)
    assert len(dashed) == 1
    assert [box.get("stroke-dasharray") is not None for box in svg.iter(f"{SVG}rect")] == [
        False,
        True,
    ]


def test_lines_of_more_cases_are_wider():
    svg = drawn(NODES, [MapEdge(0, 1, 100, "100"), MapEdge(1, 2, 1, "1"), *WAY[2:]])

    widths = sorted(float(path.get("stroke-width", 0)) for path in svg.iter(f"{SVG}path"))
    assert widths[-1] == 5.5
    assert 0 < widths[3] < 2


def test_names_are_never_markup_and_long_ones_are_wrapped_and_cut():
    name = "<script>alert(1)</script> & " + "very long words " * 9

    said = texts(drawn([MapNode(name), MapNode("b")], [MapEdge(0, 1, 1, "1")]))

    assert said[0].startswith("<script>")
    assert said[2].endswith("…")


def test_a_box_without_lines_is_drawn_too():
    assert texts(drawn([MapNode("alone")], [])) == ["alone"]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 9).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=30),
        )
    )
)
def test_any_map_has_every_box_and_line_within_its_sheet(graph):
    count, pairs = graph
    nodes = [MapNode(f"n{number}", "1 case") for number in range(count)]
    edges = [MapEdge(a, b, 1 + a, f"{a}-{b}") for a, b in sorted(pairs)]

    svg = drawn(nodes, edges)

    said = texts(svg)
    width, height = float(svg.get("width")), float(svg.get("height"))
    boxes = list(svg.iter(f"{SVG}rect"))
    assert {f"n{number}" for number in range(count)} | {edge.told for edge in edges} <= set(said)
    assert all(-1 <= float(box.get("x")) <= width - 150 for box in boxes)
    assert all(-1 <= float(box.get("y")) <= height for box in boxes)
    assert not re.search("nan|inf", process_map(nodes, edges, width=860))

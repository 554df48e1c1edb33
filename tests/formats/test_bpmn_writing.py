from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.formats.test_bpmn import parsed
from tests.methods.process.nets import N1, UNBOUNDED, net, side_by_side
from tests.methods.process.test_reduction import NETS, is_small
from tests.methods.process.trees import trees, words_of, words_of_net
from tests.methods.process.words import TooMany, cost_of, nets
from uptake.formats.bpmn_writing import bpmn_text
from uptake.formats.errors import UnusableFileError
from uptake.formats.xml_tree import tree_of
from uptake.methods.process.nets import Net, Transition
from uptake.methods.process.trees import (
    NOTHING,
    inclusive,
    loop,
    optional,
    parallel,
    sequence,
    step,
)


def again(model, **said):
    return parsed(bpmn_text(model, name="Orders", **said))


def written(model, **said):
    text = bpmn_text(model, name="Orders", **said)
    return tree_of(iter([text.encode()]), name="d.bpmn", what="drawing")


ROLES = {"a": ("Sales",), "b": ("Office", "Sales"), "d": ("Office",)}


@settings(max_examples=60)
@given(trees("abcd", leaves=6))
def test_steps_that_are_drawn_in_lanes_and_read_again_allow_the_same(tree):
    model = again(tree, roles=ROLES)

    steps = {transition.label for transition in model.net.transitions}
    assert words_of_net(model.net, 3) == words_of(tree, 3)
    assert model.roles == {name: several for name, several in ROLES.items() if name in steps}
    assert model.left == ()


def sides(box):
    left, top, width, height = (float(box.get(k)) for k in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def is_inside(box, other):
    (left, top, right, bottom), (x, y, far, low) = sides(box), sides(other)
    return x <= left < right <= far and y <= top < bottom <= low


def is_apart(box, other):
    (left, top, right, bottom), (x, y, far, low) = sides(box), sides(other)
    return right <= x or far <= left or bottom <= y or low <= top


@settings(max_examples=40)
@given(trees("abcd", leaves=8))
def test_every_node_stands_in_its_lane_and_no_two_on_one_place(tree):
    root = written(sequence(step("a"), tree), roles=ROLES)

    plane = root.first("BPMNDiagram").children[0]
    box = {shape.get("bpmnElement"): shape.first("Bounds") for shape in plane.all("BPMNShape")}
    lanes = {
        lane.get("id"): [each.text for each in lane.all("flowNodeRef")]
        for lane in root.first("process").first("laneSet").all("lane")
    }
    nodes = [node for inside in lanes.values() for node in inside]
    assert sorted([*nodes, *lanes, "pool"]) == sorted(box)
    assert all(is_inside(box[node], box[lane]) for lane in lanes for node in lanes[lane])
    assert all(is_apart(box[a], box[b]) for a, b in combinations(nodes, 2))
    assert all(is_apart(box[a], box[b]) for a, b in combinations(lanes, 2))
    assert all(is_inside(box[lane], box["pool"]) for lane in lanes)


def test_what_is_drawn_in_lanes_is_a_pool_of_its_name_as_tools_ask_for():
    root = written(sequence(step("a"), step("c"), step("b")), roles=ROLES)

    (group,), (process,) = root.all("collaboration"), root.all("process")
    (pool,) = group.all("participant")
    lanes = process.first("laneSet").all("lane")
    tasks = {task.get("name"): task for task in process.all("task")}
    assert (pool.get("name"), pool.get("processRef")) == ("Orders", process.get("id"))
    assert root.first("BPMNDiagram").children[0].get("bpmnElement") == group.get("id")
    assert [lane.get("name") for lane in lanes] == ["Sales", "", "Office"]
    assert [owner.get("name") for owner in tasks["b"].all("potentialOwner")] == ["Office", "Sales"]
    assert tasks["a"].first("potentialOwner") is None


@pytest.mark.parametrize("roles", [{}, ROLES], ids=["plain", "in lanes"])
def test_lines_of_arrows_with_neither_end_in_common_do_not_lie_on_each_other(roles):
    parts = (sequence(step(one), step(other)) for one, other in ("ab", "bd", "da", "ac"))
    root = written(parallel(*parts), roles=roles)

    ends = {flow.get("id"): flow for flow in root.first("process").all("sequenceFlow")}
    lines = [
        (ends[edge.get("bpmnElement")], one.get("x"), sorted(float(p.get("y")) for p in (one, two)))
        for edge in root.first("BPMNDiagram").children[0].all("BPMNEdge")
        for one, two in pairwise(edge.all("waypoint"))
        if one.get("x") == two.get("x")
    ]
    lying = [
        (one.get("id"), other.get("id"))
        for (one, x, (top, low)), (other, x2, (top2, low2)) in combinations(lines, 2)
        if x == x2 and top < low2 and top2 < low
        if one.get("sourceRef") != other.get("sourceRef")
        if one.get("targetRef") != other.get("targetRef")
    ]
    assert lying == []


def test_arrows_back_and_past_others_stay_in_the_pool():
    model = sequence(
        step("a"), loop(sequence(step("b"), step("d")), step("c")), optional(step("b"))
    )
    root = written(model, roles=ROLES)

    plane = root.first("BPMNDiagram").children[0]
    pool = sides(plane.first("BPMNShape").first("Bounds"))
    points = [point for edge in plane.all("BPMNEdge") for point in edge.all("waypoint")]
    assert all(pool[0] < float(point.get("x")) < pool[2] for point in points)
    assert all(pool[1] < float(point.get("y")) < pool[3] for point in points)


@pytest.mark.parametrize(
    "tree",
    [
        inclusive(parallel(step("a"), step("b")), step("c"), step("d")),
        inclusive(inclusive(step("a"), loop(step("b"))), optional(step("c"))),
        inclusive(step("a"), NOTHING, step("b")),
        loop(NOTHING, step("a"), step("b")),
        NOTHING,
    ],
    ids=str,
)
def test_what_no_pair_of_inclusive_gateways_says_is_spelt_out(tree):
    assert words_of_net(again(tree).net, 4) == words_of(tree, 4)


TRACES = st.lists(st.text("abc", max_size=4), min_size=1, max_size=4)


def costs(model, traces):
    try:
        return [cost_of(model, trace) for trace in traces]
    except TooMany:
        assume(False)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(NETS.filter(is_small), TRACES)
def test_a_net_that_is_drawn_and_read_again_costs_every_case_the_same(model, traces):
    assert costs(again(model).net, traces) == costs(model, traces)


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(nets(), TRACES)
def test_a_net_of_any_kind_is_drawn_as_it_is_or_refused(model, traces):
    expected = costs(model, traces)
    try:
        drawn = again(model).net
    except UnusableFileError:
        drawn = None

    assert drawn is None or costs(drawn, traces) == expected


def test_nets_with_tokens_that_weigh_and_ends_of_their_own_are_drawn():
    heavy = Net(
        (
            Transition("a", ((0, 1),), ((1, 3),)),
            Transition("b", ((1, 2),), ((2, 1),)),
            Transition("c", ((1, 1),), ()),
        ),
        (1, 0, 0),
        (0, 0, 1),
    )

    assert words_of_net(again(heavy).net, 4) == words_of_net(heavy, 4)
    assert words_of_net(again(side_by_side("abc")).net, 4) == words_of_net(side_by_side("abc"), 4)
    assert words_of_net(again(N1).net, 3) == words_of_net(N1, 3)


LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
)
NAMES = st.text(LETTERS | st.sampled_from("\n\t\"'<&>🚀 "), min_size=1, max_size=12)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), NAMES)
def test_names_and_roles_come_back_to_the_letter(names, role):
    roles = {names[0]: (role, "Sales")}

    model = again(sequence(*map(step, names)), roles=roles, notes=[role])

    assert [step.label for step in model.net.transitions] == names
    said = " ".join(role.split())
    assert model.roles == {names[0]: (said, "Sales") if said else ("Sales",)}


def test_every_node_and_arrow_has_a_place_in_the_diagram():
    root = written(sequence(step("a"), loop(parallel(step("b"), step("c")), step("d"))))

    (process,), (diagram,) = root.all("process"), root.all("BPMNDiagram")
    (plane,) = diagram.children
    shown = [shape.get("bpmnElement") for shape in plane.children]
    assert sorted(shown) == sorted(each.get("id") for each in process.children)
    bounds = [shape.first("Bounds") for shape in plane.all("BPMNShape")]
    corners = [(float(each.get("x")), float(each.get("y"))) for each in bounds]
    assert len(set(corners)) == len(bounds)
    assert min(min(corner) for corner in corners) > 0
    assert all(len(list(edge.all("waypoint"))) > 1 for edge in plane.all("BPMNEdge"))


@pytest.mark.parametrize("roles", [{}, ROLES], ids=["plain", "in lanes"])
def test_arrows_begin_and_end_at_the_border_of_what_they_tie(roles):
    root = written(
        sequence(step("a"), loop(step("b"), step("c")), optional(step("d"))), roles=roles
    )

    (process,), (diagram,) = root.all("process"), root.all("BPMNDiagram")
    box = {s.get("bpmnElement"): s.first("Bounds") for s in diagram.children[0].all("BPMNShape")}
    way = {
        e.get("bpmnElement"): list(e.all("waypoint")) for e in diagram.children[0].all("BPMNEdge")
    }
    for flow in process.all("sequenceFlow"):
        points = way[flow.get("id")]
        assert on_border(box[flow.get("sourceRef")], points[0])
        assert on_border(box[flow.get("targetRef")], points[-1])


def on_border(box, point):
    left, top, width, height = (float(box.get(k)) for k in ("x", "y", "width", "height"))
    across, down = float(point.get("x")) - left, float(point.get("y")) - top
    inside = 0 <= across <= width and 0 <= down <= height
    return inside and (across in (0, width) or down in (0, height))


def test_a_large_model_is_drawn_and_read_again():
    rows = [loop(step(f"t{n}"), step(f"u{n}")) for n in range(300)]

    model = again(sequence(*rows))

    assert len(model.net.transitions) == 899
    assert model.left == ()


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (sequence(*(step(f"t{n}") for n in range(5_000))), "more than 5,000 nodes or 20,000"),
        (inclusive(*(step(f"t{n}") for n in range(90))), "more than 5,000 nodes"),
        (Net((Transition("a", (), ((0, 1),)),), (1,), (1,)), "The step 'a' needs nothing"),
        (Net((Transition(None, (), ((0, 1),)),), (1,), (1,)), "The step that nobody sees needs"),
        (Net((Transition("a", ((0, 1),), ()),), (0,), (0,)), "has no beginning"),
        (net("sxo", ("a", "s", "x"), ("b", "o", "o")), "No case could ever end"),
    ],
    ids=["long", "wide", "unfounded", "unfounded and silent", "without a start", "without an end"],
)
def test_what_cannot_be_drawn_is_refused_with_what_to_do(model, says):
    with pytest.raises(UnusableFileError, match=says):
        bpmn_text(model, name="Orders")


def test_steps_that_no_whole_case_has_are_left_out():
    odd = net("saxydo", ("a", "s", "o"), ("b", "s", "x"), ("c", "y", "o"), ("d", "d", "d"))

    assert [step.label for step in again(odd).net.transitions] == ["a"]


def test_a_net_that_collects_tokens_is_drawn_as_it_is():
    assert words_of_drawn(UNBOUNDED) == [0, 2, 0, 1]


def words_of_drawn(model):
    return costs(again(model).net, ["ab", "ba", "aacb", "b"])

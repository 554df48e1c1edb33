from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.process.trees import accepted, trees, words_of, words_of_net
from uptake.formats import bpmn
from uptake.formats.bpmn import bpmn_of, read_bpmn
from uptake.formats.drawn_model import DrawnModel
from uptake.formats.errors import UnusableFileError
from uptake.formats.xml_tree import tree_of
from uptake.methods.process.automaton import unfold
from uptake.methods.process.conformance import conform
from uptake.methods.process.trees import Operator

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def drawn(body, *, beside=""):
    text = f'<d:definitions xmlns:d="{MODEL}"><d:process id="p">{body}</d:process>{beside}'
    return parsed(f"{text}</d:definitions>".replace("<d:", "<").replace("</d:", "</"))


def parsed(text):
    root = tree_of(iter([text.encode("utf-8", "replace")]), name="d.bpmn", what="drawing")
    return bpmn_of(root, name="d.bpmn")


def node(at, kind="task", inside="", **said):
    said = {"id": at, "name": at, **said}
    return f"<{kind} {' '.join(f'{k}={v!r}' for k, v in said.items())}>{inside}</{kind}>"


def arrows(*pairs, **said):
    return "".join(
        f"<sequenceFlow id='f_{a}_{b}' sourceRef='{a}' targetRef='{b}'>"
        f"{said.get(f'f_{a}_{b}', '')}</sequenceFlow>"
        for a, b in (pair.split(">") for pair in " ".join(pairs).split())
    )


def words(body, longest=4, **said):
    return {"".join(word) for word in words_of_net(drawn(body, **said).net, longest)}


ENDS = node("s", "startEvent") + node("e", "endEvent")
IF = "<conditionExpression>x</conditionExpression>"
TASKS = "".join(map(node, "abc"))


@pytest.mark.parametrize(
    ("name", "steps", "states"),
    [("running-example", 8, 7), ("a32f0n00", 32, 471), ("receipt", 27, 14)],
)
def test_real_drawings_are_read_whole(shared_data, name, steps, states):
    model = read_bpmn(shared_data / "process" / f"{name}.bpmn")

    assert len({step.label for step in model.net.transitions} - {None}) == steps
    assert unfold(model.net).states == states
    assert model.left == ()


def test_a_chain_is_its_steps():
    assert words(ENDS + TASKS + arrows("s>a a>b b>c c>e")) == {"abc"}


@pytest.mark.parametrize("kind", ["userTask", "sendTask", "businessRuleTask", "callActivity"])
def test_every_kind_of_task_is_a_step(kind):
    assert words(ENDS + node("a", kind) + arrows("s>a a>e")) == {"a"}


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("exclusiveGateway", {"a", "b", "c"}),
        ("eventBasedGateway", {"a", "b", "c"}),
        ("parallelGateway", {"abc", "acb", "bac", "bca", "cab", "cba"}),
        (
            "inclusiveGateway",
            {*("a", "b", "c", "ab", "ba", "ac", "ca", "bc", "cb")}
            | {"abc", "acb", "bac", "bca", "cab", "cba"},
        ),
    ],
)
def test_gateways_split_and_join(kind, allowed):
    join = "exclusiveGateway" if kind == "eventBasedGateway" else kind
    gates = node("g", kind) + node("j", join)

    assert words(ENDS + TASKS + gates + arrows("s>g g>a g>b g>c a>j b>j c>j j>e")) == allowed


def test_an_inclusive_gateway_waits_for_what_can_still_arrive_and_for_nothing_else():
    gates = node("g", "parallelGateway") + node("x", "exclusiveGateway")
    gates += node("j", "inclusiveGateway")
    flows = arrows("s>g g>a g>b b>x x>j x>c c>e a>j j>e")

    assert words(ENDS + TASKS + gates + flows) == {"ab", "ba", "abc", "bac", "bca"}


def test_an_inclusive_default_is_taken_alone():
    gates = node("g", "inclusiveGateway", default="f_g_c") + node("j", "inclusiveGateway")

    found = words(ENDS + TASKS + gates + arrows("s>g g>a g>b g>c a>j b>j c>j j>e"))

    assert found == {"a", "b", "ab", "ba", "c"}


def test_several_arrows_out_of_a_task_are_all_taken_and_conditions_choose():
    join = node("j", "parallelGateway")
    split = node("a") + node("b") + node("c") + ENDS
    flows = "s>a a>b a>c b>j c>j j>e"
    some = arrows("s>a a>b a>c b>e c>e", f_a_b=IF, f_a_c=IF)

    assert words(split + join + arrows(flows)) == {"abc", "acb"}
    assert words(split + some) == {"ab", "ac", "abc", "acb"}


def test_loops_are_loops():
    gates = node("x", "exclusiveGateway") + node("y", "exclusiveGateway")

    found = words(ENDS + node("a") + node("b") + gates + arrows("s>x x>a a>y y>b b>x y>e"), 5)

    assert found == {"a", "aba", "ababa"}


@pytest.mark.parametrize(
    ("marker", "allowed"),
    [
        ("<standardLoopCharacteristics/>", {"ab", "aab", "aaab"}),
        ("<standardLoopCharacteristics testBefore='true'/>", {"b", "ab", "aab", "aaab"}),
        ("<multiInstanceLoopCharacteristics/>", {"ab", "aab", "aaab"}),
    ],
)
def test_markers_repeat_an_activity(marker, allowed):
    tasks = node("a", inside=marker) + node("b")

    assert words(ENDS + tasks + arrows("s>a a>b b>e")) == allowed


def part(inside, **said):
    return node("p", "subProcess", inside, **said)


def test_a_part_is_expanded_and_done_when_nothing_is_left_in_it():
    inside = node("t", "startEvent") + node("a") + node("b") + arrows("t>a t>b")

    assert words(ENDS + part(inside) + node("c") + arrows("s>p p>c c>e")) == {"abc", "bac"}


def test_a_part_that_is_drawn_closed_is_one_step():
    assert words(ENDS + part("") + arrows("s>p p>e")) == {"p"}


def test_what_interrupts_a_part_ends_all_of_it():
    inside = node("t", "startEvent") + node("a") + node("b") + arrows("t>a t>b")
    stop = node("x", "boundaryEvent", attachedToRef="p")

    found = words(ENDS + part(inside) + stop + node("c") + arrows("s>p p>e x>c c>e"))

    assert found == {"ab", "ba", "c", "ac", "bc", "abc", "bac"}


def test_what_interrupts_a_part_of_one_step_after_the_other_needs_no_playing_out():
    inside = node("t", "startEvent") + node("a") + node("b") + arrows("t>a a>b")
    stop = node("x", "boundaryEvent", attachedToRef="p")

    found = words(ENDS + part(inside) + stop + node("c") + arrows("s>p p>e x>c c>e"))

    assert found == {"ab", "c", "ac", "abc"}


def test_an_event_on_a_border_takes_the_place_of_the_step_or_goes_beside_it():
    stop = node("x", "boundaryEvent", attachedToRef="a")
    beside = node("x", "boundaryEvent", attachedToRef="a", cancelActivity="false")
    flows = ENDS + node("a") + node("b") + node("c") + arrows("s>a a>b x>c b>e c>e")

    assert words(flows + stop) == {"ab", "c"}
    assert words(flows + beside) == {"ab", "cab", "acb", "abc"}


def test_a_termination_ends_what_runs_beside_it():
    gate = node("g", "parallelGateway")
    stop = node("z", "endEvent", "<terminateEventDefinition/>")

    found = words(ENDS + TASKS + gate + stop + arrows("s>g g>a g>b b>c c>e a>z"))

    assert found == {"a", "ab", "ba", "abc", "bac", "bca"}


def test_several_starts_are_a_choice_and_several_ends_are_all_waited_for():
    starts = node("s", "startEvent") + node("t", "startEvent")
    ends = node("e", "endEvent") + node("f", "endEvent")
    gate = node("g", "parallelGateway") + node("x", "exclusiveGateway")

    found = words(starts + ends + TASKS + gate + arrows("s>a t>x a>x x>g g>b g>c b>e c>f"))

    assert found == {"abc", "acb", "bc", "cb"}


def test_without_start_and_end_events_a_case_begins_and_ends_where_the_arrows_do():
    assert words(TASKS + arrows("a>b")) == {"abc", "acb", "cab"}


def test_links_go_on_elsewhere():
    out = node("o", "intermediateThrowEvent", "<linkEventDefinition name='L'/>")
    into = node("i", "intermediateCatchEvent", "<linkEventDefinition name='L'/>")

    assert words(ENDS + TASKS + out + into + arrows("s>a a>o i>b b>c c>e")) == {"abc"}


def test_lanes_give_roles_and_events_are_named():
    lanes = (
        "<laneSet><lane name='Sales'><flowNodeRef>a</flowNodeRef></lane><lane name='Office'>"
        "<childLaneSet><lane name='Legal'><flowNodeRef>b</flowNodeRef></lane></childLaneSet>"
        "<flowNodeRef>p</flowNodeRef></lane></laneSet>"
    )
    inside = node("t", "startEvent") + node("c") + arrows("t>c")

    model = drawn(lanes + ENDS + node("a") + node("b") + part(inside) + arrows("s>a a>b b>p p>e"))

    assert model.roles == {"a": ("Sales",), "b": ("Legal",), "c": ("Office",)}
    assert model.events == ("s", "e", "t")


OTHER = (
    "Line 8: the process 'Other' is left out, because the process on line 1 has the most "
    "activities: export it to a file of its own to measure it."
)


def test_of_several_pools_the_one_with_most_activities_is_taken_and_the_others_named():
    pools = (
        "<collaboration><participant id='x' name='Bank' processRef='p'/><participant id='y' "
        "name='Customer' processRef='q'/><messageFlow id='m' sourceRef='a' targetRef='z'/>"
        "</collaboration>"
    )
    customer = "<process id='q'><task id='z'/></process>"

    model = drawn(ENDS + TASKS + arrows("s>a a>b b>c c>e"), beside=customer + pools)

    assert model.name == "Bank"
    (left,) = model.left
    assert left.sentence == (
        "Line 1: the process 'Customer' is left out, because the process 'Bank' has the most "
        "activities: export it to a file of its own to measure it."
    )


def test_what_is_not_supported_is_named_with_its_line():
    body = (
        f"{ENDS}{node('a')}{arrows('s>a a>e')}\n{node('u', 'subProcess', triggeredByEvent='true')}"
        f"\n{node('k', 'complexGateway')}{arrows('a>k k>e')}\n<whatever name='w'/>"
        f"\n{node('b', isForCompensation='true')}\n<dataObject/>\n{node('', id='n')}"
    )

    model = drawn(body, beside="\n<process id='q' name='Other'><task id='z'/></process>")

    assert [left.sentence for left in model.left] == [
        "Line 2: the part that an event begins 'u' is not supported and left out.",
        "Line 3: the complex gateway 'k' is taken as an inclusive one.",
        "Line 4: the element whatever 'w' is not supported and left out.",
        "Line 5: what is done to undo 'b' is not supported and left out.",
        "Line 7: the node is reached by no arrow: it never happens.",
        "Line 7: the activity without a name is not seen to happen.",
        OTHER,
    ]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "draws no process"),
        (node("a") + "\n" + arrows("a>b"), "line 2: an arrow is tied to 'b', which is not drawn"),
        (node("a") + node("b") + arrows("a>b b>a"), "line 1: nothing begins here"),
        (node("a") + "\n" + node("a"), "line 2: each task needs an id of its own"),
        (
            node("o", "intermediateThrowEvent", "<linkEventDefinition name='L'/>"),
            "the link 'L' leads nowhere",
        ),
        (
            node("g", "inclusiveGateway")
            + "".join(node(f"t{n}") for n in range(12))
            + arrows(*(f"g>t{n}" for n in range(12))),
            "more than 10 branches",
        ),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_line(body, says):
    with pytest.raises(UnusableFileError, match=says):
        drawn(body)


def costs(net, variants):
    return [found.cost for found in conform(net, variants).found]


def many_branches(kind, number):
    names = [f"t{n}" for n in range(number)]
    gates = node("g", kind) + node("j", "inclusiveGateway")
    flows = arrows("s>g j>e", *(f"g>{name} {name}>j" for name in names))
    return ENDS + gates + "".join(map(node, names)) + flows


def test_more_states_than_can_be_played_out_are_refused_not_cut_off():
    with pytest.raises(UnusableFileError, match="more than 2,000 states, and inclusive gateways"):
        drawn(many_branches("parallelGateway", 11))


def test_thousands_of_branches_side_by_side_are_bounded_work():
    names = [f"t{n}" for n in range(1_500)]
    gates = node("g", "parallelGateway") + node("j", "parallelGateway")
    flows = arrows("s>g j>e", *(f"g>{name} {name}>j" for name in names))

    model = drawn(ENDS + gates + "".join(map(node, names)) + flows)

    assert len({step.label for step in model.net.transitions} - {None}) == 1_500


def test_a_pair_of_inclusive_gateways_needs_no_playing_out():
    net = drawn(many_branches("inclusiveGateway", 6)).net

    assert len(net.start) < 20
    assert costs(net, [("t3", "t1"), ("t1", "t1"), ()]) == [0, 1, 1]


def test_a_pair_that_something_else_comes_into_is_no_block():
    gates = node("p", "parallelGateway") + node("g", "inclusiveGateway")
    gates += node("x", "exclusiveGateway") + node("j", "inclusiveGateway")
    flows = arrows("s>p p>c c>x p>g g>a g>b a>x x>j b>j j>e")

    found = words(ENDS + TASKS + gates + flows)

    assert found == {"ac", "ca", "bc", "cb", *("".join(p) for p in permutations("abc"))}


@pytest.mark.parametrize(
    ("text", "says"),
    [("<pnml/>", "no drawing in BPMN"), ("<definitions/>", "draws no process"), ("{}", "no whole")],
)
def test_files_that_are_no_drawings_are_refused(text, says):
    with pytest.raises(UnusableFileError, match=says):
        parsed(text)


@pytest.fixture(scope="module")
def whole(shared_data):
    return (shared_data / "process" / "running-example.bpmn").read_text("utf-8")


@given(st.data())
def test_a_damaged_drawing_is_read_or_refused_but_never_breaks_the_reader(whole, data):
    begin = whole.index("<process") - 40
    at = data.draw(st.integers(begin, len(whole) - 1))
    cut = data.draw(st.sampled_from([0, 1, 3, 20, 400]))
    text = whole[:at] + data.draw(st.text(max_size=4)) + whole[at + cut :]

    assert isinstance(outcome(text), DrawnModel | UnusableFileError)


class Sketch:
    """A tree drawn with gateways in pairs."""

    def __init__(self):
        self.nodes, self.pairs = [], []

    def put(self, kind, name=""):
        self.nodes.append(node(f"n{len(self.nodes)}", kind, name=name))
        return f"n{len(self.nodes) - 1}"

    def line(self, *ids):
        self.pairs += [f"{a}>{b}" for a, b in pairwise(ids)]

    def draw(self, tree):
        """Draw a tree; the first and the last node of it."""
        if tree.operator is Operator.STEP:
            kind = "intermediateThrowEvent" if tree.label is None else "task"
            return (self.put(kind, tree.label or ""),) * 2
        parts = [self.draw(part) for part in tree.parts]
        if tree.operator is Operator.SEQUENCE:
            for (_begin, last), (first, _end) in pairwise(parts):
                self.line(last, first)
            return parts[0][0], parts[-1][1]
        kind = GATES[tree.operator]
        split, join = self.put(kind), self.put(kind)
        if tree.operator is Operator.LOOP:
            split, join = join, split
            self.line(join, parts[0][0])
            self.line(parts[0][1], split)
            for first, last in parts[1:]:
                self.line(split, first)
                self.line(last, join)
            return join, split
        for first, last in parts:
            self.line(split, first)
            self.line(last, join)
        return split, join


GATES = {
    Operator.EXCLUSIVE: "exclusiveGateway",
    Operator.PARALLEL: "parallelGateway",
    Operator.INCLUSIVE: "inclusiveGateway",
    Operator.LOOP: "exclusiveGateway",
}


@settings(max_examples=40)
@given(trees("abcd", leaves=5))
def test_a_tree_that_is_drawn_is_read_as_what_it_means(tree):
    sketch = Sketch()
    first, last = sketch.draw(tree)
    begin, end = sketch.put("startEvent"), sketch.put("endEvent")
    sketch.line(begin, first)
    sketch.line(last, end)

    model = drawn("".join(sketch.nodes) + arrows(*sketch.pairs))

    assert words_of_net(model.net, 3) == words_of(tree, 3)


KINDS = st.sampled_from(
    [
        *("task", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "endEvent"),
        *("startEvent", "subProcess", "boundaryEvent", "intermediateThrowEvent"),
    ]
)


@given(
    st.lists(KINDS, min_size=2, max_size=7),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12),
)
def test_any_drawing_is_read_or_refused(kinds, pairs):
    nodes = "".join(node(f"n{at}", kind, attachedToRef="n0") for at, kind in enumerate(kinds))
    flows = arrows(*(f"n{a}>n{b}" for a, b in set(pairs) if max(a, b) < len(kinds)))

    text = f"<definitions><process id='p'>{nodes}{flows}</process></definitions>"

    assert isinstance(outcome(text), DrawnModel | UnusableFileError)


def outcome(text):
    try:
        return parsed(text)
    except UnusableFileError as refusal:
        return refusal


def test_what_is_read_from_a_file_is_what_its_text_says(shared_data, whole):
    model = bpmn.read_bpmn(shared_data / "process" / "running-example.bpmn")

    assert model.net == parsed(whole).net
    assert accepted(
        model.net,
        ["register request", "check ticket", "examine casually", "decide", "reject request"],
    )

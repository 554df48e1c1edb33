from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.methods.process.nets import N1
from uptake.formats.errors import UnusableFileError
from uptake.formats.pnml import read_pnml
from uptake.formats.pnml_writing import pnml_text, write_pnml
from uptake.methods.process.alignment import shortest
from uptake.methods.process.automaton import unfold
from uptake.methods.process.nets import Net, Transition

PLACES = "<place id='a'/><place id='b'/>"
STEP = "<transition id='t'><name><text>Check</text></name></transition>"
ARCS = "<arc id='1' source='a' target='t'/><arc id='2' source='t' target='b'/>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("nets")


def written(folder, body, *, kind="page", head=""):
    path = folder / "net.pnml"
    path.write_text(f"{head}<pnml><net id='n'><{kind} id='p'>{body}</{kind}></net></pnml>")
    return path


def both(place, tokens):
    return f"<place idref='{place}'><text>{tokens}</text></place>"


@pytest.mark.parametrize(
    ("name", "places", "steps", "unseen", "states"),
    [
        ("running-example", 9, 10, 2, 9),
        ("a32", 32, 32, 0, 471),
        ("roadtraffic", 29, 34, 23, 2_042),
    ],
)
def test_real_nets_are_read_whole(shared_data, name, places, steps, unseen, states):
    model = read_pnml(shared_data / "process" / f"{name}.pnml")

    assert (len(model.net.start), len(model.net.transitions)) == (places, steps)
    assert [step.label for step in model.net.transitions].count(None) == unseen
    assert sum(model.net.start) == sum(model.net.end) == 1
    assert unfold(model.net).states == states
    assert model.left == ()


def test_without_markings_a_case_runs_from_the_only_source_to_the_only_sink(tmp_path):
    net = read_pnml(written(tmp_path, PLACES + STEP + ARCS)).net

    assert net == Net((Transition("Check", ((0, 1),), ((1, 1),)),), (1, 0), (0, 1))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            PLACES + "<place id='c'/>" + STEP + ARCS + "<arc source='c' target='t'/>",
            "not say where a case has its start: .* there and not 2",
        ),
        (PLACES + STEP + ARCS.replace("'b'", "'a'"), "and not 0"),
        (PLACES + STEP + ARCS.replace("target='b'", "target='x'"), "line 1: .*'x'"),
        (PLACES + STEP + "<arc id='1' source='a' target='b'/>", "from a place to a transition"),
        (PLACES + PLACES + STEP, "an id of its own"),
        (PLACES, "no transitions"),
        (
            PLACES + STEP + "<arc source='a' target='t'><arctype><text>inhibitor</text></arctype>"
            "</arc>",
            "inhibitor arc is not supported",
        ),
        (
            PLACES.replace("/>", "><initialMarking><text>-1</text></initialMarking></place>", 1)
            + STEP,
            "no number of tokens",
        ),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(tmp_path, body, says):
    with pytest.raises(UnusableFileError, match=says):
        read_pnml(written(tmp_path, body))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no whole XML"),
        ("<pnml><net>", "no whole XML"),
        ("<!DOCTYPE pnml [<!ENTITY a 'b'>]><pnml>&a;</pnml>", "document type"),
        ("<bpmn/>", "no Petri net"),
        ("<pnml/>", "holds 0 nets"),
        ("<?xml version='1.0' encoding='klingon'?><pnml/>", "unknown encoding"),
        ("<pnml>" * 300, "nests elements"),
    ],
)
def test_files_that_are_no_nets_are_refused(tmp_path, text, says):
    path = tmp_path / "net.pnml"
    path.write_text(text)

    with pytest.raises(UnusableFileError, match=says):
        read_pnml(path)


def test_pages_within_pages_refer_to_each_other(tmp_path):
    inner = (
        f"<page id='q'><referencePlace id='r' ref='a'/>{STEP}"
        "<arc id='1' source='r' target='t'/><arc id='2' source='t' target='b'/></page>"
    )

    net = read_pnml(written(tmp_path, PLACES + inner)).net

    assert net.transitions == (Transition("Check", ((0, 1),), ((1, 1),)),)


def test_two_final_markings_are_both_ends(tmp_path):
    path = tmp_path / "net.pnml"
    steps = STEP + STEP.replace("'t'", "'u'").replace("Check", "Pay")
    arcs = ARCS + "<arc id='3' source='b' target='u'/><arc id='4' source='u' target='c'/>"
    page = f"<page id='p'>{PLACES}<place id='c'/>{steps}{arcs}</page>"
    ends = f"<marking>{both('b', 1)}</marking><marking>{both('c', 1)}</marking>"
    path.write_text(f"<pnml><net id='n'>{page}<finalmarkings>{ends}</finalmarkings></net></pnml>")

    automaton = unfold(read_pnml(path).net)

    assert set(automaton.labels) == {"Check", "Pay"}
    assert shortest(automaton) == 1


@pytest.mark.parametrize(
    "step",
    [
        "<toolspecific tool='ProM' activity='$invisible$'/>",
        "<toolspecific tool='S'><property key='invisible'>true</property></toolspecific>",
        "<name><text>τ</text></name>",
        "<name><text/></name>",
    ],
)
def test_steps_that_nobody_sees_are_known_by_every_custom(tmp_path, step):
    hidden = f"<transition id='t'>{step}</transition>"

    net = read_pnml(written(tmp_path, PLACES + hidden + ARCS)).net

    assert net.transitions[0].label is None


def test_a_step_without_a_name_has_its_id(tmp_path):
    net = read_pnml(written(tmp_path, PLACES + "<transition id='t'/>" + ARCS)).net

    assert net.transitions[0].label == "t"


PLACE = st.integers(0, 3)
TIED = st.dictionaries(PLACE, st.integers(1, 3), max_size=3).map(lambda arcs: tuple(arcs.items()))
LABEL = st.none() | st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=9)
MARKING = st.tuples(*[st.integers(0, 2)] * 4).filter(any)
NETS = st.builds(
    Net, st.lists(st.builds(Transition, LABEL, TIED, TIED), min_size=1).map(tuple), MARKING, MARKING
)


@given(NETS)
def test_what_is_written_is_read_again_as_it_was(folder, net):
    path = folder / "net.pnml"

    write_pnml(path, net, name="Any & every <net>")

    again = read_pnml(path)
    assert (again.net, again.name) == (net, "Any & every <net>")


LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
)
NAMES = st.text(LETTERS | st.sampled_from("\n\t\"'<&>🚀 "), min_size=1, max_size=12)


@given(st.lists(NAMES, min_size=1, max_size=4))
@example(["$invisible$", " not $invisible$\n"])
def test_names_come_back_to_the_letter(folder, names):
    steps = tuple(Transition(name, ((0, 1),), ((0, 1),)) for name in names)

    write_pnml(folder / "net.pnml", Net(steps, (1,), (1,)), name="Names")

    labels = [step.label for step in read_pnml(folder / "net.pnml").net.transitions]
    assert labels == names


@given(st.data())
def test_a_damaged_net_is_read_or_refused_but_never_breaks_the_reader(folder, data):
    whole = pnml_text(N1, name="N1")
    at = data.draw(st.integers(0, len(whole) - 1))
    to = data.draw(st.integers(at, min(len(whole), at + 60)))
    path = folder / "net.pnml"
    path.write_text(whole[:at] + data.draw(st.text(max_size=9)) + whole[to:], "utf-8", "replace")

    outcome = read_or_refusal(path)

    assert isinstance(outcome, Net | UnusableFileError)


def read_or_refusal(path):
    try:
        return read_pnml(path).net
    except UnusableFileError as refusal:
        return refusal

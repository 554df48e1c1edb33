"""Models read, trees mined and rules found are those of pm4py, an independent implementation."""

from __future__ import annotations

import random
import warnings
from collections import Counter
from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.methods.process.trees import trees, words_of, words_of_net
from uptake.capabilities.process.intended_files import load_intended
from uptake.formats.bpmn_writing import bpmn_text
from uptake.formats.xes import read_xes
from uptake.methods.process.conformance import conform
from uptake.methods.process.language import Language
from uptake.methods.process.mining import mine
from uptake.methods.process.nets import Net, Transition
from uptake.methods.process.precision import precision
from uptake.methods.process.rule_mining import find_rules
from uptake.methods.process.rules import Template
from uptake.methods.process.trees import Operator

MODELS = [
    ("running-example.bpmn", "running-example.xes"),
    ("running-example.pnml", "running-example.xes"),
    ("a32f0n00.bpmn", "a32f0n00.xes.gz"),
    ("a32.pnml", "a32f0n00.xes.gz"),
    ("receipt.bpmn", "08_receipt.xes.gz"),
    ("roadtraffic.pnml", "roadtraffic100traces.xes"),
]
LOGS = ["running-example.xes", "roadtraffic100traces.xes", "06_bpic2013_closed.xes.gz"]
SAME = {
    "response": Template.RESPONSE,
    "precedence": Template.PRECEDENCE,
    "altresponse": Template.ALTERNATE_RESPONSE,
    "altprecedence": Template.ALTERNATE_PRECEDENCE,
    "chainresponse": Template.CHAIN_RESPONSE,
    "chainprecedence": Template.CHAIN_PRECEDENCE,
    "responded_existence": Template.RESPONDED_EXISTENCE,
    "init": Template.INIT,
    "exactly_one": Template.EXACTLY_ONE,
    "existence": Template.EXISTENCE,
    "noncoexistence": Template.NOT_COEXISTENCE,
}


@pytest.fixture(scope="module")
def peer():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own imports, nothing of ours
        import pm4py
    return pm4py


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "process"


def variants_of(path):
    log = read_xes(path)
    rows = zip(log.events["case"].to_pylist(), log.events["concept:name"].to_pylist(), strict=True)
    ways: dict[int, list[str]] = {}
    for case, activity in rows:
        ways.setdefault(case, []).append(activity)
    counted = Counter(map(tuple, ways.values())).most_common()
    return [way for way, _cases in counted], [cases for _way, cases in counted]


def net_of_peer(net, start, end):
    places = sorted(net.places, key=lambda place: place.name)
    at = {place: number for number, place in enumerate(places)}

    def tied(arcs, side):
        return tuple((at[getattr(arc, side)], arc.weight) for arc in arcs)

    return Net(
        tuple(
            Transition(step.label, tied(step.in_arcs, "source"), tied(step.out_arcs, "target"))
            for step in sorted(net.transitions, key=lambda step: step.name)
        ),
        tuple(start[place] for place in places),
        tuple(end[place] for place in places),
    )


def strayed(variants, seed=7):
    """Each variant with steps left out, doubled and swapped."""
    generator = random.Random(seed)
    for variant in variants:
        steps = [step for step in variant for _time in range(generator.choice([0, 1, 1, 1, 2]))]
        at = generator.randrange(len(steps) + 1)
        yield tuple(steps[at:] + steps[:at] if generator.random() < 0.3 else steps)


def read_by_peer(peer, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".bpmn":
            return net_of_peer(*peer.convert_to_petri_net(peer.read_bpmn(str(path))))
        return net_of_peer(*peer.read_pnml(str(path)))


@pytest.mark.parametrize(("model", "log"), MODELS)
def test_models_cost_every_case_the_same_as_read_by_the_peer(peer, folder, model, log):
    variants = variants_of(folder / log)[0][:40]
    cases = [*variants, *strayed(variants)]

    ours = conform(load_intended(folder / model).as_net(), cases)
    theirs = conform(read_by_peer(peer, folder / model), cases)

    costs = [found.cost for found in ours.found]
    assert costs == [found.cost for found in theirs.found]
    assert sum(costs) > 0
    assert ours.least == theirs.least


@pytest.mark.parametrize(("model", "log"), MODELS)
def test_models_that_are_drawn_cost_every_case_the_same_as_read_by_the_peer(
    peer, folder, tmp_path, model, log
):
    variants = variants_of(folder / log)[0][:20]
    cases = [*variants, *strayed(variants)]
    net, drawing = load_intended(folder / model).as_net(), tmp_path / "drawn.bpmn"

    drawing.write_text(bpmn_text(net, name="Drawn"), "utf-8")

    ours, theirs = (conform(each, cases) for each in (net, read_by_peer(peer, drawing)))
    costs = [found.cost for found in ours.found]
    assert costs == [found.cost for found in theirs.found]


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(trees("abcd", leaves=6).filter(lambda tree: Operator.INCLUSIVE not in operators(tree)))
def test_steps_that_are_drawn_in_lanes_allow_the_same_as_read_by_the_peer(peer, tmp_path, tree):
    """Of inclusive gateways the peer also lets cases take no branch at all."""
    path = tmp_path / "drawn.bpmn"
    roles = {"a": ("Sales",), "b": ("Office",), "c": ("Sales", "Office")}

    path.write_text(bpmn_text(tree, name="Drawn", roles=roles), "utf-8")

    assert words_of_net(read_by_peer(peer, path), 3) == words_of(tree, 3)


def operators(tree):
    return {tree.operator, *(found for part in tree.parts for found in operators(part))}


def test_the_tree_of_the_textbook_log_is_as_precise_as_that_of_the_peer(folder):
    variants, cases = variants_of(folder / "running-example.xes")

    net = mine(variants, cases).tree.as_net()

    assert conform(net, variants).over(cases).value == 1.0
    assert precision(Language(net), variants, cases).value == pytest.approx(0.7531, abs=5e-5)


def test_of_the_textbook_log_as_many_rules_are_found_as_by_the_peer(folder):
    variants, cases = variants_of(folder / "running-example.xes")

    def number(template, support):
        choices = {"least_support": support, "least_confidence": 1.0, "templates": [template]}
        return len(find_rules(variants, cases, **choices).rules)

    assert number(Template.RESPONSE, 1.0) == 3
    assert number(Template.PRECEDENCE, 1.0) == 3
    assert number(Template.INIT, 1.0) == 1


def test_what_never_follows_directly_is_what_the_log_never_has(folder):
    """The peer finds 39: it holds kept what two cases break (decide, reinitiate request)."""
    variants, cases = variants_of(folder / "running-example.xes")
    names = {name for variant in variants for name in variant}
    next_to = {pair for variant in variants for pair in pairwise(variant)}

    never = find_rules(
        variants,
        cases,
        least_support=0.0,
        least_confidence=1.0,
        templates=[Template.NOT_CHAIN_SUCCESSION],
    ).rules

    expected = {pair for pair in permutations(names, 2) if pair not in next_to}
    assert {(found.rule.first, found.rule.second) for found in never} == expected
    assert len(expected) == 40


@pytest.mark.parametrize("log", LOGS)
def test_rules_are_kept_in_as_many_cases_as_the_peer_finds(peer, folder, log):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = peer.read_xes(str(folder / log))
        theirs = peer.discover_declare(frame, min_support_ratio=0.0, min_confidence_ratio=0.0)
    variants, cases = variants_of(folder / log)
    choices = {"least_support": 0.0, "least_confidence": 0.0, "templates": list(Template)}
    ours = {
        (found.rule.template, found.rule.first, found.rule.second): found
        for found in find_rules(variants, cases, **choices).rules
    }

    compared = 0
    for name, template in SAME.items():
        for at, said in theirs.get(name, {}).items():
            key = (template, *at) if isinstance(at, tuple) else (template, at, "")
            found = ours.get(key)
            assert found is not None or not said["support"], key
            if found is not None:
                assert (found.activated, found.fulfilled) == (said["support"], said["confidence"])
                compared += 1
    assert compared > 20

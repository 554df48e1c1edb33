"""Uptake's process mining on real logs and models, held to pm4py to the last digit.

Where pm4py takes long, variants are drawn by a fixed seed; ``bench/process.py`` holds all of them.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.methods.process.words import closed
from tests.peers import pm4py_process as peer
from uptake.formats.bpmn import read_bpmn
from uptake.formats.case_log import CaseLog, Performer
from uptake.formats.case_logs import open_case_log
from uptake.formats.pnml import read_pnml
from uptake.methods.process.conformance import Conformance, conform
from uptake.methods.process.handovers import handovers
from uptake.methods.process.nets import Net
from uptake.methods.process.precision import precision
from uptake.methods.process.replay import replay_all
from uptake.methods.process.variants import directly_follows, find_variants

DATA = Path(__file__).resolve().parents[3] / "shared/data/process"
RUNNING = "running-example.xes"
RECEIPT = "08_receipt.xes.gz"
ROAD = "roadtraffic100traces.xes"
CLOSED = "06_bpic2013_closed.xes.gz"
A32 = "a32f0n00.xes.gz"

PAIRS = {
    "running, BPMN": (RUNNING, "running-example.bpmn", None),
    "running, PNML": (RUNNING, "running-example.pnml", None),
    "receipt": (RECEIPT, "receipt.bpmn", 60),
    "receipt, mined": (RECEIPT, 0.0, 6),
    "road traffic": (ROAD, "roadtraffic.pnml", None),
    "a32, BPMN": (A32, "a32f0n00.bpmn", 40),
    "a32, PNML": (A32, "a32.pnml", 40),
    "closed, mined": (CLOSED, 0.2, None),
    "closed, mined of the most": (CLOSED, 0.6, None),
}
"""Log, model or noise up to which it is mined, and how many variants pm4py is given (all: None)."""


@dataclass(frozen=True)
class Pair:
    """One log and one model on both sides."""

    variants: list[tuple[str, ...]]
    cases: list[int]
    net: Net
    found: Conformance
    model: peer.Model
    theirs: list[dict[str, Any]]


@pytest.fixture(scope="module")
def logs() -> dict[str, CaseLog]:
    return {name: open_case_log(DATA / name) for name in (RUNNING, RECEIPT, ROAD, CLOSED, A32)}


def ran(log: CaseLog) -> dict[tuple[str, ...], int]:
    """The variants by their names, with how many cases ran like each."""
    found = find_variants(log.case, log.activity.codes)
    words = np.array(log.activity.words, dtype=object)
    steps = [tuple(words[found.steps(n, log.activity.codes)]) for n in range(len(found))]
    return dict(zip(steps, found.cases.tolist(), strict=True))


@pytest.fixture(scope="module", params=PAIRS)
def pair(request, logs, tmp_path_factory) -> Pair:
    name, model, many = PAIRS[request.param]
    whole = ran(logs[name])
    chosen = list(whole) if many is None else random.Random(8).sample(list(whole), many)
    path = DATA / str(model)
    if isinstance(model, float):
        path = tmp_path_factory.mktemp("mined") / "mined.pnml"
        theirs = peer.mined(peer.read_log(DATA / name), path, model)
    else:
        theirs = peer.read_model(path)
    ours = read_pnml(path) if path.suffix == ".pnml" else read_bpmn(path)
    return Pair(
        chosen,
        [whole[each] for each in chosen],
        ours.net,
        conform(ours.net, chosen),
        theirs,
        peer.aligned(chosen, theirs),
    )


def test_every_alignment_costs_the_same(pair):
    assert [each.cost for each in pair.found.found] == peer.costs(pair.theirs)


def strayed(variants, words):
    """The variants with steps left out, put in, and in another order."""
    draw = random.Random(5)
    for variant in variants:
        steps = list(variant)
        del steps[draw.randrange(len(steps))]
        steps.insert(draw.randrange(len(steps) + 1), draw.choice(words))
        yield tuple(draw.sample(steps[:3], len(steps[:3])) + steps[3:])


def test_cases_that_stray_cost_the_same(pair):
    words = [*sorted({step for variant in pair.variants for step in variant}), "something else"]
    cases = list(strayed(pair.variants[:4], words))

    ours = conform(pair.net, cases).found
    assert [each.cost for each in ours] == peer.costs(peer.aligned(cases, pair.model))


def test_fitness_is_the_same(pair):
    ours = pair.found.over(pair.cases)
    each = [pair.found.fitness(number) for number in range(len(pair.cases))]

    mean = np.average(each, weights=pair.cases)
    theirs = peer.fitness(pair.theirs, pair.cases)
    assert (ours.value, mean, 100 * ours.fitting.value) == pytest.approx(theirs, abs=1e-9)


UNSEEN_CHOICES = ("receipt, mined", "closed, mined of the most")
"""Models in which one beginning leads to several markings, by silent steps of several kinds.

pm4py follows a silent step from one of the markings in which it is possible, which one depends on
names it draws at random; so its precision of these models is not always the same. All are followed
here, and ours is held to plainly playing them.
"""


@pytest.mark.parametrize("pair", [n for n in PAIRS if n not in UNSEEN_CHOICES], indirect=True)
def test_precision_is_the_same(pair):
    few, many = pair.variants[:8], pair.cases[:8]

    ours = precision(pair.found.language, few, many).value

    assert ours == pytest.approx(peer.precision(few, many, pair.model), abs=1e-12)


@pytest.mark.parametrize("pair", UNSEEN_CHOICES, indirect=True)
def test_precision_is_that_of_playing_every_silent_step(pair):
    few, many = pair.variants[:3], pair.cases[:3]

    ours = precision(pair.found.language, few, many).value

    assert ours == pytest.approx(precision_by_playing(pair.net, few, many), abs=1e-12)


def precision_by_playing(net, variants, cases):
    """Precision by every marking that a beginning leads to, of beginnings that the net allows."""
    following, passing = defaultdict(set), Counter()
    for variant, count in zip(variants, cases, strict=True):
        for place, step in enumerate(variant):
            following[variant[:place]].add(step)
            passing[variant[:place]] += count
    markings = {(): closed(net, {net.start}, most=5_000)}
    allowed = escaping = 0
    for beginning in sorted(following, key=len):
        after = defaultdict(set)
        for marking in markings[beginning]:
            for step, then in net.steps_from(marking):
                after[step.label].add(then)
        possible = after.keys() - {None}
        allowed += passing[beginning] * len(possible)
        escaping += passing[beginning] * len(possible - following[beginning])
        for step in following[beginning]:
            markings[*beginning, step] = closed(net, after[step], most=5_000)
    return 1 - escaping / allowed


def test_the_running_example_is_as_precise_as_is_published(logs):
    whole = ran(logs[RUNNING])
    found = conform(read_pnml(DATA / "running-example.pnml").net, list(whole))

    value = precision(found.language, list(whole), list(whole.values())).value
    assert value == pytest.approx(0.7531, abs=5e-5)
    assert found.over(list(whole.values())).value == 1


@pytest.mark.parametrize("name", [RUNNING, RECEIPT, ROAD, CLOSED, A32])
def test_variants_and_what_follows_what_are_the_same(logs, name):
    log = logs[name]
    theirs = peer.variants_of(peer.read_log(DATA / name))
    words = log.activity.words
    found = directly_follows(log.case, log.activity.codes, kinds=len(words))
    pairs, starts, ends = peer.directly_follows(list(theirs), list(theirs.values()))

    assert ran(log) == theirs
    assert {
        (words[a], words[b]): n
        for a, b, n in zip(found.source, found.target, found.count.tolist(), strict=True)
    } == pairs
    assert {words[a]: n for a, n in enumerate(found.starts.tolist()) if n} == starts
    assert {words[a]: n for a, n in enumerate(found.ends.tolist()) if n} == ends


@pytest.mark.parametrize("name", [RUNNING, RECEIPT, CLOSED])
def test_handovers_are_the_same(logs, name):
    log = logs[name]
    who = log.performers[Performer.RESOURCE]
    found = handovers(log.case, who.codes, count=len(who.words))
    theirs = peer.handovers(peer.read_log(DATA / name))

    ours = {
        (who.words[a], who.words[b]): n / found.successions
        for a, b, n in zip(found.source, found.target, found.count.tolist(), strict=True)
    }
    assert ours == pytest.approx(theirs, abs=1e-12)


def test_handovers_of_the_running_example_are_as_published(logs):
    log = logs[RUNNING]
    who = log.performers[Performer.RESOURCE]
    found = handovers(log.case, who.codes, count=len(who.words))
    at = {word: code for code, word in enumerate(who.words)}

    assert found.successions == 36
    assert found.handovers / log.cases == pytest.approx(32 / 6)
    assert found.pairs[at["Sara"], at["Ellen"]] == 4
    assert found.pairs[at["Mike"], at["Sara"]] == found.pairs[at["Sara"], at["Sara"]] == 3


@pytest.mark.parametrize("name", [RUNNING, RECEIPT, CLOSED])
def test_durations_of_cases_are_the_same(logs, name):
    log = logs[name]
    first, last = (
        np.full(log.cases, np.iinfo(np.int64).max),
        np.full(log.cases, np.iinfo(np.int64).min),
    )
    np.minimum.at(first, log.case, log.completed)
    np.maximum.at(last, log.case, log.completed)

    ours = sorted(((last - first) / 1000).tolist())
    assert ours == pytest.approx(sorted(peer.durations(peer.read_log(DATA / name))), abs=2e-3)


def test_token_replay_of_cases_that_fit_leaves_nothing(pair):
    tokens = replay_all(pair.net, fitting(pair), [1] * len(fitting(pair)))

    assert (tokens.missing, tokens.remaining) == (0, 0)


@pytest.mark.parametrize("pair", [n for n in PAIRS if "mined" not in n], indirect=True)
def test_token_replay_counts_the_same_tokens(pair):
    cases = fitting(pair)
    ours = replay_all(pair.net, cases, [1] * len(cases))

    _made, _taken, missing, left = peer.replayed(cases, pair.model)
    assert (ours.missing, ours.remaining) == (missing, left)


def fitting(pair):
    """Some cases that run as the model says."""
    every = zip(pair.variants, pair.found.found, strict=True)
    return [variant for variant, found in every if not found.cost][:20]

from __future__ import annotations

from itertools import groupby, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.process.handovers import (
    UNKNOWN,
    handovers,
    resources_per_case,
    rework,
    scope,
)


@pytest.fixture(scope="module")
def example(shared_data):
    """The textbook's log: six cases and 42 events, as codes and their names."""
    frame = pd.read_csv(shared_data / "process/running-example.csv")
    frame["at"] = pd.to_datetime(frame["time:timestamp"], utc=True)
    frame = frame.sort_values(["case:concept:name", "at"], kind="stable")
    cases, _ = pd.factorize(frame["case:concept:name"])
    resources, who = pd.factorize(frame["org:resource"])
    activities, what = pd.factorize(frame["concept:name"])
    return cases, resources, activities, list(who), list(what)


def test_handovers_of_the_textbook(example):
    cases, resources, _activities, who, _what = example

    found = handovers(cases, resources, count=len(who))

    def part(giver, taker):
        return found.pairs[who.index(giver), who.index(taker)] / found.successions

    assert sorted(who) == ["Ellen", "Mike", "Pete", "Sara", "Sean", "Sue"]
    assert found.successions == 36
    assert found.handovers == 32
    assert found.per_case.mean() == pytest.approx(32 / 6)
    assert part("Sara", "Ellen") == pytest.approx(0.1111, abs=1e-4)
    assert part("Mike", "Sara") == pytest.approx(0.0833, abs=1e-4)
    assert part("Sara", "Sara") == pytest.approx(0.0833, abs=1e-4)


def test_scope_of_the_textbook(example):
    cases, resources, activities, who, what = example

    done = scope(resources, activities, resource_count=len(who), kinds=len(what))
    pete = np.unique(cases[resources == who.index("Pete")])

    assert done.activities[who.index("Sara")] == 2
    assert done.done[who.index("Sara")].sum() == 12
    assert len(pete) == 4


def test_cases_three_and_five_were_begun_again(example):
    cases, _resources, activities, _who, what = example

    found = rework(cases, activities, kinds=len(what))

    assert (found.cases.numerator, found.cases.denominator) == (2, 6)
    assert found.repeats[what.index("decide")] == 3
    assert found.repeats[what.index("register request")] == 0


def test_a_return_is_counted_however_long_it_was_held():
    held = np.array([0, 1, 1, 1, 0, 2, 0])

    found = handovers(np.zeros(7, dtype=np.int64), held, count=3)

    assert (found.returns, found.handovers) == (2, 4)


def test_who_is_not_known_hands_nothing_over():
    held = np.array([0, UNKNOWN, 0, 1])

    found = handovers(np.zeros(4, dtype=np.int64), held, count=2)

    assert (found.handovers, found.unknown, found.returns) == (1, 2, 0)
    assert resources_per_case(np.zeros(4, dtype=np.int64), held).tolist() == [2]


def test_effective_activities_are_those_done_equally_often():
    done = scope(np.array([0, 0, 0, 0, 1]), np.array([0, 1, 2, 3, 0]), resource_count=3, kinds=4)

    assert done.effective[:2].tolist() == pytest.approx([4, 1])
    assert np.isnan(done.effective[2])


def test_drift_is_none_for_the_mix_itself_and_endless_for_what_it_does_not_have():
    done = scope(np.array([0, 0, 1]), np.array([0, 1, 2]), resource_count=2, kinds=3)

    assert done.specialisation(np.array([5, 5, 0])).tolist() == [0, np.inf]
    assert done.specialisation(np.array([1, 3, 4])) == pytest.approx(
        [0.5 * np.log2(0.5 / 0.125) + 0.5 * np.log2(0.5 / 0.375), 1]
    )


def test_a_log_without_events_has_nothing():
    empty = np.array([], dtype=np.int64)

    assert handovers(empty, empty, count=2).successions == 0
    assert rework(empty, empty, kinds=3).cases.value is None


logs = st.lists(
    st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 2)), min_size=1, max_size=6), max_size=5
)


@given(logs)
def test_counts_equal_those_of_a_walk_through_every_case(log):
    cases = np.array([c for c, case in enumerate(log) for _ in case], dtype=np.int64)
    held = np.array([r for case in log for r, _a in case], dtype=np.int64)
    acts = np.array([a for case in log for _r, a in case], dtype=np.int64)

    found = handovers(cases, held, count=4)

    steps = [pair for case in log for pair in pairwise(r for r, _a in case)]
    known = [(a, b) for a, b in steps if UNKNOWN not in (a, b)]
    runs = [[r for r, _ in groupby(r for r, _a in case)] for case in log]
    turns = [t for run in runs for t in zip(run, run[1:], run[2:], strict=False)]
    again = [sum(a == b for _r, b in case[:n]) > 0 for case in log for n, (_, a) in enumerate(case)]
    assert found.handovers == sum(a != b for a, b in known)
    assert found.unknown == len(steps) - len(known)
    assert found.returns == sum(a == c and UNKNOWN not in (a, b) for a, b, c in turns)
    assert rework(cases, acts, kinds=3).repeats.sum() == sum(again)
    named = [len({r for r, _a in case} - {UNKNOWN}) for case in log]
    assert resources_per_case(cases, held).tolist() == named

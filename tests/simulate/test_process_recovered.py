"""What was planted in cases is found again: deviations, rarer handovers, roles that drift."""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np
import pandas as pd
import pytest

from uptake.methods.arrays import Counts
from uptake.methods.process.alignment import Kind, align
from uptake.methods.process.automaton import Automaton
from uptake.methods.process.drift import drift
from uptake.methods.process.handovers import handovers
from uptake.methods.process.variants import find_variants
from uptake.methods.statistics.proportions import Share
from uptake.methods.statistics.shifts import Cases, compare
from uptake.simulate import SimulatedVendor
from uptake.simulate.catalogue import DESIGNED_PATH
from uptake.simulate.role_drift import DRIFT_CHANCE

PLANTED_DEVIATION = 0.12


class Log(NamedTuple):
    """Steps of whole cases as codes, with what is known of them."""

    cases: Counts
    activities: Counts
    words: tuple[str, ...]
    people: Counts
    frame: pd.DataFrame


def log_of(steps: pd.DataFrame) -> Log:
    codes, names = pd.factorize(steps["action"].astype(str), sort=True)
    cases = pd.factorize(steps["case_id"])[0].astype(np.int64)
    people = pd.factorize(steps["person"].astype(str))[0].astype(np.int64)
    return Log(cases, codes.astype(np.int64), tuple(names), people, steps)


@pytest.fixture(scope="module")
def steps(events: pd.DataFrame) -> pd.DataFrame:
    cases = events[events["case_id"].notna()]
    return cases.sort_values(["case_id", "occurred_at"], kind="stable").reset_index(drop=True)


@pytest.fixture(scope="module")
def closed_well(steps: pd.DataFrame, vendor: SimulatedVendor) -> pd.DataFrame:
    """Cases that ended, in accounts whose service never fails."""
    states = cast("list[dict[str, str]]", vendor.truth["states"])
    failing = {state["account"] for state in states if state["product"] == "service"}
    ended = steps.loc[steps["action"] == "case.closed", "case_id"].unique()
    kept = ~steps["account"].isin(failing) & steps["case_id"].isin(ended)
    return steps[kept].reset_index(drop=True)


@pytest.mark.parametrize(
    ("kind", "step", "share"),
    [
        (Kind.SKIPPED, "case.verified", PLANTED_DEVIATION * (0.40 + 0.05)),
        (Kind.SKIPPED, "case.diagnosed", PLANTED_DEVIATION * 0.10),
        (Kind.INSERTED, "case.reopened", PLANTED_DEVIATION * 0.25),
        (Kind.INSERTED, "case.escalated", PLANTED_DEVIATION * 0.20),
    ],
)
def test_planted_deviations_are_found_as_often_as_they_were_planted(
    closed_well: pd.DataFrame, kind: Kind, step: str, share: float
) -> None:
    log = log_of(closed_well)
    found = find_variants(log.cases, log.activities)
    path = [(number, word, number + 1) for number, word in enumerate(DESIGNED_PATH)]
    model = Automaton.of(path, start=0, end=len(DESIGNED_PATH))
    traces = [
        [log.words[code] for code in found.steps(variant, log.activities)]
        for variant in range(len(found))
    ]
    has_it = np.array(
        [
            any(taken.kind is kind and taken.label == step for taken in aligned.steps)
            for aligned in align(model, traces)
        ]
    )
    interval = Share(int(found.cases[has_it].sum()), int(found.cases.sum())).interval_at(0.999)

    assert interval is not None
    assert interval.contains(share)


def test_rarer_handovers_are_found_with_the_size_that_the_truth_counts(
    steps: pd.DataFrame, vendor: SimulatedVendor
) -> None:
    truth = cast("dict[str, object]", vendor.truth["process"])
    hidden = {
        row["account"] for row in cast("list[dict[str, str]]", vendor.truth["extraction_trouble"])
    }
    facts = pd.DataFrame(cast("list[dict[str, object]]", truth["accounts"]))
    facts = facts[~facts["account"].isin(hidden)]
    facts["opened"] = [sum(counts.values()) for counts in facts["cases"]]
    sums = facts.groupby("after_release")[["handovers", "opened"]].sum()
    each = sums["handovers"] / sums["opened"]

    seen = steps[~steps["account"].isin(hidden)].reset_index(drop=True)
    log = log_of(seen)
    count = int(log.people.max()) + 1
    passed = handovers(log.cases, log.people, count=count).per_case.astype(np.float64)
    first = seen.groupby(log.cases).first()
    after = (
        first["occurred_at"] >= pd.Timestamp(str(truth["routing_release"]), tz="UTC")
    ).to_numpy()
    teams = pd.factorize(first["team"])[0].astype(np.int64)
    sides = [
        Cases(passed[side], np.ones(side.sum(), bool), np.zeros(side.sum(), np.int64), teams[side])
        for side in (~after, after)
    ]
    shift = compare(sides[0], sides[1], replicates=300)

    assert shift is not None
    assert shift.mean_interval is not None
    assert shift.mean_difference == pytest.approx(each[True] - each[False], abs=0.02)
    assert shift.mean_interval.high < -0.3


def test_drifting_roles_are_found_and_no_others(
    steps: pd.DataFrame, vendor: SimulatedVendor
) -> None:
    planted = cast("list[dict[str, str]]", vendor.truth["role_drift"])
    teams = {row["team"] for row in planted}
    since = pd.Timestamp(planted[0]["first_day"], tz="UTC")
    case_team = steps.groupby("case_id")["team"].first()
    group = steps["case_id"].map(case_team).isin(teams).astype(np.int64).to_numpy()
    log = log_of(steps)
    is_agent = (steps["role"] == "service agent").to_numpy()
    found = drift(
        log.cases,
        np.where(is_agent, group, -1),
        log.activities,
        is_after=(steps["occurred_at"] >= since).to_numpy(),
        performer_count=2,
        kinds=len(log.words),
    )
    diagnosed = log.words.index("case.diagnosed")
    before, after = found.before[1, diagnosed], found.after[1, diagnosed]
    others = after * (1 - before) / (1 - after) / before

    assert found.moved(0.001)[0] == (1, diagnosed)
    assert 1 - others == pytest.approx(DRIFT_CHANCE, abs=0.08)
    assert all(group == 1 for group, _activity in found.moved(0.001))

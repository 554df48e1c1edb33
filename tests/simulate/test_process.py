from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from uptake.simulate import SimulatedVendor
from uptake.simulate.catalogue import DESIGNED_PATH, VARIANTS


@pytest.fixture(scope="module")
def steps(events: pd.DataFrame) -> pd.DataFrame:
    cases = events[events["case_id"].notna()]
    return cases.sort_values(["case_id", "occurred_at"], kind="stable")


def test_closed_cases_follow_one_of_the_known_variants(steps: pd.DataFrame) -> None:
    finished = steps[steps["action"].isin(["case.closed"])]["case_id"].unique()
    paths = steps[steps["case_id"].isin(finished)].groupby("case_id")["action"].agg(tuple)
    known = {variant.steps for variant in VARIANTS}

    assert np.mean([path in known for path in paths]) > 0.97


def test_working_groups_deviate_as_often_as_planted(
    steps: pd.DataFrame, vendor: SimulatedVendor
) -> None:
    states = vendor.truth["states"]
    failing = {s["account"] for s in states if s["product"] == "service"}  # type: ignore[attr-defined]
    mine = steps[~steps["account"].isin(failing)]
    closed = mine[mine["action"] == "case.closed"]["case_id"].unique()
    paths = mine[mine["case_id"].isin(closed)].groupby("case_id")["action"].agg(tuple)

    deviating = np.mean([path != DESIGNED_PATH for path in paths])

    assert deviating == pytest.approx(0.12, abs=0.03)


def test_hand_overs_become_rarer_after_the_routing_release(
    steps: pd.DataFrame, vendor: SimulatedVendor
) -> None:
    process = vendor.truth["process"]
    release = pd.Timestamp(process["routing_release"], tz="UTC")  # type: ignore[index]
    same_case = steps["case_id"] == steps["case_id"].shift()
    moved = same_case & (steps["person"].astype(str) != steps["person"].astype(str).shift())
    after = steps["occurred_at"] >= release

    before_share = moved[~after].sum() / same_case[~after].sum()
    after_share = moved[after].sum() / same_case[after].sum()

    assert 0.2 < before_share < 0.4
    assert 0.10 < after_share < before_share - 0.05


def test_the_truth_counts_the_hand_overs_of_the_events(
    steps: pd.DataFrame, vendor: SimulatedVendor
) -> None:
    same_case = steps["case_id"] == steps["case_id"].shift()
    moved = same_case & (steps["person"].astype(str) != steps["person"].astype(str).shift())
    seen = moved.groupby(steps["account"], observed=True).sum()

    facts = pd.DataFrame(vendor.truth["process"]["accounts"])  # type: ignore[index]
    hidden = {t["account"] for t in vendor.truth["extraction_trouble"]}  # type: ignore[attr-defined]
    planted = facts[~facts["account"].isin(hidden)].groupby("account")["handovers"].sum()
    gap = (seen.reindex(planted.index) - planted).abs() / planted.clip(lower=1)
    assert gap.max() < 0.02

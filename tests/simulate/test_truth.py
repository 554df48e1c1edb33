"""The truth file agrees with what an independent count of the events finds."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from uptake.simulate import SimulatedVendor


def test_the_truth_is_json_and_says_that_all_is_simulated(vendor: SimulatedVendor) -> None:
    truth = json.loads(json.dumps(vendor.truth))

    assert truth["simulated"] is True
    assert truth["config"]["seed"] == vendor.config.seed
    assert {"rate", "ramp", "contract"} <= set(truth["formulas"])


@pytest.fixture(scope="module")
def licences(vendor: SimulatedVendor) -> pd.DataFrame:
    frame = pd.DataFrame(vendor.truth["licences"])
    frame["day"] = pd.to_datetime(frame["day"])
    return frame[frame["observable"]]


def test_entitled_and_provisioned_seats_follow_from_contracts_and_seats(
    vendor: SimulatedVendor, licences: pd.DataFrame
) -> None:
    contracts, seats = vendor.contracts.to_pandas(), vendor.seats.to_pandas()
    for row in licences.itertuples():
        day = row.day.date()
        mine = contracts[
            (contracts["account"] == row.account) & (contracts["product"] == row.product)
        ]
        running = mine[(mine["start"] <= day) & (mine["end"] >= day)]
        held = seats[(seats["account"] == row.account) & (seats["product"] == row.product)]
        gone = held["deprovisioned_on"].notna() & (held["deprovisioned_on"].fillna(day) <= day)
        held = held[(held["provisioned_on"] <= day) & ~gone]

        assert running["seats"].sum() == row.entitled
        assert len(held) == row.provisioned


def test_activated_and_active_seats_follow_from_the_events(
    vendor: SimulatedVendor, licences: pd.DataFrame, events: pd.DataFrame
) -> None:
    seats = vendor.seats.to_pandas()
    value = events[events["is_value"]].copy()
    value["day"] = value["occurred_at"].dt.tz_localize(None).dt.normalize()
    for row in licences.itertuples():
        day = row.day.date()
        held = seats[(seats["account"] == row.account) & (seats["product"] == row.product)]
        gone = held["deprovisioned_on"].notna() & (held["deprovisioned_on"].fillna(day) <= day)
        holders = set(held.loc[(held["provisioned_on"] <= day) & ~gone, "person"])
        done = value[(value["account"] == row.account) & (value["product"] == row.product)]
        done = done[done["day"] <= row.day]
        recent = done[done["day"] > row.day - pd.Timedelta(days=28)]

        assert len(holders & set(done["person"])) == row.activated
        assert len(holders & set(recent["person"])) == row.active28


def test_contract_truth_gives_the_hazard_by_its_own_formula(vendor: SimulatedVendor) -> None:
    truth = vendor.truth
    hazard = truth["parameters"]["hazard"]  # type: ignore[index]
    decided = pd.DataFrame(truth["contracts"]).dropna(subset=["hazard"])

    eta = (
        hazard["intercept"]
        + hazard["active_share"] * (decided["active_share"] - hazard["active_share_centre"])
        + hazard["sponsor_gone"] * decided["sponsor_gone"]
        + hazard["later_term"] * (decided["term"] >= 2)
    )
    from scipy.special import expit

    assert decided["hazard"].to_numpy(float) == pytest.approx(expit(eta.to_numpy(float)))


def test_active_share_before_notice_follows_from_the_events(
    vendor: SimulatedVendor, events: pd.DataFrame
) -> None:
    contracts = vendor.contracts.to_pandas().set_index("external_id")
    hidden = {t["account"] for t in vendor.truth["extraction_trouble"]}  # type: ignore[attr-defined]
    value = events[events["is_value"] & events["role"].notna()]
    for row in vendor.truth["contracts"]:  # type: ignore[attr-defined]
        if row["active_share"] is None or row["account"] in hidden:
            continue
        notice = pd.Timestamp(row["notice_date"], tz="UTC")
        mine = value[(value["account"] == row["account"]) & (value["product"] == row["product"])]
        when = mine["occurred_at"]
        recent = mine[(when < notice) & (when >= notice - pd.Timedelta(days=28))]

        share = recent["person"].nunique() / contracts.loc[row["contract"], "seats"]
        assert share == pytest.approx(row["active_share"])


def test_a_churned_product_is_not_used_after_its_contract(
    vendor: SimulatedVendor, events: pd.DataFrame
) -> None:
    contracts = vendor.contracts.to_pandas()
    churned = contracts[contracts["decision"] == "churned"]

    for row in churned.itertuples():
        after = events["occurred_at"] > pd.Timestamp(row.end, tz="UTC") + pd.Timedelta(days=1)
        mine = (events["account"] == row.account) & (events["product"] == row.product)
        assert not (after & mine).any()
    assert len(churned) > 0


def test_a_real_barrier_blocks_its_action_until_it_is_removed(
    vendor: SimulatedVendor, events: pd.DataFrame
) -> None:
    done = 0
    for barrier in vendor.truth["barriers"]:  # type: ignore[attr-defined]
        if not barrier["real"]:
            continue
        mine = events[(events["team"] == barrier["team"]) & (events["action"] == barrier["action"])]
        first = pd.Timestamp(barrier["blocked_from"], tz="UTC")
        removed = pd.Timestamp(barrier["removed_on"] or "2100-01-01", tz="UTC")
        blocked = (mine["occurred_at"] >= first) & (mine["occurred_at"] < removed)

        assert not blocked.any()
        done += int((mine["occurred_at"] >= removed).sum())
    assert done > 0


def test_trouble_of_extraction_leaves_its_mark(
    vendor: SimulatedVendor, events: pd.DataFrame
) -> None:
    for trouble in vendor.truth["extraction_trouble"]:  # type: ignore[attr-defined]
        day = events["occurred_at"].dt.tz_localize(None).dt.normalize()
        span = (day >= trouble["first_day"]) & (day <= trouble["last_day"])
        mine = events[(events["account"] == trouble["account"]) & span]

        assert trouble["is_failure"] is False
        assert mine.empty or trouble["kind"] == "batch_stamps"


def test_gaming_and_machines_are_in_the_events(
    vendor: SimulatedVendor, events: pd.DataFrame
) -> None:
    truth = vendor.truth
    imports = [g for g in truth["gaming"] if g["kind"] == "bulk_import"]  # type: ignore[attr-defined]

    seen = set(events["person"].unique())
    for gaming in imports:
        mine = events[(events["person"] == gaming["person"])]
        created = mine[mine["action"] == "contact.created"].set_index("occurred_at").sort_index()
        busiest = created["action"].astype(str).rolling("180s").count().max()
        assert busiest >= 0.95 * gaming["events"]
    assert set(truth["not_people"]) - seen == set()  # type: ignore[call-overload]
    assert len(imports) >= 1

"""Each planted state can be seen in plain counts, without any of Uptake's own measures."""

from __future__ import annotations

import pandas as pd
import pytest

from uptake.simulate import SimulatedVendor

WORKAROUNDS = {"list.exported", "spreadsheet.uploaded", "case.emailed", "plan.exported"}
MAIN = {"crm": "sales", "service": "service", "planning": "planning"}


@pytest.fixture(scope="module")
def last_weeks(events: pd.DataFrame, vendor: SimulatedVendor) -> pd.DataFrame:
    return events[events["week"] >= vendor.config.weeks - 4]


def group_rows(
    vendor: SimulatedVendor, last_weeks: pd.DataFrame, state: str
) -> list[tuple[pd.DataFrame, int]]:
    """Events of the last four weeks of each group in a state, and how many people it has."""
    people = vendor.people.to_pandas()
    end = vendor.config.sunday(vendor.config.weeks - 1)
    there = people[(people["start"] <= end) & (people["end"].isna() | (people["end"] > end))]
    found = []
    for planted in vendor.truth["states"]:  # type: ignore[attr-defined]  # a JSON value
        if planted["state"] != state or planted["last_day"] != end.isoformat():
            continue
        members = there[there["account"] == planted["account"]]
        column, name = ("team", planted["team"])
        if name is None:
            column, name = "function", MAIN[planted["product"]]
        members = members[members[column] == name]
        if members["function"].iloc[0] != MAIN[planted["product"]]:
            continue
        mine = last_weeks["person"].isin(members["external_id"])
        rows = last_weeks[mine & (last_weeks["product"] == planted["product"])]
        found.append((rows, len(members)))
    return found


def active_share(rows: pd.DataFrame, people: int) -> float:
    return rows.loc[rows["is_value"], "person"].nunique() / people


@pytest.mark.parametrize("state", ["no_data", "idle", "barely_used", "wrong_way", "bad_data"])
def test_every_failure_state_is_there_on_the_last_day_twice(
    vendor: SimulatedVendor, last_weeks: pd.DataFrame, state: str
) -> None:
    assert len(group_rows(vendor, last_weeks, state)) >= 2


def test_without_data_people_look_but_enter_nothing(
    vendor: SimulatedVendor, last_weeks: pd.DataFrame
) -> None:
    groups = group_rows(vendor, last_weeks, "no_data")

    assert all(len(rows) > 0 for rows, _ in groups)
    assert all(rows["is_value"].sum() == 0 for rows, _ in groups)


def test_idle_groups_do_nothing(vendor: SimulatedVendor, last_weeks: pd.DataFrame) -> None:
    groups = group_rows(vendor, last_weeks, "idle")

    assert all(rows.empty for rows, _ in groups)


def test_what_is_barely_used_is_used_by_few(
    vendor: SimulatedVendor, last_weeks: pd.DataFrame
) -> None:
    shares = [active_share(*group) for group in group_rows(vendor, last_weeks, "barely_used")]

    assert all(0 < share <= 0.5 for share in shares)


def test_the_wrong_way_goes_through_exports_and_is_written_up_days_later(
    vendor: SimulatedVendor, last_weeks: pd.DataFrame
) -> None:
    for rows, _ in group_rows(vendor, last_weeks, "wrong_way"):
        records = rows[rows["recorded_at"].notna()]
        late = records["recorded_at"] - records["occurred_at"] > pd.Timedelta(days=1)

        assert rows["action"].isin(WORKAROUNDS).mean() > 0.1
        assert late.mean() > 0.4


def test_bad_data_is_as_much_but_wrong(vendor: SimulatedVendor, last_weeks: pd.DataFrame) -> None:
    for rows, people in group_rows(vendor, last_weeks, "bad_data"):
        assert active_share(rows, people) > 0.4
        assert rows["quality_ok"].dropna().astype(bool).mean() < 0.55


def test_working_teams_work(vendor: SimulatedVendor, last_weeks: pd.DataFrame) -> None:
    states = vendor.truth["states"]
    teams = {s["team"] for s in states}  # type: ignore[attr-defined]
    whole = {(s["account"], s["product"]) for s in states if s["team"] is None}  # type: ignore[attr-defined]
    places = pd.MultiIndex.from_frame(last_weeks[["account", "product"]])
    healthy = ~last_weeks["team"].isin(teams) & ~places.isin(list(whole))
    rows = last_weeks[healthy & last_weeks["role"].notna()]

    assert rows["quality_ok"].dropna().astype(bool).mean() > 0.75
    assert rows["action"].isin(WORKAROUNDS).mean() < 0.03

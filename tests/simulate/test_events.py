from __future__ import annotations

import json
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from uptake.simulate import SimulatedVendor
from uptake.simulate.calendars import WEEKDAY_WEIGHTS
from uptake.simulate.catalogue import DESIGNED_PATH
from uptake.store.schema import CANONICAL


@pytest.fixture(scope="module")
def rows(vendor: SimulatedVendor) -> pa.Table:
    return pa.Table.from_batches(
        [batch for batch in vendor.batches() if batch["account"][0].as_py() == "a012"]
    )


def test_batches_have_the_canonical_schema_and_are_valid(rows: pa.Table) -> None:
    rows.validate(full=True)

    assert rows.schema.equals(CANONICAL)
    assert rows.num_rows > 1_000


def test_message_ids_are_distinct_lower_case_uuids(rows: pa.Table) -> None:
    ids = rows["message_id"].to_pylist()

    assert len(set(ids)) == len(ids)
    assert all(str(uuid.UUID(text)) == text for text in ids[:500])


def test_every_event_says_that_it_is_simulated(rows: pa.Table) -> None:
    sources = set(rows["source_id"].to_pylist())

    assert sources == {"simulated:crm", "simulated:service", "simulated:planning"}


def test_events_come_in_order_of_time_and_arrive_after_they_were_recorded(rows: pa.Table) -> None:
    frame = rows.select(["occurred_at", "recorded_at", "received_at"]).to_pandas()

    written = frame["recorded_at"].fillna(frame["occurred_at"])
    assert frame["occurred_at"].is_monotonic_increasing
    assert (written >= frame["occurred_at"]).all()
    assert (frame["received_at"] > written).all()


def test_properties_are_json_and_agree_with_the_verdict(rows: pa.Table) -> None:
    records = rows.filter(pa.compute.is_valid(rows["quality_ok"]))
    bodies = [json.loads(text) for text in records["properties"].to_pylist()]

    empty = {"n/a", ".", "test", "tbd", "xxx", "-", "none", "0000"}
    clean = [
        body["filled"] == body["required"]
        and body["note"] not in empty
        and not body.get("duplicate")
        and not body.get("invalid")
        for body in bodies
    ]
    assert clean == records["quality_ok"].to_pylist()


def test_work_follows_the_week(events: pd.DataFrame, vendor: SimulatedVendor) -> None:
    german = [a.id for a in vendor.plan.accounts if a.country == 0 and a.people < 250]
    mine = events[events["account"].isin(german) & events["role"].notna()]

    shares = mine["occurred_at"].dt.weekday.value_counts(normalize=True).sort_index()

    expected = WEEKDAY_WEIGHTS / WEEKDAY_WEIGHTS.sum()
    assert shares[:4].to_numpy() == pytest.approx(expected[:4], abs=0.06)
    assert shares[5:].sum() < 0.03


def test_public_holidays_are_quiet(events: pd.DataFrame, vendor: SimulatedVendor) -> None:
    people = events[events["role"].notna()]
    by_day = people.groupby(people["occurred_at"].dt.date).size()

    christmas = by_day.get(pd.Timestamp("2025-12-25").date(), 0)
    thursday_before = by_day[pd.Timestamp("2025-12-18").date()]

    assert christmas < 0.2 * thursday_before


def test_people_work_between_six_and_twenty_local_time(
    events: pd.DataFrame, vendor: SimulatedVendor
) -> None:
    listed = vendor.people.to_pandas().set_index("external_id")
    british = events[events["person"].map(listed["location"]) == "GB"]

    hour = british["occurred_at"].dt.tz_convert("Europe/London").dt.hour

    assert hour.between(6, 20).all()


def test_nobody_works_before_the_first_or_after_the_last_day(
    events: pd.DataFrame, people: pd.DataFrame
) -> None:
    known = events[events["role"].notna()]
    span = known.groupby("person", observed=True)["occurred_at"].agg(["min", "max"])
    facts = people.set_index("person").loc[span.index]

    first = pd.to_datetime(facts["start"]).dt.tz_localize("UTC")
    last = pd.to_datetime(facts["end"]).dt.tz_localize("UTC") + pd.Timedelta(days=3)
    assert (span["min"] >= first).all()
    assert ((span["max"] < last) | last.isna()).all()


def test_nothing_happens_in_a_product_before_its_go_live(
    events: pd.DataFrame, vendor: SimulatedVendor
) -> None:
    live = vendor.deployments.to_pandas()
    first = events.groupby(["account", "product"], observed=True)["occurred_at"].min()
    facts = live.set_index(["account", "product"])["go_live"].loc[first.index]

    week_before = pd.to_datetime(facts) - pd.Timedelta(days=7)
    assert (first.dt.tz_localize(None).to_numpy() >= week_before.to_numpy()).all()


def test_steps_of_a_case_come_in_order_and_cases_start_with_their_opening(
    events: pd.DataFrame,
) -> None:
    steps = events[events["case_id"].notna()].sort_values("occurred_at", kind="stable")
    whole = steps.groupby("case_id")["action"].agg(tuple)

    share_designed = np.mean([case == DESIGNED_PATH for case in whole])
    assert np.mean([case[0] == "case.opened" for case in whole]) > 0.97
    assert 0.5 < share_designed < 0.95

"""A small vendor, made once, with its events as one frame."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from uptake.simulate import SimulatedVendor, SimulationConfig, simulate

SMALL = SimulationConfig(accounts=12, people=900, weeks=60, seed=11, events_per_person_week=16)
COLUMNS = [
    "account",
    "person",
    "product",
    "action",
    "occurred_at",
    "recorded_at",
    "object_id",
    "case_id",
    "quality_ok",
]


def frame_of(vendor: SimulatedVendor) -> pd.DataFrame:
    """Every event of a vendor with its week, and the team and role of its person."""
    batches = [batch.select(COLUMNS) for batch in vendor.batches()]
    events = pa.Table.from_batches(batches)
    for name in ("account", "person", "product", "action"):
        column = events[name].combine_chunks().dictionary_encode()
        events = events.set_column(events.column_names.index(name), name, column)
    frame = events.to_pandas()
    start = pd.Timestamp(vendor.config.start, tz="UTC")
    frame["week"] = (frame["occurred_at"] - start).dt.days // 7
    people = vendor.people.to_pandas().set_index("external_id")
    for name in ("team", "role", "function"):
        frame[name] = frame["person"].map(people[name])
    products = vendor.products.to_pandas()
    value = products[products["is_value_action"]]
    known = pd.MultiIndex.from_frame(value[["product", "action"]])
    pairs = pd.MultiIndex.from_arrays([frame["product"], frame["action"]])
    frame["is_value"] = pairs.isin(known)
    return frame


@pytest.fixture(scope="session")
def vendor() -> SimulatedVendor:
    return simulate(SMALL)


@pytest.fixture(scope="session")
def events(vendor: SimulatedVendor) -> pd.DataFrame:
    return frame_of(vendor)


@pytest.fixture(scope="session")
def people(vendor: SimulatedVendor) -> pd.DataFrame:
    """People as listed, with what is true of each."""
    listed = vendor.people.to_pandas().rename(columns={"external_id": "person"})
    truth = vendor.people_truth.to_pandas().drop(columns=["account", "team"])
    return listed.merge(truth, on="person")

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from uptake.formats import RecordKind, open_table, propose_record_mapping, read_records
from uptake.simulate import SimulatedVendor, SimulationConfig, simulate, write
from uptake.simulate.writing import TABLES

TINY = SimulationConfig(accounts=3, people=90, weeks=30, seed=3, events_per_person_week=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulated") / "vendor"
    write(simulate(TINY), out, processes=1)
    return out


def test_every_file_says_that_it_is_simulated(folder: Path) -> None:
    parts = sorted((folder / "events").iterdir())

    assert "simulated" in (folder / "README.md").read_text()
    assert '"simulated": true' in (folder / "truth.json").read_text()
    for name in TABLES:
        with (folder / f"{name}.csv").open() as file:
            assert "simulated" in next(csv.reader(file))
    for part in [*parts, folder / "truth_people.parquet"]:
        assert pq.read_schema(part).metadata[b"simulated"] == b"true"


def test_records_refer_to_each_other(vendor: SimulatedVendor) -> None:
    accounts = set(vendor.accounts["external_id"].to_pylist())
    people = set(vendor.people["external_id"].to_pylist())

    assert set(vendor.people["account"].to_pylist()) == accounts
    assert set(vendor.contracts["account"].to_pylist()) == accounts
    assert set(vendor.accounts["parent"].to_pylist()) <= accounts | {None}
    assert set(vendor.people["manager"].to_pylist()) <= people | {None}
    assert set(vendor.seats["person"].to_pylist()) <= people


def test_there_are_as_many_people_as_asked_for(vendor: SimulatedVendor) -> None:
    people = vendor.people.to_pandas()

    assert people["external_id"].nunique() == len(people) == vendor.config.people
    assert (people["end"].isna() | (people["end"] > people["start"])).all()


def test_starters_and_leavers_have_their_planned_shares(vendor: SimulatedVendor) -> None:
    people = vendor.people.to_pandas()
    members = people[~people["role"].str.contains("manager")]

    starters = (members["start"] >= vendor.config.start).mean()
    leavers = members["end"].notna().mean()

    assert starters == pytest.approx(0.22, abs=0.05)
    assert 0.04 < leavers < 0.16


def test_accounts_have_several_sizes_segments_and_parents() -> None:
    vendor = simulate(SimulationConfig())
    accounts = vendor.accounts.to_pandas()

    assert set(accounts["segment"]) == {"enterprise", "mid-market", "small"}
    assert accounts["parent"].notna().sum() >= 2


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (RecordKind.ACCOUNTS, {"external_id", "name", "parent", "segment", "owner"}),
        (
            RecordKind.PEOPLE,
            {"external_id", "account", "team", "role", "manager", "start", "end", "location"},
        ),
        (
            RecordKind.CONTRACTS,
            {"external_id", "account", "product", "seats", "price", "currency", "start", "end"}
            | {"billing_period", "notice_date", "decision"},
        ),
        (RecordKind.PRODUCTS, {"product", "module", "action", "is_value_action", "description"}),
    ],
)
def test_records_are_imported_without_a_mapping_by_hand(
    folder: Path, kind: RecordKind, fields: set[str]
) -> None:
    with open_table(folder / f"{kind}.csv") as table:
        mapping = propose_record_mapping(table, kind)
        read = read_records(table, kind, mapping)

    mapped = {field.field.name: field.column.name for field in mapping.fields}
    assert {name: column.split("_per_")[0] for name, column in mapped.items()} == {
        name: name for name in fields
    }
    assert read.rejects == ()
    assert len(read.records) > 0

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from uptake.simulate import InvalidSimulation, SimulationConfig, simulate, write
from uptake.simulate.events import account_batches

TINY = SimulationConfig(accounts=4, people=120, weeks=30, seed=3, events_per_person_week=8)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_same_settings_give_the_same_bytes_with_any_number_of_processes(
    tmp_path: Path,
) -> None:
    write(simulate(TINY), tmp_path / "one", processes=1)
    write(simulate(TINY), tmp_path / "two", processes=2)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_other_events() -> None:
    other = SimulationConfig(accounts=4, people=120, weeks=30, seed=4, events_per_person_week=8)

    first = next(simulate(TINY).batches())
    second = next(simulate(other).batches())

    assert first["message_id"][0] != second["message_id"][0]
    assert first.num_rows != second.num_rows


def test_an_account_does_not_depend_on_the_accounts_before_it() -> None:
    plan = simulate(TINY).plan
    last = plan.accounts[-1]

    alone = pa.Table.from_batches(account_batches(plan, last))
    in_order = pa.Table.from_batches(simulate(TINY).batches())

    mine = in_order.filter(pa.compute.equal(in_order["account"], last.id))
    assert alone.equals(mine.combine_chunks()) or alone.combine_chunks().equals(
        mine.combine_chunks()
    )


def test_batches_written_and_streamed_are_the_same_events(tmp_path: Path) -> None:
    vendor = simulate(TINY)
    written = write(vendor, tmp_path / "vendor", processes=1)

    stored = pa.parquet.read_table(tmp_path / "vendor" / "events")
    streamed = pa.Table.from_batches(vendor.batches())

    assert written.events == stored.num_rows == streamed.num_rows
    assert stored["message_id"].to_pylist() == streamed["message_id"].to_pylist()


def test_a_folder_with_content_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")

    with pytest.raises(InvalidSimulation, match="not empty"):
        write(simulate(TINY), tmp_path)

"""What is wrong with a workspace is found and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lake_events import many
from uptake.store.lake import Lake
from uptake.store.loader import Loader


@pytest.fixture
def loaded(lake: Lake) -> Lake:
    lake.append("acme", many(300))
    Loader(lake).drain()
    return lake


def one_file(lake: Lake, pattern: str) -> Path:
    return min(lake.folder("acme").glob(pattern))


def problems(lake: Lake) -> list[str]:
    return [found.problem for found in lake.check("acme")]


def execute(lake: Lake, statement: str) -> None:
    with lake.database.transaction() as session:
        session.execute(statement)


def delete(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lose_rows(path: Path) -> None:
    pq.write_table(pq.read_table(path).slice(1), path)


def test_a_sound_workspace_has_no_problems(loaded: Lake) -> None:
    assert problems(loaded) == []


@pytest.mark.parametrize(
    ("pattern", "damage", "complaint"),
    [
        ("events/*/*", delete, "is registered but missing"),
        ("index/*", delete, "is registered but missing"),
        ("rollups/account_hours/*", truncate, "cannot be read"),
        ("index/*", truncate, "bytes instead of"),
    ],
)
def test_a_damaged_file_is_named(
    loaded: Lake, pattern: str, damage: Callable[[Path], None], complaint: str
) -> None:
    path = one_file(loaded, pattern)
    damage(path)

    found = loaded.check("acme")

    assert {path.match(fault.subject) for fault in found} == {True}
    assert complaint in found[0].problem


def test_a_file_with_other_rows_than_registered_is_named(loaded: Lake) -> None:
    lose_rows(one_file(loaded, "events/*/*"))

    assert any("rows instead of" in problem for problem in problems(loaded))


def test_a_left_over_file_is_named(loaded: Lake) -> None:
    (loaded.folder("acme") / "events" / "left.parquet").touch()

    assert problems(loaded) == ["is left over from a writer that stopped; the next load removes it"]


def test_a_rollup_that_lost_a_file_is_named(loaded: Lake) -> None:
    execute(loaded, "DELETE FROM lake_file WHERE kind = 'account_hours'")

    assert "counts 0 events instead of 300" in problems(loaded)


def test_an_index_that_lost_a_run_is_named(loaded: Lake) -> None:
    execute(loaded, "DELETE FROM lake_file WHERE kind = 'index'")

    assert "holds 0 identities for 300 events" in problems(loaded)

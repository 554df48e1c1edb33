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


def empty(path: Path) -> None:
    path.write_bytes(b"")


def scramble(path: Path) -> None:
    path.write_bytes(bytes(reversed(path.read_bytes())))


def scramble_the_middle(path: Path) -> None:
    """Leave a Parquet file's ends, where its schema and its counts are."""
    content = path.read_bytes()
    path.write_bytes(content[:8] + b"\xff" * 200 + content[208:])


def lose_rows(path: Path) -> None:
    pq.write_table(pq.read_table(path).slice(1), path)


def test_a_sound_workspace_has_no_problems(loaded: Lake) -> None:
    assert problems(loaded) == []


KINDS = (
    "events/*/*",
    "rollups/person_days/*",
    "rollups/person_day_actions/*",
    "rollups/account_hours/*",
    "index/*",
)


@pytest.mark.parametrize("pattern", KINDS)
@pytest.mark.parametrize("damage", [delete, truncate, empty, scramble, scramble_the_middle])
def test_a_missing_or_damaged_file_is_named(
    loaded: Lake, pattern: str, damage: Callable[[Path], None]
) -> None:
    path = one_file(loaded, pattern)
    damage(path)

    found = loaded.check("acme")

    assert {path.match(fault.subject) for fault in found} == {True}


@pytest.mark.parametrize(
    ("pattern", "damage", "complaint"),
    [
        ("events/*/*", delete, "is registered but missing"),
        ("rollups/account_hours/*", truncate, "bytes instead of"),
        ("events/*/*", scramble_the_middle, "cannot be read"),
        ("index/*", truncate, "bytes instead of"),
        ("index/*", scramble, "it is not in order"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    loaded: Lake, pattern: str, damage: Callable[[Path], None], complaint: str
) -> None:
    damage(one_file(loaded, pattern))

    (found, *_) = loaded.check("acme")

    assert complaint in found.problem


def test_a_folder_in_place_of_a_file_is_named(loaded: Lake) -> None:
    path = one_file(loaded, "rollups/person_days/*")
    path.unlink()
    path.mkdir()

    assert [path.match(fault.subject) for fault in loaded.check("acme")] == [True]


def test_a_file_with_other_rows_than_registered_is_named(loaded: Lake) -> None:
    path = one_file(loaded, "events/*/*")
    lose_rows(path)
    execute(loaded, f"UPDATE lake_file SET byte_count = {path.stat().st_size} WHERE kind='events'")

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

"""New files in watched folders are imported once, by their content, and moved out of the way."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.capabilities.imports.bringing import EVENTS, stored
from tests.cast import Cast
from uptake.capabilities.imports import actions, queueing, watching
from uptake.capabilities.imports.models import Import, State, WatchedFolder
from uptake.foundation.errors import Conflict, Invalid
from uptake.store import Lake


@pytest.fixture(name="watched")
def _watched(cast: Cast, lake: Lake, tmp_path: Path) -> Path:
    place = tmp_path / "watched" / "usage"
    place.mkdir()
    actions.watch_folder(
        cast.edith, str(place), pattern="*.csv", kind="events", mapping_id=None, source="crm"
    )
    return place


def put(place: Path, name: str, text: str, *, age: float = 60) -> Path:
    path = place / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def a_minute_passes() -> None:
    watching.look_into_folders()
    queueing.carry_on()


def test_a_file_is_imported_and_moved(watched: Path, lake: Lake) -> None:
    put(watched, "monday.csv", EVENTS)

    a_minute_passes()
    a_minute_passes()

    job = Import.objects.get()
    assert (job.state, job.new, job.source) == (State.DONE, 3, "crm")
    assert len(stored(lake)) == 3
    assert [path.name for path in (watched / "done").iterdir()] == ["monday.csv"]


def test_the_same_bytes_under_another_name_are_not_imported_again(
    watched: Path, lake: Lake
) -> None:
    put(watched, "monday.csv", EVENTS)
    a_minute_passes()
    put(watched, "monday.csv", EVENTS)
    put(watched, "copy.csv", EVENTS)

    a_minute_passes()

    assert Import.objects.count() == 1
    assert sorted(path.name for path in (watched / "done").iterdir()) == [
        "copy.csv",
        "monday-1.csv",
        "monday.csv",
    ]


def test_a_file_that_cannot_be_read_is_moved_to_failed(watched: Path) -> None:
    put(watched, "bad.csv", "colour,made on\nred,2024-02-25\n")

    a_minute_passes()
    a_minute_passes()

    job = Import.objects.get()
    assert job.state == State.FAILED
    assert "No column says who" in job.problem
    assert [path.name for path in (watched / "failed").iterdir()] == ["bad.csv"]


def test_files_that_still_grow_links_and_other_names_are_left_alone(
    watched: Path, tmp_path: Path
) -> None:
    put(watched, "growing.csv", EVENTS, age=0)
    put(watched, "notes.txt", EVENTS)
    (watched / "link.csv").symlink_to(put(tmp_path, "secret.csv", EVENTS))

    a_minute_passes()

    assert not Import.objects.exists()


def test_a_paused_folder_is_not_looked_into(cast: Cast, watched: Path) -> None:
    folder = actions.pause_folder(cast.edith, WatchedFolder.objects.get().pk, is_active=False)
    put(watched, "monday.csv", EVENTS)

    a_minute_passes()

    assert folder.looked_at is None
    assert not Import.objects.exists()


def test_a_folder_that_went_away_says_so(watched: Path) -> None:
    watched.rmdir()

    a_minute_passes()

    assert "There is no folder" in WatchedFolder.objects.get().problem


def test_only_folders_that_the_settings_allow_are_watched(
    cast: Cast, watched: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "watched" / "out").symlink_to(tmp_path / "elsewhere")

    for path in ("/etc", str(watched / ".." / ".."), str(tmp_path / "watched" / "out")):
        with pytest.raises(Invalid, match="may be watched"):
            actions.watch_folder(cast.edith, path, pattern="*", kind="events", mapping_id=None)
    with pytest.raises(Invalid, match="pattern of file names"):
        actions.watch_folder(
            cast.edith, str(watched), pattern="../*", kind="events", mapping_id=None
        )
    with pytest.raises(Conflict, match="watched for this pattern already"):
        actions.watch_folder(
            cast.edith, str(watched), pattern="*.csv", kind="events", mapping_id=None
        )

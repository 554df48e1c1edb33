"""Engines do not share their spill folders, and the dead leave none behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from uptake.store.scratch import new_path, sweep, temporary_folder

DIE = (
    "import os, sys; from pathlib import Path; from uptake.store.scratch import new_path;"
    "new_path(Path(sys.argv[1])).mkdir(); os.kill(os.getpid(), 9)"
)


def test_every_engine_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    assert new_path(tmp_path) != new_path(tmp_path)


def test_a_temporary_folder_is_gone_afterwards(tmp_path: Path) -> None:
    with temporary_folder(tmp_path) as folder:
        (folder / "run").write_bytes(b"x")

    assert not folder.exists()


def test_folders_of_the_dead_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    mine = new_path(tmp_path)
    subprocess.run([sys.executable, "-c", DIE, str(tmp_path)], check=False)

    swept = sweep(tmp_path)

    assert swept == 1
    assert mine.parent.exists()

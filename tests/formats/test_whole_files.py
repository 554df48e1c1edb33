"""A file under its name is whole, whatever happened while it was written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from uptake.formats.whole_files import whole, write_whole

KILLED = """
import os, signal, sys
from pathlib import Path
from uptake.formats.whole_files import whole
with whole(Path(sys.argv[1])) as draft:
    draft.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_is_killed_while_writing_leaves_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("former")

    ended = subprocess.run([sys.executable, "-c", KILLED, path], check=False)

    assert ended.returncode == -signal.SIGKILL
    assert path.read_text() == "former"


def fail_half_way(path: Path) -> None:
    with whole(path) as draft:
        draft.write_text("half")
        raise RuntimeError


def test_what_goes_wrong_leaves_the_former_file_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("former")

    with pytest.raises(RuntimeError):
        fail_half_way(path)

    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text() == "former"


def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.touch(mode=0o600)

    write_whole(path, "a,b\n")

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == "a,b\n"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "there.csv")

    write_whole(tmp_path / "link.csv", b"a\n")

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "there.csv").read_bytes() == b"a\n"


def test_without_anything_to_write_no_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("former")

    with whole(path):
        pass

    assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_is_written_as_it_is() -> None:
    reading, writing = os.pipe()

    write_whole(Path(f"/dev/fd/{writing}"), "a,b")

    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() == "a,b"

"""A whole installation as people run it: migrated, served by ``uptake serve``, on a free port.

It runs in processes of its own, so that browsers and tests meet it as anybody would.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.migrated import Migrated
from tests.ports import free_port

START_SECONDS = 300
PREPARE_SECONDS = 1_200
"""Where a demo is simulated and loaded first, on a machine that does much else."""
STOP_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation; ``address`` is where its pages are."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Browsers take localhost for a secure place, which passkeys need."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.folder / "serve.log").read_text(encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """Run an ``uptake`` command; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "uptake", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PREPARE_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        """The settings of this installation."""
        return {
            **os.environ,
            "UPTAKE_DATA_DIR": str(self.folder / "var"),
            "UPTAKE_PUBLIC_URL": self.address,
            "UPTAKE_PORT": str(self.port),
            "UPTAKE_WEB_PROCESSES": "1",
        }


@contextmanager
def served(
    folder: Path, *options: str, before: tuple[str, ...] | Migrated
) -> Iterator[Installation]:
    """Serve an installation in a folder meanwhile.

    ``before`` sets it up: a command, or one that is migrated already, of which it is a copy.
    """
    here = Installation(folder, free_port())
    if isinstance(before, Migrated):
        before.copy(folder / "var")
    else:
        here.run(*before)
    with (folder / "serve.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "uptake", "serve", *options],
            env=here.environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_it_answers(here, server)
            yield here
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(STOP_SECONDS)


def _wait_until_it_answers(here: Installation, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{here.address}/ready", timeout=30).close()
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The server did not start: {here.log[-2000:]}")

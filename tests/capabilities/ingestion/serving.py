"""A real server with two processes on 127.0.0.1, over a data folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.capabilities.ingestion.calling import basic
from tests.migrated import Migrated
from tests.ports import free_port
from uptake.store import Lake

PREPARE = """
from uptake.foundation.boot import boot
boot()
from uptake.capabilities.ingestion.actions import create_source
from uptake.foundation.queries import system_actor
print(create_source(system_actor("default"), "Web app").key)
"""
TARGET = "tests.capabilities.ingestion.served:application"
CHECKOUT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Server:
    address: str
    key: str
    folder: Path
    process: subprocess.Popen[bytes]

    def post(self, path: str, body: object) -> int:
        """Send JSON over a connection of its own; returns the status."""
        request = urllib.request.Request(
            self.address + path,
            json.dumps(body).encode(),
            {"Authorization": basic(self.key), "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return int(answer.status)

    def kill(self) -> None:
        """End every process at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @contextmanager
    def lake(self) -> Iterator[Lake]:
        """The lake it wrote to."""
        with Lake.open(self.folder / "lake", f"sqlite:///{self.folder}/lake.sqlite3") as lake:
            yield lake


@contextmanager
def serving(folder: Path, migrated: Migrated) -> Iterator[Server]:
    """Serve a folder that begins as a copy of a migrated one."""
    migrated.copy(folder)
    environment = {**os.environ, "UPTAKE_DATA_DIR": str(folder), "UPTAKE_LOG_LEVEL": "error"}
    prepared = subprocess.run(
        [sys.executable, "-c", PREPARE], env=environment, capture_output=True, check=True, text=True
    )
    port = free_port()
    granian = Path(sys.executable).parent / "granian"
    command = [
        *(str(granian), "--interface", "wsgi", TARGET, "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "2"),
        *("--blocking-threads", "4", "--log-level", "critical"),
    ]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, start_new_session=True)
    server = Server(f"http://127.0.0.1:{port}", prepared.stdout.strip(), folder, process)
    try:
        _wait(server)
        yield server
    finally:
        server.kill()


def _wait(server: Server) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE_SECONDS:
        with suppress(OSError):
            server.post("/v1/batch", {"batch": []})
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")

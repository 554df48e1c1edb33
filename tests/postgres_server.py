"""A PostgreSQL server of the suite's own: started on first use, gone with the session.

Each pytest-xdist worker has its own. Databases are created per test, so tests do not meet.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.ports import free_port

UNPRIVILEGED = "postgres"
PATIENCE_SECONDS = 180
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server that trusts everybody on this machine."""

    port: int

    def url(self, database: str = "postgres") -> str:
        """How to reach one of its databases."""
        return f"postgresql://{UNPRIVILEGED}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, *, like: str = "") -> Iterator[str]:
        """A new database, empty or ``like`` one to which nobody is connected; its URL."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        template = f' TEMPLATE "{like.rpartition("/")[2]}"' if like else ""
        self._run(f'CREATE DATABASE "{name}"{template}')
        try:
            yield self.url(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def schema(self) -> str:
        """A new, empty schema, which takes a hundredth of the time of a database; its URL."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._run(f'CREATE SCHEMA "{name}"')
        return f"{self.url()}?options=-csearch_path%3D{name}"

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server that need not survive a power loss, and is faster for it."""
    with running_server(durable=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The URL of an empty schema for one test."""
    return postgres_server.schema()


@contextmanager
def running_server(*, durable: bool) -> Iterator[PostgresServer]:
    """Start a server in a folder of its own; ``durable`` makes it wait for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="uptake-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        _initialise(folder / "data")
        port = free_port()
        process = _start(folder, port, durable=durable)
        try:
            _wait_until_it_answers(process, PostgresServer(port), folder / "log")
            yield PostgresServer(port)
        finally:
            process.send_signal(signal.SIGINT)  # at once, whoever is still connected
            process.wait(PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(data: Path) -> None:
    options = ["--no-sync", "--no-instructions", "-A", "trust", "-U", UNPRIVILEGED]
    command = [_program("initdb"), "-D", str(data), "-E", "UTF8", "--locale=C", *options]
    subprocess.run(_as_unprivileged(command), check=True, capture_output=True, cwd=data.parent)


def _start(folder: Path, port: int, *, durable: bool) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "max_connections": "50",
        "shared_buffers": "64MB",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [_program("postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(_as_unprivileged(command), stdout=log, stderr=log, cwd=folder)


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], server: PostgresServer, log: Path
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            psycopg.connect(server.url(), connect_timeout=30).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        else:
            return


def _as_unprivileged(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; it goes when we go, even if we are killed."""
    if os.geteuid() != 0:
        return command
    user = pwd.getpwnam(UNPRIVILEGED)
    identity = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *identity, "--pdeathsig=INT", *command]


def _program(name: str) -> str:
    """Debian keeps the server's programs off the path, one folder per release."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda at: int(at.parent.name))
    found = [str(folder / name) for folder in folders if (folder / name).exists()]
    program = found[-1] if found else shutil.which(name)
    if program is None:
        pytest.fail("PostgreSQL is missing: install the package 'postgresql' and run this again")
    return program

"""``uptake serve``: the web pages and the worker, started and stopped together.

Granian answers requests in processes of its own; the worker is one more process, begun anew should
it die. Asked to stop, requests and the load at hand are finished first.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.contrib.staticfiles import finders

from uptake.config import Settings
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

TARGET = "uptake.site.wsgi:application"
STOP_SECONDS = 60
RESTART_SECONDS = 5.0
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SET_DEATH_SIGNAL = 1
"""prctl's PR_SET_PDEATHSIG: a worker does not outlive the server that it belongs to."""
_LOGS = {
    "formatters": {},
    "handlers": {},
    "loggers": {
        "_granian": {"handlers": [], "propagate": True},
        "granian.access": {"handlers": [], "propagate": False},
    },
}


class AssetsMissing(UptakeError):
    """The styles and scripts of the pages have not been built."""


class PortTaken(UptakeError):
    """Another program listens there."""


def serve(settings: Settings, *, host: str, port: int, with_worker: bool = True) -> None:
    """Serve until asked to stop; must be called in the main thread."""
    _require_assets()
    _require_free(host, port)
    from granian.constants import Interfaces  # only serving needs it
    from granian.log import LogLevels
    from granian.server import Server

    os.register_at_fork(before=_hold, after_in_parent=_let_go, after_in_child=_end_when_told)
    with _metrics_folder(), _worker(with_worker):
        log.info(
            "server.started", address=f"http://{host}:{port}", processes=settings.web_processes
        )
        Server(
            TARGET,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=settings.web_processes,
            blocking_threads=settings.web_threads,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
            log_level=LogLevels.error,
            log_dictconfig=_LOGS,
        ).serve()
    log.info("server.stopped")


ASKED = (signal.SIGTERM, signal.SIGINT)
"""Signals that ask the server to stop."""


def _hold() -> None:
    """Let no signal come between a process's beginning and what it does when it is told to end."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ASKED)


def _let_go() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED)


def _end_when_told() -> None:
    """Make a process that is still loading the pages end when it is told to.

    Until it serves it has the server's handlers, which only note the signal: it would go on to
    serve, and the server would wait for it as long as for one with requests to finish.
    """
    for asked in ASKED:
        signal.signal(asked, signal.SIG_DFL)
    _let_go()


def _require_assets() -> None:
    if not finders.find("uptake/vendor/icons.svg"):
        raise AssetsMissing(
            "The styles and scripts of the pages are missing: run `make assets` in the checkout, "
            "then install from it again."
        )


def _require_free(host: str, port: int) -> None:
    """Refuse a port in use: granian would share it, and each request would go to either."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise PortTaken(
                f"{host}:{port} cannot be listened on ({taken.strerror}); stop what uses it, or "
                "name another port with --port."
            ) from taken


@contextmanager
def _metrics_folder() -> Iterator[None]:
    """A folder in which the processes put their counts, so that any of them can tell the sum."""
    with tempfile.TemporaryDirectory(prefix="uptake-metrics-") as folder:
        os.environ[METRICS_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[METRICS_FOLDER]


@contextmanager
def _worker(wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    keeper = WorkerKeeper()
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()


class WorkerKeeper:
    """Runs ``uptake worker`` beside the server and begins it anew should it die."""

    def __init__(
        self, command: tuple[str, ...] = (sys.executable, "-m", "uptake", "worker")
    ) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)
        self._process = self._begin()

    @property
    def pid(self) -> int:
        """The worker's process."""
        return self._process.pid

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Let the worker finish what it is at, but not for ever."""
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("worker.killed", after_seconds=STOP_SECONDS)
            self._process.kill()
            self._process.wait()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one system call, no Python objects
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the server, which then stops the worker
        )

    def _keep(self) -> None:
        while not self._stopping.is_set():
            code = self._process.wait()
            if self._stopping.is_set():
                return
            log.error("worker.died", exit_code=code, again_in_seconds=RESTART_SECONDS)
            if self._stopping.wait(RESTART_SECONDS):
                return
            self._process = self._begin()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGTERM)

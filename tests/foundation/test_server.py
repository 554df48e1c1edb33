from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ports import free_port
from uptake.config import Settings
from uptake.foundation import server
from uptake.foundation.server import AssetsMissing, PortTaken, WorkerKeeper

PATIENCE_SECONDS = 180
LOADS_SLOWLY = """
import pathlib, time
pathlib.Path("loading").touch()
time.sleep(3_600)
"""
SERVES = """
from uptake.config import Settings
from uptake.foundation import server
server.TARGET = "slow:application"
server._require_assets = lambda: None
server.STOP_SECONDS = 3_600
server.serve(Settings(web_processes=2), host="127.0.0.1", port={port}, with_worker=False)
"""
SLEEPS = (sys.executable, "-c", "import time; time.sleep(600)")


def _wait(condition: object, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]  # a function
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_a_worker_that_dies_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "RESTART_SECONDS", 0.01)
    keeper = WorkerKeeper(SLEEPS)
    first = keeper.pid
    keeper.start()

    keeper._process.kill()  # what a crash does

    _wait(lambda: keeper.pid != first)
    keeper.stop()


def test_stopping_ends_the_worker_for_good() -> None:
    keeper = WorkerKeeper(SLEEPS)
    keeper.start()

    keeper.stop()

    assert keeper._process.poll() is not None
    assert not keeper._thread.is_alive() or keeper._thread.join(5) is None


def test_a_worker_that_does_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "STOP_SECONDS", 0.2)
    heard = tmp_path / "heard"
    ignore = "import signal, time, pathlib; signal.signal(15, signal.SIG_IGN);"
    deaf = f"{ignore} pathlib.Path({str(heard)!r}).touch(); time.sleep(600)"
    keeper = WorkerKeeper((sys.executable, "-c", deaf))
    _wait(heard.exists)

    keeper.stop()

    assert keeper._process.returncode is not None


def test_a_port_in_use_is_not_shared() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(PortTaken, match="--port"):
            server.serve(Settings(), host="127.0.0.1", port=taken.getsockname()[1])


def test_without_styles_nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.finders, "find", lambda _name: None)

    with pytest.raises(AssetsMissing, match="make assets"):
        server.serve(Settings(), host="127.0.0.1", port=1)


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_stop_while_it_loads_the_pages_does(
    tmp_path: Path, asked: signal.Signals
) -> None:
    (tmp_path / "slow.py").write_text(LOADS_SLOWLY, encoding="utf-8")
    port = free_port()
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, "-c", SERVES.format(port=port)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path, "UPTAKE_LOG_LEVEL": "error"},
    ) as process:
        try:
            _wait((tmp_path / "loading").exists)

            process.send_signal(asked)

            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()

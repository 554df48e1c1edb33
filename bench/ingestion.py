"""Events over HTTP: ``python bench/ingestion.py [--seconds 8] [--sizes 1 100 500]``.

wrk sends Segment batches over 127.0.0.1 to granian, which serves in turn an application that
answers an empty 200, the least application that keeps events, and Uptake itself. Every batch is on
the disk before it is answered. Server and wrk share the machine. wrk has to be installed
(``apt-get install wrk``).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import UUID

import psutil

BENCH = Path(__file__).resolve().parent
TARGETS = {
    "empty 200": "ingestion_floors:empty",
    "least": "ingestion_floors:plain",
    "Uptake": "uptake.site.wsgi:application",
}
BODIES = 32
WARM_ROUNDS = 8
PEOPLE = 20_000
MICROSECONDS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000}


@dataclass(frozen=True, slots=True)
class Measured:
    """What wrk saw, and the CPU that the server took for it."""

    requests: float
    p50_ms: float
    p99_ms: float
    wrong: int
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Load:
    """How hard the server is driven, and how it is set up."""

    seconds: int
    connections: int
    workers: int
    threads: int


def event(random_: random.Random) -> dict[str, object]:
    return {
        "integrations": {},
        "anonymousId": None,
        "properties": {"format": "xlsx", "rows": random_.randrange(9999), "ok": True},
        "timestamp": "2026-03-02T12:30:15.123+00:00",
        "context": {
            "library": {"name": "analytics-python", "version": "2.4.0"},
            "groupId": f"account-{random_.randrange(500)}",
        },
        "userId": f"user-{random_.randrange(PEOPLE)}",
        "type": "track",
        "event": f"Report Exported {random_.randrange(20)}",
        "messageId": str(UUID(int=random_.getrandbits(128))),
    }


def write_script(folder: Path, size: int, key: str) -> Path:
    """A wrk script that sends one of some bodies after the other, with the key in the header."""
    random_ = random.Random(size)
    bodies = []
    for _ in range(BODIES):
        body = {
            "batch": [event(random_) for _ in range(size)],
            "sentAt": "2026-03-02T12:31:00.000+00:00",
            "writeKey": key,
        }
        bodies.append(json.dumps(body))
    (folder / "bodies.txt").write_text("\n".join(bodies))
    script = folder / "post.lua"
    script.write_text(
        f"""
local requests, n = {{}}, 0
init = function()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Basic {basic(key)}"
  for body in io.lines("{folder}/bodies.txt") do
    requests[#requests + 1] = wrk.format(nil, "/v1/batch", nil, body)
  end
end
request = function()
  n = n + 1
  return requests[n % #requests + 1]
end
"""
    )
    return script


def basic(key: str) -> str:
    import base64

    return base64.b64encode(f"{key}:".encode()).decode()


def prepare(folder: Path) -> str:
    """Make an installation with one source; returns its write key."""
    folder.mkdir(parents=True)
    os.environ["UPTAKE_DATA_DIR"] = str(folder)
    from uptake.foundation.boot import boot

    boot()
    from uptake.capabilities.ingestion.actions import create_source
    from uptake.config import load_settings
    from uptake.foundation.migration import migrate
    from uptake.foundation.queries import system_actor

    migrate(load_settings())
    return create_source(system_actor("default"), "Bench").key


@contextmanager
def serving(target: str, folder: Path, load: Load) -> Iterator[tuple[str, psutil.Process]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", target),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(load.workers)),
        *("--blocking-threads", str(load.threads), "--log-level", "warning", "--no-ws"),
        *("--backpressure", str(max(load.connections, 128))),
    ]
    paths = os.pathsep.join([str(BENCH), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "UPTAKE_DATA_DIR": str(folder), "PYTHONPATH": paths}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}", psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(port: int) -> None:
    for _ in range(1_800):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1)
                return
        time.sleep(0.1)
    raise SystemExit("granian did not start")


def cpu_seconds(server: psutil.Process) -> float:
    processes = [server, *server.children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def drive(address: str, script: Path, load: Load, server: psutil.Process) -> Measured:
    command = ["wrk", "-t1", f"-c{load.connections}", "--latency", "-s", str(script)]
    warm_up(command, address)
    before = cpu_seconds(server)
    done = subprocess.run(
        [*command, f"-d{load.seconds}s", address], check=True, capture_output=True, text=True
    )
    used = cpu_seconds(server) - before
    said = done.stdout
    requests = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Measured(
        requests,
        latency(said, 50),
        latency(said, 99),
        int(wrong[1]) if wrong else 0,
        used / (requests * load.seconds) * 1e6,
    )


def warm_up(command: Sequence[str], address: str) -> None:
    """Until every process has loaded what it needs and answers without a pause."""
    for _ in range(WARM_ROUNDS):
        done = subprocess.run(
            [*command, "-d3s", address], check=True, capture_output=True, text=True
        )
        if "timeout" not in done.stdout and not done.stdout.count("Requests/sec:      0.00"):
            return


def latency(said: str, percentile: int) -> float:
    value, unit = re.search(rf"\s{percentile}%\s+([\d.]+)(us|ms|s|m)", said).groups()
    return float(value) * MICROSECONDS[unit] / 1000


def measure(size: int, load: Load, *, rounds: int, where: str | None) -> dict[str, list[Measured]]:
    """All targets in turns, because the speed of a machine drifts."""
    results: dict[str, list[Measured]] = {name: [] for name in TARGETS}
    with tempfile.TemporaryDirectory(prefix="uptake-http-", dir=where) as made:
        fresh = Path(made) / "fresh"
        key = subprocess.run(
            [sys.executable, __file__, "--prepare", str(fresh)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for _ in range(rounds):
            for name, target in TARGETS.items():
                folder = Path(made) / "served"
                shutil.copytree(fresh, folder)
                script = write_script(folder, size, key)
                with serving(target, folder, load) as (address, server):
                    results[name].append(drive(address, script, load, server))
                    print(size, name, results[name][-1], file=sys.stderr)
                shutil.rmtree(folder)
    return results


def table(sizes: Sequence[int], load: Load, *, rounds: int, where: str | None) -> None:
    print(
        "| events a batch | application | requests/s | events/s | p50 ms | p99 ms "
        "| server CPU µs a request | requests / those of least | CPU of least / CPU |"
    )
    print("|---:|---|---:|---:|---:|---:|---:|---:|---:|")
    for size in sizes:
        results = measure(size, load, rounds=rounds, where=where)
        rates = {name: median(run.requests for run in runs) for name, runs in results.items()}
        used = {name: median(run.cpu_us for run in runs) for name, runs in results.items()}
        for name, runs in results.items():
            if any(run.wrong for run in runs):
                print(f"{name}: {[run.wrong for run in runs]} wrong answers", file=sys.stderr)
            print(
                f"| {size} | {name} | {rates[name]:,.0f} | {rates[name] * size:,.0f} "
                f"| {median(run.p50_ms for run in runs):.1f} "
                f"| {median(run.p99_ms for run in runs):.1f} "
                f"| {used[name]:,.0f} "
                f"| {rates[name] / rates['least']:.2f} | {used['least'] / used[name]:.2f} |",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100, 500])
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--folder", help="where the events go; a disk, not memory")
    given = parser.parse_args()
    if given.prepare:
        print(prepare(given.prepare))
        return
    table(
        given.sizes,
        Load(given.seconds, given.connections, given.workers, given.threads),
        rounds=given.rounds,
        where=given.folder,
    )


if __name__ == "__main__":
    main()

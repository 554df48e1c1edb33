"""Pages under load: ``python bench/pages.py [--events 1000000] [--seconds 120]``.

Readers open every page in turn, with a pause to read, while events arrive over HTTP, at a real
``uptake serve`` with its worker. A page is held against an empty one of the same server (signed
in, frame and menu, no content). Memory is that of all processes of the server.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import psutil

from pages_world import Size, World, prepare

BATCH = 100
MIB = 2**20
EMPTY = "empty page"


@dataclass
class Seen:
    """What readers and the sender met."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    accepted: int = 0
    late: int = 0
    memory: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)


def pages(world: World) -> dict[str, tuple[str, str]]:
    """Whose page it is, and its address."""
    here, api = "/w/default", "/api/v1/workspaces/default"
    own = f"{here}/deployments/{world.account}/all"
    return {
        EMPTY: ("owner", f"{here}/search"),
        "portfolio": ("owner", f"{here}/portfolio"),
        "portfolio, filtered": ("owner", f"{here}/portfolio?sort=adoption&text=1"),
        "deployment": ("owner", own),
        "deployment, own lead": ("lead", own),
        "how a number came about": ("owner", f"{own}/how/adoption_rate"),
        "explore": ("owner", f"{here}/explore"),
        "explore, by account": ("owner", f"{here}/explore?by=account&grain=none"),
        "people": ("owner", f"{here}/people"),
        "teams": ("owner", f"{here}/teams"),
        "populations": ("owner", f"{here}/populations"),
        "population": ("owner", f"{here}/populations/{world.population}"),
        "accounts": ("owner", f"{here}/accounts"),
        "account": ("owner", f"{here}/accounts/{world.account}"),
        "my adoption": ("member", f"{here}/me"),
        "team of a manager": ("manager", f"{here}/team"),
        "sources": ("owner", f"{here}/data/"),
        "source": ("owner", f"{here}/data/sources/bench/"),
        "imports": ("owner", f"{here}/data/imports/"),
        "members": ("owner", f"{here}/settings/members"),
        "audit log": ("owner", f"{here}/settings/audit"),
        "API: portfolio": ("owner", f"{api}/portfolio"),
        "API: people": ("owner", f"{api}/people"),
    }


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The product over a data folder, with its worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "UPTAKE_DATA_DIR": str(folder),
        "UPTAKE_PORT": str(port),
        "UPTAKE_API_REQUESTS_A_MINUTE": "1000000",
        "UPTAKE_MINIMUM_FREE_MIB": "0",
    }
    with (folder / "serve.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "uptake", "serve", "--port", str(port)],
            env={**os.environ, **settings},
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(port, "/ready")
            yield port, psutil.Process(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(90)


def wait_for(port: int, path: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError):
            if get(connection(port), path, "")[0] == 200:
                return
        time.sleep(0.5)
    raise SystemExit("the server did not start")


def connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=300)


def get(server: http.client.HTTPConnection, path: str, cookie: str) -> tuple[int, int]:
    """Status and length of an answer."""
    server.request("GET", path, headers={"Cookie": cookie})
    answer = server.getresponse()
    return answer.status, len(answer.read())


def read(number: int, port: int, world: World, *, seen: Seen, until: float, pause: float) -> None:
    """A reader: every page in an order of their own, again and again."""
    order = random.Random(number)
    asked, server = list(pages(world).items()), connection(port)
    while time.monotonic() < until:
        order.shuffle(asked)
        for name, (who, path) in asked:
            begun = time.monotonic()
            if begun >= until:
                return
            try:
                status, _ = get(server, path, world.cookies[who])
            except (OSError, http.client.HTTPException):
                status, server = 0, connection(port)
            seen.seconds[name].append(time.monotonic() - begun)
            seen.wrong[name] += status != 200
            time.sleep(order.uniform(0, 2 * pause))


def send(port: int, world: World, *, rate: int, seen: Seen, until: float) -> None:
    """A client that sends so many events a second in batches, however long an answer takes."""
    server, number, begun = connection(port), 0, time.monotonic()
    while time.monotonic() < until:
        due = begun + number * BATCH / rate
        time.sleep(max(0.0, due - time.monotonic()))
        seen.late += time.monotonic() - due > 1
        body = json.dumps({"batch": events(number, world), "writeKey": world.key})
        server.request("POST", "/v1/batch", body, {"Content-Type": "application/json"})
        answer = server.getresponse()
        answer.read()
        seen.accepted += BATCH * (answer.status == 200)
        number += 1


def events(number: int, world: World) -> list[dict[str, object]]:
    chance = random.Random(number)
    return [
        {
            "type": "track",
            "event": f"action {chance.randrange(20)}",
            "userId": f"p{chance.randrange(world.people)}",
            "messageId": f"live-{number}-{n}",
            "context": {"groupId": f"a{chance.randrange(world.accounts):03}"},
            "properties": {"product": "crm"},
        }
        for n in range(BATCH)
    ]


def watch(server: psutil.Process, *, seen: Seen, until: float) -> None:
    """Memory of each process of the server that is its own, in MiB."""
    begun = time.monotonic()
    while time.monotonic() < until:
        held: dict[str, float] = defaultdict(float)
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.Error):
                kind = "worker" if "worker" in process.cmdline() else "web"
                held[kind] += process.memory_full_info().uss / MIB
        seen.memory.append((time.monotonic() - begun, dict(held)))
        time.sleep(5)


def processor(server: psutil.Process) -> dict[str, float]:
    """CPU seconds that each kind of process has taken so far, this one's readers included."""
    taken = {"readers and sender": sum(psutil.Process().cpu_times()[:2])}
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.Error):
            kind = "worker" if "worker" in process.cmdline() else "web"
            taken[kind] = taken.get(kind, 0.0) + sum(process.cpu_times()[:4])
    return taken


def warm(port: int, world: World) -> None:
    """Open each page once, so that everything there is to prepare is prepared."""
    server = connection(port)
    for name, (who, path) in pages(world).items():
        begun = time.monotonic()
        status, size = get(server, path, world.cookies[who])
        print(
            f"{name}: {status}, {size:,} bytes, first in {time.monotonic() - begun:.2f} s",
            file=sys.stderr,
        )


def load(port: int, server: psutil.Process, world: World, given: argparse.Namespace) -> Seen:
    seen, until = Seen(), time.monotonic() + given.seconds
    facts = {"seen": seen, "until": until}
    jobs = [
        threading.Thread(target=read, args=(n, port, world), kwargs={**facts, "pause": given.pause})
        for n in range(given.readers)
    ]
    jobs.append(threading.Thread(target=watch, args=(server,), kwargs=facts))
    if given.rate:
        told = {**facts, "rate": given.rate}
        jobs.append(threading.Thread(target=send, args=(port, world), kwargs=told))
    before = processor(server)
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    seen.cpu = {kind: cpu - before.get(kind, 0.0) for kind, cpu in processor(server).items()}
    return seen


def alone(port: int, world: World, *, times: int) -> dict[str, float]:
    """Median seconds of each page with one reader and nothing else."""
    server, found = connection(port), defaultdict(list)
    for _ in range(times):
        for name, (who, path) in pages(world).items():
            begun = time.monotonic()
            get(server, path, world.cookies[who])
            found[name].append(time.monotonic() - begun)
    return {name: median(seconds) for name, seconds in found.items()}


def tell(seen: Seen, quiet: dict[str, float], given: argparse.Namespace) -> None:
    empty = p95(seen.seconds[EMPTY])
    print("| page | alone, ms | p50 ms | p95 ms | p95 of an empty page | answers | wrong |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, seconds in seen.seconds.items():
        print(
            f"| {name} | {1000 * quiet[name]:.0f} | {1000 * median(seconds):.0f} "
            f"| {1000 * p95(seconds):.0f} | {p95(seconds) / empty:.1f} | {len(seconds)} "
            f"| {seen.wrong[name]} |"
        )
    print(f"\n{seen.accepted / given.seconds:,.0f} events/s accepted, {seen.late} batches late; ")
    pages_read = sum(map(len, seen.seconds.values()))
    told = ", ".join(f"{kind} {cpu / given.seconds:.2f}" for kind, cpu in sorted(seen.cpu.items()))
    print(f"{pages_read / given.seconds:.1f} pages/s; CPU seconds a second: {told}; ")
    for part in (0.1, 0.5, 1.0):
        moment, held = seen.memory[min(int(part * len(seen.memory)), len(seen.memory) - 1)]
        told = ", ".join(f"{kind} {mib:,.0f} MiB" for kind, mib in sorted(held.items()))
        print(f"memory after {moment:.0f} s: {told}; ")


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--rate", type=int, default=2_000, help="events a second")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds to read a page")
    parser.add_argument("--folder", type=Path, help="kept for the next run if given")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="uptake-pages-"))
    try:
        world = prepare(folder, Size(given.events, given.people, given.accounts))
        with serving(folder) as (port, server):
            warm(port, world)
            quiet = alone(port, world, times=5)
            tell(load(port, server, world, given), quiet, given)
    finally:
        if not given.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()

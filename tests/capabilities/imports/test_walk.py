"""A file through a real server: in pieces, broken off, gone on with; then a walk by browser."""

from __future__ import annotations

import hashlib
import http.cookiejar
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import PATIENCE_MS
from tests.cli.conftest import COMMAND, Installation
from tests.migrated import Migrated
from tests.ports import free_port

PASSWORD = "correct horse battery"
PATIENCE = 180.0
HOME = "/w/default/data/imports/"
ROWS = 120_000
ADD_OWNER = f"""
from uptake.foundation.boot import boot
boot()
from uptake.foundation.access import Role
from uptake.foundation.models import Membership, User, Workspace
user = User.objects.create_user("olga@example.org", password="{PASSWORD}", name="Olga")
workspace = Workspace.objects.get(slug="default")
Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)
"""

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Served(Installation):
    """An installation that answers under an address of its own."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "UPTAKE_WEB_PROCESSES": "1",
            "UPTAKE_MINIMUM_FREE_MIB": "0",
        }

    @contextmanager
    def serving(self) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """Serve under a free port; gone afterwards, with every process of it."""
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        log = self.folder / f"serve-{port}.log"
        with log.open("wb") as file:
            server = subprocess.Popen(
                [*COMMAND, "serve", "--port", str(port)],
                env=self.environment(),
                cwd=self.folder,
                stdout=file,
                stderr=file,
            )
        try:
            _until(lambda: _answers(address), server, log)
            yield address, server
            server.terminate()
            server.wait(PATIENCE)
        finally:
            _kill_all(server.pid)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _until(reached: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def _kill_all(pid: int) -> None:
    """Kill a server with all its processes, as a power cut would."""
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        for process in [first, *first.children(recursive=True)]:
            process.kill()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated_files: Migrated) -> Served:
    """An installation with an owner, not yet started."""
    made = Served(folder=tmp_path_factory.mktemp("served"), database_url="")
    migrated_files.copy(made.folder / "var")
    subprocess.run(
        [sys.executable, "-c", ADD_OWNER], env=made.environment(), cwd=made.folder, check=True
    )
    return made


@pytest.fixture(scope="module")
def big_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some ten megabytes of events."""
    path = tmp_path_factory.mktemp("files") / "big.csv"
    lines = (
        f"person{n % 700}@example.org,2026-{1 + n % 9:02}-{1 + n % 27:02} 10:{n % 60:02},"
        f"opened,account {n % 40},ticket number {n}\n"
        for n in range(ROWS)
    )
    path.write_text("user,time,event,account,ticket\n" + "".join(lines), encoding="utf-8")
    return path


@dataclass
class Sender:
    """A client that sends pieces over HTTP, signed in."""

    address: str = ""
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def sign_in(self) -> None:
        token = self.token("/accounts/login/")
        self.post("/accounts/login/", csrfmiddlewaretoken=token, login="olga@example.org",
                  password=PASSWORD)  # fmt: skip

    def token(self, path: str) -> str:
        page = self.open(urllib.request.Request(self.address + path)).decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None
        return found[1]

    def open(self, request: urllib.request.Request) -> bytes:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        with opener.open(request, timeout=PATIENCE) as answer:
            body: bytes = answer.read()
            return body

    def post(self, path: str, **facts: object) -> bytes:
        data = urllib.parse.urlencode(facts).encode()
        return self.open(
            urllib.request.Request(self.address + path, data, {"Referer": self.address})
        )

    def put(self, path: str, piece: bytes, offset: int, token: str) -> int:
        headers = {
            "Content-Type": "application/octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {hashlib.sha256(piece).hexdigest()}",
            "X-CSRFToken": token,
            "Referer": self.address,
        }
        request = urllib.request.Request(self.address + path, piece, headers, method="PUT")
        return int(json.loads(self.open(request))["offset"])


def test_an_upload_outlives_the_server(served: Served, big_file: Path) -> None:
    data = big_file.read_bytes()
    sender = Sender()
    facts = {"name": big_file.name, "size": len(data), "fingerprint": "f"}
    path = f"{HOME}uploads/"
    with served.serving() as (address, server):
        sender.address = address
        sender.sign_in()
        token = sender.token(f"{HOME}new/")
        begun = json.loads(sender.post(path, csrfmiddlewaretoken=token, **facts))
        half = sender.put(begun["address"], data[: 3 << 20], 0, token)
        _kill_all(server.pid)

    with served.serving() as (address, _):
        sender.address = address
        token = sender.token(f"{HOME}new/")
        resumed = json.loads(sender.post(path, csrfmiddlewaretoken=token, **facts))
        offset = resumed["offset"]
        while offset < len(data):
            piece = data[offset : offset + resumed["chunk"]]
            offset = sender.put(resumed["address"], piece, offset, token)
        done = json.loads(
            sender.post(
                resumed["finish"],
                csrfmiddlewaretoken=token,
                kind="events",
                sha256=hashlib.sha256(data).hexdigest(),
            )
        )

    assert resumed["upload"] == begun["upload"]
    assert half == resumed["offset"] == 3 << 20
    assert len(data) > 8 << 20
    assert done["import"] > 0


def heading(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('h1')?.textContent.includes(words)",
        arg=words,
    )


def test_the_way_through_the_browser(served: Served, browser: Browser, big_file: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    with served.serving() as (address, _):
        page.goto(f"{address}/accounts/login/")
        page.fill("[name=login]", "olga@example.org")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/w/default/**")
        page.goto(f"{address}{HOME}new/")
        pieces = iter(["fulfil", "abort"])
        page.route(
            "**/uploads/*/",
            lambda route: route.abort() if next(pieces, "") == "abort" else route.continue_(),
        )
        page.set_input_files("#file", str(big_file))
        page.click("text=Upload and look")
        heading(page, "Is this what the columns of big.csv mean?")
        page.click("text=Dry run: what would change?")
        heading(page, f"big.csv would bring {ROWS:,} new events.")
        page.click("text=Import now")
        heading(page, f"big.csv brought {ROWS:,} new events.")
        too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        page.click("text=Undo this import")
        page.click("main button:has-text('Undo this import')")
        heading(page, "The import of big.csv was undone.")
        page.goto(address + HOME)
        listed = page.inner_text("table")
    context.close()

    assert problems == []
    assert not too_wide
    assert "Undone" in listed

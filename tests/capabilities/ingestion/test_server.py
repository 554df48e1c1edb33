"""Real clients against a real server."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from posthog import Posthog
from segment.analytics.client import Client as Segment

from tests.capabilities.ingestion.calling import stored
from tests.capabilities.ingestion.serving import PATIENCE_SECONDS, Server, serving
from tests.migrated import Migrated


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, migrated_files: Migrated) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served"), migrated_files) as running:
        yield running


def events_of(server: Server, person: str) -> list[dict[str, object]]:
    with server.lake() as lake:
        return [event for event in stored(lake, "default") if event["person"] == person]


@pytest.mark.parametrize("packed", [False, True])
def test_segments_client_sends_events(server: Server, packed: bool) -> None:
    person = f"segment-{packed}"
    problems: list[object] = []
    client = Segment(
        server.key,
        host=server.address,
        gzip=packed,
        timeout=PATIENCE_SECONDS,
        on_error=lambda problem, _items: problems.append(problem),
    )
    client.identify(person, {"name": "Ada"})
    client.group(person, "north", {"name": "North Ltd"})
    for number in range(150):
        client.track(person, "Call Logged", {"number": number})
    client.flush()
    client.join()

    events = events_of(server, person)
    assert problems == []
    assert len(events) == 150
    assert {event["account"] for event in events} <= {"north", None}


def test_posthogs_client_sends_events(server: Server) -> None:
    client = Posthog(
        server.key, host=server.address, gzip=True, disable_geoip=True, timeout=PATIENCE_SECONDS
    )
    for number in range(120):
        client.capture(
            "Call Logged",
            distinct_id="posthog",
            properties={"number": number, "module": "Calls"},
            groups={"company": "south"},
        )
    client.flush()
    client.shutdown()

    events = events_of(server, "posthog")
    assert len(events) == 120
    assert {(event["account"], event["module"]) for event in events} == {("south", "Calls")}


def test_what_one_process_is_told_every_process_knows(server: Server) -> None:
    """Each request has a connection of its own, so both processes get some."""
    person = {"userId": "everywhere"}
    for number in range(8):
        server.post("/v1/track", {**person, "event": "Seen", "messageId": f"before-{number}"})

    server.post("/v1/group", {**person, "groupId": "north"})
    for number in range(16):
        server.post("/v1/track", {**person, "event": "Seen", "messageId": f"after-{number}"})

    found = {event["message_id"]: event["account"] for event in events_of(server, "everywhere")}
    assert {found[f"after-{number}"] for number in range(16)} == {"north"}
    assert {found[f"before-{number}"] for number in range(8)} == {None}


@pytest.mark.crash
def test_every_acknowledged_event_survives_kill_9(tmp_path: Path, migrated_files: Migrated) -> None:
    acknowledged: list[str] = []
    with serving(tmp_path, migrated_files) as server:
        senders = [
            threading.Thread(target=_send, args=(server, sender, acknowledged))
            for sender in range(4)
        ]
        for sender in senders:
            sender.start()
        while len(acknowledged) < 2_000:
            assert all(sender.is_alive() for sender in senders), "the server refused a batch"
            time.sleep(0.01)
        server.kill()
        for sender in senders:
            sender.join()

    with server.lake() as lake:
        found = Counter(event["message_id"] for event in stored(lake, "default"))
    assert [identity for identity in acknowledged if found[identity] != 1] == []
    assert set(found.values()) == {1}


def _send(server: Server, sender: int, acknowledged: list[str]) -> None:
    """Send batches until the server is gone; remember those it acknowledged."""
    number = 0
    while True:
        names = [f"{sender}-{number}-{position}" for position in range(50)]
        batch = [
            {"type": "track", "userId": "u1", "event": "Seen", "messageId": name} for name in names
        ]
        try:
            server.post("/v1/batch", {"batch": batch})
        except OSError:
            return
        acknowledged += names
        number += 1

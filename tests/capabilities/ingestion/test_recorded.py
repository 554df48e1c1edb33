"""What real client libraries sent, byte for byte."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.capabilities.ingestion.calling import Caller, stored
from uptake.capabilities.ingestion.keys import digest_of
from uptake.capabilities.ingestion.models import QuarantinedRecord, SourceKey
from uptake.store import Lake


@pytest.fixture
def requests(shared_data: Path) -> list[dict[str, Any]]:
    lines = (shared_data / "sdk" / "recorded_sdk_requests.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def replay(caller: Caller, request: dict[str, Any]) -> int:
    headers = {
        name.lower().replace("-", "_"): value
        for name, value in request["headers"]
        if name != "Content-Length"
    }
    body = base64.b64decode(request["body_base64"])
    return caller.send("POST", request["path"], body, **headers).status


@pytest.fixture
def recorded_keys(caller: Caller, source: Any) -> None:
    """The keys that the recorded clients were configured with."""
    for key in ("WRITE_KEY_seg", "phc_testkey"):
        SourceKey.objects.create(source=source, digest=digest_of(key), prefix=key[:8])


def test_every_recorded_request_is_taken(
    caller: Caller, requests: list[dict[str, Any]], recorded_keys: None
) -> None:
    statuses = [replay(caller, request) for request in requests]

    assert statuses == [200] * len(requests)
    assert not QuarantinedRecord.objects.exists()


def test_every_recorded_event_is_stored_once(
    caller: Caller, requests: list[dict[str, Any]], recorded_keys: None, lake: Lake
) -> None:
    for request in requests * 2:
        replay(caller, request)

    sent = [
        record
        for request in requests
        for record in request["json"].get("batch", [])
        if record.get("type", "track") in ("track", "page", "screen")
        and record.get("event", "") not in ("$identify", "$groupidentify", "$create_alias", "$set")
    ]
    identities = {record.get("messageId") or record["uuid"] for record in sent}
    assert sorted(event["message_id"] for event in stored(lake)) == sorted(identities)

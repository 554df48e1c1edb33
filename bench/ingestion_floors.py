"""What the server is held against: applications that do less, under the same server.

``empty`` reads the body and answers 200 with nothing. ``plain`` is the least that keeps events:
it decodes the batch and appends it to the lake, without keys, checks, limits or a quarantine.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from uptake.store import Lake
from uptake.store.schema import CANONICAL

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
NOTHING = [("Content-Length", "0")]
DONE = [("Content-Type", "application/json"), ("Content-Length", "17")]


class Record(msgspec.Struct, kw_only=True):
    event: str
    person: str = msgspec.field(name="userId")
    message_id: str = msgspec.field(name="messageId")
    timestamp: str
    properties: msgspec.Raw


class Envelope(msgspec.Struct):
    batch: list[Record]


DECODER = msgspec.json.Decoder(Envelope)


def empty(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    start_response("200 OK", NOTHING)
    return (b"",)


class Plain:
    def __init__(self) -> None:
        self._lake: Lake | None = None
        self._lock = threading.Lock()

    def _opened(self) -> Lake:
        with self._lock:
            if self._lake is None:
                folder = Path(os.environ["UPTAKE_DATA_DIR"])
                self._lake = Lake.open(folder / "lake", f"sqlite:///{folder}/lake.sqlite3")
            return self._lake

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        lake = self._opened()
        records = DECODER.decode(environ["wsgi.input"].read()).batch
        lake.append("default", batch_of(records))
        start_response("200 OK", DONE)
        return (b'{"success": true}',)


def batch_of(records: list[Record]) -> pa.RecordBatch:
    size = len(records)
    moments = pa.array([record.timestamp for record in records], pa.string())
    given = {
        "source_id": pa.array(["bench"] * size, pa.string()),
        "message_id": pa.array([record.message_id for record in records], pa.string()),
        "received_at": pa.array([time.time_ns() // 1_000_000] * size, pa.int64()),
        "occurred_at": moments.cast(pa.timestamp("us", "UTC")),
        "person": pa.array([record.person for record in records], pa.string()),
        "action": pa.array([record.event for record in records], pa.string()),
        "properties": pa.array([bytes(record.properties) for record in records], pa.string()),
    }
    columns = [
        given[field.name].cast(field.type, safe=False)
        if field.name in given
        else pa.nulls(size, field.type)
        for field in CANONICAL
    ]
    return pa.RecordBatch.from_arrays(columns, schema=CANONICAL)


plain = Plain()

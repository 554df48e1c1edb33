"""A client that calls the WSGI callable without a server in between."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from uptake.capabilities.ingestion.http.application import IngestionApplication
from uptake.capabilities.ingestion.receiving import Receiver
from uptake.store import Lake, Loader


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def nothing_here(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return (b"pages",)


class Caller:
    def __init__(self, receiver: Receiver, key: str) -> None:
        self.application = IngestionApplication(nothing_here, lambda: receiver)
        self.receiver = receiver
        self.key = key

    def post(self, path: str, body: object, **headers: str) -> Reply:
        """Post JSON with the key in Basic authorisation."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, raw, authorization=basic(self.key), **headers)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        name, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": name,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        } | {f"HTTP_{header.upper()}": value for header, value in headers.items()}
        started: list[Any] = []
        answer = self.application(environ, lambda *said: started.extend(said))
        return Reply(int(started[0].split()[0]), dict(started[1]), b"".join(answer))


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def stored(lake: Lake, workspace: str = "acme") -> list[dict[str, Any]]:
    """Every event of the workspace, loaded, as text."""
    loader = Loader(lake)
    while loader.run_once(workspace).batches:
        pass
    loader.close()
    with lake.snapshot(workspace) as snapshot:
        rows = snapshot.connection.sql(QUERY).to_arrow_table()
    return _plain(rows)


def _plain(rows: pa.Table) -> list[dict[str, Any]]:
    return list(rows.to_pylist())


def _term(kind: str) -> str:
    return f"(SELECT text FROM terms WHERE kind = '{kind}' AND code = events.{kind}) AS {kind}"


QUERY = (
    "SELECT epoch_ms(occurred_at) AS occurred_ms, epoch_ms(recorded_at) AS recorded_ms, "
    "coalesce(message_text, message_uuid::UUID::VARCHAR) AS message_id, "
    + ", ".join(
        _term(kind)
        for kind in ("account", "person", "product", "module", "action", "object_type", "source")
    )
    + ", object_id, case_id, duration_ms, quality_ok, properties FROM events "
    "ORDER BY occurred_at, person, action"
)

"""What loading a file into a workspace would add, without loading it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from uptake.store.snapshot import Snapshot

IDS = pa.schema([("uuid", pa.binary(16)), ("text", pa.string())])

READ_IDS = """
CREATE OR REPLACE TEMPORARY TABLE file_ids AS
SELECT CASE WHEN is_uuid THEN unhex(replace(text, '-', '')) ELSE uuid END AS message_uuid,
    CASE WHEN is_uuid THEN NULL ELSE text END AS message_text,
    count(*) AS rows
FROM (SELECT uuid, text,
    regexp_full_match(text, '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}') AS is_uuid FROM read_ids)
GROUP BY ALL
"""
"""The lake keeps lower-case UUIDs as bytes and every other identity as text."""

IDENTIFY = """
CREATE OR REPLACE TEMPORARY TABLE file_identities AS
SELECT message_uuid, message_text FROM file_ids
UNION ALL
SELECT unhex(md5(concat(identity, '#', times))), NULL FROM (
    SELECT coalesce(message_text, lower(message_uuid_text)) AS identity,
        unnest(range(1, rows)) AS times
    FROM (SELECT *, regexp_replace(
        hex(message_uuid), '^(.{8})(.{4})(.{4})(.{4})', '\\1-\\2-\\3-\\4-'
    ) AS message_uuid_text FROM file_ids)
    WHERE $content_keyed AND rows > 1
)
"""
"""Identical rows are numbered as a load numbers them (store/occurrences.py)."""

COUNT = """
WITH known AS (
    SELECT message_uuid, message_text FROM events
    WHERE source = (SELECT code FROM terms WHERE kind = 'source' AND text = $source)
)
SELECT count(*) FILTER (NOT coalesce(
    CASE WHEN message_text IS NULL
        THEN message_uuid IN (SELECT message_uuid FROM known WHERE message_uuid IS NOT NULL)
        ELSE message_text IN (SELECT message_text FROM known WHERE message_text IS NOT NULL)
    END, false)), (SELECT coalesce(sum(rows), 0) FROM file_ids)
FROM file_identities
"""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Events that would be new and events the workspace has already."""

    new: int
    unchanged: int


def rehearse(
    snapshot: Snapshot, events: Iterator[pa.Table], source_id: str, *, content_keyed: bool
) -> Rehearsal:
    """Count what a bulk load would store of these events, and what it would find stored."""
    connection = snapshot.connection
    read = pa.RecordBatchReader.from_batches(IDS, _ids(events))
    connection.register("read_ids", read)
    connection.execute(READ_IDS)
    connection.unregister("read_ids")
    connection.execute(IDENTIFY, {"content_keyed": content_keyed})
    new, rows = connection.execute(COUNT, {"source": source_id}).fetchall()[0]
    return Rehearsal(new=int(new), unchanged=int(rows) - int(new))


def _ids(events: Iterator[pa.Table]) -> Iterator[pa.RecordBatch]:
    for table in events:
        for batch in table.select(["message_id"]).to_batches():
            ids = batch.column(0)
            columns = [ids if ids.type == kind else pa.nulls(len(ids), kind) for kind in IDS.types]
            yield pa.RecordBatch.from_arrays(columns, schema=IDS)

"""What loading a file into a workspace would add, without loading it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from uptake.store.snapshot import Snapshot

IDS = pa.schema([("message_uuid", pa.binary(16)), ("message_text", pa.string())])

READ_IDS = """
CREATE OR REPLACE TEMPORARY TABLE file_ids AS
SELECT coalesce(message_uuid, TRY(unhex(replace(message_text, '-', '')))) AS message_uuid,
    message_text, count(*) AS rows
FROM read_ids GROUP BY ALL
"""

COUNT_KNOWN = """
WITH known AS (
    SELECT message_uuid, message_text FROM events
    WHERE source = (SELECT code FROM terms WHERE kind = 'source' AND text = $source)
)
SELECT coalesce(sum(rows), 0) FROM file_ids
WHERE message_uuid IN (SELECT message_uuid FROM known WHERE message_uuid IS NOT NULL)
   OR message_text IN (SELECT message_text FROM known WHERE message_text IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Events that would be new and events the workspace has already."""

    new: int
    unchanged: int


def rehearse(snapshot: Snapshot, batches: Iterator[pa.RecordBatch], source_id: str) -> Rehearsal:
    """Read all batches and look their identities up; repeated rows count as their first one."""
    connection = snapshot.connection
    read = pa.RecordBatchReader.from_batches(IDS, _ids(batches))
    connection.register("read_ids", read)
    connection.execute(READ_IDS)
    connection.unregister("read_ids")
    rows = int(connection.execute("SELECT coalesce(sum(rows), 0) FROM file_ids").fetchall()[0][0])
    known = int(connection.execute(COUNT_KNOWN, {"source": source_id}).fetchall()[0][0])
    return Rehearsal(new=rows - known, unchanged=known)


def _ids(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        ids = batch.column("message_id")
        columns = [ids if ids.type == kind else pa.nulls(len(ids), kind) for kind in IDS.types]
        yield pa.RecordBatch.from_arrays(columns, schema=IDS)

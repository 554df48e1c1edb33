"""One batch as bytes: the form in which it waits in the inbox.

A blob is a mark (format, codec, size before compression) and one Arrow record batch without its
schema, compressed as a whole. Compressing the whole instead of each column's buffers makes small
batches four to seven times smaller and quicker to write (bench/lake.py prints the trade).
"""

from __future__ import annotations

import struct
from enum import IntEnum

import pyarrow as pa

from uptake.store.errors import UptakeError
from uptake.store.schema import CANONICAL

MARK = struct.Struct("<BBI")
FORMAT = 1


class Codec(IntEnum):
    """How a blob is compressed."""

    NONE = 0
    LZ4 = 1
    ZSTD = 2


_NAMES = {Codec.LZ4: "lz4", Codec.ZSTD: "zstd"}


class UnreadableBlob(UptakeError):
    """A stored batch whose bytes are damaged or of a later release."""


def encode_blob(events: pa.RecordBatch, codec: Codec = Codec.LZ4) -> bytes:
    """The bytes of a batch of ``CANONICAL``."""
    content = events.serialize()
    mark = MARK.pack(FORMAT, codec, content.size)
    if codec is Codec.NONE:
        return mark + bytes(content)
    compressed: bytes = pa.compress(content, _NAMES[codec], asbytes=True)
    return mark + compressed


def decode_blob(blob: bytes) -> pa.RecordBatch:
    """The batch that ``encode_blob`` was given."""
    try:
        form, codec, size = MARK.unpack_from(blob)
        if form != FORMAT:
            raise UnreadableBlob(f"A waiting batch has format {form}: use a later release.")
        content = pa.py_buffer(blob).slice(MARK.size)
        if codec != Codec.NONE:
            content = pa.decompress(content, size, _NAMES[Codec(codec)])
        batch = pa.ipc.read_record_batch(content, CANONICAL)
        batch.validate()
    except (struct.error, ValueError, KeyError, OSError, pa.ArrowException) as error:
        raise UnreadableBlob(f"A waiting batch is damaged: {error}") from error
    return batch

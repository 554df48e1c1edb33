"""From events as producers hand them over to the coded rows of the files, with their hashes."""

from __future__ import annotations

from binascii import Error as HexError
from binascii import unhexlify
from dataclasses import dataclass
from hashlib import md5

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.store.localtime import local_days
from uptake.store.schema import CANONICAL, CODED, CONTENT_KEYED, EVENT_FILE, TermKind
from uptake.store.terms import Dictionaries, NewTerm, dictionary_of

Hashes = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

ROWS_AT_ONCE = 16_384
"""Rows that are hashed together: few enough to stay in the processor's cache."""

UUID_LENGTH = 36
_DASHES = (8, 13, 18, 23)
_LOWER_CASE_BIT = 0x20  # set in 0-9, a-f and the dash, not in A-F
_COPIED = (
    "occurred_at",
    "recorded_at",
    "received_at",
    "object_id",
    "case_id",
    "duration_ms",
    "quality_ok",
    "properties",
)


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """Coded rows (``EVENT_FILE``), the hash of each row's identity, and the terms first seen."""

    table: pa.Table
    hashes: Hashes
    new_terms: tuple[NewTerm, ...]


@dataclass(frozen=True, slots=True)
class _MessageIds:
    """Message ids split into UUIDs (16 bytes a row, where ``is_uuid``) and other texts."""

    is_uuid: Mask
    uuids: Bytes
    texts: pa.Array

    def only(self, rows: Mask) -> _MessageIds:
        """Those of some rows."""
        return _MessageIds(self.is_uuid[rows], self.uuids[rows], self.texts.filter(pa.array(rows)))

    def replaced(self, rows: Rows, uuids: Bytes) -> _MessageIds:
        """With other UUIDs in some rows."""
        is_uuid, every = self.is_uuid.copy(), self.uuids.copy()
        is_uuid[rows], every[rows] = True, uuids
        return _MessageIds(is_uuid, every, _without(self.texts, is_uuid))


@dataclass(frozen=True, slots=True)
class IdentifiedEvents:
    """Events, the identity of each row, its hash, and all hashes in ascending order."""

    events: pa.Table
    ids: _MessageIds
    hashes: Hashes
    ordered: Hashes

    def only(self, rows: Mask) -> IdentifiedEvents:
        """Some of the rows."""
        if rows.all():
            return self
        hashes = self.hashes[rows]
        kept = self.events.filter(pa.array(rows))
        return IdentifiedEvents(kept, self.ids.only(rows), hashes, np.sort(hashes))

    def with_uuids(self, rows: Rows, uuids: Bytes) -> IdentifiedEvents:
        """The events with other message ids (16 bytes each) in some rows."""
        sources = dictionary_of(self.events["source_id"].take(pa.array(rows)))
        every = np.ones(len(rows), dtype=np.bool_)
        hashes = self.hashes.copy()
        hashes[rows] = _hashes(sources, _MessageIds(every, uuids, pa.nulls(0, pa.string())))
        ids = self.ids.replaced(rows, uuids)
        return IdentifiedEvents(self.events, ids, hashes, np.sort(hashes))


def identified(events: pa.Table) -> IdentifiedEvents:
    """The identities of ``CANONICAL`` or ``CONTENT_KEYED`` events.

    The hash of a row is 64 bits over its source and message id. It is defined here and not by a
    library, because stored hashes must stay comparable for good.
    """
    rows = _columns_of(events)
    ids = _split_message_ids(_contiguous(rows["message_id"]))
    hashes = _hashes(dictionary_of(rows["source_id"]), ids)
    return IdentifiedEvents(rows, ids, hashes, np.sort(hashes))


def encode(events: pa.Table, dictionaries: Dictionaries, *, timezone: str) -> EncodedBatch:
    """Code a table of ``CANONICAL`` events; rows keep their order."""
    return encode_identified(identified(events), dictionaries, timezone=timezone)


def encode_identified(
    known: IdentifiedEvents, dictionaries: Dictionaries, *, timezone: str
) -> EncodedBatch:
    """The same of events whose identities are known."""
    rows = known.events
    occurred = rows["occurred_at"].cast(pa.int64()).to_numpy()
    sources = dictionaries.encode(TermKind.SOURCE, rows["source_id"])
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "day": pa.array(local_days(occurred, timezone), pa.int32()).cast(pa.date32()),
        "source": pa.array(sources, pa.int32()),
        "message_uuid": _uuid_column(known.ids),
        "message_text": known.ids.texts,
    }
    columns |= {name: pa.array(dictionaries.encode(k, rows[name])) for name, k in CODED.items()}
    columns |= {name: rows[name] for name in _COPIED}
    table = pa.table([columns[name] for name in EVENT_FILE.names], schema=EVENT_FILE)
    return EncodedBatch(table, known.hashes, dictionaries.take_new())


def hash_of(source_id: str, message_id: str) -> int:
    """The hash of one identity, the same as in a batch."""
    ids = _split_message_ids(pa.array([message_id]))
    return int(_hashes(dictionary_of(pa.array([source_id])), ids)[0])


def _columns_of(events: pa.Table) -> pa.Table:
    """The columns as they should be; message ids are texts or 16 bytes, coded texts stay coded."""
    is_bytes = events.schema.field("message_id").type == pa.binary(16)
    schema = CONTENT_KEYED if is_bytes else CANONICAL
    for name in ("source_id", *CODED):
        given = events.schema.field(name).type
        if pa.types.is_dictionary(given):
            schema = schema.set(schema.names.index(name), schema.field(name).with_type(given))
    return events.select(schema.names).cast(schema)


def _contiguous(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


# --- message ids -----------------------------------------------------------------------------


def _split_message_ids(ids: pa.Array) -> _MessageIds:
    """Tell UUIDs, as bytes or as canonical lower-case texts, from every other text."""
    return _all_uuids(ids) if pa.types.is_fixed_size_binary(ids.type) else _split_texts(ids)


def _all_uuids(ids: pa.Array) -> _MessageIds:
    content = np.frombuffer(ids.buffers()[1] or b"", dtype=np.uint8).reshape(-1, 16)
    uuids = content[ids.offset : ids.offset + len(ids)]
    return _MessageIds(np.ones(len(ids), dtype=np.bool_), uuids, pa.nulls(len(ids), pa.string()))


def _split_texts(texts: pa.Array) -> _MessageIds:
    lengths = np.diff(_offsets(texts))
    candidates = lengths == UUID_LENGTH
    uuids = np.zeros((len(texts), 16), dtype=np.uint8)
    if not candidates.any():
        return _MessageIds(candidates, uuids, texts)
    characters = _characters(texts, candidates)
    parsed, valid = _parse_uuids(characters)
    is_uuid = candidates.copy()
    is_uuid[candidates] = valid
    uuids[candidates] = parsed
    return _MessageIds(is_uuid, uuids, _without(texts, is_uuid))


def _without(texts: pa.Array, rows: Mask) -> pa.Array:
    """Texts with NULL in some rows."""
    return pc.if_else(pa.array(rows), pa.scalar(None, pa.string()), texts)


def _offsets(texts: pa.Array) -> npt.NDArray[np.int32]:
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return offsets[texts.offset : texts.offset + len(texts) + 1]


def _characters(texts: pa.Array, candidates: Mask) -> Bytes:
    """The 36 characters of each candidate, one row each."""
    offsets = _offsets(texts)
    data = np.frombuffer(texts.buffers()[2], dtype=np.uint8)
    if candidates.all():
        return data[offsets[0] : offsets[-1]].reshape(-1, UUID_LENGTH)
    starts = offsets[:-1][candidates]
    characters: Bytes = data[starts[:, None] + np.arange(UUID_LENGTH)]
    return characters


def _parse_uuids(characters: Bytes) -> tuple[Bytes, Mask]:
    """The bytes of each UUID and whether it is one; all at once if all are, else row by row."""
    whole = _parse_all(characters)
    if whole is not None:
        return whole, np.ones(len(characters), dtype=np.bool_)
    valid = _valid_rows(characters)
    parsed = np.zeros((len(characters), 16), dtype=np.uint8)
    good = _parse_all(np.ascontiguousarray(characters[valid]))
    if good is not None:
        parsed[valid] = good
    return parsed, valid


def _parse_all(characters: Bytes) -> Bytes | None:
    """Bytes of the UUIDs if every row is one, or ``None``."""
    dashed = all(bool((characters[:, at] == ord("-")).all()) for at in _DASHES)
    lower = int(np.bitwise_and.reduce(characters, axis=None)) & _LOWER_CASE_BIT
    if not (dashed and lower):
        return None
    digits = characters.tobytes().translate(None, b"-")
    if len(digits) != 32 * len(characters):
        return None
    try:
        return np.frombuffer(unhexlify(digits), dtype=np.uint8).reshape(-1, 16)
    except HexError:
        return None


def _valid_rows(characters: Bytes) -> Mask:
    hexadecimal = np.zeros(256, dtype=np.bool_)
    hexadecimal[list(b"0123456789abcdef")] = True
    digits = [at for at in range(UUID_LENGTH) if at not in _DASHES]
    dashed = (characters[:, list(_DASHES)] == ord("-")).all(axis=1)
    valid: Mask = dashed & hexadecimal[characters[:, digits]].all(axis=1)
    return valid


def _uuid_column(ids: _MessageIds) -> pa.Array:
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), len(ids.uuids), [_validity(ids.is_uuid), pa.py_buffer(ids.uuids)]
    )


def _validity(valid: Mask) -> pa.Buffer | None:
    return None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))


# --- hashes ----------------------------------------------------------------------------------


def _hashes(source_ids: pa.DictionaryArray, ids: _MessageIds) -> Hashes:
    """SplitMix64 folded over the words of each id, starting from the MD5 of its source."""
    sources: list[str] = source_ids.dictionary.to_pylist()
    seeds = np.array([_seed(source) for source in sources], dtype=np.uint64)
    hashes: Hashes = seeds[source_ids.indices.to_numpy()]
    if ids.is_uuid.all():
        return _fold(hashes, ids.uuids)
    if ids.is_uuid.any():
        hashes[ids.is_uuid] = _fold(hashes[ids.is_uuid], ids.uuids[ids.is_uuid])
    hashes[~ids.is_uuid] = _fold_texts(hashes[~ids.is_uuid], ids.texts.drop_null())
    return hashes


def _seed(source: str) -> int:
    return int.from_bytes(md5(source.encode(), usedforsecurity=False).digest()[:8], "little")


def _fold_texts(seeds: Hashes, texts: pa.Array) -> Hashes:
    """Hashes of texts: their UTF-8 bytes padded with zeros to whole words, length first."""
    offsets = _offsets(texts)
    data = np.frombuffer(texts.buffers()[2] or b"\0", dtype=np.uint8)
    lengths = np.diff(offsets)
    hashes = _mix(seeds ^ lengths.astype(np.uint64))
    widths = -(-lengths // 8) * 8
    for width in np.unique(widths[widths > 0]):
        rows = np.flatnonzero(widths == width)
        at = np.arange(width, dtype=np.int32)
        inside = at < lengths[rows, None]
        characters = data[np.minimum(offsets[rows, None] + at, len(data) - 1)] * inside
        hashes[rows] = _fold(hashes[rows], characters)
    return hashes


def _fold(hashes: Hashes, content: Bytes) -> Hashes:
    """Mix rows of bytes, eight at a time, into their hashes."""
    words = np.ascontiguousarray(content).view(np.dtype("<u8"))
    folded = hashes.copy()
    for start in range(0, len(folded), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        for column in range(words.shape[1]):
            folded[rows] = _mix(folded[rows] ^ words[rows, column])
    return folded


def _mix(words: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit moves every other."""
    mixed = words + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))

"""Coded rows say the same as canonical ones, and identities keep their hashes for good."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake_events import event, many, table, uuid_text
from uptake.store.encode import encode, hash_of
from uptake.store.localtime import UnknownTimeZone
from uptake.store.schema import CONTENT_KEYED, EVENT_FILE, NO_TERM, TermKind
from uptake.store.terms import Dictionaries

UUID_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"

message_ids = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda value: str(value).upper()),
    st.uuids().map(lambda value: value.hex),
    st.text(max_size=60),
    st.text(alphabet="0123456789abcdefg-", min_size=36, max_size=36),
)


def test_rows_keep_their_order_and_schema() -> None:
    events = table([event("a", person="zoe"), event("b", person="ann"), event("c", person="zoe")])

    coded = encode(events, Dictionaries(), timezone="UTC").table

    assert coded.schema == EVENT_FILE
    assert coded["person"].to_pylist() == [1, 2, 1]
    assert coded["message_text"].to_pylist() == ["a", "b", "c"]


def test_absent_identifiers_have_the_code_of_no_term() -> None:
    events = table([event("a", account=None, product=None, module=None, object_type=None)])

    row = encode(events, Dictionaries(), timezone="UTC").table.to_pylist()[0]

    absent = {row[name] for name in ("account", "product", "module", "object_type")}
    assert absent == {NO_TERM}


def test_a_canonical_uuid_is_kept_as_sixteen_bytes_and_any_other_id_as_text() -> None:
    ids = [UUID_ID, UUID_ID.upper(), UUID_ID.replace("-", ""), "g" + UUID_ID[1:], ""]

    coded = encode(table([event(each) for each in ids]), Dictionaries(), timezone="UTC").table

    assert coded["message_uuid"].to_pylist() == [UUID(UUID_ID).bytes, None, None, None, None]
    assert coded["message_text"].to_pylist() == [None, *ids[1:]]


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("UTC", date(2026, 3, 29)),
        ("America/New_York", date(2026, 3, 28)),
        ("Pacific/Kiritimati", date(2026, 3, 29)),
    ],
)
def test_the_day_is_that_of_the_workspace(timezone: str, day: date) -> None:
    occurred = datetime(2026, 3, 29, 2, 30, tzinfo=UTC)

    coded = encode(table([event("a", occurred_at=occurred)]), Dictionaries(), timezone=timezone)

    assert coded.table["day"].to_pylist() == [day]


def test_an_unknown_time_zone_says_what_a_name_looks_like() -> None:
    with pytest.raises(UnknownTimeZone, match="Europe/Berlin"):
        encode(table([event("a")]), Dictionaries(), timezone="Berlin")


def test_hashes_never_change() -> None:
    identities = [("crm", UUID_ID), ("crm", "order-17"), ("erp", "order-17"), ("crm", "")]

    hashes = [hash_of(source, message) for source, message in identities]

    assert hashes == PINNED


def test_ids_that_come_as_bytes_are_the_same_as_their_texts() -> None:
    events = many(20)
    as_bytes = [UUID(text).bytes for text in events["message_id"].to_pylist()]
    keyed = events.set_column(1, CONTENT_KEYED.field(1), pa.array(as_bytes, pa.binary(16)))

    of_texts = encode(events.slice(3), Dictionaries(), timezone="UTC")
    of_bytes = encode(keyed.slice(3), Dictionaries(), timezone="UTC")

    assert of_bytes.table == of_texts.table
    assert of_bytes.hashes.tolist() == of_texts.hashes.tolist()


def test_the_hash_tells_sources_apart() -> None:
    events = table([event(UUID_ID, source_id="a"), event(UUID_ID, source_id="b")])

    hashes = encode(events, Dictionaries(), timezone="UTC").hashes

    assert hashes[0] != hashes[1]


def test_hashes_of_different_identities_differ() -> None:
    texts = [f"row-{at}" for at in range(20_000)] + [uuid_text(at) for at in range(20_000)]

    hashes = encode(table([event(each) for each in texts]), Dictionaries(), timezone="UTC").hashes

    assert len(np.unique(hashes)) == len(texts)
    assert 0.49 < np.unpackbits(hashes.view(np.uint8)).mean() < 0.51


def test_a_sliced_table_is_coded_like_a_whole_one() -> None:
    events = many(100)
    whole = encode(events, Dictionaries(), timezone="UTC")
    slices = pa.concat_tables([events.slice(0, 31), events.slice(31)])

    again = encode(slices, Dictionaries(), timezone="UTC")

    assert again.table.equals(whole.table)
    assert (again.hashes == whole.hashes).all()


def test_an_empty_table_is_coded_to_an_empty_one() -> None:
    batch = encode(table([]), Dictionaries(), timezone="Europe/Berlin")

    assert batch.table.schema == EVENT_FILE
    assert len(batch.hashes) == batch.table.num_rows == 0


@given(ids=st.lists(message_ids, min_size=1, max_size=12))
def test_every_message_id_can_be_read_back_and_hashes_alone_as_in_company(ids: list[str]) -> None:
    batch = encode(table([event(each) for each in ids]), Dictionaries(), timezone="UTC")

    kept = [
        str(UUID(bytes=row["message_uuid"])) if row["message_uuid"] else row["message_text"]
        for row in batch.table.to_pylist()
    ]
    assert kept == ids
    assert batch.hashes.tolist() == [hash_of("crm", each) for each in ids]


def test_terms_seen_for_the_first_time_come_with_the_batch() -> None:
    dictionaries = Dictionaries()
    encode(table([event("a")]), dictionaries, timezone="UTC")

    batch = encode(table([event("b", person="p2")]), dictionaries, timezone="UTC")

    assert [(term.kind, term.code, term.text) for term in batch.new_terms] == [
        (TermKind.PERSON, 2, "p2")
    ]


PINNED = [
    8343122004407594787,
    636440431190332157,
    12231607542666336967,
    13423636893557092473,
]

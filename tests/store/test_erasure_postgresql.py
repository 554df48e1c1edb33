"""What PostgreSQL keeps of an erased person on its own disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.postgres_server import PostgresServer

from lake_events import event, table
from uptake.store import Lake, Loader
from uptake.store.erasure import erase_person

PERSON = "ingrid.tracer@example.com"

pytestmark = pytest.mark.postgres

_TABLES = """
    SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c
    WHERE c.relkind IN ('r', 't') AND (
        c.relnamespace = current_schema()::regnamespace
        OR c.oid IN (SELECT reltoastrelid FROM pg_class
                     WHERE relnamespace = current_schema()::regnamespace))"""


@pytest.fixture(name="url")
def _url(postgres_server: PostgresServer) -> str:
    return postgres_server.schema()


def tables_on_disk(url: str) -> Iterator[bytes]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        for (content,) in connection.execute(_TABLES, binary=True).fetchall():
            yield bytes(content)


def test_no_table_holds_a_byte_of_the_person_afterwards(url: str, tmp_path: Path) -> None:
    with Lake.open(tmp_path, url) as lake:
        lake.create_workspace("acme")
        lake.append("acme", table([event("a", person=PERSON)]))
        Loader(lake).drain("acme")
        before = b"".join(tables_on_disk(url))

        receipt = erase_person(lake, "acme", PERSON)

    after = b"".join(tables_on_disk(url))
    assert PERSON.encode() in before
    assert PERSON.encode() not in after
    assert any("write-ahead log" in sentence for sentence in receipt.remains)

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from uptake.capabilities.customers.comparison import compare, overlay
from uptake.formats.records import AccountRecord

NAMES = st.sampled_from(["a", "b", "c", "d"])
TEXTS = st.none() | st.sampled_from(["x", "y"])
ROWS = st.builds(AccountRecord, external_id=NAMES, name=TEXTS, segment=TEXTS, owner=TEXTS)


def _by_name(rows: list[AccountRecord]) -> dict[str, AccountRecord]:
    return {row.external_id: row for row in rows}


@given(st.lists(ROWS), st.lists(ROWS, unique_by=lambda row: row.external_id))
def test_what_was_written_compares_as_unchanged(
    known: list[AccountRecord], rows: list[AccountRecord]
) -> None:
    before = _by_name(known)
    outcome = compare(rows, before, key=lambda row: row.external_id)

    after = before | _by_name(list(outcome.written))
    again = compare(rows, after, key=lambda row: row.external_id)

    assert again.written == ()
    assert again.unchanged == len(rows)


@given(ROWS, ROWS)
def test_an_empty_field_never_overwrites(known: AccountRecord, row: AccountRecord) -> None:
    merged = overlay(known, row)

    assert merged.name == (row.name if row.name is not None else known.name)
    assert merged.owner == (row.owner if row.owner is not None else known.owner)

"""Exact de-duplication over all history."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from lake_events import NOON, event, many, table, uuid_text
from uptake.store import encode as encoding
from uptake.store.lake import Lake
from uptake.store.loader import Loader


def load(lake: Lake, *rows: dict[str, object]) -> tuple[int, int]:
    lake.append("acme", table(rows))
    report = Loader(lake).drain()
    return report.stored, report.duplicates


def stored(lake: Lake) -> list[tuple[str, str]]:
    with lake.snapshot("acme") as snapshot:
        ask = snapshot.connection.execute
        return sorted(ask("SELECT source_id, message_id FROM events_text").fetchall())


def test_a_message_repeated_in_a_batch_is_stored_once(lake: Lake) -> None:
    assert load(lake, event("m1"), event("m2"), event("m1")) == (2, 1)


def test_the_first_of_repeated_messages_is_the_one_that_counts(lake: Lake) -> None:
    load(lake, event("m1", person="first"), event("m1", person="second"))

    with lake.snapshot("acme") as snapshot:
        people = snapshot.connection.execute("SELECT person FROM events_text").fetchall()
    assert people == [("first",)]


@pytest.mark.parametrize("message_id", ["m1", uuid_text(1)])
def test_a_message_that_came_before_is_not_stored_again(lake: Lake, message_id: str) -> None:
    load(lake, event(message_id))

    assert load(lake, event(message_id)) == (0, 1)
    assert stored(lake) == [("crm", message_id)]


def test_what_two_loaders_stored_in_turns_is_known_to_both(lake: Lake) -> None:
    loaders = (Loader(lake), Loader(lake))
    reports = []
    for turn, message_id in enumerate(["m1", "m2", "m1", "m2"]):
        lake.append("acme", table([event(message_id)]))
        reports.append(loaders[turn % 3 % 2].drain())

    assert [(report.stored, report.duplicates) for report in reports] == [
        *[(1, 0), (1, 0)],
        *[(0, 1), (0, 1)],
    ]


def test_a_message_that_comes_again_with_another_day_is_the_same_message(lake: Lake) -> None:
    load(lake, event("m1"))

    assert load(lake, event("m1", occurred_at=NOON + timedelta(days=90))) == (0, 1)


def test_sources_have_message_ids_of_their_own(lake: Lake) -> None:
    load(lake, event("m1", source_id="crm"))

    assert load(lake, event("m1", source_id="erp")) == (1, 0)
    assert stored(lake) == [("crm", "m1"), ("erp", "m1")]


def test_workspaces_have_message_ids_of_their_own(lake: Lake) -> None:
    lake.create_workspace("globex")
    load(lake, event("m1"))
    lake.append("globex", table([event("m1")]))

    assert Loader(lake).drain().stored == 1


def test_an_upper_case_uuid_is_another_message_than_the_lower_case_one(lake: Lake) -> None:
    load(lake, event(uuid_text(1)))

    assert load(lake, event(uuid_text(1).upper())) == (1, 0)


def test_messages_whose_hashes_collide_are_all_stored(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        encoding, "_hashes", lambda sources, _ids: np.zeros(len(sources), dtype=np.uint64)
    )

    first = load(lake, event("m1"), event("m2"), event("m1"))
    second = load(lake, event("m2"), event("m3"), event(uuid_text(4)))

    assert (first, second) == ((2, 1), (2, 1))
    assert [text for _, text in stored(lake)] == sorted([uuid_text(4), "m1", "m2", "m3"])


def test_everything_sent_again_after_compaction_is_known(lake: Lake) -> None:
    for first in range(0, 2_000, 250):
        lake.append("acme", many(250, first=first))
        Loader(lake).run_once("acme")
    lake.compact("acme", thorough=True)

    lake.append("acme", many(2_500))
    report = Loader(lake).drain()

    assert (report.stored, report.duplicates) == (500, 2_000)
    assert lake.check("acme") == []

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from tests import factories
from tests.cast import Cast
from tests.cli.events import many_events
from uptake.capabilities.customers.erasure import erase_again, erase_person
from uptake.capabilities.customers.imports import import_people
from uptake.capabilities.customers.models import Person
from uptake.formats.records import PersonRecord, RejectedRow
from uptake.foundation.activity import visible_activities
from uptake.foundation.errors import DomainError, NotFound
from uptake.store import Lake, Loader
from uptake.store.schema import CANONICAL


@pytest.fixture(name="lake")
def _lake(lake: Lake) -> Lake:
    lake.append("acme", many_events(100))
    return lake


def test_a_person_goes_from_the_lake_and_the_database(cast: Cast, lake: Lake) -> None:
    boss = factories.person(cast.workspace, "person-7")
    factories.person(cast.workspace, "person-8", manager=boss)

    erased = erase_person(cast.olga, "person-7", lake=lake)

    assert (erased.events.events, erased.rows) == (2, 1)
    assert Person.objects.get().manager is None
    with lake.snapshot("acme") as snapshot:
        left = snapshot.connection.sql("SELECT count(*) FROM events").fetchall()
    assert left == [(98,)]


def test_the_feed_keeps_that_it_happened_and_not_whom(cast: Cast, lake: Lake) -> None:
    factories.person(cast.workspace, "person-7")

    erase_person(cast.olga, "person-7", lake=lake)

    entry = visible_activities(cast.olga).get()
    assert entry.verb == "person.erased"
    assert "person-7" not in json.dumps([entry.facts, entry.object_id, entry.object_label])


def test_a_person_without_events_goes_too(cast: Cast, lake: Lake) -> None:
    factories.person(cast.workspace, "quiet")

    erased = erase_person(cast.olga, "quiet", lake=lake)

    assert (erased.events.events, erased.rows) == (0, 1)


@pytest.mark.parametrize("known_to_the_lake", ["person-7", "quiet"])
def test_an_erased_person_is_not_imported_again(
    cast: Cast, lake: Lake, known_to_the_lake: str
) -> None:
    factories.person(cast.workspace, known_to_the_lake)
    receipt = erase_person(cast.olga, known_to_the_lake, lake=lake).events
    rows = [PersonRecord(known_to_the_lake, name="Back", line=2), PersonRecord("new", line=3)]

    rehearsed = import_people(cast.edith, rows, lake=lake, dry_run=True)
    imported = import_people(cast.edith, rows, lake=lake)

    assert rehearsed == imported
    assert (imported.new, imported.rejected) == (1, 1)
    assert imported.refused == (
        RejectedRow(
            2,
            f"this person was erased on {receipt.erased_at:%Y-%m-%d}; ask them before you bring "
            "them back, under another identifier",
        ),
    )
    assert [person.external_id for person in Person.objects.all()] == ["new"]


def test_events_of_a_person_without_any_are_refused_after_erasure(cast: Cast, lake: Lake) -> None:
    factories.person(cast.workspace, "person-60")
    erase_person(cast.olga, "person-60", lake=lake)
    (row,) = many_events(1).to_pylist()
    late = row | {"message_id": "late", "person": "person-60"}

    lake.append("acme", pa.Table.from_pylist([late], schema=CANONICAL))
    report = Loader(lake).drain("acme")

    assert (report.stored, report.rejected) == (0, 1)


def test_a_person_nobody_knows_is_not_found(cast: Cast, lake: Lake) -> None:
    with pytest.raises(NotFound, match="spelling"):
        erase_person(cast.olga, "nobody", lake=lake)


def test_editor_viewer_and_stranger_may_not_erase(cast: Cast, lake: Lake) -> None:
    factories.person(cast.workspace, "person-7")

    for actor in (cast.edith, *cast.who_may_not_write):
        with pytest.raises(DomainError):
            erase_person(actor, "person-7", lake=lake)
        with pytest.raises(DomainError):
            erase_again(actor, lake=lake)

    assert Person.objects.count() == 1


def test_people_who_are_back_are_erased_again_and_nobody_else(cast: Cast, lake: Lake) -> None:
    factories.person(cast.workspace, "quiet")
    factories.person(cast.workspace, "person-8")
    erase_person(cast.olga, "quiet", lake=lake)
    factories.person(cast.workspace, "quiet")

    (again,) = erase_again(cast.olga, lake=lake)

    assert again.rows == 1
    assert [person.external_id for person in Person.objects.all()] == ["person-8"]
    assert erase_again(cast.olga, lake=lake) == ()

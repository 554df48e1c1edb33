from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import factories
from tests.cast import Cast
from tests.cli.events import many_events
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.models import Person
from uptake.foundation.activity import visible_activities
from uptake.foundation.errors import DomainError, NotFound
from uptake.store import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        lake.append("acme", many_events(100))
        yield lake


def test_a_person_goes_from_the_lake_and_the_database(cast: Cast, lake: Lake) -> None:
    boss = factories.person(cast.workspace, "person-7")
    factories.person(cast.workspace, "person-8", manager=boss)

    erased = erase_person(cast.olga, "person-7", lake=lake)

    assert erased.events is not None
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

    assert (erased.events, erased.rows) == (None, 1)


def test_a_person_nobody_knows_is_not_found(cast: Cast, lake: Lake) -> None:
    with pytest.raises(NotFound, match="spelling"):
        erase_person(cast.olga, "nobody", lake=lake)


def test_editor_viewer_and_stranger_may_not_erase(cast: Cast, lake: Lake) -> None:
    factories.person(cast.workspace, "person-7")

    for actor in (cast.edith, *cast.who_may_not_write):
        with pytest.raises(DomainError):
            erase_person(actor, "person-7", lake=lake)

    assert Person.objects.count() == 1

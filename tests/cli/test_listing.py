from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.two_customers import DAY, NORTH, RIVAL, World, two_customers
from uptake.capabilities.customers import actions
from uptake.capabilities.measure.models import SavedSegment
from uptake.cli import listing
from uptake.foundation.actor import Actor

pytestmark = pytest.mark.django_db
OF_BOTH = {"account", "person", "contract", "change", "note"}
"""Kinds of which each customer has some, which an account narrows down."""


@pytest.fixture
def world(db: None, tmp_path: Path) -> Iterator[World]:
    with two_customers(tmp_path / "var") as found:
        SavedSegment.objects.update(is_shared=True)
        yield found


@pytest.fixture
def system(world: World) -> Actor:
    return Actor.system(world.cast.workspace)


@pytest.mark.parametrize("kind", listing.KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_listed_in_lines_and_in_json(
    system: Actor, capsys: pytest.CaptureFixture[str], kind: listing.Kind
) -> None:
    listing.show(kind.rows(system, ""), kind.line, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    listing.show(kind.rows(system, ""), kind.line, as_json=True)
    rows = json.loads(capsys.readouterr().out)

    assert len(rows) == len(lines) > 0
    assert all(line.strip() for line in lines)


@pytest.mark.parametrize("name", sorted(OF_BOTH))
def test_an_account_narrows_a_list_down(system: Actor, name: str) -> None:
    kind = next(kind for kind in listing.KINDS if kind.name == name)

    told = [row.model_dump_json() for row in kind.rows(system, NORTH)]

    assert told
    assert not [row for row in told if RIVAL in row]


def test_notes_are_listed_the_newest_first(system: Actor) -> None:
    actions.write_note(system, NORTH, day=date(2026, 1, 5), text="They ask for training")
    kind = next(kind for kind in listing.KINDS if kind.name == "note")

    days = [row.model_dump()["day"] for row in kind.rows(system, NORTH)]

    assert days == [date(2026, 1, 5), DAY]

"""Standards and deliveries to test with."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.capabilities.imports.bringing import uploaded
from uptake.capabilities.records import actions, working
from uptake.capabilities.records.models import DataStandard, Delivery, Judgement
from uptake.capabilities.records.places import rows_path
from uptake.capabilities.records.queries import judgement_of, newest
from uptake.foundation.actor import Actor

CONTACTS = """
standard: Contacts
about: contact
owner: Sales operations
columns: {record: id, author: by, at: at, group: team}
fields:
  - {field: phone, required: always}
  - {field: email, required: always, is: email}
"""
HEAD = "id,by,at,team,phone,email\n"


def contacts(people: int = 6, each: int = 6, *, first: int = 0, team: str = "Lyon") -> str:
    """Rows of a file: every third contact lacks its phone."""
    lines = []
    for person in range(people):
        for number in range(each):
            place = first + person * each + number
            phone = "?" if place % 3 == 0 else f"+49 30 {place:06d}"
            day = f"2026-02-{1 + number:02d} 09:00"
            lines.append(f"c{place},{team}-p{person},{day},{team},{phone},a{place}@example.org")
    return "\n".join(lines) + "\n"


def founded(actor: Actor, text: str = CONTACTS, name: str = "Contacts") -> DataStandard:
    return actions.found_standard(actor, actions.StandardFacts(name), text=text)


def delivered(
    actor: Actor, standard: DataStandard, text: str | bytes, name: str = "contacts.csv"
) -> Delivery:
    """A file brought and taken in; judged as far as it is due."""
    delivery = actions.deliver_records(actor, standard.pk, uploaded(actor, text, name).pk)
    working.carry_on()
    delivery.refresh_from_db()
    return delivery


def judged(standard: DataStandard) -> Judgement:
    found = judgement_of(newest(standard))
    assert found is not None
    return found


def counts(delivery: Delivery) -> tuple[int, int, int, int]:
    return delivery.rows, delivery.new, delivery.known, delivery.rejected


def rows_of(delivery: Delivery) -> list[tuple[object, ...]]:
    path: Path = rows_path(delivery)
    if not path.exists():
        return []
    rows: list[tuple[object, ...]] = duckdb.execute(
        "SELECT * FROM read_parquet(?)", [str(path)]
    ).fetchall()
    return rows

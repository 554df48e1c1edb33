from __future__ import annotations

import csv
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.api.asking import of_key
from tests.cast import Cast
from uptake.capabilities.administration.finders import find_people
from uptake.capabilities.customers import imports, known, people, queries
from uptake.capabilities.customers.attributes import attributes
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.joining import join_rows
from uptake.capabilities.customers.membership import countable_people, sized_populations
from uptake.capabilities.customers.models import Person, Population
from uptake.capabilities.customers.undo import undo_import
from uptake.formats.records import PersonRecord
from uptake.foundation.errors import NotFound
from uptake.foundation.keys import SCOPES
from uptake.metrics.attributes import one_row_each
from uptake.store import Lake

SAME = {"crm-7": "ann"}


@pytest.fixture
def ann(cast: Cast) -> Person:
    """Ann, who is on the list as herself and as a number of the CRM that knows her role."""
    north = factories.account(cast.workspace, "north")
    ann = factories.person(cast.workspace, "ann", account=north, name="Ann Roy")
    factories.person(cast.workspace, "crm-7", role="clerk", starts_on=date(2026, 3, 2))
    factories.person(cast.workspace, "bob", account=north)
    join_rows(cast.workspace, SAME)
    ann.refresh_from_db()
    return ann


def names(found: object) -> list[str]:
    return sorted(person.external_id for person in found)  # type: ignore[attr-defined]  # rows


def test_one_person_of_two_identifiers_is_listed_and_counted_once(cast: Cast, ann: Person) -> None:
    assert names(queries.visible_people(cast.edith)) == ["ann", "bob"]
    assert countable_people(cast.edith).count() == 2
    assert ann.also_known_as == ("crm-7",)


def test_what_only_the_other_row_says_is_said_of_the_person(cast: Cast, ann: Person) -> None:
    assert (ann.name, ann.role, ann.starts_on) == ("Ann Roy", "clerk", date(2026, 3, 2))
    assert sorted(ann.filled) == ["role", "starts_on"]


def test_somebody_still_there_does_not_leave_with_an_old_identifier(cast: Cast) -> None:
    ann = factories.person(cast.workspace, "ann", starts_on=date(2026, 1, 1))
    bob = factories.person(cast.workspace, "bob")
    for name in ("crm-7", "crm-8"):
        factories.person(cast.workspace, name, starts_on=date(2024, 1, 1), ends_on=date(2025, 6, 1))

    join_rows(cast.workspace, {"crm-7": "ann", "crm-8": "bob"})

    ann.refresh_from_db()
    bob.refresh_from_db()
    assert ann.ends_on is None
    assert bob.ends_on == date(2025, 6, 1)


def test_populations_count_as_the_figures_do(cast: Cast, ann: Person) -> None:
    rules = [{"field": "role", "op": "is", "value": "clerk"}]
    Population.objects.create(workspace=cast.workspace, name="Clerks", rules=rules, precedence=1)

    (sized,) = sized_populations(cast.edith)
    members = one_row_each(attributes(cast.edith).people, SAME)

    assert (sized.fits, sized.measured) == (1, 1)
    assert [m.person for m in members if m.population == "Clerks"] == ["ann"]
    assert queries.count_members(cast.edith, sized.population) == 1
    assert names(queries.members(cast.edith, sized.population)) == ["ann"]


def test_somebody_is_found_by_each_of_their_identifiers(cast: Cast, ann: Person) -> None:
    question = people.PeopleQuestion(text="crm-7")

    assert names(people.listed_people(cast.edith, question)) == ["ann"]
    assert queries.access_person(cast.edith, "crm-7") == ann
    assert [hit.detail for hit in find_people(cast.edith, "crm-7")] == [str(ann.account)]


def test_the_file_has_one_line_with_the_other_identifiers(cast: Cast, ann: Person) -> None:
    question = people.PeopleQuestion()

    heading, first, _bob = people.people_lines(people.listed_people(cast.edith, question))

    told = dict(zip(heading, first, strict=True))
    assert (told["person"], told["also known as"]) == ("ann", "crm-7")


def test_pages_tell_the_other_identifiers(cast: Cast, ann: Person) -> None:
    client = Client()
    assert cast.edith.user is not None
    client.force_login(cast.edith.user)

    def get(name: str, **named: str) -> str:
        address = reverse(f"customers:{name}", kwargs={"workspace": "acme", **named})
        answer = client.get(address)
        parts = answer.streaming_content if answer.streaming else [answer.content]  # type: ignore[attr-defined]  # either
        return b"".join(parts).decode()

    assert "also known as crm-7" in get("people")
    assert "<dt>Also known as</dt><dd><code>crm-7</code>" in get("person", person="crm-7")
    rows = list(csv.DictReader(get("people_csv").splitlines()))
    assert [row["also known as"] for row in rows] == ["crm-7", ""]


def test_the_api_tells_the_other_identifiers(cast: Cast, ann: Person) -> None:
    key = of_key(cast, *SCOPES)
    listed = {row["external_id"]: row["also_known_as"] for row in key.items("/people")}

    assert listed == {"ann": ["crm-7"], "bob": []}
    assert key.get("/people/crm-7").json()["external_id"] == "ann"


def test_a_file_compares_with_what_each_row_says_itself(cast: Cast, ann: Person) -> None:
    stated = known.known_people(cast.workspace)

    assert (stated["ann"].role, stated["ann"].name) == (None, "Ann Roy")
    assert stated["crm-7"].role == "clerk"


def test_what_the_other_row_says_later_is_said_of_the_person(
    cast: Cast, ann: Person, lake: Lake
) -> None:
    lake.join_people("acme", SAME)
    rows = [PersonRecord("crm-7", role="head clerk")]
    imports.import_people(cast.olga, rows, lake=lake)
    ann.refresh_from_db()
    later = ann.role

    imports.import_people(cast.olga, [PersonRecord("ann", role="director")], lake=lake)

    ann.refresh_from_db()
    assert (later, ann.role) == ("head clerk", "director")
    assert "role" not in ann.filled


def test_who_is_imported_after_it_was_said_is_one_person(cast: Cast, lake: Lake) -> None:
    lake.join_people("acme", SAME)
    rows = [PersonRecord("crm-7", role="clerk"), PersonRecord("ann", name="Ann Roy")]

    imports.import_people(cast.olga, rows, lake=lake)

    (ann,) = queries.visible_people(cast.edith)
    assert (ann.external_id, ann.role, ann.also_known_as) == ("ann", "clerk", ("crm-7",))


def test_two_identifiers_of_somebody_who_is_not_listed_are_one_person(cast: Cast) -> None:
    for name in ("crm-7", "crm-8"):
        factories.person(cast.workspace, name)

    joined = join_rows(cast.workspace, {"crm-7": "ann", "crm-8": "ann"})

    assert joined == 1
    assert [person.also_known_as for person in queries.visible_people(cast.edith)] == [("crm-8",)]


def test_what_is_no_longer_one_person_is_two_again(cast: Cast, ann: Person) -> None:
    join_rows(cast.workspace, {})

    ann.refresh_from_db()
    assert names(queries.visible_people(cast.edith)) == ["ann", "bob", "crm-7"]
    assert (ann.role, ann.starts_on, ann.filled) == ("", None, [])


def test_undoing_the_import_of_either_row_leaves_the_other(cast: Cast, lake: Lake) -> None:
    lake.join_people("acme", SAME)
    imports.import_people(cast.olga, [PersonRecord("crm-7", role="clerk")], lake=lake, number=1)
    imports.import_people(cast.olga, [PersonRecord("ann", team="sales")], lake=lake, number=2)

    undone = undo_import(cast.olga, 2)

    (left,) = queries.visible_people(cast.edith)
    assert (undone.kept, left.external_id, left.also_known_as) == ((), "crm-7", ())


def test_undoing_the_import_of_the_other_row_takes_back_what_it_said(
    cast: Cast, lake: Lake
) -> None:
    lake.join_people("acme", SAME)
    imports.import_people(cast.olga, [PersonRecord("ann", name="Ann")], lake=lake, number=1)
    imports.import_people(cast.olga, [PersonRecord("crm-7", team="sales")], lake=lake, number=2)

    undone = undo_import(cast.olga, 2)

    (left,) = queries.visible_people(cast.edith)
    assert (undone.kept, left.external_id, left.team, left.filled) == ((), "ann", None, [])


def test_a_sign_in_linked_to_the_other_row_is_the_persons(cast: Cast) -> None:
    factories.person(cast.workspace, "ann")
    factories.person(cast.workspace, "crm-7", user=cast.victor.user)

    join_rows(cast.workspace, SAME)

    mine = queries.person_of(cast.victor)
    assert mine is not None
    assert mine.external_id == "ann"


def test_erasing_either_identifier_erases_both_rows(cast: Cast, lake: Lake) -> None:
    lake.join_people("acme", SAME)
    rows = [PersonRecord("crm-7", role="clerk"), PersonRecord("ann", name="Ann Roy")]
    imports.import_people(cast.olga, rows, lake=lake)

    erase_person(cast.olga, "crm-7", lake=lake)

    assert not Person.objects.exists()


def test_who_may_not_see_people_finds_nobody_by_another_identifier(cast: Cast, ann: Person) -> None:
    assert list(queries.visible_people(cast.victor)) == []
    with pytest.raises(NotFound):
        queries.access_person(cast.victor, "crm-7")
    with pytest.raises(NotFound):
        queries.known_also_as(cast.stan, "crm-7")

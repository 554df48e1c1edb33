from __future__ import annotations

import pytest

from tests import factories
from tests.capabilities.ingestion.calling import Caller
from tests.cast import Cast
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.customers.queries import visible_people
from uptake.capabilities.ingestion import jobs
from uptake.capabilities.ingestion.applying import apply_identities
from uptake.foundation.errors import DomainError
from uptake.store import Lake


def told(caller: Caller) -> None:
    traits = {"name": "Ada Byron", "email": "ada@example.org"}
    caller.post("/v1/identify", {"userId": "u1", "anonymousId": "a1", "traits": traits})
    caller.post("/v1/group", {"userId": "u1", "groupId": "north", "traits": {"name": "North"}})
    caller.post("/v1/group", {"anonymousId": "a2", "groupId": "north"})


def test_people_who_signed_in_and_named_accounts_are_taken_over(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    told(caller)

    applied = apply_identities(cast.edith, lake=lake)

    person = Person.objects.get()
    assert (applied.accounts, applied.people) == (1, 1)
    assert (person.external_id, person.name, person.email) == (
        *("u1", "Ada Byron"),
        "ada@example.org",
    )
    assert str(person.account) == "North"


def test_what_the_list_knows_counts_before_what_a_client_says(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    south = factories.account(cast.workspace, "south")
    factories.person(cast.workspace, "u1", name="Ada Lovelace", account=south)
    factories.account(cast.workspace, "north", name="The North")
    told(caller)

    apply_identities(cast.edith, lake=lake)

    person = Person.objects.get()
    assert (person.name, person.account, person.email) == ("Ada Lovelace", south, "ada@example.org")
    assert Account.objects.get(external_id="north").name == "The North"


def test_somebody_listed_under_two_identifiers_is_one_person_there(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    factories.person(cast.workspace, "a1", role="clerk")
    told(caller)

    apply_identities(cast.edith, lake=lake)

    (person,) = visible_people(cast.edith)
    assert (person.external_id, person.role, person.also_known_as) == ("u1", "clerk", ("a1",))


def test_a_second_run_does_nothing(caller: Caller, cast: Cast, lake: Lake) -> None:
    told(caller)
    apply_identities(cast.edith, lake=lake)

    again = apply_identities(cast.edith, lake=lake)

    assert (again.accounts, again.people, again.looked_at) == (0, 0, 0)


def test_the_worker_carries_over_what_every_workspace_was_told(caller: Caller, lake: Lake) -> None:
    told(caller)

    assert jobs.carry_over() == 2
    assert jobs.carry_over() == 0


def test_a_viewer_and_a_stranger_may_not(caller: Caller, cast: Cast, lake: Lake) -> None:
    told(caller)

    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            apply_identities(actor, lake=lake)

    assert not Person.objects.exists()

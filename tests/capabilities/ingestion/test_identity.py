from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tests.capabilities.ingestion.calling import Caller, stored
from tests.cast import Cast
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.ingestion.models import Group, Identity, QuarantinedRecord
from uptake.capabilities.ingestion.queries import identities_of
from uptake.capabilities.ingestion.receiving import Receiver
from uptake.capabilities.ingestion.signal import Signal
from uptake.foundation.errors import DomainError
from uptake.store import Lake


def track(person: str, **facts: object) -> dict[str, object]:
    return {"userId": person, "event": "Call Logged", "messageId": person, **facts}


def accounts(lake: Lake) -> dict[str, str | None]:
    return {event["message_id"]: event["account"] for event in stored(lake)}


def people(lake: Lake) -> dict[str, str]:
    return {event["message_id"]: event["person"] for event in stored(lake)}


def test_a_group_call_binds_the_person_from_then_on(caller: Caller, lake: Lake) -> None:
    caller.post("/v1/track", track("u1", messageId="before"))
    caller.post("/v1/group", {"userId": "u1", "groupId": "north"})
    caller.post("/v1/track", track("u1", messageId="after"))
    caller.post("/v1/track", track("u1", messageId="named", context={"groupId": "south"}))

    assert accounts(lake) == {"before": None, "after": "north", "named": "south"}


def test_a_binding_holds_in_another_process(caller: Caller, lake: Lake, tmp_path: Path) -> None:
    other = Caller(Receiver(lake, Signal(tmp_path / "ingestion.signal")), caller.key)
    other.post("/v1/track", track("u1", messageId="before"))

    caller.post("/v1/group", {"userId": "u1", "groupId": "north"})
    other.post("/v1/track", track("u1", messageId="after"))

    assert accounts(lake) == {"before": None, "after": "north"}


def test_the_last_group_counts(caller: Caller, lake: Lake) -> None:
    for account in ("north", "south"):
        caller.post("/v1/group", {"userId": "u1", "groupId": account})
    caller.post("/v1/track", track("u1"))

    assert accounts(lake) == {"u1": "south"}


def test_an_anonymous_person_is_known_once_they_sign_in(caller: Caller, lake: Lake) -> None:
    caller.post("/v1/identify", {"userId": "u1", "anonymousId": "a1"})
    caller.post("/v1/track", {"anonymousId": "a1", "event": "Seen", "messageId": "m"})

    assert people(lake) == {"m": "u1"}


def test_an_identifier_of_an_identifier_is_the_person(caller: Caller, lake: Lake) -> None:
    caller.post("/v1/alias", {"previousId": "a1", "userId": "b1"})
    caller.post("/v1/alias", {"previousId": "b1", "userId": "c1"})
    caller.post("/v1/track", track("a1"))

    assert people(lake) == {"a1": "c1"}


def test_identifiers_that_name_each_other_end_somewhere(caller: Caller, lake: Lake) -> None:
    caller.post("/v1/alias", {"previousId": "a1", "userId": "b1"})
    caller.post("/v1/alias", {"previousId": "b1", "userId": "a1"})
    caller.post("/v1/track", track("a1"))
    caller.post("/v1/track", track("b1"))

    assert set(people(lake).values()) == {"b1"}


def test_the_account_of_the_person_is_that_of_their_other_identifiers(
    caller: Caller, lake: Lake
) -> None:
    caller.post("/v1/group", {"userId": "u1", "groupId": "north"})
    caller.post("/v1/alias", {"previousId": "a1", "userId": "u1"})
    caller.post("/v1/track", track("a1"))

    assert accounts(lake) == {"a1": "north"}


def test_what_is_said_again_is_not_written_again(
    caller: Caller, django_assert_num_queries: object
) -> None:
    call = {"userId": "u1", "groupId": "north", "traits": {"name": "North Ltd"}}
    caller.post("/v1/group", call)
    caller.post("/v1/group", call)

    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture without types
        caller.post("/v1/group", call)

    assert Group.objects.get().name == "North Ltd"


def test_workspaces_know_nothing_of_each_others_people(caller: Caller, cast: Cast) -> None:
    caller.post("/v1/group", {"userId": "u1", "groupId": "north"})

    assert not Identity.objects.exclude(workspace=cast.workspace).exists()


def test_other_identifiers_are_shown_to_those_who_may_name_people(
    caller: Caller, cast: Cast
) -> None:
    caller.post("/v1/alias", {"previousId": "a1", "userId": "u1"})

    found = identities_of(cast.olga, ["u1"]).values_list("identifier", flat=True)

    assert sorted(found) == ["a1", "u1"]
    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            identities_of(actor, ["u1"])


def test_an_erased_person_leaves_nothing_and_does_not_come_back(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    factories.person(cast.workspace, "u1")
    caller.post("/v1/identify", {"userId": "u1", "anonymousId": "a1"})
    caller.post("/v1/track", track("u1"))
    caller.post("/v1/track", {"userId": "u1"})

    erase_person(cast.olga, "u1", lake=lake)
    caller.post("/v1/identify", {"userId": "u1", "traits": {"name": "Ada"}})
    caller.post("/v1/track", track("u1", messageId="again"))
    caller.post("/v1/track", {"userId": "u1", "messageId": "wrong"})

    assert not Identity.objects.exists()
    assert not QuarantinedRecord.objects.exists()
    assert stored(lake) == []

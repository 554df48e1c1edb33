from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.capabilities.ingestion.calling import Caller, stored
from tests.cast import Cast
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.models import Person
from uptake.capabilities.ingestion.actions import SourceSettings, change_source
from uptake.capabilities.ingestion.applying import apply_identities
from uptake.capabilities.ingestion.identity import write_facts
from uptake.capabilities.ingestion.models import Group, Identity, QuarantinedRecord
from uptake.capabilities.ingestion.reading import PersonFact
from uptake.capabilities.ingestion.receiving import Receiver
from uptake.capabilities.ingestion.signal import Signal, Watch
from uptake.capabilities.ingestion.together import LEAST
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


@pytest.fixture
def nothing_grows_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, no moment passes after which processes ask again unasked."""
    monkeypatch.setattr(Watch, "now", lambda watch: (watch._signal.read(), 0))


@pytest.mark.usefixtures("nothing_grows_stale")
def test_newcomers_are_no_reason_to_ask_for_everybody_again(
    caller: Caller, lake: Lake, tmp_path: Path, django_assert_num_queries: object
) -> None:
    other = Caller(Receiver(lake, Signal(tmp_path / "ingestion.signal")), caller.key)
    caller.post("/v1/group", {"userId": "u0", "groupId": "north"})
    for at in range(6):
        caller.post("/v1/track", track(f"u{at}"))

    other.post("/v1/identify", {"userId": "u9"})

    with django_assert_num_queries(2):  # type: ignore[operator]  # who is new; u0's row is young
        for at in range(6):
            caller.post("/v1/track", track(f"u{at}", messageId=f"again-{at}"))


def test_a_newcomer_who_was_asked_for_before_is_known_at_once(
    caller: Caller, lake: Lake, tmp_path: Path
) -> None:
    other = Caller(Receiver(lake, Signal(tmp_path / "ingestion.signal")), caller.key)
    caller.post("/v1/group", {"userId": "u0", "groupId": "north"})
    caller.post("/v1/track", {"anonymousId": "a1", "event": "Seen", "messageId": "before"})

    other.post("/v1/identify", {"userId": "u1", "anonymousId": "a1"})
    caller.post("/v1/track", {"anonymousId": "a1", "event": "Seen", "messageId": "after"})

    assert people(lake) == {"before": "a1", "after": "u1"}


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


def test_a_large_batch_is_completed_like_single_calls(caller: Caller, lake: Lake) -> None:
    caller.post("/v1/group", {"userId": "u1", "groupId": "north"})
    caller.post("/v1/alias", {"previousId": "a1", "userId": "u1"})
    calls = [
        track(person, type="track", messageId=f"{person}-{at}", context=context)
        for at in range(20)
        for person, context in (("u1", {}), ("a1", {}), ("u2", {"groupId": "south"}))
    ]
    assert len(json.dumps(calls)) > LEAST

    caller.post("/v1/batch", {"batch": calls})

    assert {event["person"] for event in stored(lake)} == {"u1", "u2"}
    assert {(event["person"], event["account"]) for event in stored(lake)} == {
        *(("u1", "north"), ("u2", "south")),
    }
    assert len(stored(lake)) == len(calls)


def test_a_large_batch_of_a_source_with_defaults_gets_them(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    settings_ = SourceSettings(account="north", product="crm")
    change_source(cast.olga, "web-app", settings=settings_)
    calls = [track(f"u{at}", type="track", properties={"x": "y" * 99}) for at in range(40)]
    calls.append(track("named", type="track", context={"groupId": "south"}))

    caller.post("/v1/batch", {"batch": calls})

    assert {event["product"] for event in stored(lake)} == {"crm"}
    assert accounts(lake).pop("named") == "south"
    assert accounts(lake)["u7"] == "north"


@pytest.mark.usefixtures("nothing_grows_stale")
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


def test_what_somebody_did_before_they_signed_in_is_theirs_once_it_is_carried_over(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    caller.post("/v1/track", {"anonymousId": "a1", "event": "Seen", "messageId": "before"})
    stored(lake)
    caller.post("/v1/identify", {"userId": "u1", "anonymousId": "a1"})
    caller.post("/v1/track", track("u1", messageId="after"))

    applied = apply_identities(cast.edith, lake=lake)

    assert applied.joined == 1
    assert people(lake) == {"before": "u1", "after": "u1"}


def test_who_followed_an_identifier_follows_it_to_the_next_one(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    for person in ("a1", "b1", "c1"):
        caller.post("/v1/track", track(person))
    for previous, person in (("a1", "b1"), ("b1", "c1"), ("b1", "d1")):
        stored(lake)
        caller.post("/v1/alias", {"previousId": previous, "userId": person})
        apply_identities(cast.edith, lake=lake)

    assert people(lake) == {"a1": "c1", "b1": "d1", "c1": "c1"}


def test_a_ring_of_identifiers_in_one_batch_ends_with_the_last_that_is_nobody_else(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    pairs = (("a1", "b1"), ("b1", "c1"), ("c1", "a1"))
    calls = [{"type": "alias", "previousId": was, "userId": now} for was, now in pairs]
    caller.post("/v1/batch", {"batch": calls})
    for person in ("a1", "b1", "c1"):
        caller.post("/v1/track", track(person))

    assert set(people(lake).values()) == {"c1"}


said = st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"))
batches = st.lists(st.lists(said, min_size=1, max_size=3), min_size=1, max_size=4)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches=batches, applied=st.integers(0, 15))
def test_lake_and_sources_agree_on_who_is_who_however_it_is_told(
    cast: Cast,
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[tuple[str, str]]],
    applied: int,
) -> None:
    folder = tmp_path_factory.mktemp("lake")
    Identity.objects.all().delete()
    with Lake.open(folder / "lake", f"sqlite:///{folder}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        for at, batch in enumerate(batches):
            facts = [PersonFact(name, same_as=person) for name, person in batch if name != person]
            write_facts(cast.workspace.pk, facts)
            if applied >> at & 1:
                apply_identities(cast.edith, lake=lake)
        apply_identities(cast.edith, lake=lake)

        with lake.snapshot("acme") as snapshot:
            told = snapshot.known_as()

    assert told == dict(Identity.objects.exclude(same_as="").values_list("identifier", "same_as"))


@pytest.mark.parametrize("named", ["u1", "a1", "told"])
def test_a_person_is_erased_with_every_identifier(
    caller: Caller, cast: Cast, lake: Lake, named: str
) -> None:
    factories.person(cast.workspace, "u1")
    caller.post("/v1/track", {"anonymousId": "a1", "event": "Seen", "messageId": "before"})
    caller.post("/v1/identify", {"userId": "u1", "anonymousId": "a1"})
    apply_identities(cast.edith, lake=lake)
    caller.post("/v1/alias", {"previousId": "told", "userId": "u1"})  # the lake knows nothing of it
    caller.post("/v1/track", track("u2"))

    erased = erase_person(cast.olga, named, lake=lake)
    caller.post("/v1/track", {"anonymousId": "a1", "event": "Seen", "messageId": "again"})

    assert erased.events.events == 1
    assert people(lake) == {"u2": "u2"}
    assert not Person.objects.exists()
    assert not Identity.objects.exists()
    assert set(lake.erased_among("acme", ["u1", "a1", "told", "u2"])) == {"u1", "a1", "told"}


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

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.capabilities.ingestion.calling import Caller, stored
from tests.cast import Cast
from uptake.capabilities.ingestion.keys import digest_of
from uptake.capabilities.ingestion.models import QuarantinedRecord, Source, SourceKey
from uptake.foundation.actor import Actor
from uptake.store import Lake

TRACK = {"userId": "person-17", "event": "Call Logged", "messageId": "m1"}


@pytest.fixture(autouse=True)
def lake_of_the_process(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sources", "quarantined"):
        name = f"uptake.capabilities.ingestion.pages.{module}.shared_lake"
        monkeypatch.setattr(name, lambda: lake)


def browser(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def address(name: str, **named: object) -> str:
    return reverse(f"ingestion:{name}", kwargs={"workspace": "acme", **named})


def get(actor: Actor, name: str, **named: object) -> HttpResponse:
    return browser(actor).get(address(name, **named))  # type: ignore[return-value]  # a test's answer


def post(actor: Actor, name: str, data: dict[str, str], **named: object) -> HttpResponse:
    return browser(actor).post(address(name, **named), data)  # type: ignore[return-value]  # a test's answer


def held(caller: Caller) -> QuarantinedRecord:
    caller.post("/v1/track", {**TRACK, "event": None})
    return QuarantinedRecord.objects.get()


def test_without_a_source_the_page_teaches(cast: Cast) -> None:
    shown = get(cast.edith, "sources").content.decode()

    assert "Send the first event." in shown
    assert address("new") in shown


def test_a_new_source_shows_its_key_once(cast: Cast) -> None:
    made = post(cast.edith, "new", {"name": "Web app", "origins": "*", "is_strict": "on"})

    key = re.findall(r"uw_[\w-]{32}", made.content.decode())[0]
    assert made["Cache-Control"] == "no-store"
    assert SourceKey.objects.get().digest == digest_of(key)
    assert key not in get(cast.edith, "source", source="web-app").content.decode()


def test_a_source_that_cannot_be_made_shows_the_form_again(cast: Cast) -> None:
    refused = post(cast.edith, "new", {"name": "Web app", "origins": "nowhere"})

    assert refused.status_code == 422
    assert "is no origin" in refused.content.decode()


def test_the_last_events_show_only_the_beginning_of_a_person(cast: Cast, caller: Caller) -> None:
    caller.post("/v1/track", TRACK)

    shown = get(cast.edith, "tail", source="web-app").content.decode()

    assert "Call Logged" in shown
    assert "per…" in shown
    assert "person-17" not in shown


def test_the_last_events_stay_when_they_are_loaded(cast: Cast, caller: Caller, lake: Lake) -> None:
    caller.post("/v1/track", TRACK)
    stored(lake)

    assert "Call Logged" in get(cast.edith, "tail", source="web-app").content.decode()


def test_the_overview_counts_what_came_and_what_waits(cast: Cast, caller: Caller) -> None:
    held(caller)
    caller.post("/v1/track", TRACK)
    caller.receiver.counters.flush()

    shown = get(cast.edith, "sources").content.decode()

    assert "1 record waits to be mended" in shown


def test_many_sources_take_no_more_queries_than_one(
    cast: Cast, caller: Caller, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        Source.objects.create(workspace=cast.workspace, slug=f"s{number}", name=f"s{number}")
    client = browser(cast.edith)
    client.get(address("sources"))

    with django_assert_max_num_queries(9):  # type: ignore[operator]  # a fixture without types
        client.get(address("sources"))


def test_a_source_is_watched_mended_and_rotated_from_its_page(cast: Cast, caller: Caller) -> None:
    record = held(caller)

    shown = get(cast.edith, "source", source="web-app").content.decode()

    for name, named in (
        ("record", {"record": record.pk}),
        ("rotate", {"source": "web-app"}),
        ("settings", {"source": "web-app"}),
        ("tail", {"source": "web-app"}),
    ):
        assert address(name, **named) in shown
    assert "segment.analytics" in shown


def test_a_record_is_mended_on_its_page(cast: Cast, caller: Caller, lake: Lake) -> None:
    record = held(caller)
    still_wrong = post(cast.edith, "record", {"raw": "{}"}, record=record.pk)

    mended = post(cast.edith, "record", {"raw": json.dumps(TRACK)}, record=record.pk)

    assert still_wrong.status_code == 422
    assert "still wrong" in still_wrong.content.decode()
    assert mended.status_code == 302
    assert [event["message_id"] for event in stored(lake)] == ["m1"]


def test_a_record_is_discarded_on_its_page(cast: Cast, caller: Caller) -> None:
    record = held(caller)

    post(cast.edith, "discard", {}, record=record.pk)

    assert "Discarded" in get(cast.edith, "record", record=record.pk).content.decode()


def test_many_records_are_mended_and_discarded_on_their_page(
    cast: Cast, caller: Caller, lake: Lake
) -> None:
    for at in range(3):
        caller.post("/v1/track", {**TRACK, "event": None, "messageId": f"m{at}"})
    caller.post("/v1/track", {"event": "Seen", "messageId": "nobody"})
    first = QuarantinedRecord.objects.get(message_id="m0")
    problem = f"event|{first.message}"
    shown = get(cast.edith, "quarantine", source="web-app").content.decode()
    mend = {"act": "replay", "field": "event", "value": "Call Logged"}

    nothing = post(cast.edith, "settle", mend, source="web-app")
    post(cast.edith, "settle", {**mend, "record": str(first.pk)}, source="web-app")
    one = [event["message_id"] for event in stored(lake)]
    post(cast.edith, "settle", {**mend, "problem": problem, "every": "1"}, source="web-app")
    every = [event["message_id"] for event in stored(lake)]
    post(cast.edith, "settle", {"act": "discard", "every": "1"}, source="web-app")

    assert "(3)" in shown
    assert nothing.status_code == 302
    assert (one, sorted(every)) == (["m0"], ["m0", "m1", "m2"])
    assert not QuarantinedRecord.objects.filter(state="waiting").exists()


def test_records_with_one_problem_are_listed_alone(cast: Cast, caller: Caller) -> None:
    record = held(caller)
    caller.post("/v1/track", {"event": "Seen", "messageId": "nobody"})
    query = urlencode({"problem": f"event|{record.message}"})

    shown = browser(cast.edith).get(f"{address('quarantine', source='web-app')}?{query}")

    text = shown.content.decode()
    assert f'aria-label="Record {record.pk}"' in text
    assert text.count('name="record"') == 1


def test_a_key_is_revoked_and_rotated_on_the_sources_page(cast: Cast, caller: Caller) -> None:
    old = SourceKey.objects.get()

    rotated = post(cast.edith, "rotate", {}, source="web-app")
    post(cast.edith, "revoke", {}, source="web-app", key=old.pk)

    assert "uw_" in rotated.content.decode()
    old.refresh_from_db()
    assert old.revoked_at is not None


def test_settings_are_changed_on_their_page(cast: Cast, caller: Caller) -> None:
    changed = post(cast.edith, "settings", {"product": "crm", "origins": ""}, source="web-app")

    source = Source.objects.get()
    assert changed.status_code == 302
    assert (source.product, source.is_strict, source.allowed_origins) == ("crm", False, [])


PAGES = {
    "sources": {},
    "new": {},
    "source": {"source": "web-app"},
    "tail": {"source": "web-app"},
    "settings": {"source": "web-app"},
    "quarantine": {"source": "web-app"},
}


@pytest.mark.parametrize("name", PAGES)
def test_viewers_and_strangers_see_no_sources(cast: Cast, caller: Caller, name: str) -> None:
    viewer = get(cast.victor, name, **PAGES[name]).status_code
    stranger = get(cast.stan, name, **PAGES[name]).status_code

    assert (viewer, stranger) == (403, 404)


def test_records_are_not_for_viewers_and_strangers(cast: Cast, caller: Caller) -> None:
    record = held(caller)

    for actor, status in ((cast.victor, 403), (cast.stan, 404)):
        assert get(actor, "record", record=record.pk).status_code == status
        assert post(actor, "record", {"raw": "{}"}, record=record.pk).status_code == status
        assert post(actor, "discard", {}, record=record.pk).status_code == status
        assert post(actor, "rotate", {}, source="web-app").status_code == status


def test_requests_refused_whole_are_told_with_the_reason(cast: Cast, caller: Caller) -> None:
    caller.post("/v1/track", {**TRACK, "properties": {"text": "x" * 40_000}})
    caller.receiver.counters.flush()

    listed = get(cast.edith, "sources").content.decode()
    shown = get(cast.edith, "source", source="web-app").content.decode()

    assert f'{address("source", source="web-app")}#refused">1<' in listed
    assert "1 request refused whole" in shown
    assert "has sent nothing that could be taken" in shown
    assert "Let the client send fewer records at once." in shown

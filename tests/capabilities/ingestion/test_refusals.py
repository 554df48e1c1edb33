from __future__ import annotations

import json
import time

import pytest
from django.db import DatabaseError
from django.db.models import Sum

from tests.capabilities.ingestion.calling import Caller, basic
from tests.cast import Cast
from uptake.capabilities.ingestion import counters as counting
from uptake.capabilities.ingestion import quarantine
from uptake.capabilities.ingestion.actions import SourceSettings, change_source, revoke_key
from uptake.capabilities.ingestion.batching import Appender
from uptake.capabilities.ingestion.models import (
    RefusalReason,
    RefusedHour,
    Source,
    SourceHour,
    SourceKey,
)
from uptake.capabilities.ingestion.refusals import EXPLANATIONS, refusals_of, refused_requests
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed, NotFound
from uptake.foundation.models import Workspace
from uptake.store.errors import LakeFull

TRACK = {"userId": "u1", "event": "Call Logged", "messageId": "m1"}
LARGE = {**TRACK, "properties": {"text": "x" * 40_000}}


def counted(caller: Caller) -> list[tuple[str, int]]:
    """How often each reason was counted, even if an hour ended meanwhile."""
    caller.receiver.counters.flush()
    reasons = RefusedHour.objects.values_list("reason")
    return list(reasons.annotate(Sum("requests")).order_by("reason"))


def test_what_is_too_large_is_counted_by_the_hour(caller: Caller) -> None:
    statuses = [caller.post("/v1/track", LARGE).status for _ in range(2)]

    assert statuses == [413, 413]
    assert counted(caller) == [("too_large", 2)]
    assert caller.post("/v1/track", LARGE).status == 413
    assert counted(caller) == [("too_large", 3)]


@pytest.mark.usefixtures("all_at_once")
def test_what_comes_too_fast_is_counted(caller: Caller, cast: Cast) -> None:
    change_source(cast.olga, "web-app", settings=SourceSettings(events_a_second=1))
    batch = {"batch": [{"type": "track", **TRACK, "messageId": f"m{at}"} for at in range(5)]}

    statuses = [caller.post("/v1/batch", batch).status for _ in range(3)]

    assert statuses == [200, 429, 429]
    assert counted(caller) == [("too_fast", 2)]


def test_a_full_quarantine_is_counted(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "has_room", lambda _source: False)

    assert caller.post("/v1/track", {**TRACK, "event": None}).status == 429
    assert counted(caller) == [("quarantine_full", 1)]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1"])
def test_a_body_that_is_no_json_is_counted(caller: Caller, body: bytes) -> None:
    assert caller.post("/v1/track", body).status == 400
    assert counted(caller) == [("unreadable", 1)]


@pytest.mark.parametrize("place", ["writeKey", "api_key"])
def test_a_broken_body_with_a_key_in_it_is_counted_for_its_source(
    caller: Caller, place: str
) -> None:
    body = json.dumps({place: caller.key, **TRACK}).encode()[:-1]

    assert caller.send("POST", "/v1/track", body).status == 400
    assert counted(caller) == [("unreadable", 1)]


def test_a_key_that_has_ended_is_counted_for_its_source(caller: Caller, cast: Cast) -> None:
    revoke_key(cast.olga, "web-app", SourceKey.objects.get().pk)

    assert caller.post("/v1/track", TRACK).status == 401
    assert counted(caller) == [("key_ended", 1)]


def test_a_page_that_may_not_send_is_counted(caller: Caller, cast: Cast) -> None:
    change_source(cast.olga, "web-app", settings=SourceSettings(allowed_origins=()))

    assert caller.post("/v1/track", TRACK, origin="https://elsewhere.example").status == 403
    assert counted(caller) == [("origin", 1)]


def test_what_could_not_be_stored_is_counted(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_appender: Appender, _submission: object) -> None:
        raise LakeFull

    monkeypatch.setattr(Appender, "append", full)

    assert caller.post("/v1/track", TRACK).status == 503
    assert counted(caller) == [("unavailable", 1)]


@pytest.mark.parametrize("authorization", ["", "Basic !!", basic("uw_wrong")])
def test_a_request_of_an_unknown_key_belongs_to_no_source(
    caller: Caller, authorization: str
) -> None:
    raw = json.dumps(TRACK).encode()

    assert caller.send("POST", "/v1/track", raw, authorization=authorization).status == 401
    assert counted(caller) == []


def test_records_that_are_wrong_are_no_refused_requests(caller: Caller) -> None:
    assert caller.post("/v1/track", {**TRACK, "event": None}).status == 400
    assert counted(caller) == []
    assert SourceHour.objects.get().rejected == 1


def test_counts_that_cannot_be_written_are_kept_for_the_next_time(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_refused: object) -> None:
        raise DatabaseError

    caller.post("/v1/track", LARGE)
    with monkeypatch.context() as patch:
        patch.setattr(counting, "_write_refused", gone)
        with pytest.raises(DatabaseError):
            caller.receiver.counters.flush()

    assert counted(caller) == [("too_large", 1)]


def test_a_deleted_source_is_counted_no_more(caller: Caller, source: Source) -> None:
    caller.receiver.counters.refuse(source.pk + 1, RefusalReason.TOO_FAST, now=time.time())

    assert counted(caller) == []


def test_the_most_frequent_reason_comes_first(caller: Caller, cast: Cast, source: Source) -> None:
    caller.post("/v1/track", LARGE)
    caller.post("/v1/track", b"{")
    caller.post("/v1/track", b"{")
    caller.receiver.counters.flush()

    found = refusals_of(cast.edith, source)

    assert [(part.reason, part.requests, sum(part.by_hour)) for part in found] == [
        (RefusalReason.UNREADABLE, 2, 2),
        (RefusalReason.TOO_LARGE, 1, 1),
    ]
    assert refused_requests(cast.edith, [source]) == {source.pk: 3}


def test_viewers_and_strangers_learn_nothing_of_refusals(
    caller: Caller, cast: Cast, source: Source
) -> None:
    caller.post("/v1/track", LARGE)
    caller.receiver.counters.flush()

    for actor, problem in ((cast.victor, NotAllowed), (cast.stan, NotFound)):
        with pytest.raises(problem):
            refusals_of(actor, source)
        with pytest.raises(problem):
            refused_requests(actor, [source])


def test_another_workspace_reads_nothing_of_refusals(
    caller: Caller, cast: Cast, source: Source
) -> None:
    caller.post("/v1/track", LARGE)
    caller.receiver.counters.flush()
    elsewhere = Actor.system(Workspace.objects.create(slug="other", name="Other"))

    assert refusals_of(elsewhere, source) == []
    assert refused_requests(elsewhere, [source]) == {source.pk: 0}


def test_every_reason_is_explained() -> None:
    assert set(EXPLANATIONS) == set(RefusalReason)

from __future__ import annotations

import gzip
import json

import pytest

from tests.capabilities.ingestion.calling import Caller, basic, stored
from tests.cast import Cast
from uptake.capabilities.ingestion.actions import SourceSettings, change_source
from uptake.capabilities.ingestion.batching import Appender
from uptake.capabilities.ingestion.models import QuarantinedRecord, SourceHour
from uptake.store import Lake
from uptake.store.errors import LakeFull, LakeReadOnly, LakeUnavailable

TRACK = {"userId": "u1", "event": "Call Logged", "messageId": "m1"}
BATCH = {"batch": [{"type": "track", **TRACK}]}
CAPTURED = {"event": "seen", "distinct_id": "u1", "uuid": "m1"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/track", TRACK),
        ("/v1/t", TRACK),
        ("/v1/track/", TRACK),
        ("/v1/page", {"userId": "u1", "messageId": "m1"}),
        ("/v1/p", {"userId": "u1", "messageId": "m1"}),
        ("/v1/screen", {"userId": "u1", "messageId": "m1"}),
        ("/v1/batch", BATCH),
        ("/v1/b", BATCH),
        ("/v1/import", BATCH),
        ("/batch/", {"batch": [CAPTURED]}),
        ("/batch", {"batch": [CAPTURED]}),
        ("/i/v0/e/", CAPTURED),
        ("/capture/", CAPTURED),
        ("/e/", [CAPTURED]),
    ],
)
def test_an_event_comes_in_by_every_path(
    caller: Caller, lake: Lake, path: str, body: object
) -> None:
    reply = caller.post(path, body)

    assert reply.status == 200
    assert [event["message_id"] for event in stored(lake)] == ["m1"]


@pytest.mark.parametrize(
    "path", ["/v1/identify", "/v1/i", "/v1/group", "/v1/g", "/v1/alias", "/v1/a"]
)
def test_calls_that_say_who_is_who_are_taken(caller: Caller, path: str) -> None:
    reply = caller.post(path, {"userId": "u1", "groupId": "north", "previousId": "a1"})

    assert (reply.status, reply.json) == (200, {"success": True})


def test_everything_else_is_for_the_pages(caller: Caller) -> None:
    assert caller.post("/w/acme/", {}).body == b"pages"


@pytest.mark.parametrize("place", ["writeKey", "api_key", "token"])
def test_the_key_may_be_in_the_body(caller: Caller, place: str) -> None:
    body = json.dumps({**TRACK, place: caller.key}).encode()

    assert caller.send("POST", "/v1/track", body).status == 200


def test_the_key_may_be_in_a_listed_events_properties(caller: Caller) -> None:
    body = [{**CAPTURED, "properties": {"token": caller.key}}]

    assert caller.send("POST", "/e/", json.dumps(body).encode()).status == 200


def test_the_key_may_be_that_of_a_batchs_records(caller: Caller) -> None:
    body = {"batch": [{"type": "track", **TRACK, "writeKey": caller.key}]}

    assert caller.send("POST", "/v1/batch", json.dumps(body).encode()).status == 200


def test_with_a_foreign_bearer_token_the_key_in_the_body_counts(caller: Caller) -> None:
    body = json.dumps({**TRACK, "writeKey": caller.key}).encode()

    with_key = caller.send("POST", "/v1/track", body, authorization="Bearer eyJhbGciOi")
    without = caller.send("POST", "/v1/track", json.dumps(TRACK).encode(), authorization="Bearer x")

    assert (with_key.status, without.status) == (200, 401)


def test_the_key_may_be_a_bearer_token(caller: Caller) -> None:
    body = json.dumps(TRACK).encode()

    assert (
        caller.send("POST", "/v1/track", body, authorization=f"Bearer {caller.key}").status == 200
    )


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !!", "Basic /w==", basic("uw_wrong"), basic(""), "Digest x"],
)
def test_without_a_known_key_nothing_comes_in(
    caller: Caller, lake: Lake, authorization: str
) -> None:
    reply = caller.send(
        "POST", "/v1/track", json.dumps(TRACK).encode(), authorization=authorization
    )

    assert reply.status == 401
    assert stored(lake) == []


def test_only_post_is_taken(caller: Caller) -> None:
    reply = caller.send("GET", "/v1/track", authorization=basic(caller.key))

    assert (reply.status, reply.headers["Allow"]) == (405, "POST, OPTIONS")


def test_gzip_is_unpacked(caller: Caller, lake: Lake) -> None:
    packed = gzip.compress(json.dumps(BATCH).encode())

    reply = caller.post("/v1/batch", packed, content_encoding="gzip")

    assert reply.status == 200
    assert len(stored(lake)) == 1


def test_gzip_of_several_members_is_unpacked(caller: Caller) -> None:
    text = json.dumps(BATCH).encode()
    packed = gzip.compress(text[:10]) + gzip.compress(text[10:])

    assert caller.post("/v1/batch", packed, content_encoding="gzip").status == 200


def test_a_browsers_gzip_is_known_by_the_address(caller: Caller) -> None:
    packed = gzip.compress(json.dumps(CAPTURED).encode())

    assert caller.post("/e/?compression=gzip-js&ip=1", packed).status == 200


def test_a_browsers_form_is_read(caller: Caller) -> None:
    body = b"data=eyJldmVudCI6InNlZW4iLCJkaXN0aW5jdF9pZCI6InUxIn0%3D&ver=1"

    assert caller.post("/e/?compression=base64", body).status == 200


def test_a_bomb_is_refused_before_it_goes_off(caller: Caller) -> None:
    bomb = gzip.compress(b"[" + b" " * 50_000_000 + b"]")

    assert caller.post("/v1/batch", bomb, content_encoding="gzip").status == 413


@pytest.mark.parametrize("packed", [b"not packed", gzip.compress(b"[1, 2]", mtime=0)[:-9], b""])
def test_what_cannot_be_unpacked_is_refused(caller: Caller, packed: bytes) -> None:
    assert caller.post("/v1/batch", packed, content_encoding="gzip").status == 400


def test_another_packing_is_refused(caller: Caller) -> None:
    assert caller.post("/v1/batch", b"x", content_encoding="br").status == 400


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/v1/track", 32 * 1024, 200),
        ("/v1/track", 32 * 1024 + 1, 413),
        ("/v1/batch", 500 * 1024 + 1, 413),
        ("/batch/", 20 * 1024 * 1024 + 1, 413),
    ],
)
def test_the_size_of_a_request_is_limited(
    caller: Caller, path: str, size: int, status: int
) -> None:
    text = json.dumps(TRACK)
    body = (text + " " * (size - len(text))).encode()

    assert caller.post(path, body).status == status


@pytest.mark.parametrize("body", [b"", b"  ", b"{", b"\xff\xfe", b"17", b'{"batch": 3}'])
def test_what_is_no_batch_is_refused(caller: Caller, body: bytes) -> None:
    reply = caller.post("/v1/batch", body)

    assert reply.status == 400
    assert reply.json["success"] is False


def test_a_strict_source_answers_400_and_keeps_everything(caller: Caller, lake: Lake) -> None:
    body = {
        "batch": [{"type": "track", **TRACK}, {"type": "track", "userId": "u1", "messageId": "m2"}]
    }

    reply = caller.post("/v1/batch", body)

    assert reply.status == 400
    assert reply.json["failed_records"] == [
        {
            "index": 1,
            "message_id": "m2",
            "field": "event",
            "message": "A track call needs the name of what was done.",
        }
    ]
    assert [event["message_id"] for event in stored(lake)] == ["m1"]
    assert QuarantinedRecord.objects.count() == 1


@pytest.mark.parametrize(("header", "status"), [("1", 400), ("0", 200)])
def test_a_request_may_say_how_strict_it_wants_it(caller: Caller, header: str, status: int) -> None:
    reply = caller.post("/v1/batch", {"batch": [{}]}, x_strict_mode=header)

    assert reply.status == status
    assert reply.json["success"] is (status == 200)
    assert len(reply.json["failed_records"]) == 1


def test_an_empty_batch_is_fine(caller: Caller) -> None:
    assert caller.post("/v1/batch", {"batch": []}).status == 200


def test_a_batch_sent_twice_is_stored_once(caller: Caller, lake: Lake) -> None:
    statuses = [caller.post("/v1/batch", BATCH).status for _ in range(2)]

    assert statuses == [200, 200]
    assert len(stored(lake)) == 1


def test_a_wrong_record_sent_twice_is_kept_once(caller: Caller) -> None:
    for _ in range(2):
        caller.post("/v1/batch", {"batch": [{"type": "track", "userId": "u1", "messageId": "m"}]})

    assert QuarantinedRecord.objects.count() == 1


@pytest.mark.usefixtures("all_at_once")
def test_a_source_that_sends_too_fast_is_told_to_wait(caller: Caller, cast: Cast) -> None:
    change_source(cast.olga, "web-app", settings=SourceSettings(events_a_second=1))
    batch = {"batch": [{"type": "track", **TRACK, "messageId": str(n)} for n in range(50)]}

    first, second = caller.post("/v1/batch", batch), caller.post("/v1/batch", batch)

    assert (first.status, second.status) == (200, 429)
    assert second.headers["Retry-After"] == "49"


@pytest.mark.parametrize("error", [LakeFull(), LakeReadOnly(), LakeUnavailable("gone")])
def test_a_lake_that_takes_nothing_is_tried_again_later(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(Appender, "append", refuse)

    reply = caller.post("/v1/track", TRACK)

    assert (reply.status, reply.headers["Retry-After"]) == (503, "30")


def test_a_page_of_an_allowed_origin_may_read_the_answer(caller: Caller, cast: Cast) -> None:
    settings = SourceSettings(allowed_origins=("https://app.example.org",))
    change_source(cast.olga, "web-app", settings=settings)

    mine = caller.post("/v1/track", TRACK, origin="https://app.example.org")
    other = caller.post("/v1/track", TRACK, origin="https://evil.example.org")
    server = caller.post("/v1/track", TRACK)

    assert (mine.status, other.status, server.status) == (200, 403, 200)
    assert mine.headers["Access-Control-Allow-Origin"] == "https://app.example.org"


def test_a_browser_may_ask_before_it_sends(caller: Caller) -> None:
    reply = caller.send("OPTIONS", "/v1/t", origin="https://app.example.org")

    assert reply.status == 204
    assert "Authorization" in reply.headers["Access-Control-Allow-Headers"]


def test_who_asks_for_feature_flags_is_told_that_there_are_none(caller: Caller) -> None:
    body = json.dumps({"api_key": caller.key, "distinct_id": "u1"}).encode()

    reply = caller.send("POST", "/flags/?v=4", body)

    assert (reply.status, reply.json["featureFlags"]) == (200, {})


def test_the_pixel_is_an_event(caller: Caller, lake: Lake) -> None:
    address = f"/pixel.gif?sdr_s={caller.key}&sdr_o=north&sdr_u=u1&sdr_a=Export&sdr_m=Reports"

    reply = caller.send("GET", address)

    (event,) = stored(lake)
    assert (reply.status, reply.body[:6], reply.headers["Content-Type"]) == (
        *(200, b"GIF89a"),
        "image/gif",
    )
    assert (event["account"], event["person"], event["action"], event["module"]) == (
        *("north", "u1"),
        *("Export", "Reports"),
    )


def test_a_pixel_without_an_account_goes_to_the_quarantine(caller: Caller) -> None:
    reply = caller.send("GET", f"/pixel.gif?sdr_s={caller.key}&sdr_u=u1&sdr_a=Export")

    assert (reply.status, reply.body[:3]) == (400, b"GIF")
    held = QuarantinedRecord.objects.get()
    assert held.field == "sdr_o"
    assert caller.key not in held.raw


def test_what_comes_in_is_counted_by_the_hour(caller: Caller) -> None:
    caller.post("/v1/batch", {"batch": [{"type": "track", **TRACK}, {}, {}]})
    caller.receiver.counters.flush()
    caller.post("/v1/batch", BATCH)
    caller.receiver.counters.flush()

    hours = SourceHour.objects.all()
    assert sum(hour.accepted for hour in hours) == 2
    assert sum(hour.rejected for hour in hours) == 2


def test_a_sources_product_and_account_are_those_of_events_that_name_none(
    caller: Caller, cast: Cast, lake: Lake
) -> None:
    change_source(cast.olga, "web-app", settings=SourceSettings(product="crm", account="north"))
    named = {**TRACK, "messageId": "m2", "properties": {"product": "erp"}}
    named["context"] = {"groupId": "south"}

    caller.post("/v1/track", TRACK)
    caller.post("/v1/track", named)

    assert {(event["product"], event["account"]) for event in stored(lake)} == {
        ("crm", "north"),
        ("erp", "south"),
    }

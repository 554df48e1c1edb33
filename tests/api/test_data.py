from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from tests.api.asking import Api
from tests.capabilities.imports.bringing import EVENTS, stored
from tests.cast import Cast
from uptake.capabilities.imports import queueing
from uptake.capabilities.ingestion.actions import create_source
from uptake.capabilities.ingestion.models import QuarantinedRecord, Source, SourceHour
from uptake.foundation import activity
from uptake.foundation.lake import open_lake
from uptake.store import Lake


@pytest.fixture
def lake(cast: Cast) -> Iterator[Lake]:
    with open_lake() as opened:
        opened.create_workspace("acme")
        yield opened


def _uploaded(key: Api, text: str) -> str:
    data = text.encode()
    upload = key.post("/uploads", {"name": "usage.csv", "size": len(data)}).json()["id"]
    for offset in range(0, len(data), 50):
        key.client.put(
            f"{key.place('/uploads')}/{upload}?offset={offset}",
            data[offset : offset + 50],
            content_type="application/octet-stream",
            headers=key.headers,
        )
    key.post(f"/uploads/{upload}/finish", {})
    return str(upload)


def test_a_file_goes_up_is_rehearsed_imported_and_taken_back(key: Api, lake: Lake) -> None:
    job = key.post("/imports", {"upload": _uploaded(key, EVENTS), "kind": "events"}).json()
    place = f"/imports/{job['number']}"
    rehearsed = key.post(f"{place}/dry-run").json()
    asked = key.post(f"{place}/run")
    queueing.carry_on()
    done = key.get(place).json()

    assert {"time", "person"} <= {c["role"] for c in job["columns"] if c["column"]}
    assert (rehearsed["rehearsal"]["new"], rehearsed["rehearsal"]["rejected"]) == (3, 1)
    assert asked.status_code == 202
    assert (done["state"], done["new"], done["rejected"]) == ("done", 3, 1)
    assert key.items(f"{place}/rejects")[0]["line"] == 5
    assert len(stored(lake)) == 3

    key.post(f"{place}/undo")
    queueing.carry_on()

    assert key.get(place).json()["state"] == "undone"
    assert stored(lake) == []


def test_columns_are_set_and_a_wrong_one_is_told(key: Api, lake: Lake) -> None:
    job = key.post("/imports", {"upload": _uploaded(key, EVENTS), "kind": "events"}).json()
    place = f"/imports/{job['number']}/columns"

    wrong = key.send("PUT", place, {"columns": {"time": "colour"}})
    right = key.send("PUT", place, {"columns": {"action": "=used"}}).json()

    assert wrong.status_code == 422
    assert "time" in wrong.json()["detail"]
    assert next(c["column"] for c in right["columns"] if c["role"] == "action") == "=used"


def test_a_piece_out_of_step_is_told_where_to_go_on(key: Api, lake: Lake) -> None:
    upload = key.post("/uploads", {"name": "a.csv", "size": 10}).json()["id"]

    answer = key.client.put(
        f"{key.place('/uploads')}/{upload}?offset=5", b"12345", headers=key.headers
    )

    assert answer.status_code == 409
    assert "byte 0" in answer.json()["detail"]


def test_an_import_that_has_not_run_is_dropped(key: Api, lake: Lake) -> None:
    job = key.post("/imports", {"upload": _uploaded(key, EVENTS), "kind": "events"}).json()

    dropped = key.send("DELETE", f"/imports/{job['number']}")

    assert (dropped.status_code, dropped.content) == (204, b"")
    assert key.get(f"/imports/{job['number']}").status_code == 404


def test_a_source_is_made_changed_rotated_and_its_key_revoked(key: Api) -> None:
    made = key.post("/sources", {"name": "Web app"}).json()
    changed = key.send("PUT", "/sources/web-app", {"is_strict": False, "product": "crm"}).json()
    rotated = key.post("/sources/web-app/rotation", {"overlap_hours": 0}).json()
    shown = key.get("/sources/web-app", hours=3).json()
    revoked = key.send("DELETE", f"/sources/web-app/keys/{shown['keys'][0]['id']}")

    assert made["key"] != rotated["key"]
    assert (changed["is_strict"], changed["product"]) == (False, "crm")
    assert len(shown["keys"]) == 1
    assert len(shown["hours"]) == 3
    assert revoked.status_code == 204
    assert key.get("/sources/web-app").json()["keys"] == []


def test_a_source_says_what_came_and_what_was_wrong(cast: Cast, key: Api) -> None:
    create_source(cast.olga, "Web app")
    source = Source.objects.get()
    hour = now().replace(minute=0, second=0, microsecond=0)
    SourceHour.objects.create(source=source, hour=hour, accepted=7, rejected=2)
    record = QuarantinedRecord.objects.create(
        source=source,
        protocol="segment",
        call="track",
        received_at=now(),
        message="no event",
        message_id="m",
        raw="{}",
        fingerprint="f",
    )

    listed = key.items("/sources")[0]
    waiting = key.items("/sources/web-app/quarantine", state="waiting")
    settled = key.post(f"/quarantine/{record.pk}/discard").json()

    assert (listed["accepted"], listed["rejected"], listed["waiting"]) == (7, 2, 1)
    assert [row["message"] for row in waiting] == ["no event"]
    assert (settled["state"], settled["raw"]) == ("discarded", "")
    assert key.post(f"/quarantine/{record.pk}/discard").status_code == 409


@pytest.mark.parametrize(("path", "most"), [("/sources", 5), ("/imports", 2), ("/audit", 2)])
def test_a_list_takes_the_same_few_queries_however_long(
    cast: Cast,
    key: Api,
    lake: Lake,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    most: int,
) -> None:
    upload = _uploaded(key, EVENTS)
    for n in range(6):
        create_source(cast.olga, f"Source {n}")
        key.post("/imports", {"upload": upload, "kind": "events"})

    with django_assert_num_queries(most):
        assert len(key.items(path)) >= 6


def test_the_audit_log_is_filtered_and_comes_page_by_page(cast: Cast, key: Api) -> None:
    for cups in range(3):
        activity.record(cast.edith, "tea.made", cups=cups)
    activity.record(cast.olga, "tea.drunk")

    first = key.get("/audit", verb="tea.made", limit=2).json()
    second = key.get("/audit", verb="tea.made", limit=2, cursor=first["next"]).json()

    assert [row["facts"]["cups"] for row in first["items"] + second["items"]] == [2, 1, 0]
    assert {row["who"] for row in first["items"]} == {"edith@example.org"}
    assert key.items("/audit", who="olga", verb="tea.made") == []


def test_members_and_keys_are_listed_for_owners(cast: Cast, olga: Api, key: Api) -> None:
    members = olga.items("/members")
    keys = olga.items("/keys")

    assert [row["email"] for row in members][:2] == ["olga@example.org", "carla@example.org"]
    assert next(row["account"] for row in members if row["name"] == "carla") == "north"
    assert keys[0]["prefix"].startswith("uptk_")
    assert "key" not in keys[0]

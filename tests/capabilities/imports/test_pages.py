"""The way through the pages without a script, and who is let in."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.capabilities.imports.bringing import EVENTS, imported, looked_at, stored
from tests.cast import Cast
from uptake.capabilities.imports import actions, queueing, uploading
from uptake.capabilities.imports.models import Import, SavedMapping, State, WatchedFolder
from uptake.foundation.actor import Actor
from uptake.store import Lake

HOME = "/w/acme/data/imports/"


def signed_in(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    return client


def test_a_small_file_needs_no_script(cast: Cast, lake: Lake) -> None:
    client = signed_in(cast.edith)
    file = SimpleUploadedFile("usage.csv", EVENTS.encode())

    sent = client.post(f"{HOME}new/", {"kind": "events", "source": "crm", "file": file})
    page = sent.url
    columns = client.get(page).content.decode()
    rehearsed = client.post(
        f"{page}mapping/", {"role-person": "user", "role-time": "time", "role-team": "team"}
    )
    dry_run = client.get(rehearsed.url).content.decode()
    client.post(f"{page}run/")
    waiting = client.get(page).content.decode()
    queueing.carry_on()
    result = client.get(page).content.decode()
    rejects = b"".join(client.get(f"{page}rejects.csv").streaming_content)
    client.post(f"{page}keep-mapping/", {"name": "Desk"})
    client.post(f"{page}undo/")
    queueing.carry_on()
    undone = client.get(page).content.decode()

    assert "Is this what the columns of usage.csv mean?" in columns
    assert "usage.csv would bring 3 new events." in dry_run
    assert 'http-equiv="refresh"' in waiting
    assert "usage.csv brought 3 new events." in result
    assert rejects.decode().splitlines()[1].startswith("5,not a time,")
    assert SavedMapping.objects.get().name == "Desk"
    assert "The import of usage.csv was undone." in undone
    assert Import.objects.get().source == "crm"
    assert stored(lake) == []


def test_a_file_in_pieces_goes_on_from_where_the_server_says(cast: Cast, lake: Lake) -> None:
    client = signed_in(cast.edith)
    data = EVENTS.encode()
    facts = {"name": "usage.csv", "size": len(data), "fingerprint": "f"}
    started = client.post(f"{HOME}uploads/", facts).json()

    def put(offset: int, piece: bytes, **headers: str) -> tuple[int, int]:
        answer = client.put(
            started["address"],
            piece,
            content_type="application/octet-stream",
            headers={"Upload-Offset": str(offset), **headers},
        )
        return answer.status_code, answer.json()["offset"]

    first = put(0, data[:50])
    early = put(90, data[90:])
    damaged = put(50, data[50:], **{"Upload-Checksum": f"sha256 {'0' * 64}"})
    too_soon = client.post(started["finish"], {"kind": "events"})
    resumed = client.post(f"{HOME}uploads/", facts).json()
    rest = put(resumed["offset"], data[resumed["offset"] :])
    done = client.post(started["finish"], {"kind": "events"}).json()
    twice = client.post(started["finish"], {"kind": "events"}).json()

    assert (first, early, damaged) == ((200, 50), (409, 50), (422, 50))
    assert too_soon.status_code == 409
    assert (resumed["upload"], resumed["offset"]) == (started["upload"], 50)
    assert rest == (200, len(data))
    assert done == twice == {"import": Import.objects.get().pk, "address": done["address"]}
    assert client.get(done["address"]).status_code == 200


def test_a_wrong_mapping_is_said_beside_its_column(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)

    answer = signed_in(cast.edith).post(f"{HOME}{job.pk}/mapping/", {"role-time": "event"})

    assert answer.status_code == 422
    assert "No value of &#x27;event&#x27; can be read as a time" in answer.content.decode()


def test_one_value_for_every_row_can_be_written(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    form = {"role-product": "", "fixed-product": "Desk", "timezone": "Europe/Berlin"}

    signed_in(cast.edith).post(f"{HOME}{job.pk}/mapping/", form)

    job.refresh_from_db()
    assert "product: =Desk" in job.mapping
    assert "timezone: Europe/Berlin" in job.mapping


def test_a_file_of_another_kind_is_looked_at_anew(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, "user_id,name,team\nann,Ann,Sales\n", kind="people")

    signed_in(cast.edith).post(f"{HOME}{job.pk}/kind/", {"kind": "accounts"})

    job.refresh_from_db()
    assert (job.kind, "name: name" in job.mapping) == ("accounts", True)


def test_folders_and_mappings_are_kept_by_form(cast: Cast, lake: Lake, tmp_path: object) -> None:
    client = signed_in(cast.edith)
    job = looked_at(cast.edith, lake, EVENTS)
    kept = actions.save_mapping(cast.edith, job.pk, name="Desk")
    form = {"path": f"{tmp_path}/watched", "pattern": "*.csv", "kind": "events"}

    wrong = client.post(f"{HOME}folders/", form | {"path": "/etc"})
    made = client.post(f"{HOME}folders/", form | {"mapping": str(kept.pk)})
    folder = WatchedFolder.objects.get()
    client.post(f"{HOME}folders/{folder.pk}/pause/", {"active": "no"})
    paused = client.get(f"{HOME}folders/").content.decode()
    refused = client.post(f"{HOME}mappings/{kept.pk}/delete/", follow=True).content.decode()
    client.post(f"{HOME}folders/{folder.pk}/forget/")
    client.post(f"{HOME}mappings/{kept.pk}/delete/")

    assert (wrong.status_code, made.status_code) == (422, 302)
    assert "paused" in paused
    assert "A watched folder uses this mapping" in refused
    assert not SavedMapping.objects.exists()
    assert not WatchedFolder.objects.exists()


def pages_of(job: Import, upload: object) -> list[tuple[str, str]]:
    at = f"{HOME}{job.pk}/"
    return [
        ("get", HOME),
        ("get", f"{HOME}new/"),
        ("post", f"{HOME}new/"),
        ("post", f"{HOME}uploads/"),
        ("get", f"{HOME}uploads/{upload}/"),
        ("put", f"{HOME}uploads/{upload}/"),
        ("post", f"{HOME}uploads/{upload}/finish/"),
        ("get", at),
        *(("post", f"{at}{name}/") for name in ("kind", "mapping", "run", "undo", "again")),
        *(("post", f"{at}{name}/") for name in ("discard", "keep-mapping")),
        *(("get", f"{at}{name}") for name in ("rejects.csv", "mapping.yaml", "undo/")),
        ("get", f"{HOME}mappings/"),
        ("post", f"{HOME}mappings/1/delete/"),
        ("get", f"{HOME}folders/"),
        ("post", f"{HOME}folders/"),
        ("post", f"{HOME}folders/1/pause/"),
        ("post", f"{HOME}folders/1/forget/"),
    ]


def test_viewers_and_strangers_are_let_in_nowhere(cast: Cast, lake: Lake) -> None:
    job = imported(cast.edith, lake, EVENTS)
    upload = uploading.start_upload(cast.edith, "a.csv", size=9)
    victor, stan = signed_in(cast.victor), signed_in(cast.stan)
    facts = {"size": "9", "name": "a.csv", "kind": "events"}

    def answers(client: Client) -> set[int]:
        return {
            getattr(client, method)(address, facts if method == "post" else None).status_code
            for method, address in pages_of(job, upload.pk)
        }

    assert answers(victor) == {403}
    assert answers(stan) == {404}
    job.refresh_from_db()
    assert job.state == State.DONE


def test_imports_of_another_workspace_are_not_there(cast: Cast, lake: Lake) -> None:
    job = imported(cast.edith, lake, EVENTS)
    stan = signed_in(cast.stan)

    there = stan.get(f"/w/elsewhere/data/imports/{job.pk}/")
    listed = stan.get("/w/elsewhere/data/imports/").content.decode()

    assert there.status_code == 404
    assert "usage.csv" not in listed


def test_the_history_asks_no_more_the_longer_it_is(cast: Cast, lake: Lake) -> None:
    client = signed_in(cast.edith)
    looked_at(cast.edith, lake, EVENTS)
    client.get(HOME)  # whatever a session asks once
    with CaptureQueriesContext(connection) as short:
        client.get(HOME)
    for _ in range(11):
        looked_at(cast.edith, lake, EVENTS)

    with CaptureQueriesContext(connection) as long:
        answer = client.get(HOME)

    assert answer.content.decode().count("usage.csv") >= 12
    assert len(long) == len(short)


def test_a_rejected_row_is_no_formula_in_a_spreadsheet(cast: Cast, lake: Lake) -> None:
    job = imported(cast.edith, lake, "user,time\n=1+2,never\nann,2026-03-02\n")

    answer = signed_in(cast.edith).get(f"{HOME}{job.pk}/rejects.csv")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "line,reason,row"
    assert lines[1].endswith('"\'=1+2,never"')

"""An erased person is gone from answers at once, from every byte afterwards, and stays away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lake_model import rollups, rollups_from_events, stored_rows

from lake_events import NOON, event, many, table, uuid_text
from uptake.store import Lake, Loader
from uptake.store.compaction import Compaction, Purge, compact
from uptake.store.erasure import UnknownPerson, erase_person
from uptake.store.schema import TermKind
from uptake.store.segments import FIRST

PERSON = "ingrid.tracer@example.com"
OBJECT = "OBJECT-OF-INGRID-77"
CASE = "CASE-OF-INGRID-77"
NOTE = "note-of-ingrid-77"
TEXT_ID = "text-message-of-ingrid-77"


def traces() -> list[bytes]:
    """Everything that would give the person away."""
    uuids = [uuid_text(at) for at in range(9_000, 9_040)]
    binary = [bytes.fromhex(text.replace("-", "")) for text in uuids]
    texts = [PERSON, OBJECT, CASE, NOTE, TEXT_ID, *uuids]
    return [*(text.encode() for text in texts), *binary]


def of_the_person(first: int, count: int) -> list[dict[str, object]]:
    return [
        event(
            uuid_text(at),
            person=PERSON,
            object_id=OBJECT,
            case_id=CASE,
            properties=f'{{"note": "{NOTE}"}}',
        )
        for at in range(first, first + count)
    ]


@pytest.fixture(name="loaded")
def _loaded(lake: Lake) -> Lake:
    """The person's events in compacted files, in new files, and in the inbox."""
    loader = Loader(lake)
    lake.append("acme", table(of_the_person(9_000, 20)))
    lake.append("acme", many(1_000))
    loader.drain("acme")
    compact(lake, "acme", thorough=True)
    lake.append("acme", table([*of_the_person(9_020, 10), event(TEXT_ID, person=PERSON)]))
    loader.drain("acme")
    loader.close()
    lake.append("acme", table(of_the_person(9_030, 10)))
    return lake


def bytes_of(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_no_byte_of_the_person_is_left(loaded: Lake, tmp_path: Path) -> None:
    erase_person(loaded, "acme", PERSON)

    found = [trace for content in bytes_of(tmp_path) for trace in traces() if trace in content]
    assert found == []


def test_the_bytes_are_searched_where_they_would_be(loaded: Lake, tmp_path: Path) -> None:
    found = {trace for content in bytes_of(loaded.root) for trace in traces() if trace in content}

    assert {OBJECT.encode(), CASE.encode(), traces()[-40]} <= found


def test_what_is_loaded_is_wiped_from_segments_that_are_still_written(loaded: Lake) -> None:
    waiting = loaded.append("acme", table([event("later", person="another")]))
    erase_person(loaded, "acme", PERSON)
    after = loaded.append("acme", table([event("last", person="another")]))

    segment, _, offset = str(after.batch_id).partition(":")
    content = (loaded.folder("acme") / "inbox" / segment).read_bytes()
    assert str(waiting.batch_id).startswith(segment)
    assert not any(content[FIRST : int(offset)])
    assert loaded.tail("acme")["message_id"].to_pylist() == ["last"]


def test_answers_forget_the_person_and_keep_the_others(loaded: Lake) -> None:
    erase_person(loaded, "acme", PERSON)

    with loaded.snapshot("acme") as snapshot:
        people = snapshot.codes(TermKind.PERSON)
    assert PERSON not in people
    assert sum(stored_rows(loaded).values()) == 1_000
    assert rollups(loaded) == rollups_from_events(loaded)


def test_answers_are_right_before_the_files_are_written_anew(
    loaded: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Compaction, "purge_erased", lambda _: Purge())
        erase_person(loaded, "acme", PERSON)

    assert sum(stored_rows(loaded).values()) == 1_000
    assert rollups(loaded) == rollups_from_events(loaded)


def test_compaction_finishes_an_erasure_that_broke_off(
    loaded: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Compaction, "purge_erased", lambda _: Purge())
        erase_person(loaded, "acme", PERSON)

    report = compact(loaded, "acme")

    found = [trace for content in bytes_of(tmp_path) for trace in traces() if trace in content]
    assert report.people_purged == 1
    assert found == []


def test_the_receipt_says_what_went_and_does_not_name_the_person(loaded: Lake) -> None:
    receipt = erase_person(loaded, "acme", PERSON)

    assert receipt.events == 41
    assert any(path.startswith("events/2026-03/") for path in receipt.files_rewritten)
    assert any(path.startswith("rollups/person_days/") for path in receipt.files_rewritten)
    assert receipt.files_awaiting_readers == 0
    assert any("Backups" in sentence for sentence in receipt.remains)
    assert PERSON not in repr(receipt)


def test_erasing_again_gives_the_first_receipt_again(loaded: Lake) -> None:
    first = erase_person(loaded, "acme", PERSON)

    again = erase_person(loaded, "acme", PERSON)

    assert (again.receipt_id, again.events, again.erased_at) == (
        first.receipt_id,
        first.events,
        first.erased_at,
    )


def test_a_person_nobody_knows_is_not_erased(loaded: Lake) -> None:
    with pytest.raises(UnknownPerson, match="check the spelling"):
        erase_person(loaded, "acme", "nobody")


def test_a_person_without_events_can_be_refused_all_the_same(loaded: Lake) -> None:
    receipt = erase_person(loaded, "acme", "quiet", even_unknown=True)

    loaded.append("acme", table([event("new", person="quiet"), event("other", person="loud")]))
    report = Loader(loaded).drain("acme")
    again = erase_person(loaded, "acme", "quiet")

    assert (receipt.events, receipt.files_rewritten) == (0, ())
    assert (report.stored, report.rejected) == (1, 1)
    assert (again.receipt_id, again.erased_at) == (receipt.receipt_id, receipt.erased_at)


def test_erased_people_are_recognised_without_being_stored(loaded: Lake, tmp_path: Path) -> None:
    quiet = erase_person(loaded, "acme", "quiet.as.a.mouse", even_unknown=True)
    loud = erase_person(loaded, "acme", PERSON)

    found = loaded.erased_among("acme", [PERSON, "quiet.as.a.mouse", "person-1"])

    assert found == {PERSON: loud.erased_at, "quiet.as.a.mouse": quiet.erased_at}
    assert not any(b"quiet.as.a.mouse" in content for content in bytes_of(tmp_path))


def test_erased_people_are_known_to_their_workspace_alone(loaded: Lake) -> None:
    loaded.create_workspace("other")
    erase_person(loaded, "acme", PERSON)

    assert loaded.erased_among("other", [PERSON]) == {}


def test_the_person_is_refused_from_then_on_and_counted(loaded: Lake) -> None:
    erase_person(loaded, "acme", PERSON)
    loaded.append("acme", table([*of_the_person(9_000, 7), event("new", person="another")]))
    batches = iter(table(of_the_person(9_500, 5)).to_batches())

    loaded_again = Loader(loaded).drain("acme")
    imported = loaded.bulk_load("acme", batches, import_key="again", content_keyed=False)

    assert (loaded_again.stored, loaded_again.rejected) == (1, 7)
    assert (imported.stored, imported.rejected) == (0, 5)


def test_a_loader_that_knew_the_person_does_not_bring_the_identifier_back(loaded: Lake) -> None:
    loader = Loader(loaded)
    loader.drain("acme")

    erase_person(loaded, "acme", PERSON)
    loaded.append("acme", table(of_the_person(9_000, 3)))
    report = loader.drain("acme")

    assert (report.stored, report.rejected) == (0, 3)


def test_other_workspaces_keep_their_events(loaded: Lake) -> None:
    loaded.create_workspace("other")
    loaded.append("other", table(of_the_person(9_000, 3)))
    Loader(loaded).drain("other")

    erase_person(loaded, "acme", PERSON)

    with loaded.snapshot("other") as snapshot:
        kept = snapshot.connection.sql("SELECT count(*) FROM events").fetchall()
    assert kept == [(3,)]


def test_files_wait_for_a_reader_and_the_receipt_says_so(loaded: Lake) -> None:
    with loaded.snapshot("acme"):
        receipt = erase_person(loaded, "acme", PERSON)

    assert receipt.files_awaiting_readers > 0


def test_the_last_person_of_an_account_leaves_no_hours(lake: Lake) -> None:
    lake.append("acme", table([event("a", person=PERSON, occurred_at=NOON)]))

    erase_person(lake, "acme", PERSON)

    assert rollups(lake) == {"person_day_actions": [], "person_days": [], "account_hours": []}


def test_a_long_query_on_the_database_puts_the_rest_off(loaded: Lake) -> None:
    with loaded.database.reading() as session:
        session.query("SELECT COUNT(*) FROM lake_term")
        receipt = erase_person(loaded, "acme", PERSON)

    assert "compact again" in receipt.remains[0]
    assert sum(stored_rows(loaded).values()) == 1_000
    assert compact(loaded, "acme").people_purged == 1
    assert compact(loaded, "acme").people_purged == 0

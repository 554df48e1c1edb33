"""Uploads arrive whole, whatever is sent twice, late, damaged or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from uptake.capabilities.imports import files, uploading
from uptake.capabilities.imports.errors import NotTheSameFile, OutOfStep
from uptake.foundation.errors import DomainError, Invalid, NotFound

DATA = bytes(range(256)) * 4


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pieces=st.lists(st.tuples(st.integers(0, 1024), st.integers(1, 300)), max_size=25))
def test_pieces_may_come_twice_overlap_or_come_early(
    cast: Cast, pieces: list[tuple[int, int]]
) -> None:
    upload = uploading.start_upload(cast.edith, "a.bin", size=len(DATA))
    for offset, length in [*pieces, *((at, 128) for at in range(0, len(DATA), 128))]:
        try:
            uploading.append_chunk(
                cast.edith, upload.pk, offset=offset, data=DATA[offset : offset + length]
            )
        except OutOfStep:
            continue

    whole = uploading.finish_upload(
        cast.edith, upload.pk, sha256=hashlib.sha256(DATA).hexdigest().upper()
    )

    assert files.upload_path(whole).read_bytes() == DATA
    assert whole.sha256 == hashlib.sha256(DATA).hexdigest()


def test_the_same_file_goes_on_where_it_stopped(cast: Cast) -> None:
    first = uploading.start_upload(cast.edith, "a.csv", size=1024, fingerprint="7-ab")
    uploading.append_chunk(cast.edith, first.pk, offset=0, data=DATA[:500])

    again = uploading.start_upload(cast.edith, "a.csv", size=1024, fingerprint="7-ab")
    other = uploading.start_upload(cast.edith, "a.csv", size=1024, fingerprint="8-ab")
    hers = uploading.start_upload(cast.olga, "a.csv", size=1024, fingerprint="7-ab")

    assert (again.pk, again.offset) == (first.pk, 500)
    assert first.pk not in (other.pk, hers.pk)
    assert (other.offset, hers.offset) == (0, 0)


def test_a_crash_between_disk_and_row_leaves_nothing_wrong(cast: Cast) -> None:
    upload = uploading.start_upload(cast.edith, "a.bin", size=len(DATA))
    uploading.append_chunk(cast.edith, upload.pk, offset=0, data=DATA[:400])
    with files.upload_path(upload).open("ab") as file:
        file.write(b"torn and unaccounted for")

    uploading.append_chunk(cast.edith, upload.pk, offset=400, data=DATA[400:])

    assert files.upload_path(upload).read_bytes() == DATA
    assert uploading.finish_upload(cast.edith, upload.pk).is_whole


def test_what_is_damaged_on_its_way_is_refused(cast: Cast) -> None:
    upload = uploading.start_upload(cast.edith, "a.bin", size=1024)

    with pytest.raises(NotTheSameFile, match="damaged on its way"):
        uploading.append_chunk(cast.edith, upload.pk, offset=0, data=b"x", sha256="00" * 32)
    with pytest.raises(NotTheSameFile, match="longer than the 1,024 bytes"):
        uploading.append_chunk(cast.edith, upload.pk, offset=0, data=DATA + b"x")
    with pytest.raises(OutOfStep, match="go on at byte 0"):
        uploading.finish_upload(cast.edith, upload.pk)
    uploading.append_chunk(cast.edith, upload.pk, offset=0, data=DATA)
    with pytest.raises(NotTheSameFile, match="upload it again"):
        uploading.finish_upload(cast.edith, upload.pk, sha256="00" * 32)


@pytest.mark.parametrize("name", ["", "..", "/", "C:\\"])
def test_a_file_needs_a_name(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid, match="has no name"):
        uploading.start_upload(cast.edith, name, size=3)


def test_a_name_leads_nowhere_else(cast: Cast, data_dir: Path) -> None:
    upload = uploading.start_upload(cast.edith, "..\\..\\/etc/passwd", size=3)

    assert upload.name == "passwd"
    assert files.upload_path(upload).is_relative_to(data_dir / "uploads")


def test_an_empty_file_and_one_without_room_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="is empty"):
        uploading.start_upload(cast.edith, "a.csv", size=0)
    with pytest.raises(Invalid, match="no room"):
        uploading.start_upload(cast.edith, "a.csv", size=1 << 60)


def test_uploads_of_others_are_not_there(cast: Cast) -> None:
    upload = uploading.start_upload(cast.edith, "a.csv", size=9)

    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            uploading.start_upload(actor, "a.csv", size=9)
        with pytest.raises(DomainError):
            uploading.append_chunk(actor, upload.pk, offset=0, data=b"x")
        with pytest.raises(DomainError):
            uploading.finish_upload(actor, upload.pk)
    with pytest.raises(NotFound):
        uploading.access_upload(cast.edith, uuid4())
    with pytest.raises(NotFound):
        uploading.access_upload(cast.edith, "nonsense")

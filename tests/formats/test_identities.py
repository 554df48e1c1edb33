"""Identities made from content are the same for good, and come out one by one or all at once."""

from __future__ import annotations

from unittest.mock import patch

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from uptake.formats import identities
from uptake.formats.identities import ids_of_texts

WORD = (1 << 64) - 1


def mixed(number: int) -> int:
    number = (number + 0x9E3779B97F4A7C15) & WORD
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & WORD
    return number ^ (number >> 31)


def identity(text: str) -> bytes:
    """The same function, a word at a time."""
    content = text.encode()
    one, other = (int.from_bytes(seed, "big") ^ len(content) for seed in (b"uptake 1", b"uptake 2"))
    for at in range(0, len(content), 8):
        one = mixed(one ^ int.from_bytes(content[at : at + 8], "little"))
        other = ((other ^ one) * 0xD6E8FEB86659FD93) & WORD
    return one.to_bytes(8, "little") + mixed(other).to_bytes(8, "little")


@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=40))
def test_many_at_once_have_the_identities_they_have_one_by_one(texts: list[str]) -> None:
    with patch.object(identities, "ROWS_AT_ONCE", 7):
        ids = ids_of_texts(pa.array(texts)).to_pylist()

    assert ids == [identity(text) for text in texts]


def test_the_identity_of_a_text_never_changes() -> None:
    (known,) = ids_of_texts(pa.array(["Zoë\x1f2024-03-01"])).to_pylist()

    assert known.hex() == "67bf09ebf98de0443c35e0dad25996e1"


def test_texts_that_differ_by_what_fills_the_last_word_have_different_identities() -> None:
    ids = ids_of_texts(pa.array(["", "\0", "\0" * 8, "a", "a\0"])).to_pylist()

    assert len(set(ids)) == 5


def test_a_slice_of_texts_has_the_identities_of_its_texts() -> None:
    texts = pa.array(["ann", "bob", "cyd", "dan"])

    assert ids_of_texts(texts.slice(1, 2)).equals(ids_of_texts(texts).slice(1, 2))

"""Members of a JSON object are found wherever blocks of the file end, and read batch by batch."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.formats import json_members
from uptake.formats.errors import UnusableFileError
from uptake.formats.json_members import Nested, NoWholeJsonError, members_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\/[]{},:\u20ac', max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(alphabet='ab"\\[', max_size=4), VALUES, max_size=5)


def read(text: bytes) -> dict[str, object]:
    """Every member: lists element by element, other nested ones by the bytes that they are."""
    found: dict[str, object] = {}
    for name, member in members_of(io.BytesIO(text)).items():
        if not isinstance(member, Nested):
            found[name] = member
        elif member.is_list:
            batches = member.batches(io.BytesIO(text))
            found[name] = [each for batch in batches for each in msgspec.json.decode(batch)]
        else:
            found[name] = msgspec.json.decode(text[member.begin : member.end])
    return found


@settings(max_examples=150)
@given(OBJECTS, st.integers(1, 40), st.booleans())
def test_what_is_read_in_blocks_is_what_the_whole_document_says(
    content: dict[str, object], block: int, is_ascii: bool
) -> None:
    text = json.dumps(content, ensure_ascii=is_ascii, indent=block % 3 or None).encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(json_members, "BLOCK", block)

        assert read(text) == content


def test_long_lists_are_read_in_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_members, "BLOCK", 64)
    text = json.dumps({"events": list(range(500)), "more": "x"}).encode()

    member = members_of(io.BytesIO(text))["events"]

    assert isinstance(member, Nested)
    assert len(list(member.batches(io.BytesIO(text)))) > 10
    assert read(text)["events"] == list(range(500))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[1]",
        b'{"a": [1, 2}',
        b'{"a": [1, 2]',
        b'{"a": "b}',
        b'{"a": [1]]}',
        b'{"a": [1]} {"b": 2}',
        b'{"a": [}',
        b'{"a" [1]}',
        b'{"a": ' + b"[" * 2_000 + b"]" * 2_000 + b"}",
        b'{"a": {}' + b', "a": {}' * 2_000 + b"}",
    ],
)
def test_what_is_no_whole_object_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_a_comma_with_nothing_behind_it_is_refused_where_batches_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_members, "BLOCK", 4)

    with pytest.raises(NoWholeJsonError, match="followed by nothing"):
        read(b'{"a": [1, 2, 3, ]}')


def test_an_element_of_any_size_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_members, "BLOCK", 32)
    monkeypatch.setattr(json_members, "MOST_AT_ONCE", 200)

    with pytest.raises(UnusableFileError, match="has an element of more than"):
        read(json.dumps({"a": [1, "x" * 300, 2]}).encode())

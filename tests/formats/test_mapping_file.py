"""A mapping that people wrote is taken, or refused with the place to mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import EVENTS, write
from uptake.formats import (
    Mapping,
    MappingError,
    RecordKind,
    RecordMapping,
    Role,
    load_mapping,
    load_record_mapping,
    open_table,
)

WHOLE = """\
roles:
  person: user
  time: {column: time, formats: [iso, "%d.%m.%Y"]}
  action: =looked
origin: 2020-01-01
timezone: Europe/Berlin
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("mapped") / "events.csv", EVENTS)
    with open_table(path) as opened:
        yield opened


def loaded(table, text: str) -> Mapping:
    return load_mapping(write(Path(table.source.path).parent / "mapping.yaml", text), table)


def test_everything_that_is_said_is_taken(table):
    mapping = loaded(table, WHOLE)

    assert mapping.get(Role.TIME).time.parsers == ("iso", "%d.%m.%Y")
    assert mapping.get(Role.ACTION).constant == "looked"
    assert (str(mapping.origin), mapping.timezone) == ("2020-01-01", "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1, 2", r"mapping\.yaml, line 1"),
        ("just words", r"mapping\.yaml is no mapping"),
        ("roles: nothing", r"mapping\.yaml is no mapping"),
        ("roles: {1: user}", "'1' is not a role"),
        ("roles: {person: [user]}", "line 1: write one text"),
        ("roles: {time: {column: time, formats: [banana]}}", "'banana' is no format of times"),
        ("roles: {time: {column: time, formats: ['%Q']}}", "'%Q' is no format of times"),
        ("roles: {time: {column: time, formats: {a: b}}}", "line 1: write a list"),
        ("roles: {time: {columns: time}}", "'columns' means nothing here"),
        ("roles: {person: user}\norigin: 2025-13-45", "line 2: '2025-13-45' is no date"),
        ("roles: &a {person: *a}", "an alias names itself"),
        ("roles: " + "[" * 900, "nests lists too deep"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(table, text, says):
    with pytest.raises(MappingError, match=says):
        loaded(table, text)


@settings(max_examples=40)
@given(st.data())
def test_a_damaged_mapping_is_taken_or_refused(table, data):
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    to = data.draw(st.integers(at, min(len(WHOLE), at + 20)))
    odd = st.text(st.sampled_from("[]{}:-&*#%'\"\n a1="), max_size=5)

    assert isinstance(outcome(table, WHOLE[:at] + data.draw(odd) + WHOLE[to:]), str | Mapping)


def outcome(table, text: str) -> Mapping | str:
    try:
        return loaded(table, text)
    except MappingError as problem:
        return str(problem)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fields: {external_id: [user]}", "line 1: write one text"),
        ("kind: people\nfields: {external_id: user}", "maps people, not accounts"),
        ("fields: user", "is no mapping: it needs fields"),
    ],
)
def test_mappings_of_records_are_refused_alike(table, text, says):
    saved = write(Path(table.source.path).parent / "mapping.yaml", text)

    with pytest.raises(MappingError, match=says):
        load_record_mapping(saved, table, RecordKind.ACCOUNTS)


def test_a_mapping_of_records_is_taken(table):
    saved = write(
        Path(table.source.path).parent / "mapping.yaml",
        "kind: people\nfields: {external_id: user}\n",
    )

    mapping = load_record_mapping(saved, table, RecordKind.PEOPLE)

    assert isinstance(mapping, RecordMapping)
    assert mapping.fields[0].column.name == "user"

from __future__ import annotations

import dataclasses
import gzip
import json
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.case_strategies import content
from tests.formats.object_strategies import TYPES, facts, object_logs
from uptake.formats import json_members, object_log_building
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import Performer
from uptake.formats.case_logs import open_case_log
from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.object_log_building import ObjectLogBuilder
from uptake.formats.ocel import ocel_reader, write_object_log
from uptake.formats.ocel_steps import flattened

EXAMPLES = ("ocel20_example.jsonocel", "ocel20_example.xmlocel", "ocel20_example.sqlite")
SYNTAXES = (".json", ".xml", ".sqlite")
HEAD = 4_096


def read(path):
    return ocel_reader(path.read_bytes()[:HEAD], path.name)(path, "UTC")


@settings(max_examples=20)
@given(object_logs())
def test_the_three_syntaxes_say_the_same(tmp_path_factory, log):
    folder = tmp_path_factory.mktemp("x")
    for syntax in SYNTAXES:
        write_object_log(log, folder / f"log{syntax}")

        assert facts(read(folder / f"log{syntax}")) == facts(log), syntax


@settings(max_examples=12)
@given(object_logs(), st.sampled_from(TYPES))
def test_cases_do_not_depend_on_the_syntax(tmp_path_factory, log, kind):
    folder = tmp_path_factory.mktemp("x")
    found = []
    for syntax in SYNTAXES:
        write_object_log(log, folder / f"log{syntax}")
        found.append(outcome(folder / f"log{syntax}", CaseChoices(object_type=kind)))

    assert found[0] == found[1] == found[2]


@settings(max_examples=15)
@given(object_logs(), st.integers(1, 3))
def test_what_is_read_does_not_depend_on_how_much_is_read_at_once(tmp_path_factory, log, few):
    folder = tmp_path_factory.mktemp("x")
    for syntax in SYNTAXES:
        write_object_log(log, folder / f"log{syntax}")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(object_log_building, "AT_ONCE", few)
            patched.setattr(json_members, "BLOCK", 16 * few)

            assert facts(read(folder / f"log{syntax}")) == facts(log), syntax


def test_attributes_stand_in_the_order_of_their_names_in_every_syntax(tmp_path):
    """What comes first in one syntax, or comes first and cannot be read, comes last in another."""
    builder = ObjectLogBuilder("made up", "UTC")
    for of in ("event", "object"):
        builder.declare(of, "o", [("due", "time"), ("count", "integer")])
    changes = [("due", None, "no date"), ("due", None, "2024-03-01"), ("count", None, 1)]
    builder.add_object("a", "o", changes, [])
    builder.add_event("e0", "o", None, [("due", "no date")], [("a", "")])
    builder.add_event("e1", "o", None, [("due", "2024-03-01"), ("count", 0)], [("a", "")])
    log = builder.log()

    for syntax in SYNTAXES:
        write_object_log(log, tmp_path / f"log{syntax}")
        found = facts(read(tmp_path / f"log{syntax}"))

        assert [name for name, _ in found["events"][1].values] == ["count", "due"], syntax
        assert found == facts(log), syntax


def test_types_that_stand_behind_events_count_all_the_same(tmp_path):
    told = [{"name": "do", "attributes": [{"name": "n", "type": "integer"}]}]
    happened = [event("e1", ["a"], attributes=[{"name": "n", "value": "7"}])]
    document = {"events": happened, "objects": [{"id": "a", "type": "o"}], "eventTypes": told}
    path = tmp_path / "log.json.gz"
    path.write_bytes(gzip.compress(json.dumps(document).encode()))

    assert open_case_log(path).event_attributes["n"].to_pylist() == [7]


def test_attributes_of_objects_beyond_a_thousand_are_left_out_and_counted(tmp_path):
    values = [{"name": f"n{number}", "value": "x"} for number in range(1_003)]
    objects = [{"id": "a", "type": "o", "attributes": values}]
    path = tmp_path / "log.json"
    path.write_text(json.dumps({"objects": objects, "events": [event("e1", ["a"])]}))

    log = open_case_log(path)

    assert len(log.case_attributes.column_names) == 1_000
    assert any("too many attributes; the others were left out (3 " in w for w in log.warnings)


def outcome(path, choices):
    try:
        return content(open_case_log(path, choices))
    except (MappingError, UnusableFileError) as error:
        return str(error).replace(path.suffix, "")


@pytest.mark.parametrize("kind", ["Invoice", "Payment", "Purchase Order", "Purchase Requisition"])
def test_real_files_of_one_log_are_one_log(shared_data, kind):
    choices = CaseChoices(object_type=kind, timezone="Europe/Berlin")

    logs = [open_case_log(shared_data / "ocel" / name, choices) for name in EXAMPLES]

    assert content(logs[0]) == content(logs[1]) == content(logs[2])
    assert logs[0].warnings == logs[1].warnings == logs[2].warnings


def test_the_objects_of_the_chosen_type_are_the_cases(shared_data):
    choices = CaseChoices(object_type="purchase order")

    log = open_case_log(shared_data / "ocel" / EXAMPLES[0], choices)

    assert log.case_names.to_pylist() == ["PO1", "PO2"]
    assert log.case_attributes["po_quantity"].to_pylist() == ["500", "1"]
    assert log.event_attributes["po_quantity"].to_pylist() == ["500", "600", "600", "600", "1"]
    assert "8 events belong to no Purchase Order and are in no case" in log.warnings
    assert any("In 1 cases an activity is repeated" in warning for warning in log.warnings)


def test_events_of_several_objects_stand_in_the_case_of_each(tmp_path):
    log = log_of(tmp_path, events=[event("e1", ["a", "b"]), event("e2", ["a"])])

    assert log.case_names.to_pylist() == ["a", "b"]
    assert log.events == 3
    assert any("1 events belong to several objects" in warning for warning in log.warnings)


def test_several_types_are_listed_and_not_guessed(shared_data):
    with pytest.raises(MappingError, match=r"--object-type\): Invoice \(3 objects, 9 events\); P"):
        open_case_log(shared_data / "ocel" / EXAMPLES[0])
    with pytest.raises(MappingError, match="no objects of the type 'Nothing'"):
        open_case_log(shared_data / "ocel" / EXAMPLES[0], CaseChoices(object_type="Nothing"))


def test_attributes_or_other_objects_can_say_who(tmp_path, shared_data):
    creators = CaseChoices(
        object_type="Purchase Order", columns={"resource": "po_creator+po_editor"}
    )
    log = open_case_log(shared_data / "ocel" / EXAMPLES[0], creators)
    assert log.performers[Performer.RESOURCE].words == ("Mike", "Mario")

    clerks = log_of(
        tmp_path,
        events=[event("e1", ["a", "Eva"]), event("e2", ["a"])],
        choices=CaseChoices(object_type="order", columns={"resource": "clerk"}),
    )
    assert clerks.performers[Performer.RESOURCE].codes.tolist() == [0, -1]
    assert clerks.performers[Performer.RESOURCE].words == ("Eva",)


def test_what_the_syntax_fixes_cannot_be_mapped(shared_data):
    choices = CaseChoices(object_type="Invoice", columns={"activity": "pr_creator"})

    with pytest.raises(MappingError, match="The activity of an object-centric log"):
        open_case_log(shared_data / "ocel" / EXAMPLES[0], choices)


def test_no_attribute_and_no_type_of_that_name_is_said(shared_data):
    choices = CaseChoices(object_type="Invoice", columns={"resource": "nobody"})

    with pytest.raises(MappingError, match="no type of objects 'nobody'"):
        open_case_log(shared_data / "ocel" / EXAMPLES[0], choices)


def test_stamps_without_an_offset_are_said(shared_data):
    log = open_case_log(shared_data / "ocel" / EXAMPLES[1], CaseChoices(object_type="Invoice"))

    assert any("stamps say no offset" in warning for warning in log.warnings)


def event(name, objects, **more):
    related = [{"objectId": other, "qualifier": ""} for other in objects]
    return {
        "id": name,
        "type": "do",
        "time": "2024-01-01T10:00:00Z",
        "relationships": related,
    } | more


def log_of(folder, *, events, choices=None):
    kinds = {"a": "order", "b": "order", "Eva": "clerk"}
    used = {other["objectId"] for item in events for other in item["relationships"]}
    objects = [{"id": name, "type": kind} for name, kind in kinds.items() if name in used]
    path = folder / "log.json"
    path.write_text(json.dumps({"events": events, "objects": objects}), encoding="utf-8")
    return open_case_log(path, choices)


def test_what_is_not_as_declared_is_counted_and_left_out(tmp_path):
    kinds = [{"name": "n", "type": "integer"}, {"name": "m", "type": "?"}]
    many = [{"name": "n", "value": "many"}, {"name": "m", "value": 1}]
    events = [
        event("e1", ["a", "gone"], attributes=many),
        event("e1", ["a"], attributes=[{"name": "n", "value": 2.0}], time="soon"),
    ]
    document = {
        "eventTypes": [{"name": "do", "attributes": kinds}],
        "events": events,
        "objects": [{"id": "a", "type": "o"}] * 2,
    }
    path = tmp_path / "log.json"
    path.write_text(json.dumps(document), encoding="utf-8")

    log = open_case_log(path)

    assert log.event_attributes["n"].to_pylist() == [None, 2]
    assert log.event_attributes["m"].to_pylist() == ["1", None]
    assert [warning.split(" (1")[0] for warning in log.warnings][:6] == [
        "The type ? is unknown and was read as string",
        "An object is there twice and was taken as one",
        "A value of n is no int and was left out",
        "A time of an event cannot be read",
        "A relation names an object that there is not",
        "An event has the name of another",
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_compressed_files_are_read(shared_data, tmp_path, name):
    path = tmp_path / "log"
    path.write_bytes(gzip.compress((shared_data / "ocel" / name).read_bytes()))

    log = open_case_log(path, CaseChoices(object_type="Invoice"))

    assert log.cases == 3


def test_a_database_is_not_changed_by_being_read(shared_data, tmp_path):
    content = (shared_data / "ocel" / EXAMPLES[2]).read_bytes()
    path = tmp_path / "log.sqlite"
    path.write_bytes(content)

    open_case_log(path, CaseChoices(object_type="Invoice"))

    assert path.read_bytes() == content
    assert [other.name for other in tmp_path.iterdir()] == ["log.sqlite"]


def test_texts_of_a_database_that_are_none_are_read_as_far_as_they_are(shared_data, tmp_path):
    path = tmp_path / "log.sqlite"
    path.write_bytes((shared_data / "ocel" / EXAMPLES[2]).read_bytes())
    whole = open_case_log(path, CaseChoices(object_type="Invoice"))
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE event_object SET ocel_qualifier = CAST(x'41ff42' AS TEXT) WHERE rowid = 1"
        )
    connection.close()

    log = open_case_log(path, CaseChoices(object_type="Invoice"))

    assert (log.events, log.activity.words) == (whole.events, whole.activity.words)


def test_views_are_not_taken_for_tables(shared_data, tmp_path):
    path = tmp_path / "log.sqlite"
    path.write_bytes((shared_data / "ocel" / EXAMPLES[2]).read_bytes())
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "DROP TABLE event_object; CREATE VIEW event_object AS WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS ocel_event_id FROM n"
        )
    connection.close()

    with pytest.raises(UnusableFileError, match="no table event_object"):
        open_case_log(path)


def test_a_name_that_is_none_is_refused(tmp_path, shared_data):
    log = read(shared_data / "ocel" / EXAMPLES[0])

    with pytest.raises(UnusableFileError, match="names no syntax"):
        write_object_log(log, tmp_path / "log.csv")


def test_no_event_of_the_chosen_type_is_said(shared_data):
    log = read(shared_data / "ocel" / EXAMPLES[0])
    lonely = dataclasses.replace(
        log, related=dataclasses.replace(log.related, rows=log.related.rows[:0],
                                         objects=log.related.objects[:0])
    )  # fmt: skip

    with pytest.raises(UnusableFileError, match="belongs to an object of the type Invoice"):
        flattened(lonely, CaseChoices(object_type="Invoice"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"events": []', "no whole JSON"),
        (b'{"events": [], "objects": []}', "holds no event"),
        (b'{"events": [{"id": 1}], "objects": []}', "does not follow OCEL 2.0"),
        (b'{"ocel:global-log": {}}', "is OCEL 1.0"),
        (b'{"events":' + b"[" * 100_000, "no whole JSON|does not follow"),
        (b'{"objects": [], "events": [], "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON"),
        (b'{"events": [{"id": "\xff"}], "objects": []}', "JSON"),
        (b"<log><events/></log>", "holds no event"),
        (b"<log><events><event id='e' type='a'/></events></log>", "holds no object"),
        (b"<log><events>" + b"<x>" * 100, "more than 32 deep"),
        (b"<!DOCTYPE log []><log><events/></log>", "document type"),
        (b"<log><events><event></log>", "no whole XML"),
        (b"SQLite format 3\x00" + b"\x00" * 200, "cannot be read as a database|no log of OCEL"),
        (b"SQLite format 3\x00", "cannot be read as a database"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(tmp_path, content, says):
    path = tmp_path / "log"
    path.write_bytes(content)

    with pytest.raises(UnusableFileError, match=says):
        open_case_log(path)

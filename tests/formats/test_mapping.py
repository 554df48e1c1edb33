"""What columns mean is proposed on evidence, changed by people, and kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.formats.reading import EVENTS, read, write
from uptake.formats import (
    Mapping,
    MappingError,
    Role,
    load_mapping,
    open_table,
    propose_mapping,
    read_events,
)


def proposal(path: Path) -> Mapping:
    with open_table(path) as table:
        return propose_mapping(table)


def spelled(mapping: Mapping) -> dict[str, str]:
    return {mapped.role.value: mapped.spelled for mapped in mapping.roles}


def test_the_service_log_is_understood_without_help(shared_data: Path) -> None:
    mapping = proposal(shared_data / "usage" / "servicenow_incident_event_log.csv.gz")

    assert spelled(mapping) == {
        "time": "sys_updated_at",
        "person": "sys_updated_by",
        "action": "incident_state",
        "team": "assignment_group",
        "module": "category",
        "object": "number",
    }
    assert mapping.warnings == ()


@pytest.mark.parametrize("filled", [1, 9, 10])
def test_when_a_record_was_written_is_not_when_it_was_received(tmp_path: Path, filled: int) -> None:
    moments = [f"2024-03-{day:02},2024-03-{day:02}" for day in range(11, 11 + filled)]
    moments += ["2024-03-20,"] * (10 - filled)
    rows = [f"ann,saved,{moment},2024-03-22\n" for moment in moments]
    path = write(
        tmp_path / "e.csv", "person,action,occurred_at,recorded_at,received_at\n" + "".join(rows)
    )

    found = spelled(proposal(path))

    assert (found["time"], found["recorded"]) == ("occurred_at", "recorded_at")


def test_when_a_record_was_received_is_taken_where_nothing_better_is_known(tmp_path: Path) -> None:
    path = write(
        tmp_path / "e.csv",
        "person,action,occurred_at,received_at\nann,saved,2024-03-01,2024-03-02\n",
    )

    assert spelled(proposal(path))["recorded"] == "received_at"


def test_the_clickstream_is_understood_without_help(shared_data: Path) -> None:
    mapping = proposal(shared_data / "usage" / "ecom_clickstream.csv.gz")

    found = spelled(mapping)
    assert (found["person"], found["time"], found["action"], found["case"]) == (
        "user_id",
        "timestamp",
        "event",
        "session_id",
    )


def test_a_process_log_is_understood_without_help(shared_data: Path) -> None:
    mapping = proposal(shared_data / "process" / "running-example.csv")

    assert spelled(mapping) == {
        "time": "time:timestamp",
        "person": "org:resource",
        "action": "concept:name",
        "case": "case:concept:name",
    }


def test_submissions_count_days_and_have_no_action(shared_data: Path) -> None:
    reading = read(shared_data / "usage/oulad/studentAssessment.csv.gz", origin=date(2013, 10, 1))

    assert reading.counts.good == 61_400
    assert reading.times[0] == "2013-10-19 00:00:00"
    assert set(reading.column("action")) == {"used"}


def test_clicks_are_grouped_by_course_run(shared_data: Path) -> None:
    path = shared_data / "usage/oulad/studentVle_AAA2013J_days-10to2.csv.gz"

    reading = read(path, origin=date(2013, 10, 1), team="code_module+code_presentation")

    assert set(reading.column("account")) == {"AAA 2013J"}
    assert reading.counts.good == 13_905


def test_purchases_without_header_ask_who_and_name_candidates(shared_data: Path) -> None:
    with pytest.raises(MappingError, match=r"which column is the person.*column1 \(2357 values"):
        read(shared_data / "usage" / "CDNOW_sample.txt")


def test_purchases_without_header_are_read_once_told_who(shared_data: Path) -> None:
    reading = read(shared_data / "usage" / "CDNOW_sample.txt", person="column1")

    assert reading.counts.good == 6_919
    assert reading.times[0] == "1997-01-01 00:00:00"
    assert "has no header row" in reading.warnings[0]


def test_a_file_of_customers_is_refused_as_events(shared_data: Path) -> None:
    with pytest.raises(MappingError, match="No column says when"):
        read(shared_data / "churn" / "Telco-Customer-Churn.csv")


def test_each_guess_shows_values_confidence_and_reason(tmp_path: Path) -> None:
    mapping = proposal(write(tmp_path / "events.csv", EVENTS))

    person = mapping.get(Role.PERSON)
    assert person is not None
    assert person.samples == ("Zoë", "Bob")
    assert person.confidence > 0.9
    assert person.reason == "the name says person, 2 values, each on 1.5 rows"


def test_a_column_of_unique_values_is_hardly_a_person(tmp_path: Path) -> None:
    rows = "".join(f"u{n},p{n % 7},2024-01-01\n" for n in range(100))
    mapping = proposal(write(tmp_path / "e.csv", "user,operator,time\n" + rows))

    assert spelled(mapping)["person"] == "operator"


def test_dates_are_found_without_a_telling_name(tmp_path: Path) -> None:
    mapping = proposal(write(tmp_path / "e.csv", "user,x\nann,2024-01-01\nbob,2024-01-02\n"))

    assert spelled(mapping)["time"] == "x"


def test_when_it_was_recorded_is_told_from_when_it_happened(tmp_path: Path) -> None:
    rows = "ann,2024-01-01 08:00,2024-01-03 08:00\nbob,2024-01-02 08:00,2024-01-02 09:00\n"
    mapping = proposal(write(tmp_path / "e.csv", "user,event_time,recorded_at\n" + rows))

    assert spelled(mapping)["time"] == "event_time"
    assert spelled(mapping)["recorded"] == "recorded_at"


def test_overriding_with_an_unknown_column_lists_the_columns(tmp_path: Path) -> None:
    mapping = proposal(write(tmp_path / "events.csv", EVENTS))

    with pytest.raises(MappingError, match="no column 'whom': the columns are user, time, event"):
        mapping.override({"person": "whom"})


def test_overriding_an_unknown_role_lists_the_roles(tmp_path: Path) -> None:
    mapping = proposal(write(tmp_path / "events.csv", EVENTS))

    with pytest.raises(MappingError, match="'who' is not a role: use one of time, person"):
        mapping.override({"who": "user"})


def test_a_person_cannot_be_a_constant(tmp_path: Path) -> None:
    mapping = proposal(write(tmp_path / "events.csv", EVENTS))

    with pytest.raises(MappingError, match="person cannot be the constant"):
        mapping.override({"person": "=ann"})


def test_columns_may_be_named_loosely(tmp_path: Path) -> None:
    mapping = proposal(write(tmp_path / "e.csv", "User Name,Time\nann,2024-01-01\n"))

    changed = mapping.override({"person": "user_name"})

    assert spelled(changed)["person"] == "User Name"


def test_an_empty_override_unmaps(tmp_path: Path) -> None:
    mapping = proposal(write(tmp_path / "events.csv", EVENTS)).override({"team": "", "action": ""})

    assert "team" not in spelled(mapping)
    assert spelled(mapping)["action"] == "=used"


def test_a_saved_mapping_reads_the_next_file_the_same_way(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", "who;am\nann;25/02/2024\n")
    second = write(tmp_path / "b.csv", "who;am\nann;03/02/2024\n")
    saved = tmp_path / "mapping.yaml"
    with open_table(first) as table:
        mapping = propose_mapping(table).override({"person": "who", "action": "=looked"})
        mapping.override({}, origin=date(2020, 1, 1)).dump_yaml(saved)

    with open_table(second) as table:
        loaded = load_mapping(saved, table)
        batch = next(read_events(table, loaded, source_id="s").batches())

    assert loaded.origin == date(2020, 1, 1)
    assert batch.column("action").to_pylist() == ["looked"]
    assert batch.column("occurred_at")[0].as_py().strftime("%d %B") == "03 February"

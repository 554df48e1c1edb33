"""A real service desk's change log, checked by a standard written for it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from jsonschema import Draft202012Validator

from uptake.capabilities.records.from_file import RecordChoices, records_of_file
from uptake.capabilities.records.picture import RecordPicture
from uptake.capabilities.records.report import schema, to_html, to_json

STANDARD = r"""
standard: Incidents
about: incident
owner: Service management
columns:
  {record: number, author: sys_updated_by, at: sys_updated_at, entered: sys_created_at,
   occurred: opened_at, group: assignment_group}
fields:
  - {field: number, required: always, format: 'INC\d{7}'}
  - {field: incident_state, required: always}
  - {field: assigned_to, required: incident_state = Closed}
  - {field: u_symptom, required: always}
  - field: cmdb_ci
  - {field: opened_at, is: date}
  - {field: closed_at, is: date}
checks: [check: closed_at >= opened_at]
entry: {within: 15 minutes}
"""


@pytest.fixture(scope="module")
def log(shared_data: Path) -> Path:
    return shared_data / "usage" / "servicenow_incident_event_log.csv.gz"


@pytest.fixture(scope="module")
def by_hand(log: Path) -> duckdb.DuckDBPyConnection:
    """The log as its makers wrote it: "?" is a text like any other."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        "CREATE TABLE log AS SELECT *, row_number() OVER () AS place, "
        "strptime(sys_updated_at, '%d/%m/%Y %H:%M') AS updated, "
        "try_strptime(sys_created_at, '%d/%m/%Y %H:%M') AS created, "
        "strptime(opened_at, '%d/%m/%Y %H:%M') AS opened "
        f"FROM read_csv('{log}', all_varchar = true)"
    )
    connection.execute(
        "CREATE TABLE last AS SELECT * FROM log QUALIFY row_number() OVER "
        "(PARTITION BY number ORDER BY updated DESC, place DESC) = 1"
    )
    return connection


@pytest.fixture(scope="module")
def picture(log: Path, tmp_path_factory: pytest.TempPathFactory) -> RecordPicture:
    standard = tmp_path_factory.mktemp("standard") / "incidents.yaml"
    standard.write_text(STANDARD, encoding="utf-8")
    return records_of_file(log, RecordChoices(standard=str(standard)), show=lambda _: None)


def counted(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    return connection.execute(sql).fetchall()[0]


def test_a_question_mark_is_not_filled_in(picture, by_hand):
    filled = dict(zip(picture.fields, picture.whole.filled, strict=True))

    expected = counted(
        by_hand,
        "SELECT count(*) FILTER (u_symptom <> '?'), count(*) FILTER (cmdb_ci <> '?'), count(*) "
        "FROM last",
    )

    assert (filled["u_symptom"].numerator, filled["cmdb_ci"].numerator) == expected[:2]
    assert picture.whole.records == expected[2] == 20_769


def test_completeness_by_group_and_month_adds_up(picture, by_hand):
    symptom = picture.fields.index("u_symptom")
    group = picture.groups[0]

    in_group = counted(
        by_hand,
        "SELECT count(*) FILTER (u_symptom <> '?'), count(*) FROM last "
        f"WHERE assignment_group = '{group.name}'",
    )

    share = group.filled[symptom]
    months = [part.filled[symptom] for _, part in picture.months]
    assert (share.numerator, share.denominator) == in_group
    assert sum(month.numerator for month in months) == picture.whole.filled[symptom].numerator


def test_every_group_that_is_shown_has_five_people(picture, by_hand):
    people = dict(
        by_hand.execute(
            "SELECT assignment_group, count(DISTINCT sys_updated_by) FROM log "
            "WHERE assignment_group IN (SELECT assignment_group FROM last) "
            "AND assignment_group <> '?' GROUP BY ALL"
        ).fetchall()
    )

    shown = {part.name for part in picture.groups}

    assert shown == {group for group, count in people.items() if count >= 5}
    assert picture.hidden_groups == len(people) - len(shown)


def test_entry_lag_runs_from_opening_to_being_created(picture, by_hand):
    known, median, within = counted(
        by_hand,
        "SELECT count(*), median(date_diff('minute', opened, created)), "
        "count(*) FILTER (date_diff('minute', opened, created) <= 15) "
        "FROM last WHERE created >= opened",
    )

    on_time = picture.rules[-1].share
    assert picture.lag.entered == known
    assert picture.lag.curve.median * 60 == pytest.approx(median)
    assert (on_time.numerator, on_time.denominator) == (within, known)
    assert picture.lag.unknown + picture.lag.early + known == 20_769


def test_edits_by_others_are_those_of_another_than_the_first_author(picture, by_hand):
    used, records = counted(
        by_hand,
        "SELECT count(*) FILTER (others), count(*) FROM (SELECT number, "
        "bool_or(sys_updated_by <> creator AND updated <= first_at + INTERVAL 28 DAYS) AS others "
        "FROM (SELECT *, first_value(sys_updated_by) OVER w AS creator, first_value(updated) "
        "OVER w AS first_at FROM log WINDOW w AS (PARTITION BY number ORDER BY updated, place)) "
        "GROUP BY number)",
    )

    assert (picture.used.share.numerator, picture.used.share.denominator) == (used, records)


def test_fit_records_charge_and_credit_are_those_of_another_calculation(picture):
    """Worked in pandas from the log alone: a mask for each rule, then first days and steps."""
    people = picture.people

    assert (picture.whole.fit.numerator, picture.whole.fit.denominator) == (14_139, 20_769)
    assert [(rule.share.numerator, rule.share.denominator) for rule in picture.rules] == [
        *[(20_769, 20_769)] * 3,
        (20_053, 20_768),
        (15_838, 20_769),
        *[(20_769, 20_769)] * 3,
        (9_981, 11_684),
    ]
    assert (people.charged.numerator, people.charged.denominator) == (14_555, 20_769)
    assert people.credited == 192
    assert people.spread.people == 88
    assert [people.spread.lower, people.spread.middle, people.spread.upper] == pytest.approx(
        [0.459018, 0.739548, 0.889881], abs=1e-6
    )


def test_the_standard_is_missed_and_the_page_says_so_without_naming_anybody(picture):
    page = to_html(picture)

    assert picture.is_met is False
    assert "incidents (" in page
    assert "tolerates 5" in page
    assert "Updated by" not in page
    assert "https://" not in page


def test_the_numbers_as_json_say_what_the_picture_says(picture):
    values = to_json(picture)

    Draft202012Validator(schema()).validate(values)
    assert values["fit"]["numerator"] == picture.whole.fit.numerator
    assert values["standard"]["name"] == "Incidents"
    assert len(values["groups"]) == len(picture.groups)
    assert values["entry_lag"]["unknown"] == 9_079

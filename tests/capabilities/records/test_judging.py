"""Each rule says of each record what the standard means by it."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from uptake.capabilities.records.judging import judge
from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.rule_sql import within_sql
from uptake.capabilities.records.rules import RuleKind
from uptake.capabilities.records.standard import RecordRole, Unit, Within
from uptake.capabilities.records.tallies import cube, later_use
from uptake.capabilities.records.timing import entry_lag
from uptake.capabilities.records.versions import FieldSource, Versions
from uptake.methods.quality.authorship import SYSTEM, authorship


def outcome(judged):
    """Sentence, passed and applicable of every rule."""
    counts = cube(judged)
    shares = [counts.rule(place) for place in range(len(judged.book.rules))]
    return [
        (rule.sentence, share and (share.numerator, share.denominator))
        for rule, share in zip(judged.book.rules, shares, strict=True)
    ]


def test_placeholders_count_as_empty_but_nought_is_a_number(judged):
    csv = "name,seats\nAda,0\nn/a,12\nTBD,0000\n.,3\n"
    standard = """
fields:
  - {field: name, required: always}
  - {field: seats, required: always, is: number}
"""

    result = judged(csv, standard)

    assert outcome(result) == [
        ("name is filled in", (1, 4)),
        ("seats is filled in", (3, 4)),
        ("seats is a number", (3, 3)),
    ]


def test_a_value_that_the_standard_allows_is_no_placeholder(judged):
    result = judged(
        "kind\nother\nOther\nnone\n", "fields: [{field: kind, required: always, one_of: [Other]}]"
    )

    assert outcome(result)[0] == ("kind is filled in", (2, 3))


def test_a_field_is_required_only_where_its_condition_holds(judged):
    csv = "state,closed\nOpen,\nClosed,2024-01-02\nClosed,\n"
    standard = """
fields:
  - field: state
  - {field: closed, required: state = Closed, is: date}
"""

    result = judged(csv, standard)

    assert outcome(result)[0] == ("closed is filled in where state = Closed", (1, 2))


def test_demands_on_values_leave_empty_ones_alone(judged):
    csv = (
        "mail,phone,site,code,size,text,file\n"
        "a@b.org,+49 30 1234567,https://u.org/x,AB-12,5,one two three,/sales/2024-01-31_Offer.pdf\n"
        "nobody,12,u.org,AB12,99,one,/home/offer.doc\n"
        ",,,,,,\n"
    )
    standard = """
fields:
  - {field: mail, is: email}
  - {field: phone, is: phone}
  - {field: site, is: link}
  - {field: code, format: '[A-Z]+-[0-9]+'}
  - {field: size, is: whole number, least: 1, most: 10}
  - {field: text, words: 3, shortest: 4}
  - {field: file, under: [/sales/], named: '/sales/{date}_{word}.{pdf|docx}'}
"""

    result = judged(csv, standard)

    assert {
        rule.sentence: share
        for (_, share), rule in zip(outcome(result), result.book.rules, strict=True)
    } == {
        "mail is an email address": (1, 2),
        "phone is a phone number": (1, 2),
        "site is a web address": (1, 2),
        "code is written as [A-Z]+-[0-9]+": (1, 2),
        "size is a whole number": (2, 2),
        "size is at least 1": (2, 2),
        "size is at most 10": (1, 2),
        "text has 4 characters or more": (1, 2),
        "text has 3 words or more": (1, 2),
        "file lies under /sales/": (1, 2),
        "file is named as /sales/{date}_{word}.{pdf|docx}": (1, 2),
    }
    assert cube(result).share_fit.denominator == 2


def test_fields_are_compared_as_what_they_are(judged):
    csv = (
        "opened,closed,paid,price,stage\n9/1/2024,10/1/2024,9,10,Won\n"
        "31/1/2024,2/2/2024,11,9,Lost\n5/2/2024,,1,2,Won\n"
    )
    standard = """
fields:
  - {field: opened, is: date}
  - {field: closed, is: date, most: now}
  - field: paid
  - field: price
  - field: stage
checks:
  - check: closed >= opened
  - check: paid <= price
  - {check: price > 9, when: stage = Won}
  - check: closed is filled
"""

    result = judged(csv, standard)

    checks = [
        found
        for found, rule in zip(outcome(result), result.book.rules, strict=True)
        if rule.kind is RuleKind.CONSISTENT
    ]
    assert checks == [
        ("closed >= opened", (2, 2)),
        ("paid <= price", (2, 3)),
        ("price > 9 where stage = Won", (1, 2)),
        ("closed is filled", (2, 3)),
    ]


def test_what_the_data_lacks_is_not_measurable_rather_than_failed(judged):
    standard = """
fields:
  - {field: name, required: always}
  - {field: phone, required: always}
checks: [{check: phone != name}]
entry: {within: 1 day}
"""

    result = judged("name\nAda\n", standard)

    assert [sentence for sentence, _ in outcome(result)] == ["name is filled in"]
    assert [why for _, why in result.book.not_measurable] == [
        "the data has no phone",
        "the data has no phone",
        "the data does not say when things happened and when they were entered",
    ]


LOG = """\
id,by,at,phone,state
1,ann,2024-03-01 08:00,,New
1,ann,2024-03-01 20:00,+49 30 123456,New
1,bob,2024-03-05 08:00,+49 30 123456,Done
2,ann,2024-03-01 08:00,,New
2,cem,2024-03-01 09:00,+49 30 999999,New
3,import 7,2024-03-02 08:00,,New
"""
COLUMNS = "columns: {record: id, author: by, at: at}\nsystem_authors: [import*]\n"


def test_the_creator_is_charged_with_the_first_day_and_the_fixer_is_credited(judged):
    result = judged(LOG, COLUMNS + "fields: [{field: phone, required: always}]")

    rows = result.connection.execute(
        "SELECT record, author, fit, is_charged, is_credited, is_last FROM judged "
        "ORDER BY record, ordinal"
    ).fetchall()
    assert rows == [
        ("1", "ann", 0, False, False, False),
        ("1", "ann", 1, True, False, False),
        ("1", "bob", 1, False, False, True),
        ("2", "ann", 0, True, False, False),
        ("2", "cem", 1, False, True, True),
        ("3", None, 0, False, False, True),
    ]


def test_rows_without_an_identifier_are_records_of_their_own(judged):
    csv = LOG + ",dan,2024-03-03 08:00,+49 30 1,New\n,dan,2024-03-04 08:00,+49 30 2,New\n"

    result = judged(csv, COLUMNS + "fields: [{field: phone, required: always}]")

    assert cube(result).count == 5


def test_records_too_young_for_anybody_to_come_back_are_not_yet_due(judged_versions):
    csv = LOG + "4,ann,2024-05-01 08:00,x1,New\n"

    used = later_use(*judged_versions(csv, COLUMNS + "fields: [{field: phone}]"))

    assert (used.share.numerator, used.share.denominator, used.not_yet) == (2, 3, 1)


def test_a_snapshot_cannot_tell_whether_others_came_back(judged_versions):
    csv = "id,by,at,phone\n1,ann,2024-01-01,12345\n2,bob,2024-03-01,12345\n"

    result, versions = judged_versions(csv, COLUMNS + "fields: [{field: phone}]")

    assert not result.has_history
    assert later_use(result, versions) is None


def test_a_log_of_changed_fields_carries_the_others_on(judged):
    csv = "id,at,phone,state\n1,2024-01-01 08:00,123456789,New\n1,2024-01-02 08:00,,Done\n"
    standard = (
        "columns: {record: id, at: at}\nvalues: changed\nfields: [{field: phone, required: always}]"
    )

    result = judged(csv, standard)

    assert outcome(result) == [("phone is filled in", (1, 1))]


def test_a_placeholder_is_a_change_in_a_log_of_changed_fields(judged):
    csv = (
        "id,by,at,phone,state\n1,ann,2024-01-01 08:00,123456789,New\n"
        "1,bob,2024-01-02 08:00,tbd,\n1,cy,2024-01-03 08:00,,Done\n"
    )
    standard = (
        "columns: {record: id, author: by, at: at}\nvalues: changed\n"
        "fields: [{field: phone, required: always}]"
    )

    result = judged(csv, standard)

    fit = result.connection.execute("SELECT fit FROM judged ORDER BY written").fetchall()
    assert [each for (each,) in fit] == [1, 0, 0]


def test_moments_are_carried_on_where_a_column_holds_them(judge_parquet):
    said = datetime(2024, 1, 1, 7, tzinfo=UTC)
    table = {
        "id": ["1", "1", "2"],
        "at": [moment(1), moment(2), moment(2)],
        "opened": [said, None, None],
    }
    standard = """
columns: {record: id, at: at}
values: changed
fields: [{field: opened, required: always, is: date, most: now}]
"""

    result = judge_parquet(table, standard)

    assert outcome(result) == [
        ("opened is filled in", (1, 2)),
        ("opened is a date", (1, 1)),
        ("opened is at most now", (1, 1)),
    ]


def test_a_rule_begins_on_the_day_it_applies_from(judged):
    csv = "id,at,phone\n1,2024-01-31 08:00,\n2,2024-02-01 08:00,\n"
    standard = """
columns: {record: id, at: at}
fields: [{field: phone, required: always, applicable_from: 2024-02-01}]
"""

    result = judged(csv, standard)

    assert outcome(result) == [("phone is filled in", (0, 1))]
    assert cube(result).share_fit.denominator == 1


MET = """\
id,met,logged
1,2024-03-01 10:00,2024-03-01 11:00
2,2024-03-01 10:00,2024-03-04 10:00
3,2024-03-01 10:00,
4,2024-03-04 09:00,
5,2024-03-09 10:00,2024-03-04 09:30
"""


def test_waiting_entries_are_late_only_when_due_and_open_in_the_curve(judged):
    standard = """
columns: {record: id, occurred: met, entered: logged}
fields: [{field: id}]
entry: {within: 24 hours, open: yes}
"""

    result = judged(MET, standard)
    lag = entry_lag(result, [])

    assert outcome(result) == [("entered within 24 hours of happening", (1, 3))]
    assert (lag.entered, lag.waiting, lag.early, lag.unknown) == (2, 2, 1, 0)
    assert lag.curve.at(1) == pytest.approx(3 / 4)


def test_entries_whose_moment_is_not_known_are_not_judged(judged):
    standard = """
columns: {record: id, occurred: met, entered: logged}
fields: [{field: id}]
entry: {within: 1 day}
"""

    result = judged(MET, standard)

    assert outcome(result) == [("entered within 1 day of happening", (1, 2))]
    assert entry_lag(result, []).unknown == 2


def moment(day: int, hour: int = 10) -> datetime:
    return datetime(2024, 3, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("happened", "days", "due"),
    [
        (moment(7), 0, moment(8, 0)),  # a Thursday: by the end of it
        (moment(7), 1, moment(9, 0)),
        (moment(8), 1, moment(12, 0)),  # Friday: the end of Monday
        (moment(9), 1, moment(12, 0)),  # Saturday counts as the Friday before
        (moment(9), 0, moment(12, 0)),  # but its own working day is Monday
        (moment(10), 0, moment(12, 0)),
        (moment(8), 0, moment(9, 0)),
        (moment(4), 5, moment(12, 0)),
    ],
)
def test_working_days_end_at_midnight_and_leave_weekends_out(happened, days, due):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")

    found = connection.execute(
        f"SELECT {within_sql('moment', Within(days, Unit.WORKING_DAYS))} "
        "FROM (SELECT ?::TIMESTAMPTZ AS moment)",
        [happened],
    ).fetchall()[0][0]

    assert found == due


def test_charge_and_credit_are_those_of_the_method_on_any_history():
    draw = np.random.default_rng(3)
    size = 4_000
    record, author = draw.integers(0, 600, size), draw.integers(-1, 5, size)
    hours, fit = draw.integers(0, 90, size), draw.integers(0, 2, size)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    rows = {"record": record, "author": author, "hours": hours, "good": fit}
    connection.register("given", {name: np.asarray(values) for name, values in rows.items()})
    connection.execute(
        "CREATE TABLE log AS SELECT record::VARCHAR AS id, CASE WHEN author >= 0 THEN "
        "author::VARCHAR END AS who, TIMESTAMPTZ '2024-01-01' + to_hours(hours) AS written, "
        "CASE WHEN good = 1 THEN 'yes' END AS phone, row_number() OVER () AS place FROM given"
    )
    versions = Versions(
        "log",
        {RecordRole.RECORD: "id", RecordRole.AUTHOR: "who", RecordRole.AT: "log.written"},
        {"phone": FieldSource("phone")},
    )

    judge(
        connection, versions, read_standard("standard: S\nfields: [{field: phone, required: yes}]")
    )
    found = connection.execute(
        "SELECT is_charged, is_credited FROM judged ORDER BY ordinal"
    ).fetchnumpy()

    at = np.datetime64("2024-01-01") + hours.astype("timedelta64[h]")
    expected = authorship(record, np.where(author < 0, SYSTEM, author), at, fit)
    assert np.array_equal(found["is_charged"], expected.charged)
    assert np.array_equal(found["is_credited"], expected.credited)


def test_more_rules_than_bits_of_a_number_are_all_judged():
    connection = duckdb.connect()
    names = [f"f{i}" for i in range(70)]
    columns = ", ".join(
        f"{'NULL' if i % 7 == 0 else repr('v')} AS {n}" for i, n in enumerate(names)
    )
    connection.execute(f"CREATE TABLE wide AS SELECT {columns} FROM range(3)")
    fields = "".join(f"\n  - {{field: {name}, required: always}}" for name in names)

    result = judge(
        connection,
        Versions("wide", {}, {name: FieldSource(name) for name in names}),
        read_standard("standard: S\nfields:" + fields),
    )

    counts = cube(result)
    assert [counts.rule(i).numerator for i in range(70)] == [
        0 if i % 7 == 0 else 3 for i in range(70)
    ]

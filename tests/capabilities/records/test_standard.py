"""A data standard is read from YAML, refused with the place to mend, and written again equal."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.capabilities.records.conditions import (
    Clause,
    Comparison,
    Condition,
    parse_condition,
)
from uptake.capabilities.records.naming import naming_expression
from uptake.capabilities.records.reading import load_standard, read_standard
from uptake.capabilities.records.standard import (
    Entry,
    Note,
    RecordRole,
    Terms,
    Unique,
    Unit,
    ValueKind,
    Within,
)
from uptake.capabilities.records.writing import standard_yaml
from uptake.formats.errors import UnusableFileError

WHOLE = """\
standard: Opportunities
version: 3
about: opportunity
owner: Head of sales operations
applicable_from: 2024-01-01
tolerance: 4 %
columns: {record: id, author: changed_by, at: changed_at, entered: created_at, occurred: met_at}
values: changed
system_authors: [import*, integration]
placeholders: [n/a, tbd, 'no']
fields:
  - field: stage
    required: always
    one_of: [Open, Won, Lost, no]
  - field: amount
    required: stage in Won, Lost
    is: number
    least: 0
    most: 1000000
    tolerance: 0.02
    owner: Sales controlling
    why: The forecast is the sum of these amounts.
    applicable_from: 2024-06-01
  - field: opened
    is: date
  - field: closed
    is: date
    most: now
  - field: Next step
    words: 4
  - field: file
    under: [/sales/offers]
    named: '{date}_{text}_v{number}.{pdf|docx}'
  - field: number
    format: 'O-\\d{6}'
checks:
  - check: closed >= opened
    when: stage = Won and amount > 0
    says: what is won was closed after it was opened
    why: Nothing closes before it opens.
entry: {within: 24 hours, open: yes}
unique: {same: [number, Next step], within: stage}
note: {field: Next step, fewest_words: 6, glossary: [SLA]}
"""


def test_every_part_of_a_standard_is_read():
    standard = read_standard(WHOLE)

    amount = standard.fields[1]
    assert (standard.name, standard.version, standard.tolerance) == ("Opportunities", 3, 0.04)
    assert standard.columns[RecordRole.ENTERED] == "created_at"
    assert standard.is_sparse
    assert standard.placeholders == {"", "n/a", "tbd", "no"}
    assert standard.fields[0].one_of == ("Open", "Won", "Lost", "no")
    assert amount.kind is ValueKind.NUMBER
    assert str(amount.required) == "stage in Won, Lost"
    assert amount.terms == Terms(
        date(2024, 6, 1), 0.02, "Sales controlling", "The forecast is the sum of these amounts."
    )
    assert standard.checks[0].condition.clauses == (
        Clause("closed", Comparison.AT_LEAST, other="opened"),
    )
    assert standard.checks[0].says == "what is won was closed after it was opened"
    assert standard.entry == Entry(Within(24, Unit.HOURS), is_open=True)
    assert standard.unique == Unique(("number", "Next step"), ("stage",))
    assert standard.note == Note("Next step", 6, ("SLA",))


def test_a_standard_that_is_written_and_read_again_is_equal():
    standard = read_standard(WHOLE)

    again = read_standard(standard_yaml(standard))

    assert again == standard


SMALL = "standard: S\nfields:\n  - field: state\n  - field: amount\n    is: number\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("standard: S\nfields: [", "line 2: this is not YAML"),
        ("", "is empty"),
        ("- a", "write it as lines of name: value"),
        ("standard: S", "line 1: fields is missing: write fields:"),
        ("standard: S\nstandard: T\nfields: []", "line 2: standard is said twice, first in line 1"),
        (SMALL + "chekcs: []", "line 6: 'chekcs' means nothing here; did you mean checks?"),
        (SMALL + "  - feild: x", "line 6: 'feild' means nothing here; did you mean field?"),
        (SMALL + "  - field: state", "line 6: state is described twice"),
        (SMALL + "  - required: yes", "line 6: this item names no field"),
        (SMALL + "    least: many", "line 6, amount: 'many' is no number"),
        (SMALL + "    least: 5\n    most: 3", "line 7, amount: most is less than least"),
        (SMALL + "    format: '(['", "line 6, amount: '([' is no regular expression"),
        (SMALL + "    named: '{dat}'", "line 6, amount: {dat} means nothing: use {text}"),
        (SMALL + "    shortest: -1", "line 6, amount: '-1' is no whole number of 1 or more"),
        (SMALL + "    required: sometimes", "line 6, amount: 'sometimes' compares nothing"),
        (SMALL + "    required: stat = 1", "line 6, amount: 'stat' is not one of the fields: did"),
        (SMALL + "    required: state =", "line 6, amount: nothing stands on the right"),
        (SMALL + "    required: state = 'A", "opens a quote that is not closed"),
        (SMALL + "    applicable_from: soon", "line 6, amount: 'soon' is no date"),
        (SMALL + "tolerance: 5", "line 6, tolerance: '5' is more than everything"),
        (SMALL + "tolerance: some", "line 6, tolerance: 'some' is no share: write 5 % or 0.05."),
        (SMALL + "entry: {within: soon}", "line 6, entry: 'soon' is no span of time"),
        (SMALL + "entry: {open: yes}", "line 6, entry: within is missing"),
        (SMALL + "unique: {same: stat}", "line 6, unique: 'stat' is not one of the fields"),
        (SMALL + "note: {glossary: [A]}", "line 6, note: field is missing"),
        (SMALL + "columns: {recrod: id}", "line 6, columns: 'recrod' means nothing here; did"),
        (SMALL + "values: some", "line 6, values: 'some' is not known"),
        (SMALL + "checks:\n  - when: state = A", "line 7, checks: this item checks nothing"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_how_to_mend_it(text, says):
    with pytest.raises(UnusableFileError) as refusal:
        read_standard(text, name="s.yaml")

    assert says in str(refusal.value)
    assert str(refusal.value).startswith("s.yaml")


def test_a_file_that_is_no_standard_is_refused(tmp_path):
    binary = tmp_path / "b.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(UnusableFileError, match="is not UTF-8"):
        load_standard(binary)
    with pytest.raises(UnusableFileError, match="There is no standard"):
        load_standard(tmp_path / "none.yaml")


FIELDS = ("state", "Close Date", "Close", "opened")


@pytest.mark.parametrize(
    "text",
    [
        "state = Closed",
        "state != 'a, b' and opened is empty",
        "Close Date >= opened and Close is filled",
        "state in Won, 'Lost and found', Open",
    ],
)
def test_a_condition_is_said_again_as_it_was_understood(text):
    condition = parse_condition(text, FIELDS)

    assert parse_condition(str(condition), FIELDS) == condition


def test_the_longest_field_that_fits_is_meant():
    condition = parse_condition("Close Date > opened", FIELDS)

    assert condition.fields == ("Close Date", "opened")


VALUE = (
    st.text("ab '\",=<>and.-1", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: text and not ("'" in text and '"' in text))
)


@given(st.lists(VALUE, min_size=1, max_size=3))
def test_any_value_survives_being_written(values):
    condition = Condition((Clause("state", Comparison.AMONG, tuple(values)),))

    assert parse_condition(str(condition), FIELDS) == condition


def test_a_naming_pattern_becomes_an_expression():
    expression = naming_expression("{date}_{word}_v{number}.{pdf|docx}")

    assert expression.endswith(r"_v[0-9]+\.(?:pdf|docx)")

"""A proposed standard says what nearly all records keep to, and calls itself a proposal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from uptake.capabilities.records.from_file import RecordChoices, records_of_file
from uptake.capabilities.records.reading import load_standard
from uptake.capabilities.records.standard import RecordRole, Unit, ValueKind, Within
from uptake.formats import MappingError

ROWS = 400


def table(seed: int = 1) -> str:
    """Opportunities: closed on Won, dates in order, codes of one form, a few slips."""
    draw = np.random.default_rng(seed)
    lines = ["deal_id,changed_by,changed_at,created_at,meeting_date,stage,closed,amount,mail,city"]
    for row in range(ROWS):
        stage = ("Open", "Won", "Lost", "won")[min(int(draw.integers(0, 31)) // 10, 3)]
        met = f"2024-03-{1 + row % 20:02d} 10:00"
        made = f"2024-03-{1 + row % 20:02d} {11 + row % 9}:30"
        closed = f"2024-04-{1 + row % 20:02d}" if stage == "Won" else ""
        mail = "" if row % 40 == 0 else f"a{row}@b{row % 9}.example"
        city = "" if row % 3 == 0 else f"Town {row}"
        lines.append(
            f"D-{10_000 + row},p{row % 9},{made},{made},{met},{stage},{closed},"
            f"{row * 7},{mail},{city}"
        )
    return "\n".join(lines) + "\n"


@pytest.fixture
def proposed(tmp_path: Path):
    path = tmp_path / "deals.csv"
    path.write_text(table(), encoding="utf-8")
    kept = tmp_path / "kept.yaml"
    picture = records_of_file(path, RecordChoices(save_standard=kept), show=lambda _: None)
    return picture, kept


def test_columns_are_recognised_by_name_and_content(proposed):
    picture, _ = proposed

    assert picture.standard.columns == {
        RecordRole.RECORD: "deal_id",
        RecordRole.AUTHOR: "changed_by",
        RecordRole.AT: "changed_at",
        RecordRole.ENTERED: "created_at",
        RecordRole.OCCURRED: "meeting_date",
    }


def test_what_nearly_all_records_keep_to_becomes_a_rule(proposed):
    picture, _ = proposed
    fields = {field.name: field for field in picture.standard.fields}

    assert fields["deal_id"].format == "D-[0-9]{5}"
    assert fields["mail"].kind is ValueKind.EMAIL
    assert fields["mail"].required is True
    assert fields["city"].required is False
    assert fields["amount"].kind is ValueKind.NUMBER
    assert fields["stage"].one_of == ("Lost", "Open", "Won")
    assert str(fields["closed"].required) == "stage = Won"
    assert picture.standard.entry.within == Within(24, Unit.HOURS)
    assert [str(check.condition) for check in picture.standard.checks] == [
        "closed >= created_at",
        "created_at >= meeting_date",
    ]


def test_a_proposal_is_missed_by_nobody_and_says_what_it_is(proposed):
    picture, kept = proposed

    assert picture.is_met is None
    assert picture.standard.is_proposed
    assert load_standard(kept) == picture.standard


def test_a_role_may_be_said_or_taken_away(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(table(), encoding="utf-8")
    choices = RecordChoices(columns={"group": "city", "author": ""})

    picture = records_of_file(path, choices, show=lambda _: None)

    assert picture.standard.columns[RecordRole.GROUP] == "city"
    assert picture.people is None


def test_a_plain_id_is_the_record_and_a_telephone_number_no_note(tmp_path):
    path = tmp_path / "contacts.csv"
    rows = (f"{row},Ann {row},+33 1 23 45 {row} 00,2026-10-{1 + row % 28:02d}" for row in range(99))
    path.write_text("\n".join(["id,name,phone,created_at", *rows]), encoding="utf-8")

    standard = records_of_file(path, RecordChoices(), show=lambda _: None).standard

    assert standard.columns[RecordRole.RECORD] == "id"
    assert standard.note is None


@pytest.mark.parametrize(
    ("columns", "says"),
    [({"autor": "mail"}, "did you mean author"), ({"author": "male"}, "did you mean mail")],
)
def test_a_role_or_column_that_is_not_there_is_refused(tmp_path, columns, says):
    path = tmp_path / "deals.csv"
    path.write_text(table(), encoding="utf-8")

    with pytest.raises(MappingError, match=says):
        records_of_file(path, RecordChoices(columns=columns), show=lambda _: None)

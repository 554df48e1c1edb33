"""Tables of a process as files: what stands in them, whom they name, and what is never told."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.capabilities.process.test_drifting import MEANT, desk
from uptake.capabilities.process.analysis import analysed, picture_of
from uptake.capabilities.process.figuring import impersonal
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.table_rows import TableKind, table_lines, write_tables
from uptake.cli import app
from uptake.formats.xes_writing import write_xes


@pytest.fixture(scope="module")
def pictured() -> ProcessPicture:
    return impersonal(analysed(desk(drifts=0.6, cases=120), MEANT))


def rows_of(kind: TableKind, picture: ProcessPicture) -> list[dict[str, object]]:
    names, *lines = table_lines(kind, picture)
    return [dict(zip(map(str, names), line, strict=True)) for line in lines]


def test_hands_has_a_line_for_each_performer_and_a_column_for_each_activity(
    pictured: ProcessPicture,
) -> None:
    rows = {(row["hands"], row["performer"]): row for row in rows_of(TableKind.HANDS, pictured)}

    assert list(rows) == [("role", "agent"), ("role", "manager"), ("group", "A"), ("group", "B")]
    assert rows["group", "A"] == {
        "hands": "group",
        "performer": "A",
        "steps": 180,
        "cases": 60,
        "activities": 3,
        "effective activities": pytest.approx(3),
        "steps meant for others": None,
        "bits apart from all": pytest.approx(0),
        "open": 60,
        "diagnose": 60,
        "close": 60,
    }
    assert rows["role", "manager"]["steps meant for others"] == rows["role", "manager"]["diagnose"]
    assert rows["role", "manager"]["open"] == 0


def test_handovers_say_from_whom_to_whom_and_what_stayed(pictured: ProcessPicture) -> None:
    rows = rows_of(TableKind.HANDOVERS, pictured)
    taken = rows_of(TableKind.HANDS, pictured)[1]["diagnose"]

    found = {(row["from"], row["to"]): row for row in rows if row["hands"] == "role"}
    assert found["agent", "manager"]["times"] == found["manager", "agent"]["times"] == taken
    assert {pair: row["handed over"] for pair, row in found.items()} == {
        ("agent", "agent"): "no",
        ("agent", "manager"): "yes",
        ("manager", "agent"): "yes",
    }


def test_drift_has_all_steps_each_step_and_each_performer_with_what_is_not_measurable(
    pictured: ProcessPicture,
) -> None:
    rows = {(row["of"], row["name"]): row for row in rows_of(TableKind.DRIFT, pictured)}

    assert rows["step", "diagnose"]["beyond chance"] == "yes"
    assert (rows["all steps", ""]["of before"], rows["all steps", ""]["of after"]) == (180, 180)
    assert rows["role", "manager"]["difference"] is None
    assert rows["role", "manager"]["not measurable"] == "fewer than 10 cases in one of the spans"


@pytest.mark.parametrize("kind", TableKind)
def test_no_table_of_a_page_names_or_numbers_people(
    kind: TableKind, pictured: ProcessPicture
) -> None:
    told = " ".join(str(cell) for line in table_lines(kind, pictured) for cell in line)

    assert "resource" not in told
    assert "Person 1" not in told


def test_groups_of_too_few_people_stand_together_in_every_table() -> None:
    picture = impersonal(analysed(desk(drifts=0.6, cases=120, managers=2), MEANT))

    told = [rows_of(kind, picture) for kind in (TableKind.HANDS, TableKind.HANDOVERS)]

    assert "manager" not in str(told)


def test_a_table_that_is_not_measurable_is_not_written_and_an_old_one_goes(
    tmp_path: Path,
) -> None:
    unsaid = picture_of(desk(drifts=0.6, cases=60))
    (tmp_path / "drift.csv").write_text("of,name", encoding="utf-8")

    written = write_tables(unsaid, tmp_path)

    assert [path.name for path in written] == [
        *("ways.csv", "deviations.csv", "hands.csv", "handovers.csv"),
    ]
    assert not (tmp_path / "drift.csv").exists()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_xes(desk(drifts=0.6, cases=60), tmp_path / "desk.xes")
    return tmp_path


def process(*words: str) -> Result:
    return CliRunner().invoke(app, ["process", "desk.xes", *words])


def test_the_command_writes_tables_with_people_as_numbers_or_by_name(folder: Path) -> None:
    numbered, named = process("--csv", "tables"), process("--csv", "named", "--names")

    hands = list(csv.DictReader(io.StringIO((folder / "tables/hands.csv").read_text("utf-8"))))
    people = [row["performer"] for row in hands if row["hands"] == "resource"]
    assert (numbered.exit_code, named.exit_code) == (0, 0)
    assert people[0] == "Person 1"
    assert "A0" in (folder / "named/hands.csv").read_text("utf-8")
    assert f"Wrote {Path('tables') / 'handovers.csv'}" in numbered.stderr


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("desk.xes", "desk.xes is a file: name a folder."),
        ("nowhere/tables", "There is no folder nowhere: make it, or name another place."),
    ],
)
def test_tables_that_have_no_place_are_refused_before_the_work(
    folder: Path, target: str, told: str
) -> None:
    result = process("--csv", target)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())

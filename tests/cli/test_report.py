from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from uptake.capabilities.measure.report import schema
from uptake.cli import app

PEOPLE = [f"worker-{number}" for number in range(8)]
ROWS = [
    f"{person},2024-03-{day:02d} {hour:02d}:15:00,{action},team {number % 2}"
    for number, person in enumerate(PEOPLE)
    for day in range(1, 29)
    for hour, action in ((9, "create"), (14, "close"))
]
TABLE = "\n".join(["wer,wann,was,gruppe", *ROWS]) + "\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a file of usage."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "usage.csv").write_text(TABLE)
    return tmp_path


MAP = "person=wer time=wann action=was team=gruppe"


def _report(*words: str) -> Result:
    return CliRunner().invoke(app, ["report", *words])


def test_a_file_becomes_a_page_beside_it_with_no_set_up(desk: Path) -> None:
    result = _report("usage.csv", "--map", MAP)

    assert result.exit_code == 0, result.stderr
    assert "8 of 8 people" in (desk / "usage.report.html").read_text()


def test_the_columns_are_shown_with_three_samples(desk: Path) -> None:
    result = _report("usage.csv", "--map", MAP)

    line = next(line for line in result.stderr.splitlines() if line.strip().startswith("person"))
    assert line.split()[:2] == ["person", "wer"]
    assert line.count("worker-") == 3


@pytest.mark.parametrize(
    "words",
    [
        ["usage.csv", "--map", MAP],
        ["--map", *MAP.split(), "usage.csv"],
        ["usage.csv", *[word for pair in MAP.split() for word in ("--map", pair)]],
    ],
    ids=["one text", "words before", "repeated"],
)
def test_the_mapping_may_be_said_in_any_form(desk: Path, words: list[str]) -> None:
    result = _report(*words, "--json")

    mapping = json.loads(result.stdout)["mapping"]
    assert mapping == {"time": "wann", "person": "wer", "action": "was", "team": "gruppe"}


def test_json_goes_to_stdout_alone_and_keeps_the_contract(desk: Path) -> None:
    result = _report("usage.csv", "--map", MAP, "--json")

    Draft202012Validator(schema()).validate(json.loads(result.stdout))
    assert not (desk / "usage.report.html").exists()


def test_a_pdf_and_a_page_can_be_asked_for_together(desk: Path) -> None:
    result = _report("usage.csv", "--map", MAP, "--html", "a.html", "--pdf", "a.pdf")

    assert result.exit_code == 0, result.stderr
    assert (desk / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (desk / "a.html").read_text().startswith("<!doctype html>")


def test_a_mapping_is_saved_and_used_again(desk: Path) -> None:
    _report("usage.csv", "--map", MAP, "--save-mapping", "mine.yaml", "--json")

    again = _report("usage.csv", "--mapping", "mine.yaml", "--json")

    assert json.loads(again.stdout)["mapping"]["person"] == "wer"


def test_bad_rows_are_counted_listed_and_told(desk: Path) -> None:
    rows = TABLE + "worker-1,gestern,create,team 1\n,2024-03-02 09:00:00,create,team 1\n"
    (desk / "usage.csv").write_text(rows)

    result = _report("usage.csv", "--map", MAP, "--json")

    report = json.loads(result.stdout)
    rejects = (desk / "usage.rejects.csv").read_text().splitlines()
    assert report["summary"]["rejected"] == 2
    assert report["summary"]["events"] == len(ROWS)
    assert rejects[1].startswith(f"{len(ROWS) + 2},not a time,")
    assert "2 of 450 rows could not be used: see usage.rejects.csv" in result.stderr


def test_the_report_says_how_many_rows_were_rejected(desk: Path) -> None:
    (desk / "usage.csv").write_text(TABLE + "worker-1,gestern,create,team 1\n")

    _report("usage.csv", "--map", MAP)

    assert "1 row of 449 could not be used" in (desk / "usage.report.html").read_text()


def test_a_compressed_file_is_read_as_it_is(desk: Path) -> None:
    (desk / "usage.csv.gz").write_bytes(gzip.compress(TABLE.encode()))

    assert _report("usage.csv.gz", "--map", MAP, "--json").exit_code == 0


@pytest.mark.parametrize(
    ("name", "content", "words", "said"),
    [
        ("noise.bin", bytes(range(256)) * 20, [], "is not a table"),
        ("empty.csv", b"", [], "empty.csv"),
        ("header.csv", b"user,time,action\n", [], "no rows"),
        ("untimed.csv", b"user,action\na,x\nb,y\n", [], "No column says when"),
        ("never.csv", b"user,time\n" + b"a,soon\n" * 30, ["--map", "time=time"], "as a time"),
        ("usage.csv", TABLE.encode(), ["--map", "person=who"], "There is no column 'who'"),
        ("usage.csv", TABLE.encode(), ["--map", "hero=wer"], "is not a role"),
        ("usage.csv", TABLE.encode(), ["--map", "person="], "person cannot be left out"),
        ("usage.csv", TABLE.encode(), ["--map", f"{MAP} person=was"], "mapped twice"),
        ("usage.csv", TABLE.encode(), ["--map", MAP, "--timezone", "Mars/Base"], "time zone"),
        ("usage.csv", TABLE.encode(), ["--map", MAP, "--timezone", ""], "time zone"),
        ("usage.csv", TABLE.encode(), ["--map", MAP, "--country", "XX"], "country code"),
        ("usage.csv", TABLE.encode(), ["--map", MAP, "--country", ""], "country code"),
        ("usage.csv", TABLE.encode(), ["--map", MAP, "--origin", "soon"], "--origin"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence_and_exit_code_2(
    desk: Path, name: str, content: bytes, words: list[str], said: str
) -> None:
    (desk / name).write_bytes(content)

    result = _report(name, *words)

    complaint = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert result.exit_code == 2
    assert len(complaint) == 1
    assert said in complaint[0]
    assert "Traceback" not in result.stderr
    assert list(desk.glob("*.html")) == []


def test_a_file_that_is_not_there_is_said_to_be_missing(desk: Path) -> None:
    result = _report("gone.csv")

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: There is no file gone.csv")


def test_two_files_are_one_too_many(desk: Path) -> None:
    result = _report("usage.csv", "other.csv")

    assert result.exit_code == 2
    assert "exactly one file" in result.stderr


def test_without_a_file_one_sentence_says_what_is_missing(desk: Path) -> None:
    result = _report()

    assert result.exit_code == 2
    assert result.stderr == "Error: Missing argument 'FILE'; --help shows what can be said.\n"


def test_a_folder_is_refused_before_anything_that_measures_is_loaded(desk: Path) -> None:
    look = (
        "import sys; from typer.testing import CliRunner; from uptake.cli import app; "
        "done = CliRunner().invoke(app, ['report', '.']); "
        "print(done.exit_code, 'is a folder' in done.stderr, 'ibis' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["2", "True", "False"]


@pytest.mark.parametrize("option", ["--html", "--pdf", "--save-mapping"])
@pytest.mark.parametrize(("place", "said"), [(".", "is a folder"), ("no/a", "no folder no")])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    desk: Path, option: str, place: str, said: str
) -> None:
    result = _report("usage.csv", "--map", MAP, option, place)

    assert result.exit_code == 2
    assert said in result.stderr
    assert "Columns are read as" not in result.stderr


def test_holidays_of_the_country_are_no_working_days(desk: Path) -> None:
    result = _report("usage.csv", "--map", MAP, "--country", "IE")

    page = (desk / "usage.report.html").read_text()
    assert result.exit_code == 0, result.stderr
    assert "nothing is expected on public holidays of IE" in page


def test_the_zone_that_was_said_is_kept_with_the_mapping(desk: Path) -> None:
    zone = ["--timezone", "Asia/Tokyo", "--save-mapping", "mine.yaml", "--json"]
    _report("usage.csv", "--map", MAP, *zone)

    again = _report("usage.csv", "--mapping", "mine.yaml", "--json")

    assert json.loads(again.stdout)["basis"]["timezone"] == "Asia/Tokyo"


def test_a_disk_that_fills_while_the_page_is_written_gets_one_sentence(desk: Path) -> None:
    result = _report("usage.csv", "--map", MAP, "--html", "/dev/full")

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: The disk written to cannot be used: No space left on device; "
        "correct it or name another place."
    )

"""``uptake process``: an answer in plain words, a page, numbers, and an exit code."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from uptake.capabilities.process.report import schema
from uptake.cli import app

ROWS = [
    ("1", "ask", "2024-03-04T09:00", "Ada", "Desk"),
    ("1", "check", "2024-03-04T10:00", "Bo", "Back"),
    ("1", "pay", "2024-03-04T12:00", "Bo", "Back"),
    ("2", "ask", "2024-03-05T09:00", "Ada", "Desk"),
    ("2", "pay", "2024-03-05T09:30", "Cy", "Back"),
    ("3", "ask", "2024-03-06T09:00", "Ada", "Desk"),
    ("3", "check", "2024-03-06T11:00", "Bo", "Back"),
    ("3", "pay", "2024-03-06T14:00", "Ada", "Desk"),
]
LOG = "case,activity,time,resource,team\n" + "\n".join(map(",".join, ROWS)) + "\n"
DIFFERENT = "case,activity,order\n" + "".join(
    f"{case},{step},{place}\n"
    for case, steps in enumerate(("ab", "abc", "dab", "cd"))
    for place, step in enumerate(steps)
)
MODEL = "process: Paying\nsteps:\n- ask\n- check\n- pay\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "model.yaml").write_text(MODEL)
    (tmp_path / "lax.yaml").write_text(f"{MODEL}tolerance: 40 %\n")
    (tmp_path / "all.yaml").write_text(MODEL.replace("- check", "- {step: check, optional: yes}"))
    (tmp_path / "different.csv").write_text(DIFFERENT)
    return tmp_path


def process(*words: str) -> Result:
    return CliRunner().invoke(app, ["process", *words])


def test_a_log_alone_is_described_and_judged_by_nothing(desk):
    result = process("log.csv")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("2 of 3 cases (67\u202f%) run the usual way")
    assert "nothing is judged" in result.stdout
    assert "log.csv: 3 cases, 8 events" in result.stdout


def test_the_columns_that_were_taken_for_roles_are_said(desk):
    numbers = json.loads(process("log.csv", "--json").stdout)

    assert "Read as case=case, activity=activity, completed=time" in process("log.csv").stdout
    assert numbers["summary"]["columns"]["group"] == "team"


def test_a_model_that_every_case_keeps_to_has_its_fitness_and_precision_said(desk):
    text = process("log.csv", "--model", "all.yaml").stdout.split("How it strays")[1]

    assert "No case skips a step or adds one." in text
    assert "Fitness 1.000, precision 1.00" in text


def test_cases_that_all_run_differently_are_told_by_what_follows_what(desk):
    ways = process("different.csv").stdout.split("How work runs")[1]

    assert "a \N{RIGHTWARDS ARROW} b: 3 times, in 3 of 4 cases" in ways


def test_cases_that_stray_beyond_tolerance_end_with_1(desk):
    result = process("log.csv", "--model", "model.yaml")

    assert result.exit_code == 1
    assert result.stdout.startswith("2 of 3 cases")
    assert "check" in result.stdout.split("How it strays")[1]


def test_what_is_tolerated_ends_with_0(desk):
    assert process("log.csv", "--model", "lax.yaml").exit_code == 0


def test_people_are_named_only_where_names_are_asked_for(desk):
    kept, named = process("log.csv", "--json"), process("log.csv", "--json", "--names")

    assert "Ada" not in kept.stdout
    assert "Person 1" in kept.stdout
    assert "Ada" in named.stdout


def test_the_json_keeps_to_its_schema(desk):
    result = process("log.csv", "--model", "model.yaml", "--json")

    values = json.loads(result.stdout)
    assert list(Draft202012Validator(schema()).iter_errors(values)) == []
    assert values["handovers"]["between_people"] == 4
    assert values["conformance"]["cost_total"] == 1


def test_the_page_and_the_cases_that_stray_are_written(desk):
    process("log.csv", "--model", "model.yaml", "--html", "p.html", "--rejects", "r.csv")

    rows = list(csv.reader((desk / "r.csv").read_text().splitlines()))
    assert [row[0] for row in rows] == ["case", "2"]
    assert rows[1][2] == "skipped check"
    assert "How work runs" in (desk / "p.html").read_text(encoding="utf-8")


def test_the_usual_way_is_proposed_kept_and_judges_nothing_until_confirmed(desk):
    first = process("log.csv", "--save-model", "way.yaml")
    again = process("log.csv", "--model", "way.yaml")
    (desk / "agreed.yaml").write_text(
        (desk / "way.yaml").read_text().replace("proposed: true\n", "")
    )
    agreed = process("log.csv", "--model", "agreed.yaml")

    assert "3 of 3 cases run like this: ask, then (perhaps check), then pay" in first.stdout
    assert again.exit_code == 0
    assert "is a proposal that nobody has confirmed" in again.stdout
    assert agreed.stdout.startswith("3 of 3 cases (100")


def test_a_model_is_kept_as_a_drawing_where_its_file_is_called_so(desk):
    proposed = process("log.csv", "--save-model", "way.bpmn")
    used = process("log.csv", "--model", "way.bpmn", "--save-model", "way.pnml")
    again = process("log.csv", "--model", "way.pnml")

    assert "BPMNDiagram" in (desk / "way.bpmn").read_text(encoding="utf-8")
    assert proposed.exit_code == 0, proposed.stderr
    assert used.stdout.startswith("3 of 3 cases (100")
    assert again.stdout.startswith("3 of 3 cases (100")


def test_files_that_are_written_on_the_way_are_named(desk):
    result = process(
        "log.csv", "--model", "model.yaml", "--save-model", "w.yaml", "--rejects", "r.csv"
    )

    assert result.stderr == "Wrote w.yaml\nWrote r.csv\n"


def test_rules_whose_occasion_never_came_judge_nothing(desk):
    (desk / "rules.yaml").write_text("process: Rules\nrules:\n- Ask before Pay\n")

    result = process("log.csv", "--model", "rules.yaml")

    assert result.exit_code == 0
    assert result.stdout.startswith("None of the 3 cases can be judged by Rules.")
    assert "No rule of Rules had its occasion in any case" in result.stdout


def test_rules_alone_are_not_kept_as_a_drawing(desk):
    (desk / "rules.yaml").write_text("process: Paying\nrules: [ask before pay]\n")

    result = process("log.csv", "--model", "rules.yaml", "--save-model", "way.bpmn")

    assert result.exit_code == 2
    assert "nothing to draw: keep the model as YAML" in result.stderr


def test_business_time_counts_where_hours_are_said(desk):
    result = process("log.csv", "--hours", "09:00-11:00", "--json")
    told = process("log.csv", "--hours", "09:00-11:00")

    assert "In business time (09:00 to 11:00 UTC, no public holidays): 2\u202fh" in told.stdout
    found = json.loads(result.stdout)["business_time"]
    assert found["median_seconds"] == 2 * 3600
    assert found["hours"].startswith("09:00 to 11:00 UTC")


def test_cases_before_a_model_was_in_force_are_left_out_and_counted(desk):
    (desk / "later.yaml").write_text(f"{MODEL}from: 2024-03-06\n")
    (desk / "never.yaml").write_text(f"{MODEL}from: 2030-01-01\n")

    result = process("log.csv", "--model", "later.yaml")
    never = process("log.csv", "--model", "never.yaml")

    assert result.stdout.startswith("1 of 1 cases")
    assert "2 cases began while Paying was not in force: they are left out" in result.stdout
    assert (never.exit_code, "No case of log.csv began" in never.stderr) == (2, True)


def test_a_step_of_the_model_that_no_case_has_is_named(desk):
    (desk / "typo.yaml").write_text(MODEL.replace("- check", "- chekc"))

    result = process("log.csv", "--model", "typo.yaml")

    assert "Model: chekc is in the model and in no case" in result.stdout


def test_columns_can_be_said(desk):
    (desk / "odd.csv").write_text(LOG.replace("case,activity", "alpha,beta"))

    result = process("odd.csv", "--map", "case=alpha", "activity=beta")

    assert result.exit_code == 0, result.stderr
    assert "3 cases, 8 events" in result.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.csv"], "There is no file none.csv"),
        (["log.csv", "--model", "none.yaml"], "There is no model none.yaml"),
        (["log.csv", "--map", "case=alpha"], "alpha"),
        (["log.csv", "--html", "no/p.html"], "There is no folder no"),
        (["log.csv", "--rejects", "."], ". is a folder"),
        (["log.csv", "model.yaml"], "Name exactly one file"),
        (["log.csv", "--hours", "nine"], "write them as 09:00-17:00"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_one_sentence(desk, words, says):
    result = process(*words)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.strip().splitlines()[-1].startswith("Error: ")


XES = "<log><trace><string key='concept:name' value='1'/>{}</trace></log>".format(
    "".join(
        f"<event><string key='concept:name' value='{step}'/>"
        f"<date key='time:timestamp' value='{moment}:00Z'/></event>"
        for _case, step, moment, *_who in ROWS[:3]
    )
)
HEAVY = ("pandas", "scipy", "pydantic", "django", "ibis", "rich", "holidays")
LOOK = (
    "import sys; from typer.testing import CliRunner; from uptake.cli import app; "
    "done = CliRunner().invoke(app, ['process', *sys.argv[1].split()]); "
    f"print(done.exit_code, sorted(set(sys.modules) & {{*sys.argv[2].split(), *{HEAVY}}}))"
)


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        ("log.csv --json", ""),
        ("log.xes --model model.yaml", "duckdb sqlite3 msgspec"),
        ("log.xes --json", "duckdb sqlite3 msgspec"),
    ],
)
def test_nothing_is_imported_that_a_small_log_does_not_need(desk, words, heavy):
    (desk / "log.xes").write_text(XES)

    said = subprocess.run(
        [sys.executable, "-c", LOOK, words, heavy], capture_output=True, text=True, check=True
    )

    assert said.stdout == "0 []\n"

"""``uptake records check``: an answer in plain words, a page, numbers, and an exit code."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from uptake.capabilities.records.report import schema
from uptake.cli import app

CONTACTS = "id,name,phone\n1,Ada,+49 30 123456\n2,Bo,n/a\n3,,+49 30 654321\n4,Cy,+49 30 111222\n"
STANDARD = """
standard: Contacts
about: contact
tolerance: {tolerance}
fields:
  - {{field: name, required: always}}
  - {{field: phone, required: always, is: phone, owner: Sales}}
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contacts.csv").write_text(CONTACTS)
    (tmp_path / "strict.yaml").write_text(STANDARD.format(tolerance="5 %"))
    (tmp_path / "lax.yaml").write_text(STANDARD.format(tolerance="60 %"))
    return tmp_path


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["records", "check", *words])


def test_a_missed_standard_ends_with_1_and_says_how_many_in_plain_words(desk):
    result = check("contacts.csv", "--standard", "strict.yaml")

    assert result.exit_code == 1
    assert result.stdout.startswith("2 of 4 contacts (50\u202f%) are fit for use")
    assert "tolerates 5\u202f% unfit records and is missed" in result.stdout


def test_a_standard_that_is_met_ends_with_0(desk):
    assert check("contacts.csv", "--standard", "lax.yaml").exit_code == 0


def test_without_a_standard_one_is_proposed_and_kept(desk):
    result = check("contacts.csv", "--save-standard", "mine.yaml")

    assert result.exit_code == 0, result.stderr
    assert "proposed: 'yes'" in (desk / "mine.yaml").read_text()
    assert "nobody has agreed on them yet" in result.stdout


def test_the_page_and_the_unfit_records_are_written(desk):
    check("contacts.csv", "--standard", "strict.yaml", "--html", "q.html", "--rejects", "r.csv")

    rows = list(csv.reader((desk / "r.csv").read_text().splitlines()))
    assert [row[2] for row in rows] == ["does not hold", "phone is filled in", "name is filled in"]
    assert "Which rules are missed" in (desk / "q.html").read_text(encoding="utf-8")


FEW = """id,who,at,phone
1,u1,2026-01-05T10:00:00,
2,u2,2026-01-05T10:00:00,5
"""
BY_WHOM = "columns: {record: id, author: who, at: at}\nfields: [{field: phone, required: always}]"


def test_what_is_missed_by_too_few_people_is_said_to_be_hidden(desk):
    (desk / "few.csv").write_text(FEW)
    (desk / "few.yaml").write_text(f"standard: Few\n{BY_WHOM}")

    result = check("few.csv", "--standard", "few.yaml")

    assert "1 rule about records that fewer than five people wrote" in result.stdout
    assert "--rejects lists the records" in result.stdout


def test_json_holds_every_rule_with_its_interval(desk):
    result = check("contacts.csv", "--standard", "strict.yaml", "--json")

    values = json.loads(result.stdout)
    phone = values["rules"][1]
    assert (phone["rule"], phone["owner"], phone["met"]) == ("phone is filled in", "Sales", False)
    assert phone["share"]["low"] < phone["share"]["value"] == 0.75 < phone["share"]["high"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.csv"], "There is no file none.csv"),
        (["contacts.csv", "--standard", "none.yaml"], "There is no standard none.yaml"),
        (["contacts.csv", "--standard", "crm-contact"], "did you mean crm-contacts?"),
        (["contacts.csv", "--standard", "crm-contacts"], "or --map record= to go without"),
        (["contacts.csv", "--map", "author=nam"], "did you mean name?"),
        (["contacts.csv", "--html", "no/q.html"], "There is no folder no"),
        (["contacts.csv", "--rejects", "."], ". is a folder"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_one_sentence(desk, words, says):
    result = check(*words)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stderr.strip().splitlines()[-1].startswith("Error: ")


def test_standards_that_come_along_are_listed_and_printed(desk):
    listed = CliRunner().invoke(app, ["records", "standards"])
    printed = CliRunner().invoke(app, ["records", "standards", "crm-contacts"])
    wrong = CliRunner().invoke(app, ["records", "standards", "crm"])

    assert "service-desk-tickets" in listed.stdout
    assert printed.stdout.startswith("standard: Contacts of a CRM")
    assert (wrong.exit_code, "use one of" in wrong.stderr) == (2, True)


def test_rows_that_cannot_be_read_are_listed_and_counted(desk):
    (desk / "broken.csv").write_text(CONTACTS + "5,Di\n")

    result = check("broken.csv", "--standard", "lax.yaml", "--rejects", "r.csv", "--json")

    listed = list(csv.reader((desk / "r.csv").read_text().splitlines()))
    assert json.loads(result.stdout)["source"] == {"name": "broken.csv", "rows": 5, "rejected": 1}
    assert listed[1] == ["", "6", "broken row: too few values: 5,Di"]


def test_the_report_can_be_a_pdf(desk):
    check("contacts.csv", "--standard", "lax.yaml", "--pdf", "q.pdf")

    assert (desk / "q.pdf").read_bytes()[:4] == b"%PDF"


def test_the_json_keeps_to_its_published_schema(desk):
    Draft202012Validator.check_schema(schema())

    for words in (("--standard", "strict.yaml"), ()):
        told = json.loads(check("contacts.csv", "--json", *words).stdout)
        Draft202012Validator(schema()).validate(told)

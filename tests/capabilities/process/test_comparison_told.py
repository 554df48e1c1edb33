"""Before and after as words, numbers and a page, beside everything else that is said of a log."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from tests.capabilities.process.worlds import service_desk
from uptake.capabilities.process.analysis import More, analysed
from uptake.capabilities.process.as_words import to_words
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.report import schema, to_html, to_json
from uptake.capabilities.process.saying_comparison import hands_sentence, measure_lines
from uptake.capabilities.process.splitting import Split
from uptake.cli import app
from uptake.formats.xes_writing import write_xes

DAY = date(2026, 2, 20)


def pictured(mix: tuple[str, ...] = (), **world: tuple[float, float]) -> ProcessPicture:
    log = service_desk(**world)  # type: ignore[arg-type]  # chances before and after
    return analysed(log, more=More(split=Split(DAY, mix))).picture


@pytest.fixture(scope="module")
def fewer() -> ProcessPicture:
    return pictured(("size",), handover=(0.6, 0.2), hard=(0.2, 0.5))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_xes(service_desk(handover=(0.6, 0.2)), tmp_path / "desk.xes")
    return tmp_path


def process(*words: str) -> Result:
    return CliRunner().invoke(app, ["process", "desk.xes", *words])


def test_fewer_hands_are_said_in_one_sentence_with_their_interval(fewer: ProcessPicture) -> None:
    assert fewer.comparison is not None

    said = hands_sentence(fewer.comparison)

    assert said.startswith("A case after goes with fewer handovers between people (by 0.34 a case")
    assert "and fewer different people" in said
    assert "95 % interval" in said
    assert "groups" not in said


def test_what_has_no_interval_or_is_the_same_everywhere_is_not_said_to_be_chance() -> None:
    every = {line.name: line for line in measure_lines(pictured().comparison)}
    few = analysed(service_desk(teams=4, cases_each=60), more=More(split=Split(DAY))).picture

    assert (every["different teams"].change, every["different teams"].interval) == ("none", "")
    assert {line.interval for line in measure_lines(few.comparison)} == {""}
    assert "within chance" not in to_html(few)


def test_hands_that_did_not_change_are_said_to_be_within_chance() -> None:
    found = pictured().comparison
    assert found is not None

    assert hands_sentence(found).startswith("Neither fewer nor more hands beyond chance: ")


def test_the_json_has_both_sides_and_keeps_to_its_schema(fewer: ProcessPicture) -> None:
    values = json.loads(json.dumps(to_json(fewer)))
    found = values["before_after"]
    rows = {row["measure"]: row for row in found["measures"]}

    assert list(Draft202012Validator(schema()).iter_errors(values)) == []
    assert (found["split"], found["alike_in"], found["teams"]) == ("2026-02-20", ["size"], "group")
    assert found["cases_before"] + found["cases_after"] == 640
    assert rows["handovers_people"]["beyond_chance"] is True
    assert rows["handovers_people"]["mean_difference"]["high"] < 0
    assert rows["duration"]["before"]["median"] > 0
    assert rows["duration"]["shift"]["low"] <= rows["duration"]["shift"]["value"]
    assert found["neighbours"]["tried"] == 4


def test_words_and_page_say_the_same(fewer: ProcessPicture) -> None:
    words, page = to_words(fewer), to_html(fewer)

    for said in ("alike in size with those before", "That two groups differ does not say why."):
        assert said in words
        assert said in page
    assert "Before and after 20 Feb 2026" in words
    assert "What else moved:" in words
    assert "Handovers between people" in page


def test_a_log_without_a_day_says_nothing_of_before_and_after() -> None:
    picture = analysed(service_desk(teams=2, cases_each=10)).picture

    assert to_json(picture)["before_after"] is None
    assert "Before and after" not in to_words(picture)


def test_the_command_splits_at_a_day_and_makes_cases_alike(desk: Path) -> None:
    told = process("--split", "2026-02-20", "--mix", "size")
    numbers = process("--split", "2026-02-20", "--mix", "size", "--json", "--html", "page.html")

    assert told.exit_code == 0, told.stderr
    assert "fewer handovers between people" in told.stdout
    assert json.loads(numbers.stdout)["before_after"]["alike_in"] == ["size"]
    assert "Before and after" in (desk / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--split", "2019-01-01"), "the first began on 1 Jan 2026 and the last on 31 Mar 2026"),
        (("--split", "soon"), "'soon' is no day: write it as 2025-03-31."),
        (("--split", "2026-02-20", "--mix", "colour"), "make cases alike: size"),
        (("--mix", "size"), "say the day with --split"),
    ],
)
def test_what_cannot_be_split_is_refused_with_what_to_say(
    desk: Path, words: tuple[str, ...], told: str
) -> None:
    result = process(*words)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


def test_a_log_without_moments_cannot_be_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.xes").write_text("case,activity\n1,a\n1,b\n2,a\n")

    result = process("--split", "2026-02-20")

    assert result.exit_code == 2
    assert "no moments that can be believed" in result.stderr

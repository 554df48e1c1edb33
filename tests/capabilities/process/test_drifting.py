"""Whether work moved to others than those it is meant for, by step, role and team."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from tests.capabilities.process.worlds import DAY, START, log_of
from uptake.capabilities.process.analysis import Analysis, analysed, picture_of
from uptake.capabilities.process.as_json import to_json, without_people
from uptake.capabilities.process.as_words import to_words
from uptake.capabilities.process.drift_spans import DriftSpans
from uptake.capabilities.process.drifted import RoleDrift
from uptake.capabilities.process.drifting import drift_of
from uptake.capabilities.process.intended import IntendedProcess, item
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import NotMeasurable, ProcessPicture
from uptake.capabilities.process.report import schema, to_html
from uptake.capabilities.process.saying_drift import drift_how, drift_sentence, drift_window
from uptake.cli import app
from uptake.formats.case_log import NO_MOMENT, CaseLog, Performer
from uptake.formats.xes_writing import write_xes

STEPS = ("open", "diagnose", "close")
MEANT = IntendedProcess(
    "Desk", steps=tuple(map(item, STEPS)), roles=dict.fromkeys(STEPS, ("agent",))
)
UNSAID = IntendedProcess("Desk", steps=tuple(map(item, STEPS)))


def desk(*, drifts: float, cases: int = 400, managers: int = 6) -> CaseLog:
    """Two teams, a case a day; in team B managers diagnose in a share of the later half."""
    random = np.random.default_rng(5)
    rows = []
    for case in range(cases):
        team = "AB"[case % 2]
        taken = team == "B" and case >= cases // 2 and random.random() < drifts
        for place, step in enumerate(STEPS):
            by_manager = taken and step == "diagnose"
            who = f"m{case // 2 % managers}" if by_manager else f"{team}{random.integers(8)}"
            role = "manager" if by_manager else "agent"
            rows.append((case, step, START + case * DAY + place, who, role, team))
    cases_of, steps, moments, whom, roles, teams = zip(*rows, strict=True)
    told: dict[Performer, Sequence[str]] = {
        Performer.RESOURCE: whom,
        Performer.ROLE: roles,
        Performer.GROUP: teams,
    }
    return log_of(cases_of, steps, moments, told)


def drift_in(picture: ProcessPicture) -> RoleDrift:
    assert picture.drift is not None
    return picture.drift


@pytest.fixture(scope="module")
def drifting() -> ProcessPicture:
    return picture_of(desk(drifts=0.6), MEANT)


def test_the_step_and_the_team_that_drift_are_named_and_no_others(
    drifting: ProcessPicture,
) -> None:
    found = drift_in(drifting)
    teams = found.of_level(Performer.GROUP)

    assert teams is not None
    assert [row.name for row in found.steps if row.drifts] == ["diagnose"]
    assert [row.name for row in teams.rows if row.drifts] == ["B"]
    assert found.parts.date().isoformat() == "2026-07-20"
    assert found.whole.cases == (200, 200)


def test_a_planted_drift_lies_within_its_limits(drifting: ProcessPicture) -> None:
    first = drift_in(drifting).steps[0].outside

    assert first is not None
    assert (first.before.numerator, first.before.denominator, first.after.denominator) == (
        *(0, 200, 200),
    )
    assert first.low <= 0.6 / 2 <= first.high
    assert first.is_sure


def test_it_is_said_in_a_sentence_with_both_spans_and_becomes_a_finding(
    drifting: ProcessPicture,
) -> None:
    words = to_words(drifting)
    finding = next(row for row in drifting.findings if row.kind == "role drift")

    assert "were done by others than meant from 20 Jul 2026 on, 0\u202f% (0 of 600) before" in words
    assert "points more (95 % interval" in words
    assert finding.activity == "diagnose"
    assert "It moved in 1 of 2 teams: B." in finding.evidence
    assert "Whether it drifts from the intended roles" in to_html(drifting)


def test_the_json_keeps_to_its_schema_and_people_leave_with_the_rest(
    drifting: ProcessPicture,
) -> None:
    values = json.loads(json.dumps(to_json(drifting)))
    without = to_json(without_people(drifting))

    assert list(Draft202012Validator(schema()).iter_errors(values)) == []
    assert values["role_drift"]["meant_for"] == "role"
    assert [each["of"] for each in values["role_drift"]["levels"]] == ["resource", "role", "group"]
    assert [each["of"] for each in without["role_drift"]["levels"]] == ["role", "group"]


def test_work_that_stays_with_whom_it_is_meant_for_does_not_drift() -> None:
    found = drift_in(picture_of(desk(drifts=0.0), MEANT))

    assert not any(row.drifts for row in found.steps)
    assert all(not row.moved for each in found.levels for row in each.rows)


def test_a_role_that_did_nothing_before_is_not_measurable_and_says_why(
    drifting: ProcessPicture,
) -> None:
    roles = drift_in(drifting).of_level(Performer.ROLE)

    assert roles is not None
    manager = next(row for row in roles.rows if row.name == "manager")
    assert (manager.outside, manager.cases[0]) == (None, 0)
    assert manager.why == "fewer than 10 cases in one of the spans"


def test_a_span_of_too_few_people_is_not_told() -> None:
    log = desk(drifts=0.6)
    people = log.performers[Performer.RESOURCE]
    late_alone = np.where(log.case >= 200, people.codes[0], people.codes)
    told = {**log.performers, Performer.RESOURCE: replace(people, codes=late_alone)}

    found = drift_in(picture_of(replace(log, performers=told), MEANT))

    assert found.whole.why == "fewer than 5 people in one of the spans"
    assert found.whole.outside is None


@pytest.mark.parametrize(
    ("intended", "why"),
    [
        (UNSAID, "does not say who is meant to do which step"),
        (
            IntendedProcess("Desk", steps=MEANT.steps, roles={"open": ("pilot",)}),
            "The model names pilot",
        ),
    ],
)
def test_without_roles_it_is_not_measurable_and_says_what_would_make_it_so(
    intended: IntendedProcess, why: str
) -> None:
    picture = picture_of(desk(drifts=0.6, cases=60), intended)

    gaps = {gap.what: gap.why for gap in picture.not_measurable}
    assert picture.drift is None
    assert why in gaps["drift from the intended role"]
    assert to_json(picture)["role_drift"] is None


def test_an_order_without_moments_has_no_drift() -> None:
    log = desk(drifts=0.6, cases=60)
    untimed = replace(log, is_timed=False, completed=np.full(log.events, NO_MOMENT))

    picture = picture_of(untimed, MEANT)

    assert picture.drift is None
    assert "drift from the intended role" in {gap.what for gap in picture.not_measurable}


@pytest.fixture(scope="module")
def judged_desk() -> Analysis:
    return analysed(desk(drifts=0.6), MEANT)


def between(found: Analysis, spans: DriftSpans) -> RoleDrift | NotMeasurable:
    assert found.judged is not None
    return drift_of(found.ground, found.judged.outside, Showing(), spans)


@pytest.mark.parametrize(
    ("spans", "cases", "window"),
    [
        (
            DriftSpans(since=date(2026, 5, 1)),
            (120, 280),
            "1 Jan 2026 until 1 May 2026, and from that day to 4 Feb 2027",
        ),
        (
            DriftSpans(since=date(2026, 9, 1), reference_until=date(2026, 3, 31)),
            (90, 157),
            "1 Jan 2026 to 31 Mar 2026, and 1 Sep 2026 to 4 Feb 2027",
        ),
        (
            DriftSpans(reference_until=date(2026, 3, 31)),
            (90, 310),
            "1 Jan 2026 until 1 Apr 2026, and from that day to 4 Feb 2027",
        ),
        (
            DriftSpans(date(2026, 9, 1), date(2026, 9, 30), date(2026, 2, 1), date(2026, 2, 28)),
            (28, 30),
            "1 Feb 2026 to 28 Feb 2026, and 1 Sep 2026 to 30 Sep 2026",
        ),
    ],
)
def test_chosen_days_are_set_beside_each_other_and_the_others_left_out(
    judged_desk: Analysis, spans: DriftSpans, cases: tuple[int, int], window: str
) -> None:
    found = between(judged_desk, spans)

    assert isinstance(found, RoleDrift)
    assert found.whole.cases == cases
    assert drift_window(found) == window
    assert "were chosen by whoever asks" in drift_how(found)


def test_the_sentence_names_both_spans_where_days_were_chosen(judged_desk: Analysis) -> None:
    days = DriftSpans(date(2026, 9, 1), date(2026, 9, 30), date(2026, 2, 1), date(2026, 2, 28))

    found = between(judged_desk, days)

    assert isinstance(found, RoleDrift)
    said = drift_sentence(found)
    assert "done by others than meant from 1 Sep 2026 to 30 Sep 2026, 0\u202f% " in said
    assert "(0 of 84) from 1 Feb 2026 to 28 Feb 2026: " in said


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        (DriftSpans(since=date(2019, 1, 1)), "in the reference span; such steps were done from "),
        (DriftSpans(since=date(2030, 1, 1)), "in the later span; such steps were done from 1 Jan"),
        (DriftSpans(reference_until=date.max), "was done in the later span"),
        (DriftSpans(date(2026, 5, 1), reference_until=date(2026, 5, 1)), "has to end before"),
        (DriftSpans(date(2026, 5, 1), date(2026, 4, 1)), "has to end before"),
        (DriftSpans(reference_from=date(2026, 1, 2)), "Fewer than 5 people did the steps that"),
    ],
)
def test_days_that_cannot_be_compared_are_refused_with_what_to_choose(
    judged_desk: Analysis, spans: DriftSpans, why: str
) -> None:
    found = between(judged_desk, spans)

    assert isinstance(found, NotMeasurable)
    assert why in found.why


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_xes(desk(drifts=0.6, cases=200), tmp_path / "desk.xes")
    for name, line in (("desk", "  role: agent\n"), ("unsaid", "")):
        steps = "".join(f"- step: {step}\n{line}" for step in STEPS)
        (tmp_path / f"{name}.yaml").write_text(f"process: Desk\nsteps:\n{steps}", encoding="utf-8")
    return tmp_path


def process(*words: str) -> Result:
    return CliRunner().invoke(app, ["process", "desk.xes", *words])


def test_the_command_sets_chosen_days_beside_each_other_everywhere(files: Path) -> None:
    days = ("--since", "2026-05-01", "--reference", "..2026-03-31", "--until", "2026-06-30")
    result = process("--model", "desk.yaml", *days, "--json", "--html", "page.html")

    found = json.loads(result.stdout)["role_drift"]
    page = (files / "page.html").read_text(encoding="utf-8")
    assert (found["chosen"], found["parts"][:10]) == (True, "2026-05-01")
    assert (found["reference_end"][:10], found["end"][:10]) == ("2026-04-01", "2026-06-30")
    assert (found["whole"]["cases_before"], found["whole"]["cases_after"]) == (90, 61)
    assert "1 Jan 2026 to 31 Mar 2026, and 1 May 2026 to 30 Jun 2026" in page


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "2026-05-01"), "bring a model that names roles with --model"),
        (("--model", "unsaid.yaml", "--since", "2026-05-01"), "write the role beside each step"),
        (("--model", "desk.yaml", "--since", "soon"), "'soon' is no day: write it as 2025-03-31."),
        (("--model", "desk.yaml", "--reference", "spring"), "write it as 2025-01-01..2025-03-31."),
        (("--model", "desk.yaml", "--since", "2019-01-01"), "choose other days"),
    ],
)
def test_days_that_say_nothing_are_refused_by_the_command(
    files: Path, words: tuple[str, ...], told: str
) -> None:
    result = process(*words)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from uptake.capabilities.measure.from_file import (
    FileChoices,
    picture_of_file,
)
from uptake.capabilities.measure.report import to_html
from uptake.formats import Mapping


@pytest.fixture(scope="module")
def submissions(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Submissions with their course run, which the source keeps in another file."""
    folder = shared_data / "usage" / "oulad"
    made = pd.read_csv(folder / "studentAssessment.csv.gz")
    tasks = pd.read_csv(folder / "assessments.csv.gz")
    table = made.merge(tasks, on="id_assessment")
    table["course_run"] = table.code_module + " " + table.code_presentation
    path = tmp_path_factory.mktemp("oulad") / "submissions.csv"
    columns = ["course_run", "id_student", "date_submitted", "assessment_type", "id_assessment"]
    table[columns].to_csv(path, index=False)
    return path


def test_submissions_that_count_days_are_reported_in_days(submissions: Path) -> None:
    shown: list[Mapping] = []
    made = pd.read_csv(submissions)

    seen = picture_of_file(
        submissions, FileChoices(roles={"team": "course_run"}), show=shown.append
    )

    page = to_html(seen)
    assert seen.summary.people == made.id_student.nunique()
    assert seen.summary.groups == made.course_run.nunique() == len(seen.groups)
    assert seen.source.origin is not None
    assert f"to day {made.date_submitted.max()}" in page
    assert "2001" not in page.replace("2001-01-01", "").replace("2001-01-02", "")
    assert seen.pattern is None
    assert shown[0].get is not None


def test_the_shared_assessment_is_no_record_to_be_reworked(submissions: Path) -> None:
    seen = picture_of_file(submissions, FileChoices(), show=lambda mapping: None)
    rework = next(number for number in seen.measurements if number.key == "rework")

    assert rework.value is None
    assert "'object'" in rework.reason

"""The standards that come with the product can be used as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.samples import sample_names, sample_standard, sample_text
from uptake.capabilities.records.tallies import cube
from uptake.capabilities.records.writing import standard_yaml

KINDS = {"crm", "service-desk", "learning-platform", "project-tracker"}


def test_there_is_a_standard_for_each_kind_of_system():
    found = {kind for kind in KINDS if any(name.startswith(kind) for name in sample_names())}

    assert found == KINDS


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_is_read_has_an_owner_and_survives_being_written(name):
    standard = sample_standard(name)

    assert standard.owner
    assert not standard.is_proposed
    assert read_standard(standard_yaml(standard)) == standard


def test_a_name_that_is_none_is_refused():
    with pytest.raises(KeyError):
        sample_text("../standard")


def test_a_sample_judges_data_that_has_its_columns(judged):
    csv = (
        "task_id,updated_by,updated_at,created_at,project,title,status,assignee,start,due,done_on,"
        "estimate_hours,blocked_by,acceptance\n"
        "1,ann,2024-03-02 10:00,2024-03-01 09:00,North,Move the old files,In progress,bob,"
        "2024-03-01,2024-03-09,,6,,All files open in the new place\n"
        "2,ann,2024-03-02 10:00,2024-03-01 09:00,North,Call,Blocked,,2024-03-05,2024-03-01,,,,\n"
    )

    counts = cube(judged(csv, sample_text("project-tracker-tasks").partition("\n")[2]))

    assert (counts.share_fit.numerator, counts.share_fit.denominator) == (1, 2)


def test_the_standard_in_the_guide_can_be_read():
    guide = Path(__file__).parents[3] / "docs" / "guides" / "record-quality.md"
    example = guide.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]

    standard = read_standard(example)

    assert [str(check.condition) for check in standard.checks] == ["closed >= opened"]

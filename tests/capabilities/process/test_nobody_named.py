"""Marks for nobody, such as EMPTY: said, and never taken for a group or a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.capabilities.process.lettered_logs import lettered
from tests.capabilities.process.worlds import DAY, HOUR, START, log_of
from uptake.capabilities.process.analysis import picture_of
from uptake.capabilities.process.charting import trend_chart
from uptake.capabilities.process.nobody_named import with_nobody
from uptake.capabilities.process.wording import longer
from uptake.formats.case_log import CaseLog, Performer
from uptake.formats.case_logs import open_case_log


def grouped(*groups: str) -> CaseLog:
    """One case with a step for each group."""
    count = len(groups)
    moments = [START + HOUR * place for place in range(count)]
    return log_of([0] * count, ["step"] * count, moments, {Performer.GROUP: groups})


@pytest.mark.parametrize("mark", ["EMPTY", "UNKNOWN", "N/A", "?", " empty "])
def test_a_mark_for_nobody_is_not_known_and_said_with_how_often(mark: str) -> None:
    picture = picture_of(grouped("A", mark, "B", "B", mark), names=True)

    found = picture.of_level(Performer.GROUP)
    assert found is not None
    assert (found.performers, found.handovers, found.unknown) == (2, 0, 3)
    assert {row.performer for row in picture.scopes[0].rows} == {"A", "B"}
    (warning,) = picture.warnings
    assert warning.startswith(f"2 events name {mark!r} as group, which looks like nothing filled")


@pytest.mark.parametrize("name", ["NA", "0", "Other", "Test"])
def test_what_may_be_somebody_stays(name: str) -> None:
    log = grouped("A", name)

    assert with_nobody(log) is log


def test_a_log_in_which_nobody_is_named_has_no_handovers_and_no_people() -> None:
    picture = picture_of(lettered(["ab", "ab"], people=["??", "??"]))

    assert picture.handing == ()
    assert picture.summary.resources is None


def test_groups_of_a_real_log_come_without_their_mark(shared_data: Path) -> None:
    picture = picture_of(open_case_log(shared_data / "process/08_receipt.xes.gz"))

    assert any("'EMPTY' as group" in warning for warning in picture.warnings)
    assert "EMPTY" not in {row.performer for scope in picture.scopes for row in scope.rows}


def test_a_month_is_not_said_to_pass_on_more_often_where_that_could_be_chance() -> None:
    def told(late: float) -> str:
        cases = [(month, case % 100 < share * 100) for month, share in ((0, 0.7), (1, late))
                 for case in range(200)]  # fmt: skip
        moments = [START + month * 32 * DAY + step for month, _passes in cases for step in (0, 1)]
        who = [name for _month, passes in cases for name in ("A", "B" if passes else "A")]
        numbers = [number for number in range(len(cases)) for _step in (0, 1)]
        log = log_of(numbers, ["step"] * len(who), moments, {Performer.GROUP: who})
        (handing,) = picture_of(log, names=True).handing
        chart = trend_chart(handing)
        assert chart is not None
        return chart.summary

    assert "as many times as those of January 2026, as far as can be told from chance" in told(0.71)
    assert "passed on more times than those of January 2026: 0.90 against 0.70" in told(0.9)


def test_cases_that_are_faster_are_said_to_be_shorter() -> None:
    assert longer(-21 * 3_600) == "21\u202fh shorter"
    assert longer(2 * 86_400) == "2\u202fdays longer"
    assert longer(None) == "\u2013"

"""The lake's own events as cases: who is told apart, who is left out, what it is kept as."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import factories
from tests.capabilities.imports.bringing import uploaded
from tests.capabilities.process.laked import SHORT, USUAL, load, measured, people_of, picture
from tests.cast import Cast
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.process import actions, working
from uptake.capabilities.process.analysis import picture_of
from uptake.capabilities.process.as_json import to_json
from uptake.capabilities.process.from_lake import log_of_events
from uptake.capabilities.process.kept_log import read_log, write_log
from uptake.capabilities.process.models import Process
from uptake.capabilities.process.places import folder_of
from uptake.formats.case_log import CaseLog, Performer
from uptake.formats.case_logs import open_case_log
from uptake.formats.xes_writing import write_xes
from uptake.foundation.lake import shared_lake
from uptake.foundation.models import WorkspaceKind


@pytest.fixture
def process(cast: Cast) -> Process:
    people_of(cast)
    load((USUAL, 24), (SHORT, 12))
    return measured(cast)


def log_of(process: Process) -> CaseLog:
    found = log_of_events(process)
    assert found is not None
    return found


def test_events_become_cases_in_the_order_of_time(process: Process) -> None:
    log = log_of(process)

    steps = [log.activity.words[code] for code in log.activity.codes[log.case == 0]]

    assert (log.cases, log.events) == (36, 132)
    assert steps == list(USUAL)


def test_a_step_passes_through_person_role_team_and_account_on_record(process: Process) -> None:
    log = log_of(process)

    words = {kind: each.words for kind, each in log.performers.items()}

    assert len(words[Performer.RESOURCE]) == 12
    assert words[Performer.ROLE] == ("clerk",)
    assert set(words[Performer.GROUP]) == {"North / desk", "North / dock"}
    assert words[Performer.ORGANISATION] == ("North",)


def test_cases_of_two_customers_of_one_name_are_two_cases(cast: Cast, process: Process) -> None:
    load((USUAL, 24), account="south", prefix="c")

    log = log_of(process)

    assert log.cases == 60
    assert len(set(log.case_names.to_pylist())) == 60


def test_in_a_company_of_its_own_a_case_passes_between_units(cast: Cast, process: Process) -> None:
    cast.workspace.kind = WorkspaceKind.BUYER
    cast.workspace.save()
    process.refresh_from_db()
    load((("return",), 36), account="south", prefix="back")
    load((("complain",), 1), account="south", prefix="c")

    log = log_of(process)

    assert log.cases == 72


def test_only_events_of_the_process_are_its_cases(cast: Cast, process: Process) -> None:
    process.actions = ["order", "bill"]

    assert set(log_of(process).activity.words) == {"order", "bill"}


def test_the_same_numbers_as_the_log_exported_and_read_again(
    process: Process, tmp_path: Path
) -> None:
    log = log_of(process)
    write_xes(log, tmp_path / "log.xes")

    again = open_case_log(tmp_path / "log.xes")

    here, there = (to_json(picture_of(each)) for each in (log, again))
    parts = ("directly_follows", "durations", "rework", "activities", "handovers")
    assert {part: here[part] for part in parts} == {part: there[part] for part in parts}


def test_a_log_is_kept_as_it_was(process: Process, tmp_path: Path) -> None:
    log = log_of(process)

    write_log(log, tmp_path, "x")
    again = read_log(tmp_path, "x")

    assert again is not None
    assert again.performers.keys() == log.performers.keys()
    np.testing.assert_array_equal(again.completed, log.completed)
    np.testing.assert_array_equal(again.activity.codes, log.activity.codes)
    assert again.case_names.equals(log.case_names)
    assert (again.source, again.is_timed, again.warnings) == (
        log.source,
        log.is_timed,
        log.warnings,
    )


def test_erased_people_vanish_from_cases_and_from_what_is_kept(
    cast: Cast, process: Process
) -> None:
    before = log_of(process).events

    with shared_lake() as lake:
        erase_person(cast.olga, "p3", lake=lake)
    kept = list(folder_of(process).iterdir())
    working.carry_on()

    log = log_of(process)
    assert kept == []
    assert log.events == before - 11
    assert "p3" not in log.performers[Performer.RESOURCE].words
    assert picture(process).events == before - 11


def test_what_was_brought_forgets_a_person_too(cast: Cast) -> None:
    rows = [
        f"{case},{step},2025-03-{1 + case:02d} {9 + place}:00,p{(case + place) % 7}\n"
        for case in range(12)
        for place, step in enumerate(USUAL)
    ]
    file = "case,activity,time,resource\n" + "".join(rows)
    made = actions.found_process(cast.edith, actions.ProcessFacts("Brought", is_brought=True))
    actions.deliver_log(cast.edith, made.pk, uploaded(cast.edith, file, "log.csv").pk)
    working.carry_on()
    before = picture(made).events
    factories.person(cast.workspace, "p3")

    with shared_lake() as lake:
        erase_person(cast.olga, "p3", lake=lake)
    working.carry_on()

    assert before == 48
    assert picture(made).events == 48 - file.count(",p3\n")

"""The real log, against the same facts taken from the file with pandas alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from uptake.capabilities.measure.picture import AdoptionPicture

MACHINE = "Updated by 908"
"""Writes up to 419 updates a minute, around the clock: the account that closes old incidents."""


@pytest.fixture(scope="module")
def log(shared_data: Path) -> pd.DataFrame:
    columns = ["number", "opened_at", "sys_updated_by", "sys_updated_at", "assignment_group"]
    table = pd.read_csv(
        shared_data / "usage" / "servicenow_incident_event_log.csv.gz", usecols=columns, dtype=str
    )
    for column in ("opened_at", "sys_updated_at"):
        table[column] = pd.to_datetime(table[column], format="%d/%m/%Y %H:%M")
    return table


@pytest.fixture(scope="module")
def people(log: pd.DataFrame) -> pd.DataFrame:
    """What people, not the machine, did up to the last whole day with new incidents."""
    last = log.opened_at.max().normalize()
    return log[(log.sys_updated_by != MACHINE) & (log.sys_updated_at < last)]


@pytest.fixture(scope="module")
def recent(people: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """The 28 days before the last day with new incidents."""
    last = log.opened_at.max().normalize()
    return people[people.sys_updated_at >= last - timedelta(days=28)]


def test_the_summary_counts_what_the_file_holds(
    servicenow: AdoptionPicture, log: pd.DataFrame
) -> None:
    summary = servicenow.summary

    assert summary.events == len(log)
    assert summary.people == log.sys_updated_by.nunique()
    assert summary.groups == log.assignment_group[log.assignment_group != "?"].nunique()
    assert summary.first.replace(tzinfo=None) == log.sys_updated_at.min()
    assert summary.last.replace(tzinfo=None) == log.sys_updated_at.max()
    assert summary.rejected == 0


def test_the_window_ends_before_new_incidents_stop(
    servicenow: AdoptionPicture, log: pd.DataFrame
) -> None:
    last_opening = log.opened_at.max().date()

    assert servicenow.basis.window.last == last_opening - timedelta(days=1)
    assert servicenow.basis.window.days == 28


def test_active_of_seen_is_what_pandas_counts(
    servicenow: AdoptionPicture, people: pd.DataFrame, recent: pd.DataFrame
) -> None:
    active = servicenow.active

    assert active.numerator == recent.sys_updated_by.nunique()
    assert active.denominator == people.sys_updated_by.nunique()


def test_the_interval_is_wilsons(servicenow: AdoptionPicture) -> None:
    active, z = servicenow.active, 1.959963984540054
    assert active.numerator is not None
    assert active.denominator is not None
    n, p = active.denominator, active.numerator / active.denominator
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    spread = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5 / (1 + z**2 / n)

    assert (active.low, active.high) == pytest.approx((centre - spread, centre + spread))


def test_every_week_has_the_people_that_pandas_counts(
    servicenow: AdoptionPicture, log: pd.DataFrame
) -> None:
    of_people = log[log.sys_updated_by != MACHINE]
    monday = of_people.sys_updated_at.dt.to_period("W-SUN").dt.start_time.dt.date
    expected = of_people.groupby(monday).sys_updated_by.nunique().to_dict()

    assert {week.start: week.active for week in servicenow.weeks if week.active} == expected


def test_the_states_rest_on_active_of_seen_by_group(
    servicenow: AdoptionPicture, people: pd.DataFrame, recent: pd.DataFrame
) -> None:
    seen = people.groupby("assignment_group").sys_updated_by.nunique().drop("?")
    active = recent.groupby("assignment_group").sys_updated_by.nunique().drop("?")
    shown = {g.group: (g.active, g.people) for g in servicenow.groups if not g.suppressed}

    assert shown == {
        group: (active.get(group, 0), n) for group, n in seen.items() if group in shown
    }
    assert set(shown) == set(seen[seen >= 5].index)


def test_concentration_is_the_share_of_the_busiest_tenth_of_all_seen(
    servicenow: AdoptionPicture, people: pd.DataFrame, recent: pd.DataFrame
) -> None:
    counts = recent.sys_updated_by.value_counts()
    tenth = -(-people.sys_updated_by.nunique() // 10)
    spread = servicenow.concentration
    assert spread is not None

    assert spread.top_people == tenth
    assert spread.top_share == pytest.approx(counts.head(tenth).sum() / counts.sum())
    assert spread.half_people == int((counts.cumsum() < counts.sum() / 2).sum()) + 1


def test_the_week_pattern_counts_the_days_that_can_be_judged(
    servicenow: AdoptionPicture, people: pd.DataFrame
) -> None:
    first = pd.Timestamp(servicenow.basis.trusted.first)
    judged = people[people.sys_updated_at >= first].sys_updated_at
    pattern = servicenow.pattern
    assert pattern is not None

    assert pattern.total == len(judged)
    assert pattern.counts[0][9] == int(((judged.dt.weekday == 0) & (judged.dt.hour == 9)).sum())


def test_the_fall_after_the_last_opening_is_called_an_artefact(
    servicenow: AdoptionPicture,
) -> None:
    kinds = {warning.kind for warning in servicenow.warnings}

    assert {"opening_date_sampling", "automated_person"} <= kinds
    assert servicenow.overall is not None
    assert servicenow.overall.state.value == "working"


def test_one_and_the_same_action_makes_no_triumph_of_breadth(servicenow: AdoptionPicture) -> None:
    manner = servicenow.sides[0]

    assert manner.leading is None
    assert "--map" not in manner.missing
    assert "'action'" in manner.missing

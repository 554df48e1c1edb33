from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests import factories
from tests.capabilities.measure.vendor import LoadedVendor, joined, loaded
from uptake.capabilities.measure.disclosure import ATTRIBUTES, Atom, computable
from uptake.capabilities.measure.exploration import csv_rows, explore
from uptake.capabilities.measure.prepared.footing import footing, plain
from uptake.capabilities.measure.prepared.headcount import Headcount
from uptake.capabilities.measure.queries import deployment
from uptake.capabilities.measure.questions import ExploreQuestion, Filter, Span, Split
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid, NotAllowed, NotFound
from uptake.metrics.evaluate import measure_over_time
from uptake.metrics.measurement import Window
from uptake.metrics.scope import Grain

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vendor(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoadedVendor]:
    with django_db_blocker.unblock(), loaded(tmp_path_factory.mktemp("vendor")) as vendor:
        yield vendor


def test_shown_numbers_by_account_are_those_of_the_metrics(vendor: LoadedVendor) -> None:
    view = explore(vendor.system, ExploreQuestion("adoption_rate", Split.ACCOUNT))

    with footing(vendor.workspace, plain) as ground:
        numbers = measure_over_time(
            "adoption_rate",
            ground.relations,
            Grain.WEEK,
            by="account",
            window=Window.ending(ground.grid.last, 84),
        )
    expected = {(n.group, n.window.last): n.value for n in numbers}
    exact = [
        (series.group, point)
        for series in view.series
        for point in series.points
        if point.is_measured and not point.reason
    ]
    assert exact
    assert {(g, p.window.last): p.value for g, p in exact}.items() <= expected.items()


def test_a_customers_lead_explores_one_account(vendor: LoadedVendor) -> None:
    lead = joined(vendor, "lea", Role.EDITOR, account="a002")

    view = explore(lead, ExploreQuestion("adoption_rate", Split.TEAM))

    teams = {row["team"] for row in vendor.rows("people") if row["account"] == "a002"}
    assert view.question.account == "a002"
    assert {series.group for series in view.series} <= teams
    assert view.accounts == (("a002", "Simulated account 002"),)
    with pytest.raises(NotFound):
        explore(lead, ExploreQuestion("adoption_rate", account="a001"))


def test_teams_of_all_accounts_carry_their_account(vendor: LoadedVendor) -> None:
    view = explore(vendor.system, ExploreQuestion("adoption_rate", Split.TEAM, grain=None))

    accounts = {series.group.split(" · ")[0] for series in view.series}
    assert len(accounts) > 1


def test_modules_of_an_account_are_asked_for_it_alone(vendor: LoadedVendor) -> None:
    question = ExploreQuestion("active_people", Split.MODULE, grain=None, account="a001")

    view = explore(vendor.system, question)

    assert len(view.series) > 1
    assert view.title == "Active people by module, Simulated account 001"


def test_segments_sum_their_accounts(vendor: LoadedVendor) -> None:
    by_segment = explore(vendor.system, ExploreQuestion("active_people", Split.SEGMENT, grain=None))

    segments = {row["segment"] for row in vendor.rows("accounts")}
    assert {series.group for series in by_segment.series} <= segments


@pytest.mark.parametrize(
    "question",
    [
        ExploreQuestion(by=Split.TEAM, filters=(Filter(Split.ROLE, "planner"),)),
        ExploreQuestion(
            by=Split.TEAM,
            account="a001",
            filters=(Filter(Split.ROLE, "planner"), Filter(Split.POPULATION, "planner")),
        ),
        ExploreQuestion(by=Split.TEAM, account="a001", filters=(Filter(Split.TEAM, "x"),)),
        ExploreQuestion(by=Split.MODULE, account="a001", filters=(Filter(Split.ROLE, "x"),)),
        ExploreQuestion(by=Split.TEAM, grain=Grain.DAY),
        ExploreQuestion(by=Split.ACCOUNT, account="a001"),
        ExploreQuestion("retention", grain=Grain.WEEK),
        ExploreQuestion("adoption_rate", grain=Grain.DAY, span=Span.YEAR),
    ],
)
def test_questions_that_point_at_persons_or_make_no_sense_are_refused(
    vendor: LoadedVendor, question: ExploreQuestion
) -> None:
    with pytest.raises(Invalid):
        explore(vendor.system, question)


def test_there_is_no_answer_to_an_unknown_metric(vendor: LoadedVendor) -> None:
    with pytest.raises(NotFound):
        explore(vendor.system, ExploreQuestion("happiness"))


def test_money_is_for_those_who_see_contracts(vendor: LoadedVendor) -> None:
    victor = joined(vendor, "victor", Role.VIEWER)
    question = ExploreQuestion("shelfware", Split.ACCOUNT, grain=None)

    assert explore(vendor.system, question).series
    with pytest.raises(NotAllowed):
        explore(victor, question)
    assert "shelfware" not in {metric.key for metric in explore(victor, ExploreQuestion()).metrics}


def test_a_stranger_learns_nothing(vendor: LoadedVendor) -> None:
    stan = Actor.of(factories.user("stan"), vendor.workspace)

    with pytest.raises(NotFound):
        explore(stan, ExploreQuestion())


def test_what_is_exported_is_what_is_shown(vendor: LoadedVendor) -> None:
    view = explore(vendor.system, ExploreQuestion("adoption_rate", Split.ROLE, account="a001"))

    rows = csv_rows(view)

    assert len(rows) == 1 + sum(len(series.points) for series in view.series)
    hidden = [row for row in rows[1:] if row[11] == "suppressed"]
    assert all(row[5:10] == [""] * 5 for row in hidden)


def test_pages_together_give_no_number_about_fewer_than_five_people(
    vendor: LoadedVendor,
) -> None:
    account = "a001"
    with footing(vendor.workspace, plain) as ground:
        atoms = Headcount.of(ground.attributes.people).atoms(ground.grid)[account]
    people = np.array([float(n) for n in atoms.values()])

    shown = [[True] * len(atoms), *_shown_on_pages(vendor, account, atoms)]

    assert len(shown) > 1
    assert min(people[row].sum() for row in np.array(shown)) >= 5
    assert computable(np.array(shown, dtype=float), people, 5) is None


def _shown_on_pages(
    vendor: LoadedVendor, account: str, atoms: dict[Atom, int]
) -> Iterator[list[bool]]:
    """The atoms of every group and filtered group with a number on any page."""
    view = deployment(vendor.system, account)
    tables = {Split.TEAM: view.teams, Split.ROLE: view.roles, Split.POPULATION: view.populations}
    for by, rows in tables.items():
        place = ATTRIBUTES.index(by.grouping)
        yield from ([atom[place] == row.group for atom in atoms] for row in rows if row.people)
    for question in _every_filter(vendor, account):
        (wanted,) = question.filters
        first = ATTRIBUTES.index(wanted.by.grouping)
        second = ATTRIBUTES.index(question.by.grouping) if question.by else first
        for series in explore(vendor.system, question).series:
            if series.points[-1].is_measured:
                yield [
                    atom[first] == wanted.value and atom[second] == series.group for atom in atoms
                ]


def _every_filter(vendor: LoadedVendor, account: str) -> Iterator[ExploreQuestion]:
    roles = {row["role"] for row in vendor.rows("people") if row["account"] == account}
    for role in sorted(roles):
        wanted = (Filter(Split.ROLE, role),)
        yield ExploreQuestion("adoption_rate", Split.TEAM, None, account=account, filters=wanted)


def test_a_number_of_a_week_says_that_its_window_is_seven_days(vendor: LoadedVendor) -> None:
    view = explore(vendor.system, ExploreQuestion("adoption_rate"))

    assert view.how.number is not None
    assert view.how.number.window.days == 7
    assert view.how.window.endswith("(7 days)")


def test_accounts_go_by_their_names_on_the_page_and_by_identifiers_in_the_file(
    vendor: LoadedVendor,
) -> None:
    names = {row["external_id"]: row["name"] for row in vendor.rows("accounts")}

    view = explore(vendor.system, ExploreQuestion("adoption_rate", Split.ACCOUNT, grain=None))

    named = [names[series.group] for series in view.series if series.points[-1].is_measured]
    assert sum(name in view.sentence for name in named) == 2
    assert {row[1] for row in csv_rows(view)[1:]} <= set(names)
    assert view.called("a001") == names["a001"]

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.capabilities.measure.vendor import LoadedVendor, joined, loaded
from uptake.capabilities.customers.actions import write_note
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.measure.portfolio_rows import PortfolioFilter, SortKey, Wanted
from uptake.capabilities.measure.prepared.footing import footing, plain
from uptake.capabilities.measure.queries import deployment, portfolio
from uptake.capabilities.measure.views import DeploymentRow, DeploymentView
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed, NotFound
from uptake.metrics.evaluate import evaluate

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def vendor(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoadedVendor]:
    with django_db_blocker.unblock(), loaded(tmp_path_factory.mktemp("vendor")) as vendor:
        yield vendor


def _rows(actor: Actor, wanted: Wanted | None = None) -> dict[tuple[str, str], DeploymentRow]:
    return {(row.account, row.slug): row for row in portfolio(actor, wanted).rows}


def _planted(vendor: LoadedVendor) -> set[tuple[str, str]]:
    return {(row["account"], row["product"]) for row in vendor.rows("deployments")}


def test_every_deployment_stands_in_the_portfolio_once(vendor: LoadedVendor) -> None:
    rows = portfolio(vendor.system).rows

    assert {(row.account, row.product) for row in rows} == _planted(vendor)
    assert len(rows) == len(_planted(vendor))


def test_numbers_of_large_accounts_are_those_of_the_metrics(vendor: LoadedVendor) -> None:
    largest = max(vendor.truth["accounts"], key=lambda account: account["people"])["account"]

    shown = deployment(vendor.system, largest)

    with footing(vendor.workspace, plain) as ground:
        numbers = evaluate(
            ["adoption_rate", "seats_active", "first_time_right", "timeliness"],
            ground.relations,
            by="account",
            window=ground.window,
        )
    expected = {n.key: (n.value, n.numerator, n.low) for n in numbers if n.group == largest}
    for key, number in expected.items():
        found = shown.number(key)
        assert found is not None
        assert (found.value, found.numerator, found.low) == number


def test_a_customers_lead_sees_one_account(vendor: LoadedVendor) -> None:
    lead = joined(vendor, "lea", Role.EDITOR, account="a002")

    rows = _rows(lead)

    assert {account for account, _ in rows} == {"a002"}
    assert deployment(lead, "a002").row.account == "a002"
    with pytest.raises(NotFound):
        deployment(lead, "a001")


def test_a_viewer_sees_no_prices(vendor: LoadedVendor) -> None:
    victor = joined(vendor, "victor", Role.VIEWER)

    rows = portfolio(victor)

    assert {row.unused for row in rows.rows} == {None}
    assert {row.currency for row in rows.rows} == {""}
    assert deployment(victor, "a001").number("shelfware") is None
    assert "cost" not in " ".join(rows.sentences)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MANAGER])
def test_who_may_not_read_metrics_sees_no_portfolio(vendor: LoadedVendor, role: Role) -> None:
    actor = joined(vendor, "somebody", role)

    with pytest.raises(NotAllowed):
        portfolio(actor)


def test_a_stranger_learns_nothing(vendor: LoadedVendor) -> None:
    stan = Actor.of(factories.user("stan"), vendor.workspace)

    with pytest.raises(NotFound):
        portfolio(stan)
    with pytest.raises(NotFound):
        deployment(stan, "a001")


def test_rows_are_filtered_and_sorted_as_asked(vendor: LoadedVendor) -> None:
    wanted = Wanted(PortfolioFilter(products=("crm",)), SortKey.ADOPTION, descending=True)

    view = portfolio(vendor.system, wanted)

    rates = [row.active.value for row in view.rows if row.active and row.active.value is not None]
    assert {row.product for row in view.rows} == {"crm"}
    assert rates == sorted(rates, reverse=True)
    assert view.all_rows == len(_planted(vendor))


def test_an_answer_is_kept_and_says_when_it_is_old(vendor: LoadedVendor) -> None:
    before = portfolio(vendor.system).basis

    factories.account(vendor.workspace, "new one")
    _touch_records(vendor)
    after = portfolio(vendor.system).basis

    assert before.is_current
    assert (after.computed_at, after.is_current) == (before.computed_at, False)


def _touch_records(vendor: LoadedVendor) -> None:
    from uptake.foundation import activity

    activity.record(vendor.system, "accounts.imported", new=1)


def test_a_deployment_says_how_it_stands_and_whose_move_it_is(vendor: LoadedVendor) -> None:
    view = deployment(vendor.system, "a001", "crm")

    assert "used it in the four weeks to" in view.sentences[0]
    assert view.sentences[1].endswith(f"It is the move of {view.findings[0].whose_move}.")
    assert len(view.sides) == 4
    assert [mark.kind for mark in view.marks].count("go_live") == 1
    assert sum(team.people or 0 for team in view.teams) <= (view.row.active.denominator or 0)  # type: ignore[union-attr]


def test_a_deployment_that_nobody_reviews_says_so_until_somebody_notes_something(
    vendor: LoadedVendor,
) -> None:
    editor = joined(vendor, "edda", Role.EDITOR)
    never = deployment(editor, "a001", "crm")
    last = never.curve[-1].window.last

    write_note(editor, "a001", day=last - timedelta(days=100), text="Went through the numbers")
    long_ago = deployment(editor, "a001", "crm")
    write_note(editor, "a001", day=last, text="Went through the numbers again")
    lately = deployment(editor, "a001", "crm")

    assert "never been reviewed" in _reviews(never)
    assert "days ago" in _reviews(long_ago)
    assert _reviews(lately) == ""


def test_an_owner_of_whom_the_list_says_that_they_left_is_no_owner(vendor: LoadedVendor) -> None:
    editor = joined(vendor, "edda", Role.EDITOR)
    last = deployment(editor, "a001", "crm").curve[-1].window.last
    Account.objects.filter(external_id="a001").update(owner="ida@example.org")
    ida = Person.objects.create(
        workspace=vendor.workspace, external_id="ida", email="Ida@example.org"
    )

    present = deployment(editor, "a001", "crm")
    ida.ends_on = last - timedelta(days=3)
    ida.save()
    gone = deployment(editor, "a001", "crm")

    assert "no_owner" not in [finding.key for finding in present.findings]
    (finding,) = [finding for finding in gone.findings if finding.key == "no_owner"]
    assert f"left on {ida.ends_on.isoformat()}" in finding.sentence
    assert "ida@example.org" in finding.evidence


def test_what_a_renewal_may_lose_is_shown_to_who_may_see_prices(vendor: LoadedVendor) -> None:
    editor, viewer = joined(vendor, "edda", Role.EDITOR), joined(vendor, "vic", Role.VIEWER)

    seats = deployment(editor, "a001", "crm").seats

    exposure, unused = seats.exposure, seats.unused
    assert exposure is not None
    assert unused is not None
    assert exposure.low <= exposure.expected_seats <= exposure.high <= exposure.entitled
    assert 0 < exposure.at_risk < unused.value
    assert exposure.at_risk < exposure.at_risk_most
    assert deployment(viewer, "a001", "crm").seats.exposure is None


def _reviews(view: DeploymentView) -> str:
    return "".join(finding.sentence for finding in view.findings if finding.key == "no_review")


def test_planted_failure_states_of_deployments_are_found(vendor: LoadedVendor) -> None:
    rows = _rows(vendor.system)
    last = max(state["last_day"] for state in vendor.truth["states"])
    planted = {
        (state["account"], state["product"]): state["state"]
        for state in vendor.truth["states"]
        if state["team"] is None and state["last_day"] == last
    }

    found = {key: rows[key].state.state.value for key in planted if rows[key].state.state}

    assert planted
    assert found == planted

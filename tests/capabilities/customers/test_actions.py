from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers import actions, queries
from uptake.capabilities.customers.actions import Discovered, Expected, PlannedPhase
from uptake.capabilities.customers.models import Change, ChangeKind, Deployment, PhaseKind
from uptake.foundation.activity import visible_activities
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotFound

DAY = date(2026, 3, 2)
AGENTS = [{"field": "role", "op": "is", "value": "agent"}]
BEFORE = PlannedPhase(PhaseKind.BEFORE, "Baseline", date(2026, 1, 1), date(2026, 3, 1))
AFTER = PlannedPhase(PhaseKind.AFTER, "Embedding", date(2026, 3, 2))


@pytest.fixture
def deployment(cast: Cast) -> Deployment:
    factories.account(cast.workspace, "north")
    factories.product(cast.workspace, "crm")
    return actions.record_go_live(cast.edith, "north", "crm", day=DAY)


def test_a_corrected_go_live_leaves_one_date(cast: Cast, deployment: Deployment) -> None:
    again = actions.record_go_live(cast.edith, "north", "crm", day=date(2026, 4, 1))

    logged = queries.visible_changes(cast.victor).get()
    assert again.pk == deployment.pk
    assert (again.go_live, logged.happened_on) == (date(2026, 4, 1), date(2026, 4, 1))


def test_a_plan_covers_before_and_after_go_live(cast: Cast, deployment: Deployment) -> None:
    phases = actions.plan_phases(cast.edith, deployment.pk, phases=[BEFORE, AFTER])

    assert [phase.name for phase in phases] == ["Baseline", "Embedding"]
    assert deployment.phases.count() == 2


def test_a_plan_may_not_end_at_go_live(cast: Cast, deployment: Deployment) -> None:
    with pytest.raises(Invalid, match="may not end at go-live"):
        actions.plan_phases(cast.edith, deployment.pk, phases=[BEFORE])


def test_a_phase_may_not_end_before_it_starts(cast: Cast, deployment: Deployment) -> None:
    backwards = PlannedPhase(PhaseKind.AFTER, "Backwards", DAY, date(2026, 1, 1))

    with pytest.raises(Invalid, match="ends before it starts"):
        actions.plan_phases(cast.edith, deployment.pk, phases=[backwards])


def test_the_same_change_is_logged_once(cast: Cast) -> None:
    for _ in range(2):
        actions.record_change(cast.edith, ChangeKind.STRUCTURE, day=DAY, description="Merger")

    assert Change.objects.count() == 1
    assert visible_activities(cast.edith).count() == 1


def test_members_of_a_population_are_worked_out(cast: Cast) -> None:
    factories.person(cast.workspace, "p1", role="agent")
    factories.person(cast.workspace, "p2", role="lead")
    population = actions.define_population(
        cast.edith, "Agents", rules=AGENTS, goal="Calls answered"
    )

    found = queries.members(cast.edith, population)

    assert [person.external_id for person in found] == ["p1"]
    assert queries.count_members(cast.victor, population) == 1
    assert queries.members(cast.victor, population) == []


def test_a_population_of_eight_days_a_week_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="seven days"):
        actions.define_population(cast.edith, "Agents", rules=[], days_a_week=Decimal(8))


def test_what_is_expected_replaces_what_was(cast: Cast) -> None:
    crm = factories.product(cast.workspace)
    log, plan = factories.action(crm, "call logged"), factories.action(crm, "visit planned")
    actions.define_population(cast.edith, "Agents", rules=AGENTS)
    actions.expect(cast.edith, "Agents", actions=[Expected(log.pk), Expected(plan.pk)])

    actions.expect(cast.edith, "Agents", actions=[Expected(plan.pk, Decimal(3), proposed=True)])

    expected = queries.visible_expected_actions(cast.victor).get()
    assert (expected.action, expected.times_per_week, expected.is_proposed) == (plan, 3, True)


def test_an_action_of_another_workspace_cannot_be_expected(cast: Cast) -> None:
    foreign = factories.action(factories.product(factories.workspace("other")))
    actions.define_population(cast.edith, "Agents", rules=AGENTS)

    with pytest.raises(Invalid, match="not in this workspace"):
        actions.expect(cast.edith, "Agents", actions=[Expected(foreign.pk)])


def test_discovery_records_are_kept_one_after_the_other(cast: Cast, deployment: Deployment) -> None:
    actions.record_discovery(cast.edith, "north", day=DAY, learnt=Discovered(goals="Grow"))
    actions.record_discovery(cast.edith, "north", day=DAY, learnt=Discovered(goals="Save"))

    heads = deployment.account.discoveries.values_list("goals", flat=True)
    assert list(heads) == ["Save", "Grow"]


def test_success_is_defined_per_horizon_and_executive(cast: Cast, deployment: Deployment) -> None:
    for definition in ("On time", "In use"):
        actions.define_success(
            cast.edith,
            deployment.pk,
            executive="Head of sales",
            horizon_years=5,
            definition=definition,
            day=DAY,
        )

    assert deployment.definitions.get().definition == "In use"


def test_success_after_seven_years_is_no_horizon(cast: Cast, deployment: Deployment) -> None:
    with pytest.raises(Invalid, match="0, 1, 3, 5, 10, 20 years"):
        actions.define_success(
            cast.edith, deployment.pk, executive="x", horizon_years=7, definition="x", day=DAY
        )


def test_a_member_is_linked_to_one_person_and_sees_only_themselves(cast: Cast) -> None:
    factories.person(cast.workspace, "p1")
    factories.person(cast.workspace, "p2")
    victor = cast.victor.user
    assert victor is not None
    actions.link_person(cast.olga, "p1", victor)

    assert [person.external_id for person in queries.visible_people(cast.victor)] == ["p1"]
    with pytest.raises(NotFound):
        queries.access_person(cast.victor, "p2")
    with pytest.raises(Conflict, match="another person"):
        actions.link_person(cast.olga, "p2", victor)


def test_a_stranger_cannot_be_linked(cast: Cast) -> None:
    factories.person(cast.workspace, "p1")
    stan = cast.stan.user
    assert stan is not None

    with pytest.raises(Invalid, match="no member"):
        actions.link_person(cast.olga, "p1", stan)


def test_viewer_and_stranger_may_write_nothing(cast: Cast, deployment: Deployment) -> None:
    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            actions.record_go_live(actor, "north", "crm", day=DAY)
        with pytest.raises(DomainError):
            actions.plan_phases(actor, deployment.pk, phases=[AFTER])
        with pytest.raises(DomainError):
            actions.record_change(actor, ChangeKind.STAFF, day=DAY)
        with pytest.raises(DomainError):
            actions.define_population(actor, "Agents", rules=AGENTS)
        with pytest.raises(DomainError):
            actions.expect(actor, "Agents", actions=[])
        with pytest.raises(DomainError):
            actions.record_discovery(actor, "north", day=DAY, learnt=Discovered())
        with pytest.raises(DomainError):
            actions.define_success(
                actor, deployment.pk, executive="x", horizon_years=1, definition="x", day=DAY
            )
        with pytest.raises(DomainError):
            actions.link_person(actor, "p1", factories.user(f"for-{actor.role}"))

    assert visible_activities(cast.edith).count() == 1

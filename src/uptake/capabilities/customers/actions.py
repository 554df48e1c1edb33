"""What can be done to deployments, populations, expected profiles and the change log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from uptake.capabilities.customers import queries
from uptake.capabilities.customers.models import (
    NAME,
    Change,
    ChangeKind,
    Deployment,
    DiscoveryRecord,
    ExpectedAction,
    Note,
    Person,
    Phase,
    PhaseKind,
    Population,
    SuccessDefinition,
)
from uptake.capabilities.customers.populations import read_rules
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed
from uptake.foundation.models import Membership, User

HORIZONS = (0, 1, 3, 5, 10, 20)
"""Years after go-live at which success is defined; 0 is go-live itself."""
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """One phase of a programme; ``last`` is empty for one that stays open."""

    kind: PhaseKind
    name: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """How often a week an action is expected; ``proposed`` if nobody has confirmed it."""

    action_id: int
    times_per_week: Decimal = Decimal(1)
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Discovered:
    """What was learnt about an account, under the six heads an adviser asks about."""

    goals: str = ""
    struggles: str = ""
    changes: str = ""
    structure: str = ""
    values_and_rewards: str = ""
    processes: str = ""


@transaction.atomic
def record_go_live(actor: Actor, account: str, product: str, *, day: date) -> Deployment:
    """Write down when an account went live with a product; a second call corrects the date."""
    actor.require(Permission.CUSTOMERS_WRITE)
    deployment, _ = Deployment.objects.update_or_create(
        account=queries.access_account(actor, account),
        product=queries.access_product(actor, product),
        defaults={"go_live": day},
    )
    Change.objects.update_or_create(
        workspace=actor.workspace,
        account=deployment.account,
        product=deployment.product,
        kind=ChangeKind.GO_LIVE,
        defaults={"happened_on": day},
    )
    activity.record(actor, "deployment.went_live", deployment, day=day)
    return deployment


@transaction.atomic
def plan_phases(
    actor: Actor, deployment_id: int, *, phases: Sequence[PlannedPhase]
) -> tuple[Phase, ...]:
    """Replace the phases of a deployment's programme.

    Raises:
        Invalid: a phase ends before it starts, or the plan ends at go-live.
    """
    actor.require(Permission.CUSTOMERS_WRITE)
    deployment = queries.access_deployment(actor, deployment_id)
    _check_phases(phases)
    deployment.phases.all().delete()
    planned = Phase.objects.bulk_create(
        Phase(
            deployment=deployment,
            kind=phase.kind,
            name=phase.name,
            starts_on=phase.first,
            ends_on=phase.last,
        )
        for phase in phases
    )
    activity.record(actor, "deployment.planned", deployment, phases=len(planned))
    return tuple(planned)


def _check_phases(phases: Sequence[PlannedPhase]) -> None:
    for phase in phases:
        if phase.last is not None and phase.last < phase.first:
            raise Invalid(f"Phase {phase.name!r} ends before it starts; correct its dates.")
    if not any(phase.kind is PhaseKind.AFTER for phase in phases):
        raise Invalid(
            "A plan may not end at go-live: add a phase after it, that is where value is made."
        )


@transaction.atomic
def record_change(
    actor: Actor,
    kind: ChangeKind,
    *,
    day: date,
    account: str | None = None,
    product: str | None = None,
    description: str = "",
) -> Change:
    """Log a change that bears on adoption, of one account or of all; the same one is kept once.

    Raises:
        Invalid: it concerns all accounts, and the actor is limited to one.
    """
    actor.require(Permission.CUSTOMERS_WRITE)
    if account is None and actor.account is not None:
        raise Invalid("Say which account the change concerns; you cannot log one for all accounts.")
    change, is_new = Change.objects.get_or_create(
        workspace=actor.workspace,
        account=queries.access_account(actor, account) if account else None,
        product=queries.access_product(actor, product) if product else None,
        kind=kind,
        happened_on=day,
        description=description,
    )
    if is_new:
        activity.record(actor, "change.recorded", change, kind=str(kind), day=day)
    return change


@transaction.atomic
def correct_change(
    actor: Actor, change_id: int, *, kind: ChangeKind, day: date, description: str
) -> Change:
    """Correct what was logged; the audit log keeps the day and kind it had.

    Raises:
        NotFound: there is no such change for the actor.
        NotAllowed: it concerns all accounts, and the actor is limited to one.
        Invalid: it is a go-live, which is corrected where its deployment is.
    """
    actor.require(Permission.CUSTOMERS_WRITE)
    change = queries.access_change(actor, change_id)
    if change.account is None and actor.account is not None:
        raise NotAllowed("This change concerns all accounts; ask an editor of the workspace.")
    if ChangeKind.GO_LIVE in (change.kind, kind):
        raise Invalid("Correct a go-live where its product stands: it moves the phases with it.")
    before_kind, before_day = change.kind, change.happened_on
    change.kind, change.happened_on, change.description = kind, day, description
    change.save(update_fields=["kind", "happened_on", "description"])
    activity.record(
        actor,
        "change.corrected",
        change,
        before_kind=before_kind,
        before_day=before_day,
        kind=str(kind),
        day=day,
    )
    return change


@transaction.atomic
def define_population(
    actor: Actor,
    name: str,
    *,
    rules: Sequence[Mapping[str, object]],
    goal: str = "",
    days_a_week: Decimal | None = None,
    precedence: int = 0,
) -> Population:
    """Define who belongs together and which business goal their use serves, or change it."""
    actor.require(Permission.POPULATIONS_WRITE)
    read_rules(rules)
    if not name.strip() or len(name) > NAME:
        raise Invalid(f"Give the population a name of at most {NAME} characters.")
    if days_a_week is not None and not 0 <= days_a_week <= DAYS_OF_A_WEEK:
        raise Invalid(f"A week has seven days; {days_a_week} days a week cannot be expected.")
    population, _ = Population.objects.update_or_create(
        workspace=actor.workspace,
        name=name,
        defaults={
            "rules": [dict(rule) for rule in rules],
            "goal": goal,
            "days_a_week": days_a_week,
            "precedence": precedence,
        },
    )
    activity.record(actor, "population.defined", population, rules=len(rules))
    return population


@transaction.atomic
def expect(actor: Actor, population: str, *, actions: Sequence[Expected]) -> Population:
    """Replace what a population is expected to do."""
    actor.require(Permission.POPULATIONS_WRITE)
    found = queries.access_population(actor, population)
    wanted = {expected.action_id for expected in actions}
    known = set(queries.visible_actions(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - known:
        raise Invalid("One of the actions is not in this workspace's products; import it first.")
    found.expected.all().delete()
    ExpectedAction.objects.bulk_create(
        ExpectedAction(
            population=found,
            action_id=expected.action_id,
            times_per_week=expected.times_per_week,
            is_proposed=expected.proposed,
        )
        for expected in actions
    )
    activity.record(actor, "profile.set", found, actions=len(actions))
    return found


@transaction.atomic
def record_discovery(
    actor: Actor, account: str, *, day: date, learnt: Discovered
) -> DiscoveryRecord:
    """Keep what was learnt about an account; earlier records stay, so that changes show."""
    actor.require(Permission.CUSTOMERS_WRITE)
    record = DiscoveryRecord.objects.create(
        account=queries.access_account(actor, account),
        recorded_on=day,
        recorded_by=actor.name,
        goals=learnt.goals,
        struggles=learnt.struggles,
        changes=learnt.changes,
        structure=learnt.structure,
        values_and_rewards=learnt.values_and_rewards,
        processes=learnt.processes,
    )
    activity.record(actor, "discovery.recorded", record.account, day=day)
    return record


@transaction.atomic
def write_note(
    actor: Actor, account: str, *, day: date, text: str, product: str | None = None
) -> Note:
    """Keep a few words about an account, or its use of one product; earlier notes stay.

    Raises:
        Invalid: nothing is said.
    """
    actor.require(Permission.CUSTOMERS_WRITE)
    if not text.strip():
        raise Invalid("Write a few words; an empty note tells nobody anything.")
    note = Note.objects.create(
        account=queries.access_account(actor, account),
        product=queries.access_product(actor, product) if product else None,
        day=day,
        text=text.strip(),
        written_by=actor.name,
    )
    activity.record(actor, "note.written", note.account, day=day)
    return note


@transaction.atomic
def define_success(
    actor: Actor,
    deployment_id: int,
    *,
    executive: str,
    horizon_years: int,
    definition: str,
    day: date,
    measure: str = "",
    target: str = "",
) -> SuccessDefinition:
    """Write down what an executive calls success so many years after go-live."""
    actor.require(Permission.CUSTOMERS_WRITE)
    deployment = queries.access_deployment(actor, deployment_id)
    if horizon_years not in HORIZONS:
        listed = ", ".join(str(years) for years in HORIZONS)
        raise Invalid(f"Success is defined {listed} years after go-live, not {horizon_years}.")
    defined, _ = SuccessDefinition.objects.update_or_create(
        deployment=deployment,
        horizon_years=horizon_years,
        executive=executive,
        defaults={
            "definition": definition,
            "measure": measure,
            "target": target,
            "recorded_on": day,
        },
    )
    activity.record(actor, "success.defined", deployment, horizon_years=horizon_years)
    return defined


@transaction.atomic
def link_person(actor: Actor, person: str, user: User) -> Person:
    """Say which person a member of the workspace is, so that they see their own work."""
    actor.require(Permission.MEMBERS_MANAGE)
    found = queries.access_person(actor, person)
    if not Membership.objects.filter(user=user, workspace=actor.workspace).exists():
        raise Invalid(f"{user.email} is no member of this workspace; add them first.")
    linked = Person.objects.filter(workspace=actor.workspace, user=user).exclude(pk=found.pk)
    if linked.exists():
        raise Conflict(f"{user.email} is linked to another person already; unlink that one first.")
    found.user = user
    found.save(update_fields=["user"])
    activity.record(actor, "person.linked", user)
    return found


@transaction.atomic
def unlink_person(actor: Actor, user: User) -> None:
    """Say that a member is nobody whose work is measured here."""
    actor.require(Permission.MEMBERS_MANAGE)
    linked = Person.objects.filter(workspace=actor.workspace, user=user)
    if linked.update(user=None):
        activity.record(actor, "person.unlinked", user)

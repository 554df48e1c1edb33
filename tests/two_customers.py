"""A workspace of two customers and a workspace beside it, with one of everything each.

North is the account that customer-side people are limited to. Everything of the other customer
carries ``RIVAL`` in its name, and everything of the other workspace ``ABROAD``, so that a walk can
look for the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.timezone import now

from tests import factories
from tests.capabilities.imports.bringing import EVENTS, looked_at, uploaded
from tests.capabilities.measure.vendor import own_data_folder
from tests.capabilities.process.kept import kept_process
from tests.capabilities.records.kept import kept_standard
from tests.cast import Cast, gather_cast
from tests.metrics.logs import Event, canonical
from uptake.capabilities.assessments.instrument import standard_instrument, write_instrument
from uptake.capabilities.assessments.models import Asked, Step, Survey
from uptake.capabilities.assessments.tallying import prepare
from uptake.capabilities.behaviours.definition import Definition, kept_form
from uptake.capabilities.behaviours.models import (
    BarrierReport,
    Behaviour,
    BehaviourVersion,
    Clarification,
    Obstacle,
)
from uptake.capabilities.champions.models import Carrier, Champion, Job
from uptake.capabilities.contests.models import Contest, RulesVersion
from uptake.capabilities.contests.rules import Rules
from uptake.capabilities.contests.rules import kept_form as kept_rules
from uptake.capabilities.customers.models import (
    Account,
    Change,
    Contract,
    Deployment,
    DiscoveryRecord,
    Note,
    Person,
    Phase,
    Population,
    SuccessDefinition,
)
from uptake.capabilities.imports.models import SavedMapping, WatchedFolder
from uptake.capabilities.incentives.models import Incentive, Link, Proposal
from uptake.capabilities.ingestion.models import QuarantinedRecord, Source, SourceKey
from uptake.capabilities.measure.models import SavedSegment
from uptake.capabilities.recognition.models import Nomination
from uptake.capabilities.reminders.models import Reminder
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel, ChatChannel, State
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.invitations import invite
from uptake.foundation.keys import SCOPES, create_key
from uptake.foundation.lake import shared_lake
from uptake.foundation.models import Membership, User, Workspace
from uptake.store import Loader

NORTH, RIVAL, ABROAD = "north", "vexholm", "zanthe"
VENDORS = ("olga", "edith", "mark", "xenia", "ursula", "victor")
CUSTOMERS = ("carla", "cleo", "moira", "cem")
"""An editor, an executive, a manager and a member who are limited to North."""

PEOPLE, WEEKS = 7, 6
DAY = date(2025, 3, 3)

Objects = Mapping[str, Any]
"""What stands in a path, by the name of its place there."""


@dataclass(frozen=True)
class World:
    """The cast, what each account and workspace has, and keys of the API."""

    cast: Cast
    users: Mapping[str, User]
    objects: Mapping[str, Objects]
    keys: Mapping[str, str]
    token: str

    @property
    def events(self) -> int:
        """Events of both accounts."""
        return 2 * PEOPLE * WEEKS


@contextmanager
def two_customers(folder: Path) -> Iterator[World]:
    """Both workspaces, in the database and in a lake of their own."""
    cast = gather_cast()
    elsewhere = Workspace.objects.get(slug="elsewhere")
    stan = Actor.of(_user(cast.stan), elsewhere)
    with own_data_folder(folder):
        for workspace in (cast.workspace, elsewhere):
            shared_lake().create_workspace(workspace.slug)
        north, rival = _customer(cast.workspace, NORTH), _customer(cast.workspace, RIVAL)
        here, there = _workspace(cast.olga, "acme"), _workspace(stan, ABROAD)
        abroad = _customer(elsewhere, ABROAD)
        yield World(
            cast=cast,
            users=_users(cast),
            objects={
                NORTH: here | north,
                RIVAL: here | rival | {"source": f"{RIVAL}-web"},
                ABROAD: there | abroad,
            },
            keys=_keys(cast.olga, stan),
            token=invite(cast.olga, "nora@example.org", role=Role.VIEWER).token,
        )


def _users(cast: Cast) -> dict[str, User]:
    """The cast and three more of North."""
    users = {_user(actor).name: _user(actor) for actor in (*cast.members, cast.stan)}
    for name, role in (("cleo", Role.EXECUTIVE), ("cem", Role.MEMBER), ("moira", Role.MANAGER)):
        users[name] = factories.user(name)
        Membership.objects.create(
            user=users[name], workspace=cast.workspace, role=role, account=NORTH
        )
    return users


def _user(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


def _keys(olga: Actor, stan: Actor) -> dict[str, str]:
    every = frozenset(SCOPES)
    return {
        "key": create_key(olga, "all", scopes=every).key,
        "north-key": create_key(olga, "north", scopes=every, account=NORTH).key,
        "foreign-key": create_key(stan, "foreign", scopes=every).key,
    }


def _customer(workspace: Workspace, name: str) -> dict[str, Any]:
    """An account with people who work, a contract, a deployment and what was written about it."""
    account = factories.account(workspace, name, name=f"{name} freight", owner=f"{name} owner")
    product = _product(workspace)
    team = factories.team(workspace, f"{name} team", account)
    facts = {"account": account, "team": team, "role": "agent"}
    people = [
        factories.person(workspace, f"{name}-p{n}", name=f"{name} ada", **facts)
        for n in range(PEOPLE)
    ]
    deployment = Deployment.objects.create(
        account=account, product=product, go_live=DAY, goal=f"{name} goal"
    )
    _load(workspace.slug, name)
    return {
        "account": name,
        "person": people[0].external_id,
        "team": team.pk,
        "product": "crm",
        "deployment": deployment.pk,
        "change": _written(account, deployment),
        "behaviour": (behaviour := _asked(account)),
        "reminder": (reminder := _reminded(behaviour, name)),
        "nomination": Nomination.objects.create(
            workspace=workspace,
            behaviour_id=behaviour,
            person=people[0],
            week=DAY,
            text=f"{name} call",
            nominated_by=f"{name} lead",
        ).pk,
        "contest": _contested(account, behaviour),
        "incentive": (incentive := _rewarded(account, behaviour)),
        "proposal": Proposal.objects.create(
            incentive_id=incentive,
            what=f"{name} pays for quality",
            to_whom=f"{name} HR",
            proposed_on=DAY,
            proposed_by=f"{name} lead",
        ).pk,
        "survey": (survey := _surveyed(account, people[0])),
        "step": Step.objects.get(survey_id=survey).pk,
        "ask": Asked.objects.get(wave__survey_id=survey).pk,
        "delivery": _delivered(workspace, reminder),
        "carrier": _carried(behaviour, people[0], name),
        "job": "model",
        "champion": _ahead(people[1], name),
        "question": Clarification.objects.create(
            behaviour_id=behaviour, person=people[0], question=f"What do you want, {name}?"
        ).pk,
        "report": BarrierReport.objects.create(
            behaviour_id=behaviour, person=people[0], kind=Obstacle.TIME
        ).pk,
        **kept_standard(account),
        **kept_process(account),
        "key_of_metric": "adoption_rate",
        "session": 0,
    }


def _reminded(behaviour: int, name: str) -> int:
    """The number of a reminder of a behaviour."""
    written = Reminder.objects.create(
        behaviour_id=behaviour,
        name=f"{name} reminder",
        subject=f"{name} calls",
        text="Please",
        written_by=f"{name} lead",
    )
    return written.pk


def _surveyed(account: Account, person: Person) -> int:
    """The number of a survey in whose wave somebody who does not sign in is asked."""
    name = account.external_id
    survey = Survey.objects.create(
        workspace=account.workspace,
        account=account,
        name=f"{name} culture",
        every_weeks=13,
        started_on=DAY,
        written_by=f"{name} lead",
    )
    content = write_instrument(standard_instrument())
    questions = survey.versions.create(number=1, content=content, written_by=f"{name} lead")
    wave = survey.waves.create(questions=questions, number=0, first_day=DAY, last_day=DAY)
    wave.asked.create(person=person, leads=False)
    prepare(wave)
    Step.objects.create(
        survey=survey,
        day=DAY,
        what=f"{name} reads out good notes",
        by_whom=f"{name} lead",
        norms=["help"],
        written_by=f"{name} lead",
    )
    return survey.pk


def _carried(behaviour: int, person: Person, name: str) -> int:
    """The number of who has a job around a behaviour."""
    carrier = Carrier.objects.create(
        workspace=person.workspace,
        behaviour_id=behaviour,
        job=Job.REMIND,
        person=person,
        since=DAY,
        named_by_name=f"{name} lead",
    )
    return carrier.pk


def _contested(account: Account, behaviour: int) -> int:
    """The number of a draft of a contest between teams of an account."""
    name = account.external_id
    contest = Contest.objects.create(
        workspace=account.workspace,
        behaviour_id=behaviour,
        account=account,
        name=f"{name} spring",
        first=DAY,
        last=DAY + timedelta(days=27),
    )
    RulesVersion.objects.create(
        contest=contest,
        number=1,
        rules=kept_rules(Rules(DAY, 4, about=f"{name} calls more")),
        definition=kept_form(Definition(f"Log {name} calls", actions=("create",), amount=1)),
        written_by=f"{name} lead",
    )
    return contest.pk


def _ahead(person: Person, name: str) -> int:
    """The number of a proposed champion, beside one who is one."""
    population = Population.objects.filter(workspace=person.workspace).first()
    if population is None:
        rule = {"field": "role", "op": "is", "value": "agent"}
        population = Population.objects.create(
            workspace=person.workspace, name="agents", rules=[rule]
        )
    facts = {"workspace": person.workspace, "population": population, "why": f"{name} notes"}
    other = Person.objects.exclude(pk=person.pk).filter(account=person.account)[0]
    Champion.objects.create(person=other, standing="active", since=DAY, nominated_by="x", **facts)
    return Champion.objects.create(person=person, nominated_by=f"{name} lead", **facts).pk


def _rewarded(account: Account, behaviour: int) -> int:
    """The number of an incentive that works against what people of the account are asked."""
    name = account.external_id
    incentive = Incentive.objects.create(
        workspace=account.workspace,
        account=account,
        name=f"{name} bonus",
        kind="bonus",
        what=f"{name} pays for speed",
        whom=f"{name} agents",
        given_by=f"{name} chief",
        source=f"{name} pay slips",
        since=DAY,
        written_by=f"{name} lead",
    )
    Link.objects.create(
        incentive=incentive, behaviour_id=behaviour, way="against", how=f"{name} has no time"
    )
    return incentive.pk


def _delivered(workspace: Workspace, reminder: int) -> int:
    """The number of a message of a reminder, of which nobody knows whether it arrived."""
    told = Message(subject=f"Calls of reminder {reminder}", paragraphs=("Please",))
    moment = now()
    delivery, _ = put(
        workspace,
        f"reminder:{reminder}:1:2025-03-03",
        told,
        to=Recipient(Channel.MAIL, address="somebody@example.org"),
        when=When(moment, moment + timedelta(days=1)),
    )
    delivery.state = State.UNKNOWN
    delivery.save()
    return delivery.pk


def _asked(account: Account) -> int:
    """The number of a behaviour that people of the account are asked for."""
    name = account.external_id
    behaviour = Behaviour.objects.create(
        workspace=account.workspace,
        name=f"{name} calls",
        account=account,
        status="live",
        live_from=DAY,
        owner_name=f"{name} lead",
    )
    definition = Definition(f"Log {name} calls", actions=("create",), amount=1)
    BehaviourVersion.objects.create(
        behaviour=behaviour,
        number=1,
        valid_from=DAY,
        definition=kept_form(definition),
        written_by=f"{name} lead",
    )
    return behaviour.pk


def _product(workspace: Workspace) -> Any:
    found = workspace.products.first()
    if found is not None:
        return found
    product = factories.product(workspace)
    factories.action(product, "create")
    return product


def _written(account: Account, deployment: Deployment) -> int:
    """A contract, a phase, a note and a definition of success; the number of a change."""
    workspace, product, name = account.workspace, deployment.product, account.external_id
    change = Change.objects.create(
        workspace=workspace,
        account=account,
        kind="staff",
        happened_on=DAY,
        description=f"{name} reorganises",
    )
    Contract.objects.create(
        workspace=workspace,
        external_id=f"{name}-contract",
        account=account,
        product=product,
        seats=9,
        price=900,
        currency="EUR",
        starts_on=DAY,
    )
    Phase.objects.create(deployment=deployment, name=f"{name} pilot", starts_on=DAY)
    DiscoveryRecord.objects.create(
        account=account, recorded_on=DAY, recorded_by=f"{name} lead", goals=f"{name} goals"
    )
    Note.objects.create(
        account=account, product=product, day=DAY, text=f"{name} talks", written_by=f"{name} lead"
    )
    SuccessDefinition.objects.create(
        deployment=deployment,
        horizon_years=1,
        executive=f"{name} chief",
        definition=f"{name} succeeds",
        recorded_on=DAY,
    )
    return change.pk


def _workspace(actor: Actor, name: str) -> dict[str, Any]:
    """What belongs to a workspace as a whole."""
    workspace = actor.workspace
    rule = {"field": "role", "op": "is", "value": "agent"}
    population = Population.objects.create(workspace=workspace, name=f"{name} agents", rules=[rule])
    source = Source.objects.create(workspace=workspace, slug=f"{name}-web", name=f"{name} web")
    if name == "acme":
        Source.objects.create(
            workspace=workspace, slug=f"{RIVAL}-web", name=f"{RIVAL} web", account=RIVAL
        )
    upload = uploaded(actor, "user,time\nann,2025-03-03\n", f"{name}.csv")
    viewer = factories.user(f"{name}-viewer")
    Membership.objects.create(user=viewer, workspace=workspace, role=Role.VIEWER)
    return {
        "population": population.pk,
        "name": f"{name} agents",
        "user": viewer.pk,
        "channel": ChatChannel.objects.create(
            workspace=workspace,
            name=f"{name} chat",
            kind="slack",
            sealed_address="",
            host="hooks.slack.com",
            added_by="olga",
        ).pk,
        "invitation": invite(actor, f"{name}@example.org", role=Role.VIEWER).invitation.pk,
        "api_key": create_key(actor, name, scopes=frozenset({"metrics:read"})).row.pk,
        "source": source.slug,
        "slug": source.slug,
        "write_key": SourceKey.objects.create(source=source, digest=name, prefix="uw_").pk,
        "record": _quarantined(source),
        "upload": upload.pk,
        "number": looked_at(actor, shared_lake(), EVENTS, name=f"{name}.csv").pk,
        "mapping": SavedMapping.objects.create(
            workspace=workspace, name=f"{name} desk", kind="events", signature="s", text=""
        ).pk,
        "folder": WatchedFolder.objects.create(
            workspace=workspace, path=f"/srv/{name}", kind="events"
        ).pk,
        "segment": SavedSegment.objects.create(
            workspace=workspace, user=_user(actor), name=f"{name} segment"
        ).pk,
    }


def _quarantined(source: Source) -> int:
    return QuarantinedRecord.objects.create(
        source=source,
        protocol="segment",
        call="track",
        received_at=datetime(2025, 3, 3, tzinfo=UTC),
        message_id="m1",
        message="event is missing",
        raw="{}",
        fingerprint="f",
    ).pk


def _load(workspace: str, name: str) -> None:
    """Everybody of an account works on one day of each week."""
    events = [
        Event(f"{name}-p{n}", 7 * week + n % 5, account=name, product="crm", object_id=name)
        for week in range(WEEKS)
        for n in range(PEOPLE)
    ]
    lake = shared_lake()
    lake.append(workspace, canonical(events, f"{name}-"))
    loader = Loader(lake)
    loader.run_once()
    loader.close()

"""The workspace of the benchmark of pages: records and events of a large vendor, and its users."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

WEEKS, ACTIONS, MODULES, CHUNK = 52, 20, 5, 500_000
WEEKDAYS = np.array([0.19, 0.20, 0.20, 0.19, 0.17, 0.03, 0.02])
DAY_MS = 86_400_000
TEAM = 20
"""People of a team."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the vendor is."""

    events: int
    people: int
    accounts: int


@dataclass(frozen=True, slots=True)
class World:
    """What readers need to know; ``cookies`` are those of signed-in browsers."""

    people: int
    accounts: int
    account: str
    population: int
    key: str
    cookies: dict[str, str]


def prepare(folder: Path, size: Size) -> World:
    """Fill a data folder in a process of its own; one that is there is brought up to date."""
    told = folder / "world.json"
    environment = {**os.environ, "UPTAKE_DATA_DIR": str(folder), "UPTAKE_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "uptake", "migrate"]
    if not told.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, __file__, str(folder), json.dumps(asdict(size))]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return World(**json.loads(told.read_text()))


def fill(folder: Path, size: Size) -> None:
    """Records, events, users; ends with the file that says that all is there."""
    from uptake.foundation.boot import boot

    boot()
    from uptake.config import load_settings
    from uptake.foundation.migration import migrate
    from uptake.foundation.queries import system_actor

    migrate(load_settings())
    actor = system_actor("default")
    population = records(actor, size)
    bulk(size)
    world = World(
        people=size.people,
        accounts=size.accounts,
        account="a001",
        population=population,
        key=source(actor),
        cookies=users(actor),
    )
    (folder / "world.json").write_text(json.dumps(asdict(world)))


def records(actor: Any, size: Size) -> int:
    """Accounts with contracts, teams with managers, one product, one population; its number."""
    from uptake.capabilities.customers import actions, models
    from uptake.foundation import activity

    workspace = actor.workspace
    product = models.Product.objects.create(workspace=workspace, external_id="crm")
    done = models.Action.objects.bulk_create(
        models.Action(product=product, external_id=f"action {n}") for n in range(ACTIONS)
    )
    accounts = models.Account.objects.bulk_create(
        models.Account(workspace=workspace, external_id=f"a{n:03}", name=f"Account {n}")
        for n in range(size.accounts)
    )
    began = datetime.now(UTC).date() - timedelta(weeks=WEEKS)
    models.Deployment.objects.bulk_create(
        models.Deployment(account=account, product=product, go_live=began) for account in accounts
    )
    seats = size.people // size.accounts
    models.Contract.objects.bulk_create(
        models.Contract(
            workspace=workspace,
            external_id=f"c{n}",
            account=account,
            product=product,
            seats=seats,
            price=240,
            price_is_per_seat=True,
            currency="EUR",
            starts_on=began,
            ends_on=began + timedelta(weeks=WEEKS + n % 50),
        )
        for n, account in enumerate(accounts)
    )
    staff(workspace, accounts, size)
    rule = {"field": "role", "op": "is", "value": "agent"}
    population = actions.define_population(actor, "agents", rules=[rule])
    expected = [actions.Expected(action.pk, 2) for action in done[:3]]
    actions.expect(actor, "agents", actions=expected)
    activity.record(actor, "people.imported", workspace)
    return population.pk


def staff(workspace: Any, accounts: list[Any], size: Size) -> None:
    """People, spread over accounts, in teams that somebody leads."""
    from uptake.capabilities.customers.models import Person, Team

    of = [accounts[n % size.accounts] for n in range(size.people)]
    leads = Person.objects.bulk_create(
        Person(workspace=workspace, external_id=f"lead {n}", account=accounts[n], role="lead")
        for n in range(size.accounts)
    )
    a_team = range(max(1, size.people // size.accounts // TEAM))
    teams = Team.objects.bulk_create(
        Team(workspace=workspace, account=account, external_id=f"{account.external_id} {n}")
        for account in accounts
        for n in a_team
    )
    Person.objects.bulk_create(
        (
            Person(
                workspace=workspace,
                external_id=f"p{n}",
                name=f"Person {n}",
                account=of[n],
                team=teams[n % size.accounts * len(a_team) + n // size.accounts % len(a_team)],
                role="clerk" if n % 3 == 0 else "agent",
                manager=leads[n % size.accounts],
            )
            for n in range(size.people)
        ),
        batch_size=5_000,
    )


def bulk(size: Size) -> None:
    """Events of a year, into the lake."""
    from uptake.foundation.lake import open_lake

    with open_lake() as lake:
        lake.bulk_load("default", batches(size), import_key="bench", content_keyed=False)
        lake.compact("default")


def batches(size: Size) -> Iterator[pa.RecordBatch]:
    first = datetime.now(UTC).date() - timedelta(weeks=WEEKS, days=1)
    start = (first - timedelta(days=first.weekday()) - date(1970, 1, 1)).days
    each = size.events // WEEKS
    for week in range(WEEKS):
        for begun in range(0, each, CHUNK):
            yield batch(week, begun, min(CHUNK, each - begun), size=size, start=start + 7 * week)


def batch(week: int, begun: int, count: int, *, size: Size, start: int) -> pa.RecordBatch:
    """Events of one week; a few people do much, weekends are quiet."""
    from uptake.store.schema import CANONICAL

    chance = np.random.default_rng([7, week, begun])
    person = (size.people * chance.random(count) ** 2).astype(np.int64)
    weekday = np.searchsorted(np.cumsum(WEEKDAYS), chance.random(count) * 0.999)
    moment = (start + weekday) * DAY_MS + chance.integers(7 * 3_600_000, 19 * 3_600_000, count)
    action = (ACTIONS * chance.random(count) ** 1.7).astype(np.int64)
    names = {
        "source_id": named("bench", np.zeros(count, np.int64), 1),
        "account": named("a{:03}", person % size.accounts, size.accounts),
        "person": named("p{}", person, size.people),
        "product": named("crm", np.zeros(count, np.int64), 1),
        "module": named("module {}", action % MODULES, MODULES),
        "action": named("action {}", action, ACTIONS),
    }
    time = pa.array(moment).cast(CANONICAL.field("occurred_at").type)
    columns = names | {
        "message_id": pa.array(np.arange(count) + begun + week * 10**9).cast(pa.string()),
        "occurred_at": time,
        "received_at": time,
    }
    arrays = [columns.get(f.name, pa.nulls(count, f.type)).cast(f.type) for f in CANONICAL]
    return pa.RecordBatch.from_arrays(arrays, schema=CANONICAL)


def named(form: str, numbers: np.ndarray, size: int) -> pa.Array:
    return pa.array([form.format(n) for n in range(size)]).take(pa.array(numbers))


def source(actor: Any) -> str:
    from uptake.capabilities.ingestion.actions import create_source

    return str(create_source(actor, "Bench").key)


def users(actor: Any) -> dict[str, str]:
    """An owner, a customer's lead, a manager and a member, each signed in."""
    from django.test import Client

    from uptake.capabilities.customers.actions import link_person
    from uptake.foundation.access import Role
    from uptake.foundation.actions import set_member
    from uptake.foundation.models import User

    cookies = {}
    for name, role, account, person in (
        ("owner", Role.OWNER, "", ""),
        ("lead", Role.EDITOR, "a001", ""),
        ("manager", Role.MANAGER, "a001", "lead 1"),
        ("member", Role.MEMBER, "a001", "p1"),
    ):
        user = User.objects.create_user(f"{name}@example.org", name=name)
        set_member(actor, user, role=role, account=account)
        if person:
            link_person(actor, person, user)
        client = Client()
        client.force_login(user)
        cookies[name] = "; ".join(f"{key}={kept.value}" for key, kept in client.cookies.items())
    return cookies


if __name__ == "__main__":
    fill(Path(sys.argv[1]), Size(**json.loads(sys.argv[2])))

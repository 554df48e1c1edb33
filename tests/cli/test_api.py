"""``uptake api``: what the API reads, without a key and without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.two_customers import NORTH, World, two_customers
from uptake.cli import api
from uptake.foundation.actor import Actor
from uptake.foundation.api.within import read_within
from uptake.foundation.errors import NotFound
from uptake.foundation.models import Activity
from uptake.store.errors import UptakeError


@pytest.fixture
def world(tmp_path: Path, db: None) -> Iterator[World]:
    with two_customers(tmp_path / "var") as found:
        yield found


@pytest.fixture
def system(world: World, monkeypatch: pytest.MonkeyPatch) -> Actor:
    actor = Actor.system(world.cast.workspace, name="command line")
    monkeypatch.setattr(api, "system_in", lambda _workspace: actor)
    return actor


def printed(capsys: pytest.CaptureFixture[str], *said: str, whole: bool = False) -> object:
    capsys.readouterr()
    api.get(said[0], list(said[1:]), whole=whole)
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["list_accounts", "list_people", "list_products", "list_sources"])
def test_the_answer_is_that_of_the_api_over_http(
    system: Actor, world: World, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    address = next(read.address for read in api._reads(system) if read.name == name)
    client = Client(headers={"Authorization": f"Bearer {world.keys['key']}"})

    over_http = client.get(address.replace("{workspace}", system.workspace.slug)).json()

    assert over_http["items"]
    assert printed(capsys, name) == over_http


def test_everything_answers_or_says_in_a_sentence_why_not(system: Actor) -> None:
    told: dict[str, str] = {}
    answered = 0
    for read in api._reads(system):
        if read.places:
            continue
        try:
            api._answer(system, read.address_with({}, system.workspace.slug), {})
        except UptakeError as problem:
            told[read.name] = str(problem)
        else:
            answered += 1

    assert answered > 20
    assert all(sentence.endswith(".") for sentence in told.values())


def test_every_page_of_a_list_can_be_had(system: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    first = printed(capsys, "list_people", "limit=2")
    every = printed(capsys, "list_people", "limit=2", whole=True)
    at_once = printed(capsys, "list_people", "limit=200")

    assert isinstance(first, dict)
    assert isinstance(every, dict)
    assert isinstance(at_once, dict)
    assert len(first["items"]) == 2
    assert every["items"] == at_once["items"]


def test_places_of_an_address_are_filled_in(
    system: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    account = printed(capsys, "get_account", f"account={NORTH}")

    assert isinstance(account, dict)
    assert account["external_id"] == NORTH


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["list_acounts"], "There is no 'list_acounts' to read"),
        (["get_account"], "Say which account"),
        (["list_accounts", "colour=red"], "does not ask for 'colour'"),
        (["list_accounts", "north"], "as name=value"),
        (["get_account", "account=nobody"], "no account"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    system: Actor, said: list[str], sentence: str
) -> None:
    with pytest.raises(UptakeError, match=sentence):
        api.get(said[0], said[1:])


def test_what_the_api_writes_is_sent_without_a_key(
    system: Actor, world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    body = tmp_path / "incentive.json"
    told = {"kind": "bonus", "what": "2 EUR", "whom": "Agents", "given_by": "HR", "source": "Paid"}
    body.write_text(json.dumps(told | {"name": "Bonus"}), encoding="utf-8")

    api.send("create_incentive", body=f"@{body}")
    made = json.loads(capsys.readouterr().out)
    api.send("end_incentive", [f"incentive={made['id']}"], body='{"until": "2025-06-30"}')
    ended = json.loads(capsys.readouterr().out)

    assert (made["name"], made["until"], ended["until"]) == ("Bonus", None, "2025-06-30")
    assert Activity.objects.filter(verb="incentive.registered").get().actor_name == system.name
    assert printed(capsys, "get_incentive", f"incentive={made['id']}") == ended


@pytest.mark.parametrize(
    ("said", "body", "sentence"),
    [
        (["create_incentiv"], "{}", "There is no 'create_incentiv' to write"),
        (["create_incentive"], "", "takes a body"),
        (["create_incentive"], "@nowhere.json", "cannot be read"),
        (["create_incentive"], "{}", "body.name"),
        (["end_incentive"], '{"until": "2025-06-30"}', "uptake api send end_incentive incentive="),
        (["open_contest", "contest=999"], "", "no such contest"),
        (["list_contests"], "{}", "There is no 'list_contests' to write"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_sentence(
    system: Actor, said: list[str], body: str, sentence: str
) -> None:
    with pytest.raises(UptakeError, match=sentence):
        api.send(said[0], said[1:], body=body)


def test_the_list_of_writes_says_which_take_a_body(
    system: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    api.list_reads(writes=True)
    lines = capsys.readouterr().out.splitlines()

    assert any(line.startswith("close_contest contest=... --body ...  ") for line in lines)
    assert any(line.startswith("open_contest contest=...  ") for line in lines)
    assert not any("get_contest" in line or "put_piece" in line for line in lines)


def test_an_address_that_leads_nowhere_is_said(system: Actor) -> None:
    with pytest.raises(NotFound, match="nothing at"):
        read_within(system, "/api/v1/workspaces/acme/nothing", {})


def test_the_list_says_what_has_to_be_said(
    system: Actor, capsys: pytest.CaptureFixture[str]
) -> None:
    api.list_reads()
    lines = capsys.readouterr().out.splitlines()
    api.list_reads(as_json=True)
    rows = json.loads(capsys.readouterr().out)

    assert len(rows) == len(lines)
    assert any(line.startswith("get_account account=...  ") for line in lines)

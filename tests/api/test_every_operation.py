"""What holds for every operation: who is let in, what is described, what examples say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests import factories
from tests.api.asking import Api, of_browser, of_key
from tests.cast import Cast
from uptake.foundation.keys import SCOPES
from uptake.site.api import api as uptake_api

DESCRIBED = uptake_api.get_openapi_schema()
INSIDE = "/api/v1/workspaces/{workspace}"
OF_EVERYBODY = {"get_me", "get_workspace", "get_holidays", "get_own_adoption"}
"""Operations that every member may ask for."""

FOR_READERS = {
    *("create_segment", "delete_segment", "rate_record"),
    *("answer_own_pulse", "skip_own_pulse", "ask_question", "report_obstacle"),
    *("answer_own_survey", "skip_own_survey", "set_own_part", "report_barrier"),
    *("take_back_obstacle", "answer_as_champion"),
}
"""Writes that take no editor: one's own segments, what one was asked for, what stops people."""

NOT_FOR_KEYS = {
    *("list_members", "set_member", "remove_member"),
    *("list_invitations", "invite_member", "withdraw_invitation"),
    *("list_keys", "create_key", "revoke_key", "list_looks", "set_holidays"),
}
"""No key reaches members, keys or privacy."""

BY_PEOPLE = {
    *(
        "propose_champion",
        "decide_champion",
        "explain_behaviour",
        "thank_improvers",
        "follow_up_obstacle",
    ),
}
"""What only somebody who is signed in may do: it is done in their name."""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.told["operationId"])

    @property
    def needs(self) -> str | None:
        return self.told.get("x-permission")

    @property
    def body(self) -> object:
        content = self.told.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("example")

    @property
    def address(self) -> str:
        path = self.path.removeprefix(INSIDE)
        for parameter in self.told["parameters"]:
            if parameter["in"] == "path":
                name = "{" + parameter["name"] + "}"
                path = path.replace(name, str(parameter["example"]))
        asked = [p for p in self.told["parameters"] if p["in"] == "query" and p["required"]]
        query = "&".join(f"{p['name']}={p['example']}" for p in asked)
        return f"{path}?{query}" if query else path

    def ask(self, api: Api) -> int:
        return api.send(self.method, self.address, self.body).status_code

    def __str__(self) -> str:
        return self.name


def _operations() -> Iterator[Operation]:
    for path, methods in DESCRIBED["paths"].items():
        for method, told in methods.items():
            yield Operation(method.upper(), path, told)


ALL = list(_operations())
INSIDE_A_WORKSPACE = [operation for operation in ALL if operation.path.startswith(INSIDE)]
WRITES = [operation for operation in INSIDE_A_WORKSPACE if operation.method != "GET"]


def _every(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=str)


@_every(INSIDE_A_WORKSPACE)
def test_nobody_is_asked_who_they_are(nobody: Api, operation: Operation) -> None:
    assert operation.ask(nobody) == 401


@_every(INSIDE_A_WORKSPACE)
def test_a_stranger_finds_nothing(stan: Api, operation: Operation) -> None:
    assert operation.ask(stan) == 404


@_every([write for write in WRITES if write.name not in FOR_READERS])
def test_a_viewer_writes_nothing(victor: Api, operation: Operation) -> None:
    assert operation.ask(victor) == 403


@_every([operation for operation in INSIDE_A_WORKSPACE if operation.name not in OF_EVERYBODY])
def test_a_key_made_for_nothing_of_it_is_refused(cast: Cast, operation: Operation) -> None:
    others = [name for name, included in SCOPES.items() if operation.needs not in included]

    assert operation.needs is not None
    assert operation.ask(of_key(cast, *others)) == 403


@_every([o for o in INSIDE_A_WORKSPACE if o.name not in OF_EVERYBODY | NOT_FOR_KEYS | BY_PEOPLE])
def test_a_key_made_for_it_is_let_through(cast: Cast, operation: Operation) -> None:
    fitting = next(name for name, included in SCOPES.items() if operation.needs in included)

    assert operation.ask(of_key(cast, fitting)) not in (401, 403, 500)


@_every([operation for operation in INSIDE_A_WORKSPACE if operation.name in BY_PEOPLE])
def test_what_is_done_in_a_name_is_not_done_by_a_key(
    cast: Cast, key: Api, operation: Operation
) -> None:
    assert operation.ask(key) == 403
    assert operation.ask(of_browser(cast.edith)) not in (401, 403, 500)


@_every([operation for operation in INSIDE_A_WORKSPACE if operation.name in NOT_FOR_KEYS])
def test_members_keys_and_privacy_are_for_owners_who_are_signed_in(
    cast: Cast, key: Api, olga: Api, operation: Operation
) -> None:
    assert operation.ask(key) == 403
    assert operation.ask(of_browser(cast.edith)) == 403
    assert operation.ask(olga) not in (401, 403, 500)


@_every([write for write in WRITES if write.name not in FOR_READERS])
def test_who_may_not_is_told_so_before_a_body_is_read(victor: Api, operation: Operation) -> None:
    assert victor.send(operation.method, operation.address, ["no such body"]).status_code == 403


@_every(ALL)
def test_every_operation_says_what_it_does(operation: Operation) -> None:
    told = operation.told

    assert told["summary"].endswith(".")
    assert told["description"]
    assert all(p.get("description") or p["in"] == "path" for p in told["parameters"])
    assert all("example" in p for p in told["parameters"])


@_every(ALL)
def test_every_example_fits_its_shape(operation: Operation) -> None:
    contents = [answer.get("content", {}) for answer in operation.told["responses"].values()]
    contents.append(operation.told.get("requestBody", {}).get("content", {}))
    bodies = [body for content in contents for body in content.values()]

    for body in bodies:
        shape = body["schema"] | {"components": DESCRIBED["components"]}
        Draft202012Validator(shape).validate(body["example"])


def test_names_of_operations_are_unique() -> None:
    names = [operation.name for operation in ALL]

    assert len(set(names)) == len(names)


def test_who_sees_one_account_manages_nothing_beyond_it(cast: Cast, carla: Api) -> None:
    factories.account(cast.workspace, "north")
    beyond = [
        operation
        for operation in WRITES
        if operation.needs
        not in (
            *("customers.write", "customers.read", "metrics.read"),
            *("behaviours.write", "records.write", "process.write", "process.read"),
        )
    ]

    assert {operation.ask(carla) for operation in beyond} == {403}

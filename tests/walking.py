"""Asking for every route as everybody, without leaving a trace."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.two_customers import ABROAD, CUSTOMERS, NORTH, RIVAL, VENDORS, World

PLACES = (NORTH, RIVAL, ABROAD)
KEYS = ("key", "north-key", "foreign-key")
PEOPLE = (*VENDORS, *CUSTOMERS, "stan", "anonymous")
EVERYBODY = (*PEOPLE, *KEYS)
FORM = "application/x-www-form-urlencoded"
REFUSED = frozenset({401, 403, 404})
WRITING = ("INSERT", "UPDATE", "DELETE")
BOOKKEEPING = ("django_session", "usersessions", "foundation_apikey")
"""Tables that change when somebody merely asks: sessions, and when a key was used last."""

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")

ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "administration:revoke_key": {"key": "api_key"},
    "ingestion:revoke": {"key": "write_key"},
    "measure:how": {"key": "key_of_metric"},
    "api:explain_number": {"key": "key_of_metric"},
    "api:get_metric": {"key": "key_of_metric"},
    "api:revoke_source_key": {"key": "write_key"},
    "api:take_back_obstacle": {"obstacle": "question"},
}


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its name with the namespace, and its pattern."""

    name: str
    pattern: str

    def path(self, objects: Mapping[str, Any], workspace: str) -> str:
        """The address of some objects."""
        renamed = ARGUMENTS.get(self.name, {})
        known = {**objects, "workspace": workspace}
        filled = PLACE.sub(lambda found: str(known[renamed.get(found[1], found[1])]), self.pattern)
        return f"/{filled}"

    @property
    def names_objects(self) -> bool:
        """Whether the address names more than the workspace."""
        return "<" in self.pattern.replace("<slug:workspace>", "").replace("<workspace>", "")


def routes() -> tuple[Route, ...]:
    """Every route that Django knows."""
    return tuple(_routes(get_resolver().url_patterns, "", ""))


def _routes(patterns: list[Any], before: str, space: str) -> Iterator[Route]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _routes(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{space}{pattern.name or here}", here)


class Walker:
    """Everybody's browser or key."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browsers = {name: Client(raise_request_exception=False) for name in EVERYBODY}
        for name, user in world.users.items():
            self.browsers[name].force_login(user)

    def ask(
        self, who: str, method: str, path: str, body: object = None, query: str = ""
    ) -> HttpResponseBase:
        """Ask as somebody."""
        key = self.world.keys.get(who)
        sent = "" if body is None else json.dumps(body)
        address = f"{path}?{query}" if query else path
        kind = FORM if body is None else "application/json"
        return self.browsers[who].generic(
            method,
            address,
            sent,
            content_type=kind,
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )


def is_let_in(answer: HttpResponseBase) -> bool:
    """Whether somebody was let in, whatever became of their wish; a failure is neither."""
    assert answer.status_code < 500, answer
    if answer.status_code == 302 and "/accounts/login/" in answer["Location"]:
        return False
    return answer.status_code not in REFUSED


@contextmanager
def taken_back() -> Iterator[list[str]]:
    """What is written within, taken back afterwards; yields the writing statements."""
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITING) and not any(table in sql for table in BOOKKEEPING):
            written.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        yield written
        transaction.set_rollback(True)

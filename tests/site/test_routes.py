"""Every route x everybody: who is let in is decided by the table here, and by nothing else.

A line names a method, a route, who is let in to North's objects, and who to those of the other
customer, where that differs. What belongs to another workspace lets in nobody from here. Whoever
is not named is refused (a stranger learns nothing: 404), and no refusal writes anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponseBase
from tests.capabilities.ingestion.calling import Caller, stored
from tests.route_table import BODIES, GROUPS, OPEN, SIGNED_IN, TABLE
from tests.two_customers import ABROAD, CUSTOMERS, NORTH, RIVAL, two_customers
from tests.walking import EVERYBODY, PEOPLE, Walker, is_let_in, routes, taken_back

from uptake.capabilities.imports import jobs
from uptake.capabilities.ingestion.http.routes import ROUTES as INGESTION
from uptake.capabilities.ingestion.receiving import Receiver
from uptake.capabilities.ingestion.signal import Signal
from uptake.config import load_settings
from uptake.foundation.lake import shared_lake

pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in routes()}
BODY_NAMES_OBJECTS = frozenset(
    {
        "api:record_go_live",
        "api:record_change",
        "api:record_discovery",
        "api:write_note",
        "api:define_success",
    }
)
FOR_ANY_PLACE = frozenset({"api:get_metric", "api:define_population"})
"""What the address names belongs to nobody, or comes into being."""

FOR_ANY_WORKSPACE = {"api:list_workspaces"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LINES = [line.split() for line in TABLE.strip().splitlines()]
READS = [line[1] for line in LINES if line[0] == "GET"]
LOOKING = {
    "administration:search": "q=vexh",
    "customers:people": "q=vexh",
    "measure:explore": "by=account&grain=none",
    "measure:explore_csv": "by=account&grain=none",
    "measure:portfolio": "text=vexh",
}
"""What a reader adds to an address when looking for what belongs to others."""

NEEDED = {
    "api:explain_number": "account={account}",
    "api:list_discoveries": "account={account}",
    "api:list_notes": "account={account}",
    "api:append_to_upload": "offset=0",
}
"""What an address cannot do without."""


@pytest.fixture(scope="module")
def walker(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walker]:
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("UPTAKE_API_REQUESTS_A_MINUTE", "1000000")
        patch.setattr(jobs, "carry_on_job", lambda: None)
        load_settings.cache_clear()
        with taken_back(), two_customers(tmp_path_factory.mktemp("routes")) as world:
            yield Walker(world)
    load_settings.cache_clear()


def _who(words: str) -> set[str]:
    """The people a cell of the table names: groups and names, joined by a plus."""
    return set().union(*(GROUPS.get(word, {word}) for word in words.split("+")))


def _names_objects(name: str) -> bool:
    named = ROUTES[name].names_objects or name in BODY_NAMES_OBJECTS
    return named and name not in FOR_ANY_PLACE


def _callers(name: str) -> tuple[str, ...]:
    return EVERYBODY if name.startswith("api:") else PEOPLE


def _asked(walker: Walker, who: str, method: str, name: str, *, place: str) -> HttpResponseBase:
    objects = walker.world.objects[place]
    body = BODIES[name](objects) if name in BODIES and method != "GET" else None
    query = NEEDED.get(name, "").format(**objects)
    return walker.ask(who, method, ROUTES[name].path(objects, "acme"), body, query)


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    assert {line[1] for line in LINES} | SIGNED_IN | OPEN == set(ROUTES)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line[0]} {line[1]}")
def test_who_is_let_in(walker: Walker, line: list[str]) -> None:
    method, name, *cells = line
    allowed = {NORTH: _who(cells[0]), RIVAL: _who(cells[-1]), ABROAD: set()}
    places = tuple(allowed) if _names_objects(name) else (NORTH,)

    found = {
        place: _walked(walker, method, name, place=place, least=allowed[NORTH]) for place in places
    }

    assert {place: let_in for place, (let_in, _) in found.items()} == {
        place: allowed[place] for place in places
    }
    assert [wrote for _, wrote in found.values() if wrote] == []


def _walked(
    walker: Walker, method: str, name: str, *, place: str, least: set[str]
) -> tuple[set[str], dict[str, list[str]]]:
    """Who was let in, and what was written by those who were not.

    Whoever is refused at North for their role is not tried again elsewhere.
    """
    let_in: set[str] = set()
    wrote: dict[str, list[str]] = {}
    for who in _callers(name):
        if place != NORTH and who not in least | set(CUSTOMERS):
            continue
        with taken_back() as written:
            if is_let_in(_asked(walker, who, method, name, place=place)):
                let_in.add(who)
            elif written:
                wrote[who] = written
    return let_in, wrote


def test_a_stranger_is_told_that_nothing_is_there(walker: Walker) -> None:
    lines = [line for line in LINES if line[1] not in FOR_ANY_WORKSPACE]

    answers = {
        f"{method} {name}": _asked(walker, "stan", method, name, place=NORTH).status_code
        for method, name, *_ in lines
    }

    assert {line: status for line, status in answers.items() if status != 404} == {}


def test_no_route_takes_a_method_without_a_line(walker: Walker) -> None:
    known = {(line[0], line[1]) for line in LINES}
    taken = []
    for name in sorted({line[1] for line in LINES}):
        for method in METHODS:
            if (method, name) in known or _api_twin(method, name):
                continue
            with taken_back():
                status = _asked(walker, "olga", method, name, place=NORTH).status_code
            taken += [] if status == 405 else [f"{method} {name}: {status}"]

    assert taken == []


def _api_twin(method: str, name: str) -> bool:
    """Whether another line answers the method at the same address: the API names each by itself."""
    here = ROUTES[name].pattern
    return any(ROUTES[line[1]].pattern == here and line[0] == method for line in LINES)


@pytest.mark.parametrize("who", [*CUSTOMERS, "north-key"])
@pytest.mark.parametrize("query", ["plain", "looking"])
def test_nothing_of_another_account_reaches_a_customer(
    walker: Walker, who: str, query: str
) -> None:
    names = [name for name in READS if query == "plain" or name in LOOKING]
    leaks: dict[str, list[str]] = {}
    for name in names:
        objects = walker.world.objects[NORTH]
        asked = LOOKING.get(name, "") if query == "looking" else NEEDED.get(name, "")
        path = ROUTES[name].path(objects, "acme")
        with taken_back():
            answer = walker.ask(who, "GET", path, query=asked.format(**objects))
        text = body_of(answer).lower()
        found = [word for word in (RIVAL, ABROAD) if word in text]
        leaks |= {name: found} if found else {}

    assert leaks == {}


def test_whoever_may_see_both_accounts_does(walker: Walker) -> None:
    """The walk above would find what it looks for, if it were there."""
    seen = [
        name
        for name in READS
        if RIVAL in body_of(_asked(walker, "olga", "GET", name, place=NORTH)).lower()
    ]

    assert {"measure:portfolio", "customers:people", "customers:accounts"} <= set(seen)


def body_of(answer: HttpResponseBase) -> str:
    """All of an answer, streamed or not."""
    streamed = getattr(answer, "streaming_content", None)
    content = b"".join(streamed) if streamed is not None else answer.content  # type: ignore[attr-defined]  # one of both
    return bytes(content).decode(errors="replace")


@pytest.mark.parametrize("name", sorted(SIGNED_IN))
def test_pages_of_ones_own_sign_in_need_one(walker: Walker, name: str) -> None:
    path = f"/{ROUTES[name].pattern}".replace("<int:pk>", "0").replace("<int:session>", "0")

    answer = walker.ask("anonymous", "GET", path)

    assert not is_let_in(answer) or answer.status_code in (301, 302, 405)


@pytest.mark.parametrize("path", sorted(INGESTION))
@pytest.mark.parametrize("key", ["", "uw_unknown", "key", "north-key"])
def test_events_are_taken_with_a_write_key_alone(walker: Walker, path: str, key: str) -> None:
    shared_lake().create_workspace("acme")
    given = walker.world.keys.get(key, key)
    caller = Caller(Receiver(shared_lake(), Signal(load_settings().data_dir / "signal")), given)

    answer = caller.post(path, {"event": "x", "userId": "y", "type": "track", "batch": []})

    assert answer.status in (401, 405)
    assert len(stored(shared_lake())) == walker.world.events

"""What a process keeps about records is right when a record changes, and only for its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests import factories
from uptake.capabilities.customers import standing
from uptake.capabilities.customers.standing import while_records_stand
from uptake.foundation import activity
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Actor:
    return Actor.system(factories.workspace("acme"), name="olga")


def counting() -> Callable[[], int]:
    """Answers 1, 2, 3: how often it was asked."""
    asked: list[None] = []

    def build() -> int:
        asked.append(None)
        return len(asked)

    return build


def test_an_answer_is_built_once_while_nothing_changes(olga: Actor) -> None:
    build = counting()

    assert [while_records_stand(olga, "sizes", build) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    "verb", ["people.imported", "person.erased", "import.undone", "import.records_undone"]
)
def test_a_change_to_records_ends_what_is_kept(olga: Actor, verb: str) -> None:
    build = counting()
    while_records_stand(olga, "sizes", build)

    activity.record(olga, verb)

    assert while_records_stand(olga, "sizes", build) == 2


def test_who_sees_something_else_gets_an_answer_of_their_own(olga: Actor) -> None:
    build = counting()
    other = replace(olga, account="north")

    assert [while_records_stand(actor, "sizes", build) for actor in (olga, other)] == [1, 2]


def test_who_may_not_ask_is_refused_however_often_others_asked(olga: Actor) -> None:
    viewer = replace(olga, role=Role.VIEWER)

    def refused() -> int:
        raise NotAllowed("You may not.")

    while_records_stand(olga, "sizes", counting())

    with pytest.raises(NotAllowed):
        while_records_stand(viewer, "sizes", refused)


def test_no_more_is_kept_than_the_most(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "MOST", 2)
    build = counting()

    kept = [while_records_stand(olga, name, build) for name in ("a", "b", "c", "a")]

    assert kept == [1, 2, 3, 4]

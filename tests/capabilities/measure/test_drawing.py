"""What was drawn is shown again to whoever may see the same, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from tests import factories
from tests.capabilities.measure.acme import small_world
from uptake.capabilities.customers.models import Account
from uptake.capabilities.measure import asking, drawing
from uptake.capabilities.measure.asking import PORTFOLIO, Question
from uptake.capabilities.measure.drawing import drawn_once
from uptake.capabilities.measure.kept import FORM, Stamp
from uptake.capabilities.measure.views import Basis
from uptake.foundation import activity
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.models import Membership, User, Workspace

STAMP = Stamp(lake=1, records=1, erasures="0", minimum_people=5)
MOMENT = datetime(2025, 5, 1, tzinfo=UTC)
RESTS_ON = ("portfolio", FORM, MOMENT, STAMP, 1, "0", 5)
BASIS = Basis(date(2025, 4, 30), MOMENT, 1, "v1", is_current=True, minimum_people=5)


def resting_on(*rests_on: Hashable) -> Basis:
    return replace(BASIS, rests_on=rests_on)


def counting() -> Callable[[], int]:
    """Answers 1, 2, 3: how often something was drawn."""
    asked: list[None] = []

    def build() -> int:
        asked.append(None)
        return len(asked)

    return build


@pytest.fixture
def olga(db: None) -> Actor:
    return replace(Actor.system(factories.workspace("acme")), role=Role.OWNER)


def test_the_same_is_drawn_once(olga: Actor) -> None:
    draw = counting()

    assert [drawn_once(olga, resting_on(*RESTS_ON), "rows", draw) for _ in range(3)] == [1, 1, 1]


def test_another_part_is_drawn_for_itself(olga: Actor) -> None:
    draw, basis = counting(), resting_on(*RESTS_ON)

    assert [drawn_once(olga, basis, what, draw) for what in ("rows", "picture")] == [1, 2]


def test_newer_data_being_on_its_way_changes_nothing_that_was_drawn(olga: Actor) -> None:
    draw, basis = counting(), resting_on(*RESTS_ON)

    later = replace(basis, is_current=False)

    assert [drawn_once(olga, one, "rows", draw) for one in (basis, later)] == [1, 1]


@pytest.mark.parametrize(
    "changed",
    [
        ("explore", *RESTS_ON[1:]),
        (*RESTS_ON[:2], MOMENT + timedelta(minutes=1), *RESTS_ON[3:]),
        (*RESTS_ON[:3], replace(STAMP, lake=2), *RESTS_ON[4:]),
        (*RESTS_ON[:4], 2, *RESTS_ON[5:]),
        (*RESTS_ON[:5], "1", 5),
        (*RESTS_ON[:6], 10),
    ],
    ids=["question", "computed", "version", "records", "erasure", "smallest group"],
)
def test_a_change_of_what_it_rests_on_draws_anew(olga: Actor, changed: tuple[Hashable]) -> None:
    draw = counting()

    assert [drawn_once(olga, resting_on(*on), "x", draw) for on in (RESTS_ON, changed)] == [1, 2]


def test_rights_of_every_kind_have_drawings_of_their_own(olga: Actor) -> None:
    draw, basis = counting(), resting_on(*RESTS_ON)
    elsewhere = factories.workspace("elsewhere")
    actors = [
        olga,
        replace(olga, role=Role.VIEWER),
        replace(olga, account="north"),
        replace(olga, scope=frozenset({Permission.METRICS_READ})),
        replace(olga, workspace=elsewhere),
    ]

    assert [drawn_once(actor, basis, "rows", draw) for actor in actors] == [1, 2, 3, 4, 5]


def test_without_a_basis_nothing_is_kept(olga: Actor) -> None:
    draw = counting()

    assert [drawn_once(olga, BASIS, "rows", draw) for _ in range(2)] == [1, 2]


def test_no_more_is_kept_than_the_most(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST", 2)
    draw, basis = counting(), resting_on(*RESTS_ON)

    assert [drawn_once(olga, basis, what, draw) for what in ("a", "b", "c", "a")] == [1, 2, 3, 4]


@pytest.fixture
def acme(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with small_world(tmp_path_factory.mktemp("var")) as workspace:
        yield workspace


@pytest.fixture
def edith(acme: Workspace, client: Client) -> Client:
    user = factories.user("edith")
    factories.membership(user, acme, Role.EDITOR)
    client.force_login(user)
    return client


def test_pages_follow_a_name_a_right_and_the_smallest_group(acme: Workspace, edith: Client) -> None:
    address = {
        "portfolio": f"/w/{acme.slug}/portfolio",
        "explore": f"/w/{acme.slug}/explore?by=account&grain=none",
    }

    def read() -> dict[str, str]:
        return {name: edith.get(path).content.decode() for name, path in address.items()}

    first = read()
    Account.objects.filter(workspace=acme, external_id="north").update(name="Borealis")
    activity.record(Actor.system(acme), "accounts.imported")
    named = read()
    Workspace.objects.filter(pk=acme.pk).update(minimum_group=1_000)
    hidden = read()
    user = User.objects.get(email__startswith="edith")
    Membership.objects.filter(user=user).update(account="south")
    limited = read()

    assert not [name for name, text in first.items() if "Borealis" in text]
    assert not [name for name, text in named.items() if "Borealis" not in text]
    assert not [name for name, text in hidden.items() if text == named[name]]
    assert not [name for name, text in limited.items() if "Borealis" in text]


def test_an_answer_prepared_anew_is_drawn_anew(acme: Workspace) -> None:
    olga = Actor.system(acme)
    draw, question = counting(), Question(PORTFOLIO)

    before = drawn_once(olga, asking.ask(acme, question).basis, "rows", draw)
    asking.renew(acme, question)
    after = drawn_once(olga, asking.ask(acme, question).basis, "rows", draw)

    assert (before, after) == (1, 2)

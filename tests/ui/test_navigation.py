from __future__ import annotations

import pytest

from tests.cast import Cast, gather_cast
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.ui import navigation, search
from uptake.ui.navigation import Entry, Group, holds
from uptake.ui.search import Hit


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture(autouse=True)
def _an_empty_rail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(search, "_finders", {})


def _entry(name: str, **facts: object) -> Entry:
    return Entry(f"administration:{name}", name.title(), **{"icon": "x", "order": 1, **facts})  # type: ignore[arg-type]  # as the test says


def test_an_actor_sees_what_they_may_open_in_order(cast: Cast) -> None:
    navigation.register(
        _entry("members", order=2, may_open=holds(Permission.MEMBERS_MANAGE)),
        _entry("privacy", order=1),
    )

    assert [entry.name for entry in navigation.entries_for(cast.olga)] == ["Privacy", "Members"]
    assert [entry.name for entry in navigation.entries_for(cast.victor)] == ["Privacy"]


def test_a_stranger_sees_nothing(cast: Cast) -> None:
    navigation.register(_entry("privacy"))

    assert navigation.entries_for(cast.stan) == []


def test_groups_stand_apart(cast: Cast) -> None:
    navigation.register(_entry("privacy", group=Group.SETTINGS), _entry("search"))

    assert [e.name for e in navigation.entries_for(cast.olga, Group.SETTINGS)] == ["Privacy"]


def test_home_is_the_first_page_that_is_ones_home(cast: Cast) -> None:
    navigation.register(
        _entry("privacy", order=1),
        _entry("audit", order=3, home_of=holds(Permission.ACTIVITY_READ)),
        _entry("members", order=2, home_of=holds(Permission.MEMBERS_MANAGE)),
    )

    homes = {actor.name: navigation.home_of(actor) for actor in (cast.olga, cast.edith)}

    assert homes["olga@example.org"] == navigation.entries_for(cast.olga)[1]
    assert homes["edith@example.org"].name == "Audit"  # type: ignore[union-attr]  # she has one
    assert navigation.home_of(cast.victor) is None


def test_an_entry_covers_pages_below_it() -> None:
    entry = _entry("members", covers=frozenset({"administration:invite"}))

    assert entry.is_at("administration:invite")
    assert not entry.is_at("administration:keys")


def _many(_actor: Actor, text: str) -> list[Hit]:
    return [Hit(f"{text} {number}", "/", "Account", "x") for number in range(200)]


def test_a_finder_among_others_is_kept_short(cast: Cast) -> None:
    search.register("accounts", _many)

    assert len(search.find(cast.olga, "a")) == search.MOST_HITS
    assert len(search.find(cast.olga, "", only="accounts")) == search.MOST_SWITCHED
    assert search.find(cast.olga, "a", only="nothing") == []
    assert search.find(cast.olga, "  ") == []

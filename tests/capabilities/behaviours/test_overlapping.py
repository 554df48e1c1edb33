"""Two behaviours that ask nearly the same people for the same, played off against each other."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import factories
from tests.capabilities.behaviours.asking import drafted, facts
from tests.capabilities.behaviours.test_keeping import asked, figures
from tests.cast import Cast
from uptake.capabilities.behaviours.actions import go_live, revise_behaviour
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.overlapping import AskedOf, Hidden, what_to_hide
from uptake.capabilities.behaviours.preparing import WITHHELD
from uptake.capabilities.customers.models import Person
from uptake.foundation.errors import Invalid

DAY = date(2025, 3, 3)
NO_TEAMS = [""] * 40


def of(key: int, people: range | list[int], *actions: str, product: str = "") -> AskedOf:
    wanted = frozenset(actions or ("create",))
    return AskedOf(key, DAY, wanted, product, np.array(list(people), dtype=np.int64))


def hidden(*asked_of: AskedOf, teams: list[str] = NO_TEAMS) -> Hidden:
    return what_to_hide(asked_of, teams, fewest=5)


def test_one_person_more_is_told_by_the_difference_so_the_later_one_is_hidden() -> None:
    assert hidden(of(1, range(30)), of(2, range(31))).whole == {2}


def test_the_same_people_and_five_people_more_tell_of_nobody() -> None:
    assert hidden(of(1, range(30)), of(2, range(30)), of(3, range(35))) == Hidden()


def test_what_shares_no_action_cannot_be_subtracted() -> None:
    assert hidden(of(1, range(30)), of(2, range(31), "edit")) == Hidden()
    assert hidden(of(1, range(30), product="a"), of(2, range(31), product="b")) == Hidden()


def test_three_that_are_safe_two_by_two_can_tell_together() -> None:
    found = hidden(of(1, range(10)), of(2, range(10, 20)), of(3, range(21)))

    assert found.whole == {3}


def test_teams_go_first_where_the_whole_tells_nothing() -> None:
    teams = ["a"] * 15 + ["b"] * 25
    fewer = [*range(12), *range(15, 34)]

    found = hidden(of(1, range(40)), of(2, fewer), teams=teams)

    assert (found.teams, found.whole) == ({2}, set())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sets(st.integers(0, 13), min_size=5), min_size=2, max_size=4))
def test_nobody_computes_fewer_than_five_people_from_what_is_shown(groups: list[set[int]]) -> None:
    asked_of = [of(key, sorted(people)) for key, people in enumerate(groups)]
    gone = hidden(*asked_of).whole
    shown = np.array(
        [
            [float(n in people) for n in range(14)]
            for k, people in enumerate(groups)
            if k not in gone
        ]
    )
    for size in (1, 2):
        for few in combinations(range(14), size):
            wanted = np.isin(np.arange(14), few).astype(float)
            weights = np.linalg.lstsq(shown.T, wanted, rcond=None)[0]
            assert np.linalg.norm(wanted - shown.T @ weights) > 1e-6


def test_the_numbers_of_both_cannot_be_had(worked: Cast) -> None:
    first = asked(worked)
    Behaviour.objects.filter(pk=first.pk).update(name="First")
    Person.objects.filter(external_id="p0").update(location="Lyon")
    rule = {"field": "location", "op": "is_not", "value": "Lyon"}
    second = asked(worked, rules=(_rule_without(rule),))

    assert figures(first).missing == ""
    assert figures(second).missing == WITHHELD
    assert (figures(second).points, figures(second).people) == ((), None)


def _rule_without(rule: dict[str, str]) -> dict[str, Any]:
    return {**rule, "op": "not_in", "value": [rule["value"]]}


def test_whom_a_live_behaviour_is_asked_of_is_not_changed_by_a_few_people(cast: Cast) -> None:
    for number in range(12):
        factories.person(cast.workspace, f"p{number}", role="agent", location=f"L{number // 6}")
    factories.person(cast.workspace, "odd", role="other")
    behaviour = drafted(cast.edith)
    go_live(cast.edith, behaviour.pk)
    one_less = ({"field": "role", "op": "is", "value": "agent"},)
    many_less = ({"field": "location", "op": "is", "value": "L0"},)

    with pytest.raises(Invalid, match="fewer than 5 people"):
        revise_behaviour(cast.edith, behaviour.pk, facts(rules=one_less))
    assert revise_behaviour(cast.edith, behaviour.pk, facts(rules=many_less))

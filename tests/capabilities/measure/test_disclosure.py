"""Attacks on what is shown of groups: is there any way to compute a number about a few people?"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.capabilities.measure.disclosure import (
    ATTRIBUTES,
    Account,
    Crossing,
    Group,
    hidden_crossings,
    hidden_groups,
)
from uptake.metrics.scope import Grouping

TEAM, ROLE, POPULATION = ATTRIBUTES
K = 5

Person = tuple[str | None, str | None, str | None]


def _account(people: list[Person]) -> Account:
    return Account(dict(Counter(people)), K)


def _shown_sets(people: list[Person]) -> list[set[int]]:
    """Every set of people about which some page shows a sum, by position."""
    account = _account(people)
    groups = hidden_groups(account)
    crossings = hidden_crossings(account, groups)
    sets = [set(range(len(people)))] if len(people) >= K else []
    sets += [_members(people, group) for group in account.groups() if group not in groups]
    return sets + [
        _members(people, cell.one) & _members(people, cell.other)
        for cell in account.crossings()
        if cell not in crossings
    ]


def _members(people: list[Person], group: Group) -> set[int]:
    place = ATTRIBUTES.index(group[0])
    return {n for n, person in enumerate(people) if person[place] == group[1]}


def _follows(target: set[int], shown: list[set[int]], size: int) -> bool:
    """Whether the sum over the target can be computed by adding and subtracting shown sums."""
    table = np.array([[float(n in members) for n in range(size)] for members in shown])
    wanted = np.array([float(n in target) for n in range(size)])
    weights = np.linalg.lstsq(table.T, wanted, rcond=None)[0]
    return bool(np.abs(table.T @ weights - wanted).max() < 1e-6)


NAMES = st.sampled_from(["a", "b", "c", None])
PEOPLE = st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=K, max_size=13)


@settings(max_examples=200)
@given(PEOPLE)
def test_no_sum_about_fewer_than_five_people_follows_from_what_is_shown(
    people: list[Person],
) -> None:
    shown = _shown_sets(people)

    computable = [
        few
        for size in range(1, K)
        for few in combinations(range(len(people)), size)
        if _follows(set(few), shown, len(people))
    ]

    assert computable == []


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=12, max_size=60),
    st.sets(st.integers(0, 59), max_size=4),
)
def test_a_population_that_differs_from_a_role_by_a_few_tells_nothing_about_them(
    teams: list[str], moved: set[int]
) -> None:
    people: list[Person] = [
        (team, "agent", "others" if n in moved else "agents") for n, team in enumerate(teams)
    ]
    few = {n for n in moved if n < len(people)}

    shown = _shown_sets(people)

    assert not few or not _follows(few, shown, len(people))


def test_the_last_of_two_teams_goes_with_the_small_one() -> None:
    people: list[Person] = [("large", None, None)] * 20 + [("small", None, None)] * 3

    hidden = hidden_groups(_account(people))

    assert hidden == {(TEAM, "large"), (TEAM, "small")}


def test_people_without_a_team_are_no_way_in() -> None:
    people: list[Person] = [("one", None, None)] * 9 + [("two", None, None)] * 8
    people += [(None, None, None)] * 2

    hidden = hidden_groups(_account(people))

    assert hidden == {(TEAM, "two")}


def test_groups_that_are_all_large_are_all_shown() -> None:
    people: list[Person] = [(team, "agent", "agent") for team in "abc" for _ in range(9)]

    account = _account(people)

    assert hidden_groups(account) == set()
    assert hidden_crossings(account, frozenset()) == set()


def test_the_one_manager_of_a_team_cannot_be_told_from_the_rest_of_it() -> None:
    people: list[Person] = [
        (team, role, role)
        for team in "abcde"
        for role, count in (("lead", 1), ("agent", 8))
        for _ in range(count)
    ]
    account = _account(people)

    crossings = hidden_crossings(account, hidden_groups(account))

    of_teams = {cell for cell in account.crossings() if cell.one[0] is TEAM}
    assert crossings == of_teams


def test_a_crossing_is_the_same_whichever_group_is_named_first() -> None:
    one, other = (Grouping.ROLE, "agent"), (Grouping.TEAM, "a")

    assert Crossing.of(one, other) == Crossing.of(other, one) == Crossing(other, one)


@pytest.mark.parametrize("minimum", [5, 8])
def test_what_is_shown_has_as_many_people_as_the_workspace_asks_for(minimum: int) -> None:
    people: list[Person] = [("a", None, None)] * 7 + [("b", None, None)] * 12
    people += [("c", None, None)] * 20
    account = Account(dict(Counter(people)), minimum)

    shown = set(account.groups()) - hidden_groups(account)

    assert all(account.groups()[group] >= minimum for group in shown)

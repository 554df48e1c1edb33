"""Relations of one product alone, for accounts that use several."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace

import ibis
import ibis.expr.types as ir

from uptake.metrics.masks import bit_of
from uptake.metrics.profiles import Expectation, Profile
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping
from uptake.store.schema import ACTIONS_IN_A_MASK, NO_TERM


def products_by_account(relations: Relations) -> dict[str, tuple[str, ...]]:
    """Return the products of each account: seen in its data, paid for, or gone live."""
    found: dict[str, set[str]] = defaultdict(set)
    for seats in relations.seats:
        if seats.product:
            found[seats.account].add(seats.product)
    for live in relations.go_lives:
        if live.product:
            found[live.account].add(live.product)
    for account, product in _seen(relations):
        found[account].add(product)
    return {account: tuple(sorted(names)) for account, names in sorted(found.items())}


def _seen(relations: Relations) -> list[tuple[str, str]]:
    activity = relations.value_activity
    known = activity.filter((activity.account != NO_TERM) & (activity.product != NO_TERM))
    rows = relations.run(known.select("account", "product").distinct()).to_pylist()
    accounts, products = relations.texts[Grouping.ACCOUNT], relations.texts[Grouping.PRODUCT]
    return [
        (accounts[row["account"]], products[row["product"]])
        for row in rows
        if row["account"] in accounts and row["product"] in products
    ]


def within_product(relations: Relations, product: str) -> Relations:
    """Return the relations of one product: its activity, its seats, who should use it."""
    codes = {text: code for code, text in relations.texts[Grouping.PRODUCT].items()}
    code = codes.get(product, -1)
    activity = relations.activity.filter(relations.activity.product == code)
    value = relations.value_activity.filter(relations.value_activity.product == code)
    records = relations.value_records.filter(relations.value_records.product == code)
    profile = _profile(relations, activity)
    tables: dict[str, object] = {
        "activity": activity,
        "value_activity": value,
        "value_records": records,
        "presence": _presence(activity),
        "seen": activity.select("account", "person", start=activity.day),
        "value_days": value.select("account", "person", "day"),
        "members": _expected_to_use(relations, profile),
        "profile": profile,
        "seats": tuple(s for s in relations.seats if s.product in (None, product)),
        "go_lives": tuple(g for g in relations.go_lives if g.product in (None, product)),
    }
    if "filed" in {field.name for field in fields(relations)}:
        tables["filed"] = None  # files of rollups hold every product
    return replace(relations, **tables)  # type: ignore[arg-type]  # each name has its own type


def _presence(activity: ir.Table) -> ir.Table:
    block = (activity.action // ACTIONS_IN_A_MASK).cast("int16")
    return activity.select("account", "person", "day", block=block, actions=bit_of(activity.action))


def _profile(relations: Relations, activity: ir.Table) -> Profile:
    """What is expected in this product: the actions that were ever done in it."""
    rows = relations.run(activity.select("action").distinct())
    here = frozenset(rows["action"].to_pylist())

    def only_here(expectation: Expectation) -> Expectation:
        return replace(expectation, actions=expectation.actions & here)

    profile = relations.profile
    return replace(
        profile,
        everyone=only_here(profile.everyone),
        by_population={name: only_here(e) for name, e in profile.by_population.items()},
    )


def _expected_to_use(relations: Relations, profile: Profile) -> ir.Table | None:
    """The people of whom anything in this product is expected; all if that says nobody."""
    members = relations.members
    if members is None:
        return None
    named = profile.by_population
    wanted = sorted(name for name, expectation in named.items() if expectation.actions)
    others = sorted(name for name, expectation in named.items() if not expectation.actions)
    if profile.everyone.actions:
        return members.filter(
            members.population.isin(others).fill_null(False) == ibis.literal(False)
        )
    return members.filter(members.population.isin(wanted)) if wanted else members

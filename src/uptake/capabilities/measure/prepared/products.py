"""Relations of one product alone, for accounts that use several."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from uptake.metrics.masks import bit_of, packed_days
from uptake.metrics.profiles import Expectation, Profile
from uptake.metrics.relations import Relations
from uptake.metrics.scope import ALL_DAYS, Grouping, Scope
from uptake.metrics.stored_rows import store_rows
from uptake.metrics.work import ROLLUP
from uptake.store.schema import ACTIONS_IN_A_MASK, NO_TERM

EVER = Scope(ALL_DAYS)


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
    rows = relations.ask_files(_used, EVER, ROLLUP)
    found = set(zip(rows["account"].to_pylist(), rows["product"].to_pylist(), strict=True))
    accounts, products = relations.texts[Grouping.ACCOUNT], relations.texts[Grouping.PRODUCT]
    return [
        (accounts[account], products[product])
        for account, product in sorted(found)
        if account in accounts and product in products
    ]


def _used(relations: Relations, _scope: Scope) -> ir.Table:
    """Accounts and the products that people in them use."""
    activity = relations.value_activity
    known = activity.filter((activity.account != NO_TERM) & (activity.product != NO_TERM))
    return known.select("account", "product").distinct()


def within_product(relations: Relations, product: str) -> Relations:
    """Return the relations of one product: its activity, its seats, who should use it."""
    codes = {text: code for code, text in relations.texts[Grouping.PRODUCT].items()}
    code = codes.get(product, -1)
    profile = _profile(relations, code)
    names = {**relations.names, THIS_PRODUCT: str(code)}
    activity = _of_product(relations.activity)
    value = _of_product(relations.value_activity)
    return replace(
        relations,
        activity=activity,
        value_activity=value,
        value_records=_of_product(relations.value_records),
        presence=_presence(activity),
        presence_rollup=ROLLUP,
        seen=activity.select("account", "person", start=activity.day),
        value_days=_value_days(relations, value, code, names),
        members=_members(relations, profile, names),
        profile=profile,
        seats=tuple(s for s in relations.seats if s.product in (None, product)),
        go_lives=tuple(g for g in relations.go_lives if g.product in (None, product)),
        names=names,
    )


THIS_PRODUCT = "UPTAKE_PRODUCT()"
"""Stands for the code of the product in SQL, so that every product is asked in the same words."""


@ibis.udf.scalar.builtin(name="uptake_product")  # type: ignore[untyped-decorator]  # Ibis is untyped
def _this_product() -> ibis.dtype("int32"):  # type: ignore[valid-type]  # Ibis reads its own types here
    """The code of the product."""
    raise NotImplementedError


def _of_product(rows: ir.Table) -> ir.Table:
    return rows.filter(rows.product == _this_product())


def _value_days(
    relations: Relations, value: ir.Table, code: int, names: dict[str, str]
) -> ir.Table:
    """Days with a value action in the product; of files packed, read once for all products."""
    if relations.filed is None:
        return value.select("account", "person", "day")
    rows = relations.ask_files(_days_by_product, EVER, ROLLUP)
    own = rows.filter(pc.equal(rows["product"], code)).drop_columns("product")
    return _stored(relations, "value_days", own, names)


def _days_by_product(relations: Relations, _scope: Scope) -> ir.Table:
    return packed_days(relations.value_activity, "product", "account", "person")


def _stored(relations: Relations, what: str, rows: pa.Table, names: dict[str, str]) -> ir.Table:
    """Rows as a table under the name that it has in the relations of every product."""
    name = f"uptake_{what}_of_product"
    names[f'"{name}"'] = f'"{store_rows(relations.backend.con, what, rows)}"'
    return ibis.table(ibis.Schema.from_pyarrow(rows.schema), name)


def _presence(activity: ir.Table) -> ir.Table:
    block = (activity.action // ACTIONS_IN_A_MASK).cast("int16")
    return activity.select("account", "person", "day", block=block, actions=bit_of(activity.action))


def _profile(relations: Relations, code: int) -> Profile:
    """What is expected in this product: the actions that were ever done in it."""
    rows = relations.ask_files(_done, EVER, ROLLUP)
    here = frozenset(rows.filter(pc.equal(rows["product"], code))["action"].to_pylist())

    def only_here(expectation: Expectation) -> Expectation:
        return replace(expectation, actions=expectation.actions & here)

    profile = relations.profile
    return replace(
        profile,
        everyone=only_here(profile.everyone),
        by_population={name: only_here(e) for name, e in profile.by_population.items()},
    )


def _done(relations: Relations, _scope: Scope) -> ir.Table:
    """Products and the actions done in them."""
    return relations.activity.select("product", "action").distinct()


def _members(relations: Relations, profile: Profile, names: dict[str, str]) -> ir.Table | None:
    """The people of whom anything in this product is expected; all if that says nobody."""
    if relations.members is None:
        return None
    rows = relations.run(relations.members)
    named = profile.by_population
    wanted = [name for name, expectation in named.items() if expectation.actions]
    others = [name for name, expectation in named.items() if not expectation.actions]
    if profile.everyone.actions:
        kept = pc.invert(_one_of(rows["population"], others))
    elif wanted:
        kept = _one_of(rows["population"], wanted)
    else:
        return relations.members
    return _stored(relations, "members", rows.filter(kept), names)


def _one_of(column: pa.ChunkedArray, names: list[str]) -> pa.ChunkedArray:
    return pc.is_in(column, pa.array(names, pa.string()))

"""Licence use: seats bought, handed out, opened and used, weighted by time; the cost of idle ones.

Seats are sold to accounts, so every query is by account; for everyone the seats are summed. What
was done in an account counts against that account's seats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from uptake.methods.adoption.licences import (
    LicenceUse,
    SeatRatio,
    licence_use,
    seats_per_day,
    shelfware_cost,
)
from uptake.methods.arrays import Floats
from uptake.metrics.attributes import Seats
from uptake.metrics.counting import Counting
from uptake.metrics.measurement import Dimension, Figure, Unit, Window
from uptake.metrics.metric import STANDARD_WINDOW, Context, Metric
from uptake.metrics.people_days import PeopleDays, people_days, pool_days
from uptake.metrics.relations import Relations
from uptake.metrics.rhythm import rolling, rolling_window
from uptake.metrics.scope import Grouping, Scope
from uptake.metrics.use import people_by_day

Column = tuple[str, str | None]
"""An account and one of its products (None: whatever it uses)."""


@Counting
def seat_users(relations: Relations, scope: Scope) -> pa.Table:
    """``account, product, day, rolling``: people active in the 28 days up to each day of the
    window, per pool of seats; ``day`` is its position.

    ``product`` is null for pools of any product, which all use of the account draws on.
    """
    wide = rolling_window(scope.window)
    parts = []
    if any(seats.product is None for seats in relations.seats):
        whole = people_days(relations, Scope(scope.window, Grouping.ACCOUNT), wide)
        pools = [(account, None) for account in whole.people.groups]
        parts.append(_users(whole, pools, scope.window))
    if any(seats.product is not None for seats in relations.seats):
        found = pool_days(relations, wide)
        parts.append(_users(found, list(found.people.groups), scope.window))
    return pa.concat_tables(parts) if parts else _NO_USERS


def _users(days: PeopleDays, pools: Sequence[object], window: Window) -> pa.Table:
    people = days.people
    inside = days.where(people.belonging(rolling_window(window)))
    each = [window.first + timedelta(days=n) for n in range(window.days)]
    counts = np.array([people.totals(rolling(inside, day)) for day in each])
    day, pool = np.nonzero(counts)
    named = [pools[position] for position in pool.tolist()]
    codes = np.array(named, dtype=object).reshape(-1, 2)
    columns = [pa.array(codes[:, at].tolist(), pa.int32()) for at in (0, 1)]
    return pa.table([*columns, day, counts[day, pool]], _NO_USERS.schema.names)


_NO_USERS = pa.table(
    {
        "account": pa.nulls(0, pa.int32()),
        "product": pa.nulls(0, pa.int32()),
        "day": pa.nulls(0, pa.int64()),
        "rolling": pa.nulls(0, pa.int64()),
    }
)


@Counting
def first_uses(relations: Relations, scope: Scope) -> pa.Table:
    """``account, first, persons``: when people were first active.

    Rows with ``first`` null carry the people in scope of the account.
    """
    history = Scope(relations.history(scope).window, Grouping.ACCOUNT)
    days = people_days(relations, history)
    people, first = days.people, days.first(history.window)
    opened = people_by_day(people, history, first, "first").rename_columns({"group": "account"})
    listed = people.totals(people.belonging(scope.window))
    some = np.flatnonzero(listed)
    nobody = pa.nulls(len(some), pa.date32())
    columns = {"first": nobody, "persons": listed[some]}
    unopened = people.rows(history, some, some, columns).rename_columns({"group": "account"})
    return pa.concat_tables([opened, unopened], promote_options="default")


@dataclass(frozen=True, slots=True)
class _Pool:
    """Seats of an account on each day of the window."""

    entitled: Floats
    active: Floats
    price: Floats | None


def read_active_seats(rows: pa.Table, context: Context) -> list[Figure]:
    """Active people / entitled seats, average over the days of the window."""
    return _read(_pools(rows, context), context, _active_share)


def read_shelfware(rows: pa.Table, context: Context) -> list[Figure]:
    """Cost a year of entitled seats that nobody used."""
    return _read(_pools(rows, context), context, _shelfware)


def _read(
    pools: dict[str, list[_Pool]],
    context: Context,
    figure: Callable[[str | None, list[_Pool]], Figure],
) -> list[Figure]:
    if context.scope.by is None:
        together = [pool for found in pools.values() for pool in found]
        return [figure(None, together)] if together else []
    return [figure(account, found) for account, found in pools.items()]


def _pools(rows: pa.Table, context: Context) -> dict[str, list[_Pool]]:
    relations, window = context.relations, context.scope.window
    actives = _actives(rows, context)
    pools: dict[str, list[_Pool]] = defaultdict(list)
    for (account, product), lines in _by_pool(relations.seats).items():
        entitled = _entitled(lines, window)
        if entitled.any():
            used = actives.get((account, product), np.zeros(window.days))
            pools[account].append(_Pool(entitled, used, _price(lines, window, entitled)))
    return pools


def _by_pool(seats: Iterable[Seats]) -> dict[Column, list[Seats]]:
    pools: dict[Column, list[Seats]] = defaultdict(list)
    for line in seats:
        pools[line.account, line.product].append(line)
    return dict(sorted(pools.items(), key=lambda item: (item[0][0], item[0][1] or "")))


def _actives(rows: pa.Table, context: Context) -> dict[Column, Floats]:
    name = context.relations.name_of
    found: dict[Column, Floats] = {}
    for row in rows.to_pylist():
        pool = name(Grouping.ACCOUNT, row["account"]) or "", name(Grouping.PRODUCT, row["product"])
        days = found.setdefault(pool, np.zeros(context.scope.window.days))
        days[row["day"]] = row["rolling"]
    return found


def _days(window: Window) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.arange(
        np.datetime64(window.first, "D"), np.datetime64(window.last, "D") + np.timedelta64(1, "D")
    )


def _entitled(lines: list[Seats], window: Window) -> Floats:
    return _in_force(lines, window, [line.entitled for line in lines])


def _in_force(lines: list[Seats], window: Window, amounts: list[float] | list[int]) -> Floats:
    first = np.array([line.first for line in lines], dtype="datetime64[D]")
    last = np.array([line.last or "NaT" for line in lines], dtype="datetime64[D]")
    return seats_per_day(_days(window), first, last, amounts)


def _price(lines: list[Seats], window: Window, entitled: Floats) -> Floats | None:
    """Mean price of a seat in force on each day; None unless every line has one."""
    prices = [line.price for line in lines]
    if any(price is None for price in prices):
        return None
    cost = [line.entitled * float(line.price or 0) for line in lines]
    return np.asarray(_in_force(lines, window, cost) / np.maximum(entitled, 1.0))


def _active_share(group: str | None, pools: list[_Pool]) -> Figure:
    use = licence_use(
        entitled=np.sum([pool.entitled for pool in pools], axis=0),
        active28=np.sum([pool.active for pool in pools], axis=0),
    )
    return _seat_figure(group, use.active)


def _shelfware(group: str | None, pools: list[_Pool]) -> Figure:
    priced = [pool for pool in pools if pool.price is not None]
    if len(priced) < len(pools) or not pools:
        return Figure(group, None, reason="the price of a seat is not known for every contract")
    cost = sum(shelfware_cost(p.entitled, p.active, p.price) for p in priced if p.price is not None)
    unused = sum(float(np.mean(np.maximum(p.entitled - p.active, 0))) for p in priced)
    return Figure(group, cost, numerator=unused)


def _seat_figure(group: str | None, seats: SeatRatio | None) -> Figure:
    if seats is None:
        return Figure(group, None)
    share, interval = seats.share, seats.interval
    over = "more people than seats" if seats.over_use else ""
    return Figure(
        group,
        share.value,
        share.numerator,
        share.denominator,
        interval.low if interval else None,
        interval.high if interval else None,
        reason=over,
    )


def read_provisioned(rows: pa.Table, context: Context) -> list[Figure]:
    """Provisioned / entitled seats, average over the days of the window."""
    return _read_seats(rows, context, lambda use: use.provisioned)


def read_activated(rows: pa.Table, context: Context) -> list[Figure]:
    """Activated / provisioned seats, average over the days of the window."""
    return _read_seats(rows, context, lambda use: use.activated)


def _read_seats(
    rows: pa.Table, context: Context, ratio_of: Callable[[LicenceUse], SeatRatio | None]
) -> list[Figure]:
    accounts = _seat_days(rows, context)
    if context.scope.by is None:
        accounts = {None: _Seats.together(accounts.values())} if accounts else {}
    return [
        _seat_figure(
            account,
            ratio_of(
                licence_use(
                    entitled=seats.entitled,
                    active28=np.zeros(len(seats.entitled)),
                    provisioned=seats.provisioned,
                    activated=seats.activated,
                )
            ),
        )
        for account, seats in accounts.items()
    ]


@dataclass(frozen=True, slots=True)
class _Seats:
    """Seats entitled, provisioned and activated on each day of the window."""

    entitled: Floats
    provisioned: Floats
    activated: Floats

    @classmethod
    def together(cls, accounts: Iterable[_Seats]) -> _Seats:
        found = list(accounts)
        return cls(
            np.sum([seats.entitled for seats in found], axis=0),
            np.sum([seats.provisioned for seats in found], axis=0),
            np.sum([seats.activated for seats in found], axis=0),
        )


def _seat_days(rows: pa.Table, context: Context) -> dict[str | None, _Seats]:
    """Of each account whose provisioned seats are known: given, or the people listed."""
    relations, window = context.relations, context.scope.window
    opened, listed = _openings(rows, context)
    accounts: dict[str | None, _Seats] = {}
    lines_of: dict[str, list[Seats]] = defaultdict(list)
    for line in relations.seats:
        lines_of[line.account].append(line)
    for account, lines in sorted(lines_of.items()):
        entitled = _entitled(lines, window)
        known = all(line.provisioned is not None for line in lines)
        if known:
            provisioned = _in_force(lines, window, [line.provisioned or 0 for line in lines])
        else:
            provisioned = np.full(window.days, float(listed.get(account, 0)))
        if entitled.any() and (known or relations.members is not None):
            activated = _cumulative(opened.get(account, []), window)
            accounts[account] = _Seats(entitled, provisioned, activated)
    return accounts


def _openings(
    rows: pa.Table, context: Context
) -> tuple[dict[str, list[tuple[date, int]]], dict[str, int]]:
    opened: dict[str, list[tuple[date, int]]] = defaultdict(list)
    listed: dict[str, int] = {}
    for row in rows.to_pylist():
        account = context.relations.name_of(Grouping.ACCOUNT, row["account"])
        if account is not None and row["first"] is None:
            listed[account] = row["persons"]
        elif account is not None:
            opened[account].append((row["first"], row["persons"]))
    return opened, listed


def _cumulative(openings: list[tuple[date, int]], window: Window) -> Floats:
    added = np.zeros(window.days)
    for first, persons in openings:
        added[max((first - window.first).days, 0)] += persons
    return np.cumsum(added)


_NO_SEATS = "no contracts with seats are known for this window: import contracts"
_BY_ACCOUNT = frozenset({Grouping.ACCOUNT})

PROVISIONED = Metric(
    key="seats_provisioned",
    name="Seats provisioned",
    question="How many of the seats paid for were handed to somebody?",
    dimension=Dimension.ACCOUNT,
    formula="provisioned seats / entitled seats, average over the days of the window",
    numerator="seats handed to a person; if not given, the people listed for the account",
    denominator="seats that contracts entitle to",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("contracts", "people"),
    not_measurable_when=f"{_NO_SEATS}, and a list of people or the number of seats provisioned",
    expression=first_uses,
    reading=read_provisioned,
    groupings=_BY_ACCOUNT,
    over_time=False,
    adds_up=True,
    method="licence-use",
)

ACTIVATED = Metric(
    key="seats_activated",
    name="Seats activated",
    question="How many of the seats handed out were ever used?",
    dimension=Dimension.ACCOUNT,
    formula="activated seats / provisioned seats, average over the days of the window",
    numerator="people who had done a value action by the day",
    denominator="seats handed to a person; if not given, the people listed for the account",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("contracts", "people"),
    not_measurable_when=PROVISIONED.not_measurable_when,
    expression=first_uses,
    reading=read_activated,
    groupings=_BY_ACCOUNT,
    over_time=False,
    adds_up=True,
    method="licence-use",
)

SEATS_ACTIVE = Metric(
    key="seats_active",
    name="Seats in use",
    question="How many of the seats paid for are used?",
    dimension=Dimension.ACCOUNT,
    formula="people active in 28 days / entitled seats, average over the days of the window",
    numerator="people with a value action in the 28 days up to the day",
    denominator="seats that contracts entitle to",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("contracts",),
    not_measurable_when=_NO_SEATS,
    expression=seat_users,
    reading=read_active_seats,
    groupings=_BY_ACCOUNT,
    over_time=False,
    adds_up=True,
    method="licence-use",
)

SHELFWARE = Metric(
    key="shelfware",
    name="Cost of unused seats",
    question="What do the seats that nobody uses cost?",
    dimension=Dimension.ACCOUNT,
    formula="mean over days of max(entitled seats - people active in 28 days, 0) x price",
    numerator="entitled seats without an active person, average over the days of the window",
    denominator="none: an amount for a year",
    unit=Unit.MONEY,
    window=STANDARD_WINDOW,
    needs=("contracts", "price"),
    not_measurable_when=f"{_NO_SEATS} with a price",
    expression=seat_users,
    reading=read_shelfware,
    groupings=_BY_ACCOUNT,
    over_time=False,
    method="licence-use",
)

METRICS = (PROVISIONED, ACTIVATED, SEATS_ACTIVE, SHELFWARE)

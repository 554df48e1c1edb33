"""The vendor's records as tables, with the headers that imports expect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from uptake.simulate.arrays import NEVER, Ints
from uptake.simulate.calendars import COUNTRIES
from uptake.simulate.catalogue import (
    ACTIONS,
    CASES_PER_AGENT_WEEK,
    DESIGNED_PATH,
    PRODUCT_NAMES,
    PRODUCTS,
    ROLES,
    action_code,
    weekly_rates,
)
from uptake.simulate.config import SimulationConfig
from uptake.simulate.intensity import volume
from uptake.simulate.organisation import Account, function_name
from uptake.simulate.people import person_ids
from uptake.simulate.plan import Plan
from uptake.simulate.planting import barrier_action_name
from uptake.simulate.process import AGENT_ROLE
from uptake.simulate.summary import AccountSummary, seat_end

BARRIER_COLUMNS = (
    "id account team action kind removable_by declared_by_leaders reported_on removed_on"
)
PLAY_COLUMNS = "play name assignment account team started_on"


def _table(rows: list[dict[str, object]], columns: str = "") -> pa.Table:
    """Return rows as a marked table; ``columns`` names them where there may be no rows."""
    if not rows:
        return pa.table({name: pa.nulls(0) for name in [*columns.split(), "simulated"]})
    return pa.Table.from_pylist([{**row, "simulated": True} for row in rows])


def _monday(config: SimulationConfig, week: int) -> date | None:
    return None if week >= NEVER // 2 else config.monday(week)


def _mondays(config: SimulationConfig, weeks: Ints) -> list[date | None]:
    return [_monday(config, int(week)) for week in weeks]


def accounts_table(plan: Plan) -> pa.Table:
    """Accounts with their hierarchy, segment and owner."""
    return _table([_account_row(account) for account in plan.accounts])


def _account_row(account: Account) -> dict[str, object]:
    return {
        "external_id": account.id,
        "name": account.name,
        "parent": account.parent,
        "segment": account.segment,
        "owner": account.owner,
        "industry": account.industry,
        "country": COUNTRIES[account.country],
    }


def people_table(plan: Plan, summaries: Iterable[AccountSummary]) -> pa.Table:
    """People with team, role, manager, start, end, location and account."""
    rows: list[dict[str, object]] = []
    for summary in summaries:
        rows += _people_rows(plan.config, summary)
    return _table(rows)


def _people_rows(config: SimulationConfig, summary: AccountSummary) -> list[dict[str, object]]:
    account, people = summary.account, summary.people
    ids = person_ids(account)
    rows: list[dict[str, object]] = []
    for row, person in enumerate(ids):
        team = account.teams[int(people.team[row])]
        leads = row == team.first
        manager = ids[team.first] if not leads else (ids[0] if row else None)
        last_day = _last_day(config, int(people.end[row]))
        rows.append(
            {
                "external_id": person,
                "account": account.id,
                "team": team.id,
                "role": ROLES[int(people.role[row])],
                "manager": manager,
                "start": config.monday(int(people.start[row])),
                "end": last_day,
                "location": COUNTRIES[team.country],
                "function": function_name(team),
            }
        )
    return rows


def _last_day(config: SimulationConfig, end: int) -> date | None:
    """The last day of work is the Friday before the first week away."""
    return None if end >= NEVER else date.fromordinal(config.monday(end).toordinal() - 3)


def contracts_table(plan: Plan, summaries: Iterable[AccountSummary]) -> pa.Table:
    """Contract terms; outcomes that the run does not reach are pending."""
    config = plan.config
    rows: list[dict[str, object]] = []
    for summary in summaries:
        rows += [
            {
                "external_id": term.id,
                "account": term.account,
                "product": PRODUCTS[term.product],
                "seats": term.entitled,
                "price_per_seat": term.price_per_seat,
                "billing_period": "year",
                "currency": "EUR",
                "start": config.monday(term.first),
                "end": config.sunday(term.last - 1),
                "notice_date": config.monday(term.notice),
                "decision": term.outcome.value,
                "decided_on": _day(config, term.decided_day),
            }
            for term in summary.terms
        ]
    return _table(rows)


def _day(config: SimulationConfig, day: int | None) -> date | None:
    return None if day is None else date.fromordinal(config.start.toordinal() + day)


def products_table() -> pa.Table:
    """Products, modules and actions, and whether an action is a value action."""
    return _table(
        [
            {
                "product": PRODUCTS[action.product],
                "module": action.module,
                "action": action.name,
                "is_value_action": action.is_value,
                "description": f"{PRODUCT_NAMES[action.product]}: {action.kind.name.lower()}",
                "required_fields": action.fields,
                "object_type": action.object_type,
            }
            for action in ACTIONS
        ]
    )


def seats_table(plan: Plan, summaries: Iterable[AccountSummary]) -> pa.Table:
    """Who has a seat of which product, from the first day to the first day without."""
    config = plan.config
    tables = []
    for summary in summaries:
        ids = person_ids(summary.account)
        for product in summary.account.products:
            first = summary.people.seats.provisioned[:, product]
            last = seat_end(summary, product)
            rows = [row for row in range(len(ids)) if first[row] < min(NEVER, last[row])]
            tables.append(
                pa.table(
                    {
                        "account": [summary.account.id] * len(rows),
                        "product": [PRODUCTS[product]] * len(rows),
                        "person": [ids[row] for row in rows],
                        "provisioned_on": _mondays(config, first[rows]),
                        "deprovisioned_on": pa.array(
                            _mondays(config, last[rows]), type=pa.date32()
                        ),
                        "simulated": [True] * len(rows),
                    }
                )
            )
    return pa.concat_tables(tables)


def deployments_table(plan: Plan) -> pa.Table:
    """When each account went live with each product."""
    return _table(
        [
            {
                "account": account.id,
                "product": PRODUCTS[product],
                "go_live": plan.config.monday(account.go_live[product]),
            }
            for account in plan.accounts
            for product in account.products
        ]
    )


def profiles_table(plan: Plan) -> pa.Table:
    """Actions expected of each role and how many in a full week; agents do the designed path."""
    rates = weekly_rates() * volume(plan.config)
    for name in DESIGNED_PATH:
        rates[AGENT_ROLE, action_code(name)] = CASES_PER_AGENT_WEEK * volume(plan.config)
    return _table(
        [
            {
                "role": name,
                "product": PRODUCTS[action.product],
                "module": action.module,
                "action": action.name,
                "per_week": round(float(rates[role, code]), 4),
            }
            for role, name in enumerate(ROLES)
            for code, action in enumerate(ACTIONS)
            if action.is_value and rates[role, code] > 0
        ]
    )


def changes_table(plan: Plan) -> pa.Table:
    """The log of organisational changes and releases (their effects are in the truth only)."""
    return _table(
        [
            {
                "id": change.id,
                "date": plan.config.monday(change.week),
                "kind": change.kind,
                "account": change.account,
                "description": change.description,
            }
            for change in plan.changes
        ]
    )


def barriers_table(plan: Plan) -> pa.Table:
    """Barriers as reported: real and perceived ones alike."""
    config = plan.config
    teams = {(a.id, t.number): t.id for a in plan.accounts for t in a.teams}
    return _table(
        [
            {
                "id": barrier.id,
                "account": barrier.account,
                "team": teams[barrier.account, barrier.team],
                "action": barrier_action_name(barrier),
                "kind": barrier.kind,
                "removable_by": barrier.removable_by,
                "declared_by_leaders": barrier.declared,
                "reported_on": config.monday(barrier.reported),
                "removed_on": _monday(config, barrier.removed),
            }
            for barrier in plan.barriers
        ],
        BARRIER_COLUMNS,
    )


def plays_table(plan: Plan) -> pa.Table:
    """The log of plays: which team got which play when, how it was chosen; never-treated too."""
    teams = {(a.id, t.number): t.id for a in plan.accounts for t in a.teams}
    return _table(
        [
            {
                "play": unit.play.id,
                "name": unit.play.name,
                "assignment": unit.play.assignment.value,
                "account": unit.account,
                "team": teams[unit.account, unit.team],
                "started_on": _monday(plan.config, unit.start),
            }
            for unit in plan.plays
        ],
        PLAY_COLUMNS,
    )

"""Writes compared records in sets: a handful of statements, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from uptake.capabilities.customers.joining import empty_filled, fill_from_others
from uptake.capabilities.customers.models import (
    Account,
    Action,
    Contract,
    Module,
    Person,
    Product,
    Team,
)
from uptake.formats.records import AccountRecord, ContractRecord, PersonRecord, ProductRecord
from uptake.foundation.models import Workspace

BATCH = 2_000
BY_NAME = ("workspace", "external_id")


def account_ids(workspace: Workspace) -> dict[str, int]:
    """Return the key of each account by its identifier."""
    return dict(Account.objects.filter(workspace=workspace).values_list("external_id", "pk"))


def write_accounts(workspace: Workspace, records: Sequence[AccountRecord]) -> None:
    """Write accounts, then who is above whom, which needs all of them to be there."""
    Account.objects.bulk_create(
        [_account(workspace, record) for record in records],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=BY_NAME,
        update_fields=["name", "segment", "owner"],
    )
    ids = account_ids(workspace)
    Account.objects.bulk_create(
        [
            _account(workspace, record, parent_id=ids[record.parent])
            for record in records
            if record.parent
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=BY_NAME,
        update_fields=["parent"],
    )


def _account(
    workspace: Workspace, record: AccountRecord, *, parent_id: int | None = None
) -> Account:
    return Account(
        workspace=workspace,
        external_id=record.external_id,
        name=record.name or "",
        parent_id=parent_id,
        segment=record.segment or "",
        owner=record.owner or "",
    )


def write_people(workspace: Workspace, records: Sequence[PersonRecord]) -> None:
    """Write people and the teams they name, then who manages whom."""
    empty_filled(workspace)
    accounts = account_ids(workspace)
    teams = _teams(workspace, records, accounts)
    people = [_person(workspace, record, accounts, teams) for record in records]
    Person.objects.bulk_create(
        people,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=BY_NAME,
        update_fields=[
            "name",
            "email",
            "account",
            "team",
            "role",
            "location",
            "starts_on",
            "ends_on",
            "days_a_week",
            "leave_starts_on",
            "leave_ends_on",
        ],
    )
    ids = dict(Person.objects.filter(workspace=workspace).values_list("external_id", "pk"))
    led = [record for record in records if record.manager]
    Person.objects.bulk_create(
        [
            Person(
                workspace=workspace,
                external_id=record.external_id,
                manager_id=ids[record.manager or ""],
            )
            for record in led
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=BY_NAME,
        update_fields=["manager"],
    )
    fill_from_others(workspace)


TeamKey = tuple[int | None, str]


def _person(
    workspace: Workspace,
    record: PersonRecord,
    accounts: dict[str, int],
    teams: dict[TeamKey, int],
) -> Person:
    account_id = accounts[record.account] if record.account else None
    return Person(
        workspace=workspace,
        external_id=record.external_id,
        name=record.name or "",
        email=record.email or "",
        account_id=account_id,
        team_id=teams[account_id, record.team] if record.team else None,
        role=record.role or "",
        location=record.location or "",
        starts_on=record.start,
        ends_on=record.end,
        days_a_week=record.days_a_week,
        leave_starts_on=record.leave_start,
        leave_ends_on=record.leave_end,
    )


def _teams(
    workspace: Workspace, records: Iterable[PersonRecord], accounts: dict[str, int]
) -> dict[TeamKey, int]:
    wanted: dict[TeamKey, None] = {
        (accounts[record.account] if record.account else None, record.team): None
        for record in records
        if record.team
    }
    present = _team_ids(workspace)
    Team.objects.bulk_create(
        [
            Team(workspace=workspace, account_id=account, external_id=name)
            for account, name in wanted
            if (account, name) not in present
        ],
        batch_size=BATCH,
    )
    return _team_ids(workspace)


def _team_ids(workspace: Workspace) -> dict[TeamKey, int]:
    rows = Team.objects.filter(workspace=workspace).values_list("account_id", "external_id", "pk")
    return {(account, name): key for account, name, key in rows}


def write_contracts(workspace: Workspace, records: Sequence[ContractRecord]) -> None:
    """Write contracts."""
    accounts = account_ids(workspace)
    products = _product_ids(workspace)
    Contract.objects.bulk_create(
        [_contract(workspace, record, accounts, products) for record in records],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=BY_NAME,
        update_fields=[
            "account",
            "product",
            "seats",
            "price",
            "price_covers",
            "price_is_per_seat",
            "currency",
            "billing_period",
            "starts_on",
            "ends_on",
            "notice_on",
            "decision",
        ],
    )


def _contract(
    workspace: Workspace,
    record: ContractRecord,
    accounts: dict[str, int],
    products: dict[str, int],
) -> Contract:
    return Contract(
        workspace=workspace,
        external_id=record.external_id,
        account_id=accounts[record.account],
        product_id=products[record.product] if record.product else None,
        seats=record.seats,
        price=record.price,
        price_covers=record.price_covers or "",
        price_is_per_seat=record.price_is_per_seat,
        currency=record.currency or "",
        billing_period=record.billing_period or "",
        starts_on=record.start,
        ends_on=record.end,
        notice_on=record.notice_date,
        decision=record.decision or "",
    )


def _product_ids(workspace: Workspace) -> dict[str, int]:
    return dict(Product.objects.filter(workspace=workspace).values_list("external_id", "pk"))


def write_products(workspace: Workspace, records: Sequence[ProductRecord]) -> None:
    """Write products, then their modules, then the actions in them."""
    described = {row.product: row.description or "" for row in records if _is_product(row)}
    present = _product_ids(workspace)
    missing = {row.product: "" for row in records if row.product not in present}
    Product.objects.bulk_create(
        [
            Product(workspace=workspace, external_id=name, description=text)
            for name, text in (missing | described).items()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=BY_NAME,
        update_fields=["description"],
    )
    products = _product_ids(workspace)
    modules = _write_modules(workspace, records, products)
    _write_actions(workspace, records, products, modules)


ModuleKey = tuple[int, str]
ActionKey = tuple[int, int | None, str]


def _is_product(row: ProductRecord) -> bool:
    return row.module is None and row.action is None


def _module_ids(workspace: Workspace) -> dict[ModuleKey, int]:
    rows = Module.objects.filter(product__workspace=workspace)
    return {(row.product_id, row.external_id): row.pk for row in rows}


def _write_modules(
    workspace: Workspace, records: Sequence[ProductRecord], products: dict[str, int]
) -> dict[ModuleKey, int]:
    present = _module_ids(workspace)
    texts: dict[ModuleKey, str] = {}
    for row in records:
        if row.module is None:
            continue
        key = (products[row.product], row.module)
        if row.action is None:
            texts[key] = row.description or ""
        elif key not in present:
            texts.setdefault(key, "")
    Module.objects.bulk_create(
        [
            Module(product_id=product, external_id=name, description=text)
            for (product, name), text in texts.items()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product", "external_id"],
        update_fields=["description"],
    )
    return _module_ids(workspace)


def _write_actions(
    workspace: Workspace,
    records: Sequence[ProductRecord],
    products: dict[str, int],
    modules: dict[ModuleKey, int],
) -> None:
    rows = Action.objects.filter(product__workspace=workspace)
    present: dict[ActionKey, int] = {
        (row.product_id, row.module_id, row.external_id): row.pk for row in rows
    }
    new: list[Action] = []
    changed: list[Action] = []
    for row in records:
        if row.action is None:
            continue
        product = products[row.product]
        module = modules[product, row.module] if row.module else None
        action = Action(
            pk=present.get((product, module, row.action)),
            product_id=product,
            module_id=module,
            external_id=row.action,
            is_value_action=row.is_value_action,
            description=row.description or "",
        )
        (new if action.pk is None else changed).append(action)
    Action.objects.bulk_create(new, batch_size=BATCH)
    Action.objects.bulk_update(changed, ["is_value_action", "description"], batch_size=BATCH)

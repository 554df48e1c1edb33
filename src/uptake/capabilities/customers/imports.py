"""Imports of accounts, people, contracts and products: idempotent, set-based, all or nothing.

Each import holds the workspace's row while it compares and writes, so that two imports into the
same workspace take turns. A dry run compares and writes nothing. What an import with a ``number``
writes is remembered under it, as it was and as it became, so that the import can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from uptake.capabilities.customers import known, writing
from uptake.capabilities.customers.comparison import Check, Sifted, compare, contradicts_earlier
from uptake.capabilities.customers.hierarchy import names_in_loops, names_without_parent
from uptake.capabilities.customers.joining import join_rows
from uptake.capabilities.customers.remembering import remembered
from uptake.capabilities.customers.validity import contract_problem, person_problem, text_problem
from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    ImportCounts,
    PersonRecord,
    ProductRecord,
    RecordKind,
    RejectedRow,
)
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace

if TYPE_CHECKING:
    from uptake.store import Lake

PRICE_STEP = Decimal("0.000001")


@transaction.atomic
def import_accounts(
    actor: Actor,
    rows: Iterable[AccountRecord],
    *,
    dry_run: bool = False,
    number: int | None = None,
) -> ImportCounts:
    """Take over accounts in any order; an account whose parent nobody knows is refused."""
    actor.require(Permission.IMPORTS_RUN)
    workspace = _take_turns(actor)
    before = known.known_accounts(workspace)
    sound = Sifted(tuple(rows)).sift(text_problem, contradicts_earlier(_name))
    placed = _in_a_hierarchy(sound, before)
    outcome = compare(placed.kept, before, key=_name)
    counts = outcome.counts(placed.refused)
    if not dry_run:
        with remembered(number, workspace, RecordKind.ACCOUNTS, outcome.written):
            writing.write_accounts(workspace, outcome.written)
        _record(actor, "accounts.imported", counts)
    return counts


@transaction.atomic
def import_people(
    actor: Actor,
    rows: Iterable[PersonRecord],
    *,
    lake: Lake,
    dry_run: bool = False,
    number: int | None = None,
) -> ImportCounts:
    """Take over people; teams come into being as they are named.

    A person who was erased, which the lake remembers without knowing whom, is refused.

    A person of an unknown account is refused. A person whose manager is unknown is taken without
    one and remarked on: whoever leads the people of an export is seldom in it.
    """
    actor.require(Permission.IMPORTS_RUN)
    workspace = _take_turns(actor)
    before = known.known_people(workspace)
    accounts = known.known_accounts(workspace)
    stated = Sifted(tuple(rows))
    erased = lake.erased_among(workspace.slug, {row.external_id for row in stated.kept})
    sound = stated.sift(
        _still_erased(erased),
        text_problem,
        person_problem,
        contradicts_earlier(_name),
        _of_known_account(accounts),
    )
    managed = _with_known_managers(sound.kept, before)
    outcome = compare(managed.rows, before, key=_name)
    counts = outcome.counts(sound.refused, managed.remarks)
    if not dry_run:
        with remembered(number, workspace, RecordKind.PEOPLE, outcome.written):
            writing.write_people(workspace, outcome.written)
            if outcome.written:
                join_rows(workspace, lake.known_as(workspace.slug))
        _record(actor, "people.imported", counts)
    return counts


@transaction.atomic
def import_contracts(
    actor: Actor,
    rows: Iterable[ContractRecord],
    *,
    dry_run: bool = False,
    number: int | None = None,
) -> ImportCounts:
    """Take over contracts; one of an unknown account or product is refused."""
    actor.require(Permission.IMPORTS_RUN)
    workspace = _take_turns(actor)
    before = known.known_contracts(workspace)
    accounts = known.known_accounts(workspace)
    products = {product for product, _, _ in known.known_products(workspace)}
    sound = Sifted(tuple(_with_whole_steps(row) for row in rows)).sift(
        text_problem,
        contract_problem,
        contradicts_earlier(_name),
        _of_known_account(accounts),
        _over_known_product(products),
    )
    outcome = compare(sound.kept, before, key=_name)
    counts = outcome.counts(sound.refused)
    if not dry_run:
        with remembered(number, workspace, RecordKind.CONTRACTS, outcome.written):
            writing.write_contracts(workspace, outcome.written)
        _record(actor, "contracts.imported", counts)
    return counts


@transaction.atomic
def import_products(
    actor: Actor,
    rows: Iterable[ProductRecord],
    *,
    dry_run: bool = False,
    number: int | None = None,
) -> ImportCounts:
    """Take over products, modules and actions; what a row hangs from comes into being with it."""
    actor.require(Permission.IMPORTS_RUN)
    workspace = _take_turns(actor)
    before = known.known_products(workspace)
    sound = Sifted(tuple(rows)).sift(text_problem, contradicts_earlier(known.product_key))
    outcome = compare(sound.kept, before, key=known.product_key)
    counts = outcome.counts(sound.refused)
    if not dry_run:
        with remembered(number, workspace, RecordKind.PRODUCTS, outcome.written):
            writing.write_products(workspace, outcome.written)
        _record(actor, "products.imported", counts)
    return counts


def _take_turns(actor: Actor) -> Workspace:
    return Workspace.objects.select_for_update().get(pk=actor.workspace.pk)


def _record(actor: Actor, verb: str, counts: ImportCounts) -> None:
    """Tell the feed once per import; an import that changed nothing is not news."""
    if counts.new or counts.changed:
        activity.record(
            actor,
            verb,
            new=counts.new,
            changed=counts.changed,
            unchanged=counts.unchanged,
            rejected=counts.rejected,
        )


def _name(row: AccountRecord | PersonRecord | ContractRecord) -> str:
    return row.external_id


def _in_a_hierarchy(
    sound: Sifted[AccountRecord], before: Mapping[str, AccountRecord]
) -> Sifted[AccountRecord]:
    above = {row.external_id: row.parent for row in before.values()}
    above.update({row.external_id: row.parent for row in sound.kept if row.parent})
    looping = names_in_loops(above)
    straight = sound.sift(
        lambda row: "going up from it leads back to it" if row.external_id in looping else None
    )
    lost = names_without_parent({row.external_id: row.parent for row in straight.kept}, before)
    return straight.sift(
        lambda row: (
            f"there is no account {row.parent!r} to be part of" if row.external_id in lost else None
        )
    )


def _still_erased(erased: Mapping[str, datetime]) -> Check[PersonRecord]:
    def check(row: PersonRecord) -> str | None:
        at = erased.get(row.external_id)
        if at is None:
            return None
        return (
            f"this person was erased on {at:%Y-%m-%d}; ask them before you bring them back, "
            "under another identifier"
        )

    return check


def _of_known_account(
    accounts: Collection[str],
) -> Callable[[PersonRecord | ContractRecord], str | None]:
    def check(row: PersonRecord | ContractRecord) -> str | None:
        if row.account is None or row.account in accounts:
            return None
        return f"there is no account {row.account!r}; import the accounts first"

    return check


def _over_known_product(products: Collection[str]) -> Check[ContractRecord]:
    def check(row: ContractRecord) -> str | None:
        if row.product is None or row.product in products:
            return None
        return f"there is no product {row.product!r}; import the products first"

    return check


def _with_whole_steps(row: ContractRecord) -> ContractRecord:
    """Round the price to what is kept, so that the same file twice compares equal."""
    if row.price is None or not row.price.is_finite():
        return row
    return replace(row, price=row.price.quantize(PRICE_STEP, rounding=ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class _Managed:
    rows: tuple[PersonRecord, ...]
    remarks: tuple[RejectedRow, ...]


def _with_known_managers(
    rows: tuple[PersonRecord, ...], before: Mapping[str, PersonRecord]
) -> _Managed:
    above = {row.external_id: row.manager for row in before.values()}
    above.update({row.external_id: row.manager for row in rows if row.manager})
    names = {*before, *(row.external_id for row in rows)}
    looping = names_in_loops(above)
    remarks: list[RejectedRow] = []
    taken: list[PersonRecord] = []
    for row in rows:
        remark = _remark_on_manager(row, names, looping)
        if remark is not None:
            remarks.append(RejectedRow(line=row.line, reason=remark))
        taken.append(row if remark is None else replace(row, manager=None))
    return _Managed(tuple(taken), tuple(remarks))


def _remark_on_manager(
    row: PersonRecord, names: Collection[str], looping: Collection[str]
) -> str | None:
    if row.manager is None:
        return None
    if row.manager not in names:
        return f"taken without a manager: there is no person {row.manager!r}"
    if row.external_id in looping:
        return "taken without a manager: going up from this person leads back to them"
    return None

"""What an import does to records, kept as it was before and as it became after."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from decimal import Decimal

from django.db.models import Q

from uptake.capabilities.customers import known
from uptake.capabilities.customers.models import RecordChange, Team
from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    Period,
    PersonRecord,
    ProductRecord,
    RecordKind,
    RenewalDecision,
)
from uptake.foundation.models import Workspace

Record = AccountRecord | PersonRecord | ContractRecord | ProductRecord
Plain = dict[str, str | int | bool | None]
States = dict[str, Plain]

TEAMS = "teams"
"""Teams come into being with the people who name them."""

LATER_FIELDS = frozenset({"days_a_week", "leave_start", "leave_end"})
"""Fields that earlier imports did not know: absent where they are empty, as in what they kept."""

BATCH = 2_000
_CLASSES: dict[str, Callable[..., Record]] = {
    RecordKind.ACCOUNTS: AccountRecord,
    RecordKind.PEOPLE: PersonRecord,
    RecordKind.CONTRACTS: ContractRecord,
    RecordKind.PRODUCTS: ProductRecord,
}
_READERS: dict[str, Callable[[str], object]] = {
    "start": date.fromisoformat,
    "end": date.fromisoformat,
    "notice_date": date.fromisoformat,
    "leave_start": date.fromisoformat,
    "leave_end": date.fromisoformat,
    "days_a_week": Decimal,
    "price": Decimal,
    "price_covers": Period,
    "billing_period": Period,
    "decision": RenewalDecision,
}


@contextmanager
def remembered(
    number: int | None, workspace: Workspace, kind: RecordKind, written: Sequence[Record]
) -> Iterator[None]:
    """Keep under the import's number what is done to the records that are written inside."""
    if number is None or not written:
        yield
        return
    touched = _keys(kind, written)
    before = known_states(workspace, kind)
    yield
    after = known_states(workspace, kind)
    changes = [
        RecordChange(
            workspace=workspace,
            number=number,
            kind=name,
            key=key,
            before=before[name].get(key),
            after=state,
        )
        for name, states in after.items()
        for key, state in states.items()
        if (name == TEAMS or key in touched) and before[name].get(key) != state
    ]
    RecordChange.objects.bulk_create(changes, batch_size=BATCH)


def known_states(workspace: Workspace, kind: str) -> dict[str, States]:
    """Return the records of a kind as they are now, by key; those of people with their teams."""
    if kind == RecordKind.PEOPLE:
        return {TEAMS: _teams(workspace), kind: _plain(known.known_people(workspace).values())}
    if kind == RecordKind.ACCOUNTS:
        return {kind: _plain(known.known_accounts(workspace).values())}
    if kind == RecordKind.CONTRACTS:
        return {kind: _plain(known.known_contracts(workspace).values())}
    return {kind: _plain(known.known_products(workspace).values())}


def key_of(record: Record) -> str:
    """Return what tells a record from all others of its kind."""
    if isinstance(record, ProductRecord):
        return json.dumps(known.product_key(record), ensure_ascii=False)
    return record.external_id


def record_of(kind: str, state: Plain) -> Record:
    """Return the record that was kept as JSON."""
    read = {
        name: _READERS[name](value) if name in _READERS and isinstance(value, str) else value
        for name, value in state.items()
    }
    return _CLASSES[kind](**read)


def forget_person(workspace: Workspace, external_id: str) -> None:
    """Drop what imports remember of a person, and of whom they led that they did."""
    changes = RecordChange.objects.filter(workspace=workspace, kind=RecordKind.PEOPLE)
    changes.filter(key=external_id).delete()
    led = changes.filter(Q(before__manager=external_id) | Q(after__manager=external_id))
    for change in led:
        for state in (change.before, change.after):
            if state and state["manager"] == external_id:
                state["manager"] = None
        change.save(update_fields=["before", "after"])


def _keys(kind: RecordKind, written: Sequence[Record]) -> set[str]:
    """Keys of what is written, with the product and module that an action brings along."""
    keys = {key_of(record) for record in written}
    if kind is RecordKind.PRODUCTS:
        for record in written:
            if isinstance(record, ProductRecord):
                keys |= {
                    key_of(ProductRecord(record.product)),
                    key_of(ProductRecord(record.product, record.module)),
                }
    return keys


def _plain(records: Collection[Record]) -> States:
    return {key_of(record): _as_json(record) for record in records}


def _as_json(record: Record) -> Plain:
    return {
        name: str(value) if isinstance(value, date | Decimal | Period | RenewalDecision) else value
        for name, value in asdict(record).items()
        if name != "line" and not (value is None and name in LATER_FIELDS)
    }


def _teams(workspace: Workspace) -> States:
    rows = Team.objects.filter(workspace=workspace).values_list(
        "account__external_id", "external_id"
    )
    return {
        json.dumps([account, name], ensure_ascii=False): {"account": account, "team": name}
        for account, name in rows
    }

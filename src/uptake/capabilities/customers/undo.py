"""Undoing an import of records: each goes back to what it was, unless somebody needs it as it is.

A record that was changed since, or on which something else rests, stays as it is and is named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import models, transaction

from uptake.capabilities.customers import known, writing
from uptake.capabilities.customers.joining import empty_filled, fill_from_others
from uptake.capabilities.customers.models import (
    Account,
    Action,
    Contract,
    Module,
    Person,
    Product,
    RecordChange,
    Team,
)
from uptake.capabilities.customers.remembering import (
    TEAMS,
    Plain,
    States,
    known_states,
    record_of,
)
from uptake.formats.records import AccountRecord, PersonRecord, RecordKind
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace

AT_ONCE = 500
"""Keys in one statement."""

CHANGED_SINCE = "was changed since"
Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that an undo left as it is, and why."""

    kind: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordsUndone:
    """What an undo did: records put back, records taken out, records it left alone."""

    restored: int
    removed: int
    kept: tuple[KeptRecord, ...]


@transaction.atomic
def undo_import(actor: Actor, number: int) -> RecordsUndone:
    """Put every record that an import wrote back to what it was before; twice changes nothing."""
    actor.require(Permission.IMPORTS_RUN)
    workspace = Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    changes = list(RecordChange.objects.filter(workspace=workspace, number=number).order_by("pk"))
    if not changes:
        return RecordsUndone(0, 0, ())
    empty_filled(workspace)
    kinds = {change.kind for change in changes if change.kind != TEAMS}
    states = {name: s for kind in kinds for name, s in known_states(workspace, kind).items()}
    ours, kept = _still_ours(changes, states)
    restored, without = _restore(workspace, [change for change in ours if change.before])
    created = [change for change in ours if change.before is None]
    removed, needed = _remove(workspace, created)
    fill_from_others(workspace)
    RecordChange.objects.filter(workspace=workspace, number=number).delete()
    every = (*kept, *without, *needed)
    activity.record(
        actor, "import.records_undone", restored=restored, removed=removed, kept=len(every)
    )
    return RecordsUndone(restored, removed, every)


def _still_ours(
    changes: Sequence[RecordChange], states: dict[str, States]
) -> tuple[list[RecordChange], list[KeptRecord]]:
    """Changes whose records are as the import left them, and the records that are not."""
    ours = [change for change in changes if states[change.kind].get(change.key) == change.after]
    kept = [
        _kept(change, CHANGED_SINCE)
        for change in changes
        if states[change.kind].get(change.key, change.after) != change.after
    ]
    return ours, kept


def _kept(change: RecordChange, reason: str) -> KeptRecord:
    return KeptRecord(change.kind, _shown(change.key), reason)


def _shown(key: str) -> str:
    """A key as people know it: parts that are not there are left out."""
    if not key.startswith("["):
        return key
    return " / ".join(part for part in json.loads(key) if part)


# --- back to what it was -------------------------------------------------------------------


def _restore(workspace: Workspace, changes: Sequence[RecordChange]) -> tuple[int, list[KeptRecord]]:
    """Write records as they were, if all that they refer to is still there."""
    kept: list[KeptRecord] = []
    count = 0
    for kind in {change.kind for change in changes}:
        known_names = _names(workspace)
        possible = []
        for change in (change for change in changes if change.kind == kind):
            missing = _missing(kind, change.before or {}, known_names)
            if missing:
                kept.append(_kept(change, missing))
            else:
                possible.append(change)
        records = [record_of(kind, change.before or {}) for change in possible]
        _WRITERS[kind](workspace, records)
        count += len(records)
    return count, kept


def _names(workspace: Workspace) -> dict[str, Collection[str]]:
    accounts = set(known.known_accounts(workspace))
    return {
        "account": accounts,
        "parent": accounts,
        "manager": set(
            Person.objects.filter(workspace=workspace).values_list("external_id", flat=True)
        ),
    }


def _missing(kind: str, state: Plain, names: dict[str, Collection[str]]) -> str | None:
    if kind == RecordKind.PRODUCTS:
        return None
    for field, known_names in names.items():
        name = state.get(field)
        if name and name not in known_names:
            return f"was part of {name!r}, which is no longer there"
    return None


def _write_accounts(workspace: Workspace, records: Sequence[AccountRecord]) -> None:
    writing.write_accounts(workspace, records)
    alone = [record.external_id for record in records if record.parent is None]
    for some in _parts(alone):
        Account.objects.filter(workspace=workspace, external_id__in=some).update(parent=None)


def _write_people(workspace: Workspace, records: Sequence[PersonRecord]) -> None:
    writing.write_people(workspace, records)
    unled = [record.external_id for record in records if record.manager is None]
    for some in _parts(unled):
        Person.objects.filter(workspace=workspace, external_id__in=some).update(manager=None)


_WRITERS: dict[str, Callable[..., None]] = {
    RecordKind.ACCOUNTS: _write_accounts,
    RecordKind.PEOPLE: _write_people,
    RecordKind.CONTRACTS: writing.write_contracts,
    RecordKind.PRODUCTS: writing.write_products,
}


# --- out of existence ----------------------------------------------------------------------


def _remove(workspace: Workspace, changes: Sequence[RecordChange]) -> tuple[int, list[KeptRecord]]:
    """Delete records that nothing else rests on, from the leaves of each tree to its root."""
    rows = _rows(workspace, changes)
    kept: list[KeptRecord] = []
    removed = 0
    for model in (Contract, Person, Team, Account, Action, Module, Product):
        left = {pk: change for (at, pk), change in rows.items() if at is model}
        while left:
            used = _used(model, set(left))
            free = set(left) - set(used)
            if not free:
                kept += [_kept(left[pk], f"is still needed by {used[pk]}") for pk in left]
                break
            for some in _parts(free):
                model._base_manager.filter(pk__in=some).delete()
            removed += len(free)
            left = {pk: change for pk, change in left.items() if pk in used}
    return removed, kept


def _rows(
    workspace: Workspace, changes: Sequence[RecordChange]
) -> dict[tuple[type[models.Model], int], RecordChange]:
    """The row of each change."""
    by_key = {(change.kind, change.key): change for change in changes}
    kinds = {change.kind for change in changes}
    found = {}
    for kind, model, key, pk in _keyed_rows(workspace):
        if kind in kinds and (kind, key) in by_key:
            found[model, pk] = by_key[kind, key]
    return found


def _keyed_rows(workspace: Workspace) -> Iterator[tuple[str, type[models.Model], str, int]]:
    simple: dict[str, type[models.Model]] = {
        RecordKind.ACCOUNTS: Account,
        RecordKind.PEOPLE: Person,
        RecordKind.CONTRACTS: Contract,
    }
    for kind, model in simple.items():
        rows = model._base_manager.filter(workspace=workspace).values_list("external_id", "pk")
        yield from ((kind, model, name, pk) for name, pk in rows)
    nested: tuple[tuple[str, type[models.Model], tuple[str, ...], str], ...] = (
        (TEAMS, Team, ("account__external_id", "external_id"), "workspace"),
        (RecordKind.PRODUCTS, Product, ("external_id",), "workspace"),
        (
            RecordKind.PRODUCTS,
            Module,
            ("product__external_id", "external_id"),
            "product__workspace",
        ),
        (
            RecordKind.PRODUCTS,
            Action,
            ("product__external_id", "module__external_id", "external_id"),
            "product__workspace",
        ),
    )
    for kind, model, names, where in nested:
        width = 2 if model is Team else 3
        for *parts, pk in model._base_manager.filter(**{where: workspace}).values_list(
            *names, "pk"
        ):
            filled = [*parts, *[None] * (width - len(parts))]
            yield kind, model, json.dumps(filled, ensure_ascii=False), pk


def _used(model: type[models.Model], keys: Collection[int]) -> dict[int, str]:
    """Those of the rows that others refer to, or that a user is linked to, and by what."""
    used: dict[int, str] = {}
    for relation in model._meta.related_objects:
        field = relation.field.name
        if field == "same_as":
            continue  # another row of the same person stands for itself again
        other = relation.related_model
        name = str(other._meta.verbose_name_plural)
        for some in _parts(keys):
            referring = other._base_manager.filter(**{f"{field}__in": some})
            used |= dict.fromkeys(referring.values_list(field, flat=True), name)
    if model is Person:
        for some in _parts(keys):
            linked = Person.objects.filter(pk__in=some, user__isnull=False)
            used |= dict.fromkeys(linked.values_list("pk", flat=True), "the user they are")
    return used


def _parts(values: Collection[Key]) -> Iterator[list[Key]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]

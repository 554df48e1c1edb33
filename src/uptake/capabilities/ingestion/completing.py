"""Fills in what events leave open: the person it turned out to be, account and product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import overload

import pyarrow as pa
import pyarrow.compute as pc

from uptake.capabilities.ingestion.columns import Arrays, Columns, texts
from uptake.capabilities.ingestion.credentials import KnownSource
from uptake.capabilities.ingestion.identity import Known


def people_of(events: Columns | Arrays) -> set[str]:
    """Return the identifiers that events name."""
    if isinstance(events, Arrays):
        return set(events.columns["person"].to_pylist())
    return set(events.people)


@overload
def complete(events: Columns, source: KnownSource, known: Mapping[str, Known]) -> Columns: ...


@overload
def complete(
    events: Columns | Arrays, source: KnownSource, known: Mapping[str, Known]
) -> Columns | Arrays: ...


def complete(
    events: Columns | Arrays, source: KnownSource, known: Mapping[str, Known]
) -> Columns | Arrays:
    """Return the events as they are stored; what an event says itself counts first."""
    if isinstance(events, Arrays):
        return _complete_arrays(events, source, known)
    if known:
        nobody = Known("", None)
        found = [known.get(person, nobody) for person in events.people]
        pairs = zip(events.people, events.accounts, found, strict=True)
        completed = [(fact.person or own, account or fact.account) for own, account, fact in pairs]
        events.people = [person for person, _ in completed]
        events.accounts = [account for _, account in completed]
    if source.account is not None:
        events.accounts = [account or source.account for account in events.accounts]
    if source.product is not None:
        events.products = [product or source.product for product in events.products]
    return events


def _complete_arrays(events: Arrays, source: KnownSource, known: Mapping[str, Known]) -> Arrays:
    columns = dict(events.columns)
    if known:
        named = columns["person"].dictionary_encode()
        people: list[str] = named.dictionary.to_pylist()
        facts = [known.get(person) for person in people]
        whole = [
            own if fact is None else fact.person for own, fact in zip(people, facts, strict=True)
        ]
        if whole != people:
            columns["person"] = texts(whole).take(named.indices)
        accounts = texts([None if fact is None else fact.account for fact in facts])
        accounts = accounts.take(named.indices)
        columns["account"] = pc.coalesce(columns["account"], accounts)
    for name, usual in (("account", source.account), ("product", source.product)):
        if usual is not None:
            stated = columns.get(name, pa.nulls(len(events), pa.string()))
            columns[name] = stated.fill_null(usual)
    return Arrays(len(events), columns)

"""The lake's own events as a log of cases: what belongs to one case, in the order of time.

A case is an identifier within one account where the workspace is a vendor's, whose customers know
nothing of each other; in a buyer's workspace cases pass between its business units. Who did a step
is the person, the role and team on record, and the account. People who were erased are not there.
"""
# ruff: noqa: S608  (SQL is composed from quoted texts of our own making)

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.timezone import localdate

from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.customers.queries import account_with_descendants
from uptake.capabilities.process.models import Process
from uptake.formats.case_log import NO_MOMENT, CaseLog, Coded, Performer
from uptake.formats.case_marks import Marked, marks_of
from uptake.formats.values import list_sql, text_sql
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.foundation.models import WorkspaceKind

PEOPLE = "process_people"
PARTS = {"product": "product", "module": "module"}
DAY = 86_400_000
"""Milliseconds of a day."""

BETWEEN = " / "
"""Stands between the name of an account and that of a case or a team."""


def log_of_events(process: Process) -> CaseLog | None:
    """Return the cases of a process as the lake holds them now; None where there are none."""
    apart = process.workspace.kind == WorkspaceKind.VENDOR
    with shared_lake().snapshot(process.workspace.slug) as snapshot:
        snapshot.connection.register(PEOPLE, _people(process))
        found = snapshot.connection.sql(_sql(process, apart=apart)).to_arrow_table()
    if not found.num_rows:
        return None
    return _log(found.combine_chunks(), _accounts(process), source=process.name)


def _sql(process: Process, *, apart: bool) -> str:
    within = "e.account, e.case_id" if apart else "e.case_id"
    return (
        f"SELECT dense_rank() OVER (ORDER BY {within}) - 1 AS case_number, e.case_id, "
        "e.account, e.person, p.role, p.team, e.action, e.object_id, "
        "epoch_ms(e.occurred_at) AS moment "
        f"FROM events_text AS e LEFT JOIN {PEOPLE} AS p ON p.member = e.person "
        f"WHERE {_where(process)} "
        "ORDER BY case_number, e.occurred_at, e.received_at, e.message_id"
    )


def _where(process: Process) -> str:
    parts = ["e.case_id IS NOT NULL", "e.case_id <> ''"]
    parts += [
        f"e.{column} = {text_sql(getattr(process, field))}"
        for field, column in PARTS.items()
        if getattr(process, field)
    ]
    if process.actions:
        parts.append(f"list_contains({list_sql(process.actions)}, e.action)")
    if process.account is not None:
        system = Actor.system(process.workspace)
        inside = account_with_descendants(system, process.account.external_id)
        parts.append(f"list_contains({list_sql(each.external_id for each in inside)}, e.account)")
    return " AND ".join(parts)


def _people(process: Process) -> pa.Table:
    """Everybody on record with role and team; teams of several accounts are told apart."""
    people = Person.objects.filter(workspace=process.workspace)
    rows = people.values_list("external_id", "role", "team__external_id", "account__name").iterator(
        chunk_size=10_000
    )
    one = process.account is not None
    members, roles, teams = [], [], []
    for member, role, team, account in rows:
        members.append(member)
        roles.append(role or None)
        teams.append(team if one or not (team and account) else f"{account}{BETWEEN}{team}")
    text = pa.string()
    return pa.table(
        {
            "member": pa.array(members, text),
            "role": pa.array(roles, text),
            "team": pa.array(teams, text),
        }
    )


def _accounts(process: Process) -> dict[str, str]:
    rows = Account.objects.filter(workspace=process.workspace).exclude(name="")
    return dict(rows.values_list("external_id", "name"))


def _log(found: pa.Table, accounts: dict[str, str], *, source: str) -> CaseLog:
    case = found["case_number"].to_numpy().astype(np.int32)
    first = np.flatnonzero(np.diff(case, prepend=-1))
    account = pc.coalesce(found["account"], pa.scalar(""))
    performers = {
        Performer.RESOURCE: _coded(found["person"]),
        Performer.ROLE: _coded(found["role"]),
        Performer.GROUP: _coded(found["team"]),
        Performer.ORGANISATION: _named(_coded(found["account"]), accounts),
    }
    moments = found["moment"].to_numpy().astype(np.int64)
    activity, resource = _coded(found["action"]), performers[Performer.RESOURCE]
    untold = np.full(len(case), NO_MOMENT, dtype=np.int64)
    never = np.zeros(len(case), dtype=np.bool_)
    marks, warnings = marks_of(
        Marked(case, activity, untold, moments, resource, moments % DAY == 0, never), localdate()
    )
    names, places = found["case_id"].take(first), account.take(first)
    return CaseLog(
        case=case,
        activity=activity,
        started=untold,
        completed=moments,
        performers={kind: each for kind, each in performers.items() if (each.codes >= 0).any()},
        marks=marks,
        row=np.arange(1, len(case) + 1, dtype=np.int64),
        case_names=_told_apart(names, places),
        case_attributes=pa.table({"account": places}),
        event_attributes=pa.table({"object": found["object_id"]}),
        source=source,
        warnings=warnings,
    )


def _told_apart(names: pa.ChunkedArray, accounts: pa.ChunkedArray) -> pa.Array:
    """The names of cases; where two accounts use the same ones, with the account."""
    if pc.count_distinct(names).as_py() < len(names):
        names = pc.binary_join_element_wise(accounts, names, BETWEEN)
    return pa.concat_arrays(names.chunks) if names.num_chunks != 1 else names.chunk(0)


def _coded(column: pa.ChunkedArray) -> Coded:
    array = column.dictionary_encode().unify_dictionaries()
    whole = pa.concat_arrays(array.chunks) if array.num_chunks != 1 else array.chunk(0)
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, tuple(whole.dictionary.to_pylist()))


def _named(coded: Coded, names: dict[str, str]) -> Coded:
    """The same under the names that people know; two of one name keep their identifiers."""
    told = [names.get(word, word) for word in coded.words]
    words = (
        name if told.count(name) == 1 else word
        for name, word in zip(told, coded.words, strict=True)
    )
    return Coded(coded.codes, tuple(words))

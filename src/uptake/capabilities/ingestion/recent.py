"""The last events of a source: what waits in the inbox, then what was just loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from uptake.capabilities.ingestion.models import Source
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor

if TYPE_CHECKING:
    from uptake.store import Lake

SHOWN = 20
LOOKED_THROUGH = 500
JUST_NOW = timedelta(hours=1)
SHOWN_OF_A_PERSON = 3

_COLUMNS = ("source_id", "received_at", "occurred_at", "account", "person", "module", "action")

_SOURCE = "SELECT code FROM terms WHERE kind = 'source' AND text = ?"
_LOADED = """
    WITH newest AS (
        SELECT received_at, occurred_at, account, person, module, action
        FROM events WHERE source = ? AND received_at >= ? ORDER BY received_at DESC LIMIT ?
    )
    SELECT epoch_ms(received_at), epoch_ms(occurred_at),
           accounts.text, people.text, modules.text, actions.text
    FROM newest
    LEFT JOIN terms AS accounts ON accounts.kind = 'account' AND accounts.code = newest.account
    LEFT JOIN terms AS people ON people.kind = 'person' AND people.code = newest.person
    LEFT JOIN terms AS modules ON modules.kind = 'module' AND modules.code = newest.module
    LEFT JOIN terms AS actions ON actions.kind = 'action' AND actions.code = newest.action
    ORDER BY received_at DESC
"""


@dataclass(frozen=True, slots=True)
class RecentEvent:
    """One event as the live tail shows it; of the person only as much as tells two apart."""

    received_at: datetime
    occurred_at: datetime
    account: str
    person: str
    module: str
    action: str
    is_loaded: bool


def recent_events(actor: Actor, source: Source, lake: Lake) -> list[RecentEvent]:
    """Return the events that came last, the newest first, within the last hour or so."""
    actor.require(Permission.SOURCES_READ)
    workspace = actor.workspace.slug
    waiting = _waiting(lake, workspace, source.slug)
    if len(waiting) >= SHOWN:
        return waiting[:SHOWN]
    return waiting + _loaded(lake, workspace, source.slug)[: SHOWN - len(waiting)]


def _waiting(lake: Lake, workspace: str, slug: str) -> list[RecentEvent]:
    newest = lake.tail(workspace, LOOKED_THROUGH).select(_COLUMNS)
    rows = newest.filter(pc.equal(newest["source_id"], slug)).slice(0, SHOWN).to_pylist()
    return [
        RecentEvent(
            row["received_at"],
            row["occurred_at"],
            row["account"] or "",
            masked(row["person"]),
            row["module"] or "",
            row["action"],
            is_loaded=False,
        )
        for row in rows
    ]


def _loaded(lake: Lake, workspace: str, slug: str) -> list[RecentEvent]:
    with lake.snapshot(workspace) as snapshot:
        code = snapshot.connection.execute(_SOURCE, [slug]).fetchone()
        if code is None:
            return []
        since = datetime.now(UTC) - JUST_NOW
        rows = snapshot.connection.execute(_LOADED, [code[0], since, SHOWN]).fetchall()
    return [
        RecentEvent(
            _moment(received),
            _moment(occurred),
            account or "",
            masked(person or ""),
            module or "",
            action or "",
            is_loaded=True,
        )
        for received, occurred, account, person, module, action in rows
    ]


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def masked(person: str) -> str:
    """Return the beginning of an identifier: enough to debug with, too little to follow anyone."""
    return f"{person[:SHOWN_OF_A_PERSON]}…" if person else ""

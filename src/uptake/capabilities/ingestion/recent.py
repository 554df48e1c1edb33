"""The last events of a source: what waits in the inbox, then what was just loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from uptake.capabilities.ingestion.models import Source
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.store.schema import TermKind

if TYPE_CHECKING:
    from uptake.store import Lake

SHOWN = 20
LOOKED_THROUGH = 500
JUST_NOW = timedelta(hours=1)
SHOWN_OF_A_PERSON = 3

_LOADED = """
    SELECT epoch_ms(received_at), epoch_ms(occurred_at), account, person, module, action
    FROM events WHERE source = ? AND received_at >= ? ORDER BY received_at DESC LIMIT ?
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
    rows = lake.tail(workspace, LOOKED_THROUGH).to_pylist()
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
        if row["source_id"] == slug
    ]


def _loaded(lake: Lake, workspace: str, slug: str) -> list[RecentEvent]:
    with lake.snapshot(workspace) as snapshot:
        code = snapshot.codes(TermKind.SOURCE).get(slug)
        if code is None:
            return []
        since = datetime.now(UTC) - JUST_NOW
        rows = snapshot.connection.execute(_LOADED, [code, since, SHOWN]).fetchall()
        kinds = (TermKind.ACCOUNT, TermKind.PERSON, TermKind.MODULE, TermKind.ACTION)
        accounts, people, modules, actions = (snapshot.texts(kind) for kind in kinds)
    return [
        RecentEvent(
            _moment(received),
            _moment(occurred),
            accounts.get(account, ""),
            masked(people.get(person, "")),
            modules.get(module, ""),
            actions.get(action, ""),
            is_loaded=True,
        )
        for received, occurred, account, person, module, action in rows
    ]


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def masked(person: str) -> str:
    """Return the beginning of an identifier: enough to debug with, too little to follow anyone."""
    return f"{person[:SHOWN_OF_A_PERSON]}…" if person else ""

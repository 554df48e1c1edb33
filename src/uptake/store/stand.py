"""Where a workspace stands: what tells whether an answer that was kept still holds."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.store.lake import Lake
from uptake.store.manifest import read_version


@dataclass(frozen=True, slots=True)
class Stand:
    """``version`` rises with every load and deletion; ``erasures`` changes with every erasure."""

    version: int
    erasures: str


def read_stand(lake: Lake, workspace: str) -> Stand:
    """Return where a workspace stands; raises ``UnknownWorkspace``."""
    with lake.database.reading() as session:
        version = read_version(session, workspace)
        ((count, newest),) = session.query(
            "SELECT COUNT(*), MAX(erased_at) FROM lake_erasure WHERE workspace = ?", (workspace,)
        )
        ((hidden, last),) = session.query(
            "SELECT COUNT(*), MAX(erased_version) FROM lake_tombstone WHERE workspace = ?",
            (workspace,),
        )
    return Stand(version, f"{count}-{newest or 0}-{hidden}-{last or 0}")

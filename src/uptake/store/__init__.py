"""The event lake: inbox, loader, manifest, compaction, reader, erasure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uptake.store.inbox import BatchReceipt as BatchReceipt
    from uptake.store.lake import Lake as Lake
    from uptake.store.lake import LakeStatus as LakeStatus
    from uptake.store.loader import Loader as Loader
    from uptake.store.loads import LoadReport as LoadReport
    from uptake.store.memory import snapshot_of as snapshot_of
    from uptake.store.snapshot import Snapshot as Snapshot

_HOME = {
    "BatchReceipt": "inbox",
    "Lake": "lake",
    "LakeStatus": "lake",
    "LoadReport": "loads",
    "Loader": "loader",
    "Snapshot": "snapshot",
    "snapshot_of": "memory",
}


def __getattr__(name: str) -> object:
    """Import on first use: errors and schema are wanted where DuckDB need not be loaded."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

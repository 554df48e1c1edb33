"""Opens the event lake that the settings name and keeps its workspaces in step with ours."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from uptake.config import Settings, load_settings
from uptake.foundation import activity
from uptake.foundation.models import Activity, Workspace

if TYPE_CHECKING:
    from uptake.store import Lake


def open_lake(settings: Settings | None = None) -> Lake:
    """Open the lake; the caller closes it."""
    from uptake.store import Lake  # DuckDB takes a while to load and most commands need none

    chosen = settings or load_settings()
    return Lake.open(chosen.lake_dir, chosen.lake_url)


def shared_lake() -> Lake:
    """Return the lake of this process, open for as long as it runs; nobody closes it."""
    settings = load_settings()
    return _lake(os.getpid(), str(settings.lake_dir), settings.lake_url)


@lru_cache(maxsize=4)
def _lake(_process: int, _folder: str, _database: str) -> Lake:
    return open_lake()


def ensure_lake_workspaces(lake: Lake) -> None:
    """Give every workspace its place in the lake; those that have one keep it."""
    for slug, timezone in Workspace.objects.values_list("slug", "timezone"):
        lake.create_workspace(slug, timezone=timezone)


@activity.subscribe("workspace.created")
def create_lake_workspace(_created: Activity) -> None:
    """Follow a new workspace with its place in the lake, once the workspace is committed."""
    with open_lake() as lake:
        ensure_lake_workspaces(lake)

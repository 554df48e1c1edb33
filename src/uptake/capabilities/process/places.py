"""Where the events of processes lie: in the workspace's folder of the lake, a folder a process.

``events-<log>.parquet`` and ``cases-<log>.parquet`` hold what the worker last read; a delivery's
own copy is named after its number. Only the server's own user reads them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from uptake.capabilities.process.models import LogDelivery, Process
from uptake.foundation.lake import shared_lake
from uptake.store.writer import RECORDS


def folder_of(process: Process) -> Path:
    """Return the folder of a process."""
    workspace = shared_lake().folder(process.workspace.slug)
    place = workspace / RECORDS / f"process-{process.pk}"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def name_of_delivery(delivery: LogDelivery) -> str:
    """Return the name under which a delivery's log lies."""
    return f"delivery-{delivery.pk:06d}"


def forget_folder(folder: Path) -> None:
    """Remove every event that is kept of a process."""
    shutil.rmtree(folder, ignore_errors=True)

"""Where delivered records lie: in the workspace's folder of the lake, a folder a standard.

``000012.parquet`` holds the rows that delivery 12 brought, all of them text; ``judged-3.parquet``
the records that version 3 found unfit, ``authors-3.parquet`` what it says of their authors,
``uses-3.parquet`` who used whose records, ``sample-7.parquet`` what the records of sample 7 hold.
Only the server's own user reads them, and pages through ``own``, ``uses`` and ``rated`` alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from uptake.capabilities.records.models import DataStandard, Delivery, RatedSample, StandardVersion
from uptake.foundation.lake import shared_lake
from uptake.store.writer import RECORDS

REJECTS = ".rejects.csv"


def folder_of(standard: DataStandard) -> Path:
    """Return the folder of a standard's records."""
    workspace = shared_lake().folder(standard.workspace.slug)
    place = workspace / RECORDS / str(standard.pk)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def rows_path(delivery: Delivery) -> Path:
    """Return where the rows of a delivery lie."""
    return folder_of(delivery.standard) / f"{delivery.pk:06d}.parquet"


def rejects_path(delivery: Delivery) -> Path:
    """Return where the rows lie that could not be read."""
    return folder_of(delivery.standard) / f"{delivery.pk:06d}{REJECTS}"


def unfit_path(version: StandardVersion) -> Path:
    """Return where the records lie that a version found unfit."""
    return folder_of(version.standard) / f"judged-{version.number}.parquet"


def authors_path(version: StandardVersion) -> Path:
    """Return where it lies what a version says of authors."""
    return folder_of(version.standard) / f"authors-{version.number}.parquet"


def uses_path(version: StandardVersion) -> Path:
    """Return where it lies who used whose records."""
    return folder_of(version.standard) / f"uses-{version.number}.parquet"


def sample_path(sample: RatedSample) -> Path:
    """Return where it lies what the records of a sample say."""
    return folder_of(sample.version.standard) / f"sample-{sample.pk}.parquet"


def forget_judged(standard: DataStandard) -> None:
    """Remove what was judged, to be judged anew."""
    for pattern in ("judged-*.parquet", "authors-*.parquet", "uses-*.parquet"):
        for path in folder_of(standard).glob(pattern):
            path.unlink(missing_ok=True)


def forget_all(standard: DataStandard) -> None:
    """Remove everything that was delivered and judged."""
    shutil.rmtree(folder_of(standard), ignore_errors=True)

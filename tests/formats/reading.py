"""Read a file of events in one call, and look at what came out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from uptake.formats import EventCounts, open_table, propose_mapping, read_events


@dataclass(frozen=True, slots=True)
class Reading:
    events: pa.Table
    counts: EventCounts
    rejects: list[tuple[int, str, str]]
    warnings: tuple[str, ...]

    def column(self, name: str) -> list[object]:
        return self.events.column(name).to_pylist()

    @property
    def times(self) -> list[str]:
        return [
            time.strftime("%Y-%m-%d %H:%M:%S") for time in self.events["occurred_at"].to_pylist()
        ]


def read(
    path: Path,
    *,
    timezone: str | None = None,
    origin: date | None = None,
    encoding: str | None = None,
    **roles: str,
) -> Reading:
    rejects = path.with_name(path.name + ".rejects.csv")
    with open_table(path, encoding=encoding) as table:
        mapping = propose_mapping(table).override(roles, origin=origin)
        file = read_events(table, mapping, source_id="test", rejects=rejects, timezone=timezone)
        events = pa.Table.from_batches(list(file.batches())).cast(file.schema)
        return Reading(events, file.counts, rejected(rejects), file.warnings)


def rejected(path: Path) -> list[tuple[int, str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [(int(row["line"]), row["reason"], row["row"]) for row in csv.DictReader(file)]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


EVENTS = """user,time,event,team
Zoë,2024-03-01 08:00:00,opened,Größe
Bob,2024-03-01 09:30:00,saved,Kö
Zoë,2024-03-02 10:00:00,"saved, twice",Kö
"""

"""Import a file in a process of its own and print the most memory it took, in MiB."""

from __future__ import annotations

import sys
from pathlib import Path

from uptake.formats import open_table, plain_text, propose_mapping, read_events
from uptake.store import Lake
from uptake.store.bulk import bulk_load

CHUNK_ROWS = 30_000


def main(path: Path) -> None:
    plain_text.PIECE = 1 << 20
    lake = Lake.open(path.parent / path.stem, f"sqlite:///{path.with_suffix('.sqlite3')}")
    lake.create_workspace("acme")
    with open_table(path) as table:
        file = read_events(table, propose_mapping(table), source_id="log")
        bulk_load(
            lake, "acme", file.batches(), import_key="log", content_keyed=True,
            chunk_rows=CHUNK_ROWS,
        )  # fmt: skip
    lake.close()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    sys.stdout.write(str(int(peak.split()[1]) // 1024))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

#!/usr/bin/env python
"""Break real files for as long as is asked, and say what is neither read nor refused.

Logs and tables of any kind, drawings (.bpmn, .pnml), and YAML of processes, standards and mappings.
Run from the checkout: ``python tools/fuzz_logs.py --seconds 600 --seed 1 ../shared/data/process/*``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.formats.mutated_logs import CHOICES, mutations, plain

from uptake.capabilities.process.intended_files import load_intended
from uptake.capabilities.records.reading import load_standard
from uptake.formats import load_mapping, open_table
from uptake.formats.case_logs import open_case_log
from uptake.store.errors import UptakeError

DRAWN = {".bpmn", ".pnml"}
WRITTEN = {".yaml", ".yml"}
TABLE = "user,time,event\nann,2025-03-31 14:05,opened\nbob,2025-03-31 14:06,saved\n"
"""To which mappings are fitted."""


def main() -> int:
    """Return how many broken files were neither."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    share = said.seconds / len(said.files)
    return sum(_broken(path, said.seed, time.monotonic() + share) for path in said.files)


def _broken(path: Path, seed: int, end: float) -> int:
    """Break one file until its time is over; whatever is neither read nor refused is kept."""
    tried = found = 0
    slowest = 0.0
    folder = Path(tempfile.mkdtemp(prefix="uptake-fuzz-"))
    read, whole = _reader(path, folder)
    for content in mutations(whole, seed):
        if time.monotonic() > end:
            break
        tried += 1
        broken = folder / "log"
        broken.write_bytes(content)
        begin = time.process_time()
        try:
            read(broken)
        except UptakeError:
            pass
        except Exception:  # what else there can be is what is looked for
            found += 1
            broken.rename(folder / f"{tried}")
            traceback.print_exc(limit=-3)
        slowest = max(slowest, time.process_time() - begin)
    print(f"{path.name}: {tried} tried, {found} neither, slowest {slowest:.2f} s, in {folder}")
    return found


def _reader(path: Path, folder: Path) -> tuple[Callable[[Path], object], bytes]:
    """What reads such a file, and what it holds."""
    if path.suffix in DRAWN:
        return load_intended, path.read_bytes()
    if path.suffix not in WRITTEN:
        return partial(open_case_log, choices=CHOICES), plain(path)
    content = path.read_bytes()
    if b"\nroles:" in b"\n" + content and b"steps:" not in content:
        (folder / "table.csv").write_text(TABLE)
        return partial(load_mapping, table=open_table(folder / "table.csv")), content
    return (load_standard if b"standard:" in content else load_intended), content


if __name__ == "__main__":
    sys.exit(main())

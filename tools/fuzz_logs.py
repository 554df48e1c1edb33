#!/usr/bin/env python
"""Break real logs for as long as is asked, and say what is neither read nor refused.

Run from the checkout: ``python tools/fuzz_logs.py --seconds 600 --seed 1 ../shared/data/process/*``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.formats.mutated_logs import CHOICES, mutations, plain

from uptake.formats.case_logs import open_case_log
from uptake.store.errors import UptakeError


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
    for content in mutations(plain(path), seed):
        if time.monotonic() > end:
            break
        tried += 1
        broken = folder / "log"
        broken.write_bytes(content)
        begin = time.process_time()
        try:
            open_case_log(broken, CHOICES)
        except UptakeError:
            pass
        except Exception:  # what else there can be is what is looked for
            found += 1
            broken.rename(folder / f"{tried}")
            traceback.print_exc(limit=-3)
        slowest = max(slowest, time.process_time() - begin)
    print(f"{path.name}: {tried} tried, {found} neither, slowest {slowest:.2f} s, in {folder}")
    return found


if __name__ == "__main__":
    sys.exit(main())

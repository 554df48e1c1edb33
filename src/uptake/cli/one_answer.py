"""What libraries do at their start for programs that run long, and a command can do without."""

from __future__ import annotations

import gc
import os
import sys

from uptake.cli.arrow_alone import leave_pandas_out

OBJECTS_BETWEEN_LOOKS = 100_000
"""New objects after which Python looks for those that only hold each other; otherwise 700."""

BLAS_THREADS = "OPENBLAS_NUM_THREADS"


def load_for_one_answer() -> None:
    """Load arrays for a command that reads, answers and ends.

    Python looks for cycles seldom, for hardly any garbage is made before the end. NumPy's linear
    algebra starts no threads, which wait by turning; whoever sets their number has them.
    """
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    if "numpy" not in sys.modules:
        os.environ.setdefault(BLAS_THREADS, "1")
    leave_pandas_out()

"""Libraries as a command that answers once needs them."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOOK = (
    "import os; from uptake.cli.one_answer import load_for_one_answer; load_for_one_answer(); "
    "print(os.environ['OPENBLAS_NUM_THREADS'])"
)


@pytest.mark.parametrize(("said", "has"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_linear_algebra_starts_the_threads_that_are_asked_for(
    said: dict[str, str], has: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=said, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == has

"""Short questions over files are answered in every thread and after every fork."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from uptake.store.engine import rows_of

COUNT = "SELECT count(*) FROM range(2000000) WHERE range % 3 = 0"
FORK = f"""
import os, signal
from uptake.store.engine import rows_of
rows_of({COUNT!r})
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
signal.alarm(20)
os._exit(0 if rows_of({COUNT!r}) == [(666667,)] else 1)
"""


def test_threads_ask_at_the_same_time() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(rows_of, [COUNT] * 24))

    assert answers == [[(666_667,)]] * 24


def test_a_process_forked_after_a_question_is_answered_as_well() -> None:
    ended = subprocess.run([sys.executable, "-c", FORK], check=False)

    assert ended.returncode == 0

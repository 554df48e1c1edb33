"""Processes for tests to kill: forked in milliseconds from one that has imported everything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Actor:
    """A running process of the stage."""

    pid: int
    _stage: Stage

    def kill(self) -> int:
        """Kill it as a power loss would; how it ended (-9, if it was still running)."""
        os.kill(self.pid, signal.SIGKILL)
        return self.join()

    def join(self) -> int:
        """Wait for its end; 0 when it ended well, -9 when it was killed."""
        return self._stage.ask(wait=self.pid)


class Stage:
    """Starts functions of ``crash_roles`` as processes of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, role: str, *arguments: object) -> Actor:
        """Run a function of ``crash_roles`` with these arguments."""
        return Actor(self.ask(role=role, arguments=[str(each) for each in arguments]), self)

    def ask(self, **question: object) -> int:
        """Put a question to the forking process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def open_stage() -> Iterator[Stage]:
    """A stage; whoever still plays at the end is killed."""
    folders = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    process = subprocess.Popen(
        [sys.executable, "-W", "error", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": folders},
    )
    try:
        yield Stage(process)
    finally:
        process.communicate()


def main() -> None:
    """Answer questions: fork a role (its process id), or wait for one (how it ended)."""
    import crash_roles
    import pandas as pd  # duckdb imports it late, which takes longer than many a role lives

    assert pd
    alive: set[int] = set()
    for line in sys.stdin:
        question = json.loads(line)
        if "wait" in question:
            _, status = os.waitpid(question["wait"], 0)
            alive.discard(question["wait"])
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = fork(getattr(crash_roles, question["role"]), question["arguments"])
            alive.add(answer)
        print(answer, flush=True)  # noqa: T201  # the answer
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def fork(role: object, arguments: list[str]) -> int:
    """Run a function in a child; its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        role(*arguments)  # type: ignore[operator]  # a function of crash_roles
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()

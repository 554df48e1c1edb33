"""Idle database connections, kept for the next caller of the same process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    """Anything with ``close``."""

    def close(self) -> None:
        """Let go."""


C = TypeVar("C", bound=Closable)


class Pool(Generic[C]):
    """Connections by last use; one that failed is closed, and a forked child starts afresh.

    ``is_alive`` is asked about an idle connection before it is lent again.
    """

    def __init__(
        self, connect: Callable[[], C], is_alive: Callable[[C], bool] = lambda _: True
    ) -> None:
        self._connect = connect
        self._is_alive = is_alive
        self._idle: list[C] = []
        self._process = os.getpid()

    @contextmanager
    def connection(self) -> Iterator[C]:
        """Borrow a connection; after an error it is closed instead of kept."""
        connection = self._take()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> C:
        if self._process != os.getpid():  # the parent's connections are not ours to touch
            self._process, self._idle = os.getpid(), []
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._connect()
            if self._is_alive(connection):
                return connection
            connection.close()

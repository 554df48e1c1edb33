"""Prepared answers, kept on disk for every process until newer ones are there.

An answer to a question about a workspace is a *pack*: one file of named parts (one an account,
say), each encoded by itself, so that a page reads only the part it shows. Packs are replaced whole,
by an atomic rename, and mapped into memory, so processes share them. A pack older than the data
is served with its age while the worker prepares anew; one that was prepared before somebody was
erased is never served. Only what may be shown is kept: groups, rounded and suppressed.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

FORM = 1
"""Version of what packs hold; raised when a view changes its fields."""

SUFFIX = ".pack"
MARK_SECONDS = 60.0
DECODED = 256
"""Decoded parts that a process keeps."""

_SAFE = re.compile(r"[^a-z0-9-]+")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What answers depend on, as of now.

    ``lake`` rises with every load, ``records`` with every change to people, accounts, contracts and
    populations, ``erasures`` changes whenever somebody is erased, ``minimum_people`` is the
    workspace's k.
    """

    lake: int
    records: int
    erasures: str
    minimum_people: int


@dataclass(frozen=True, slots=True)
class Meta:
    """About a pack: the question, what it rests on, when and how long it was computed."""

    form: int
    question: str
    stamp: Stamp
    as_of: date | None
    computed_at: datetime
    seconds: float
    settings: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """Parts of an answer by name, encoded, and the last day they are about."""

    parts: Mapping[str, bytes]
    as_of: date | None
    settings: str


@dataclass(frozen=True, slots=True)
class _Header:
    meta: Meta
    index: dict[str, tuple[int, int]]


class Pack:
    """A pack that is mapped into memory."""

    __slots__ = ("_body", "_decoded", "_index", "_start", "meta")

    def __init__(self, body: mmap.mmap, header: _Header, start: int) -> None:
        self.meta = header.meta
        self._body, self._index, self._start = body, header.index, start
        self._decoded: OrderedDict[str, object] = OrderedDict()

    @property
    def names(self) -> frozenset[str]:
        """The names of its parts."""
        return frozenset(self._index)

    def part(self, name: str, kind: type[Value]) -> Value | None:
        """Return a part, decoded; None if there is none of that name."""
        if name not in self._index:
            return None
        found = self._decoded.get(name)
        if found is None:
            found = msgspec.json.decode(self._bytes(name), type=kind)
            self._decoded[name] = found
            while len(self._decoded) > DECODED:
                self._decoded.popitem(last=False)
        return found  # type: ignore[return-value]  # a part is asked for by one type alone

    def _bytes(self, name: str) -> bytes:
        offset, length = self._index[name]
        return self._body[self._start + offset : self._start + offset + length]


class Shelf:
    """The packs under one folder; safe between threads and processes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: dict[Path, tuple[tuple[int, int], Pack]] = {}
        self._marked: dict[Path, float] = {}
        self._locks: dict[Path, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(
        self,
        workspace: str,
        question: str,
        *,
        now: Stamp,
        stamp: Callable[[], Stamp],
        prepare: Callable[[], Prepared],
    ) -> Pack:
        """Return the newest pack that may be served; without one, prepare it while others wait.

        ``now`` is what was just read, ``stamp`` reads it again after waiting.
        """
        path = self._path(workspace, question)
        found = self._usable(path, now)
        if found is None:
            with self._alone(path):
                found = self._usable(path, stamp())
                if found is None:
                    self._prepare(path, question, stamp=stamp, prepare=prepare)
                    found = self._usable(path, stamp())
        if found is None:  # somebody was erased meanwhile, twice: the next one who asks finds it
            return self.get(workspace, question, now=stamp(), stamp=stamp, prepare=prepare)
        self._mark(path)
        return found

    def last(self, workspace: str, question: str, *, now: Stamp) -> Pack | None:
        """Return the newest pack that may be served, if there is one; nothing is prepared."""
        return self._usable(self._path(workspace, question), now)

    def renew(
        self,
        workspace: str,
        question: str,
        *,
        stamp: Callable[[], Stamp],
        prepare: Callable[[], Prepared],
    ) -> Meta:
        """Prepare a pack anew, while the one that is there goes on being served."""
        path = self._path(workspace, question)
        with self._alone(path):
            return self._prepare(path, question, stamp=stamp, prepare=prepare)

    def metas(self, workspace: str) -> Iterator[tuple[Meta, float]]:
        """Return what packs there are, with the moment each was last asked for."""
        for path in sorted(self.root.joinpath(workspace).glob(f"*{SUFFIX}")):
            try:
                pack, asked = self._load(path), path.stat().st_atime
            except (OSError, ValueError, msgspec.MsgspecError):
                path.unlink(missing_ok=True)
                continue
            yield pack.meta, asked

    def forget(self, workspace: str) -> int:
        """Delete every pack of a workspace; returns how many there were."""
        paths = list(self.root.joinpath(workspace).glob(f"*{SUFFIX}"))
        for path in paths:
            path.unlink(missing_ok=True)
            self._open.pop(path, None)
        return len(paths)

    def trim(self, workspace: str, most_bytes: int) -> int:
        """Delete packs that were not asked for longest until the rest fit; returns how many."""
        files = [(p.stat(), p) for p in self.root.joinpath(workspace).glob(f"*{SUFFIX}")]
        kept = sum(found.st_size for found, _ in files)
        removed = 0
        for found, path in sorted(files, key=lambda item: item[0].st_atime):
            if kept <= most_bytes or removed == len(files) - 1:
                break
            path.unlink(missing_ok=True)
            kept, removed = kept - found.st_size, removed + 1
        return removed

    def _path(self, workspace: str, question: str) -> Path:
        digest = hashlib.sha256(question.encode()).hexdigest()[:24]
        return self.root / workspace / f"{_SAFE.sub('-', question[:24].lower())}-{digest}{SUFFIX}"

    def _usable(self, path: Path, stamp: Stamp) -> Pack | None:
        try:
            pack = self._load(path)
        except (OSError, ValueError, msgspec.MsgspecError):
            self._open.pop(path, None)
            return None
        made = pack.meta.stamp
        same = (made.erasures, made.minimum_people) == (stamp.erasures, stamp.minimum_people)
        return pack if same and pack.meta.form == FORM else None

    def _load(self, path: Path) -> Pack:
        found = path.stat()
        identity = found.st_ino, found.st_mtime_ns
        known = self._open.get(path)
        if known is not None and known[0] == identity:
            return known[1]
        pack = _read(path)
        self._open[path] = (identity, pack)
        return pack

    def _prepare(
        self,
        path: Path,
        question: str,
        *,
        stamp: Callable[[], Stamp],
        prepare: Callable[[], Prepared],
    ) -> Meta:
        """Compute and write; again if somebody was erased while it was computed."""
        while True:
            before, begun = stamp(), time.monotonic()
            prepared = prepare()
            meta = Meta(
                form=FORM,
                question=question,
                stamp=before,
                as_of=prepared.as_of,
                computed_at=datetime.now().astimezone(),
                seconds=time.monotonic() - begun,
                settings=prepared.settings,
            )
            if stamp().erasures == before.erasures:
                _write(path, meta, prepared.parts)
                return meta

    def _mark(self, path: Path) -> None:
        """Note on disk that somebody asked, once a minute at most."""
        now = time.time()
        if now - self._marked.get(path, 0.0) < MARK_SECONDS:
            return
        self._marked[path] = now
        try:
            os.utime(path, ns=(int(now * 1e9), path.stat().st_mtime_ns))
        except FileNotFoundError:
            self._marked.pop(path, None)

    @contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """Be the only one, of all threads and processes, who prepares this pack."""
        with self._guard:
            lock = self._locks.setdefault(path, threading.Lock())
        path.parent.mkdir(parents=True, exist_ok=True)
        with lock, path.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def encode(value: object) -> bytes:
    """Encode a frozen dataclass as a part of a pack."""
    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: object) -> object:
    """The plain number of one of numpy's."""
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(f"{type(value).__name__} is no part of an answer")


def _read(path: Path) -> Pack:
    with path.open("rb") as file:
        body = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(body[:8], "little")
    header = msgspec.json.decode(body[8:start], type=_Header)
    return Pack(body, header, start)


def _write(path: Path, meta: Meta, parts: Mapping[str, bytes]) -> None:
    """Write a pack beside its place, then put it there at once; keeps when it was last asked."""
    index: dict[str, tuple[int, int]] = {}
    offset = 0
    for name, part in parts.items():
        index[name] = (offset, len(part))
        offset += len(part)
    header = msgspec.json.encode(_Header(meta, index))
    asked = path.stat().st_atime if path.exists() else time.time()
    draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.draft")
    with draft.open("wb") as file:
        file.write(len(header).to_bytes(8, "little"))
        file.write(header)
        file.writelines(parts.values())
    os.utime(draft, (asked, draft.stat().st_mtime))
    draft.replace(path)

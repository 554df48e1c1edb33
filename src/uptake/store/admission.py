"""Which events may come in at all: not those of erased people, nor those past retention."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.store.database import Session
from uptake.store.localtime import local_days
from uptake.store.manifest import day_of
from uptake.store.schema import TermKind
from uptake.store.terms import Dictionaries

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Admission:
    """What a workspace refuses: keyed hashes of people's identifiers, and days before ``first``."""

    key: bytes
    erased: frozenset[str]
    first: date | None

    def admit(self, events: pa.Table, dictionaries: Dictionaries, *, timezone: str) -> pa.Table:
        """The events that may be stored."""
        mask = self.mask(events, dictionaries, timezone=timezone)
        return events if mask.all() else events.filter(pa.array(mask))

    def mask(
        self, events: pa.Table, dictionaries: Dictionaries, *, timezone: str
    ) -> npt.NDArray[np.bool_]:
        """Which events may be stored."""
        if not self.erased and self.first is None:
            return np.ones(len(events), dtype=np.bool_)
        return self._living(events["person"], dictionaries) & self._recent(events, timezone)

    def _living(self, people: pa.ChunkedArray, dictionaries: Dictionaries) -> npt.NDArray[np.bool_]:
        """Rows of people who are not erased; only people without a code have to be looked up."""
        unique = pc.unique(people).to_pylist()
        unknown = (text for text in unique if dictionaries.code(TermKind.PERSON, text) is None)
        gone = [text for text in unknown if keyed_hash(self.key, text) in self.erased]
        if not gone:
            return np.ones(len(people), dtype=np.bool_)
        living: npt.NDArray[np.bool_] = pc.invert(
            pc.is_in(people, value_set=pa.array(gone, pa.string()))
        ).to_numpy()
        return living

    def _recent(self, events: pa.Table, timezone: str) -> npt.NDArray[np.bool_]:
        if self.first is None:
            return np.ones(len(events), dtype=np.bool_)
        days = local_days(events["occurred_at"].cast(pa.int64()).to_numpy(), timezone)
        recent: npt.NDArray[np.bool_] = days >= (self.first - date(1970, 1, 1)).days
        return recent


def read_admission(session: Session, workspace: str) -> Admission:
    """What a workspace refuses now."""
    erased = session.query("SELECT person_hash FROM lake_erasure WHERE workspace = ?", (workspace,))
    kept = session.query("SELECT first_day FROM lake_retention WHERE workspace = ?", (workspace,))
    return Admission(
        suppression_key(session, workspace) if erased else b"",
        frozenset(text for (text,) in erased),
        day_of(kept[0][0]) if kept else None,
    )


def erased_among(session: Session, workspace: str, people: Iterable[str]) -> dict[str, datetime]:
    """Those of the identifiers whose people were erased, and when."""
    rows = session.query(
        "SELECT person_hash, erased_at FROM lake_erasure WHERE workspace = ?", (workspace,)
    )
    if not rows:
        return {}
    key, erased_at = suppression_key(session, workspace), dict(rows)
    hashed = ((person, keyed_hash(key, person)) for person in people)
    return {
        person: datetime.fromtimestamp(erased_at[text] / 1000, UTC)
        for person, text in hashed
        if text in erased_at
    }


def keyed_hash(key: bytes, person: str) -> str:
    """HMAC-SHA256 of an identifier in hexadecimal: recognises it without keeping it."""
    return hmac.digest(key, person.encode(), "sha256").hex()


def suppression_key(session: Session, workspace: str) -> bytes:
    """The secret with which a workspace hashes identifiers; empty before ``create_key``."""
    rows = session.query(
        "SELECT secret FROM lake_suppression_key WHERE workspace = ?", (workspace,)
    )
    return bytes.fromhex(rows[0][0]) if rows else b""


def create_key(session: Session, workspace: str) -> bytes:
    """The secret of a workspace, made at first use."""
    session.execute(
        "INSERT INTO lake_suppression_key (workspace, secret) VALUES (?, ?) "
        "ON CONFLICT (workspace) DO NOTHING",
        (workspace, secrets.token_hex(KEY_BYTES)),
    )
    return suppression_key(session, workspace)

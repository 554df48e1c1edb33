"""Who is who in the lake: identifiers that turned out to stand for one person.

Files keep the code under which an event was acknowledged, for good. A row of ``lake_alias`` says
whose that code is; readers apply it (views.py), so what was stored before somebody signed in counts
for them as soon as it is known. Rows are flat: whom a code stands for stands for nobody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.store.admission import erased_among
from uptake.store.database import Session
from uptake.store.manifest import Manifest
from uptake.store.schema import NO_TERM, TermKind
from uptake.store.terms import NewTerm

if TYPE_CHECKING:
    from uptake.store.lake import Lake

Codes = npt.NDArray[np.int32]

ALIAS_TABLE = "lake_aliases"
"""The relation (person, same_as) that a reader's connection has while there are aliases."""

NAMES_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Aliases:
    """Codes that stand for another person's, ascending, and whose they are."""

    codes: Codes
    people: Codes

    def __len__(self) -> int:
        """How many codes stand for another's."""
        return len(self.codes)

    @classmethod
    def of(cls, same_as: Mapping[int, int]) -> Aliases:
        """The aliases of a mapping from code to person."""
        codes = sorted(same_as)
        return cls(
            np.array(codes, dtype=np.int32),
            np.array([same_as[code] for code in codes], dtype=np.int32),
        )

    def among(self, people: Codes) -> Aliases:
        """Those of the aliases whose code is one of these (ascending)."""
        if not len(self.codes) or not len(people):
            return NO_ALIASES
        at = np.searchsorted(people, self.codes).clip(max=len(people) - 1)
        kept = people[at] == self.codes
        return Aliases(self.codes[kept], self.people[kept])

    def digest(self) -> str:
        """A name for exactly these aliases; empty for none."""
        if not len(self.codes):
            return ""
        content = self.codes.tobytes() + self.people.tobytes()
        return hashlib.blake2b(content, digest_size=12).hexdigest()

    def table(self) -> pa.Table:
        """The rows of the relation ``ALIAS_TABLE``."""
        return pa.table({"person": pa.array(self.codes), "same_as": pa.array(self.people)})

    def pairs(self) -> dict[int, int]:
        """Whom each code stands for."""
        return dict(zip(self.codes.tolist(), self.people.tolist(), strict=True))


NO_ALIASES = Aliases(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))


class AliasCache:
    """The aliases of one workspace, kept between snapshots; only what is new is read again."""

    __slots__ = ("_aliases", "_version")

    def __init__(self) -> None:
        self._aliases = NO_ALIASES
        self._version = -1

    def aliases(self, session: Session, manifest: Manifest) -> Aliases:
        """The aliases at the manifest's version, read in the manifest's transaction."""
        aliases, version = self._aliases, self._version
        if manifest.version > version:
            rows = _rows_since(session, manifest.workspace, version)
            aliases = Aliases.of(aliases.pairs() | rows) if rows else aliases
            self._aliases, self._version = aliases, manifest.version
        return aliases


def join_people(lake: Lake, workspace: str, same_as: Mapping[str, str]) -> int:
    """Count what identifiers did and will do as done by the people they stand for.

    Says how many identifiers this was news about. What names an erased person is left out. Told
    twice about one identifier, the last word counts; told that a person stands for somebody who
    stands for them already, nothing happens.
    """
    with lake.writing(workspace) as writer:
        with lake.database.reading() as session:
            told = _admitted(session, workspace, same_as)
            names = {text for pair in told.items() for text in pair}
            known = codes_of(session, workspace, names)
            before = read_aliases(session, workspace)
            last = _last_code(session, workspace)
        fresh = sorted(names - known.keys())
        terms = [NewTerm(TermKind.PERSON, code, text) for code, text in enumerate(fresh, last + 1)]
        known |= {term.text: term.code for term in terms}
        after = joined(before, [(known[name], known[person]) for name, person in told.items()])
        news = {code: person for code, person in after.items() if before.get(code) != person}
        if news:
            writer.commit(terms=terms, also=partial(_write, workspace, news))
    return len(news)


def joined(before: Mapping[int, int], told: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Whom each code stands for after it was told that codes stand for others, one by one."""
    after = dict(before)
    followers: dict[int, set[int]] = {}
    for code, person in after.items():
        followers.setdefault(person, set()).add(code)
    for code, person in told:
        end = after.get(person, person)
        if end == code or after.get(code) == end:
            continue
        followers.get(after.get(code, NO_TERM), set()).discard(code)
        moved = {code, *followers.pop(code, ())}
        after |= dict.fromkeys(moved, end)
        followers.setdefault(end, set()).update(moved)
    return after


def read_aliases(session: Session, workspace: str) -> dict[int, int]:
    """Whom each code of a workspace stands for."""
    return _rows_since(session, workspace, -1)


def together(aliases: Mapping[int, int], people: Collection[int]) -> set[int]:
    """These codes and every other one that stands for the same people."""
    ends = {aliases.get(code, code) for code in people}
    return {*people, *ends, *(code for code, person in aliases.items() if person in ends)}


def codes_of(session: Session, workspace: str, people: Collection[str]) -> dict[str, int]:
    """The codes of those of the identifiers that have one."""
    names = sorted(people)
    found: dict[str, int] = {}
    for start in range(0, len(names), NAMES_AT_ONCE):
        part = names[start : start + NAMES_AT_ONCE]
        rows = session.query(
            "SELECT text, code FROM lake_term WHERE workspace = ? AND kind = ? "
            f"AND text IN ({', '.join('?' * len(part))})",
            (workspace, TermKind.PERSON.value, *part),
        )
        found |= {text: int(code) for text, code in rows}
    return found


def names_of(session: Session, workspace: str, people: Collection[int]) -> list[str]:
    """The identifiers of codes, as far as they are not forgotten."""
    codes = sorted(people)
    found: list[str] = []
    for start in range(0, len(codes), NAMES_AT_ONCE):
        part: Sequence[int] = codes[start : start + NAMES_AT_ONCE]
        rows = session.query(
            "SELECT text FROM lake_term WHERE workspace = ? AND kind = ? AND text IS NOT NULL "
            f"AND code IN ({', '.join('?' * len(part))}) ORDER BY text",
            (workspace, TermKind.PERSON.value, *part),
        )
        found += [text for (text,) in rows]
    return found


def identifiers_of(session: Session, workspace: str, person: str) -> list[str]:
    """Every identifier of whoever this one stands for, this one included if it is known."""
    codes = codes_of(session, workspace, [person])
    return names_of(
        session, workspace, together(read_aliases(session, workspace), [*codes.values()])
    )


def known_as(session: Session, workspace: str) -> dict[str, str]:
    """The person that each identifier stands for which stands for another than itself."""
    rows = session.query(
        "SELECT other.text, own.text FROM lake_alias AS alias "
        "JOIN lake_term AS other ON other.workspace = alias.workspace AND other.kind = ? "
        "AND other.code = alias.person "
        "JOIN lake_term AS own ON own.workspace = alias.workspace AND own.kind = ? "
        "AND own.code = alias.same_as "
        "WHERE alias.workspace = ? AND other.text IS NOT NULL AND own.text IS NOT NULL",
        (TermKind.PERSON.value, TermKind.PERSON.value, workspace),
    )
    return dict(rows)


def without_anybody(
    session: Session, workspace: str, absent: Collection[int], *, present: Collection[int]
) -> list[int]:
    """Those of the codes without events whose people have none under another code either."""
    aliases = read_aliases(session, workspace)
    there = {aliases.get(code, code) for code in present}
    return sorted(code for code in absent if aliases.get(code, code) not in there)


def _admitted(session: Session, workspace: str, same_as: Mapping[str, str]) -> dict[str, str]:
    gone = erased_among(session, workspace, {text for pair in same_as.items() for text in pair})
    return {
        name: person
        for name, person in same_as.items()
        if name != person and name not in gone and person not in gone
    }


def _last_code(session: Session, workspace: str) -> int:
    rows = session.query(
        "SELECT COALESCE(MAX(code), 0) FROM lake_term WHERE workspace = ? AND kind = ?",
        (workspace, TermKind.PERSON.value),
    )
    return int(rows[0][0])


def _rows_since(session: Session, workspace: str, version: int) -> dict[int, int]:
    rows = session.query(
        "SELECT person, same_as FROM lake_alias WHERE workspace = ? AND version > ?",
        (workspace, version),
    )
    return {int(code): int(person) for code, person in rows}


def _write(workspace: str, news: Mapping[int, int], session: Session, version: int) -> None:
    session.execute_many(
        "INSERT INTO lake_alias (workspace, person, same_as, version) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (workspace, person) DO UPDATE SET same_as = excluded.same_as, "
        "version = excluded.version",
        [(workspace, code, person, version) for code, person in sorted(news.items())],
    )

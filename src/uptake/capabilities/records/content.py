"""What rules cannot see in one record alone: the same thing twice, and notes others understand."""
# ruff: noqa: S608  (SQL is composed from quoted names of our own making)

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import duckdb
import numpy as np

from uptake.capabilities.records.judging import Judged, filled, is_system
from uptake.capabilities.records.standard import FieldStandard, RecordRole
from uptake.capabilities.records.versions import Versions
from uptake.methods.quality.clarity import ALIKE, clarity, likeness
from uptake.methods.quality.duplicates import Uniqueness, uniqueness
from uptake.methods.statistics.proportions import Share

Ask = Callable[[str], duckdb.DuckDBPyConnection]

MOST_COMPARED = 200_000
"""Records compared with each other; of more, the last ones entered."""

MOST_NOTES = 5_000
"""Notes that are read; of more, a repeatable sample."""


@dataclass(frozen=True, slots=True)
class NoteReading:
    """What rules find in notes; each share is of the notes read.

    ``copied``: notes nearly the same as an earlier one of their author, of those that had one.
    ``reading_ease``: median Flesch score, advice only.
    """

    read: int
    clear: Share
    long_enough: Share
    somebody: Share
    next_step: Share
    dated: Share
    without_bare_acronyms: Share
    copied: Share | None
    reading_ease: float | None


def repeated_records(judged: Judged, versions: Versions) -> Uniqueness | None:
    """Look for records that say nearly the same; None where the standard does not ask."""
    unique = judged.standard.unique
    if unique is None or not set(unique.same + unique.within) <= set(versions.fields):
        return None
    told = _Told.of(judged, versions, unique.same + unique.within)
    found = told.rows(judged.connection.execute, most=MOST_COMPARED)
    many = len(unique.same)
    return uniqueness(
        [" ".join(row[:many]).strip() for row in found],
        [_block(row[many:]) if unique.within else "all" for row in found],
    )


def _block(values: Sequence[str]) -> str:
    """What records must share to be compared; empty where nothing is said."""
    return "\x1f".join(values).casefold() if any(values) else ""


def notes_read(judged: Judged, versions: Versions) -> NoteReading | None:
    """Read the notes that the standard names; None where it names none or none is written."""
    note = judged.standard.note
    if note is None or note.field not in versions.fields:
        return None
    rows = _Told.of(judged, versions, (note.field,)).written(judged.connection.execute)
    if not rows:
        return None
    if len(rows) > MOST_NOTES:
        rows = _whole_authors(rows)
    read = [
        clarity(text, fewest_words=note.fewest_words, glossary=frozenset(note.glossary))
        for _, text in rows
    ]
    eases = [found.reading_ease for found in read if found.reading_ease is not None]

    def share(flags: list[bool]) -> Share:
        return Share(sum(flags), len(flags))

    return NoteReading(
        read=len(read),
        clear=share([found.is_clear for found in read]),
        long_enough=share([found.is_long_enough for found in read]),
        somebody=share([found.names_somebody for found in read]),
        next_step=share([found.names_a_next_step for found in read]),
        dated=share([found.names_a_date for found in read]),
        without_bare_acronyms=share([not found.bare for found in read]),
        copied=_copied(rows),
        reading_ease=float(np.median(eases)) if eases else None,
    )


def _copied(rows: list[tuple[str, str]]) -> Share | None:
    alike = compared = 0
    for author, own in groupby(sorted(rows, key=itemgetter(0)), key=itemgetter(0)):
        scores = likeness([text for _, text in own]) if author else np.empty(0)
        known = scores[~np.isnan(scores)]
        alike += int(np.count_nonzero(known >= ALIKE))
        compared += len(known)
    return Share(alike, compared) if compared else None


def _whole_authors(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """About ``MOST_NOTES`` notes: each author's are kept together, for they are compared."""
    generator = np.random.default_rng(7)
    authors = sorted({author for author, _ in rows})
    order = dict(zip(authors, generator.permutation(len(authors)).tolist(), strict=True))
    by_author = sorted(range(len(rows)), key=lambda row: (order[rows[row][0]], row))
    return [rows[row] for row in sorted(by_author[:MOST_NOTES])]


@dataclass(frozen=True, slots=True)
class _Told:
    """What versions say in some fields, as SQL: ``record``, ``author``, ``moment``, ``t0``, ...

    ``t`` is empty where a placeholder stands. ``said``: whether a version says something at all;
    in a log of changed fields an empty one says nothing.
    """

    sql: str
    said: tuple[str, ...]
    has_history: bool
    person: str

    @classmethod
    def of(cls, judged: Judged, versions: Versions, names: Sequence[str]) -> _Told:
        """``names``: fields that the versions hold."""
        roles, standard = versions.roles, judged.standard
        at = next((roles[r] for r in (RecordRole.AT, RecordRole.ENTERED) if r in roles), None)
        record = roles.get(RecordRole.RECORD)
        raw = [f"coalesce(trim(({versions.fields[n].value})::VARCHAR), '')" for n in names]
        columns = [
            f"coalesce({record or 'NULL'}, 'row ' || row_number() OVER ()) AS record",
            f"coalesce({roles.get(RecordRole.AUTHOR, 'NULL::VARCHAR')}, '') AS author",
            f"coalesce({at or 'NULL'}, TIMESTAMPTZ '-infinity') AS moment",
            *(f"{text} AS v{n}" for n, text in enumerate(raw)),
        ]
        kinds = {field.name: field for field in standard.fields}
        texts = [
            f"coalesce({filled(n, kinds.get(name, FieldStandard(name)), standard)}, '') AS t{n}"
            for n, name in enumerate(names)
        ]
        kept = ", ".join(
            ("record", "author", "moment", *texts, *(f"v{n}" for n in range(len(raw))))
        )
        source = f"SELECT {', '.join(columns)} FROM {versions.relation} WHERE {versions.only}"
        return cls(
            sql=f"SELECT {kept} FROM ({source})",
            said=tuple(f"v{n} <> ''" if standard.is_sparse else "true" for n in range(len(names))),
            has_history=record is not None and at is not None,
            person=f"CASE WHEN {is_system(standard.system_authors)} THEN '' ELSE author END",
        )

    def rows(self, ask: Ask, *, most: int) -> list[tuple[str, ...]]:
        """What each record says in the fields as it stands; of more than ``most`` the newest."""
        newest = self._newest() if self.has_history else self.sql
        picked = ", ".join(f"t{n}" for n in range(len(self.said)))
        found: list[tuple[str, ...]] = ask(
            f"SELECT {picked} FROM (SELECT * FROM ({newest}) ORDER BY moment DESC, record "
            f"LIMIT {most}) ORDER BY moment, record"
        ).fetchall()
        return found

    def written(self, ask: Ask) -> list[tuple[str, str]]:
        """Who wrote what stands in the first field, oldest first; no person: an empty name."""
        found = self.sql
        if self.has_history:
            found = (
                "SELECT record, t0, arg_min(author, moment) AS author, min(told.moment) AS moment "
                f"FROM ({self.sql}) AS told JOIN (SELECT record, t0 FROM ({self._newest()})) "
                "USING (record, t0) GROUP BY record, t0"
            )
        rows: list[tuple[str, str]] = ask(
            f"SELECT {self.person} AS author, t0 FROM ({found}) WHERE t0 <> '' "
            "ORDER BY moment, record"
        ).fetchall()
        return rows

    def _newest(self) -> str:
        """The newest that was said of each record."""
        newest = ", ".join(
            f"coalesce(arg_max(t{n}, moment) FILTER ({said}), '') AS t{n}"
            for n, said in enumerate(self.said)
        )
        return f"SELECT record, max(moment) AS moment, {newest} FROM ({self.sql}) GROUP BY record"

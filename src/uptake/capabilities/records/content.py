"""What rules cannot see in one record alone: the same thing twice, and notes others understand."""
# ruff: noqa: S608  (SQL is composed from quoted names of our own making)

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from uptake.capabilities.records.judging import Judged
from uptake.capabilities.records.standard import RecordRole
from uptake.capabilities.records.versions import Versions
from uptake.methods.quality.clarity import ALIKE, clarity, likeness
from uptake.methods.quality.duplicates import Uniqueness, uniqueness
from uptake.methods.statistics.proportions import Share

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
    same = " || ' ' || ".join(_text(versions, name) for name in unique.same)
    within = " || '\x1f' || ".join(f"lower({_text(versions, name)})" for name in unique.within)
    found = _last_rows(judged, versions, {"same": same, "block": within or "'all'"}, MOST_COMPARED)
    return uniqueness(
        [str(text or "") for text in found["same"]], [str(text or "") for text in found["block"]]
    )


def notes_read(judged: Judged, versions: Versions) -> NoteReading | None:
    """Read the notes that the standard names; None where it names none or none is written."""
    note = judged.standard.note
    if note is None or note.field not in versions.fields:
        return None
    found = _last_rows(judged, versions, {"note": _text(versions, note.field)}, None)
    rows = [
        (str(author or ""), str(text))
        for author, text in zip(found["author"], found["note"], strict=True)
        if text and str(text).casefold() not in judged.standard.placeholders
    ]
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


def _text(versions: Versions, name: str) -> str:
    return f"coalesce(trim(({versions.fields[name].value})::VARCHAR), '')"


def _last_rows(
    judged: Judged, versions: Versions, columns: dict[str, str], most: int | None
) -> dict[str, np.ndarray]:
    """Texts of each record's last version, oldest first, with who wrote it."""
    roles = versions.roles
    record = roles.get(RecordRole.RECORD)
    order = next((roles[role] for role in (RecordRole.AT, RecordRole.ENTERED) if role in roles), "")
    picked = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    author = roles.get(RecordRole.AUTHOR, "NULL::VARCHAR")
    last = (
        f" QUALIFY row_number() OVER (PARTITION BY {record} ORDER BY {order} DESC NULLS LAST) = 1"
        if record and order
        else ""
    )
    sql = (
        f"SELECT {picked}, {author} AS author, {order or 'NULL'} AS written "
        f"FROM {versions.relation} WHERE {versions.only}{last}"
    )
    limit = f" ORDER BY written DESC LIMIT {most}" if most else ""
    rows: dict[str, np.ndarray] = judged.connection.execute(
        f"SELECT * EXCLUDE (written) FROM (SELECT * FROM ({sql}){limit}) ORDER BY written"
    ).fetchnumpy()
    return rows

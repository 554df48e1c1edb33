"""Behind closed doors: somebody's own records, and the list of unfit records for those who mend.

Who made a record is told to that person alone; the list names records, not people.
"""
# ruff: noqa: S608  (SQL is composed from quoted texts of our own making)

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.records import places
from uptake.capabilities.records.judging import RULES_A_WORD
from uptake.capabilities.records.models import DataStandard, Judgement, Outcome, StandardVersion
from uptake.capabilities.records.queries import (
    access_standard,
    judgement_of,
    newest,
    newest_judgement,
)
from uptake.formats.values import list_sql, text_sql
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.store.engine import rows_of

MOST_LISTED = 100_000
MOST_OWN = 50
NOTHING_LISTED = "Nothing has been judged by this standard yet; come back once it has."


@dataclass(frozen=True, slots=True)
class UnfitRecord:
    """A record that is not fit for use, and what does not hold."""

    record: str
    group: str
    entered: datetime | None
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """What a standard says of one person's records, for that person.

    ``charged``: records judged as they left them after a day; ``mended``: records of others that
    they put right. ``unfit``: theirs that are not fit now, the newest first, ``many`` in all.
    """

    standard: DataStandard
    charged: int
    fit: int
    mended: int
    unfit: tuple[UnfitRecord, ...]
    many: int


def own_records(actor: Actor) -> list[OwnRecords]:
    """Return what every standard says of the actor's own records; needs no permission.

    Raises:
        NotFound: nobody has said which person the actor is.
    """
    person = person_of(actor)
    if person is None:
        raise NotFound(
            "Nobody has said which person you are in the data; ask an owner to link you under "
            "Settings, Members."
        )
    found = []
    for standard in DataStandard.objects.filter(workspace=actor.workspace).order_by("name"):
        version = newest(standard)
        own = _own(standard, version, person) if version else None
        if own is not None:
            found.append(own)
    return found


def _own(standard: DataStandard, version: StandardVersion, person: Person) -> OwnRecords | None:
    judgement = judgement_of(version)
    authors, unfit = places.authors_path(version), places.unfit_path(version)
    if judgement is None or not (authors.is_file() and unfit.is_file()):
        return None
    mine = text_sql(person.external_id)
    charged, fit, mended = rows_of(
        "SELECT coalesce(sum(charged), 0)::BIGINT, coalesce(sum(fit), 0)::BIGINT, "
        f"coalesce(sum(credited), 0)::BIGINT FROM {_file(authors)} WHERE author = {mine}"
    )[0]
    rows = _read(unfit, judgement, f"creator = {mine}", most=MOST_OWN)
    many = rows_of(f"SELECT count(*) FROM {_file(unfit)} WHERE creator = {mine}")[0][0]
    if not (charged or mended or many):
        return None
    return OwnRecords(standard, charged, fit, mended, tuple(rows), many)


def unfit_records(actor: Actor, key: int) -> Iterator[UnfitRecord]:
    """Return the unfit records of a standard, for whoever keeps records in order; it is recorded.

    Groups are named where their number is told; who made a record is not said.

    Raises:
        NotFound: nothing was judged yet, or it is about too few people.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = access_standard(actor, key)
    judgement = newest_judgement(standard)
    version = judgement.version if judgement else None
    path = places.unfit_path(version) if version else None
    if judgement is None or path is None or judgement.outcome != Outcome.JUDGED:
        raise NotFound(NOTHING_LISTED)
    if not path.is_file():
        raise NotFound(NOTHING_LISTED)
    activity.record(actor, "records.unfit_listed", standard, records=_unfit(judgement))
    named = list_sql(team["name"] for team in judgement.teams)
    return _read(path, judgement, "true", most=MOST_LISTED, named=named)


def _unfit(judgement: Judgement) -> int:
    return (judgement.judged or 0) - (judgement.fit or 0)


def _read(
    path: Path, judgement: Judgement, where: str, *, most: int, named: str = "[]"
) -> Iterator[UnfitRecord]:
    words = range(max(1, -(-len(judgement.rules) // RULES_A_WORD)))
    failed = ", ".join(f"failed_{word}" for word in words)
    rows = rows_of(
        f"SELECT record, CASE WHEN list_contains({named}, team) THEN team ELSE '' END, entered, "
        f"{failed} FROM {_file(path)} WHERE {where} ORDER BY entered DESC NULLS LAST, record "
        f"LIMIT {most}"
    )
    for record, group, entered, *bits in rows:
        yield UnfitRecord(record, group, entered, _misses(judgement.rules, bits))


def _misses(rules: Sequence[str], bits: Sequence[int]) -> tuple[str, ...]:
    return tuple(
        sentence
        for place, sentence in enumerate(rules)
        if bits[place // RULES_A_WORD] >> (place % RULES_A_WORD) & 1
    )


def _file(path: Path) -> str:
    return f"read_parquet({text_sql(str(path))})"

"""Who depends on whose records: every use of a record that somebody else wrote before.

A use is opening or editing; its producer is whoever wrote the version that the user found. What
did not hold in that version is what hit the user. The pairs of people are kept behind closed doors
(``keep_pairs``); told are flows between groups, with enough people on both sides. Requirement rows
C10 and C11; methods section 4.
"""
# ruff: noqa: S608  (SQL is composed from names of our own making)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any  # JSON

from uptake.capabilities.records import places
from uptake.capabilities.records.judging import JUDGED, RULES_A_WORD, Judged, is_system
from uptake.capabilities.records.models import StandardVersion
from uptake.capabilities.records.standard import RecordRole
from uptake.capabilities.records.versions import Versions
from uptake.formats.values import text_sql
from uptake.formats.whole_files import whole
from uptake.store.engine import rows_of

WEEKS = 13
"""Uses of so many weeks, up to the newest one, make the picture."""

USED = "used"
"""The temporary table of uses: a row for each record, its producer and its user."""

_UNKNOWN = "no group"
"""The group of people of whom nobody knows one."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Records that people of one group wrote and people of another used.

    ``unfit``: those found unfit; ``writing`` and ``using``: how many people on both sides.
    """

    producers: str
    consumers: str
    records: int
    unfit: int
    writing: int
    using: int


@dataclass(frozen=True, slots=True)
class FieldHit:
    """Of ``of`` records of others that a group used, those in which a field did not hold."""

    field: str
    consumers: str
    records: int
    of: int


@dataclass(frozen=True, slots=True)
class Dependence:
    """Who depends on whose records, as far as it may be told; the largest flows first.

    ``records``: used by others in all, ``unfit`` of them found unfit; ``people``: users of others'
    records. ``hidden``: flows and hits of too few people.
    """

    records: int
    unfit: int
    people: int
    flows: tuple[Flow, ...]
    hits: tuple[FieldHit, ...]
    hidden_flows: int
    hidden_hits: int


def read_uses(judged: Judged, versions: Versions) -> bool:
    """Find the uses of others' records, as the table ``USED``; False where nobody can tell."""
    known = {RecordRole.RECORD, RecordRole.AUTHOR, RecordRole.AT} <= judged.roles
    if not known or not (judged.has_history or versions.touches):
        return False
    touches = versions.touches or f"SELECT record, author, written AS moment, team FROM {JUDGED}"
    words = range(max(1, -(-len(judged.book.rules) // RULES_A_WORD)))
    failed = ", ".join(f"applies_{word} & ~passed_{word} AS failed_{word}" for word in words)
    bits = ", ".join(f"bit_or(failed_{word}) AS failed_{word}" for word in words)
    machine = f"coalesce({is_system(judged.standard.system_authors)}, true)"
    judged.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {USED} AS SELECT t.record, t.author AS consumer, "
        f"coalesce(max(t.team), '{_UNKNOWN}') AS consumers, v.author AS producer, "
        f"coalesce(max(v.team), '{_UNKNOWN}') AS producers, bool_or(v.fit = 0) AS unfit, "
        f"max(t.moment) AS moment, {bits} FROM (SELECT * FROM ({touches}) WHERE NOT {machine} "
        f"AND moment > (SELECT max(moment) FROM ({touches})) - INTERVAL {WEEKS} WEEKS) AS t "
        f"ASOF JOIN (SELECT record, written, author, team, fit, {failed} FROM {JUDGED} "
        "WHERE written IS NOT NULL) AS v ON t.record = v.record AND t.moment > v.written "
        "WHERE v.author IS NOT NULL AND v.author <> t.author GROUP BY t.record, t.author, v.author"
    )
    return True


def dependence_of(judged: Judged, *, fewest: int) -> Dependence | None:
    """Count the uses in ``USED`` by groups; None where fewer people than ``fewest`` used any."""
    records, unfit, people = _all(judged)
    if people < fewest:
        return None
    flows, hidden = _told(judged, _flows(judged), fewest)
    hits = _hits(judged)
    told = [hit for hit, users, writers in hits if min(users, writers) >= fewest]
    told.sort(key=lambda hit: (-hit.records, hit.consumers, hit.field))
    return Dependence(
        records, unfit, people, tuple(flows), tuple(told), hidden, len(hits) - len(told)
    )


def _all(judged: Judged) -> tuple[int, int, int]:
    row = judged.connection.execute(
        "SELECT count(DISTINCT record), count(DISTINCT record) FILTER (unfit), "
        f"count(DISTINCT consumer) FROM {USED}"
    ).fetchall()[0]
    return int(row[0]), int(row[1]), int(row[2])


def _flows(judged: Judged) -> list[Flow]:
    rows = judged.connection.execute(
        "SELECT producers, consumers, count(DISTINCT record) AS records, "
        "count(DISTINCT record) FILTER (unfit), count(DISTINCT producer), "
        f"count(DISTINCT consumer) FROM {USED} GROUP BY producers, consumers "
        "ORDER BY records DESC, producers, consumers"
    ).fetchall()
    return [Flow(*row) for row in rows]


def _told(judged: Judged, flows: Sequence[Flow], fewest: int) -> tuple[list[Flow], int]:
    """Flows with enough people on both sides; what is hidden is not the total less the others."""
    shown = [flow for flow in flows if min(flow.writing, flow.using) >= fewest]
    hidden = [flow for flow in flows if min(flow.writing, flow.using) < fewest]
    while hidden and shown and (len(hidden) < 2 or _people(judged, hidden) < fewest):
        hidden.append(shown.pop())
    return shown, len(hidden)


def _people(judged: Judged, flows: Sequence[Flow]) -> int:
    """How many people stand behind some flows, on the side where they are fewer."""
    pairs = ", ".join(f"({text_sql(f.producers)}, {text_sql(f.consumers)})" for f in flows)
    row = judged.connection.execute(
        f"SELECT least(count(DISTINCT consumer), count(DISTINCT producer)) FROM {USED} "
        f"WHERE (producers, consumers) IN ({pairs})"
    ).fetchall()[0]
    return int(row[0])


def fields_of(judged: Judged) -> tuple[str, ...]:
    """Return what rules are about: a field, or what a rule over several of them says."""
    return tuple(dict.fromkeys(rule.field or rule.sentence for rule in judged.book.rules))


def _failing(judged: Judged, field: str) -> str:
    """SQL: whether any rule about a field did not hold."""
    masks: dict[int, int] = {}
    for place, rule in enumerate(judged.book.rules):
        if (rule.field or rule.sentence) == field:
            word = place // RULES_A_WORD
            masks[word] = masks.get(word, 0) | 1 << place % RULES_A_WORD
    return " OR ".join(f"failed_{word} & {mask} <> 0" for word, mask in masks.items()) or "false"


def _hits(judged: Judged) -> list[tuple[FieldHit, int, int]]:
    """Hits of each field on each group, with the people who were hit and those who wrote."""
    found = []
    for field in fields_of(judged):
        where = _failing(judged, field)
        rows = judged.connection.execute(
            f"SELECT consumers, count(DISTINCT record) FILTER ({where}) AS hit, "
            f"count(DISTINCT record), count(DISTINCT consumer) FILTER ({where}), "
            f"count(DISTINCT producer) FILTER ({where}) FROM {USED} GROUP BY consumers "
            "HAVING hit > 0"
        ).fetchall()
        found += [(FieldHit(field, row[0], row[1], row[2]), row[3], row[4]) for row in rows]
    return found


def keep_pairs(version: StandardVersion, judged: Judged) -> None:
    """Keep who used whose records, for what each of them alone is told.

    A row a pair, and one a producer (``consumer`` empty) with each record counted once.
    """
    hits = ", ".join(
        f"count(DISTINCT record) FILTER ({_failing(judged, field)})" for field in fields_of(judged)
    )
    with whole(places.uses_path(version)) as draft:
        judged.connection.execute(
            "COPY (SELECT producer, consumer, consumers, count(DISTINCT record) AS records, "
            f"count(DISTINCT record) FILTER (unfit) AS unfit, [{hits}]::BIGINT[] AS hits, "
            f"max(moment) AS moment FROM {USED} GROUP BY GROUPING SETS "
            f"((producer, consumer, consumers), (producer)) ORDER BY ALL) "
            f"TO {text_sql(str(draft))} (FORMAT parquet, COMPRESSION zstd)"
        )


Json = dict[str, Any]


def kept_form(found: Dependence, fields: Sequence[str]) -> Json:
    """Return what is written down; ``fields`` in the order of the hits of pairs."""
    return {**asdict(found), "fields": list(fields)}


def read_kept(kept: Json) -> Dependence | None:
    """Return what was written down."""
    if not kept.get("people"):
        return None
    parts = {key: value for key, value in kept.items() if key not in ("flows", "hits", "fields")}
    return Dependence(
        **parts,
        flows=tuple(Flow(**flow) for flow in kept["flows"]),
        hits=tuple(FieldHit(**hit) for hit in kept["hits"]),
    )


@dataclass(frozen=True, slots=True)
class OwnUse:
    """What others did with the records that one person wrote, for that person alone.

    ``groups``: those with enough people who used them. ``people`` None: too few to tell who.
    ``missing``: fields that did not hold, with the number of records.
    """

    records: int
    unfit: int
    people: int | None
    groups: tuple[str, ...]
    missing: tuple[tuple[str, int], ...]


def own_use(
    version: StandardVersion, person: str, *, fields: Sequence[str], fewest: int
) -> OwnUse | None:
    """Return what others did with what a person wrote; None: nothing, or nobody can tell."""
    path = places.uses_path(version)
    if not path.is_file():
        return None
    mine = f"read_parquet({text_sql(str(path))}) WHERE producer = {text_sql(person)}"
    whole = rows_of(f"SELECT records, unfit, hits FROM {mine} AND consumer IS NULL")
    if not whole:
        return None
    groups = rows_of(
        f"SELECT consumers, count(*) FROM {mine} AND consumer IS NOT NULL GROUP BY consumers "
        "ORDER BY sum(records) DESC, consumers"
    )
    records, unfit, hits = whole[0]
    people = sum(many for _, many in groups)
    missing = [(name, int(many)) for name, many in zip(fields, hits, strict=False) if many]
    return OwnUse(
        records=int(records),
        unfit=int(unfit),
        people=people if people >= fewest else None,
        groups=tuple(name for name, many in groups if many >= fewest),
        missing=tuple(sorted(missing, key=lambda each: -each[1])),
    )


def recent_users(version: StandardVersion, *, days: int) -> frozenset[str]:
    """Return who used records of others in the last ``days`` of the data; for asking them alone."""
    path = places.uses_path(version)
    if not path.is_file():
        return frozenset()
    source = f"read_parquet({text_sql(str(path))})"
    rows = rows_of(
        f"SELECT DISTINCT consumer FROM {source} WHERE consumer IS NOT NULL AND moment > "
        f"(SELECT max(moment) FROM {source}) - INTERVAL {days} DAYS"
    )
    return frozenset(name for (name,) in rows)

"""Drawing records by chance for people to rate: the same seed draws the same records again."""
# ruff: noqa: S608  (SQL is composed from quoted texts of our own making)

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.parquet as pq

from uptake.capabilities.records import places
from uptake.capabilities.records.ground import Ground, ground
from uptake.capabilities.records.judging import (
    JUDGED,
    NOTHING_TO_JUDGE,
    RULES_A_WORD,
    Judged,
    judge,
    value_name,
)
from uptake.capabilities.records.models import DataStandard, RatedSample
from uptake.capabilities.records.queries import exempt_now
from uptake.capabilities.records.standard import RecordRole, Standard
from uptake.capabilities.records.versions import Versions
from uptake.formats.values import list_sql
from uptake.formats.whole_files import whole
from uptake.foundation.errors import Conflict
from uptake.methods.quality.clarity import clarity

MOST_RECORDS = 50_000
"""About so many records are drawn from; of more, a part that the seed chooses."""

_HIDDEN = (RecordRole.AUTHOR, RecordRole.GROUP)
"""Who wrote a record is not shown to whoever rates it."""

Value = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Draw:
    """How many records are drawn by which seed, leaving out what ``without`` have written."""

    size: int
    seed: int
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DrawnRecord:
    """A record that was drawn: what it says by field, and what the rules say of it.

    ``names``: of whoever wrote it, so that it goes when one of them is erased.
    """

    record: str
    names: tuple[str, ...]
    fit: bool
    failed: tuple[int, ...]
    values: tuple[Value, ...]
    clear: bool | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The records of a sample in the order in which they are rated, and how many there were.

    ``rules``: the sentences of the rules they were judged by.
    """

    records: tuple[DrawnRecord, ...]
    rules: tuple[str, ...]
    all_fit: int
    all_unfit: int


def draw(standard: DataStandard, content: Standard, asked: Draw) -> Drawn:
    """Draw records as they stand: half of those fit by the rules, half of the others.

    Where there are too few of a kind, the other kind fills up.

    Raises:
        Conflict: there is no record to draw from.
    """
    with ground(standard, content) as found:
        if isinstance(found, str):
            raise Conflict(found)
        versions = _part(found, asked.seed)
        judged = judge(
            found.connection,
            versions,
            content,
            exempt=exempt_now(standard),
            keeps_values=True,
        )
        return _drawn(judged, content, asked)


def _part(found: Ground, seed: int) -> Versions:
    """The versions of a part of the records, all versions of each."""
    versions = found.versions
    record = versions.roles.get(RecordRole.RECORD)
    rows = found.connection.execute(
        f"SELECT count(*) FROM {versions.relation} WHERE {versions.only}"
    ).fetchall()
    parts = -(-int(rows[0][0]) // MOST_RECORDS)
    if record is None or parts < 2:
        return versions
    only = f"({versions.only}) AND {_chance(f'({record})', seed)} % {parts} = 0"
    return replace(versions, only=only)


def _chance(record: str, seed: int) -> str:
    """A number by chance for each record that the seed alone decides."""
    return f"md5_number_lower(concat({record}, '|', {seed}))"


def _drawn(judged: Judged, content: Standard, asked: Draw) -> Drawn:
    sizes = judged.connection.execute(
        f"SELECT count(*) FILTER (fit = 1), count(*) FILTER (fit = 0) FROM {JUDGED} WHERE is_last"
    ).fetchall()[0]
    wanted = _shared(asked.size, *(_there(judged, asked, fit) for fit in (1, 0)))
    rows = [row for fit, many in zip((1, 0), wanted, strict=True) for row in
            _rows(judged, asked, fit, many)]  # fmt: skip
    if not rows:
        raise Conflict("There is no record that these people could rate; deliver some first.")
    rows.sort(key=lambda row: row[0])
    records = tuple(_record(judged, content, row) for row in rows)
    rules = tuple(rule.sentence for rule in judged.book.rules)
    return Drawn(records, rules, *map(int, sizes))


def _shared(size: int, fit: int, unfit: int) -> tuple[int, int]:
    """How many of both kinds are drawn."""
    half = size // 2
    of_unfit = min(unfit, max(half, size - fit))
    return min(fit, size - of_unfit), of_unfit


def _where(asked: Draw, fit: int) -> str:
    others = ""
    if asked.without:
        named = list_sql(sorted(asked.without))
        others = (
            f" AND NOT coalesce(list_contains({named}, creator), false)"
            f" AND NOT coalesce(list_contains({named}, author), false)"
        )
    return f"is_last AND fit = {fit} AND fit <> {NOTHING_TO_JUDGE}{others}"


def _there(judged: Judged, asked: Draw, fit: int) -> int:
    rows = judged.connection.execute(f"SELECT count(*) FROM {JUDGED} WHERE {_where(asked, fit)}")
    return int(rows.fetchall()[0][0])


Row = tuple[int, str, str | None, str | None, int, list[int], list[str | None]]


def _rows(judged: Judged, asked: Draw, fit: int, many: int) -> list[Row]:
    words = range(max(1, -(-len(judged.book.rules) // RULES_A_WORD)))
    failed = ", ".join(f"applies_{word} & ~passed_{word}" for word in words)
    values = ", ".join(value_name(place) for place in range(len(judged.fields)))
    chance = _chance("record", asked.seed)
    rows: list[Row] = judged.connection.execute(
        f"SELECT {_chance('record', asked.seed + 1)}, record, creator, author, fit, [{failed}], "
        f"[{values}]::VARCHAR[] FROM {JUDGED} WHERE {_where(asked, fit)} "
        f"ORDER BY {chance}, record LIMIT {many}"
    ).fetchall()
    return rows


def _record(judged: Judged, content: Standard, row: Row) -> DrawnRecord:
    _, record, creator, author, fit, bits, said = row
    hidden = {content.columns.get(role) for role in _HIDDEN}
    values = dict(zip(judged.fields, said, strict=True))
    return DrawnRecord(
        record=record,
        names=tuple({name: None for name in (creator, author) if name}),
        fit=fit == 1,
        failed=tuple(
            place
            for place in range(len(judged.book.rules))
            if bits[place // RULES_A_WORD] >> (place % RULES_A_WORD) & 1
        ),
        values=tuple((name, text or "") for name, text in values.items() if name not in hidden),
        clear=_is_clear(content, values),
    )


def _is_clear(content: Standard, values: dict[str, str | None]) -> bool | None:
    note = content.note
    text = values.get(note.field) if note else None
    if note is None or not text:
        return None
    glossary = frozenset(note.glossary)
    return clarity(text, fewest_words=note.fewest_words, glossary=glossary).is_clear


def keep_values(sample: RatedSample, records: Sequence[DrawnRecord]) -> None:
    """Write down what the records of a sample say."""
    table = pa.table(
        {
            "place": pa.array(range(1, len(records) + 1), pa.int64()),
            "record": pa.array([each.record for each in records], pa.string()),
            "names": pa.array([each.names for each in records], pa.list_(pa.string())),
            "fields": pa.array([[n for n, _ in r.values] for r in records], pa.list_(pa.string())),
            "said": pa.array([[v for _, v in r.values] for r in records], pa.list_(pa.string())),
        }
    )
    with whole(places.sample_path(sample)) as draft:
        pq.write_table(table, draft, compression="zstd")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a record of a sample says, for whoever rates it."""

    place: int
    record: str
    values: tuple[Value, ...]


def read_values(sample: RatedSample, chosen: Collection[int] | None = None) -> list[Shown]:
    """Return what records of a sample say, by their places."""
    path = places.sample_path(sample)
    if not path.is_file():
        return []
    rows = pq.read_table(path, partitioning=None).to_pylist()
    return [
        Shown(row["place"], row["record"], tuple(zip(row["fields"], row["said"], strict=True)))
        for row in rows
        if chosen is None or row["place"] in chosen
    ]


def forget_in_sample(sample: RatedSample, person: str) -> int:
    """Take a person's records out of a sample, and their name out of others'; returns how many."""
    path = places.sample_path(sample)
    if not path.is_file():
        return 0
    rows = pq.read_table(path, partitioning=None).to_pylist()
    gone = [row["place"] for row in rows if person in row["names"]]
    kept = [
        row | {"said": ["" if said == person else said for said in row["said"]]}
        for row in rows
        if row["place"] not in gone
    ]
    schema = pq.read_schema(path)
    draft = path.with_suffix(".draft")
    pq.write_table(pa.Table.from_pylist(kept, schema), draft, compression="zstd")
    draft.replace(path)
    sample.records.filter(place__in=gone).delete()
    return len(gone)

"""Judge every version of every record by every rule, in one generated query.

Each version keeps which rules apply and which it passes as bits of whole numbers, ``RULES_A_WORD``
to a number; it is fit when it passes all that apply: the minimum over rules. Then versions are put
in the order of their record: the last one is how the record stands; the last one by its creator
within 24 hours is what the creator is charged with; a version that mends what somebody else left
unfit is to its author's credit. Methods section 4; ``methods/quality`` holds the same in numpy.
"""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from uptake.capabilities.records.rule_sql import NUMERIC, Fields, moment_sql
from uptake.capabilities.records.rules import Rule, RuleBook, rule_book
from uptake.capabilities.records.standard import FieldStandard, RecordRole, Standard, ValueKind
from uptake.capabilities.records.versions import Versions
from uptake.formats.values import text_sql
from uptake.methods.quality.placeholders import NUMBERS_THAT_MEAN_SOMETHING

RULES_A_WORD = 60
JUDGED = "judged"
"""The temporary table of versions, in the order of their record, with their bits."""

FIT, UNFIT, NOTHING_TO_JUDGE = 1, 0, 2
"""Values of the column ``fit``: those of ``methods.quality.fitness.Judgement``."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged: by which rules, for which fields, known in which roles, up to when.

    ``has_history``: some record has more than one version; without any it is a snapshot, whose
    authors are whoever wrote last.
    """

    connection: duckdb.DuckDBPyConnection
    standard: Standard
    book: RuleBook
    fields: tuple[str, ...]
    roles: frozenset[RecordRole]
    each_occurs: bool
    as_of: datetime | None
    has_history: bool


@dataclass(frozen=True, slots=True)
class Exempt:
    """An agreed exception: rules about a field leave out the records of a group, or of all."""

    field: str
    group: str = ""


def judge(
    connection: duckdb.DuckDBPyConnection,
    versions: Versions,
    standard: Standard,
    *,
    exempt: Sequence[Exempt] = (),
    keeps_values: bool = False,
) -> Judged:
    """Judge ``versions`` by ``standard`` into the table ``JUDGED`` of ``connection``.

    ``keeps_values``: with what each version says, as ``value_0`` and so on in the order of fields.
    """
    asked = tuple(field for field in standard.fields if field.name in versions.fields)
    places = {field.name: place for place, field in enumerate(asked)}
    kinds = {field.name: field.kind for field in asked}
    fields = Fields(places, kinds, _knows_entry(versions))
    book = _without_exempt(rule_book(standard, fields), exempt)
    read = _cleaned(versions, standard, asked, keeps_values=keeps_values)
    masks = _masked(read, book, len(asked), keeps_values=keeps_values)
    as_of = None
    if fields.as_of in masks:
        as_of = _last_moment(connection, f"({_read(versions, asked)})")
        masks = masks.replace(fields.as_of, _moment_or_null(as_of))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE masked AS {masks}")
    words = _words(len(book.rules)), _words(len(asked))
    values = "".join(f", {value_name(n)}" for n in range(len(asked))) if keeps_values else ""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {JUDGED} AS {_placed(versions, standard, words, values)}"
    )
    connection.execute("DROP TABLE masked")
    as_of = as_of or _last_moment(connection, JUDGED)
    roles = frozenset(versions.roles)
    later = connection.execute(f"SELECT count(*) FROM {JUDGED} WHERE NOT is_first").fetchall()
    return Judged(
        connection, standard, book, tuple(places), roles, versions.each_occurs, as_of,
        has_history=later[0][0] > 0,
    )  # fmt: skip


def value_name(place: int) -> str:
    """The column that holds what a version says in a field."""
    return f"value_{place}"


def _without_exempt(book: RuleBook, exempt: Sequence[Exempt]) -> RuleBook:
    """The same rules, not applied to records that are exempt from them."""

    def narrowed(rule: Rule) -> Rule:
        mine = [each.group for each in exempt if each.field == rule.field]
        if not mine:
            return rule
        if "" in mine:
            return replace(rule, applies="false")
        left_out = f"coalesce(team IN ({', '.join(map(text_sql, mine))}), false)"
        return replace(rule, applies=f"({rule.applies}) AND NOT {left_out}")

    return replace(book, rules=tuple(narrowed(rule) for rule in book.rules))


def _words(bits: int) -> int:
    return max(1, -(-bits // RULES_A_WORD))


def _knows_entry(versions: Versions) -> bool:
    roles = versions.roles
    entered = RecordRole.ENTERED in roles or RecordRole.AT in roles
    return entered and RecordRole.OCCURRED in roles


def _moment_or_null(moment: datetime | None) -> str:
    return "NULL::TIMESTAMPTZ" if moment is None else moment_sql(moment.isoformat())


def _last_moment(connection: duckdb.DuckDBPyConnection, relation: str) -> datetime | None:
    found: datetime | None = connection.execute(
        f"SELECT greatest(max(written), max(entered)) FROM {relation}"
    ).fetchall()[0][0]
    return found


_NULLS = {
    RecordRole.RECORD: "NULL::VARCHAR",
    RecordRole.AUTHOR: "NULL::VARCHAR",
    RecordRole.AT: "NULL::TIMESTAMPTZ",
    RecordRole.ENTERED: "NULL::TIMESTAMPTZ",
    RecordRole.OCCURRED: "NULL::TIMESTAMPTZ",
    RecordRole.GROUP: "NULL::VARCHAR",
}
_NAMES = {RecordRole.GROUP: "team", RecordRole.AT: "written"}


def _role_name(role: RecordRole) -> str:
    return _NAMES.get(role, role.value)


def _read(versions: Versions, asked: Sequence[FieldStandard]) -> str:
    """Roles and raw values, a row a version."""
    columns = [
        f"{versions.roles.get(role, null)} AS {_role_name(role)}" for role, null in _NULLS.items()
    ]
    for place, field in enumerate(asked):
        source = versions.fields[field.name]
        columns.append(f"trim(({source.value})::VARCHAR) AS v{place}")
        if source.is_moment and field.kind is ValueKind.DATE:
            columns.append(f"{source.moment_of('')} AS m{place}")
    return f"SELECT {', '.join(columns)} FROM {versions.relation} WHERE {versions.only}"


def _cleaned(
    versions: Versions,
    standard: Standard,
    asked: Sequence[FieldStandard],
    *,
    keeps_values: bool = False,
) -> str:
    """Values with placeholders taken out, carried on where only changes are written down."""
    is_carried = standard.is_sparse and _has_history(versions)
    texts = [filled(place, field, standard) for place, field in enumerate(asked)]
    if is_carried:
        texts = [_said(text, place) for place, text in enumerate(texts)]
    kept = ", ".join(map(_role_name, _NULLS))
    if RecordRole.ENTERED not in versions.roles and not versions.each_occurs:
        entered = "min(written) OVER (PARTITION BY record)" if _has_history(versions) else "written"
        kept = kept.replace("entered", f"{entered} AS entered")
    moments = [
        f"m{place}"
        for place, field in enumerate(asked)
        if versions.fields[field.name].is_moment and field.kind is ValueKind.DATE
    ]
    columns = [f"{text} AS c{place}" for place, text in enumerate(texts)]
    columns += [f"v{place}" for place in range(len(asked)) if keeps_values]
    sql = f"SELECT {', '.join([kept, *columns, *moments])} FROM ({_read(versions, asked)})"
    if is_carried:
        sql = _carried(sql, len(asked), moments)
    return f"SELECT *{_typed(versions, asked)} FROM ({sql})"


def _said(text: str, place: int) -> str:
    """What a version says of a field: NULL where nothing, an empty text where a placeholder."""
    return f"CASE WHEN v{place} <> '' THEN coalesce({text}, '') END"


def _carried(sql: str, fields: int, moments: Sequence[str]) -> str:
    """Values as they stand after each version that tells only what was changed."""
    newest = [
        f"nullif(last_value(c{i} IGNORE NULLS) OVER before, '') AS c{i}" for i in range(fields)
    ]
    newest += [f"last_value({name} IGNORE NULLS) OVER before AS {name}" for name in moments]
    return (
        f"SELECT * REPLACE ({', '.join(newest)}) FROM ({sql}) WINDOW before AS "
        "(PARTITION BY record ORDER BY written ROWS UNBOUNDED PRECEDING)"
    )


def _has_history(versions: Versions) -> bool:
    return RecordRole.RECORD in versions.roles and RecordRole.AT in versions.roles


def filled(place: int, field: FieldStandard, standard: Standard) -> str:
    """SQL of the value ``v`` at a place, or NULL where it is a placeholder."""
    placeholders = standard.placeholders
    if field.kind in NUMERIC:
        placeholders -= NUMBERS_THAT_MEAN_SOMETHING
    placeholders -= {text.casefold() for text in field.one_of}
    longest = max((len(text.encode()) for text in placeholders), default=0)
    listed = ", ".join(map(text_sql, sorted(placeholders)))
    value = f"v{place}"
    return (
        f"CASE WHEN strlen({value}) > {longest} THEN {value} "
        f"WHEN lower({value}) IN ({listed}) THEN NULL ELSE {value} END"
    )


def _typed(versions: Versions, asked: Sequence[FieldStandard]) -> str:
    """Numbers and moments beside the texts of fields that hold them."""
    columns = []
    for place, field in enumerate(asked):
        source = versions.fields[field.name]
        if field.kind in NUMERIC:
            columns.append(f"{source.number_of(f'c{place}')} AS n{place}")
        if field.kind is ValueKind.DATE:
            moment = f"m{place}" if source.is_moment else source.moment_of(f"c{place}")
            columns.append(f"{moment} AS t{place}")
    return "".join(f", {column}" for column in columns)


def _masked(read: str, book: RuleBook, fields: int, *, keeps_values: bool = False) -> str:
    """Bits of a version: which rules apply, which of those it passes, which fields are filled."""
    applies = _bits([rule.applies for rule in book.rules])
    passes = _bits([f"({rule.applies}) AND ({rule.passes})" for rule in book.rules])
    filled = _bits([f"c{place} IS NOT NULL" for place in range(fields)])
    columns = [
        *map(_role_name, _NULLS),
        *(f"{bits} AS applies_{word}" for word, bits in enumerate(applies)),
        *(f"{bits} AS passed_{word}" for word, bits in enumerate(passes)),
        *(f"{bits} AS filled_{word}" for word, bits in enumerate(filled)),
    ]
    if keeps_values:
        said = (f"coalesce(nullif(v{n}, ''), c{n}) AS {value_name(n)}" for n in range(fields))
        columns.extend(said)
    return f"SELECT {', '.join(columns)} FROM ({read})"


def _bits(conditions: Sequence[str]) -> list[str]:
    """Conditions as bits, ``RULES_A_WORD`` to a number."""
    words = []
    for start in range(0, max(len(conditions), 1), RULES_A_WORD):
        chunk = conditions[start : start + RULES_A_WORD]
        always = sum(1 << bit for bit, condition in enumerate(chunk) if condition == "true")
        pieces = [
            f"CASE WHEN {condition} THEN {1 << bit}::BIGINT ELSE 0 END"
            for bit, condition in enumerate(chunk)
            if condition != "true"
        ]
        words.append(" + ".join([f"{always}::BIGINT", *pieces]))
    return words


def _placed(
    versions: Versions, standard: Standard, words: tuple[int, int], values: str = ""
) -> str:
    """Versions in the order of their record, with who is charged and who is credited."""
    kept = ", ".join(
        f"{name}_{word}"
        for name, count in (("applies", words[0]), ("passed", words[0]), ("filled", words[1]))
        for word in range(count)
    )
    some = " OR ".join(f"applies_{word} <> 0" for word in range(words[0]))
    all_passed = " AND ".join(f"applies_{word} = passed_{word}" for word in range(words[0]))
    fit = f"CASE WHEN NOT ({some}) THEN {NOTHING_TO_JUDGE} WHEN {all_passed} THEN 1 ELSE 0 END"
    person = f"CASE WHEN {is_system(standard.system_authors)} THEN NULL ELSE author END"
    marked = (
        f"SELECT record, {person} AS author, written, entered, occurred, team, {kept}{values}, "
        f"({fit})::TINYINT AS fit, rowid AS ordinal FROM masked"
    )
    return _with_history(marked) if _has_record(versions) else _each_its_own(marked)


def _has_record(versions: Versions) -> bool:
    return RecordRole.RECORD in versions.roles


def _each_its_own(marked: str) -> str:
    """Every row is a record of its own: a snapshot without identifiers."""
    return (
        "SELECT * REPLACE (ordinal::VARCHAR AS record), author AS creator, written AS first_at, "
        "true AS is_first, true AS is_last, author IS NOT NULL AS is_charged, "
        f"false AS is_credited, false AS is_others FROM ({marked})"
    )


def _with_history(marked: str) -> str:
    """The creator is the author of the first version; later ones are told apart by who wrote.

    A row without an identifier is a record of its own.
    """
    return f"""
        SELECT * EXCLUDE (own, last_own, before_fit, before_author),
            own AND ordinal = last_own AS is_charged,
            coalesce(fit = {FIT} AND before_fit = {UNFIT} AND author IS NOT NULL
                AND author IS DISTINCT FROM before_author, false) AS is_credited,
            coalesce(author IS NOT NULL AND author IS DISTINCT FROM creator, false) AS is_others
        FROM (
            SELECT *, max_by(ordinal, place) FILTER (own) OVER (PARTITION BY record) AS last_own
            FROM (
                SELECT *, coalesce(author = creator AND
                    coalesce(written <= first_at + INTERVAL 24 HOURS, true), false) AS own
                FROM (
                    SELECT *,
                        first_value(author) OVER w AS creator,
                        first_value(written) OVER w AS first_at,
                        row_number() OVER w AS place,
                        row_number() OVER w = 1 AS is_first,
                        lead(ordinal) OVER w IS NULL AS is_last,
                        lag(fit) OVER w AS before_fit, lag(author) OVER w AS before_author
                    FROM (SELECT * REPLACE (coalesce(record, 'row ' || ordinal + 1) AS record)
                          FROM ({marked}))
                    WINDOW w AS (PARTITION BY record ORDER BY written, ordinal
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
                )
            )
        )"""


def is_system(patterns: Iterable[str]) -> str:
    """Whether an author is no person: nobody is named, or an import or an integration is."""
    expressions = [
        ".*".join(re.escape(piece) for piece in pattern.lower().split("*")) for pattern in patterns
    ]
    if not expressions:
        return "author IS NULL"
    joined = text_sql("|".join(f"(?:{expression})" for expression in expressions))
    return f"author IS NULL OR regexp_full_match(lower(author), {joined})"

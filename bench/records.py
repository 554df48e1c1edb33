"""Judge 10^6 and 10^7 record versions by 20 rules, against the same as one hand-written query.

Usage: python bench/records.py [VERSIONS ...]; prints a table in Markdown. Both sides count, from
the same Parquet file: records that each rule applies to and that pass it, by group and month; and
by author and month, records charged to their creator, fit ones, and mended ones. The answers are
compared before times are printed; each time is the median of three runs, on two threads.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from uptake.capabilities.records.judging import judge
from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.standard import RecordRole
from uptake.capabilities.records.tallies import author_months, cube
from uptake.capabilities.records.versions import FieldSource, Versions
from uptake.methods.quality.placeholders import PLACEHOLDERS

STANDARD = read_standard(r"""
standard: Opportunities
system_authors: [import*]
fields:
  - {field: name, required: always}
  - {field: stage, required: always, one_of: [Open, Offer, Won, Lost]}
  - {field: amount, is: number, required: 'stage in Won, Offer', most: 900000}
  - {field: mail, required: always, is: email}
  - {field: phone, required: always, is: phone}
  - {field: code, required: always, format: '[A-Z]{2}-\d{5}'}
  - {field: opened, is: date, required: always}
  - {field: closed, is: date, required: stage = Won}
  - {field: note, required: always, words: 4}
checks:
  - check: closed >= opened
entry: {within: 24 hours}
""")

MAKE = """
COPY (
    SELECT 'R' || (i // 5) AS id,
        CASE WHEN h % 50 = 0 THEN 'import ' || h % 3 ELSE 'person ' || (h >> 8) % 4000 END AS who,
        'team ' || (i // 5) % 60 AS team,
        TIMESTAMPTZ '2024-01-01' + to_hours(((i // 5) % 8000 + (i % 5) * 9)::INT) AS written,
        TIMESTAMPTZ '2024-01-01' + to_hours(((i // 5) % 8000)::INT) AS entered,
        TIMESTAMPTZ '2024-01-01' + to_hours(((i // 5) % 8000 - (h >> 4) % 30)::INT) AS happened,
        CASE WHEN h % 17 = 0 THEN 'n/a' ELSE 'Account number ' || h % 90000 END AS name,
        ['Open', 'Offer', 'Won', 'Lost', 'won'][(1 + (h >> 12) % 5)::INT] AS stage,
        CASE WHEN h % 13 <> 0 THEN ((h >> 16) % 1000000)::VARCHAR END AS amount,
        CASE WHEN h % 9 = 0 THEN 'nobody' ELSE 'p' || h % 70000 || '@example.org' END AS mail,
        CASE WHEN h % 7 = 0 THEN '-' ELSE '+49 30 ' || 100000 + h % 899999 END AS phone,
        CASE WHEN h % 23 = 0 THEN 'AB1' ELSE 'AB-' || 10000 + h % 89999 END AS code,
        '2024-01-' || lpad((1 + h % 28)::VARCHAR, 2, '0') AS opened,
        CASE WHEN h % 3 = 0 THEN '2024-01-' || lpad((1 + (h >> 6) % 30)::VARCHAR, 2, '0') END
            AS closed,
        CASE WHEN h % 5 = 0 THEN 'called' ELSE 'spoke to them, send offer ' || h % 500 END AS note
    FROM (SELECT i, hash(i) >> 1 AS h FROM range({versions}) AS r(i))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""

FIELDS = tuple(STANDARD.field_names)
RULES = (
    ("name IS NOT NULL", "true"),
    ("stage IS NOT NULL", "true"),
    ("stage IN ('Open', 'Offer', 'Won', 'Lost')", "stage IS NOT NULL"),
    ("amount IS NOT NULL", "stage IN ('Won', 'Offer')"),
    ("sum IS NOT NULL", "amount IS NOT NULL"),
    ("sum <= 900000", "amount IS NOT NULL"),
    ("mail IS NOT NULL", "true"),
    (r"regexp_full_match(mail, '[^@\s]+@[^@\s]+\.[^@\s.]{2,}')", "mail IS NOT NULL"),
    ("phone IS NOT NULL", "true"),
    (r"regexp_full_match(phone, '\+?[0-9][0-9 ()/.-]{5,}[0-9]')", "phone IS NOT NULL"),
    ("code IS NOT NULL", "true"),
    (r"regexp_full_match(code, '[A-Z]{2}-\d{5}')", "code IS NOT NULL"),
    ("opened IS NOT NULL", "true"),
    ("opened_on IS NOT NULL", "opened IS NOT NULL"),
    ("closed IS NOT NULL", "stage = 'Won'"),
    ("closed_on IS NOT NULL", "closed IS NOT NULL"),
    ("note IS NOT NULL", "true"),
    (r"len(string_split_regex(note, '\s+')) >= 4", "note IS NOT NULL"),
    ("closed_on >= opened_on", "opened IS NOT NULL AND closed IS NOT NULL"),
    ("entered <= happened + INTERVAL 24 HOURS", "happened <= entered"),
)
"""What holds, and where it is asked for, in the order of the standard's rules."""


def by_hand(path: Path) -> str:
    """The same as one query, as somebody who knows the data would write it."""
    empty = ", ".join("'" + text.replace("'", "''") + "'" for text in sorted(PLACEHOLDERS))
    numbers = ", ".join("'" + t.replace("'", "''") + "'" for t in sorted(PLACEHOLDERS - {"0"}))
    clean = ", ".join(
        f"CASE WHEN lower(trim({f})) IN ({numbers if f == 'amount' else empty}) THEN NULL "
        f"ELSE trim({f}) END AS {f}"
        for f in FIELDS
    )
    judged = ", ".join(
        f"CASE WHEN {where} THEN coalesce({holds}, false) END AS r{i}"
        for i, (holds, where) in enumerate(RULES)
    )
    names = [f"r{i}" for i in range(len(RULES))]
    counted = ", ".join(f"count({n}), count(*) FILTER ({n})" for n in names)
    filled = ", ".join(f"count({f})" for f in FIELDS)
    return f"""
    WITH clean AS (
        SELECT id, CASE WHEN who NOT LIKE 'import%' THEN who END AS who, team, written,
            entered, happened, {clean} FROM '{path}'
    ), typed AS (
        SELECT *, TRY_CAST(replace(replace(amount, ' ', ''), ',', '') AS DOUBLE) AS sum,
            TRY_CAST(opened AS TIMESTAMPTZ) AS opened_on,
            TRY_CAST(closed AS TIMESTAMPTZ) AS closed_on FROM clean
    ), judged AS (SELECT *, {judged} FROM typed),
    fit AS (SELECT *, coalesce(least({", ".join(n + "::TINYINT" for n in names)}), 2) AS fit
        FROM judged),
    placed AS (
        SELECT *, lead(1) OVER there IS NULL AS is_last,
            first_value(who) OVER there AS creator, first_value(written) OVER there AS first_at,
            lag(fit) OVER there AS before, lag(who) OVER there AS before_who
        FROM fit
        WINDOW there AS (PARTITION BY id ORDER BY written)
    ), own AS (
        SELECT id, max(written) AS last_own FROM placed
        WHERE who = creator AND written <= first_at + INTERVAL 24 HOURS GROUP BY id
    ), records AS (
        SELECT team, date_trunc('month', entered)::DATE AS month, count(*),
            count(*) FILTER (fit <> 2), count(*) FILTER (fit = 1), {counted}, {filled}
        FROM placed WHERE is_last GROUP BY ALL
    ), people AS (
        SELECT who, date_trunc('month', written)::DATE AS month,
            count(*) FILTER (who = creator AND written = last_own AND fit <> 2) AS charged,
            count(*) FILTER (who = creator AND written = last_own AND fit = 1) AS fit,
            count(*) FILTER (fit = 1 AND before = 0 AND who IS NOT NULL
                AND who IS DISTINCT FROM before_who) AS mended
        FROM placed LEFT JOIN own USING (id)
        GROUP BY ALL
    )
    SELECT (SELECT list(records) FROM records),
        (SELECT list(people) FROM people WHERE charged + mended > 0)
    """


def versions_in(path: Path) -> Versions:
    """Where the file holds what."""
    roles = {
        RecordRole.RECORD: "id",
        RecordRole.AUTHOR: "who",
        RecordRole.AT: "written",
        RecordRole.ENTERED: "entered",
        RecordRole.OCCURRED: "happened",
        RecordRole.GROUP: "team",
    }
    return Versions(f"'{path}'", roles, {name: FieldSource(name) for name in FIELDS})


def connected(aside: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": "2", "temp_directory": aside})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Median seconds by the clock and of the processor, and what came out."""
    clock, processor, result = [], [], None
    for _ in range(3):
        started, worked = time.perf_counter(), time.process_time()
        result = work()
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - worked)
    return statistics.median(clock), statistics.median(processor), result


def generated(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[object, object]:
    judged = judge(connection, versions_in(path), STANDARD)
    counts, authors = cube(judged), author_months(judged)
    totals = (
        counts.count, *(int(x) for x in (counts.judged.sum(), counts.fit.sum())),
        *(int(n) for pair in zip(counts.applies.sum(0), counts.passed.sum(0), strict=True)
          for n in pair),
        *(int(n) for n in counts.filled.sum(0)),
    )  # fmt: skip
    people = tuple(int(x.sum()) for x in (authors.charged, authors.fit, authors.credited))
    return totals, people


def handmade(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[object, object]:
    records, people = connection.execute(by_hand(path)).fetchall()[0]
    tables = [list(row.values()) for row in records]
    totals = tuple(sum(row[i] for row in tables) for i in range(2, len(tables[0])))
    kept = tuple(sum(row[name] for row in people) for name in ("charged", "fit", "mended"))
    return totals, kept


def main() -> None:
    sizes = [int(float(size)) for size in sys.argv[1:]] or [1_000_000, 10_000_000]
    print("| versions | rules | by hand, s | Uptake, s | ratio | by hand, CPU s | CPU s | ratio |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for size in sizes:
        with tempfile.TemporaryDirectory() as aside:
            path = Path(aside) / "versions.parquet"
            connection = connected(aside)
            connection.execute(MAKE.format(versions=size, path=path))
            ours, ours_cpu, found = timed(lambda c=connection, p=path: generated(c, p))
            theirs, theirs_cpu, expected = timed(lambda c=connection, p=path: handmade(c, p))
            if found != expected:
                raise SystemExit(f"The answers differ:\n{found}\n{expected}")
            connection.close()
        print(
            f"| {size:,} | {len(RULES)} | {theirs:.1f} | {ours:.1f} | {ours / theirs:.2f} "
            f"| {theirs_cpu:.1f} | {ours_cpu:.1f} | {ours_cpu / theirs_cpu:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

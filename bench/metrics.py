"""Each metric from raw events and from rollups, beside hand-written SQL, Polars and chDB.

Run: python bench/metrics.py --sizes 1000000 10000000 50000000 [--folder DIR] [--threads 2].
Prints a table of seconds (median of the runs) and ratios; the floor is a raw scan of the columns
that the question needs. "Preparing" is done once for a version of the lake and an expected profile.
Questions are asked of relations that know who the people are and, from rollups, which days they
were active, and have worked out nothing else. "Page" answers every metric by account for one 28-day
window from rollups; "after a load" is the same page, relations and all, right after a small file
has come. Files lie as the lake's compaction leaves them: one a month of events and of each rollup.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from uptake.metrics.measurement import Figure
    from uptake.metrics.relations import Relations
    from uptake.metrics.scope import Scope

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.metric_events import (
    ACCOUNTS,
    FIRST,
    SMALL_LOAD,
    WEEKS,
    Snapshot,
    make,
    people_of,
    small_load,
)
from bench.metric_peers import QUESTIONS, Question

RUNS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds of one question; None where a tool was not asked."""

    key: str
    rollups: float
    raw: float
    sql: float
    floor: float
    polars: float | None
    chdb: float | None
    from_person_days: bool


def seconds(work: Callable[[], object]) -> float:
    """Median of the runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


class Bench:
    """One size."""

    def __init__(self, folder: Path, size: int, threads: int, *, peers: bool) -> None:
        from uptake.methods.adoption.calendar import WorkingCalendar
        from uptake.metrics.profiles import Expectation, Profile
        from uptake.metrics.relations import Relations

        self.folder, self.size, self.threads, self.peers = folder, size, threads, peers
        self.view = Snapshot(folder, threads)
        agreed = Profile(Expectation(frozenset(range(1, 17)), 3.0))
        self.told = {"profile": agreed, "calendar": WorkingCalendar()}
        self.raw = Relations.from_events(self.view, **self.told)
        self.rollups = Relations.from_rollups(self.view, **self.told)

    def preparing(self) -> float:
        """Relations over a snapshot that nobody has read yet."""
        from uptake.metrics.relations import Relations

        def prepare() -> object:
            return Relations.from_rollups(Snapshot(self.folder, self.threads), **self.told)

        return seconds(prepare)

    def row(self, question: Question) -> Row:
        self.agree(question)
        return Row(
            question.key,
            rollups=self.seconds_of(question, self.rollups),
            raw=self.seconds_of(question, self.raw),
            sql=seconds(lambda: self.sql(question.sql)),
            floor=seconds(lambda: self.sql(floor(question))),
            polars=self.polars(question),
            chdb=self.chdb(question),
            from_person_days=question.from_person_days,
        )

    def seconds_of(self, question: Question, relations: Relations) -> float:
        """Median of the runs, each over relations that have worked out nothing of the question."""
        times = []
        for _ in range(RUNS):
            fresh = self.fresh(question, relations)
            start = time.perf_counter()
            self.uptake(question, fresh)
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    def fresh(self, question: Question, relations: Relations) -> Relations:
        """Relations that know the people, and their active days if those are packed."""
        from uptake.metrics.day_blocks import is_packed
        from uptake.metrics.people import everyone
        from uptake.metrics.people_days import people_days

        fresh, scope = replace(relations), question_scope(question)
        everyone(fresh, scope.by)
        if is_packed(fresh.value_days):
            people_days(fresh, scope)
        return fresh

    def uptake(self, question: Question, relations: Relations) -> list[Figure]:
        """From the question to figures: count and read."""
        from uptake.metrics.catalogue import catalogue
        from uptake.metrics.metric import Context, read_ratio

        metric, scope = catalogue[question.key], question_scope(question)
        rows = relations.ask(metric.expression, scope)
        reading = metric.reading or read_ratio
        return list(reading(rows, Context(relations, scope, self.in_scope(question))))

    def in_scope(self, question: Question) -> dict[tuple[str | None, int], int]:
        """Everybody, for the metrics that pad with people who did nothing."""
        windows = question_scope(question).windows
        people = people_of(self.size) // ACCOUNTS
        names = [f"account {code}" for code in range(1, ACCOUNTS + 1)]
        return {(name, bucket): people for name in names for bucket in range(len(windows))}

    def sql(self, text: str) -> pa.Table:
        return self.view.connection.sql(text).to_arrow_table()

    def agree(self, question: Question) -> None:
        """Both ways of Uptake say the same, and what hand-written SQL counts is what they count."""
        both = (self.fresh(question, relations) for relations in (self.raw, self.rollups))
        raw, rolled_up = (self.uptake(question, relations) for relations in both)
        order = attrgetter("bucket", "group", "point")
        assert sorted(raw, key=order) == sorted(rolled_up, key=order), question.key
        by_hand = self.sql(question.sql)
        if "numerator" in by_hand.column_names:
            counted = sum(figure.numerator or 0 for figure in raw)
            assert counted == pc.sum(by_hand["numerator"]).as_py(), question.key

    def polars(self, question: Question) -> float | None:
        if question.polars is None or not self.peers:
            return None
        import polars as pl

        def work() -> object:
            events = pl.scan_parquet(f"{self.folder}/events/*.parquet")
            assert question.polars is not None
            return question.polars(events).collect(engine="streaming")

        return seconds(work)

    def chdb(self, question: Question) -> float | None:
        if question.clickhouse is None or not self.peers:
            return None
        import chdb

        source = f"file('{self.folder}/events/*.parquet', Parquet)"
        text = question.clickhouse.replace("FROM events", f"FROM {source}")
        settings = f" SETTINGS max_threads = {self.threads}"
        return seconds(lambda: chdb.query(text + settings, "Arrow"))

    def page(self, relations: Relations) -> int:
        """Every metric of 28 days, by account; how many those are."""
        from uptake.metrics.catalogue import catalogue
        from uptake.metrics.evaluate import evaluate

        windowed = [m for m in catalogue.values() if m.window == "28 days" and m.key != "rework"]
        evaluate(windowed, relations, by="account")
        return len(windowed)

    def pages(self) -> Pages:
        """Seconds of pages in the states that a process meets."""
        start = time.perf_counter()
        fresh = replace(self.rollups)
        count = self.page(fresh)
        first = time.perf_counter() - start
        return Pages(
            count,
            first,
            changed=seconds(lambda: self.page(replace(self.rollups))),
            again=seconds(lambda: self.page(fresh)),
            loaded=statistics.median(self.after_load(number) for number in range(RUNS)),
        )

    def after_load(self, number: int) -> float:
        """Seconds of a page right after a small load; nothing knows of the file before."""
        from uptake.metrics.relations import Relations

        paths = small_load(self.folder, number, people_of(self.size))
        try:
            start = time.perf_counter()
            view = Snapshot(self.folder, self.threads)
            self.page(Relations.from_rollups(view, **self.told))
            return time.perf_counter() - start
        finally:
            for path in paths:
                path.unlink()


@dataclass(frozen=True, slots=True)
class Pages:
    """Seconds of a page of so many metrics.

    ``first`` in a process that has shown none yet, ``changed`` with nothing of this version worked
    out, ``again`` the same page of the same version, ``loaded`` right after a small load.
    """

    metrics: int
    first: float
    changed: float
    again: float
    loaded: float


def question_scope(question: Question) -> Scope:
    """All weeks, by account, week by week if the question is about weeks."""
    from uptake.metrics.measurement import Window
    from uptake.metrics.scope import Grain, Grouping, Scope

    window = Window(FIRST, FIRST + timedelta(days=7 * WEEKS - 1))
    grain = Grain.WEEK if question.weekly else None
    return Scope(window, Grouping.ACCOUNT if question.by_account else None, grain)


def floor(question: Question) -> str:
    """A scan that has to read every value of the columns."""
    reads = ", ".join(f"bit_xor(hash({column}))" for column in question.columns)
    return f"SELECT {reads} FROM events"


def table(rows: list[Row]) -> str:
    """Markdown: seconds, then the ratios that the goals are about."""
    heads = "metric|rollups s|raw s|SQL s|floor s|Polars s|chDB s|raw / SQL|SQL / rollups"
    lines = [f"| {' | '.join(heads.split('|'))} |", "|---" * 9 + "|"]
    for row in rows:
        name = f"{row.key} *" if row.from_person_days else row.key
        numbers = [row.rollups, row.raw, row.sql, row.floor, row.polars, row.chdb]
        cells = [name, *("-" if n is None else f"{n:.3f}" for n in numbers)]
        cells += [f"{row.raw / row.sql:.2f}", f"{row.sql / row.rollups:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-peers", action="store_true", help="leave out Polars and chDB")
    options = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(options.threads)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        for size in options.sizes:
            start = time.perf_counter()
            target = make(folder, size)
            made = time.perf_counter() - start
            bench = Bench(target, size, options.threads, peers=not options.no_peers)
            rows = [bench.row(question) for question in QUESTIONS]
            print(f"\n## {size:,} events, {people_of(size):,} people ({made:.0f} s to make)\n")
            print(table(rows))
            pages = bench.pages()
            print(f"\npreparing relations of a version of the lake: {bench.preparing():.2f} s")
            print(
                f"page of all {pages.metrics} metrics of 28 days by account: {pages.changed:.2f} s,"
                f" the first time in a process {pages.first:.2f} s, again {pages.again:.4f} s,"
                f" right after a load of {SMALL_LOAD:,} events {pages.loaded:.2f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()

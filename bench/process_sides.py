"""The same questions to a log of cases, asked of Uptake, of pm4py and of DuckDB.

Each side is run in a process of its own. A stage gives what it found in plain numbers and names,
so that sides can be compared; it is not part of what is timed.
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Found = Any  # pairs and counts of several shapes, only compared with each other
Stage = tuple[str, Callable[[], Any], Callable[[Any], Found]]

STAGES = ("read", "directly follows", "variants", "handovers", "durations", "alignments")


@dataclass(slots=True)
class Side:
    """What each stage took and found. ``peak``: MiB."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    peak: int = 0


def run(
    stages: Callable[..., Iterator[Stage]], log: Path, small: Path, model: Path, pipe: Any
) -> None:
    """Time every stage of a side, in this process, after a small log has loaded what it needs."""
    for _name, work, _plain in stages(small, model):
        work()
    side = Side()
    for name, work, plain in stages(log, model):
        started, worked = time.perf_counter(), time.process_time()
        result = work()
        side.seconds[name] = time.perf_counter() - started
        side.cpu[name] = time.process_time() - worked
        side.found[name] = plain(result)
    side.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    pipe.send(side)


def by_uptake(log: Path, model: Path) -> Iterator[Stage]:
    import numpy as np

    from uptake.formats.case_log import Performer
    from uptake.formats.case_logs import open_case_log
    from uptake.formats.pnml import read_pnml
    from uptake.methods.process.conformance import conform
    from uptake.methods.process.handovers import handovers
    from uptake.methods.process.variants import directly_follows, find_variants

    held: dict[str, Any] = {}

    def read() -> Any:
        held["log"] = open_case_log(log)
        return held["log"]

    yield "read", read, lambda found: found.events
    cases, activities = held["log"].case, held["log"].activity
    people = held["log"].performers[Performer.RESOURCE]
    words = activities.words

    def named(source: Any, target: Any, count: Any, names: tuple[str, ...]) -> Found:
        pairs = zip(source.tolist(), target.tolist(), count.tolist(), strict=True)
        return {(names[a], names[b]): n for a, b, n in pairs}

    yield (
        "directly follows",
        lambda: directly_follows(cases, activities.codes, kinds=len(words)),
        lambda found: named(found.source, found.target, found.count, words),
    )

    def variants() -> Any:
        found = find_variants(cases, activities.codes)
        traces = [
            tuple(words[code] for code in found.steps(number, activities.codes))
            for number in range(len(found))
        ]
        held["variants"] = dict(zip(traces, found.cases.tolist(), strict=True))
        return held["variants"]

    yield "variants", variants, lambda found: found
    yield (
        "handovers",
        lambda: handovers(cases, people.codes, count=len(people.words)),
        lambda found: named(found.source, found.target, found.count, people.words),
    )

    def durations() -> Any:
        moments = held["log"].completed
        begins = np.flatnonzero(np.diff(cases, prepend=-1))
        return np.maximum.reduceat(moments, begins) - np.minimum.reduceat(moments, begins)

    yield "durations", durations, lambda found: round(float(np.median(found)) / 1000)

    def aligned() -> Any:
        return conform(read_pnml(model).net, list(held["variants"]))

    yield "alignments", aligned, lambda found: found.over(list(held["variants"].values())).cost


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without pm4py's banner, bars and warnings."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def by_pm4py(log: Path, model: Path) -> Iterator[Stage]:
    with quiet():
        import pandas as pd
        import pm4py
        from pm4py.algo.conformance.alignments.petri_net import algorithm as alignments
        from pm4py.objects.log.obj import Event, EventLog, Trace

    held: dict[str, Any] = {}

    def read() -> Any:
        frame = pd.read_parquet(log)
        held["log"] = pm4py.format_dataframe(
            frame, case_id="case", activity_key="activity", timestamp_key="time"
        ).rename(columns={"resource": "org:resource"})
        return held["log"]

    yield "read", read, len
    frame = held["log"]
    yield "directly follows", lambda: pm4py.discover_dfg(frame)[0], dict

    def variants() -> Any:
        held["variants"] = pm4py.get_variants(frame)
        return held["variants"]

    yield "variants", variants, dict

    def shares(found: Any) -> Found:
        total = len(frame) - frame["case:concept:name"].nunique()
        return {pair: round(share * total) for pair, share in found.connections.items()}

    yield "handovers", lambda: pm4py.discover_handover_of_work_network(frame), shares
    yield (
        "durations",
        lambda: pm4py.get_all_case_durations(frame),
        lambda found: round(float(pd.Series(found).median())),
    )

    def aligned() -> Any:
        with quiet():
            traces = EventLog(
                Trace([Event({"concept:name": step}) for step in variant])
                for variant in held["variants"]
            )
            options = {"show_progress_bar": False}
            return alignments.apply(traces, *pm4py.read_pnml(str(model)), parameters=options)

    def cost(found: Any) -> Found:
        counts = held["variants"].values()
        return sum(
            each["cost"] // 10_000 * count for each, count in zip(found, counts, strict=True)
        )

    yield "alignments", aligned, cost


FOLLOWS = """
SELECT before, after, count(*) FROM (
    SELECT {what} AS after, lag({what}) OVER (PARTITION BY "case" ORDER BY time) AS before
    FROM '{path}'
) WHERE before IS NOT NULL GROUP BY ALL
"""


def by_duckdb(log: Path, _model: Path) -> Iterator[Stage]:
    import duckdb

    connection = duckdb.connect(config={"threads": str(min(2, os.cpu_count() or 1))})

    def ask(text: str) -> Any:
        return connection.execute(text.format(path=log, what="activity")).fetchall()

    def pairs(rows: Any) -> Found:
        return {(before, after): count for before, after, count in rows}

    def read() -> Any:
        ask("CREATE OR REPLACE TEMP TABLE log AS FROM '{path}' ORDER BY \"case\", time")
        return ask("SELECT count(*) FROM log")

    yield "read", read, lambda rows: rows[0][0]
    yield "directly follows", lambda: ask(FOLLOWS), pairs
    yield (
        "variants",
        lambda: ask(
            "SELECT steps, count(*) FROM (SELECT list(activity ORDER BY time) AS steps "
            "FROM '{path}' GROUP BY \"case\") GROUP BY ALL"
        ),
        lambda rows: {tuple(steps): count for steps, count in rows},
    )
    yield "handovers", lambda: ask(FOLLOWS.replace("{what}", "resource")), pairs
    yield (
        "durations",
        lambda: ask(
            "SELECT median(epoch_ms(last) - epoch_ms(first)) FROM (SELECT min(time) AS first, "
            "max(time) AS last FROM '{path}' GROUP BY \"case\")"
        ),
        lambda rows: round(rows[0][0] / 1000),
    )

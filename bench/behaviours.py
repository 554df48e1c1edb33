"""200 behaviours of all people over 52 weeks, beside hand-written SQL on raw events.

Run: python bench/behaviours.py --sizes 1000000 10000000 50000000 [--folder DIR] [--threads 2].
Half of the behaviours end on Fridays at 13:00, a third ask for records right the first time, a
third for records written within a day. Uptake goes from the lake to what is said of each person in
each week, streaks and roll-ups included; the SQL, one statement for all of them, stops at the
roll-ups by behaviour and week. Both give the same numbers, or the program stops. "Files read
before" is what a process does that has counted once; "after a load" is the same right after a small
file has come. With ``--fields`` a third of the behaviours ask for a stage that records say they are
in, every second of these also for an amount that is filled in.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.metric_events import (
    ACTIONS,
    FIRST,
    SMALL_LOAD,
    STAGES,
    Snapshot,
    make,
    people_of,
    small_load,
)

from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.periods import Deadline
from uptake.methods.behaviour.streaks import streaks
from uptake.metrics.behaviours.artificial import artificial, mark
from uptake.metrics.behaviours.attaining import Asked, attained
from uptake.metrics.behaviours.counting import Shared, tally
from uptake.metrics.behaviours.endings import endings
from uptake.metrics.behaviours.wanted import AS_IT_IS, END_OF_PERIOD, Predicate, Quality, Wanted

BEHAVIOURS = 200
COUNTED_WEEKS = 52
START = FIRST + timedelta(days=7 * 20)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CROWD, CROWD_WEEKS, CROWD_EVENTS = 10_000, 52, 10_000_000
"""People and weeks of the case in which everything is judged anew."""

FRIDAY_ONE = Deadline(at=clock(12, 59, 59), weekday=4)
FILLED = 3
QUALITIES = (
    AS_IT_IS,
    Quality(right_first_time=True),
    Quality(within=timedelta(days=1)),
    Quality(filled_in=("amount",)),
)
LOADED_WEEK = 20 + 52 - 1
"""Week of the load that comes in between: the last that is counted."""

RUNS = 3
AT_ONCE = 10

Clock = Callable[[], float]
"""Seconds since some moment: by the clock on the wall, or of the processor."""

Rolled = dict[tuple[int, int], tuple[int, int]]
"""By behaviour and week: records that count of those asked for, and people who met it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One behaviour of the benchmark: which actions, how judged, by when, how many."""

    number: int
    actions: tuple[int, ...]
    quality: int
    friday: bool
    amount: int
    stage: str | None = None

    @property
    def wanted(self) -> Wanted:
        said = () if self.stage is None else (("stage", self.stage),)
        names = frozenset(f"action {code}" for code in self.actions)
        predicate = Predicate(names, properties=said)
        deadline = FRIDAY_ONE if self.friday else END_OF_PERIOD
        return Wanted(str(self.number), predicate, QUALITIES[self.quality], deadline=deadline)


def tasks(*, fields: bool) -> list[Task]:
    """The same 200 every time."""
    random = np.random.default_rng(11)
    found = [
        Task(
            number,
            tuple(int(c) for c in 1 + random.choice(ACTIONS, 1 + number % 3, replace=False)),
            number % 3,
            number % 2 == 0,
            int(random.integers(1, 9)),
        )
        for number in range(BEHAVIOURS)
    ]
    return [_of_fields(task) if fields and task.number % 3 == 1 else task for task in found]


def _of_fields(task: Task) -> Task:
    """The same of records in some stage, every second time with an amount."""
    stage = STAGES[task.number % len(STAGES)]
    quality = FILLED if task.number % 4 == 1 else task.quality
    return replace(task, stage=stage, quality=quality)


def uptake(view: Snapshot, people: int, tasks: Sequence[Task]) -> Rolled:
    """From the lake to standings, streaks and roll-ups of everybody."""
    asked = {str(task.number): task for task in tasks}
    codes = np.arange(1, people + 1, dtype=np.int64)
    end = START + timedelta(days=7 * COUNTED_WEEKS - 1)
    wanted = [task.wanted for task in asked.values()]
    rolled: Rolled = {}
    everybody = np.ones((people, 1), dtype=bool)
    for counted in tally(view, wanted, codes, first=START, last=end):
        task = asked[counted.key]
        weeks = len(counted.grid.periods)
        amounts = np.full(weeks, task.amount)
        found = attained(counted, Asked(amounts, everybody.astype(float), everybody), NOW)
        streaks(found.standing)
        quantity = np.minimum(found.ok, found.asked).sum(axis=0)
        met = (found.standing == Standing.MET).sum(axis=0)
        for week in range(COUNTED_WEEKS):
            rolled[task.number, week] = int(quantity[week]), int(met[week])
    return rolled


def by_hand(view: Snapshot, tasks: Sequence[Task], *, fields: bool) -> Rolled:
    """The same by one statement on raw events."""
    rows = [(t.number, a, t.quality, t.friday, t.amount, t.stage) for t in tasks for a in t.actions]
    names = ["behaviour", "action", "quality", "friday", "amount", "stage"]
    columns = [pa.array(list(column)) for column in zip(*rows, strict=True)]
    view.connection.register("asked", pa.table(columns, names=names))
    said = _OF_FIELDS if fields else dict.fromkeys(_OF_FIELDS, "")
    sql = _SQL.format(start=START, weeks=COUNTED_WEEKS, **said)
    found = view.connection.execute(sql).fetchall()
    rolled: Rolled = {(t.number, w): (0, 0) for t in tasks for w in range(COUNTED_WEEKS)}
    rolled.update({(b, w): (q, m) for b, w, q, m in found})
    return rolled


_OF_FIELDS = {
    "fields": """
    json_extract_string(properties, '$.stage') AS stage,
    lower(trim(json_extract_string(properties, '$.amount'))) <> 'n/a' AS filled,""",
    "filled": " WHEN 3 THEN CASE WHEN filled THEN events ELSE 0 END",
    "alike": "AND (asked.stage IS NULL OR asked.stage = base.stage)",
}
"""What the statement says besides where a third asks for fields."""

_SQL = """
WITH base AS (
  SELECT person, action,{fields}
    (day - DATE '{start}' + 14) // 7 - 2 AS plain,
    (epoch_ms(occurred_at) - epoch_ms(TIMESTAMP '{start}') + 1422000000) // 604800000 - 2 AS friday,
    count(*) AS events,
    count(*) FILTER (quality_ok) AS "right",
    count(*) FILTER (epoch_ms(recorded_at) - epoch_ms(occurred_at) <= 86400000) AS soon
  FROM events
  WHERE day BETWEEN DATE '{start}' - 7 AND DATE '{start}' + 7 * {weeks} + 7
  GROUP BY ALL
), counted AS (
  SELECT behaviour, person, amount,
    CASE WHEN asked.friday THEN base.friday ELSE plain END AS week,
    sum(CASE quality WHEN 0 THEN events WHEN 1 THEN "right"{filled} ELSE soon END) AS ok
  FROM base JOIN asked ON asked.action = base.action {alike}
  GROUP BY ALL
)
SELECT behaviour, week::INT, sum(least(ok, amount))::INT, count(*) FILTER (ok >= amount)
FROM counted WHERE week BETWEEN 0 AND {weeks} - 1
GROUP BY behaviour, week
"""


def seconds(work: Callable[[], object], clock: Clock) -> float:
    """Median of the runs."""
    return statistics.median(once(work, clock) for _ in range(RUNS))


def once(work: Callable[[], object], clock: Clock) -> float:
    """How long it took."""
    start = clock()
    work()
    return clock() - start


def measure(folder: Path, size: int, threads: int, *, fields: bool, clock: Clock) -> str:
    """A row of the table."""
    people, asked = people_of(size), tasks(fields=fields)
    pa.array(np.zeros(1))  # Arrow imports pandas with its first array: no part of counting
    view = Snapshot(folder, threads)
    first = once(lambda: uptake(view, people, asked), clock)
    if uptake(view, people, asked) != by_hand(view, asked, fields=fields):
        raise SystemExit("Uptake and the SQL do not agree.")
    again = seconds(lambda: uptake(view, people, asked), clock)
    sql = seconds(lambda: by_hand(view, asked, fields=fields), clock)
    loaded = small_load(folder, 1, people, week=LOADED_WEEK, fields=fields)
    newer = Snapshot(folder, threads)
    after = once(lambda: uptake(newer, people, asked), clock)
    for path in loaded:
        path.unlink()
    cells = [f"{size:,}", f"{people:,}", *(f"{n:.2f}" for n in (first, again, after, sql))]
    return f"| {' | '.join(cells)} | {first / sql:.2f} | {again / sql:.2f} |"


def crowd(folder: Path, threads: int, *, fields: bool) -> str:
    """A row on 10,000 people: all behaviours, one that changed, and after a small load.

    Up to what is said of each person in each week; artificial records are looked for. In seconds
    of the processor, so that a busy machine says the same.
    """
    view, asked, processor = Snapshot(folder, threads), tasks(fields=fields), time.process_time
    asked.sort(key=lambda each: str(each.wanted.schedule))  # as the product does
    first = once(lambda: judged(view, asked), processor)
    again = once(lambda: judged(view, asked), processor)
    one = once(lambda: judged(view, asked[:1]), processor)
    loaded = small_load(folder, 1, CROWD, week=LOADED_WEEK, fields=fields)
    newer = Snapshot(folder, threads)
    after = once(lambda: judged(newer, asked), processor)
    for path in loaded:
        path.unlink()
    cells = [f"{len(asked)} x {CROWD:,} x {CROWD_WEEKS}", f"{CROWD_EVENTS:,}"]
    cells += [f"{n:.2f}" for n in (first, again, one, after)]
    return f"| {' | '.join(cells)} |"


def judged(view: Snapshot, asked_for: Sequence[Task]) -> int:
    """Count, take artificial records off, judge, and follow streaks; returns people-weeks met."""
    wanted = [task.wanted for task in asked_for]
    amounts = {str(task.number): task.amount for task in asked_for}
    codes = np.arange(1, CROWD + 1, dtype=np.int64)
    end = START + timedelta(days=7 * COUNTED_WEEKS - 1)
    everybody = np.ones((CROWD, 1), dtype=bool)
    marks = mark(view, wanted, first=START)
    met, shared = 0, Shared(wanted)
    for at in range(0, len(wanted), AT_ONCE):
        some = wanted[at : at + AT_ONCE]
        apart = {
            a.key: a for a in artificial(view, some, codes, first=START, last=end, marks=marks)
        }
        late = {e.key: e for e in endings(view, some, codes, first=START, last=end, shared=shared)}
        for counted in tally(view, some, codes, first=START, last=end, shared=shared):
            if (late[counted.key].done > counted.done).any():
                raise SystemExit("More was done in the last hours than at all.")
            asked = np.full(len(counted.grid.periods), amounts[counted.key])
            shares = Asked(asked, everybody.astype(float), everybody)
            found = attained(counted, shares, NOW, apart=apart[counted.key])
            streaks(found.standing)
            met += int((found.standing == Standing.MET).sum())
    return met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--crowd", action="store_true", help="10,000 people, judged anew.")
    parser.add_argument("--fields", action="store_true", help="A third asks for fields of records.")
    parser.add_argument("--cpu", action="store_true", help="Seconds of the processor.")
    options = parser.parse_args()
    if options.crowd:
        heads = "behaviours x people x weeks|events|first, CPU s|all again|one again|after a load"
        print(f"| {' | '.join(heads.split('|'))} |\n{'|---' * 6}|")
        with tempfile.TemporaryDirectory() as scratch:
            target = options.folder or Path(scratch)
            folder = make(target, CROWD_EVENTS, people=CROWD, fields=options.fields)
            print(crowd(folder, options.threads, fields=options.fields), flush=True)
        return
    clock = time.process_time if options.cpu else time.perf_counter
    heads = (
        "events|people|first time s|files read before s|"
        f"after a load of {SMALL_LOAD:,} s|SQL s|first / SQL|again / SQL"
    )
    print(f"| {' | '.join(heads.split('|'))} |\n{'|---' * 8}|")
    with tempfile.TemporaryDirectory() as scratch:
        for size in options.sizes:
            target = make(options.folder or Path(scratch), size, fields=options.fields)
            row = measure(target, size, options.threads, fields=options.fields, clock=clock)
            print(row, flush=True)


if __name__ == "__main__":
    main()
